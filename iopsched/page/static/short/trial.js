// @ts-check
/** Something is tried: what the week becomes by it, and one click to have it or to leave it. */

import { button, h, newest, redraw } from "../kit.js";
import { t } from "../words.js";
import { besideFacts, peopleTable, sideBySide } from "../beside.js";
import { noAnswer, timeLine } from "./answer.js";

/** @param {any} app @param {{changed: () => Promise<void>, newcomers: () => void}} does */
export function trialPart(app, does) {
  const root = h("section", { "aria-labelledby": "trial", class: "trial" });
  /** @type {any} */
  let trial = null;
  /** @type {any} */
  let beside = null;
  let isSide = false;
  let tick = () => {};

  const now = newest(() => app.get("/api/trial"));

  /** Draw it as it is now. */
  async function look() {
    const answer = await now();
    if (!answer) return;
    trial = answer.trial;
    beside = null;
    if (trial?.state === "found") {
      /** @type {any} */
      let found;
      try { found = await app.get("/api/solve/found"); } catch (error) { found = { fault: /** @type {any} */ (error).message }; }
      if (found.fault) trial = { ...trial, fault: found.fault };
      else beside = found;
    }
    draw();
  }

  function draw() {
    tick = () => {};
    if (!trial) return redraw(root);
    const back = button(t("trial.back"), () => act("takeback"), { id: "trial-back" });
    return redraw(root, h("h2", { id: "trial", tabindex: "-1" }, trial.state === "taken" ? t(`trial.had_${trial.kind}`, { what: trial.line }) : t(`trial.title_${trial.kind}`, { what: trial.line })),
      trial.state === "searching" ? searching(back) : trial.state === "found" ? found(back)
        : trial.state === "taken" ? [h("p", { class: "good" }, `✓ ${t("trial.taken")}`), h("p", { class: "line" }, button(t("trial.look"), () => app.go("week"), { id: "trial-look", class: "main" }), back)]
          : trial.state === "moved" ? h("p", null, t("trial.moved")) : written(back));
  }

  /** @param {any} back */
  function searching(back) {
    const { search } = trial, goal = search.goals.at(-1);
    const time = timeLine(search, "trial-time", search.state === "waiting" ? t("solve.waiting") : t(`solve.stage_${goal ? "goals" : search.stage || "begin"}`));
    tick = time.tick;
    return [h("p", null, t("trial.searching")), h("p", { class: "line" }, time.parts),
      search.goals.length > 0 && h("ul", { class: "facts" }, search.goals.filter((/** @type {any} */ row) => row.text).map((/** @type {any} */ row) => h("li", null, `${row.label}: ${row.text}${row.is_proven ? ` (${t("solve.proven")})` : ""}`))),
      h("p", { class: "line" }, button(t("solve.stop"), () => act("stop"), { id: "trial-stop", disabled: search.state === "stopping" }), back)];
  }

  /** @param {any} back */
  function found(back) {
    if (!beside) return [h("p", { class: "note" }, trial.fault ?? ""), h("p", { class: "line" }, back)];
    const gains = beside.needs.filter((/** @type {any} */ row) => row.then < row.now), loses = beside.needs.filter((/** @type {any} */ row) => row.then > row.now);
    const helped = gains.filter((/** @type {any} */ row) => trial.helps.includes(row.participant)), besides = gains.filter((/** @type {any} */ row) => !trial.helps.includes(row.participant));
    const list = (/** @type {any[]} */ rows) => rows.map((row) => t(row.then ? "trial.one" : "trial.nothing", { who: row.label, now: row.now_text, then: row.then_text })).join("; ");
    return [
      h("ul", { class: "facts", id: "trial-facts" },
        helped.length > 0 && h("li", null, t("trial.helped", { list: list(helped) })),
        h("li", null, besides.length ? t("trial.besides", { list: list(besides) }) : t("trial.nobodyBesides")),
        loses.length > 0 && h("li", null, t("trial.loses", { list: list(loses) })),
        besideFacts(beside).map((text) => h("li", null, text))),
      h("p", { class: "line" }, button(t("trial.have"), () => act("have"), { id: "trial-have", class: "main" }), back,
        button(t(isSide ? "solve.people" : "solve.side"), () => { isSide = !isSide; draw(); document.getElementById("trial-side")?.focus(); }, { id: "trial-side", "aria-pressed": String(isSide) })),
      isSide ? sideBySide(beside.days) : !beside.is_empty && beside.people.length > 0 && peopleTable(beside.people)];
  }

  /** @param {any} back */
  function written(back) {
    const none = trial.search?.result?.kind === "none" ? trial.search.result : null;
    return [none && noAnswer(none, "trial-none", app), h("p", null, t(trial.kind === "next" ? "trial.place" : "trial.written")),
      h("p", { class: "line" }, button(t("trial.search"), () => act("search"), { id: "trial-search", class: trial.kind === "next" ? "" : "main" }),
        trial.kind === "next" && button(t("trial.askAgain"), does.newcomers, { id: "trial-ask" }), back)];
  }

  /** @param {"have" | "takeback" | "search" | "stop"} what */
  async function act(what) {
    try {
      if (what === "stop") await app.post("/api/solve/stop", {});
      else {
        const { state } = await app.post(`/api/trial/${what}`, { way: trial.way, revision: beside?.revision ?? app.state.revision });
        if (state) app.setState(state);
      }
      await told(`trial.said_${what}`);
    } catch (error) { app.fail(error); await look(); }
  }

  /** Draw what became of it, and go on from there. @param {string} key */
  async function told(key) {
    await look();
    document.getElementById(trial ? "trial" : "short-title")?.focus();
    await does.changed();
    if (key !== "trial.said_stop" || trial?.state === "searching") app.say(t(key));
  }

  /** @param {string} path @param {any} body */
  async function begin(path, body) {
    try { await app.post(path, body); await told("trial.said_try"); } catch (error) { app.fail(error); }
  }

  return { root, look, begin, now: () => trial, tick: () => tick() };
}
