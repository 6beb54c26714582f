// @ts-check
/** The editor of windows: a strip for each day, painted with the pointer or the keys; what it means is written by the server. */
import { button, fill, h } from "../kit.js";
import { t } from "../words.js";

const STEP = 30;

/**
 * Ask for the windows of a cell; `then` gets the new text.
 * @param {any} app @param {{name: string, header: string, meaning: string}} column @param {string} text @param {(text: string) => void} then
 */
export async function weekStrip(app, column, text, then) {
  /** @type {any} */
  let told;
  try { told = await app.post("/api/input/windows", { column: column.name, text }); } catch (error) { return app.fail(error); }
  /** Marked pieces of each day. @type {boolean[][]} */
  let marked = [];
  let first = 0, last = 0, row = 0, col = 0;
  /** @type {boolean | null} */
  let paint = null;
  const field = h("input", { type: "text", id: "windows-text", class: "wide", value: text });
  const note = h("p", { role: "status", class: "notice", hidden: true });
  const strip = h("table", { role: "grid", class: "strip", "aria-label": t("input.strip", { column: column.header }), "aria-multiselectable": "true" });
  const dialog = h("dialog", { class: "windows", "aria-labelledby": "windows-title" },
    h("h2", { id: "windows-title" }, t("input.stripTitle", { column: column.header })),
    h("p", { class: "quiet" }, column.meaning),
    strip,
    h("p", { class: "quiet" }, t("input.stripKeys")),
    h("label", { for: "windows-text" }, t("input.stripText")), field, note,
    h("div", { class: "line" },
      button(t("input.stripTake"), take, { class: "main" }),
      button(t("input.stripOpen"), () => { marked = [...told.open.map((/** @type {any} */ day) => pieces(day))]; written(); }),
      button(t("input.stripNone"), () => { marked = marked.map((day) => day.map(() => false)); written(); }),
      button(t("input.cancel"), () => dialog.close())));

  const cells = () => (last - first) / STEP;
  /** @param {[number, number][]} ranges */
  const pieces = (ranges) => Array.from({ length: cells() }, (_, at) => {
    const begin = first + at * STEP;
    return ranges.some(([start, end]) => start <= begin && begin + STEP <= end);
  });
  /** @param {number} minute */
  const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

  /** Draw what the server has read. @param {any} found */
  function read(found) {
    told = found;
    const text = found.message || (found.exact ? "" : t("input.stripUncertain"));
    note.hidden = !text;
    note.textContent = text;
    strip.classList.toggle("uncertain", !found.exact);
    if (!found.days) return;
    const all = [...found.open, ...found.days].flat();
    first = Math.min(8 * 60, ...all.map(([start]) => Math.floor(start / 60) * 60));
    last = Math.max(18 * 60, ...all.map(([, end]) => Math.ceil(end / 60) * 60));
    marked = found.days.map((/** @type {any} */ day) => pieces(day));
    draw();
  }

  function draw() {
    const hours = Array.from({ length: (last - first) / 60 }, (_, at) => first + at * 60);
    fill(strip,
      h("thead", null, h("tr", null, h("th", null, h("span", { class: "hidden" }, t("input.day"))), hours.map((hour) => h("th", { scope: "col", colspan: 60 / STEP }, String(hour / 60))))),
      h("tbody", null, marked.map((day, at) => h("tr", null, h("th", { scope: "row" }, t(`input.day_${at}`)),
        day.map((_, piece) => h("td", { role: "gridcell", tabindex: "-1", data: { at, piece } }))))));
    mark();
  }

  function mark() {
    marked.forEach((day, at) => day.forEach((isOn, piece) => {
      const cell = strip.tBodies[0].rows[at].cells[piece + 1];
      const begin = first + piece * STEP;
      const isOpen = told.open[at].some((/** @type {[number, number]} */ [start, end]) => start <= begin && begin + STEP <= end);
      cell.setAttribute("aria-selected", String(isOn));
      cell.setAttribute("aria-label", t(isOn ? "input.pieceOn" : "input.pieceOff", { day: t(`input.day_${at}`), start: clock(begin), end: clock(begin + STEP) }));
      cell.dataset.open = String(isOpen);
      cell.tabIndex = at === row && piece === col ? 0 : -1;
    }));
  }

  /** @param {number} at @param {number} piece */
  function go(at, piece) {
    row = Math.max(0, Math.min(at, marked.length - 1));
    col = Math.max(0, Math.min(piece, cells() - 1));
    mark();
    strip.tBodies[0].rows[row].cells[col + 1].focus();
  }

  /** What was typed or painted so often: only the answer to the last of it counts. */
  let asked = 0;
  /** Whether what was painted last is written. */
  let writing = Promise.resolve(true);

  function written() {
    mark();
    return (writing = write((asked += 1)));
  }

  /** Have the server write what is painted. @param {number} number */
  async function write(number) {
    const days = marked.map((day) => {
      /** @type {[number, number][]} */
      const ranges = [];
      day.forEach((isOn, piece) => {
        const begin = first + piece * STEP, end = ranges.at(-1);
        if (isOn && end && end[1] === begin) end[1] = begin + STEP;
        else if (isOn) ranges.push([begin, begin + STEP]);
      });
      return ranges;
    });
    try {
      const found = await app.post("/api/input/windows", { days });
      if (number !== asked) return true;
      field.value = found.text;
      note.hidden = true;
      strip.classList.remove("uncertain");
      return true;
    } catch (error) {
      app.fail(error);
      return number !== asked;
    }
  }

  field.addEventListener("input", async () => {
    const number = (asked += 1);
    writing = Promise.resolve(true); // what stands in the field now is what was typed
    try {
      const found = await app.post("/api/input/windows", { column: column.name, text: field.value });
      if (number === asked) read(found);
    } catch (error) { app.fail(error); }
  });
  strip.addEventListener("pointerdown", (/** @type {any} */ event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    event.preventDefault();
    const [at, piece] = [Number(cell.dataset.at), Number(cell.dataset.piece)];
    paint = !marked[at][piece];
    marked[at][piece] = paint;
    go(at, piece);
  });
  strip.addEventListener("pointerover", (/** @type {any} */ event) => {
    const cell = event.target.closest("td");
    if (paint === null || !cell) return;
    const [at, piece] = [Number(cell.dataset.at), Number(cell.dataset.piece)];
    for (let day = Math.min(at, row); day <= Math.max(at, row); day += 1)
      for (let one = Math.min(piece, col); one <= Math.max(piece, col); one += 1) marked[day][one] = paint;
    mark();
  });
  const released = () => { if (paint !== null) { paint = null; written(); } };
  addEventListener("pointerup", released);
  strip.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      marked[row][col] = !marked[row][col];
      written();
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      go(row, event.key === "Home" ? 0 : cells() - 1);
    } else if (down || right) {
      event.preventDefault();
      const isOn = marked[row][col];
      go(row + down, col + right);
      if (event.shiftKey) { marked[row][col] = isOn; written(); }
    }
  });
  field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter") { event.preventDefault(); take(); } });

  /** @type {string | null} */
  let made = null;
  async function take() {
    let seen;
    do {
      seen = writing;
      if (!(await seen)) return; // what was painted last stands nowhere: that was told
    } while (seen !== writing);
    made = field.value.trim();
    dialog.close();
  }
  document.body.append(dialog);
  dialog.showModal();
  read(told);
  go(0, 0);
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  removeEventListener("pointerup", released);
  dialog.remove();
  if (made !== null) then(made);
}
