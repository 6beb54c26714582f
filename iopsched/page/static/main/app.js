// @ts-check
/** The page: what screens may use, which of them is shown, how it begins and ends. */
import { get, hear, lines, logIn, place, post, Refusal, whenLost } from "../api.js";
import { button, byId, fill, h } from "../kit.js";
import { loadWords, t, wantedLanguage } from "../words.js";
import { again, drawFrame, drawSkip, stepWords } from "./header.js";

/** Screens by the word in the address; each module exports `mount(root, app)`. @type {Record<string, () => Promise<any>>} */
export const SCREENS = {
  open: () => import("../open.js"),
  input: () => import("../input.js"),
  week: () => import("../week.js"),
  solve: () => import("../solve.js"),
  short: () => import("../short.js"),
  sick: () => import("../sick.js"),
  changes: () => import("../changes.js"),
  publish: () => import("../publish.js"),
};
const PLACE = "iopsched-place";
/** Steps that hear of the week by themselves, or show nothing of it. */
const OWN_NEWS = new Set(["open", "input", "week"]);
const SOON_MS = 300;

/**
 * What a screen may use. `mount` may return `{refresh, undo, redo, would, unmount}`: `refresh(news)` is called when the week or
 * the names changed, `undo` and `redo` where the screen has its own; `would()` says in words what
 * they would do, null where they would do the same as in the frame.
 */
export const app = {
  /** @type {any} what the server said of the open clinic; null where none is open */
  about: null,
  /** @type {any} the state of the draft: {moves, can_undo, can_redo, saved, revision} */
  state: {},
  names: false,
  api: { place, Refusal }, h, fill, button, t, get, post, lines,
  /** Say one sentence in the status line, which is spoken. @param {string} text */
  say(text) { byId("status").textContent = text; },
  /** Say what went wrong. @param {any} error */
  fail(error) {
    if (error?.name === "AbortError" || ["gone", "session", "anew"].includes(error?.code)) return;
    if (!(error instanceof Refusal)) throw error;
    app.say(error.code === "broken" ? t("frame.broken") : error.message);
    if (error.code === "stale") void drawAnew();
  },
  /** Go to another step, which begins with this sentence in the status line. @param {string} screen @param {string} [text] */
  go(screen, text = "") {
    arriving = text;
    if (current() === screen) app.say(text);
    else location.hash = `#/${screen}`;
  },
  /** Go to a screen, and there to somebody: nobody's id is in the address. @param {string} screen @param {string} whom */
  goFor(screen, whom) { goal = { screen, whom }; app.go(screen); },
  /** Whom a screen was opened for, once. @param {string} screen */
  wanted(screen) {
    const { whom } = goal.screen === screen ? goal : { whom: "" };
    goal = { screen: "", whom: "" };
    return whom;
  },
  /** @param {any} state */
  setState(state) {
    app.state = { ...app.state, ...state };
    app.setBadge("changes", { badge: app.state.moves || null, sign: "" });
    drawFrame();
  },
  /** What a step has to do, as its screen knows it. @param {string} step @param {{badge: number | null, sign: string}} badge */
  setBadge(step, badge) { app.about = app.about && { ...app.about, steps: app.about.steps.map((/** @type {any} */ row) => (row.id === step ? { ...row, ...badge } : row)) }; },
  /** Ask for the clinic again: label, weeks, steps, draft. */
  async reload() {
    if (place.clinic === null) { app.about = null; return drawFrame(); }
    const { clinic, week } = place, about = await get("/api/clinic");
    if (place.clinic !== clinic || place.week !== week) return; // another one was chosen meanwhile
    app.about = about;
    app.names = about.names;
    app.state = about.state;
    place.week = about.week;
    keepPlace();
    drawFrame();
  },
  /** Open a clinic at the step that it needs: where there is no week yet, at the search for one; where its tables have faults, at these. @param {number} number @param {string} [week] */
  async openClinic(number, week) {
    place.clinic = number;
    place.week = week ?? null;
    await app.reload();
    const opened = t("frame.opened", { clinic: app.about.clinic.label, week: app.week() });
    const next = app.faults() ? "input" : app.about.weeks.length ? "week" : "solve";
    if (current() === next) await show();
    app.go(next, opened);
  },
  /** @param {string} week */
  async setWeek(week) {
    const before = place.week;
    place.week = week;
    try { await app.reload(); } catch (error) {
      place.week = before;
      drawFrame();
      return app.fail(error);
    }
    await show();
    app.say(t("frame.weekShown", { week: app.week() }));
  },
  /** How many faults the tables have, which keep any week from being searched. @returns {number} */
  faults() {
    const input = app.about?.steps.find((/** @type {any} */ step) => step.id === "input");
    return input?.sign === "!" ? input.badge : 0;
  },
  /** A week in words, unless told otherwise the one that is shown. @param {string | null} [monday] @param {"long" | "short"} [month] */
  week: (monday = place.week, month = "long") => new Date(`${monday}T12:00`).toLocaleDateString(document.documentElement.lang, { day: "numeric", month, year: "numeric" }),
  stepWords: (/** @type {"undo" | "redo"} */ what) => stepWords(what),
  /** Hear news of a kind; returns how to stop. @param {string} kind @param {(news: any) => void} then */
  on(kind, then) {
    const row = { kind, then };
    listeners.add(row);
    return () => listeners.delete(row);
  },
};

/** Whom the next screen is opened for. */
let goal = { screen: "", whom: "" };
/** @type {Set<{kind: string, then: (news: any) => void}>} */
const listeners = new Set();
/** @type {any} */
export let mounted = null;
let isLost = false;
/** What is said once another step is shown. */
let arriving = "";
/** How many times a screen was asked for. */
let shown = 0;

export const current = () => /^#\/(\w+)/.exec(location.hash)?.[1] ?? "open";
const keepPlace = () => sessionStorage.setItem(PLACE, JSON.stringify(place));

/** Draw head and screen as the draft is now. */
async function drawAnew() {
  try {
    await app.reload();
    await mounted?.refresh?.({ kind: "week" });
  } catch (error) { app.fail(error); }
}

/** Whoever changes the draft here knows it by the answer, which comes about then: of what another window did the head learns so. @param {any} news */
function heardOfWeek(news) {
  const isNew = () => news.revision === undefined || news.revision > (app.state.revision ?? 0);
  if ((news.week ?? place.week) === place.week && isNew() && !OWN_NEWS.has(current())) setTimeout(() => { if (isNew()) void drawAnew(); }, SOON_MS);
}

/** Draw head and screen with names or without, as this person has it now. */
export async function redrawNames() {
  await app.reload();
  await mounting.catch(() => {}); // what it asked for may still hold names
  await mounted?.refresh?.({ kind: "names" });
}

/** Names were switched in another tab, or here; those of another person are not ours. @param {{on: boolean}} news */
async function heardOfNames(news) {
  await app.reload();
  if (news.on !== app.names) return;
  await redrawNames();
  app.say(t(app.names ? "frame.namesOn" : "frame.namesOff")); // what was said before may hold one
}

/** The screen that is being mounted: two at once would draw over each other. */
export let mounting = Promise.resolve();

export function show() {
  const turn = (shown += 1);
  mounting = mounting.catch(() => {}).then(() => (turn === shown ? draw(turn) : undefined));
  return mounting;
}

/** @param {number} turn */
async function draw(turn) {
  const name = SCREENS[current()] && (place.clinic !== null || current() === "open") ? current() : "open";
  mounted?.unmount?.();
  mounted = null;
  const root = byId("screen");
  root.className = `screen-${name}`;
  drawFrame();
  try {
    const screen = await SCREENS[name]();
    if (turn !== shown) return;
    fill(root);
    const made = (await screen.mount(root, app)) ?? {};
    if (turn === shown) {
      mounted = made;
      drawFrame(); // the screen says what Undo would do
      // The step that was pressed is drawn anew: go on from the screen that it led to.
      if (turn > 1 && (document.activeElement === document.body || document.activeElement?.closest(".steps"))) root.focus({ preventScroll: true });
    } else made.unmount?.(); // another screen or week was chosen meanwhile
  } catch (error) {
    app.fail(error);
    if (error instanceof Refusal && !isLost && turn === shown) fill(root, refused(name, error));
  }
}

/** What stands where a screen cannot be drawn: why, and where that is mended. @param {string} name @param {any} error */
const refused = (name, error) => [
  h("h1", null, t(`steps.${name}`)), h("p", null, error.message),
  h("ul", null, (error.body.issues ?? []).filter((/** @type {any} */ row) => row.level === "error").slice(0, 10)
    .map((/** @type {any} */ row) => h("li", null, `${row.place}: ${row.message} ${row.remedy}`))),
  error.code === "input" && SCREENS.input && name !== "input" && button(t("frame.mend"), () => app.go("input"), { class: "main", id: "mend" }),
];

export async function close() {
  if (!confirm(t("frame.closeQuestion"))) return;
  try { await post("/api/close", {}); } catch { /* it is gone */ }
  lost("closed");
}

/** Show why the page cannot go on; nothing of the clinic stays on the screen. @param {string} why */
function lost(why) {
  if (isLost) return;
  isLost = true;
  mounted?.unmount?.();
  mounted = null;
  if (why !== "gone") for (const key of ["iopsched-session", "iopsched-server", PLACE]) sessionStorage.removeItem(key);
  fill(byId("frame"), h("div", { class: "line" }, h("p", { class: "brand" }, t("frame.product"))));
  fill(byId("screen"), h("h1", null, t(`lost.${why}`)), h("p", null, t(`lost.${why}Then`)),
    why === "gone" && button(t("lost.again"), () => location.reload()));
  byId("status").textContent = "";
  byId("screen").focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  const field = /** @type {any} */ (event.target);
  if (!(event.ctrlKey || event.metaKey) || event.altKey || /^(input|textarea|select)$/i.test(field?.tagName ?? "")) return;
  const key = event.key.toLowerCase();
  if (key === "z" || key === "y") {
    event.preventDefault();
    again(key === "y" || event.shiftKey ? "redo" : "undo");
  }
});

async function begin() {
  await loadWords(wantedLanguage());
  fill(byId("frame"), h("div", { class: "line" }, h("p", { class: "brand" }, t("frame.product"))));
  app.say(t("frame.opening")); // to read a large clinic takes a second
  drawSkip();
  byId("skip").addEventListener("click", (/** @type {Event} */ event) => { event.preventDefault(); byId("screen").focus(); });
  let found;
  try { found = await logIn(); } catch { found = null; }
  if (!found) return lost("session");
  whenLost(lost);
  Object.assign(place, JSON.parse(sessionStorage.getItem(PLACE) ?? "{}"));
  if (found.clinic !== null) Object.assign(place, { clinic: found.clinic, week: null });
  /** @type {any} why the clinic cannot be shown: another one may be opened */
  let refusal = null;
  try { await app.reload(); } catch (error) {
    if (isLost || !(error instanceof Refusal)) return app.fail(error);
    refusal = error;
    place.clinic = null;
    place.week = null;
  }
  addEventListener("hashchange", () => { app.say(arriving); arriving = ""; show(); }); // what was said of the step before says nothing of this one
  const first = place.clinic === null ? "open" : found.clinic !== null && current() === "open" ? "week" : current();
  if (first !== current()) history.replaceState(null, "", `#/${first}`);
  await show();
  if (byId("status").textContent === t("frame.opening")) app.say("");
  if (refusal !== null && refusal.status !== 404) app.fail(refusal);
  app.on("week", heardOfWeek);
  app.on("names", heardOfNames);
  hear(app.about?.news ?? 0, (news) => {
    if (news.kind === "closing") return lost("closed");
    for (const row of listeners) if (row.kind === news.kind && (news.clinic === undefined || news.clinic === place.clinic)) void (async () => row.then(news))().catch(app.fail);
  });
}

begin();
