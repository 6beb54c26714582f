// @ts-check
/** The day and the week as columns over the hours; the tint of legal starts; the ghost of what is held. */

import { h } from "../kit.js";
import { t } from "../words.js";
import { blockOf } from "./block.js";
import { columnsOf, lanesOf } from "./layout.js";
import { clock, hoursOf, minutesOf, shownDays, snapped } from "./time.js";

/** @typedef {import("./types.js").Week} Week */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./layout.js").Column} Column */
/** @typedef {import("./facts.js").Facts} Facts */

const LEAST_PIXELS_A_STEP = { day: 20, week: 13 };
const LEAST_WIDTH = { day: 86, week: 22 };
const HOURS_WIDTH = "2.9rem";
const LETTER_WIDTH = 6;
const EMPTY_WIDTH = { day: 44, week: 7 };
const EMPTY_SHARE = 0.45;
const GHOST_SIGNS = { good: "\u2713", bad: "!", asked: "\u2026" };

/** One drawn grid: what stands where, for the hand and for the keys. */
export class Grid {
  /** @param {Facts} facts
   * @param {{view: "day"|"week", axis: import("./layout.js").Axis, day: string, height: number}} shown */
  constructor(facts, shown) {
    const { week } = facts;
    this.week = week;
    this.facts = facts;
    this.shown = shown;
    const dates = shown.view === "day" ? [shown.day] : shownDays(week).map((day) => day.date);
    this.columns = columnsOf(week, shown.axis, dates);
    this.grid = { ...hoursOf(week, dates), step: week.grid_minutes ?? 30 };
    const least = LEAST_PIXELS_A_STEP[shown.view] / this.grid.step;
    this.perMinute = Math.max(least, Math.floor((shown.height / (this.grid.last - this.grid.first)) * 100) / 100);
    /** @type {Map<string, HTMLElement>} */
    this.drawn = new Map();
    this.element = this.draw(dates);
  }

  /** @param {string[]} dates */
  draw(dates) {
    const { view } = this.shown;
    const isUsed = (/** @type {Column} */ column) => column.sessions.length + column.also.length > 0;
    const letters = view === "week" ? Math.max(0, ...this.columns.flatMap((column) => column.sessions.map((session) => this.facts.brief(session).length))) : 0;
    const one = Math.max(LEAST_WIDTH[view], LETTER_WIDTH * letters + 5);
    const least = this.columns.map((column) => (isUsed(column) ? one * column.lanes : EMPTY_WIDTH[view]));
    const widths = this.columns.map((column, at) => `minmax(${least[at]}px, ${isUsed(column) ? column.lanes : EMPTY_SHARE}fr)`);
    const rows = view === "week" ? 2 : 1;
    const element = h("div", {
      class: `wk-grid wk-${this.shown.view}`, role: "group",
      "aria-label": t(`week.grid.${this.shown.view}`, { columns: t(`week.axis.${this.shown.axis}`) }),
      style: {
        "grid-template-columns": `${HOURS_WIDTH} ${widths.join(" ")}`, "grid-template-rows": `repeat(${rows}, auto) 1fr`,
        "min-width": `calc(${HOURS_WIDTH} + ${least.reduce((sum, width) => sum + width, 0)}px)`,
      },
    });
    element.append(h("div", { class: "wk-corner", style: { "grid-row": `1 / span ${rows}` } }));
    if (rows === 2) for (const date of dates) element.append(this.dayHead(date));
    for (const column of this.columns) element.append(this.head(column, rows));
    element.append(this.hours());
    for (const column of this.columns) element.append(this.column(column));
    return element;
  }

  /** @param {string} date */
  dayHead(date) {
    const count = this.columns.filter((column) => column.date === date).length;
    return h("div", { class: "wk-day-head", style: { "grid-column": `span ${count}` } }, this.facts.dayOfMonth(date));
  }

  /** @param {Column} column @param {number} row */
  head(column, row) {
    const first = this.columns.find((other) => other.date === column.date) === column;
    const inDay = this.shown.view === "day";
    const none = t(column.kind === "room" ? "week.noRoomShort" : "week.noLeadShort");
    const text = column.id === null ? (inDay ? none : "\u2013") : inDay && column.kind !== "service" ? column.id : column.short;
    const isNarrow = !inDay && column.sessions.length + column.also.length === 0;
    const named = inDay && column.label && column.label !== text;
    return h(
      "div", { class: `wk-head${first ? " wk-first" : ""}${isNarrow ? " wk-narrow" : ""}`, style: { "grid-row": String(row) }, title: column.id === null ? none : column.label || text },
      h("span", null, text), named ? h("small", null, column.label) : null,
    );
  }

  hours() {
    const marks = [];
    for (let minute = this.grid.first; minute < this.grid.last; minute += 60)
      marks.push(h("span", { style: { top: this.px(minute) } }, clock(minute)));
    return h("div", { class: "wk-hours", "aria-hidden": "true", style: { height: this.tall() } }, ...marks);
  }

  /** @param {number} minute */
  px(minute) {
    return `${((minute - this.grid.first) * this.perMinute).toFixed(1)}px`;
  }

  tall() {
    return `${((this.grid.last - this.grid.first) * this.perMinute).toFixed(1)}px`;
  }

  /** @param {Column} column */
  column(column) {
    const first = this.columns.find((other) => other.date === column.date) === column;
    const element = h("div", {
      class: `wk-column${first ? " wk-first" : ""}`, role: "group", "aria-label": this.columnName(column),
      data: { column: column.key }, style: { height: this.tall(), "--wk-hour": `${60 * this.perMinute}px` },
    });
    element.append(...this.closed(column), h("div", { class: "wk-map", "aria-hidden": "true" }));
    const lanes = lanesOf([...column.sessions, ...column.also.map((session) => ({ ...session, id: `also ${session.id}` }))]);
    for (const session of column.also) element.append(this.shadow(session, lanes.get(`also ${session.id}`)));
    for (const session of [...column.sessions].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.id < b.id ? -1 : 1)))
      element.append(this.block(session, lanes.get(session.id)));
    this.drawn.set(column.key, element);
    return element;
  }

  /** @param {Column} column */
  columnName(column) {
    const what = column.id === null ? t(column.kind === "room" ? "week.noRoom" : "week.noLead") : column.label || column.id;
    const id = column.id && column.id !== what && column.kind !== "service" ? `${column.id} ` : "";
    return t("week.column", { kind: t(`week.kind.${column.kind}`), what: id + what, day: this.facts.day(column.date) });
  }

  /** The hours in which the clinic is closed.
   * @param {Column} column */
  closed(column) {
    const open = this.week.days.find((day) => day.date === column.date)?.open ?? [];
    const shut = [];
    let from = this.grid.first;
    for (const [start, end] of open) {
      if (minutesOf(start) > from) shut.push([from, minutesOf(start)]);
      from = minutesOf(end);
    }
    if (from < this.grid.last) shut.push([from, this.grid.last]);
    return shut.map(([start, end]) =>
      h("div", { class: "wk-closed", style: { top: this.px(start), height: `${(end - start) * this.perMinute}px` } }));
  }

  /** @param {HTMLElement} element @param {{start: string, end: string}} when @param {{lane: number, lanes: number}} [lane] */
  put(element, when, lane = { lane: 0, lanes: 1 }) {
    const minutes = minutesOf(when.end) - minutesOf(when.start);
    element.style.setProperty("top", this.px(minutesOf(when.start)));
    element.style.setProperty("height", `${(minutes * this.perMinute - 1).toFixed(1)}px`);
    element.style.setProperty("left", `${((100 * lane.lane) / lane.lanes).toFixed(3)}%`);
    element.style.setProperty("width", `calc(${(100 / lane.lanes).toFixed(3)}% - 1px)`);
    return element;
  }

  /** @param {Session} session @param {{lane: number, lanes: number}} [lane] */
  block(session, lane) {
    const element = blockOf(session, this.facts, this.shown.view === "day" ? "full" : "brief", this.shown.axis);
    const high = (minutesOf(session.end) - minutesOf(session.start)) * this.perMinute;
    if (high < 34) element.classList.add("wk-low");
    return this.put(element, session, lane);
  }

  /** Somebody assists there: their time is taken, the session stands with its lead.
   * @param {Session} session @param {{lane: number, lanes: number}} [lane] */
  shadow(session, lane) {
    const text = t("week.assists", { what: this.facts.title(session), lead: this.facts.therapist(session.therapists[0]) });
    return this.put(h("div", { class: "wk-shadow", title: text }, h("span", null, text)), session, lane);
  }

  /** The column and start under a point of the window, or null beside the grid.
   * @param {number} x @param {number} y @param {number} minutes @param {number} grabbed pixels below the top of what is held
   * @returns {{column: Column, start: string}|null} */
  under(x, y, minutes, grabbed) {
    for (const column of this.columns) {
      const box = this.drawn.get(column.key)?.getBoundingClientRect();
      if (!box || x < box.left || x >= box.right || y < box.top - 20 || y > box.bottom + 20) continue;
      const minute = this.grid.first + (y - grabbed - box.top) / this.perMinute;
      return { column, start: clock(snapped(minute, minutes, this.grid)) };
    }
    return null;
  }

  /** The column in which something at this place stands.
   * @param {Place} place @param {{group?: string|null, service: string}|null} thing @returns {Column|null} */
  columnFor(place, thing) {
    const today = this.columns.filter((column) => column.date === place.date);
    if (this.shown.axis === "rooms") return today.find((column) => column.id === place.room) ?? null;
    if (this.shown.axis === "staff") return today.find((column) => column.id === place.therapist) ?? null;
    const [kind, id] = thing?.group ? ["group", thing.group] : ["service", thing?.service ?? ""];
    return today.find((column) => column.kind === kind && column.id === id) ?? null;
  }

  /** Tint the starts of one map: legal ones plain, others hatched, all below the sessions.
   * @param {{date: string, start: string, legal: boolean}[]} starts
   * @param {(column: Column) => boolean} concerned */
  tint(starts, concerned) {
    for (const column of this.columns) {
      const layer = this.drawn.get(column.key)?.querySelector(".wk-map");
      if (!layer || !concerned(column)) continue;
      layer.replaceChildren(...starts.filter((start) => start.date === column.date).map((start) =>
        h("div", {
          class: start.legal ? "wk-legal" : "wk-illegal",
          style: { top: this.px(minutesOf(start.start)), height: `${(this.grid.step * this.perMinute).toFixed(1)}px` },
        })));
    }
  }

  untint() {
    for (const element of this.drawn.values()) element.querySelector(".wk-map")?.replaceChildren();
  }

  /** Draw the ghost of what is held, or take it away.
   * @param {{place: Place, end: string, thing: {group?: string|null, service: string}, text: string, sign: "good"|"bad"|"asked"}|null} ghost */
  ghost(ghost) {
    this.element.querySelector(".wk-ghost")?.remove();
    if (!ghost) return;
    const column = this.columnFor(ghost.place, ghost.thing);
    const home = column && this.drawn.get(column.key);
    if (!home) return;
    const element = h("div", { class: `wk-ghost wk-${ghost.sign}`, "aria-hidden": "true" },
      h("span", { class: "wk-sign" }, GHOST_SIGNS[ghost.sign]), h("b", null, ghost.text), ` ${ghost.place.start}`);
    home.append(this.put(element, { start: ghost.place.start, end: ghost.end }));
  }
}
