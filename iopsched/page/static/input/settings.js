// @ts-check
/** The settings as a form: what is written, what holds where nothing is written, and on whose word. */
import { button, fill, h } from "../kit.js";
import { t } from "../words.js";

/** Tables whose rows the clinic names itself. */
const NAMED = ["levels", "phases", "payers", "equipment", "blocks"];

/**
 * @param {any} app @param {Element} frame
 * @param {Set<string>} open groups that are open, which stay so when the form is drawn anew
 * @param {{queued: (then: () => Promise<any>) => Promise<any>, changed: (overview: any) => void, refused: (error: any) => Promise<void>}} does
 */
export async function settingsForm(app, frame, open, does) {
  let told = await app.get("/api/input/settings");
  /** Tables that somebody has named and that hold nothing yet. @type {any[]} */
  let begun = [];
  const about = h("p", { class: "quiet notice" }, t("input.settingsAbout"));
  const body = h("div", { class: "settings" });

  let isDrawing = false;
  function draw() {
    const active = document.activeElement, focused = active?.id;
    /** What is being typed stays. */
    const half = active instanceof HTMLInputElement && active.id && body.contains(active) && active.value !== active.dataset.written ? active.value : null;
    const groups = [...told.groups, ...begun.filter((group) => !told.groups.some((/** @type {any} */ one) => one.table.join(".") === group.table.join(".")))];
    isDrawing = true;
    fill(body, groups.map(groupOf), NAMED.map(adder));
    isDrawing = false;
    const field = /** @type {any} */ (focused && document.getElementById(focused));
    if (!field) return;
    field.focus();
    if (half === null) return field.select?.();
    field.value = half;
  }

  /** @param {any} group */
  function groupOf(group) {
    const [table, ...rest] = group.table, key = group.table.join(".");
    const name = [t(`input.group_${table ?? ""}`), ...rest].join(" ");
    const written = group.fields.filter((/** @type {any} */ field) => field.written !== null).length;
    return h("details", { class: "setting-group", open: open.has(key), data: { key }, on: { toggle: (/** @type {any} */ event) => { if (event.target.open) open.add(key); else open.delete(key); } } },
      h("summary", null, name, h("span", { class: "quiet" }, ` ${t("input.writtenOf", { n: written, all: group.fields.length })}`)),
      group.fields.map(fieldOf));
  }

  /** @param {any} field */
  function fieldOf(field) {
    const name = field.path.at(-1), id = `setting-${field.path.join(".")}`;
    let sent = field.written;
    const send = (/** @type {any} */ event) => {
      const text = event.target.value.trim() || null;
      if (text === sent || isDrawing) return; // a field that is taken away is left, too
      sent = text;
      write(field, name, text);
    };
    const hint = field.written === null
      ? field.otherwise === "" ? t("input.notWritten") : t(field.source ? "input.otherwiseFrom" : "input.otherwise", { value: field.otherwise, source: field.source })
      : field.otherwise === "" || field.otherwise === field.written ? "" : t("input.insteadOf", { value: field.otherwise, source: field.source });
    const range = field.bounds && t(field.unit ? "input.rangeHours" : "input.range", { low: field.bounds[0], high: field.bounds[1] });
    const control = field.choices.length
      ? h("select", { id, "aria-describedby": `${id}-about`, on: { change: send } },
          h("option", { value: "", selected: field.written === null }, t("input.notWritten")),
          [...new Set([...field.choices, ...(field.written === null ? [] : [field.written])])].map((word) => h("option", { value: word, selected: word === field.written }, word)))
      : h("input", { type: "text", id, value: field.written ?? "", placeholder: field.otherwise, "aria-describedby": `${id}-about`,
          data: { written: field.written ?? "" }, on: { change: send, blur: send } });
    return h("div", { class: "setting" }, h("label", { for: id }, name), control,
      h("div", { id: `${id}-about` }, h("p", null, field.meaning, ["texts", "wholes"].includes(field.form) && ` ${t("input.listHint")}`),
        (hint || range) && h("p", { class: "quiet" }, [hint, range].filter(Boolean).join(" · "))));
  }

  /** @param {string} table */
  function adder(table) {
    const like = told.groups.find((/** @type {any} */ group) => group.table[0] === table);
    if (!like && table !== "equipment") return null;
    const field = h("input", { type: "text", "aria-label": `${t(`input.group_${table}`)}: ${t("input.newName")}` });
    const add = () => {
      const name = field.value.trim();
      if (table !== "blocks" && !name) return;
      if (table === "blocks") return write({ path: ["blocks", String(told.groups.filter((/** @type {any} */ one) => one.table[0] === "blocks").length + 1), "id"] }, "id", name || "new");
      if (table === "equipment") return write({ path: ["equipment", name] }, name, "1");
      const fields = like.fields.map((/** @type {any} */ one) => ({ ...one, path: [table, name, ...one.path.slice(2)], written: null, otherwise: "", source: "" }));
      begun.push({ table: [table, name], fields });
      open.add(`${table}.${name}`);
      draw();
      document.getElementById(`setting-${fields[0].path.join(".")}`)?.focus();
    };
    return h("div", { class: "line notice" }, field, button(t("input.addTo", { name: t(`input.group_${table}`) }), add));
  }

  /** @param {any} field @param {string} name @param {string | null} text */
  const write = (field, name, text) => does.queued(() => written(field, name, text));

  /** @param {any} field @param {string} name @param {string | null} text */
  async function written(field, name, text) {
    if (text === (field.written ?? null)) return;
    try {
      const found = await app.post("/api/input/setting", { revision: told.revision, path: field.path, text });
      told = found.settings;
      does.changed(found.input);
      app.say(t(text === null ? "input.settingTaken" : "input.settingWritten", { name }));
      draw();
    } catch (error) {
      await does.refused(error);
      document.getElementById(`setting-${field.path.join(".")}`)?.focus();
    }
  }

  /** Show a setting by its dotted key, as far as there is one. @param {string} key */
  function go(key) {
    const parts = key.split(".");
    const group = told.groups.find((/** @type {any} */ one) => one.fields.some((/** @type {any} */ field) => field.path.join(".") === key))
      ?? told.groups.find((/** @type {any} */ one) => one.table.join(".") === parts.slice(0, -1).join("."));
    if (!group) return;
    open.add(group.table.join("."));
    draw();
    (document.getElementById(`setting-${key}`) ?? document.getElementById(`setting-${group.fields[0].path.join(".")}`))?.focus();
  }

  /** Show what is written now; what is being typed stays. */
  async function load() {
    told = await app.get("/api/input/settings");
    draw();
  }

  fill(frame, about, body);
  draw();
  return { go, load, element: body };
}
