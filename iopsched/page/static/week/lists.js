// @ts-check
/** The board (days and blocks, one line a session), a row for each participant, and the plain list of all sessions. */

import { h } from "../kit.js";
import { t } from "../words.js";
import { blockOf, button, personLine, signWords } from "./block.js";
import { bandsOf, byTime, matches, sessionsIn } from "./layout.js";
import { clock, shownDays } from "./time.js";

/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./facts.js").Facts} Facts */

/** @param {string} name @param {string} caption @param {boolean} isShown @param {string[]} heads @param {any} rows */
function table(name, caption, isShown, heads, rows) {
  return h("table", { class: name },
    h("caption", { class: isShown ? null : "hidden" }, caption),
    h("thead", null, h("tr", null, heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", null, rows));
}

/** @param {Facts} facts @returns {HTMLElement} */
export function boardOf(facts) {
  const { week } = facts;
  const days = shownDays(week);
  const bands = bandsOf(week).filter((band) => days.some((day) => sessionsIn(week.sessions, day.date, band).length));
  const rows = bands.map((band) => h("tr", null,
    h("th", { scope: "row" }, band.label || t(`week.band.${band.id}`), band.start > 0 && h("small", null, ` ${t("week.band.from", { start: clock(band.start) })}`)),
    days.map((day) => h("td", null, sessionsIn(week.sessions, day.date, band).map((session) => blockOf(session, facts, "line"))))));
  return table("wk-board", t("week.board.title"), false, [t("week.board.time"), ...days.map((day) => facts.dayOfMonth(day.date))], rows);
}

/** A row for each participant, a cell for each day.
 * @param {Facts} facts @param {string} find @returns {HTMLElement} */
export function participantsOf(facts, find) {
  const { week } = facts;
  const days = shownDays(week);
  /** @type {Map<string, Session[]>} */
  const own = new Map([...facts.people.keys()].map((id) => [id, []]));
  for (const session of byTime(week.sessions))
    for (const id of session.participants) own.set(id, [...(own.get(id) ?? []), session]);
  const short = new Set(week.short.map((row) => row.participant));
  const wanted = find.trim().toLowerCase();
  const isWanted = (/** @type {string} */ id, /** @type {Session[]} */ sessions) =>
    !wanted || id.toLowerCase().includes(wanted) || sessions.some((session) => matches({ ...session, participants: [] }, find));
  const rows = [...own].sort(([a], [b]) => (a < b ? -1 : 1)).filter(([id, sessions]) => isWanted(id, sessions)).map(([id, sessions]) =>
    h("tr", null,
      h("th", { scope: "row" }, facts.person(id), short.has(id) && h("span", { class: "wk-short" }, ` ${t("week.isShort")}`)),
      days.map((day) => h("td", null, sessions.filter((session) => session.date === day.date).map((session) => personLine(session, facts))))));
  return table("wk-people-table", t("week.byParticipant"), false, [t("week.participant"), ...days.map((day) => facts.dayOfMonth(day.date))], rows);
}

const COLUMNS = ["session", "day", "start", "end", "service", "lead", "room", "people", "signs"];

/** All sessions, one a row; what somebody looks for narrows it.
 * @param {Facts} facts @param {string} find @returns {HTMLElement} */
export function sessionsTable(facts, find) {
  const found = byTime(facts.week.sessions.filter((session) => matches(session, find)));
  const rows = found.map((session) => {
    const staff = session.therapists.map((id) => facts.therapist(id)).join(", ");
    const texts = [facts.dayOfMonth(session.date), session.start, session.end, facts.service(session.service), staff, facts.room(session.room), String(session.participants.length)];
    return h("tr", { class: session.rules.length ? "wk-broken-row" : null },
      h("th", { scope: "row" }, button(session, facts, "line", [h("b", null, facts.title(session)), ` ${session.id}`])),
      texts.map((text) => h("td", null, text)),
      h("td", null, signWords(session).join(", ")));
  });
  return table("wk-list", t("week.list.rows", { n: found.length }), true, COLUMNS.map((column) => t(`week.list.${column}`)), rows);
}
