// @ts-check
/** What is held: taken by pointer, by keys or in the form, judged where it would be, dropped or put back. */

import { Refusal } from "../api.js";
import { t } from "../words.js";
import { Newest } from "./newest.js";
import { counted, moveTo, placeOf, samePlace } from "./places.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */
/** @typedef {import("./places.js").Held} Held */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Verdict} Verdict */
/** @typedef {import("./types.js").Session} Session */

/** One hand for the screen. `screen` gives the week, the server and the places where it shows. */
export class Hand {
  /** @param {WeekScreen} screen */
  constructor(screen) {
    this.screen = screen;
    /** @type {Held|null} */
    this.held = null;
    /** @type {"pointer"|"keys"|"form"} */
    this.way = "form";
    /** @type {Place|null} */
    this.place = null;
    /** @type {Verdict|null} */
    this.verdict = null;
    this.wholeGroup = false;
    /** @type {Map<string, {date: string, start: string, legal: boolean, rules: string[]}[]>} */
    this.maps = new Map();
    this.tries = new Newest(
      (question) => screen.app.post("/api/week/try", question),
      (answer) => this.judged(answer),
      (fault) => screen.steps.fault(fault),
    );
    this.mapping = new Newest(
      (question) => screen.app.post("/api/week/map", question.body),
      (answer, question) => this.mapped(answer, question),
      (fault) => fault instanceof Refusal && fault.status === 409 && screen.steps.fault(fault),
    );
  }

  /** Take something; a session starts from where it is, a need without a place from where it is first aimed.
   * @param {Held} held @param {"pointer"|"keys"|"form"} way @param {Place} place */
  take(held, way, place) {
    this.held = held;
    this.way = way;
    this.place = place;
    this.verdict = null;
    this.wholeGroup = false;
    this.maps.clear();
    this.askMap();
    this.screen.holding.changed();
    if (held.kind === "unplaced") this.ask();
  }

  /** Would be there; nothing is asked again where nothing has changed.
   * @param {Place} place */
  aim(place) {
    if (!this.held || samePlace(place, this.place)) return;
    this.place = place;
    this.ask();
    this.askMap();
    this.screen.holding.moved();
  }

  /** All sessions of the group alike, or this one alone.
   * @param {boolean} whole */
  together(whole) {
    if (!this.held?.session?.group || whole === this.wholeGroup) return;
    this.wholeGroup = whole;
    this.ask();
    this.screen.holding.moved();
  }

  /** Is it where it was taken from? */
  unmoved() {
    return !this.held?.session || samePlace(this.place, placeOf(this.held.session));
  }

  move() {
    return this.held && this.place ? moveTo(this.held, this.place, this.wholeGroup) : null;
  }

  ask() {
    this.verdict = null;
    if (this.held?.session && this.unmoved()) this.tries.forget();
    else this.tries.ask({ revision: this.screen.week.revision, move: this.move() });
  }

  /** @param {Verdict} verdict */
  judged(verdict) {
    if (!this.held) return;
    this.verdict = verdict;
    this.screen.holding.moved();
    if (this.way === "keys") this.screen.app.say(this.spoken());
  }

  /** How to go on, as it is taken up. */
  help() {
    return t(`week.help.${this.way}${this.held?.session?.group ? "Group" : ""}`);
  }

  /** Where it would be and what that breaks, as it is spoken. */
  spoken() {
    const where = this.screen.facts.where(/** @type {Place} */ (this.place));
    if (!this.verdict) return where;
    return t("week.spoken", { where, verdict: verdictWords(this.verdict) });
  }

  mapKey() {
    return `${this.place?.room ?? ""} ${this.place?.therapist ?? ""}`;
  }

  askMap() {
    if (!this.held || !this.place) return;
    const key = this.mapKey();
    if (this.maps.has(key)) return;
    const body = { revision: this.screen.week.revision, [this.held.kind]: this.held.id, room: this.place.room, therapist: this.place.therapist };
    this.mapping.ask({ key, body });
  }

  /** @param {{starts: {date: string, start: string, legal: boolean, rules: string[]}[]}} answer @param {{key: string}} question */
  mapped(answer, question) {
    if (!this.held) return;
    this.maps.set(question.key, answer.starts);
    this.screen.holding.moved();
  }

  /** Put it back where it was, and say so. */
  putBack() {
    const held = this.held;
    if (!held) return;
    this.empty();
    this.screen.holding.changed();
    this.screen.app.say(t("week.putBack", { what: this.screen.facts.titleOf(held) }));
  }

  /** Put it back without a word: what follows says what happened. */
  letGo() {
    if (!this.held) return;
    this.empty();
    this.screen.holding.changed();
  }

  empty() {
    this.tries.forget();
    this.mapping.forget();
    this.held = null;
    this.place = null;
    this.verdict = null;
  }

  /** Leave it there, as a draft, whatever it breaks. */
  async drop() {
    const { held, place, wholeGroup } = this;
    const move = this.move();
    if (!held || !place || !move) return;
    if (held.session && this.unmoved() && !wholeGroup) {
      this.putBack();
      return;
    }
    this.tries.forget();
    this.mapping.forget();
    await this.screen.steps.leave(held, place, move, this.verdict);
  }
}

/** "Breaks 2 rules in 11 places", "breaks nothing".
 * @param {Verdict} verdict */
export function verdictWords(verdict) {
  const { rules, places } = counted(verdict.broken.new);
  return rules ? t("week.breaks", { rules: t("week.rules", { n: rules }), places: t("week.places", { n: places }) }) : t("week.breaksNothing");
}
