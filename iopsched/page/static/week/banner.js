// @ts-check
/** What must be known before anything else: the week was changed elsewhere, the tables have faults, nothing is placed yet. */

import { h } from "../kit.js";
import { t } from "../words.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */

/** @param {WeekScreen} screen @returns {any[]} */
export function bannersOf(screen) {
  const { week } = screen;
  return [
    week.state.elsewhere && elsewhere(screen),
    week.state.damaged && h("p", { class: "wk-banner" }, t("week.banner.damaged", { file: week.state.damaged })),
    week.state.saved_faults > 0 && h("p", { class: "wk-banner" }, t("week.banner.savedFaults", { n: week.state.saved_faults })),
    week.state.faults > 0 && h("p", { class: "wk-banner" }, t("week.banner.faults", { n: week.state.faults }), " ", h("a", { href: "#/input" }, t("week.banner.input"))),
    !week.sessions.length && h("p", { class: "wk-banner" }, t("week.banner.empty"), " ",
      h("button", { type: "button", class: "main", id: "wk-solve", on: { click: () => screen.app.go("solve") } }, t("week.banner.solve")), " ", t("week.banner.drag")),
  ];
}

/** The draft and the week on the disk differ: three ways to go on, and what differs.
 * @param {WeekScreen} screen */
function elsewhere(screen) {
  const rows = screen.elsewhere;
  return h("section", { class: "wk-banner", "aria-label": t("week.elsewhere.title") },
    h("p", null, h("strong", null, t("week.elsewhere.title")), ` ${t("week.elsewhere.why")}`),
    h("div", { class: "wk-actions" },
      ["mine", "theirs", "both"].map((side) =>
        h("button", { type: "button", data: { side }, on: { click: () => screen.steps.settle(side) } }, t(`week.elsewhere.side_${side}`)))),
    rows.length > 0 && h("details", null,
      h("summary", null, t("week.elsewhere.differ", { n: rows.length })),
      h("ul", null, rows.map((row) => h("li", null, h("b", null, row.id), ": ",
        t("week.elsewhere.row", { mine: told(row.mine, screen), theirs: told(row.theirs, screen) }), row.disputed && ` ${t("week.elsewhere.disputed")}`)))));
}

/** @param {import("./types.js").Session|null} session @param {WeekScreen} screen */
function told(session, screen) {
  return session ? screen.facts.where({ ...session, therapist: session.therapists[0] ?? null }) : t("week.elsewhere.absent");
}
