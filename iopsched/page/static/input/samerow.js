// @ts-check
/** Which row somebody types into, known again after another program has changed the table. */
import { t } from "../words.js";

/** @typedef {import("./grid.js").InputGrid} InputGrid */

/** What a row is known by: its id, else all that stands in it; blank for the new one. @param {InputGrid} grid @param {number} at */
export function rowMark(grid, at) {
  const row = grid.page.rows[at], own = grid.page.columns.findIndex((column) => column.is_own);
  return row ? JSON.stringify(row.cells[own] || row.cells) : "";
}

/** Where the row is now, null where it is no more. @param {InputGrid} grid @param {string} mark @param {number} at where it was */
export function rowNow(grid, mark, at) {
  const { rows } = grid.page;
  if (!mark) return rows.length;
  if (rows[at] && rowMark(grid, at) === mark) return at;
  const found = rows.findIndex((_, other) => rowMark(grid, other) === mark);
  return found < 0 ? null : found;
}

/** Whether more rows of the table come after those shown: a new row stands below them all then. @param {import("./grid.js").Page} page */
export const isCut = (page) => page.from + page.rows.length < page.total;

/**
 * Problems with the numbers that their rows have now; without those whose row is gone, or is not known again.
 * @param {any[]} problems @param {any} before the rows that were shown with them @param {any} page those that are shown now
 */
export function problemsNow(problems, before, page) {
  if (!before || (page.table === before.table && page.revision === before.revision)) return problems;
  const text = (/** @type {any} */ row) => JSON.stringify(row.cells);
  return problems.flatMap((problem) => {
    if (problem.table !== before.table) return [problem];
    const old = before.rows.find((/** @type {any} */ row) => row.row === problem.row);
    const alike = old && page.table === before.table ? page.rows.filter((/** @type {any} */ row) => text(row) === text(old)) : [];
    return alike.length === 1 ? [{ ...problem, row: alike[0].row }] : [];
  });
}

/** Load a table that another program has changed; what is being typed goes on in its own row. @param {InputGrid} grid @param {() => Promise<void>} load */
export async function keepEditor(grid, load) {
  const before = grid.editor, mark = before ? rowMark(grid, before.row) : "";
  await load();
  const editor = grid.editor;
  if (!before || !editor) return;
  const row = rowNow(grid, mark, before.row), text = editor.field.value;
  if (row === editor.row) return;
  grid.cancel();
  if (row === null) return grid.does.say(t("input.rowGone"));
  grid.row = row;
  grid.edit(text);
}
