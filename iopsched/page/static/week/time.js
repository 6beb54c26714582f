// @ts-check
/** Times of day: "HH:MM" in what the server says, minutes after midnight in here. */

/** @typedef {import("./types.js").Week} Week */
/** @typedef {import("./types.js").Session} Session */

/** Minutes after midnight of "HH:MM"; 24:00 is an end.
 * @param {string} text @returns {number} */
export function minutesOf(text) {
  const [hours, minutes] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

/** "HH:MM" of minutes after midnight.
 * @param {number} minutes @returns {string} */
export function clock(minutes) {
  const hours = Math.floor(minutes / 60);
  return `${String(hours).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** Minutes between start and end.
 * @param {{start: string, end: string}} session @returns {number} */
export function lengthOf(session) {
  return minutesOf(session.end) - minutesOf(session.start);
}

/** Do two stretches of one day share a minute?
 * @param {{date: string, start: string, end: string}} one
 * @param {{date: string, start: string, end: string}} other @returns {boolean} */
export function overlap(one, other) {
  return one.date === other.date && one.start < other.end && other.start < one.end;
}

/** The days on which something can be or is: open days, and days that hold a session.
 * @param {Week} week */
export function shownDays(week) {
  const held = new Set(week.sessions.map((session) => session.date));
  return week.days.filter((day) => day.open.length > 0 || held.has(day.date));
}

/** The full hours that hold every opening and every session of these days, in minutes.
 * @param {Week} week @param {string[]} dates @returns {{first: number, last: number}} */
export function hoursOf(week, dates) {
  const ends = [];
  for (const day of week.days) if (dates.includes(day.date)) ends.push(...day.open.flat());
  for (const session of week.sessions) if (dates.includes(session.date)) ends.push(session.start, session.end);
  if (!ends.length) return { first: 8 * 60, last: 18 * 60 };
  const minutes = ends.map(minutesOf);
  return { first: Math.floor(Math.min(...minutes) / 60) * 60, last: Math.ceil(Math.max(...minutes) / 60) * 60 };
}

/** The grid's start nearest to a minute, such that the session ends on its day.
 * @param {number} minute @param {number} length @param {{first: number, last: number, step: number}} grid */
export function snapped(minute, length, grid) {
  const nearest = Math.round(minute / grid.step) * grid.step;
  const latest = Math.floor((grid.last - length) / grid.step) * grid.step;
  return Math.max(grid.first, Math.min(latest, nearest));
}

/** All starts that a day's grid has for a session of this length.
 * @param {number} length @param {{first: number, last: number, step: number}} grid @returns {string[]} */
export function startsOf(length, grid) {
  const found = [];
  for (let minute = grid.first; minute + length <= grid.last; minute += grid.step) found.push(clock(minute));
  return found;
}
