// @ts-check
/** The screen that searches for a week: the same goals as everywhere, live, and then what was found beside the draft. */
import { besideFacts, peopleTable, sideBySide } from "./beside.js";
import { newest } from "./kit.js";

const GOALS = ["unmet_need", "worst_off", "people_short", "changes", "moves", "preferences", "workload", "cost"];
const LIMITS = [60, 300, 900, 3600];
const WIDTH = 220, HEIGHT = 36;

/** @param {HTMLElement} root @param {any} app */
export async function mount(root, app) {
  const { h, fill, button, t } = app, look = newest(() => app.get("/api/solve"));
  /** @type {any} */
  let told = await look();
  /** @type {Map<string, any>} */
  let goals = new Map();
  let heardAt = performance.now();
  let left = (told.limit_s ?? 0) - (told.used_s ?? 0);
  let isSide = false;
  /** @type {any} */
  let beside = null;
  const head = h("div", { class: "solve-head" }), table = h("div", { class: "solve-goals" }), result = h("section", { class: "solve-result", "aria-live": "off" });
  fill(root, h("h1", null, t("solve.title")), head, result, table);
  const isRunning = () => ["waiting", "running", "stopping"].includes(told.state);

  const take = (/** @type {any} */ found) => {
    told = found;
    goals = new Map(found.goals.map((/** @type {any} */ goal) => [goal.name, goal]));
    // what was found is told in the words of the clinic, of which a running search knows only the sum
    for (const goal of found.result?.goals ?? []) goals.set(goal.name, { ...goals.get(goal.name), ...goal });
    heardAt = performance.now();
  };

  function drawHead() {
    if (isRunning()) {
      fill(head, h("p", { class: "solve-state", id: "solve-state" }, stateText()),
        h("progress", { max: told.limit_s, value: Math.max(0, told.limit_s - timeLeft()), "aria-label": t("solve.timeUsed") }),
        button(t("solve.stop"), stop, { id: "solve-stop", class: "main", disabled: told.state === "stopping" }));
      return;
    }
    const limit = h("select", { id: "solve-limit" }, LIMITS.map((seconds) =>
      h("option", { value: seconds, selected: seconds === told.default_limit_s }, t("solve.minutes", { n: seconds / 60 }))));
    const anew = h("input", { type: "checkbox", id: "solve-anew" }), faults = app.faults();
    fill(head, h("p", null, t("solve.about")),
      faults > 0 && h("p", { class: "note", id: "solve-faults" }, t("solve.none_input", { n: faults }), " ", button(t("frame.mend"), () => app.go("input"), { id: "solve-mend", class: "main" })),
      told.elsewhere && h("p", { class: "note" }, t("solve.elsewhere", { week: app.week(told.elsewhere) })),
      h("p", { class: "line" }, h("label", { for: "solve-limit" }, t("solve.limit")), limit,
        h("label", { class: "names" }, anew, t("solve.anew")),
        button(t(told.is_found ? "solve.startAgain" : "solve.start"), () => start(Number(limit.value), anew.checked),
          { id: "solve-start", class: told.is_found || faults ? "" : "main", disabled: Boolean(told.elsewhere) || faults > 0 })));
  }

  const timeLeft = () => Math.max(0, left - (performance.now() - heardAt) / 1000);
  const stateText = () => told.state === "waiting" ? t("solve.waiting") : told.state === "stopping" ? t("solve.stopping")
    : `${t(`solve.stage_${goals.size ? "goals" : told.stage || "begin"}`)} ${t("solve.left", { n: Math.ceil(timeLeft()) })}`;

  /** What the published week knows and the tables do not: the search does not know it either. */
  const forgotten = () => (told.rows ?? []).map((/** @type {any} */ row) => h("p", { class: "note" }, t("solve.forgotten", { what: row.text })));

  function drawGoals() {
    const known = GOALS.filter((name) => goals.has(name)).map((name) => goals.get(name));
    if (!known.length) return fill(table, forgotten());
    const now = known.at(-1);
    fill(table, forgotten(), h("table", null,
      h("caption", null, t("solve.goals")),
      h("thead", null, h("tr", null, ["goal", "now", "best", "howGood", "line"].map((key) => h("th", { scope: "col" }, t(`solve.head_${key}`))))),
      h("tbody", null, known.map((goal) => h("tr", { class: goal === now && isRunning() ? "current" : "" },
        h("th", { scope: "row" }, goal.label), h("td", null, goal.text || sinceFirst(goal)), h("td", null, goal.best || (goal.is_proven && goal.text) || "–"),
        h("td", null, goal.is_proven ? h("span", { class: "good" }, `✓ ${t("solve.proven")}`) : howFar(goal, known.length === 1)),
        h("td", null, bar(goal), chart(goal)))))));
  }

  /** How much better it could be. What a search begins with may be no week at all: of the first goal this is told once a better one was found. @param {any} goal @param {boolean} isFirst */
  const howFar = (goal, isFirst) => (isRunning() && isFirst && new Set((goal.points ?? []).map((/** @type {any} */ point) => point[1])).size < 2 ? "" : goal.left) || t("solve.searching");

  /** How much better a goal is than at first, where nothing but a sum of unlike things is known of it. @param {any} goal */
  function sinceFirst(goal) {
    const first = goal.points?.[0]?.[1] ?? goal.value;
    return first > goal.value ? t("solve.betterBy", { n: Math.round((100 * (first - goal.value)) / first) }) : t("solve.asFirst");
  }

  /** From the first value (left) to the best possible (right): how much of the way is done. @param {any} goal */
  function bar(goal) {
    const points = goal.points ?? [];
    const first = points.length ? points[0][1] : goal.value, bound = goal.bound ?? 0;
    const done = goal.is_proven || first <= bound ? 1 : Math.min(1, (first - goal.value) / (first - bound));
    return h("svg", { class: "bar", width: 60, height: 10, viewBox: "0 0 60 10", "aria-hidden": "true" },
      h("rect", { class: "track", width: 60, height: 10 }), h("rect", { class: "done", width: Math.round(60 * done), height: 10 }));
  }

  /** The value over time as steps, and the best possible below it. @param {any} goal */
  function chart(goal) {
    const points = goal.points ?? [];
    if (points.length < 2) return null;
    const end = Math.max(points.at(-1)[0], 1), begin = points[0][0];
    const high = Math.max(...points.map((/** @type {any} */ p) => p[1])), low = Math.min(...points.map((/** @type {any} */ p) => p[2] ?? p[1]));
    const x = (/** @type {number} */ s) => ((s - begin) / Math.max(end - begin, 0.001)) * WIDTH;
    const y = (/** @type {number} */ v) => 2 + (1 - (v - low) / Math.max(high - low, 1)) * (HEIGHT - 4);
    /** @param {number} at */
    const steps = (at) => points.filter((/** @type {any} */ p) => p[at] !== null).map((/** @type {any} */ p, /** @type {number} */ i, /** @type {any} */ all) =>
      `${i ? `${x(p[0]).toFixed(1)},${y(all[i - 1][at]).toFixed(1)} ` : ""}${x(p[0]).toFixed(1)},${y(p[at]).toFixed(1)}`).join(" ");
    return h("svg", { class: "steps-line", width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
      h("polyline", { class: "bound", points: steps(2) }), h("polyline", { class: "value", points: steps(1) }));
  }

  async function drawResult() {
    const found = told.result;
    beside = null;
    if (isRunning()) return fill(result);
    if (!told.is_found) {
      fill(result, found?.kind === "none" && h("p", { class: "note", id: "solve-none" }, nothing(found)));
      return;
    }
    let fault = "";
    try { beside = await app.get("/api/solve/found"); ({ fault } = beside); } catch (error) { fault = /** @type {any} */ (error).message; }
    if (!fault) return drawBeside();
    beside = null;
    fill(result, h("p", { class: "note", id: "solve-none" }, fault), button(t("solve.discard"), discard, { id: "solve-discard" }));
  }

  /** @param {any} found */
  const nothing = (found) => t(`solve.none_${found.why}`, { n: found.limit_s ?? found.faults ?? 0, list: (found.sessions ?? found.pins ?? []).join(", ") });

  function drawBeside() {
    const { people } = beside;
    fill(result, h("h2", { id: "found", tabindex: "-1" }, t(told.result?.was_stopped ? "solve.foundStopped" : told.result ? "solve.found" : "solve.foundEarlier")),
      h("p", { class: "line" },
        button(t(beside.is_empty ? "solve.takeFirst" : "solve.take"), takeFound, { id: "solve-take", class: "main" }),
        button(t("solve.discard"), discard, { id: "solve-discard" }),
        button(t(isSide ? "solve.people" : "solve.side"), () => { isSide = !isSide; drawBeside(); /** @type {any} */ (root.querySelector("#solve-side"))?.focus(); }, { id: "solve-side", "aria-pressed": String(isSide) })),
      h("ul", { class: "facts" }, besideFacts(beside).map((text) => h("li", null, text))),
      beside.found_goals.length > 0 && !goals.size && h("ul", { class: "facts" }, beside.found_goals.map((/** @type {any} */ goal) =>
        h("li", null, `${goal.label}: ${goal.text}. ${goal.is_proven ? t("solve.proven") : goal.left}`))),
      isSide ? sideBySide(beside.days) : !beside.is_empty && people.length > 0 && peopleTable(people));
  }

  /** Draw the search as it is by now. @param {boolean} [isNew] */
  async function drawNow(isNew = false) {
    const found = await look();
    if (!found) return;
    take(found);
    if (isNew) left = told.limit_s - (told.used_s ?? 0);
    await draw();
  }

  /** @param {number} limit @param {boolean} isAnew */
  async function start(limit, isAnew) {
    try {
      await app.post("/api/solve/start", { time_limit_s: limit, is_anew: isAnew });
      await drawNow(true);
      /** @type {HTMLElement | null} */ (root.querySelector("#solve-stop"))?.focus();
      await app.reload();
      app.say(t("solve.begun"));
    } catch (error) { app.fail(error); }
  }

  async function stop() {
    try {
      await app.post("/api/solve/stop", {});
      await drawNow();
      if (isRunning()) app.say(t("solve.stopping"));
    } catch (error) { app.fail(error); }
  }

  async function takeFound() {
    try {
      const week = await app.post("/api/solve/take", { revision: beside.revision });
      told = { ...told, is_found: false, result: null }; // whoever takes it back at once is still here
      app.setState(week.state);
      await app.reload();
      app.go("week", t("solve.taken"));
    } catch (error) { app.fail(error); await drawResult(); }
  }

  async function discard() {
    try {
      await app.post("/api/solve/discard", {});
      await drawNow();
      /** @type {HTMLElement | null} */ (root.querySelector("#solve-start"))?.focus();
      await app.reload();
      app.say(t("solve.discarded"));
    } catch (error) { app.fail(error); }
  }

  /** Whoever has the focus keeps it, where it is still there. */
  async function draw() {
    const focused = document.activeElement?.id;
    drawHead();
    drawGoals();
    const drawn = drawResult();
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
    await drawn;
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  }

  const offFiles = app.on("files", async () => { try { await app.reload(); if (!isRunning()) drawHead(); } catch (error) { app.fail(error); } });
  const off = app.on("solve", async (/** @type {any} */ news) => {
    if (news.week !== app.api.place.week) return;
    const row = news.row;
    if (row.left_s !== undefined) { left = row.left_s; heardAt = performance.now(); }
    if (row.kind === "goal") {
      const before = goals.get(row.name);
      goals.set(row.name, { ...row, points: [...(before?.points ?? []), [row.elapsed_s, row.value, row.bound]].slice(-400) });
      soon();
    } else if (row.kind === "left_out") {
      told.rows = [...(told.rows ?? []), row];
      soon();
    } else if (row.kind === "stage") { told.stage = row.stage; soon(); } else if (row.state) {
      const found = await look();
      if (!found || !head.isConnected) return;
      take(found);
      await draw();
      if (row.state === "ended") {
        app.say(row.result.kind === "found" ? t(row.result.was_stopped ? "solve.foundStopped" : "solve.found") : nothing(row.result));
        await app.reload();
        /** @type {HTMLElement | null} */ (root.querySelector("#found"))?.focus();
      }
    }
  });
  let waits = 0;
  const soon = () => { waits ||= requestAnimationFrame(() => { waits = 0; drawLive(); }); };
  function drawLive() {
    const state = root.querySelector("#solve-state"), line = /** @type {any} */ (root.querySelector("progress"));
    if (state && line) { state.textContent = stateText(); line.value = Math.max(0, told.limit_s - timeLeft()); }
    drawGoals();
  }
  const clock = setInterval(() => { if (isRunning()) drawLive(); }, 1000);

  take(told);
  await draw();
  return { unmount() { off(); offFiles(); clearInterval(clock); }, refresh: async () => { if (!isRunning()) await drawResult(); } };
}
