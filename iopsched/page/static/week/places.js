// @ts-check
/** Where a session could be, and the moves that the server is asked for. Nothing here decides what is allowed. */

import { lengthOf, minutesOf, overlap, clock } from "./time.js";

/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Unplaced} Unplaced */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Broken} Broken */
/** @typedef {{kind: "session"|"unplaced", id: string, minutes: number, session: Session|null, need: Unplaced|null}} Held */

/** @param {Session} session @returns {Place} */
export function placeOf(session) {
  const { date, start, room, therapists, modality } = session;
  return { date, start, room: room ?? null, therapist: therapists[0] ?? null, modality };
}

/** What is taken into the hand.
 * @param {Session} session @returns {Held} */
export function heldSession(session) {
  return { kind: "session", id: session.id, minutes: lengthOf(session), session, need: null };
}

/** A need that has no place yet.
 * @param {Unplaced} need @returns {Held} */
export function heldNeed(need) {
  return { kind: "unplaced", id: need.id, minutes: need.minutes, session: null, need };
}

/** @param {Place|null} one @param {Place|null} other @returns {boolean} */
export function samePlace(one, other) {
  if (!one || !other) return one === other;
  return one.date === other.date && one.start === other.start && one.room === other.room &&
    one.therapist === other.therapist && one.modality === other.modality;
}

/** The place after a change of column: its day, and its room or lead where the columns are rooms or staff.
 * A session that leaves its room is left to the server (which makes it one by video); one that is given a room again is in person.
 * @param {Place} place @param {{date: string, kind: string, id: string|null}} column @returns {Place} */
export function placeIn(place, column) {
  const moved = { ...place, date: column.date };
  if (column.kind === "room") {
    moved.room = column.id;
    if (column.id !== null && place.room === null && place.modality === "telehealth") moved.modality = "in_person";
    if (column.id === null && place.room !== null) moved.modality = "telehealth";
  }
  if (column.kind === "therapist" && column.id !== null) moved.therapist = column.id;
  return moved;
}

/** The move that puts what is held there; only what changes is said, and of a need without a place only what is chosen.
 * @param {Held} held @param {Place} place @param {boolean} [wholeGroup] all sessions of its group alike */
export function moveTo(held, place, wholeGroup = false) {
  if (held.kind === "unplaced") {
    const chosen = Object.entries(place).filter(([field, value]) => value || (field === "room" && place.modality === "telehealth"));
    return { kind: "hold", unplaced: held.id, ...Object.fromEntries(chosen) };
  }
  const from = placeOf(/** @type {Session} */ (held.session));
  const changed = Object.entries(place).filter(([field, value]) => from[/** @type {keyof Place} */ (field)] !== value);
  return { kind: wholeGroup ? "place_group" : "place", session: held.id, ...Object.fromEntries(changed) };
}

/** When what is held would be over.
 * @param {Held} held @param {Place} place */
export function stretch(held, place) {
  return { date: place.date, start: place.start, end: clock(minutesOf(place.start) + held.minutes) };
}

/** The other sessions at the same time that a newly broken rule names: those that could give way, most often named first.
 * @param {Broken[]} broken @param {Held} held @param {Place} place @param {Session[]} sessions @returns {Session[]} */
export function inTheWay(broken, held, place, sessions) {
  const when = stretch(held, place);
  /** @type {Map<string, number>} */
  const named = new Map();
  for (const rule of broken)
    for (const spot of rule.places)
      for (const id of spot.sessions) if (id !== held.id) named.set(id, (named.get(id) ?? 0) + 1);
  return sessions
    .filter((session) => named.has(session.id) && overlap(session, when))
    .sort((a, b) => (named.get(b.id) ?? 0) - (named.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1));
}

/** How many rules are broken, and in how many places.
 * @param {Broken[]} broken @returns {{rules: number, places: number}} */
export function counted(broken) {
  return { rules: broken.length, places: broken.reduce((sum, rule) => sum + rule.count, 0) };
}
