// @ts-check
/** From a problem to its cell, and what its remedy writes there. */
import { SETTINGS, SHOWN_ROWS } from "./drawing.js";
import { problemsNow } from "./samerow.js";
import { t } from "../words.js";

/** @typedef {import("./screen.js").InputScreen} InputScreen */

/** Show the cell that a problem is about. @param {InputScreen} screen @param {any} problem */
export async function goToProblem(screen, problem) {
  if (!problem.table) return;
  if (problem.table !== screen.table) await screen.open(problem.table);
  if (problem.table === SETTINGS) return screen.settings?.go(problem.column);
  let at = screen.page.rows.findIndex((/** @type {any} */ row) => row.row === problem.row);
  if (at < 0 && problem.row > screen.page.header_row) {
    const number = await pageOf(screen, problem.row);
    if (number !== null) {
      await screen.open(screen.table, number);
      at = screen.page.rows.findIndex((/** @type {any} */ row) => row.row === problem.row);
    }
  }
  if (at >= 0) screen.grid.go(at, problem.at ?? 0);
  else screen.grid.focus();
}

/** Return where the page begins that holds a row, None where there is none. @param {InputScreen} screen @param {number} row */
async function pageOf(screen, row) {
  for (let from = 0; from < screen.page.total; from += SHOWN_ROWS) {
    const page = await screen.app.get(`/api/input/table/${screen.table}?from=${from}&count=${SHOWN_ROWS}`);
    if (page.rows.some((/** @type {any} */ one) => one.row === row)) return from;
  }
  return null;
}

/** Write what a remedy says, in one change for all problems that are alike. @param {InputScreen} screen @param {any[]} problems @param {string} text */
export async function writeRemedy(screen, problems, text) {
  let known = problems, seen = screen.page;
  /** Rows may have other numbers by now. @param {any} page */
  const follow = (page) => {
    known = problemsNow(known, seen, page);
    seen = page;
  };
  await screen.line.catch(() => {}); // rows may be deleted by what is under way
  follow(screen.page);
  const [first] = known;
  if (!first) return screen.app.say(t("input.rowGone"));
  await goToProblem(screen, first);
  if (first.table === SETTINGS || first.at === null) return;
  follow(screen.page);
  await screen.change((page) => {
    follow(page);
    return { cells: known.map((problem) => [problem.row, problem.at, text]) };
  });
  screen.app.say(known.length ? t("input.wrote", { text, n: known.length }) : t("input.rowGone"));
  screen.grid.focus();
}
