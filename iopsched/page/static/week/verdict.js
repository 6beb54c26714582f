// @ts-check
/** What a move would break, mend and cost, and what the draft breaks: grouped by rule, in a panel that never grows. */

import { h } from "../kit.js";
import { t } from "../words.js";
import { counted, heldSession } from "./places.js";
import { verdictWords } from "./hand.js";
import { light } from "./marking.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */
/** @typedef {import("./types.js").Broken} Broken */
/** @typedef {import("./types.js").BrokenPlace} BrokenPlace */
/** @typedef {import("./types.js").Verdict} Verdict */
/** @typedef {import("./types.js").Goal} Goal */
/** @typedef {import("./types.js").GoalChange} GoalChange */

/** What the hand holds and what its place would do.
 * @param {WeekScreen} screen @param {import("./places.js").Held} held @param {import("./types.js").Place} place */
export function heldVerdict(screen, held, place) {
  const { hand } = screen;
  const what = hand.wholeGroup ? t("week.allOf", { group: held.session?.group }) : screen.facts.titleOf(held);
  const head = h("h2", null, t("week.held", { what }), " ", h("span", { class: "wk-where" }, screen.facts.where(place)));
  if (held.session && hand.unmoved() && !hand.wholeGroup) return [head, h("p", null, t("week.heldHere")), keysHelp(hand)];
  if (!hand.verdict) return [head, h("p", { class: "wk-asked" }, t("week.checking"))];
  return [head, verdictParts(hand.verdict, screen), keysHelp(hand)];
}

/** @param {import("./hand.js").Hand} hand */
function keysHelp(hand) {
  return hand.way !== "form" && h("p", { class: "wk-help" }, hand.help());
}

/** @param {Verdict} verdict @param {WeekScreen} screen */
export function verdictParts(verdict, screen) {
  const { rules } = counted(verdict.broken.new);
  const mended = counted(verdict.broken.mended).places;
  return [
    h("p", { class: rules ? "wk-says-bad" : "wk-says-good" },
      h("span", { class: "wk-sign", "aria-hidden": "true" }, rules ? "!" : "\u2713"), ` ${verdictWords(verdict)}`),
    ...verdict.broken.new.map((rule) => ruleOf(rule, screen)),
    mended ? h("p", null, t("week.mends", { n: mended })) : null,
    verdict.broken.left ? h("p", { class: "wk-quiet" }, t("week.left", { n: verdict.broken.left })) : null,
    changesOf(verdict, screen),
  ];
}

/** One rule: its name, the first place, the others folded.
 * @param {Broken} rule @param {WeekScreen} screen */
export function ruleOf(rule, screen) {
  const [first, ...rest] = rule.places;
  const more = rule.count - 1;
  return h("section", { class: "wk-rule", data: { rule: rule.rule } },
    h("h3", null, rule.title, rule.count > 1 ? ` (${rule.count})` : ""),
    first ? sentenceOf(first, screen) : null,
    rest.length ? h("details", null, h("summary", null, t("week.morePlaces", { n: more })), ...rest.map((place) => sentenceOf(place, screen))) : null,
  );
}

/** A sentence as a button: it lights its sessions. Below it what can be done, where it is a step also as a button.
 * @param {BrokenPlace} place @param {WeekScreen} screen */
function sentenceOf(place, screen) {
  const { held, wholeGroup, verdict } = screen.hand;
  const canTakeAll = place.whole_group && held?.session?.group && verdict && !wholeGroup;
  const others = held ? [] : (place.too ?? []);
  return h("div", { class: "wk-sentence" },
    place.sessions.length
      ? h("button", { type: "button", class: "wk-link", on: { click: () => light(screen, place.sessions) } }, place.sentence)
      : h("span", null, place.sentence),
    place.remedy && h("small", null, ` ${place.remedy}`),
    canTakeAll && h("button", { type: "button", class: "wk-small", on: { click: () => screen.hand.together(true) } }, t("week.takeAll", { group: held.session?.group })),
    others.slice(0, 3).map((id) => h("button", { type: "button", class: "wk-small", on: { click: () => screen.choose(id) } }, t("week.openOther", { what: screen.facts.called(id) }))));
}

/** The goals that would change: the difference in clinic words, now and then. A goal that adds up different things has only words.
 * @param {Verdict} verdict @param {WeekScreen} screen */
function changesOf(verdict, screen) {
  const changed = verdict.goals.filter((goal) => goal.now !== goal.then);
  const needs = verdict.needs ?? [];
  if (!changed.length && !needs.length) return h("p", { class: "wk-quiet" }, t("week.goalsSame"));
  return [
    h("table", { class: "wk-goals" },
      h("caption", null, t("week.goalsChange")),
      h("thead", null, h("tr", null, ["goal", "change"].map((head) => h("th", { scope: "col" }, t(`week.goals.${head}`))))),
      h("tbody", null, changed.map((goal) => changeRow(goal)))),
    needs.length > 0 && h("ul", { class: "wk-needs-change" }, needs.slice(0, 6).map((need) =>
      h("li", null, t(need.then > need.now ? "week.getsShort" : "week.getsMore", { who: screen.facts.person(need.participant), now: amount(need.now, "minutes"), then: amount(need.then, "minutes") })))),
  ];
}

/** @param {GoalChange} goal */
function changeRow(goal) {
  const isWorse = goal.then > goal.now;
  const sign = h("span", { class: "hidden" }, ` ${t(isWorse ? "week.worse" : "week.better")}`);
  const mark = h("span", { "aria-hidden": "true" }, isWorse ? "\u25b2 " : "\u25bc ");
  const ends = { now: amount(goal.now, goal.unit), then: amount(goal.then, goal.unit) };
  const both = !MIXED.has(goal.name) && h("span", { class: "wk-ends" }, ` ${t("week.nowThen", ends)}`);
  return h("tr", { class: isWorse ? "wk-worse" : "wk-better" }, h("th", { scope: "row" }, goal.label), h("td", null, mark, goal.text, sign, both));
}

/** Goals that weigh unlike things against each other: their number says nothing by itself. */
export const MIXED = new Set(["preferences", "workload", "cost"]);

/** A number with its unit: minutes are told as hours, as in all reports: 26.5 h, 23 h 53 min, 50 min.
 * @param {number} value @param {string} unit */
export function amount(value, unit) {
  if (unit !== "minutes") return t("week.amount", { n: value, unit: t(`week.unit.${unit}`, { n: value }) });
  const much = Math.abs(value), sign = value < 0 ? "\u2212" : "";
  if (much && much < 60) return t("week.minutes", { n: sign + much });
  if (much % 30 === 0) return t("week.hours", { n: sign + (much / 60).toLocaleString(document.documentElement.lang) });
  return t("week.hoursMinutes", { hours: sign + Math.floor(much / 60), minutes: much % 60 });
}

/** All that the draft breaks; where nothing is planned yet, nothing is judged.
 * @param {WeekScreen} screen */
export function weekVerdict(screen) {
  const { rules, places } = counted(screen.week.broken);
  const head = h("h2", null, t("week.verdict"));
  if (!screen.week.sessions.length) return [head, h("p", { class: "wk-quiet" }, t("week.nothingToJudge"))];
  if (!rules) return [head, h("p", { class: "wk-says-good" }, h("span", { class: "wk-sign", "aria-hidden": "true" }, "\u2713"), ` ${t("week.keepsAll")}`)];
  return [
    head,
    h("p", { class: "wk-says-bad" }, h("span", { class: "wk-sign", "aria-hidden": "true" }, "!"),
      ` ${t("week.draftBreaks", { rules: t("week.rules", { n: rules }), places: t("week.places", { n: places }) })}`),
    ...screen.week.broken.map((/** @type {Broken} */ rule) => ruleOf(rule, screen)),
  ];
}

/** After a drop on a clash: what it breaks, and four answers.
 * @param {WeekScreen} screen */
export function clashVerdict(screen) {
  const { held, verdict, others, place } = /** @type {import("./steps.js").Drop} */ (screen.clash);
  const named = others.map((/** @type {import("./types.js").Session} */ session) => screen.facts.titleOf(heldSession(session)));
  return [
    h("h2", null, t("week.droppedOn", { what: screen.facts.titleOf(held), where: screen.facts.where(place) })),
    h("p", { class: "wk-says-bad" }, h("span", { class: "wk-sign", "aria-hidden": "true" }, "!"), ` ${verdictWords(verdict)}`),
    h("div", { class: "wk-answers" },
      h("button", { type: "button", on: { click: () => screen.steps.answer("keep") } }, t(others.length ? "week.answer.keep" : "week.answer.keepOne")),
      others.length ? h("button", { type: "button", on: { click: () => screen.steps.answer("instead") } }, t("week.answer.instead", { others: named.join(", ") })) : null,
      others.length && held.session ? h("button", { type: "button", on: { click: () => screen.steps.answer("swap") } }, t("week.answer.swap", { other: named[0] })) : null,
      h("button", { type: "button", on: { click: () => screen.steps.answer("undo") } }, t("week.answer.undo"))),
    ...verdict.broken.new.map((/** @type {Broken} */ rule) => ruleOf(rule, screen)),
    changesOf(verdict, screen),
  ];
}
