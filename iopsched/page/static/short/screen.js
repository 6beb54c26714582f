// @ts-check
/** The screen: what is being tried, who is short, why and what would help, who else could come. */

import { fill, h, newest } from "../kit.js";
import { t } from "../words.js";
import { isAtWork } from "./answer.js";
import { lacksPart } from "./lacks.js";
import { newcomersPart } from "./newcomers.js";
import { trialPart } from "./trial.js";
import { whyPart } from "./why.js";

const SOON_MS = 700;

/** @param {HTMLElement} root @param {any} app */
export async function mount(root, app) {
  /** @type {any} */
  let told = null;
  const lacks = lacksPart(app, again);
  const trial = trialPart(app, { changed, newcomers: () => newcomers.start() });
  const why = whyPart(app, { ask, attempt, tried: trial.now });
  const newcomers = newcomersPart(app, { attempt, save, again, isSaved: () => told?.is_saved ?? true, tried: trial.now, admit: (row) => trial.begin("/api/trial/admit", { person: row.person }) });
  fill(root, h("h1", { id: "short-title", tabindex: "-1" }, t("short.title")), trial.root, lacks.root, why.root, newcomers.root);

  /** @param {any} row */
  function attempt(row) { return trial.begin("/api/trial/start", { way: row.mark }); }

  /** @param {any} found @param {any} others */
  function draw(found, others) {
    told = found;
    lacks.draw(found);
    why.draw(found);
    newcomers.draw(others);
  }

  const asked = newest(() => Promise.all([app.get("/api/short"), app.get("/api/newcomers")]));
  /** Draw it as it is now; returns whether this is still to be told. */
  async function again() {
    const found = await asked();
    if (found) draw(found[0], found[1]);
    return found !== null && lacks.root.isConnected;
  }
  /** The draft or the tables are others now. */
  async function changed() {
    await app.reload();
    await again();
  }
  async function all() {
    await trial.look();
    await again();
  }

  /** Answers are about the week as it is saved. */
  async function save() {
    if (told.is_saved) return;
    app.setState((await app.post("/api/week/save", { revision: told.revision })).state);
    await again();
  }

  /** @param {string} what @param {any} [body] */
  async function ask(what, body = {}) {
    try {
      if (what === "start") await save();
      await app.post(`/api/short/${what}`, body);
      await again();
      if (isAtWork(told)) app.say(t(what === "start" ? "short.explaining" : "answer.stopping"));
      if (what === "start") document.getElementById("short-stop")?.focus();
    } catch (error) { app.fail(error); }
  }

  /** Look at once what a search has come to, or soon: goals come many in a second. @type {any} */
  let soon = null;
  async function look() {
    clearTimeout(soon);
    soon = null;
    try { await trial.look(); } catch (error) { app.fail(error); }
  }

  const isHere = (/** @type {any} */ news) => news.week === app.api.place.week;
  /** Whether somebody looks at this part, or at nothing: whoever is elsewhere by now stays there. @param {HTMLElement} part */
  const isLookedAt = (part) => part.contains(document.activeElement) || document.activeElement === document.body;
  const offs = [
    app.on("short", async (/** @type {any} */ news) => {
      const isMine = isLookedAt(why.root);
      if (!isHere(news) || !(await again()) || news.row.state !== "ended") return;
      const causes = told.rows.filter((/** @type {any} */ row) => row.kind === "cause").length;
      app.say(causes ? t("short.explained", { n: causes }) : t("short.noCause"));
      if (isMine) document.getElementById("short-why")?.focus();
    }),
    app.on("newcomers", async (/** @type {any} */ news) => {
      const isMine = isLookedAt(newcomers.root);
      if (!isHere(news) || !(await again()) || news.row.state !== "ended") return;
      app.say(t("newcomers.ended", { n: newcomers.number() }));
      if (isMine) document.getElementById("newcomers")?.focus();
    }),
    app.on("solve", async (/** @type {any} */ news) => {
      if (!isHere(news) || !trial.now()) return;
      if (!news.row.state) { soon ??= setTimeout(look, SOON_MS); return; }
      const wasFocused = trial.root.contains(document.activeElement);
      await look();
      if (news.row.state !== "ended" || !trial.root.isConnected) return;
      await app.reload();
      app.say(t(trial.now()?.state === "found" ? "trial.said_found" : "trial.said_none"));
      if (wasFocused || document.activeElement === document.body) document.getElementById("trial")?.focus();
    }),
    app.on("files", all),
  ];
  const clock = setInterval(() => { for (const part of [trial, why, newcomers]) part.tick(); }, 1000);
  await all();
  const whom = app.wanted("short"), row = whom && document.getElementById(`short-${whom}`);
  if (row) { row.scrollIntoView({ block: "center" }); row.focus({ preventScroll: true }); }
  return { unmount() { for (const off of offs) off(); clearInterval(clock); clearTimeout(soon); }, refresh: all };
}
