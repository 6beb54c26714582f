// @ts-check
/** What all answers that are searched beside the page share: how long it has taken, steps in words, why there is none. */

import { button, h } from "../kit.js";
import { t } from "../words.js";

export const isAtWork = (/** @type {any} */ told) => ["waiting", "running", "stopping"].includes(told.state);

/** How long it takes: what was used of the time, told anew each second by `tick`. @param {any} told @param {string} id @param {string} what */
export function timeLine(told, id, what) {
  const heard = performance.now();
  const used = () => Math.min(told.limit_s, told.used_s + (performance.now() - heard) / 1000);
  const text = h("span", { id }), bar = h("progress", { max: told.limit_s, value: used(), "aria-label": t("solve.timeUsed") });
  const tick = () => {
    text.textContent = told.state === "stopping" ? t("answer.stopping") : t("answer.time", { what, used: Math.floor(used()), limit: Math.round(told.limit_s) });
    bar.value = used();
  };
  tick();
  return { parts: [bar, text], tick };
}

/** That an answer is of other tables or of another week than now, blank where it is not. @param {any} told */
export const oldness = (told) => (!told.is_of_now ? t("answer.old") : told.is_of_week === false ? t("answer.oldWeek") : "");

/** Steps as they are typed: what, and in which cell. @param {any[]} steps */
export const stepList = (steps) => h("ul", { class: "facts" }, steps.map((step) => h("li", null, step.sentence, " ",
  h("span", { class: "quiet" }, [step.file, step.row, step.column].filter(Boolean).join(", ")))));

/** Why there is no answer; what the tables have against it, with the way there. @param {any} none @param {string} id @param {any} app */
export function noAnswer(none, id, app) {
  const why = none.message || t(`solve.none_${none.why}`, { n: none.faults ?? none.limit_s ?? 0, list: (none.pins ?? none.sessions ?? []).join(", ") });
  if (none.why !== "input") return h("p", { class: "note", id }, why);
  return h("div", { class: "note", id }, h("p", null, why), h("ul", { class: "facts" }, (none.issues ?? []).map((/** @type {string} */ text) => h("li", null, text))),
    button(t("frame.mend"), () => app.go("input"), { class: "main" }));
}
