// @ts-check
/** Blocks of cells: emptied, deleted, copied to and pasted from a spreadsheet. */
import { formatCells, parseCells, placeBlock } from "./clipboard.js";
import { t } from "../words.js";

/** @typedef {import("./grid.js").InputGrid} InputGrid */

/** Empty the cells of the chosen block, but for what is not shown. @param {InputGrid} grid */
export function clearBlock(grid) {
  const { top, bottom, left, right } = grid.block;
  /** @type {[number, number, string][]} */
  const cells = [];
  let veiled = 0;
  for (let row = top; row <= Math.min(bottom, grid.page.rows.length - 1); row += 1)
    for (let col = left; col <= right; col += 1) {
      const text = grid.text(row, col);
      if (text === null) veiled += 1;
      else if (text) cells.push([row, col, ""]);
    }
  if (veiled) grid.does.say(t("input.hiddenKept", { n: veiled }));
  if (cells.length) grid.write(cells);
}

/** Delete the rows of the chosen block. @param {InputGrid} grid */
export function removeRows(grid) {
  const { top, bottom } = grid.block;
  const { rows, total } = grid.page, n = rows.slice(top, bottom + 1).length;
  if (!n) return grid.does.say(t("input.noRow"));
  grid.anchor = { row: top, col: grid.col };
  grid.row = top;
  grid.forget();
  const before = grid.does.faults();
  const done = grid.does.change((page) => ({ removed: page.rows.slice(top, bottom + 1).map((row) => row.row) }));
  // they are gone from view at once: what is typed next stands in a row as it will be
  grid.show({ ...grid.page, total: total - n, rows: rows.filter((_, at) => at < top || at > bottom) });
  return done.then((isDone) => {
    const more = grid.does.faults() - before;
    if (isDone) grid.does.say([t("input.removed", { n }), more > 0 && t("input.removedNamed", { n: more })].filter(Boolean).join(" "));
  });
}

/** Copy the chosen block, or cut it. @param {InputGrid} grid @param {ClipboardEvent} event */
export function copyBlock(grid, event) {
  if (grid.editor) return;
  event.preventDefault();
  const { top, bottom, left, right } = grid.block;
  const rows = [];
  let veiled = 0;
  for (let row = top; row <= bottom; row += 1) {
    const cells = [];
    for (let col = left; col <= right; col += 1) {
      const text = grid.text(row, col);
      if (text === null) veiled += 1;
      cells.push(text ?? "");
    }
    rows.push(cells);
  }
  event.clipboardData?.setData("text/plain", formatCells(rows));
  grid.does.say(veiled ? t("input.copiedVeiled", { n: veiled }) : t("input.copied", { n: rows.length * rows[0].length }));
  if (event.type === "cut") clearBlock(grid);
}

/** @param {InputGrid} grid @param {ClipboardEvent} event */
export function onPaste(grid, event) {
  if (grid.editor) return;
  event.preventDefault();
  pasteBlock(grid, event.clipboardData?.getData("text/plain") ?? "");
}

/** Put a block from the clipboard at the active cell. @param {InputGrid} grid @param {string} text */
export function pasteBlock(grid, text) {
  const block = parseCells(text);
  if (!block.length) return grid.does.say(t("input.nothingToPaste"));
  const { top, bottom, left, right } = grid.block;
  if (block.length === 1 && block[0].length === 1 && (top !== bottom || left !== right)) {
    /** @type {[number, number, string][]} */
    const cells = [];
    for (let row = top; row <= bottom; row += 1) for (let col = left; col <= right; col += 1) cells.push([row, col, block[0][0]]);
    return grid.write(cells);
  }
  const target = { row: top, col: left, rows: grid.page.rows.length, cols: grid.width };
  /** Columns that the table does not have yet. @type {string[]} */
  const columns = [];
  const placed = placeBlock(block, target, (name) => placeOfColumn(grid, name, columns));
  const n = placed.cells.length + placed.added.reduce((sum, line) => sum + line.length, 0);
  const done = grid.write(placed.cells, placed.added, placed.named ? columns : []);
  done.then(() => grid.does.say([t("input.pasted", { n }), placed.named && t("input.pastedNamed"),
    placed.unread.length && t("input.pastedUnread", { n: placed.unread.length, names: placed.unread.join(", ") }),
    placed.dropped && t("input.pastedDropped", { n: placed.dropped })].filter(Boolean).join(" ")));
  return done;
}

/** Where the column of a heading stands, or will once those are added that the table lacks. @param {InputGrid} grid @param {string} name @param {string[]} columns */
function placeOfColumn(grid, name, columns) {
  const plain = name.trim().toLowerCase().replace(/[\s_-]+/g, "_");
  const at = grid.page.columns.findIndex((column) => column.name && column.name === plain);
  if (at >= 0 || !grid.page.lacking.some((column) => column.name === plain)) return at;
  if (!columns.includes(plain)) columns.push(plain);
  return grid.page.next_column + columns.indexOf(plain);
}
