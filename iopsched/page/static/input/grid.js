// @ts-check
/** A table of cells to type into: one tab stop, arrows, typing, blocks from and to a spreadsheet. It knows nothing of the server. */
import { fill, h } from "../kit.js";
import { clearBlock, copyBlock, onPaste } from "./blocks.js";
import { isCut } from "./samerow.js";
import { editCell, onEditKey, openWindows } from "./typing.js";
import { t } from "../words.js";

/**
 * @typedef {{at: number, name: string, header: string, kind: string, is_list: boolean, is_needed: boolean, is_hidden: boolean,
 *   is_own: boolean, meaning: string, bounds: [number, number] | null, offered: string[]}} Column
 * @typedef {{row: number, cells: (string | null)[]}} Row
 * @typedef {{table: string, row: number, at: number | null, level: string, message: string, remedy: string, writes: string[]}} Fault
 * @typedef {{columns: Column[], lacking: {name: string}[], next_column: number, rows: Row[], faults: Fault[], total: number, from: number, table: string}} Page
 */

const JUMP = 15;

export class InputGrid {
  /**
   * @param {{change: (make: (page: Page) => any) => Promise<boolean>, say: (text: string) => void, seen: () => void, faults: () => number,
   *   windows: (column: Column, text: string, then: (text: string) => void) => void, label: (page: Page) => string}} does
   */
  constructor(does) {
    this.does = does;
    /** @type {Page} */
    this.page = { columns: [], lacking: [], next_column: 0, rows: [], faults: [], total: 0, from: 0, table: "" };
    this.row = 0;
    this.col = 0;
    this.anchor = { row: 0, col: 0 };
    /** @type {{field: HTMLInputElement, cell: any, row: number, col: number, isBelow: boolean, choices: any} | null} `isBelow`: in the new row, while more rows follow that may move up */
    this.editor = null;
    /** What was typed in this tab, by table, row and column: whoever typed it sees it also where the server hides it. @type {Map<string, string>} */
    this.typed = new Map();
    /** Where somebody began to type from cell to cell with Tab, as in a spreadsheet: Tab goes on to the end of the row then, and Enter to the row below. @type {number | null} */
    this.tabbed = null;
    this.head = h("thead");
    this.body = h("tbody");
    this.element = h("table", { role: "grid", class: "cells", "aria-multiselectable": "true" }, this.head, this.body);
    this.shape = "";
    for (const [kind, then] of Object.entries({
      keydown: this.onKey, mousedown: this.onPress, mouseover: this.onDrag, dblclick: () => this.edit(), focusin: this.onFocus,
      copy: (/** @type {any} */ event) => copyBlock(this, event), cut: (/** @type {any} */ event) => copyBlock(this, event), paste: (/** @type {any} */ event) => onPaste(this, event),
    })) this.element.addEventListener(kind, then.bind(this));
  }

  /** How many rows are shown, the new one included. */
  get height() { return this.page.rows.length + 1; }
  get width() { return this.page.columns.length; }
  get column() { return this.page.columns[this.col]; }
  get isNew() { return this.row >= this.page.rows.length; }

  /** Show other rows, or the same ones with other cells. @param {Page} page */
  show(page) {
    const same = page.table === this.page.table && page.from === this.page.from;
    this.page = page;
    if (!same) {
      this.cancel();
      this.row = 0;
      this.col = 0;
      this.anchor = { row: 0, col: 0 };
    }
    this.row = Math.min(this.row, this.height - 1);
    this.col = Math.max(0, Math.min(this.col, this.width - 1));
    const shape = JSON.stringify([page.table, page.from, page.columns, page.rows.map((row) => row.row)]);
    if (shape === this.shape) this.patch();
    else this.draw();
    this.shape = shape;
    this.mark();
    if (!same) this.reveal();
  }

  draw() {
    const open = this.editor && { text: this.editor.field.value, row: this.editor.row, col: this.editor.col, isBelow: this.editor.isBelow };
    const hadFocus = this.element.contains(document.activeElement);
    this.editor = null;
    const { columns, rows } = this.page;
    this.element.setAttribute("aria-label", this.does.label(this.page));
    this.element.setAttribute("aria-rowcount", String(this.page.total + 2));
    fill(this.head, h("tr", null, h("th", { scope: "col", class: "number" }, h("span", { class: "hidden" }, t("input.row"))),
      columns.map((column) => h("th", { scope: "col", class: [column.is_own && "own", !column.name && "unread"].filter(Boolean).join(" ") || null,
        title: column.name ? column.meaning : t("input.unread"), "aria-description": column.meaning }, column.header, column.is_needed && h("span", { class: "needed", "aria-hidden": "true" }, "*")))));
    fill(this.body, rows.map((row, at) => this.line(String(row.row), at, row.cells)), this.line("+", rows.length, columns.map(() => "")));
    this.patch();
    if (open && open.row < this.height && open.col < this.width) {
      this.row = open.isBelow ? rows.length : open.row;
      this.col = open.col;
      this.edit(open.text);
    } else if (hadFocus) this.focus();
  }

  /** @param {string} number @param {number} at @param {(string | null)[]} cells */
  line(number, at, cells) {
    const isNew = number === "+";
    return h("tr", { class: isNew ? "new" : null, "aria-rowindex": this.page.from + at + 2 },
      h("th", { scope: "row", class: "number" }, isNew ? h("span", { title: t("input.newRow") }, "+", h("span", { class: "hidden" }, ` ${t("input.newRow")}`)) : number),
      cells.map((_, col) => h("td", { role: "gridcell", tabindex: "-1", data: { at, col }, class: this.page.columns[col].is_own ? "own" : null })));
  }

  /** Write the cells and their faults where they differ. */
  patch() {
    /** @type {Map<string, Fault[]>} */
    const faults = new Map();
    for (const fault of this.page.faults) {
      const key = `${fault.row} ${fault.at}`;
      faults.set(key, [...(faults.get(key) ?? []), fault]);
    }
    this.faults = faults;
    this.page.rows.forEach((row, at) => row.cells.forEach((_, col) => {
      const cell = this.cell(at, col), text = this.text(at, col);
      const own = faults.get(`${row.row} ${col}`);
      const level = own?.some((fault) => fault.level === "error") ? "error" : own?.[0].level ?? "";
      if (cell !== this.editor?.cell) put(cell, text === null ? t("input.hiddenCell") : text);
      if ((cell.dataset.level ?? "") !== level) cell.dataset.level = level;
      cell.classList.toggle("veiled", text === null);
      if (level === "error") cell.setAttribute("aria-invalid", "true");
      else cell.removeAttribute("aria-invalid");
      const told = own ? own.map((fault) => `${fault.message} ${fault.remedy}`).join("\n") : text === null ? t("input.hidden") : "";
      if (told) cell.title = told;
      else cell.removeAttribute("title");
    }));
    const last = this.body.lastElementChild;
    for (const cell of last?.querySelectorAll("td") ?? []) if (cell !== this.editor?.cell) put(cell, "");
  }

  /** @param {number} row @param {number} col @returns {any} */
  cell(row, col) { return this.body.rows[row]?.cells[col + 1]; }

  /** The faults of the active cell. @returns {Fault[]} */
  get told() { return this.isNew ? [] : this.faults?.get(`${this.page.rows[this.row].row} ${this.col}`) ?? []; }

  /** The text of a cell; null for one that is not shown. @param {number} row @param {number} col */
  text(row, col) {
    const there = this.page.rows[row];
    if (!there) return "";
    return there.cells[col] ?? (this.page.columns[col].is_hidden ? null : this.typed.get(this.key(there.row, col)) ?? null);
  }

  /** @param {number} row its number in the file @param {number} col */
  key(row, col) { return `${this.page.table} ${row} ${col}`; }

  /** Forget what was typed: rows may have other numbers now, or other texts. */
  forget() { this.typed.clear(); }

  /** Rows and columns of the block that is chosen. */
  get block() {
    const rows = [this.row, this.anchor.row].sort((a, b) => a - b);
    const cols = [this.col, this.anchor.col].sort((a, b) => a - b);
    return { top: rows[0], bottom: Math.min(rows[1], this.height - 1), left: cols[0], right: Math.min(cols[1], this.width - 1) };
  }

  mark() {
    for (const cell of this.body.querySelectorAll("[aria-selected]")) cell.removeAttribute("aria-selected");
    for (const cell of this.body.querySelectorAll('td[tabindex="0"]')) cell.tabIndex = -1;
    const { top, bottom, left, right } = this.block;
    if (top !== bottom || left !== right)
      for (let row = top; row <= bottom; row += 1) for (let col = left; col <= right; col += 1) this.cell(row, col)?.setAttribute("aria-selected", "true");
    const active = this.cell(this.row, this.col);
    if (active) active.tabIndex = 0;
  }

  focus() {
    this.cell(this.row, this.col)?.focus({ preventScroll: true });
    this.reveal();
  }

  /** Scroll to the active cell. */
  reveal() { this.cell(this.row, this.col)?.scrollIntoView({ block: "nearest", inline: "nearest" }); }

  /** @param {number} row @param {number} col @param {boolean} [extends_] */
  go(row, col, extends_ = false) {
    this.row = Math.max(0, Math.min(row, this.height - 1));
    this.col = Math.max(0, Math.min(col, this.width - 1));
    if (!extends_) this.anchor = { row: this.row, col: this.col };
    this.mark();
    this.focus();
    this.does.seen();
  }

  /** @param {any} event */
  onFocus(event) {
    const cell = event.target.closest?.("td");
    if (!cell || this.editor || event.target !== cell) return;
    const [row, col] = [Number(cell.dataset.at), Number(cell.dataset.col)];
    if (row === this.row && col === this.col) return this.does.seen();
    this.go(row, col);
  }

  /** @param {any} event */
  onPress(event) {
    const cell = event.target.closest("td");
    if (event.button !== 0 || (this.editor && this.editor.cell.contains(event.target))) return;
    const head = event.target.closest("tbody th");
    if (!cell && !head) return;
    event.preventDefault();
    this.commit();
    this.tabbed = null;
    if (head) {
      const row = head.parentElement.sectionRowIndex;
      this.anchor = { row: event.shiftKey ? this.anchor.row : row, col: 0 };
      return this.go(row, this.width - 1, true);
    }
    this.go(Number(cell.dataset.at), Number(cell.dataset.col), event.shiftKey);
  }

  /** @param {any} event */
  onDrag(event) {
    const cell = event.target.closest("td");
    if (event.buttons !== 1 || !cell || this.editor) return;
    this.go(Number(cell.dataset.at), Number(cell.dataset.col), true);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (this.editor) return onEditKey(this, event);
    const key = event.key, far = event.ctrlKey || event.metaKey, wide = event.shiftKey;
    /** @type {Record<string, () => [number, number]>} */
    const moves = {
      ArrowUp: () => [far ? 0 : this.row - 1, this.col], ArrowDown: () => [far ? this.height - 1 : this.row + 1, this.col],
      ArrowLeft: () => [this.row, far ? 0 : this.col - 1], ArrowRight: () => [this.row, far ? this.width - 1 : this.col + 1],
      Home: () => [far ? 0 : this.row, 0], End: () => [far ? this.height - 1 : this.row, this.width - 1],
      PageUp: () => [this.row - JUMP, this.col], PageDown: () => [this.row + JUMP, this.col],
    };
    const beside = this.col + (wide ? -1 : 1);
    if (key === "Tab" && this.tabbed !== null && beside >= 0 && beside < this.width) this.go(this.row, beside);
    else if (moves[key] || key === "Tab" || key === "Escape") this.tabbed = null;
    if (moves[key]) this.go(...moves[key](), wide);
    else if (key === "F2" || (key === "Enter" && !far)) this.edit();
    else if (key === "F4") openWindows(this);
    else if (key === "Delete" || key === "Backspace") clearBlock(this);
    else if (key === "Escape") this.go(this.row, this.col);
    else if (far && key.toLowerCase() === "a") { this.anchor = { row: 0, col: 0 }; this.go(this.height - 2, this.width - 1, true); }
    else if (key.length === 1 && !far && !event.altKey) this.edit(key === " " ? "" : key);
    else if (key !== "Tab" || this.tabbed === null) return;
    event.preventDefault();
  }

  /** Type into the active cell, from a text of its own or from what stands there. @param {string} [text] */
  edit(text) { editCell(this, text); }

  /** Take what was typed. */
  commit() {
    const editor = this.editor;
    if (!editor) return;
    const text = editor.field.value.trim(), before = this.text(editor.row, editor.col);
    this.editor = null;
    editor.cell.classList.remove("open");
    put(editor.cell, text);
    if (text !== (before ?? "")) this.write([[editor.row, editor.col, text]]);
    else if (before === null) put(editor.cell, t("input.hiddenCell"));
  }

  cancel() {
    const editor = this.editor;
    if (!editor) return;
    this.editor = null;
    editor.cell.classList.remove("open");
    put(editor.cell, this.text(editor.row, editor.col) ?? t("input.hiddenCell"));
  }

  /**
   * Change cells by their rows as shown, counted from 0; those behind the last are new. The change is made out when its turn comes.
   * @param {[number, number, string][]} cells @param {[number, string][][]} [further] @param {string[]} [columns] such as the table lacks
   */
  write(cells, further = [], columns = []) {
    const before = this.page, below = isCut(before) ? before.rows.length : Infinity; // what moves up there is not the new row
    const done = this.does.change((page) => {
      const known = page.rows;
      /** @type {Map<number, [number, string][]>} */
      const added = new Map();
      for (const [row, col, text] of cells) if (row >= Math.min(known.length, below)) added.set(row, [...(added.get(row) ?? []), [col, text]]);
      return {
        cells: cells.filter(([row]) => row < Math.min(known.length, below)).map(([row, col, text]) => [known[row].row, col, text]),
        added: [...[...added.keys()].sort((a, b) => a - b).map((row) => added.get(row)), ...further],
        ...(columns.length ? { columns } : {}),
      };
    });
    return done.then((isDone) => { if (isDone) this.remember(cells, further, before); });
  }

  /**
   * Keep what was typed into rows that are shown.
   * @param {[number, number, string][]} cells @param {[number, string][][]} further @param {Page} before
   */
  remember(cells, further, before) {
    const { rows, from, table } = this.page;
    if (table !== before.table || from !== before.from) return;
    /** @type {[number, number, string][]} */
    const added = further.flatMap((line, down) => line.map(([col, text]) => /** @type {any} */ ([before.rows.length + down, col, text])));
    for (const [row, col, text] of [...cells, ...added]) if (rows[row] && (row < before.rows.length || !isCut(before))) this.typed.set(this.key(rows[row].row, col), text);
    this.patch();
  }
}

/** @param {any} cell @param {string} text */
function put(cell, text) {
  if (cell.childElementCount || cell.textContent !== text) cell.textContent = text;
}
