// @ts-check
/** Who else could come: the waitlist, how many more of each kind, what keeps one more out and what that costs. */

import { button, h, redraw } from "../kit.js";
import { t } from "../words.js";
import { isAtWork, noAnswer, oldness, stepList, timeLine } from "./answer.js";

/** @param {any} app @param {{attempt: (row: any) => void, admit: (row: any) => void, tried: () => any, isSaved: () => boolean, save: () => Promise<void>, again: () => Promise<any>}} does */
export function newcomersPart(app, does) {
  const root = h("section", { "aria-labelledby": "newcomers" });
  /** @type {any} */
  let told = null;
  let tick = () => {};
  const rows = (/** @type {string} */ kind) => told.rows.filter((/** @type {any} */ row) => row.kind === kind);

  /** @param {any} found */
  function draw(found) {
    told = found;
    tick = () => {};
    const isRunning = isAtWork(told), none = told.result?.kind === "none" ? told.result : null;
    const fixed = h("input", { type: "checkbox", id: "newcomers-fixed", checked: rows("heading").some((/** @type {any} */ row) => row.moves_nobody) });
    const time = isRunning ? timeLine(told, "newcomers-time", progress()) : null;
    if (time) tick = time.tick;
    return redraw(root, h("h2", { id: "newcomers", tabindex: "-1" }, t("newcomers.title")), h("p", null, t("newcomers.about")),
      h("p", { class: "line" }, isRunning ? [button(t("short.stop"), stop, { id: "newcomers-stop", disabled: told.state === "stopping" }), time?.parts]
        : [button(t(!does.isSaved() ? "newcomers.saveAsk" : told.state === "ended" ? "newcomers.askAgain" : "newcomers.ask"), () => start(fixed.checked), { id: "newcomers-ask" }), h("label", { class: "names" }, fixed, t("newcomers.fixed"))]),
      oldness(told) && !does.tried() && h("p", { class: "note", id: "newcomers-old" }, oldness(told)),
      none && noAnswer(none, "newcomers-failed", app),
      waitlist(), kinds(), next(), left(),
      rows("left_out").map((/** @type {any} */ row) => h("p", { class: "quiet" }, row.text)),
      !isRunning && rows("left_out").length > 0 && does.isSaved() && button(t("newcomers.longer"), () => start(fixed.checked, true), { id: "newcomers-longer" }));
  }

  function progress() {
    const [heading] = rows("heading"), done = rows("referral").length, kindsDone = rows("more").length;
    if (!heading) return t("newcomers.stage_week");
    if (heading.waiting && done < heading.waiting) return t("newcomers.stage_waitlist", { done, n: heading.waiting });
    if (kindsDone < heading.kinds) return t("newcomers.stage_kinds", { done: kindsDone, n: heading.kinds });
    return t("newcomers.stage_next");
  }

  function waitlist() {
    const waiting = rows("referral"), later = new Map(rows("later").map((/** @type {any} */ row) => [row.person, row.line]));
    const [heading] = rows("heading");
    if (heading && !heading.waiting) return h("p", null, t("newcomers.nobodyWaits"));
    if (!waiting.length) return null;
    return [h("h3", null, t("newcomers.waitlist")), rows("together").map((/** @type {any} */ row) => h("p", null, row.line)),
      h("ul", { id: "waitlist" }, waiting.map((/** @type {any} */ row) => h("li", null, row.line,
        row.places.length > 0 && h("span", { class: "quiet" }, ` ${row.places.slice(0, 4).join("; ")}`), later.has(row.person) && ` ${later.get(row.person)}`, " ",
        does.tried()?.way === row.mark ? h("span", { class: "good" }, `✓ ${t("short.beingTried")}`)
          : row.can_start && canTry() && button(t("newcomers.admit"), () => does.admit(row), { id: `admit-${row.person}`, "aria-label": t("newcomers.admitThis", { who: row.person }) }))))];
  }

  const canTry = () => told.is_of_now && !does.tried();

  function kinds() {
    const found = rows("more");
    return found.length > 0 && h("table", { id: "kinds", class: "wide" }, h("caption", null, t("newcomers.kinds")),
      h("thead", null, h("tr", null, ["kind", "more", "sure"].map((key) => h("th", { scope: "col" }, t(`newcomers.head_${key}`))))),
      h("tbody", null, found.map((/** @type {any} */ row) => h("tr", null, h("th", { scope: "row" }, row.title), ...(row.more || row.bound !== null ? [h("td", null, row.more), h("td", null, row.sure)] : [h("td", null, "–"), h("td", null, t("newcomers.noneFound"))])))));
  }

  function next() {
    const found = [...rows("next")].sort((a, b) => a.points - b.points);
    return found.length > 0 && [h("h3", null, t("newcomers.next")), h("p", { class: "quiet" }, t("newcomers.nextAbout")),
      h("ol", { id: "next" }, found.map((row, at) => h("li", null, t("newcomers.costs", { what: row.title, n: row.points }), " ", h("span", { class: "quiet" }, row.why.join(" ")), stepList(row.steps),
        does.tried()?.way === row.mark ? h("p", { class: "good" }, `✓ ${t("short.beingTried")}`)
          : canTry() && button(t("short.try"), () => does.attempt(row), { id: `try-next-${at + 1}`, "aria-label": t("newcomers.tryNext", { what: row.title }) }))))];
  }

  function left() {
    const [row] = rows("left");
    return row && h("details", null, h("summary", null, t("newcomers.left")), h("p", { class: "quiet" }, row.about), h("table", { class: "wide" },
      h("thead", null, h("tr", null, row.columns.map((/** @type {string} */ head) => h("th", { scope: "col" }, head)))),
      h("tbody", null, row.cells.map((/** @type {any[]} */ cells) => h("tr", null, cells.map((text) => h("td", null, text)))))));
  }

  /** @param {boolean} movesNobody @param {boolean} [isLong] */
  async function start(movesNobody, isLong = false) {
    try {
      await does.save();
      await app.post("/api/newcomers/start", { moves_nobody: movesNobody, is_long: isLong });
      await does.again();
      app.say(t("newcomers.begun"));
      document.getElementById("newcomers-stop")?.focus();
    } catch (error) { app.fail(error); }
  }
  async function stop() {
    try {
      await app.post("/api/newcomers/stop", {});
      await does.again();
      if (isAtWork(told)) app.say(t("answer.stopping"));
    } catch (error) { app.fail(error); }
  }

  return { root, draw, start: () => start(false), tick: () => tick(), number: () => rows("referral").filter((/** @type {any} */ row) => row.can_start).length };
}
