// @ts-check
/** Typing into a cell of the table: its field, the keys in it, the editor of days and times. */
import { fill, h } from "../kit.js";
import { choicesFor } from "./choices.js";
import { isCut, rowMark, rowNow } from "./samerow.js";
import { t } from "../words.js";

/** @typedef {import("./grid.js").InputGrid} InputGrid */

/** A key while a cell is typed into. @param {InputGrid} grid @param {KeyboardEvent} event */
export function onEditKey(grid, event) {
  const editor = grid.editor;
  if (!editor || event.isComposing) return;
  event.stopPropagation();
  if (editor.choices.onKey(event)) return;
  const by = { Enter: [event.shiftKey ? -1 : 1, 0], Tab: [0, event.shiftKey ? -1 : 1] }[event.key];
  if (by) {
    event.preventDefault();
    grid.commit();
    const first = grid.tabbed ?? grid.col;
    grid.go(grid.row + by[0], by[0] ? first : grid.col + by[1]);
    grid.tabbed = by[0] ? null : first;
  } else if (event.key === "Escape") {
    event.preventDefault();
    grid.cancel();
    grid.focus();
  } else if (event.key === "F4") {
    event.preventDefault();
    openWindows(grid);
  }
}

/** Whether the active cell can be typed into; if not it is said why. What may be a name in another column can be typed over. @param {InputGrid} grid */
function isOpen(grid) {
  if (grid.text(grid.row, grid.col) !== null) return true;
  grid.does.say(t(grid.column.is_hidden ? "input.hidden" : "input.hiddenOver"));
  return !grid.column.is_hidden;
}

/** Type into the active cell, from a text of its own or from what stands there. @param {InputGrid} grid @param {string} [text] */
export function editCell(grid, text) {
  if (grid.editor || !grid.width || !isOpen(grid)) return;
  const cell = grid.cell(grid.row, grid.col), column = grid.column;
  const field = h("input", { type: "text", class: "cell", value: text ?? grid.text(grid.row, grid.col) ?? "",
    "aria-label": `${column.header}, ${t("input.row")} ${grid.isNew ? t("input.newRow") : grid.page.rows[grid.row].row}` });
  const choices = choicesFor(field, column);
  grid.editor = { field, cell, row: grid.row, col: grid.col, isBelow: grid.isNew && isCut(grid.page), choices };
  grid.anchor = { row: grid.row, col: grid.col };
  grid.mark();
  fill(cell, field, choices.element);
  cell.classList.add("open");
  field.addEventListener("blur", () => { if (grid.editor?.field === field && document.hasFocus()) grid.commit(); });
  field.focus();
  if (text === undefined) field.select();
  else field.setSelectionRange(text.length, text.length);
  choices.update(text !== undefined);
}

/** Open the editor of windows for the active cell. @param {InputGrid} grid */
export function openWindows(grid) {
  const column = grid.column;
  if (column?.kind !== "windows") return grid.does.say(t("input.noWindows"));
  if (!isOpen(grid)) return;
  const text = grid.editor ? grid.editor.field.value : grid.text(grid.row, grid.col) ?? "";
  grid.cancel();
  const { row, col } = grid, mark = rowMark(grid, row);
  grid.does.windows(column, text, (made) => {
    const now = rowNow(grid, mark, row);
    if (now === null) grid.does.say(t("input.rowGone"));
    else if (made !== text) grid.write([[now, col, made]]);
  });
}
