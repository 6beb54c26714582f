// @ts-check
/** What is asked of the server: moves, undo, the four answers to a clash, the best places; and what is told of it. */

import { t } from "../words.js";
import { verdictWords } from "./hand.js";
import { heldSession, inTheWay, moveTo, placeOf } from "./places.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */
/** @typedef {import("./types.js").Week} Week */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./places.js").Held} Held */
/** @typedef {{held: Held, place: Place, verdict: import("./types.js").Verdict, others: Session[], move: object}} Drop */

/** So many of the best places are shown. */
export const SHOWN_BEST = 5;

/** The steps of one screen. Each ends in a sentence of the status line. */
export class Steps {
  /** @param {WeekScreen} screen */
  constructor(screen) {
    this.screen = screen;
    this.app = screen.app;
    /** Changes that are asked for and not yet drawn. */
    this.underWay = 0;
    /** Changes are sent one after the other, each for the week that the one before has left. @type {Promise<unknown>} */
    this.line = Promise.resolve();
  }

  /** Do what changes the week; news of it that comes before its answer is no news.
   * @template T @param {() => Promise<T>} change @returns {Promise<T>} */
  during(change) {
    this.underWay += 1;
    const done = this.line.then(change).finally(() => { this.underWay -= 1; });
    this.line = done.catch(() => {});
    return done;
  }

  /** Ask for a change of the week as it is shown when its turn comes, and draw what came of it.
   * @param {string} path @param {object} body @param {string|((week: any) => string)} told @param {string|null} [focus] the session that gets the focus
   * @returns {Promise<boolean>} whether it was done */
  async change(path, body, told, focus = null) {
    try {
      const week = await this.during(async () => {
        const made = await this.app.post(path, { ...body, revision: this.screen.week.revision });
        this.screen.clash = null;
        this.screen.accept(made, focus);
        return made;
      });
      this.app.say(typeof told === "string" ? told : told(week));
      return true;
    } catch (fault) {
      this.fault(fault);
      return false;
    }
  }

  /** Ask for a move and draw what came of it.
   * @param {object} move @param {string} told @param {string|null} [focus] the session that gets the focus */
  move(move, told, focus = null) {
    return this.change("/api/week/move", { move }, told, focus);
  }

  /** @param {"undo"|"redo"} kind */
  async again(kind) {
    const { screen } = this;
    const told = t(`frame.done_${kind}`, { what: this.app.stepWords(kind) });
    if (screen.hand.held) screen.hand.putBack();
    else await this.change(`/api/week/${kind}`, {}, told, screen.chosen);
  }

  /** Write the draft to its folder. */
  async save() {
    const isDone = await this.change("/api/week/save", {}, (week) => [
      t("week.saved", { folder: week.folder }), week.still_broken ? t("week.savedBroken", { n: week.still_broken }) : "",
      week.kept ? t("week.savedKept", { folder: week.kept.folder }) : "",
    ].filter(Boolean).join(" "));
    if (!isDone) await this.screen.load().catch((/** @type {unknown} */ again) => this.app.fail(again)); // the attempt is in the record of the draft
    return isDone;
  }

  /** Go on with the draft, the week on the disk, or both.
   * @param {string} side */
  settle(side) {
    return this.change("/api/week/settle", { side }, t(`week.elsewhere.said.${side}`));
  }

  /** What went wrong, told in the status line; a week that was changed elsewhere is drawn anew.
   * @param {any} fault */
  fault(fault) {
    if (fault?.status !== 409) {
      this.app.fail(fault);
      return;
    }
    this.screen.hand.letGo();
    const told = fault.code === "stale" ? t("week.stale") : fault.message;
    this.screen.load().then(() => this.app.say(told), (/** @type {unknown} */ again) => this.app.fail(again));
  }

  /** Leave it there, as a draft, whatever it breaks; where it clashes ask what is meant.
   * @param {Held} held @param {Place} place @param {object} move @param {import("./types.js").Verdict|null} judged what is known of it
   * @returns {Promise<boolean>} whether it was done */
  async leave(held, place, move, judged) {
    const { screen } = this;
    const group = screen.hand.wholeGroup ? held.session?.group : null;
    const what = screen.facts.titleOf(held);
    try {
      const verdict = await this.during(async () => {
        const { revision, sessions } = screen.week; // as the step before has left it
        const found = judged?.revision === revision ? judged : await this.app.post("/api/week/try", { revision, move });
        const week = await this.app.post("/api/week/move", { revision, move });
        screen.hand.letGo();
        screen.clash = found.broken.new.length ? { held, place, verdict: found, others: inTheWay(found.broken.new, held, place, sessions), move } : null;
        screen.accept(week, held.session ? held.id : null);
        return found;
      });
      const isClash = verdict.broken.new.length > 0;
      this.app.say([group && t("week.said.alike", { group }), t(!isClash ? "week.said.good" : screen.clash?.others.length ? "week.said.clash" : "week.said.broken", { what, where: screen.facts.where(place), verdict: verdictWords(verdict) })].filter(Boolean).join(" "));
      return true;
    } catch (fault) {
      screen.hand.letGo();
      this.fault(fault);
      return false;
    }
  }

  /** One of the four answers to a clash.
   * @param {"keep"|"instead"|"swap"|"undo"} kind */
  async answer(kind) {
    const { screen } = this;
    if (!screen.clash) return;
    const { held, others, move, place } = screen.clash;
    const what = screen.facts.titleOf(held);
    const where = screen.facts.where(place);
    if (kind === "keep") {
      screen.clash = null;
      screen.drawSide();
      screen.focus(held.id);
      this.app.say(t("week.said.kept", { what, where }));
      return;
    }
    const ids = others.map((session) => session.id);
    if (kind === "instead" && held.need) {
      await this.takeOut(ids);
      return;
    }
    const isUndone = await this.change("/api/week/undo", {}, t("week.putBack", { what }), held.id);
    if (!isUndone || kind === "undo") return;
    const next = kind === "swap" ? { kind: "swap", session: held.id, other: ids[0] } : { ...move, kind: "instead", unplace: ids };
    await this.move(next, t(`week.said.${kind}`, { what, where, others: screen.facts.called(...(kind === "swap" ? ids.slice(0, 1) : ids)) }), held.id);
  }

  /** Put it there at once; what is in the way is taken out of the week.
   * @param {Held} held @param {Place} place @param {string[]} displaced */
  async put(held, place, displaced) {
    this.screen.hand.letGo();
    const move = moveTo(held, place);
    if (held.session && displaced.length) await this.leave(held, place, { ...move, kind: "instead", unplace: displaced }, null);
    else if (await this.leave(held, place, move, null)) await this.takeOut(displaced);
  }

  /** Take sessions out of the week, one after the other.
   * @param {string[]} ids */
  async takeOut(ids) {
    for (const id of ids) {
      const what = this.screen.facts.titleOf(heldSession(/** @type {Session} */ (this.screen.facts.session(id))));
      if (!(await this.move({ kind: "unplace", session: id }, t("week.said.unplaced", { what })))) return;
    }
  }

  /** Take a session out of the week.
   * @param {string} id @returns {boolean} whether there is one */
  unplace(id) {
    const session = this.screen.facts.session(id);
    if (!session) return false;
    this.screen.hand.letGo();
    void this.move({ kind: "unplace", session: id }, t("week.said.unplaced", { what: this.screen.facts.titleOf(heldSession(session)) }));
    return true;
  }

  /** Pin a session where it is, or take its pin off.
   * @param {string} id @returns {boolean} whether there is one */
  pin(id) {
    const session = this.screen.facts.session(id);
    if (!session) return false;
    const what = this.screen.facts.titleOf(heldSession(session));
    void this.move({ kind: session.pinned ? "unpin" : "pin", session: id }, t(session.pinned ? "week.said.unpinned" : "week.said.pinned", { what }), id);
    return true;
  }

  /** Keep a session where it is by rows of pins.csv, or take them out again.
   * @param {string} id @param {boolean} isKept */
  keep(id, isKept) {
    const session = /** @type {Session} */ (this.screen.facts.session(id));
    const words = { what: this.screen.facts.titleOf(heldSession(session)), where: this.screen.facts.where(placeOf(session)) };
    const told = t(isKept ? "week.said.kept_in_pins" : "week.said.letGo", words);
    return this.change("/api/week/keep", { session: id, keep: isKept }, told);
  }

  /** Ask for the best places; they are shown as they come.
   * @param {Held} held */
  async findBest(held) {
    const { screen } = this;
    /** @type {{id: string, found: any[], isGoing: boolean}} */
    const asked = { id: held.id, found: [], isGoing: true };
    screen.best = asked;
    const show = () => {
      screen.drawPanel();
      screen.parts.panel.querySelector(".wk-best")?.scrollIntoView({ block: "start" });
    };
    show();
    try {
      for await (const line of this.app.lines("/api/week/best", { revision: screen.week.revision, [held.kind]: held.id })) {
        if (screen.best !== asked) return;
        if (line.ranked) asked.found = line.ranked.map((/** @type {number} */ at) => asked.found[at]);
        else if (line.place) asked.found.push(line);
        if (!line.place) screen.drawPanel();
        else if (asked.found.length <= SHOWN_BEST) show();
      }
    } catch (fault) {
      this.fault(fault);
    }
    asked.isGoing = false;
    if (screen.best !== asked) return;
    screen.drawPanel();
    this.app.say(asked.found.length ? t("week.bestDone", { n: asked.found.length }) : t("week.bestNone"));
  }
}
