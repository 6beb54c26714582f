// @ts-check
/** The Week screen: what is shown, what is chosen, what is held. */

import { byId, fill, h } from "../kit.js";
import { t } from "../words.js";
import { bannersOf } from "./banner.js";
import { Facts } from "./facts.js";
import { Grid } from "./grid.js";
import { Hand } from "./hand.js";
import { Holding } from "./holding.js";
import { byKeys, oneStop } from "./keys.js";
import { boardOf, participantsOf, sessionsTable } from "./lists.js";
import { lookFor, markBlocks } from "./marking.js";
import { panelOf } from "./panel.js";
import { heldSession, placeOf } from "./places.js";
import { draggable } from "./pointer.js";
import { railOf, toolbarOf, trayOf } from "./rail.js";
import { Steps } from "./steps.js";
import { shownDays } from "./time.js";
import { clashVerdict, heldVerdict, weekVerdict } from "./verdict.js";

/** @typedef {import("./types.js").Week} Week */
/** @typedef {import("./types.js").Session} Session */

const LEAST_HEIGHT = 360;
const SMALL_WINDOW = 900;

export class WeekScreen {
  /** @param {HTMLElement} root @param {any} app */
  constructor(root, app) {
    this.app = app;
    /** @type {"day"|"week"|"board"|"people"|"list"} */
    this.view = "day";
    /** @type {"rooms"|"staff"|"groups"} */
    this.axis = "rooms";
    this.day = "";
    this.find = "";
    this.isLegendOpen = innerWidth >= SMALL_WINDOW;
    /** Sessions that a sentence speaks of. @type {Set<string>} */
    this.lit = new Set();
    /** The session or need that the panel shows. @type {string|null} */
    this.chosen = null;
    /** @type {import("./steps.js").Drop|null} */
    this.clash = null;
    /** @type {{id: string, found: any[], isGoing: boolean}|null} */
    this.best = null;
    /** Sessions in which the draft and the week on the disk differ.
     * @type {{id: string, mine: Session|null, theirs: Session|null, disputed: boolean}[]} */
    this.elsewhere = [];
    this.isOutdated = false;
    this.week = /** @type {Week} */ (/** @type {unknown} */ (null));
    this.facts = /** @type {Facts} */ (/** @type {unknown} */ (null));
    /** @type {Grid|null} */
    this.grid = null;
    this.steps = new Steps(this);
    this.hand = new Hand(this);
    this.holding = new Holding(this);
    this.parts = parts();
    this.main = h("div", { class: "wk" }, this.parts.banner, this.parts.toolbar, this.parts.rail, this.parts.pane, this.parts.side, this.parts.tray);
    this.title = h("h1", { class: "wk-title" });
    fill(root, this.title, this.main);
    const resized = () => this.resized();
    addEventListener("resize", resized);
    const foot = new ResizeObserver(() => { if (this.week) this.fit(); }); // a long sentence there takes two lines
    foot.observe(byId("foot"));
    this.stops = [
      draggable(this.main, this), byKeys(this.main, this), () => removeEventListener("resize", resized), () => foot.disconnect(),
      app.on("week", (/** @type {{revision?: number}} */ news) => this.refresh(news).catch((fault) => this.steps.fault(fault))),
    ];
    this.parts.pane.addEventListener("click", (/** @type {Event} */ event) => this.clicked(/** @type {HTMLElement} */ (event.target)));
  }

  async load() {
    /** @type {Week} */
    let week;
    do {
      this.isOutdated = false;
      week = await this.app.get("/api/week");
    } while (this.isOutdated);
    this.elsewhere = week.state.elsewhere ? (await this.app.get("/api/week/elsewhere")).sessions : [];
    this.accept(week);
  }

  /** Draw this week; the focus goes to a session, or stays with the one that has it.
   * @param {Week} week @param {string|null} [focus] */
  accept(week, focus = null) {
    const focused = /** @type {HTMLElement|null} */ (document.activeElement?.closest?.("[data-session]"));
    const kept = focus ?? focused?.dataset.session ?? null;
    this.week = week;
    // where no week was saved before, all are new, and a sign on each would only hide what they are called
    if (week.sessions.every((session) => session.origin === "new")) for (const session of week.sessions) session.origin = "saved";
    this.facts = new Facts(week);
    fill(this.title, t("week.titleOf", { clinic: this.app.about?.clinic.label ?? "", week: this.app.week() }), !(week.state.is_published && !week.state.moves) && `, ${t("week.notPublished")}`);
    const days = shownDays(week).map((day) => day.date);
    if (!days.includes(this.day)) this.day = days[0] ?? week.week;
    if (focus && this.view === "day") this.day = this.facts.session(focus)?.date ?? this.day;
    if (!this.facts.session(this.chosen) && !this.facts.need(this.chosen)) this.chosen = null;
    this.best = null;
    this.draw();
    const broken = week.sessions.length ? week.broken.reduce((sum, rule) => sum + rule.count, 0) : 0;
    this.app.setBadge("week", { badge: broken || null, sign: broken ? "!" : "" });
    const short = week.short.length;
    this.app.setBadge("short", { badge: short || null, sign: short && week.sessions.length ? "!" : "" });
    this.app.setState(week.state);
    if (kept) this.focus(kept);
  }

  undo() {
    return this.steps.again("undo");
  }

  redo() {
    return this.steps.again("redo");
  }

  /** What Undo would do while something is held: put it back. */
  would() {
    const { held } = this.hand;
    return held && { undo: t("week.handBack", { what: this.facts.titleOf(held) }), redo: "" };
  }

  /** The week or the names changed elsewhere: in another tab, by a command, by the switch of the frame.
   * @param {{week?: string, revision?: number}} [news] */
  async refresh(news = {}) {
    if (!this.week) { this.isOutdated = true; return; } // the first answer is under way
    if (news.week !== undefined && news.week !== this.week.week) return;
    if (news.revision !== undefined && (news.revision <= this.week.revision || this.steps.underWay)) return;
    const wasHeld = Boolean(this.hand.held);
    if (wasHeld) this.hand.putBack();
    await this.load();
    if (wasHeld) this.app.say(t("week.stale"));
  }

  unmount() {
    this.hand.empty();
    for (const stop of this.stops) stop();
  }

  // Drawing

  draw() {
    const { parts } = this;
    const at = { left: parts.pane.scrollLeft, top: parts.pane.scrollTop };
    this.grid = null;
    this.main.dataset.view = this.view;
    fill(parts.banner, bannersOf(this));
    fill(parts.toolbar, toolbarOf(this));
    fill(parts.rail, railOf(this));
    fill(parts.tray, trayOf(this));
    oneStop(parts.tray, null);
    this.fit();
    this.drawPane();
    parts.pane.scrollTo(at);
    this.drawSide();
    if (this.hand.held) this.holding.moved();
  }

  /** The window or the zoom is another one: drawn anew, unless the pointer holds something that would slip out of it. */
  resized() {
    if (!this.week) return;
    if (this.hand.held && this.hand.way === "pointer") return this.fit();
    const focused = /** @type {HTMLElement|null} */ (document.activeElement?.closest?.("[data-session]"))?.dataset.session;
    this.draw();
    if (focused) this.focus(focused);
  }

  /** The screen is as high as the window; in a small one its parts stand below each other. */
  fit() {
    const isSmall = innerWidth < SMALL_WINDOW;
    const top = this.main.getBoundingClientRect().top + scrollY;
    const foot = byId("foot")?.offsetHeight ?? 0;
    this.main.style.setProperty("height", isSmall ? "auto" : `${Math.max(LEAST_HEIGHT + 140, innerHeight - top - foot - 8)}px`);
  }

  drawPane() {
    const { pane } = this.parts;
    if (this.view === "board") fill(pane, boardOf(this.facts));
    else if (this.view === "people") fill(pane, participantsOf(this.facts, this.find));
    else if (this.view === "list") fill(pane, sessionsTable(this.facts, this.find));
    else {
      fill(pane);
      const height = Math.max(LEAST_HEIGHT, pane.clientHeight - 44);
      this.grid = new Grid(this.facts, { view: this.view, axis: this.axis, day: this.day, height });
      fill(pane, this.grid.element);
    }
    markBlocks(this);
    pane.tabIndex = oneStop(pane, this.chosen) ? -1 : 0; // what scrolls and holds nothing is reached by itself
  }

  drawSide() {
    const { held, place } = this.hand;
    fill(this.parts.verdict, held && place ? heldVerdict(this, held, place) : this.clash ? clashVerdict(this) : weekVerdict(this));
    this.drawPanel();
  }

  drawPanel() {
    const focus = document.activeElement?.id, isInHand = this.hand.held || this.clash;
    this.parts.verdict.classList.toggle("wk-calm", !isInHand && (!this.chosen || this.best !== null)); // a form that is filled in does not move under the mouse
    fill(this.parts.panel, panelOf(this));
    if (focus?.startsWith("wk-")) byId(focus)?.focus();
  }

  /** @returns {HTMLElement[]} */
  blocks() {
    return [...this.parts.pane.querySelectorAll(".wk-block")];
  }

  /** The focus to a session, or where it has no place any more to what is left of it below, or to the grid.
   * @param {string} id */
  focus(id) {
    const block = this.blocks().find((other) => other.dataset.session === id)
      ?? this.parts.tray.querySelector(`[data-unplaced="session:${CSS.escape(id)}"]`) ?? this.parts.pane.querySelector(".wk-block[tabindex='0']");
    block?.focus({ preventScroll: true });
    block?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // What is shown and chosen

  /** Another view, other columns, another day; the button that was pressed keeps the focus.
   * @param {{view?: any, axis?: any, day?: string}} change */
  show(change) {
    const pressed = /** @type {HTMLElement} */ (document.activeElement)?.closest?.(".wk-switch button");
    const [name, value] = Object.entries(/** @type {HTMLElement|null} */ (pressed)?.dataset ?? {})[0] ?? [];
    Object.assign(this, change);
    this.draw();
    if (name) this.parts.toolbar.querySelector(`[data-${name}="${value}"]`)?.focus();
  }

  /** @param {HTMLElement} target */
  clicked(target) {
    const block = /** @type {HTMLElement|null} */ (target.closest(".wk-block"));
    if (block?.dataset.session && (!this.hand.held || this.hand.way === "form")) this.choose(block.dataset.session);
  }

  /** Show a session or a need in the panel, and there the form.
   * @param {string|null} id */
  choose(id) {
    if (this.hand.held) this.hand.putBack();
    const before = this.chosen;
    this.chosen = id;
    this.lit = new Set();
    this.clash = null;
    this.best = null;
    markBlocks(this);
    oneStop(this.parts.pane, id ?? before);
    this.drawSide();
    if (id) byId("wk-day")?.focus();
    else if (before) this.focus(before);
    const session = this.facts.session(id);
    if (session) this.app.say(t("week.chosen", { what: this.facts.titleOf(heldSession(session)), where: this.facts.where(placeOf(session)) }));
  }
}

/** The places on the screen in which something is drawn. */
function parts() {
  const verdict = h("section", { class: "wk-verdict", "aria-label": t("week.verdict"), tabindex: "0" });
  const panel = h("section", { class: "wk-panel", "aria-label": t("week.panel"), tabindex: "0" });
  return {
    banner: h("div", { class: "wk-banners" }), toolbar: h("div", { class: "wk-bar" }), rail: h("div", { class: "wk-left" }), pane: h("div", { class: "wk-pane", role: "region", "aria-label": t("week.title") }),
    verdict, panel, side: h("div", { class: "wk-side" }, verdict, panel), tray: h("div", { class: "wk-bottom" }),
  };
}

/** @param {HTMLElement} root @param {any} app */
export async function mount(root, app) {
  const screen = new WeekScreen(root, app);
  try {
    await screen.load();
  } catch (fault) {
    screen.unmount();
    throw fault;
  }
  const whom = app.wanted("week");
  if (whom) {
    screen.view = "people";
    screen.draw();
    lookFor(screen, whom);
  }
  return screen;
}
