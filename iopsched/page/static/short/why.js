// @ts-check
/** Why people are short, each cause as soon as it is certain, and ways out, each as soon as it is found. */

import { button, h, redraw } from "../kit.js";
import { t } from "../words.js";
import { isAtWork, noAnswer, oldness, stepList, timeLine } from "./answer.js";

/** @param {any} app @param {{ask: (what: string, body?: any) => void, attempt: (way: any) => void, tried: () => any}} does */
export function whyPart(app, does) {
  const root = h("section", { "aria-labelledby": "short-why" });
  let tick = () => {};

  /** @param {any} told */
  function draw(told) {
    const rows = (/** @type {string} */ kind) => told.rows.filter((/** @type {any} */ row) => row.kind === kind);
    const causes = rows("cause"), ways = rows("way"), none = told.result?.kind === "none" ? told.result : null, isRunning = isAtWork(told);
    tick = () => {};
    if (!told.people.length && told.state === "none") return redraw(root);
    const time = isRunning ? timeLine(told, "short-time", t(`short.stage_${causes.length || told.stage === "causes" ? "causes" : "week"}`)) : null;
    if (time) tick = time.tick;
    return redraw(root, h("h2", { id: "short-why", tabindex: "-1" }, t("short.whyTitle")), h("p", null, t("short.whyAbout")),
      h("p", { class: "line" }, isRunning ? button(t("short.stop"), () => does.ask("stop"), { id: "short-stop", disabled: told.state === "stopping" })
        : button(t(!told.is_saved ? "short.saveExplain" : told.state === "ended" ? "short.explainAgain" : "short.explain"), () => does.ask("start"), { id: "short-explain", class: told.people.length && told.state === "none" ? "main" : "" }), time?.parts),
      oldness(told) && !does.tried() && h("p", { class: "note", id: "short-old" }, oldness(told)),
      none && noAnswer(none, "short-failed", app),
      rows("standing").map((/** @type {any} */ row) => [h("p", null, row.lines[0]),
        row.again && h("p", { class: "note" }, `${row.again}. `, button(t("short.solve"), () => app.go("solve")))]),
      !causes.length && rows("alone").map((/** @type {any} */ row) => h("p", null, row.line)),
      causes.length > 0 && [h("h3", null, t("short.causes")), h("ol", { id: "causes" }, causes.map((/** @type {any} */ cause) => h("li", null, cause.line,
        cause.places.length > 0 && h("span", { class: "quiet" }, ` ${cause.places.slice(0, 4).join("; ")}`))))],
      ways.length > 0 && [h("h3", null, t(isRunning ? "short.waysSoFar" : "short.ways")), h("p", { class: "quiet" }, t("short.waysAbout")), h("ol", { id: "ways" }, ways.map((/** @type {any} */ way) => wayLine(way, told)))],
      told.result?.kind === "explained" && !causes.length && (rows("standing").some((/** @type {any} */ row) => row.is_least === false && !row.again)
        ? h("p", { class: "note", id: "short-search" }, t("short.searchLonger"), " ", button(t("short.solve"), () => app.go("solve")))
        : h("p", null, t("short.noCause"))),
      rows("left_out").map((/** @type {any} */ row) => h("p", { class: "quiet" }, row.text)),
      !isRunning && rows("left_out").length > 0 && button(t("short.longer"), () => does.ask("start", { is_long: true }), { id: "short-longer" }));
  }

  /** @param {any} way @param {any} told */
  function wayLine(way, told) {
    const trial = does.tried(), isTried = trial?.way === way.mark;
    return h("li", null, way.line, stepList(way.steps),
      isTried ? h("p", { class: "good" }, `✓ ${t("short.beingTried")}`)
        : !trial && told.is_of_now && h("p", { class: "line" }, button(t("short.try"), () => does.attempt(way), { id: `try-way-${way.number}`, "aria-label": t("short.tryWay", { n: way.number }) }),
          button(t("short.mend"), () => app.go("input"), { "aria-label": t("short.mendWay", { n: way.number }) })));
  }

  return { root, draw, tick: () => tick() };
}
