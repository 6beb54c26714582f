// @ts-check
/** The head of the page: clinic, week, draft, Undo and Redo, names, language, and the steps with what each has to do. */
import { place, post } from "../api.js";
import { button, byId, fill, h } from "../kit.js";
import { has, languages, loadWords, t } from "../words.js";
import { app, close, current, mounted, mounting, redrawNames, SCREENS, show } from "./app.js";

/** Draw the frame anew; whatever of it has the focus keeps it. */
export function drawFrame() {
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
  const shown = place.week ?? about.week;
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
        app.names = (await post("/api/names", { on: event.target.checked })).names;
        await redrawNames();
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
    await post("/api/language", { language });
    await loadWords(language);
  } catch (error) { return app.fail(error); }
  drawSkip();
  await show();
  byId("language")?.focus();
  app.say(t("frame.languageIs", { name: languages[language] }));
}

export function drawSkip() { byId("skip").textContent = t("frame.skip"); }

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
export function stepWords(what) {
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
  return button(t(`frame.step_${what}`), () => { void again(what); }, { id: what, disabled: !words, title: told, "aria-label": words ? told : null, "aria-keyshortcuts": keys });
}

/** Steps are taken one after the other, each of what the one before has left. @type {Promise<void>} */
let stepping = Promise.resolve();

/** @param {"undo" | "redo"} what */
export function again(what) {
  const done = stepping.then(() => step(what));
  stepping = done.catch(() => {});
  return done;
}

/** @param {"undo" | "redo"} what */
async function step(what) {
  const focused = document.activeElement?.id, words = stepWords(what);
  if (!words) return app.say(t(`frame.nothingTo_${what}`));
  try {
    if (mounted?.[what]) await mounted[what]();
    else {
      const week = await post(`/api/week/${what}`, { revision: app.state.revision });
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
