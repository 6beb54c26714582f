// @ts-check
/** The frame: clinic, week, steps, names, draft, undo; and which screen is shown. */
import { button, byId, fill, h } from "./kit.js";
import * as api from "./api.js";
import { has, languages, loadWords, t, wantedLanguage } from "./words.js";

/** Screens by the word in the address; each module exports `mount(root, app)`. @type {Record<string, () => Promise<any>>} */
const SCREENS = {
  open: () => import("./open.js"),
  input: () => import("./input.js"),
  week: () => import("./week.js"),
  solve: () => import("./solve.js"),
  short: () => import("./short.js"),
  sick: () => import("./sick.js"),
  changes: () => import("./changes.js"),
  publish: () => import("./publish.js"),
};
const PLACE = "iopsched-place";

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
  api, h, fill, button, t,
  get: api.get, post: api.post, lines: api.lines,
  /** Say one sentence in the status line, which is spoken. @param {string} text */
  say(text) { byId("status").textContent = text; },
  /** Say what went wrong. @param {any} error */
  fail(error) {
    if (error?.name === "AbortError" || ["gone", "session", "anew"].includes(error?.code)) return;
    if (!(error instanceof api.Refusal)) throw error;
    app.say(error.message);
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
    if (api.place.clinic === null) { app.about = null; return drawFrame(); }
    const about = await api.get("/api/clinic");
    app.about = about;
    app.names = about.names;
    app.state = about.state;
    api.place.week = about.week;
    keepPlace();
    drawFrame();
  },
  /** Open a clinic at the step that it needs: where there is no week yet, at the search for one; where its tables have faults, at these. @param {number} number @param {string} [week] */
  async openClinic(number, week) {
    api.place.clinic = number;
    api.place.week = week ?? null;
    await app.reload();
    app.say(t("frame.opened", { clinic: app.about.clinic.label, week: app.week() }));
    const next = app.faults() ? "input" : app.about.weeks.length ? "week" : "solve";
    if (current() === next) await show();
    else app.go(next);
  },
  /** @param {string} week */
  async setWeek(week) {
    api.place.week = week;
    await app.reload();
    await show();
    app.say(t("frame.weekShown", { week: app.week() }));
  },
  /** How many faults the tables have, which keep any week from being searched. @returns {number} */
  faults() {
    const input = app.about?.steps.find((/** @type {any} */ step) => step.id === "input");
    return input?.sign === "!" ? input.badge : 0;
  },
  /** A week in words, unless told otherwise the one that is shown. @param {string | null} [monday] @param {"long" | "short"} [month] */
  week: (monday = api.place.week, month = "long") => new Date(`${monday}T12:00`).toLocaleDateString(document.documentElement.lang, { day: "numeric", month, year: "numeric" }),
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
let mounted = null;
let isLost = false;
/** What is said once another step is shown. */
let arriving = "";
/** How many times a screen was asked for. */
let shown = 0;

const current = () => /^#\/(\w+)/.exec(location.hash)?.[1] ?? "open";
const keepPlace = () => sessionStorage.setItem(PLACE, JSON.stringify(api.place));

/** The screen that is being mounted: two at once would draw over each other. */
let mounting = Promise.resolve();

function show() {
  const turn = (shown += 1);
  mounting = mounting.catch(() => {}).then(() => (turn === shown ? draw(turn) : undefined));
  return mounting;
}

/** @param {number} turn */
async function draw(turn) {
  const name = SCREENS[current()] && (api.place.clinic !== null || current() === "open") ? current() : "open";
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
    if (error instanceof api.Refusal && !isLost && turn === shown) fill(root, refused(name, error));
  }
}

/** What stands where a screen cannot be drawn: why, and where that is mended. @param {string} name @param {any} error */
const refused = (name, error) => [
  h("h1", null, t(`steps.${name}`)), h("p", null, error.message),
  h("ul", null, (error.body.issues ?? []).filter((/** @type {any} */ row) => row.level === "error").slice(0, 10)
    .map((/** @type {any} */ row) => h("li", null, `${row.place}: ${row.message} ${row.remedy}`))),
  error.code === "input" && SCREENS.input && name !== "input" && button(t("frame.mend"), () => app.go("input"), { class: "main", id: "mend" }),
];

/** Draw the frame anew; whatever of it has the focus keeps it. */
function drawFrame() {
  const about = app.about, focused = byId("frame").contains(document.activeElement) && document.activeElement?.id;
  fill(byId("frame"),
    h("div", { class: "line" },
      h("p", { class: "brand" }, about ? about.clinic.label : t("frame.product")),
      about && weekChooser(about),
      h("span", { class: "gap" }),
      about && draftLine(),
      about && stepButton("undo", "Control+Z"),
      about && stepButton("redo", "Control+Y"),
      about && namesSwitch(),
      languageChoice(),
      button(t("frame.close"), close, { id: "close" })),
    h("nav", { "aria-label": t("frame.steps") }, h("ul", { class: "steps" }, steps(about))));
  if (focused) byId(focused)?.focus();
}

/** @param {any} about */
function weekChooser(about) {
  const shown = api.place.week ?? about.week;
  const all = [...new Set([...about.weeks, shown])].sort();
  const by = (/** @type {number} */ days) => {
    const day = new Date(`${shown}T12:00Z`);
    day.setUTCDate(day.getUTCDate() + days);
    return day.toISOString().slice(0, 10);
  };
  return h("div", { class: "weeks", role: "group", "aria-label": t("frame.week") },
    button("◀", () => app.setWeek(by(-7)), { id: "week-before", "aria-label": t("frame.weekBefore"), title: t("frame.weekBefore") }),
    h("select", { id: "week", "aria-label": t("frame.week"), on: { change: (/** @type {any} */ event) => app.setWeek(event.target.value) } },
      all.map((week) => h("option", { value: week, selected: week === shown }, t("frame.weekOf", { week: app.week(week, "short") })))),
    button("▶", () => app.setWeek(by(7)), { id: "week-after", "aria-label": t("frame.weekAfter"), title: t("frame.weekAfter") }));
}

function draftLine() {
  const moves = app.state.moves ?? 0;
  const text = moves ? t("frame.changes", { n: moves }) : t("frame.unchanged");
  return h("span", { class: "draft", id: "draft" }, text);
}

function namesSwitch() {
  return h("label", { class: "names" },
    h("input", { type: "checkbox", id: "names", checked: app.names, on: { change: async (/** @type {any} */ event) => {
      try {
        app.names = (await api.post("/api/names", { on: event.target.checked })).names;
        await app.reload();
        await mounted?.refresh?.({ kind: "names" });
        app.say(t(app.names ? "frame.namesOn" : "frame.namesOff"));
      } catch (error) { app.fail(error); }
    } } }), t("frame.names"));
}

/** Where there is more than one language, the choice among them. */
function languageChoice() {
  const codes = Object.keys(languages);
  return codes.length > 1 && h("select", { id: "language", "aria-label": t("frame.language"), on: { change: (/** @type {any} */ event) => speak(event.target.value) } },
    codes.map((code) => h("option", { value: code, lang: code, selected: code === document.documentElement.lang }, languages[code])));
}

/** Show the page in another language; the program remembers it. @param {string} language */
async function speak(language) {
  try {
    await api.post("/api/language", { language });
    await loadWords(language);
  } catch (error) { return app.fail(error); }
  drawSkip();
  await show();
  byId("language")?.focus();
  app.say(t("frame.languageIs", { name: languages[language] }));
}

function drawSkip() { byId("skip").textContent = t("frame.skip"); }

/** @param {any} about */
function steps(about) {
  const known = [{ id: "open", badge: null, sign: "" }, ...(about ? about.steps : [])];
  return known.filter((step) => SCREENS[step.id]).map((step, at) => {
    const isHere = step.id === current();
    const badge = step.badge === null ? null : h("span", { class: "badge", data: { sign: step.sign } }, `${step.sign} ${step.badge}`.trim(),
      has(`steps.${step.id}Badge`) && h("span", { class: "hidden" }, ` ${t(`steps.${step.id}Badge`, { n: step.badge })}`));
    return h("li", null, h("a", { href: `#/${step.id}`, id: `step-${step.id}`, "aria-current": isHere ? "page" : null }, `${at + 1} ${t(`steps.${step.id}`)}`, badge && " ", badge));
  });
}

/** What would be taken back or made again now, in words; blank where there is nothing. @param {"undo" | "redo"} what @returns {string} */
function stepWords(what) {
  if (current() === "open") return "";
  const own = mounted?.would?.();
  if (own) return own[what];
  const step = app.state[what];
  return step ? t(has(`frame.move_${step.kind}`) ? `frame.move_${step.kind}` : "frame.move_other", step) : "";
}

/** @param {"undo" | "redo"} what @param {string} keys */
function stepButton(what, keys) {
  const words = stepWords(what);
  const told = words ? t(`frame.would_${what}`, { what: words }) : t(`frame.nothingTo_${what}`);
  return button(t(`frame.step_${what}`), () => again(what), { id: what, disabled: !words, title: told, "aria-label": words ? told : null, "aria-keyshortcuts": keys });
}

/** @param {"undo" | "redo"} what */
async function again(what) {
  const focused = document.activeElement?.id, words = stepWords(what);
  if (!words) return app.say(t(`frame.nothingTo_${what}`));
  try {
    if (mounted?.[what]) await mounted[what]();
    else {
      const week = await api.post(`/api/week/${what}`, { revision: app.state.revision });
      app.setState(week.state);
      await mounting; // the screen that was just chosen may have asked for the week before
      await mounted?.refresh?.({ kind: "week" });
      app.say(t(`frame.done_${what}`, { what: words }));
    }
  } catch (error) { app.fail(error); }
  if (focused) focusStep(focused);
}

/** The focus to a button of the frame; where there is nothing more to do, to its neighbor. @param {string} id */
function focusStep(id) {
  const button = byId(id), other = byId(id === "undo" ? "redo" : "undo");
  (button?.disabled && other && !other.disabled ? other : button)?.focus();
}

async function close() {
  if (!confirm(t("frame.closeQuestion"))) return;
  try { await api.post("/api/close", {}); } catch { /* it is gone */ }
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
  try { found = await api.logIn(); } catch { found = null; }
  if (!found) return lost("session");
  api.whenLost(lost);
  Object.assign(api.place, JSON.parse(sessionStorage.getItem(PLACE) ?? "{}"));
  if (found.clinic !== null) Object.assign(api.place, { clinic: found.clinic, week: null });
  try { await app.reload(); } catch (error) {
    if (!(error instanceof api.Refusal) || error.status !== 404) return app.fail(error);
    api.place.clinic = null;
    api.place.week = null;
  }
  addEventListener("hashchange", () => { app.say(arriving); arriving = ""; show(); }); // what was said of the step before says nothing of this one
  if (found.clinic !== null && SCREENS.week && current() === "open") history.replaceState(null, "", "#/week");
  await show();
  if (byId("status").textContent === t("frame.opening")) app.say("");
  api.hear(app.about?.news ?? 0, (news) => {
    if (news.kind === "closing") return lost("closed");
    for (const row of listeners) if (row.kind === news.kind && (news.clinic === undefined || news.clinic === api.place.clinic)) row.then(news);
  });
}

begin();
