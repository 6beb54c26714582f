// @ts-check
/** A session on the screen: its block, its line, and what it says aloud. */

import { h } from "../kit.js";
import { t } from "../words.js";

/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./facts.js").Facts} Facts */

/** The signs of a session: broken rules, a lock, moved in this draft. Each is a shape, not a color alone.
 * @param {Session} session */
export function signsOf(session) {
  return [
    session.rules.length > 0 && h("span", { class: "wk-sign wk-bad", "aria-hidden": "true" }, "!"),
    (session.pinned || session.kept) && h("span", { class: "wk-sign wk-lock", "aria-hidden": "true" }),
    session.origin !== "saved" && h("span", { class: "wk-sign wk-moved", "aria-hidden": "true" }, session.origin === "new" ? "+" : "\u2194"),
  ];
}

/** What the signs say, in words.
 * @param {Session} session @returns {string[]} */
export function signWords(session) {
  return [
    session.rules.length ? t("week.breaksRules", { n: session.rules.length }) : "",
    session.kept ? t("week.kept") : session.pinned ? t("week.pinned") : "",
    session.origin === "saved" ? "" : t(`week.origin.${session.origin}`),
  ].filter(Boolean);
}

/** What only a screen reader needs: all that place and signs show.
 * @param {Session} session @param {Facts} facts @param {string} shown what the block shows already */
function unshown(session, facts, shown) {
  const said = [
    facts.day(session.date),
    t("week.fromTo", session),
    facts.service(session.service),
    facts.room(session.room),
    facts.therapist(session.therapists[0]),
    t("week.people", { n: session.participants.length }),
    session.modality === "in_person" ? "" : t(`week.modality.${session.modality}`),
    ...signWords(session),
  ];
  return said.filter((fact) => fact && !shown.includes(fact)).join(", ");
}

/** Is it for one person, who gives it its title?
 * @param {Session} session */
const isForOne = (session) => session.participants.length === 1 && !session.group;

/** The lines of a block in the day view, but for what its column says.
 * @param {Session} session @param {Facts} facts @param {string} axis @returns {string[]} */
function fullLines(session, facts, axis) {
  const who = [
    axis === "staff" ? "" : facts.therapist(session.therapists[0]),
    axis === "rooms" || !session.room ? "" : facts.room(session.room),
    isForOne(session) ? "" : t("week.people", { n: session.participants.length }),
  ];
  return [
    session.group || isForOne(session) ? facts.service(session.service) : "",
    t("week.fromToShort", session),
    who.filter(Boolean).join(" \u00b7 "),
  ];
}

/** One line for the board: when, who, where.
 * @param {Session} session @param {Facts} facts */
function boardLine(session, facts) {
  const said = [
    session.therapists[0] ? facts.therapist(session.therapists[0]) : "", session.room ? facts.room(session.room) : t("week.noRoomShort"),
    session.group || isForOne(session) ? facts.service(session.service) : "",
  ];
  return said.filter(Boolean).join(" \u00b7 ");
}

/** A session as a button: `full` in the day view, `brief` in the week view, `line` on the board.
 * @param {Session} session @param {Facts} facts @param {"full"|"brief"|"line"} form @param {string} [axis]
 * @returns {HTMLButtonElement} */
export function blockOf(session, facts, form, axis = "rooms") {
  const title = form === "brief" ? facts.brief(session) : facts.title(session);
  const [service, when, who] = form === "full" ? fullLines(session, facts, axis) : ["", "", form === "line" ? boardLine(session, facts) : ""];
  const first = form === "line" ? [h("span", null, session.start, " "), h("b", null, title)] : [h("b", null, title), service && ` ${service}`];
  const shown = [form === "line" ? session.start : "", title, service, when, who].join(" ");
  return button(session, facts, form, [
    h("span", { class: "wk-row" }, signsOf(session), first, form === "line" && ` ${who}`),
    when && h("span", { class: "wk-row" }, ` ${when}`),
    form !== "line" && who && h("span", { class: "wk-row wk-who" }, ` ${who}`),
    h("span", { class: "hidden" }, `, ${unshown(session, facts, shown)}`),
  ]);
}

/** A session in the row of one of its participants.
 * @param {Session} session @param {Facts} facts */
export function personLine(session, facts) {
  const text = session.group ? facts.title(session) : facts.service(session.service);
  const lead = facts.therapist(session.therapists[0]);
  return button(session, facts, "line", [
    h("span", { class: "wk-row" }, signsOf(session), `${session.start} `, h("b", null, text), ` ${lead}`),
    h("span", { class: "hidden" }, `, ${unshown(session, facts, `${session.start} ${text} ${lead}`)}`),
  ]);
}

/** @param {Session} session @param {Facts} facts @param {string} form @param {any[]} kids @returns {HTMLButtonElement} */
export function button(session, facts, form, kids) {
  const classes = ["wk-block", `wk-${form}`, facts.tone(session.service), session.rules.length ? "wk-broken" : ""];
  return h("button", { type: "button", class: classes.join(" ").trim(), tabindex: "-1", data: { session: session.id } }, kids);
}
