// @ts-check
/** Where things stand on the screen: columns, sub-columns, short ids, neighbors. Nothing here touches the page. */

import { minutesOf } from "./time.js";

/** @typedef {import("./types.js").Week} Week */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {"rooms"|"staff"|"groups"} Axis */
/** @typedef {{key: string, date: string, kind: string, id: string|null, label: string, short: string,
 *   sessions: Session[], also: Session[], lanes: number}} Column */

/** Give sessions of one day that overlap a sub-column each.
 * `lanes` is the number of sub-columns of the run of overlapping sessions that a session belongs to.
 * @param {{id: string, start: string, end: string}[]} sessions
 * @returns {Map<string, {lane: number, lanes: number}>} */
export function lanesOf(sessions) {
  const found = new Map();
  const sorted = [...sessions].sort((a, b) =>
    a.start < b.start ? -1 : a.start > b.start ? 1 : a.end > b.end ? -1 : a.end < b.end ? 1 : a.id < b.id ? -1 : 1);
  /** @type {[string, number][]} */
  let run = [];
  /** @type {string[]} */
  let ends = [];
  const close = () => {
    for (const [id, lane] of run) found.set(id, { lane, lanes: ends.length });
    run = [];
    ends = [];
  };
  for (const session of sorted) {
    if (ends.length && ends.every((end) => end <= session.start)) close();
    let lane = ends.findIndex((end) => end <= session.start);
    if (lane < 0) lane = ends.length;
    ends[lane] = session.end;
    run.push([session.id, lane]);
  }
  close();
  return found;
}

/** Ids without the zeros after their letters: P001 .. P060 become P1 .. P60; others stay as they are.
 * Two ids never become one text.
 * @param {string[]} ids @returns {Map<string, string>} */
export function shortIds(ids) {
  const found = new Map(ids.map((id) => {
    const parts = /^([A-Za-z]{1,12})[_-]?0*([0-9]{1,9})$/.exec(id);
    return [id, parts ? parts[1].slice(0, 2) + parts[2] : id];
  }));
  return new Set(found.values()).size === found.size ? found : new Map(ids.map((id) => [id, id]));
}

/** What the columns of one day stand for; `id` null is the column of what has no room, staff or group.
 * @param {Week} week @param {Axis} axis @returns {{kind: string, id: string|null, label: string}[]} */
function headsOf(week, axis) {
  const kind = axis === "rooms" ? "room" : axis === "staff" ? "therapist" : "group";
  const heads = week[axis].map((thing) => ({ kind, id: /** @type {string|null} */ (thing.id), label: thing.label }));
  if (axis === "groups") {
    const alone = new Set(week.sessions.filter((session) => !session.group).map((session) => session.service));
    for (const service of week.services)
      if (alone.has(service.id)) heads.push({ kind: "service", id: service.id, label: service.label });
  }
  return heads;
}

/** @param {Session} session @param {Axis} axis @returns {string} the head's kind and id */
function headOf(session, axis) {
  if (axis === "rooms") return `room ${session.room ?? ""}`;
  if (axis === "staff") return `therapist ${session.therapists[0] ?? ""}`;
  return session.group ? `group ${session.group}` : `service ${session.service}`;
}

/** The columns of these days, each session in exactly one of them.
 * With staff as columns a session stands with its lead; `also` are the sessions at which somebody assists.
 * A column of what has no room or no lead follows the others where a day has such sessions or may get them.
 * @param {Week} week @param {Axis} axis @param {string[]} dates @returns {Column[]} */
export function columnsOf(week, axis, dates) {
  const heads = headsOf(week, axis);
  const short = shortIds(heads.flatMap((head) => (head.id && head.kind !== "service" ? [head.id] : [])));
  const known = new Set(heads.map((head) => `${head.kind} ${head.id}`));
  return dates.flatMap((date) => {
    const today = week.sessions.filter((session) => session.date === date);
    const columns = heads.map((head) => columnOf(head, date, short, today, axis));
    const rest = today.filter((session) => !known.has(headOf(session, axis)));
    if (axis === "rooms" || rest.length) {
      const kind = axis === "rooms" ? "room" : axis === "staff" ? "therapist" : "group";
      columns.push({ key: `${date} ${kind} `, date, kind, id: null, label: "", short: "", sessions: rest, also: [], lanes: widest(rest) });
    }
    return columns;
  });
}

/** @param {{kind: string, id: string|null, label: string}} head @param {string} date
 * @param {Map<string, string>} short @param {Session[]} today @param {Axis} axis @returns {Column} */
function columnOf(head, date, short, today, axis) {
  const sessions = today.filter((session) => headOf(session, axis) === `${head.kind} ${head.id}`);
  const also = axis === "staff" ? today.filter((session) => session.therapists.slice(1).includes(head.id ?? "")) : [];
  const id = head.id ?? "";
  return {
    key: `${date} ${head.kind} ${id}`, date, ...head, short: short.get(id) ?? head.label,
    sessions, also, lanes: widest([...sessions, ...also]),
  };
}

/** The most sub-columns that any run of these sessions needs, at least 1.
 * @param {Session[]} sessions @returns {number} */
function widest(sessions) {
  return Math.max(1, ...[...lanesOf(sessions).values()].map((place) => place.lanes));
}

/** The nearest other rectangle in a direction, or null. One that lies level with it does not lie in that direction,
 * and the distance across weighs double: what lies straight ahead comes first.
 * @template {{left: number, top: number, right: number, bottom: number}} R
 * @param {R[]} rectangles @param {R} from @param {"left"|"right"|"up"|"down"} direction @returns {R|null} */
export function nearest(rectangles, from, direction) {
  const across = direction === "left" || direction === "right";
  const sign = direction === "left" || direction === "up" ? -1 : 1;
  const middle = (/** @type {R} */ r) => ({ x: (r.left + r.right) / 2, y: (r.top + r.bottom) / 2 });
  const here = middle(from);
  let best = null;
  let least = Infinity;
  for (const rectangle of rectangles) {
    if (rectangle === from) continue;
    const there = middle(rectangle);
    const along = sign * (across ? there.x - here.x : there.y - here.y);
    const beside = gap(from.left, from.right, rectangle.left, rectangle.right);
    const below = gap(from.top, from.bottom, rectangle.top, rectangle.bottom);
    const length = (/** @type {R} */ r) => (across ? r.right - r.left : r.bottom - r.top);
    const isLevel = -2 * (across ? beside : below) > Math.min(length(from), length(rectangle));
    if (along <= 1 || isLevel) continue;
    const far = along + 2 * Math.max(0, across ? below : beside);
    if (far < least) [best, least] = [rectangle, far];
  }
  return best;
}

/** How far two stretches of a line are apart; below 0 where they overlap, by that much.
 * @param {number} start @param {number} end @param {number} otherStart @param {number} otherEnd */
function gap(start, end, otherStart, otherEnd) {
  return Math.max(otherStart - end, start - otherEnd);
}

/** The bands of the board: the clinic's blocks, and what lies between and around them; without blocks
 * the parts of the day before 12:00, before 17:00 and after.
 * @param {Week} week @returns {{id: string, label: string, start: number, end: number}[]} */
export function bandsOf(week) {
  const blocks = (week.blocks ?? []).map((block) => ({ ...block, start: minutesOf(block.start), end: minutesOf(block.end) }));
  if (!blocks.length)
    return [
      { id: "morning", label: "", start: 0, end: 720 },
      { id: "afternoon", label: "", start: 720, end: 1020 },
      { id: "evening", label: "", start: 1020, end: 1440 },
    ];
  blocks.sort((a, b) => a.start - b.start || a.end - b.end);
  const bands = blocks.filter((block, at) => at === 0 || block.start !== blocks[at - 1].start);
  return bands.map((block, at) => ({
    ...block, start: at === 0 ? 0 : block.start, end: at + 1 < bands.length ? bands[at + 1].start : 1440,
  }));
}

/** The sessions of a day that begin in a band, in order of time.
 * @param {Session[]} sessions @param {string} date @param {{start: number, end: number}} band */
export function sessionsIn(sessions, date, band) {
  return byTime(sessions.filter((session) => {
    const start = minutesOf(session.start);
    return session.date === date && band.start <= start && start < band.end;
  }));
}

/** Sessions in order of day, start and id.
 * @template {{date: string, start: string, id: string}} T @param {T[]} sessions @returns {T[]} */
export function byTime(sessions) {
  const key = (/** @type {T} */ session) => `${session.date} ${session.start} ${session.id}`;
  return [...sessions].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** Does a session have what somebody looks for: in its id, service, group, room, staff or people, any letter case?
 * @param {Session} session @param {string} text @returns {boolean} */
export function matches(session, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return true;
  const words = [session.id, session.service, session.group, session.room, ...session.therapists, ...session.participants];
  return words.some((word) => word !== null && word !== undefined && word.toLowerCase().includes(wanted));
}
