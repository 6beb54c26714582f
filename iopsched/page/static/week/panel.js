// @ts-check
/** The session (or need) that is chosen: its people, the form that moves it, the best places, what became of it. */

import { fill, h } from "../kit.js";
import { t } from "../words.js";
import { MIXED, amount } from "./verdict.js";
import { heldNeed, heldSession, placeOf } from "./places.js";
import { SHOWN_BEST } from "./steps.js";
import { shownDays, hoursOf, startsOf } from "./time.js";
import { light, lookFor } from "./marking.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Unplaced} Unplaced */
/** @typedef {import("./types.js").Place} Place */

/** @param {WeekScreen} screen @returns {(Node|null)[]} */
export function panelOf(screen) {
  const session = screen.facts.session(screen.chosen);
  if (session) return sessionPanel(session, screen);
  const need = screen.facts.need(screen.chosen);
  return need ? needPanel(need, screen) : weekPanel(screen);
}

/** @param {Session} session @param {WeekScreen} screen */
function sessionPanel(session, screen) {
  const { facts } = screen;
  const held = heldSession(session);
  const broken = screen.facts.brokenAt(session.id);
  return [
    h("h2", null, `${facts.title(session)} `, h("small", null, session.id), closer(screen)),
    h("p", null, t("week.sessionLine", { where: facts.where(placeOf(session)), end: session.end, service: facts.service(session.service) }),
      session.modality === "in_person" ? "" : `, ${t(`week.modality.${session.modality}`)}`),
    session.origin === "saved" ? null : h("p", { class: "wk-origin" }, t(`week.originLine.${session.origin}`, { was: session.was ? facts.where(wasPlace(session.was)) : "" })),
    session.kept ? h("p", { class: "wk-quiet" }, t("week.keptLine")) : null,
    session.left.length > 0 && h("p", { class: "wk-origin" }, t("week.leftLine", { where: session.left.map((/** @type {any} */ place) => facts.where({ ...place, modality: "" })).join("; ") })),
    broken.length && !screen.clash ? h("ul", { class: "wk-breaks" }, ...broken.map((/** @type {{sentence: string, sessions: string[]}} */ place) =>
      h("li", null, h("button", { type: "button", class: "wk-link", on: { click: () => light(screen, place.sessions) } }, place.sentence)))) : null,
    formOf(held, placeOf(session), screen),
    h("div", { class: "wk-actions" },
      h("button", { type: "button", id: "wk-pin", "aria-pressed": String(session.pinned), on: { click: () => screen.steps.pin(session.id) } }, t(session.pinned ? "week.unpin" : "week.pin")),
      (session.pinned || session.kept || session.left.length > 0) && h("button", { type: "button", id: "wk-keep", on: { click: () => screen.steps.keep(session.id, !session.kept) } },
        t(session.kept ? "week.letGo" : session.left.length ? "week.keepHere" : "week.keep")),
      !session.kept && session.left.length > 0 && h("button", { type: "button", id: "wk-letgo", on: { click: () => screen.steps.keep(session.id, false) } }, t("week.letGo")),
      h("button", { type: "button", on: { click: () => screen.steps.unplace(session.id) } }, t("week.unplace"))),
    bestOf(held, screen),
    peopleOf(session, screen),
    staffOf(session, screen),
    historyOf(session, screen),
  ];
}

/** @param {any} was @returns {Place} */
function wasPlace(was) {
  return { ...was, therapist: was.therapists?.[0] ?? was.therapist ?? null };
}

/** @param {WeekScreen} screen */
function closer(screen) {
  return h("button", { type: "button", class: "wk-close", on: { click: () => screen.choose(null) } }, t("week.close"));
}

/** @param {Unplaced} need @param {WeekScreen} screen */
function needPanel(need, screen) {
  const held = heldNeed(need);
  return [
    h("h2", null, screen.facts.needTitle(need), closer(screen)),
    h("p", null, t("week.needLine", { minutes: amount(need.minutes, "minutes") })),
    formOf(held, screen.facts.firstPlace(screen.day), screen),
    bestOf(held, screen),
    need.participant ? h("p", null, whyLink(need.participant, screen)) : null,
  ];
}

/** The way to why somebody is short, and what would help. @param {string} id @param {WeekScreen} screen */
function whyLink(id, screen) {
  return h("button", { type: "button", class: "wk-link", on: { click: () => screen.app.goFor("short", id) } }, t("week.why"), h("span", { class: "hidden" }, ` ${id}`));
}

/** Day, start, room, lead, by video; each change is judged at once as a drag would be.
 * @param {import("./places.js").Held} held @param {Place} place @param {WeekScreen} screen */
function formOf(held, place, screen) {
  const { week, facts, hand } = screen;
  const days = shownDays(week);
  const grid = { ...hoursOf(week, days.map((day) => day.date)), step: week.grid_minutes ?? 30 };
  const now = hand.held?.id === held.id && hand.place ? hand.place : place;
  const room = week.rooms.map((/** @type {{id: string}} */ thing) => [thing.id, named(thing.id, facts.room(thing.id))]);
  const staff = week.staff.map((/** @type {{id: string}} */ thing) => [thing.id, named(thing.id, facts.therapist(thing.id))]);
  const aim = (/** @type {Partial<Place>} */ change) => screen.holding.aimByForm(held, place, change);
  const group = held.session?.group;
  return h("form", {
    class: "wk-form", autocomplete: "off", "aria-label": t("week.form.label"),
    on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); void hand.drop(); } },
  },
    choice("day", now.date, days.map((day) => [day.date, facts.dayOfMonth(day.date)]), (date) => aim({ date })),
    choice("start", now.start, startsOf(held.minutes, grid).map((start) => [start, start]), (start) => aim({ start })),
    choice("room", now.room ?? "", [["", t("week.noRoom")], ...room], (id) => aim(roomChange(id, now))),
    choice("lead", now.therapist ?? "", [...(now.therapist ? [] : [["", t("week.anyLead")]]), ...staff], (id) => aim({ therapist: id || null })),
    h("label", { class: "wk-check" },
      h("input", { type: "checkbox", id: "wk-video", checked: now.modality === "telehealth",
        on: { change: (/** @type {any} */ event) => aim(videoChange(event.target.checked, place)) } }), ` ${t("week.form.video")}`),
    group ? h("label", { class: "wk-check" },
      h("input", { type: "checkbox", id: "wk-whole", checked: hand.held?.id === held.id && hand.wholeGroup,
        on: { change: (/** @type {any} */ event) => screen.holding.wholeByForm(held, place, event.target.checked) } }),
      ` ${t("week.form.whole", { n: week.sessions.filter((/** @type {Session} */ other) => other.group === group).length, group })}`) : null,
    h("div", { class: "wk-actions" },
      h("button", { type: "submit", class: "main", id: "wk-move" }, t("week.form.move")),
      h("button", { type: "button", on: { click: () => hand.putBack() } }, t("week.form.reset"))));
}

/** @param {string} id @param {Place} now @returns {Partial<Place>} */
function roomChange(id, now) {
  if (!id) return { room: null, modality: "telehealth" };
  return now.modality === "telehealth" ? { room: id, modality: "in_person" } : { room: id };
}

/** By video without a room, or again as it was held before.
 * @param {boolean} video @param {Place} before @returns {Partial<Place>} */
function videoChange(video, before) {
  if (video) return { modality: "telehealth", room: null };
  return before.modality === "telehealth" ? { modality: "in_person" } : { modality: before.modality || "in_person", room: before.room };
}

/** @param {string} id @param {string} label */
function named(id, label) {
  return label === id ? id : `${id} ${label}`;
}

/** A labelled list of choices.
 * @param {string} field @param {string} value @param {string[][]} options @param {(value: string) => void} chosen */
function choice(field, value, options, chosen) {
  const known = options.some(([key]) => key === value) ? options : [[value, value], ...options];
  return h("label", { class: "wk-field" }, h("span", null, t(`week.form.${field}`)),
    h("select", { id: `wk-${field}`, autocomplete: "off", on: { change: (/** @type {any} */ event) => chosen(event.target.value) } },
      ...known.map(([key, label]) => h("option", { value: key, selected: key === value }, label))));
}

/** Five places, the best first, each with what it costs and whom it displaces.
 * @param {import("./places.js").Held} held @param {WeekScreen} screen */
function bestOf(held, screen) {
  const { best } = screen;
  const own = best && best.id === held.id;
  return h("section", { class: "wk-best", "aria-label": t("week.best") },
    h("button", { type: "button", id: "wk-best", on: { click: () => screen.steps.findBest(held) } }, t("week.best")),
    own && h("p", { class: "wk-quiet" }, t(best.isGoing ? "week.bestGoing" : best.found.length ? "week.bestDone" : "week.bestNone", { n: best.found.length })),
    own ? h("ol", null, ...best.found.slice(0, SHOWN_BEST).map((/** @type {any} */ line) => bestLine(line, held, screen))) : null);
}

/** @param {any} line @param {import("./places.js").Held} held @param {WeekScreen} screen */
function bestLine(line, held, screen) {
  const from = held.session ? placeOf(held.session) : screen.facts.firstPlace(screen.day);
  const place = { ...from, ...line.place };
  const goals = (line.goals ?? []).filter((/** @type {any} */ goal) => goal.now !== goal.then).map((/** @type {any} */ goal) => `${goal.label}: ${goal.text}`);
  return h("li", null,
    h("button", { type: "button", class: "wk-link", on: {
      click: () => screen.steps.put(held, place, line.displaces ?? []), mouseenter: () => screen.holding.glance(held, place), mouseleave: () => screen.holding.glance(held, null) } }, screen.facts.where(place)),
    h("span", null, ` ${line.broken ? t("week.breaksPlaces", { n: line.broken }) : t("week.breaksNothing")}`),
    line.displaces?.length ? h("span", null, `; ${t("week.displaces", { who: screen.facts.called(...line.displaces) })}`) : h("span", null, `; ${t("week.displacesNobody")}`),
    goals.length ? h("small", null, ` ${goals.join("; ")}`) : null);
}

/** Who assists the lead, and the way in and out.
 * @param {Session} session @param {WeekScreen} screen */
function staffOf(session, screen) {
  const helpers = session.therapists.slice(1);
  const others = screen.week.staff.filter((person) => !session.therapists.includes(person.id));
  const step = (/** @type {string} */ kind, /** @type {string} */ id) =>
    screen.steps.move({ kind, session: session.id, therapist: id }, t(`week.said.${kind}`, { who: named(id, screen.facts.therapist(id)), what: screen.facts.titleOf(heldSession(session)) }), session.id);
  return h("details", { class: "wk-people" },
    h("summary", null, helpers.length ? t("week.assisted", { who: helpers.map((id) => screen.facts.therapist(id)).join(", ") }) : t("week.unassisted")),
    h("ul", null, helpers.map((id) => h("li", null, named(id, screen.facts.therapist(id)), " ", leaver(id, () => step("relieve", id))))),
    joiner("assist", t("week.assist"), others, screen.facts.staff, (id) => step("assist", id)));
}

/** @param {string} id @param {() => void} then */
function leaver(id, then) {
  return h("button", { type: "button", class: "wk-link", on: { click: then } }, t("week.leave"), h("span", { class: "hidden" }, ` ${id}`));
}

/** @param {string} field @param {string} label @param {{id: string}[]} others @param {Map<string, string>} labels @param {(id: string) => void} then */
function joiner(field, label, others, labels, then) {
  return others.length > 0 && h("label", { class: "wk-field" }, h("span", null, label),
    h("select", { id: `wk-${field}`, autocomplete: "off", on: { change: (/** @type {any} */ event) => event.target.value && then(event.target.value) } },
      h("option", { value: "" }, t("week.choose")), others.map(({ id }) => h("option", { value: id }, named(id, labels.get(id) ?? id)))));
}

/** Who comes, who of them is short, and the way in and out.
 * @param {Session} session @param {WeekScreen} screen */
function peopleOf(session, screen) {
  const { week, facts } = screen;
  const short = new Map(week.short.map((row) => [row.participant, row]));
  const others = (week.participants ?? []).filter((person) => !session.participants.includes(person.id));
  const step = (/** @type {string} */ kind, /** @type {string} */ id) =>
    screen.steps.move({ kind, session: session.id, participant: id }, t(`week.said.${kind}`, { who: named(id, facts.person(id)), what: facts.titleOf(heldSession(session)) }), session.id);
  return h("details", { class: "wk-people", open: session.participants.length <= 12 },
    h("summary", null, t("week.people", { n: session.participants.length })),
    h("ul", null, session.participants.map((id) => {
      const lack = short.get(id);
      return h("li", null, named(id, facts.person(id)), lack && [h("span", { class: "wk-short" }, ` ${t("week.shortBy", { amount: amount(lack.minutes, "minutes") })}`), " ", whyLink(id, screen)],
        " ", leaver(id, () => step("leave", id)));
    })),
    joiner("join", t("week.join"), others, facts.people, (id) => step("join", id)));
}

/** What became of a session, asked for when somebody opens it.
 * @param {Session} session @param {WeekScreen} screen */
function historyOf(session, screen) {
  const list = h("ul", null);
  const show = async (/** @type {any} */ event) => {
    if (!event.target.open || list.childElementCount) return;
    try {
      const { history } = await screen.app.get(`/api/week/session?id=${encodeURIComponent(session.id)}`);
      fill(list, history.map((/** @type {{when: string, text: string}} */ row) => h("li", null, h("b", null, row.when), ` ${row.text}`)),
        !history.length && h("li", null, t("week.historyNone")));
    } catch (fault) {
      screen.steps.fault(fault);
    }
  };
  return h("details", { class: "wk-history", on: { toggle: show } }, h("summary", null, t("week.history")), list);
}

/** Nothing is chosen: the goals of the week, who is short, how to go on.
 * @param {WeekScreen} screen */
function weekPanel(screen) {
  const { week } = screen;
  return [
    week.sessions.length > 0 && [h("h2", null, t("week.goalsNow")),
      h("table", { class: "wk-goals" }, h("tbody", null, ...week.goals.map((/** @type {import("./types.js").Goal} */ goal) =>
        h("tr", null, h("th", { scope: "row" }, goal.label), h("td", null, MIXED.has(goal.name) ? goal.text : amount(goal.value, goal.unit))))))],
    h("h2", null, t("week.short", { n: week.short.length })),
    week.short.length ? h("ul", null, ...week.short.slice(0, 30).map((/** @type {any} */ row) =>
      h("li", null, h("button", { type: "button", class: "wk-link", on: { click: () => lookFor(screen, row.participant) } }, named(row.participant, screen.facts.person(row.participant))),
        ` ${row.text ?? amount(row.minutes, "minutes")} `, whyLink(row.participant, screen)))) : null,
    week.short.length > 30 ? h("p", { class: "wk-quiet" }, t("week.andMore", { n: week.short.length - 30 })) : null,
    h("h2", null, t("week.how.title")),
    h("ul", { class: "wk-help" }, ...["drag", "keys", "form"].map((way) => h("li", null, t(`week.how.${way}`)))),
  ];
}
