// @ts-check
/** What the hand holds, as the screen shows it: taken from a block or by the form, its ghost, its tinted starts, its verdict. */

import { fill } from "../kit.js";
import { t } from "../words.js";
import { heldNeed, heldSession, placeOf, stretch } from "./places.js";
import { shownDays } from "./time.js";
import { heldVerdict } from "./verdict.js";
import { markBlocks } from "./marking.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./places.js").Held} Held */

export class Holding {
  /** @param {WeekScreen} screen */
  constructor(screen) {
    this.screen = screen;
  }

  /** Take up the session or need of a block.
   * @param {HTMLElement} block @param {"pointer"|"keys"} way @returns {boolean} */
  takeFrom(block, way) {
    const session = this.screen.facts.session(block.dataset.session);
    const need = this.screen.facts.need(block.dataset.unplaced);
    if (!session && !need) return false;
    this.screen.clash = null;
    this.screen.lit = new Set();
    this.screen.chosen = block.dataset.session ?? block.dataset.unplaced ?? null;
    if (!this.screen.grid) this.screen.choose(this.screen.chosen);
    else if (session) this.screen.hand.take(heldSession(session), way, placeOf(session));
    else if (need) this.screen.hand.take(heldNeed(need), way, { ...this.screen.facts.firstPlace(this.screen.day), ...(this.screen.axis === "rooms" ? { room: this.screen.grid.columns[0].id } : {}) });
    if (this.screen.hand.held) this.screen.app.say(t("week.taken", { what: this.screen.facts.titleOf(this.screen.hand.held), help: this.screen.hand.help() }));
    return Boolean(this.screen.hand.held);
  }

  /** A field of the form: held from now on, and judged at once.
   * @param {Held} held @param {Place} place where it is without the form @param {Partial<Place>} change */
  aimByForm(held, place, change) {
    if (this.screen.hand.held?.id !== held.id) this.screen.hand.take(held, "form", place);
    this.screen.hand.aim({ .../** @type {Place} */ (this.screen.hand.place), ...change });
  }

  /** @param {Held} held @param {Place} place @param {boolean} whole */
  wholeByForm(held, place, whole) {
    if (this.screen.hand.held?.id !== held.id) this.screen.hand.take(held, "form", place);
    this.screen.hand.together(whole);
  }

  /** Another day while something is held by keys.
   * @param {number} step */
  day(step) {
    const place = /** @type {Place} */ (this.screen.hand.place);
    const days = shownDays(this.screen.week).map((day) => day.date);
    const date = days[days.indexOf(place.date) + step];
    if (!date) return;
    this.screen.hand.aim({ ...place, date });
    if (this.screen.view === "day") this.screen.show({ day: date });
    this.screen.app.say(this.screen.hand.spoken());
  }

  /** Something was taken or put back. */
  changed() {
    markBlocks(this.screen);
    this.screen.main.classList.toggle("wk-holding", Boolean(this.screen.hand.held));
    if (this.screen.hand.held) {
      if (this.screen.hand.way !== "form") this.screen.drawPanel();
      this.moved();
      return;
    }
    this.screen.grid?.ghost(null);
    this.screen.grid?.untint();
    this.screen.drawSide();
  }

  /** It is aimed elsewhere, or was judged, or its map came. */
  moved() {
    const { held, place, verdict } = this.screen.hand;
    if (!held || !place) return;
    const sign = verdict ? (verdict.broken.new.length ? "bad" : "good") : held.session && this.screen.hand.unmoved() ? "good" : "asked";
    this.ghost(held, place, sign);
    this.tint(held, place);
    fill(this.screen.parts.verdict, heldVerdict(this.screen, held, place));
  }

  /** @param {Held} held @param {Place} place @param {"good"|"bad"|"asked"} sign */
  ghost(held, place, sign) {
    const thing = held.session ?? held.need;
    if (thing) this.screen.grid?.ghost({ place, end: stretch(held, place).end, thing, text: this.screen.view === "week" ? this.screen.facts.brief(thing) : this.screen.facts.title(thing), sign });
  }

  /** @param {Held} held @param {Place} place */
  tint(held, place) {
    const starts = this.screen.hand.maps.get(this.screen.hand.mapKey());
    const { grid } = this.screen;
    if (!grid || !starts) return;
    grid.untint();
    grid.tint(starts, (column) => grid.columnFor({ ...place, date: column.date }, held.session ?? held.need) === column);
  }

  /** Show for a moment where one of the best places is.
   * @param {Held} held @param {Place|null} place */
  glance(held, place) {
    if (this.screen.hand.held) return;
    if (place) this.ghost(held, place, "asked");
    else this.screen.grid?.ghost(null);
  }
}
