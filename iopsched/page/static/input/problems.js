// @ts-check
/** Everything that is at fault, by table, errors first: a click shows the cell, a button writes the remedy, F8 goes on. */
import { button, fill, h } from "../kit.js";
import { t } from "../words.js";
import { tableName } from "./tablenames.js";

const MOST_PROBLEMS = 200;

/** `write` is given all problems that one text mends. @param {{go: (problem: any) => void, write: (problems: any[], text: string) => void}} does */
export function problemList(does) {
  const title = h("h2", { id: "problems-title" }, t("input.problems"));
  const list = h("div", { class: "list" });
  const element = h("section", { class: "problems", "aria-labelledby": "problems-title" }, title, list);
  /** @type {any[]} */
  let shown = [];
  let at = -1;

  /** @param {any[]} problems */
  function show(problems) {
    const old = shown[at];
    /** @type {Map<string, any[]>} */
    const groups = new Map();
    for (const problem of problems.slice(0, MOST_PROBLEMS)) groups.set(problem.table, [...(groups.get(problem.table) ?? []), problem]);
    shown = [...groups.values()].flat();
    at = old ? shown.findIndex((one) => one.place === old.place && one.code === old.code) : -1;
    const focused = list.contains(document.activeElement);
    title.textContent = problems.length ? t("input.problemsOf", { n: problems.length }) : t("input.problems");
    if (!problems.length) return fill(list, h("p", { class: "quiet" }, t("input.noProblems")));
    fill(list, [...groups].map(([table, rows]) => h("section", null, h("h3", null, `${table ? tableName(table) : t("input.clinic")} (${rows.length})`),
      h("ul", { class: "rows" }, rows.map(entry)))),
    problems.length > MOST_PROBLEMS && h("p", null, t("input.moreProblems", { n: problems.length - MOST_PROBLEMS })));
    if (focused) entries()[Math.max(at, 0)]?.focus();
  }
  /** @param {any} problem */
  function entry(problem) {
    const place = [problem.row > 0 && t("input.rowNumber", { n: problem.row }), problem.column].filter(Boolean).join(", ");
    const choose = (/** @type {() => void} */ then) => () => { at = shown.indexOf(problem); then(); };
    return h("li", { data: { level: problem.level } },
      h("button", { type: "button", class: "plain problem", "data-here": problem === shown[at], on: { click: choose(() => does.go(problem)) } },
        h("b", null, t(`input.level_${problem.level}`)), place && h("span", { class: "place" }, ` ${place}:`), ` ${problem.message} `, h("span", { class: "remedy" }, problem.remedy),
        problem.more > 0 && h("span", { class: "quiet" }, ` ${t("input.moreAlike", { n: problem.more })}`)),
      problem.writes.map((/** @type {string} */ text) => button(t("input.write", { text }), choose(() => does.write([problem], text)), { class: "write" })), writeAll(problem, choose));
  }
  /** Where the same is at fault in several rows, the first of them has a button for all. @param {any} problem @param {(then: () => void) => () => void} choose */
  function writeAll(problem, choose) {
    const alike = problem.writes.length === 1 && problem.at !== null ? shown.filter((one) => isAlike(one, problem)) : [];
    return alike.length > 1 && alike[0] === problem
      && button(t("input.writeAll", { text: problem.writes[0], n: alike.length }), choose(() => does.write(alike, problem.writes[0])), { class: "write" });
  }
  const entries = () => list.querySelectorAll("button.problem");
  /** @param {number} by */
  function next(by) {
    if (!shown.length) return;
    at = (at + by + shown.length) % shown.length;
    does.go(shown[at]);
    entries()[at]?.scrollIntoView({ block: "nearest" });
    for (const [number, one] of [...entries()].entries()) one.toggleAttribute("data-here", number === at);
  }
  return { element, next, show };
}

/** Whether two problems are one and the same in different rows, with one and the same remedy. @param {any} one @param {any} other */
const isAlike = (one, other) => one.table === other.table && one.at === other.at && one.code === other.code && one.writes.join("\n") === other.writes.join("\n");
