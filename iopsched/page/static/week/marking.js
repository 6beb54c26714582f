// @ts-check
/** What stands out in the week: what somebody looks for, what a sentence speaks of, what is chosen or held. */

import { byId, fill } from "../kit.js";
import { t } from "../words.js";
import { matches } from "./layout.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */
/** @typedef {import("./types.js").Session} Session */

/** Mark blocks: what is looked for or lit stays, others fade; the chosen one and the one in the hand.
 * @param {WeekScreen} screen */
export function markBlocks(screen) {
  const isKept = screen.lit.size ? (/** @type {Session} */ session) => screen.lit.has(session.id) : (/** @type {Session} */ session) => matches(session, screen.find);
  const kept = new Set(screen.week.sessions.filter(isKept).map((session) => session.id));
  for (const block of screen.blocks()) {
    const id = block.dataset.session ?? "";
    block.classList.toggle("wk-faded", !kept.has(id));
    block.classList.toggle("wk-lit", screen.lit.has(id));
    block.classList.toggle("wk-chosen", id === screen.chosen);
    block.classList.toggle("wk-source", screen.hand.held?.id === id);
  }
}

/** Let all fade but what somebody looks for.
 * @param {WeekScreen} screen @param {string} text */
export function lookFor(screen, text) {
  screen.find = text;
  if (screen.view === "people" || screen.view === "list") screen.drawPane();
  else markBlocks(screen);
  const field = byId("wk-find");
  if (field.value !== text) field.value = text;
  fill(byId("wk-found"), foundText(screen));
}

/** How many sessions are found, and on which days.
 * @param {WeekScreen} screen */
export function foundText(screen) {
  if (!screen.find.trim()) return t("week.allSessions", { n: screen.week.sessions.length });
  const found = screen.week.sessions.filter((session) => matches(session, screen.find));
  const days = [...new Set(found.map((session) => session.date))].sort().map((date) => screen.facts.dayOfMonth(date));
  return found.length ? `${t("week.found", { n: found.length })} ${days.join(", ")}` : t("week.foundNone");
}

/** Mark these sessions; in the day view go to their day.
 * @param {WeekScreen} screen @param {string[]} ids */
export function light(screen, ids) {
  screen.lit = new Set(ids);
  const days = ids.map((id) => screen.facts.session(id)?.date).filter((date) => date !== undefined);
  if (screen.view === "day" && days.length && !days.includes(screen.day)) screen.day = days[0];
  const summary = document.activeElement;
  screen.draw();
  screen.blocks().find((block) => screen.lit.has(block.dataset.session ?? ""))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (ids.length) screen.app.say(t("week.lit", { n: ids.length, which: screen.facts.called(...ids.slice(0, 6)) }));
  if (summary?.isConnected === false) byId("wk-unlight")?.focus();
}
