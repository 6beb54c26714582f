// @ts-check
/** What the page knows of a week: who and what an id stands for, and where things are. */

import { t } from "../words.js";
import { shortIds } from "./layout.js";

/** @typedef {import("./types.js").Week} Week */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Unplaced} Unplaced */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./places.js").Held} Held */

const TONES = 9;

/** One week as it was told, with its labels. */
export class Facts {
  /** @param {Week} week */
  constructor(week) {
    const named = (/** @type {{id: string, label: string}[]} */ things) => new Map(things.map((thing) => [thing.id, thing.label]));
    this.week = week;
    this.rooms = named(week.rooms);
    this.staff = named(week.staff);
    this.groups = named(week.groups);
    this.services = named(week.services);
    this.people = named(week.participants ?? []);
    this.tones = new Map(week.services.map((service, at) => [service.id, at % TONES]));
    const ids = new Set([...this.people.keys(), ...this.groups.keys(), ...week.sessions.flatMap((session) => session.participants)]);
    this.short = shortIds([...ids].sort());
    this.days = new Map(week.days.map((day) => [day.date, day.weekday.slice(0, 3).toLowerCase()]));
    this.sessions = new Map(week.sessions.map((session) => [session.id, session]));
    this.needs = new Map(week.unplaced.map((need) => [need.id, need]));
  }

  /** @param {string|null} id */
  room(id) {
    return id === null ? t("week.noRoom") : (this.rooms.get(id) ?? id);
  }

  /** @param {string|null|undefined} id */
  therapist(id) {
    return id ? (this.staff.get(id) ?? id) : t("week.noLead");
  }

  /** @param {string} id */
  person(id) {
    return this.people.get(id) ?? id;
  }

  /** @param {string} id */
  service(id) {
    return this.services.get(id) ?? id;
  }

  /** The class that gives a service its color and edge.
   * @param {string} id */
  tone(id) {
    return `wk-tone-${this.tones.get(id) ?? 0}`;
  }

  /** @param {string} date */
  day(date) {
    return t(`day.${this.days.get(date)}`);
  }

  /** "Mon 30".
   * @param {string} date */
  dayOfMonth(date) {
    return `${this.day(date)} ${Number(date.slice(8))}`;
  }

  /** What a session or need is called: its group, or whom it is for, or its service.
   * @param {{group?: string|null, service: string, participants?: string[], participant?: string}} thing */
  title(thing) {
    if (thing.group) return this.groups.get(thing.group) ?? thing.group;
    const people = thing.participants ?? (thing.participant ? [thing.participant] : []);
    return people.length === 1 ? this.person(people[0]) : this.service(thing.service);
  }

  /** The same in as few letters as tell it apart.
   * @param {{group?: string|null, service: string, participants?: string[], participant?: string}} thing */
  brief(thing) {
    const people = thing.participants ?? (thing.participant ? [thing.participant] : []);
    const own = thing.group ?? (people.length === 1 ? people[0] : null);
    return own ? (this.short.get(own) ?? own) : this.service(thing.service).slice(0, 3);
  }

  /** "Mon 09:00, Oak room, T01"; of a place that is not chosen yet only what is known.
   * @param {Place} place */
  where(place) {
    const when = t("week.when", { day: this.day(place.date), start: place.start });
    const room = place.room || place.modality ? this.room(place.room) : "";
    return [when, room, place.therapist ? this.therapist(place.therapist) : ""].filter(Boolean).join(", ");
  }

  /** @param {string|null|undefined} id @returns {Session|null} */
  session(id) {
    return this.sessions.get(id ?? "") ?? null;
  }

  /** @param {string|null|undefined} id @returns {Unplaced|null} */
  need(id) {
    return this.needs.get(id ?? "") ?? null;
  }

  /** @param {Held} held */
  titleOf(held) {
    if (held.need) return this.needTitle(held.need);
    return withId(held.id, this.title(/** @type {Session} */ (held.session)));
  }

  /** What sessions are called by people, each with its id where that does not say it.
   * @param {...string} ids */
  called(...ids) {
    return ids.map((id) => {
      const session = this.session(id);
      return session ? withId(id, this.title(session)) : id;
    }).join(", ");
  }

  /** @param {Unplaced} need */
  needTitle(need) {
    return t("week.need", { who: this.title(need), service: this.service(need.service) });
  }

  /** Where a need is first held: on that day when the clinic opens; room and lead are not chosen.
   * @param {string} date @returns {Place} */
  firstPlace(date) {
    const day = this.week.days.find((other) => other.date === date) ?? this.week.days[0];
    return { date: day.date, start: day.open[0]?.[0] ?? "09:00", room: null, therapist: null, modality: "" };
  }

  /** The places of broken rules that name a session.
   * @param {string} id */
  brokenAt(id) {
    return this.week.broken.flatMap((rule) => rule.places).filter((place) => place.sessions.includes(id));
  }
}

/** @param {string} id @param {string} title */
const withId = (id, title) => (id.startsWith(title) ? id : `${title} (${id})`);
