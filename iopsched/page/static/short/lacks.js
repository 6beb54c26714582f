// @ts-check
/** Who lacks what in the draft, a place for it, and which causes and ways out are about them. */

import { button, fill, h, redraw } from "../kit.js";
import { t } from "../words.js";

const longDay = (/** @type {string} */ date) => new Date(`${date}T12:00`).toLocaleDateString(document.documentElement.lang, { weekday: "long" });

/** As many people as leave what stands below the table in sight. */
const FEW = 5;

/** @param {string} id @param {string} words */
const jump = (id, words) => button(`${words} ↓`, () => { const part = document.getElementById(id); part?.scrollIntoView({ block: "start" }); part?.focus({ preventScroll: true }); }, { class: "wk-link" });

/** @param {any} app @param {() => Promise<void>} again draws the screen anew */
export function lacksPart(app, again) {
  const root = h("section", { "aria-labelledby": "short-who" });
  /** @type {any} */
  let told = null;
  /** Places that were looked for in this state of the draft, so that news do not take them away. @type {Map<string, HTMLElement>} */
  const looked = new Map();
  const rows = (/** @type {string} */ kind) => told.rows.filter((/** @type {any} */ row) => row.kind === kind);
  const label = (/** @type {string} */ kind, /** @type {string} */ id) => told[kind].find((/** @type {any} */ row) => row.id === id)?.label ?? id;
  const words = (/** @type {any} */ place) => [longDay(place.date), place.start, place.room ? label("rooms", place.room) : t("short.online"), label("staff", place.therapist)].join(" · ");

  function draw(/** @type {any} */ found) {
    if (told?.revision !== found.revision) looked.clear();
    told = found;
    if (!told.people.length) return redraw(root, h("p", { class: "good", id: "short-none" }, `✓ ${t("short.nobody")}`));
    const isAsked = ["cause", "alone", "way"].some((kind) => rows(kind).length);
    return redraw(root, h("h2", { id: "short-who" }, t("short.who", { n: told.people.length })),
      told.people.length > FEW && h("p", { class: "line" }, jump("short-why", t("short.whyTitle")), jump("newcomers", t("newcomers.title"))),
      told.is_empty && h("p", { class: "note" }, t("short.empty"), " ", button(t("short.solve"), () => app.go("solve"), { id: "short-solve" })),
      h("table", { class: "wide" }, h("thead", null, h("tr", null, ["person", "lacks", ...(isAsked ? ["why"] : []), "place"].map((key) => h("th", { scope: "col" }, t(`short.head_${key}`))))),
        h("tbody", null, told.people.map((/** @type {any} */ row) => person(row, isAsked)))));
  }

  /** @param {any} row @param {boolean} isAsked */
  function person(row, isAsked) {
    const causes = [...rows("cause"), ...rows("alone")].filter((/** @type {any} */ cause) => cause.people.includes(row.participant)).slice(0, 3);
    const ways = rows("way").filter((/** @type {any} */ way) => way.helps.includes(row.participant));
    return h("tr", { id: `short-${row.participant}`, tabindex: "-1" },
      h("th", { scope: "row" }, row.label, h("br"), button(t("short.inWeek"), () => app.goFor("week", row.participant), { class: "wk-link whole", "aria-label": t("short.inWeekOf", { who: row.label }) })),
      h("td", null, row.text), isAsked && h("td", null, causes.length ? h("ul", { class: "facts" }, causes.map((/** @type {any} */ cause) => h("li", null, cause.line))) : "–",
        ways.length > 0 && h("p", { class: "quiet" }, t("short.helpedBy", { list: ways.map((/** @type {any} */ way) => way.number).join(", ") }))),
      h("td", null, row.unplaced.length ? row.unplaced.map((/** @type {any} */ one) => places(one, row)) : t("short.noSession")));
  }

  /** Look for places of one thing that is lacking, and try one in the draft. @param {any} one @param {any} row */
  function places(one, row) {
    const known = looked.get(one.id);
    if (known) return known;
    const found = h("div", { class: "places" });
    const key = `place-${one.id.replace(/[^\w-]/g, "-")}`;
    const look = async () => {
      fill(found, h("p", { class: "quiet" }, t("short.looking")));
      /** @type {any[]} */
      const free = [];
      try {
        for await (const line of app.lines("/api/week/best", { revision: told.revision, unplaced: one.id })) {
          if (line.error) throw new app.api.Refusal(409, line);
          if (line.ranked) free.sort((a, b) => line.ranked.indexOf(a.at) - line.ranked.indexOf(b.at));
          else free.push({ ...line, at: free.length });
        }
      } catch (error) { fill(found); return app.fail(error); }
      const best = free.filter((line) => !line.displaces.length).slice(0, 5);
      fill(found, best.length ? h("ol", null, best.map((line, at) => h("li", null, words(line.place), " ", line.goals.length > 0 && h("span", { class: "quiet" }, line.goals.map((/** @type {any} */ goal) => `${goal.label}: ${goal.text}`).join("; "), " "),
        button(t("short.try"), () => attempt(one, line.place), { id: `${key}-${at}`, "aria-label": t("short.tryThis", { what: words(line.place) }) }))))
        : h("p", null, t(free.length ? "short.onlyDisplacing" : "short.noPlace")));
      app.say(best.length ? t("short.places", { n: best.length }) : t("short.noPlace"));
      found.querySelector("button")?.focus();
    };
    const made = h("div", null, button(t("short.find", { what: one.label, n: one.count }), look, { id: key, "aria-label": t("short.findFor", { what: one.label, who: row.label }) }), found);
    looked.set(one.id, made);
    return made;
  }

  /** @param {any} one @param {any} place */
  async function attempt(one, place) {
    try {
      const week = await app.post("/api/week/move", { revision: told.revision, move: { kind: "hold", unplaced: one.id, ...place } });
      app.setState(week.state);
      await app.reload();
      await again();
      app.say(t("short.tried"));
      /** @type {any} */ (document.getElementById("undo"))?.focus();
    } catch (error) { app.fail(error); }
  }

  return { root, draw };
}
