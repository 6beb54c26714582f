// @ts-check
/** What stands around the cells: the list of tables, tools, what the active cell means, the pages of a long table. */
import { button, fill, h } from "../kit.js";
import { removeRows } from "./blocks.js";
import { writeRemedy } from "./finding.js";
import { tableName } from "./tablenames.js";
import { openWindows } from "./typing.js";
import { t } from "../words.js";

/** @typedef {import("./screen.js").InputScreen} InputScreen */

export const SETTINGS = "clinic.toml";
/** So many rows are shown at once. */
export const SHOWN_ROWS = 200;

/** The tables that there are, each with its rows and faults. @param {InputScreen} screen */
export function drawSide(screen) {
  const focused = document.activeElement?.getAttribute("data-table");
  const entry = (/** @type {string} */ id, /** @type {string} */ name, /** @type {any} */ counts, /** @type {any} */ row) =>
    h("li", null, h("button", { type: "button", class: "plain entry", "aria-current": id === screen.table ? "true" : null, data: { table: id, there: row?.exists ?? true }, on: { click: () => screen.open(id) } },
      h("span", { class: "name" }, name),
      row && h("span", { class: "count" }, row.exists ? String(row.rows) : "–", h("span", { class: "hidden" }, ` ${row.exists ? t("input.rows", { n: row.rows }) : t("input.notThere")}`)),
      counts.error > 0 && h("span", { class: "badge", data: { sign: "!" } }, `! ${counts.error}`, h("span", { class: "hidden" }, ` ${t("input.faults", { n: counts.error })}`)),
      !counts.error && counts.warning > 0 && h("span", { class: "badge" }, `? ${counts.warning}`, h("span", { class: "hidden" }, ` ${t("input.warnings", { n: counts.warning })}`))));
  const items = [entry(SETTINGS, t("input.settings"), screen.overview.settings.faults, null),
    ...screen.overview.tables.map((/** @type {any} */ row) => entry(row.id, tableName(row.id), row.faults, row))];
  fill(screen.side, h("ul", { class: "rows" }, items));
  if (focused) screen.side.querySelector(`[data-table="${focused}"]`)?.focus();
}

/** What can be done with rows and columns. @param {InputScreen} screen */
export function drawTools(screen) {
  const lacking = screen.page.lacking;
  const add = lacking.length > 0 && h("select", { "aria-label": t("input.addColumn"), on: { change: (/** @type {any} */ event) => screen.addColumn(event.target.value) } },
    h("option", { value: "" }, t("input.addColumn")), lacking.map((/** @type {any} */ column) => h("option", { value: column.name, title: column.meaning }, column.name)));
  fill(screen.tools,
    button(t("input.addRow"), () => { screen.grid.go(screen.grid.height - 1, 0); screen.grid.edit(); }),
    button(t("input.removeRows"), () => removeRows(screen.grid)),
    button(t("input.windowsButton"), () => openWindows(screen.grid), { "aria-keyshortcuts": "F4" }),
    add);
}

/** Say what the active cell's column means and what is at fault in the cell. @param {InputScreen} screen */
export function drawAbout(screen) {
  const column = screen.grid.column, faults = screen.grid.told;
  fill(screen.about,
    column && h("p", { class: "quiet" }, h("b", null, column.header), " ", column.name ? column.meaning : t("input.unread")),
    faults.map((fault) => h("p", { class: "told", data: { level: fault.level } }, h("b", null, t(`input.level_${fault.level}`)), ` ${fault.message} ${fault.remedy} `,
      fault.writes.map((text) => button(t("input.write", { text }), () => writeRemedy(screen, [fault], text))))));
}

/** Which rows are shown, and the way to those before and after. @param {InputScreen} screen */
export function drawPages(screen) {
  const { total, from } = screen.page;
  const last = Math.min(from + SHOWN_ROWS, total);
  fill(screen.pages, total > SHOWN_ROWS && [
    button(t("input.pageBefore"), () => screen.open(screen.table, Math.max(0, from - SHOWN_ROWS)), { disabled: from === 0 }),
    h("span", null, t("input.pageOf", { first: from + 1, last, total })),
    button(t("input.pageAfter"), () => screen.open(screen.table, from + SHOWN_ROWS), { disabled: last >= total }),
  ], h("span", { class: "quiet" }, t("input.keys")));
}
