// @ts-check
/** Left: what is looked for, the day, the colors of the services. Above: what the columns are and how it is shown. Below: what has no place. */

import { h } from "../kit.js";
import { t } from "../words.js";
import { amount } from "./verdict.js";
import { shownDays } from "./time.js";
import { foundText, light, lookFor } from "./marking.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */

export const VIEWS = /** @type {const} */ (["day", "week", "board", "people", "list"]);
export const AXES = /** @type {const} */ (["rooms", "staff", "groups"]);

/** A row of buttons of which one is pressed.
 * @param {string} name @param {readonly string[]} values @param {string} current @param {(value: string) => void} chosen
 * @param {(value: string) => string} label */
function switchOf(name, values, current, chosen, label) {
  return h("div", { class: "wk-switch", role: "group", "aria-label": t(`week.switch.${name}`) },
    ...values.map((value) => h("button", { type: "button", "aria-pressed": String(value === current), data: { [name]: value }, on: { click: () => chosen(value) } }, label(value))));
}

/** @param {WeekScreen} screen */
export function toolbarOf(screen) {
  const withColumns = screen.view === "day" || screen.view === "week";
  return h("div", { class: "wk-toolbar" },
    switchOf("view", VIEWS, screen.view, (view) => screen.show({ view }), (view) => t(`week.view.${view}`)),
    withColumns ? switchOf("columns", AXES, screen.axis, (axis) => screen.show({ axis }), (axis) => t(`week.axis.${axis}`)) : null,
    screen.view === "day"
      ? switchOf("day", shownDays(screen.week).map((day) => day.date), screen.day, (day) => screen.show({ day }), (day) => dayLabel(screen, day))
      : null,
    h("span", { class: "gap" }),
    h("button", { type: "button", id: "wk-save", class: screen.week.state.is_saved ? null : "main", disabled: screen.week.state.is_saved === true, on: { click: () => screen.steps.save() } },
      t(screen.week.state.is_saved && screen.week.sessions.length ? "week.isSaved" : "week.save")));
}

/** The day with the number of broken places that touch it.
 * @param {WeekScreen} screen @param {string} date */
function dayLabel(screen, date) {
  const broken = screen.week.sessions.filter((/** @type {any} */ session) => session.date === date && session.rules.length).length;
  return `${screen.facts.day(date)} ${Number(date.slice(8))}${broken ? ` !${broken}` : ""}`;
}

/** @param {WeekScreen} screen */
export function railOf(screen) {
  const used = new Set(screen.week.sessions.map((session) => session.service));
  return h("aside", { class: "wk-rail", "aria-label": t("week.rail") },
    h("label", { class: "wk-field" }, h("span", null, t("week.find.label")),
      h("input", { type: "search", id: "wk-find", value: screen.find, placeholder: t("week.find.hint"), spellcheck: "false", autocomplete: "off", translate: "no",
        on: { input: (/** @type {any} */ event) => lookFor(screen, event.target.value) } })),
    h("p", { class: "wk-quiet", id: "wk-found" }, foundText(screen)),
    screen.lit.size ? h("button", { type: "button", id: "wk-unlight", on: { click: () => light(screen, []) } }, t("week.lightOff")) : null,
    legendOf(screen, used));
}

/** @param {WeekScreen} screen @param {Set<string>} used */
function legendOf(screen, used) {
  const sign = (/** @type {string} */ look, /** @type {string} */ text) => h("span", { class: look, "aria-hidden": "true" }, text);
  const signs = { broken: sign("wk-sign wk-bad", "!"), pinned: sign("wk-sign wk-lock", ""), moved: sign("wk-sign wk-moved", "\u2194"), new: sign("wk-sign wk-moved", "+"),
    legal: sign("wk-swatch wk-legal", ""), illegal: sign("wk-swatch wk-illegal", "") };
  return h("details", { class: "wk-key", open: screen.isLegendOpen, on: { toggle: (/** @type {any} */ event) => { screen.isLegendOpen = event.target.open; } } },
    h("summary", null, t("week.legend.title")),
    h("ul", { class: "wk-legend" }, screen.week.services.filter((service) => used.has(service.id)).map((service) =>
      h("li", null, h("span", { class: `wk-swatch ${screen.facts.tone(service.id)}`, "aria-hidden": "true" }), service.label))),
    h("ul", { class: "wk-legend" }, Object.entries(signs).map(([name, drawn]) => h("li", null, drawn, t(`week.legend.${name}`)))));
}

/** Needs and group sessions without a place; sessions dropped here lose theirs.
 * @param {WeekScreen} screen */
export function trayOf(screen) {
  const needs = screen.week.unplaced;
  return h("section", { class: "wk-tray", "aria-label": t("week.tray.title") },
    h("h2", null, t("week.tray.title"), needs.length ? ` (${needs.reduce((/** @type {number} */ sum, /** @type {{count: number}} */ need) => sum + need.count, 0)})` : ""),
    needs.length
      ? h("div", { class: "wk-needs" }, ...needs.map((/** @type {import("./types.js").Unplaced} */ need) =>
        h("button", { type: "button", class: `wk-need ${screen.facts.tone(need.service)}`, data: { unplaced: need.id }, on: { click: () => screen.choose(need.id) } },
          h("b", null, screen.facts.title(need)), ` ${screen.facts.service(need.service)} ${amount(need.minutes, "minutes")}${need.count > 1 ? ` \u00d7${need.count}` : ""}`)),
        h("button", { type: "button", class: "wk-link", id: "wk-why", on: { click: () => screen.app.go("short") } }, t("week.tray.why")))
      : h("p", { class: "wk-quiet" }, t("week.tray.empty")));
}
