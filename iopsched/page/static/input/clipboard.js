// @ts-check
/** Blocks of cells as spreadsheets put them on the clipboard, and back. Nothing here knows of the page. */

/**
 * Return rows of cells. A cell in quotation marks may hold tabs and line breaks; one line break at the end is none of a cell.
 * @param {string} text
 * @returns {string[][]}
 */
export function parseCells(text) {
  if (text === "") return [];
  /** @type {string[][]} */
  const rows = [[]];
  let at = 0;
  for (;;) {
    const quoted = text[at] === '"' ? found(QUOTED, text, at) : null;
    const cell = quoted ?? found(PLAIN, text, at) ?? "";
    const end = at + cell.length;
    rows[rows.length - 1].push(quoted === null ? cell : cell.slice(1, -1).replaceAll('""', '"').replaceAll("\r\n", "\n"));
    if (end >= text.length) break;
    at = end + 1;
    if (text[end] === "\t") continue;
    if (text[end] === "\r" && text[at] === "\n") at += 1;
    if (at >= text.length) break;
    rows.push([]);
  }
  return rows;
}

const QUOTED = /"(?:[^"]|"")*"(?=[\t\r\n]|$)/y;
const PLAIN = /[^\t\r\n]*/y;

/** @param {RegExp} pattern @param {string} text @param {number} at */
function found(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** @param {string[][]} rows */
export const formatCells = (rows) => rows.map((cells) => cells.map(written).join("\t")).join("\r\n");

/** @param {string} cell */
const written = (cell) => (/[\t\r\n]|^"/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/**
 * Return where a block goes: the changes of cells that are there, and the rows that are new.
 * A first row of which at least two cells, and half of them, name columns says where each column goes; columns that are not known stay away.
 * @param {string[][]} block
 * @param {{row: number, col: number, rows: number, cols: number}} target upper left corner, and the size of the table
 * @param {(name: string) => number} placeOf where a column of this name is or will be, -1 for none
 * @returns {{cells: [number, number, string][], added: [number, string][][], dropped: number, named: boolean, unread: string[]}}
 */
export function placeBlock(block, target, placeOf) {
  const heads = block.length > 1 ? block[0].map((cell) => (cell.trim() ? placeOf(cell) : -2)) : [];
  const known = heads.filter((at) => at >= 0).length, named = known > 1 && known >= heads.filter((at) => at === -1).length;
  const unread = named ? block[0].filter((_, at) => heads[at] === -1).map((name) => name.trim()) : [];
  const rows = named ? block.slice(1) : block;
  /** @type {[number, number, string][]} */
  const cells = [];
  /** @type {[number, string][][]} */
  const added = [];
  let dropped = 0;
  rows.forEach((texts, down) => {
    const row = target.row + down;
    /** @type {[number, string][]} */
    const line = [];
    texts.forEach((text, right) => {
      const col = named ? heads[right] ?? -2 : target.col + right;
      if (col >= 0 && (named || col < target.cols)) line.push([col, text]);
      else if (text.trim() && col !== -1) dropped += 1;
    });
    if (row < target.rows) for (const [col, text] of line) cells.push([row, col, text]);
    else added.push(line);
  });
  return { cells, added, dropped, named, unread };
}
