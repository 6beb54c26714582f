// @ts-check
/** A found week beside the draft: person by person, or day by day; both without what is the same. */
import { place } from "./api.js";
import { h } from "./kit.js";
import { t } from "./words.js";

const weekday = (/** @type {string} */ date) => new Date(`${date}T12:00`).toLocaleDateString(document.documentElement.lang, { weekday: "long" });

/** @param {any[]} rows @param {boolean} [isOfDay] */
const cell = (rows, isOfDay = false) => h("td", null, rows.length ? h("ul", { class: "facts" }, rows.map((row) => h("li", null,
  `${isOfDay ? "" : `${weekday(row.date).slice(0, 3)} `}${row.start}–${row.end} ${row.label} · ${row.staff_label}${row.room_label ? ` · ${row.room_label}` : ` · ${t("solve.online")}`}${isOfDay ? ` · ${t("solve.seats", { n: row.seats })}` : ""}`))) : "–");

/** @param {any} row */
const day = (row) => {
  const date = new Date(`${place.week}T12:00Z`);
  date.setUTCDate(date.getUTCDate() + row.weekday);
  return weekday(date.toISOString().slice(0, 10));
};

const heads = (/** @type {string[]} */ keys) => h("thead", null, h("tr", null, keys.map((key) => h("th", { scope: "col" }, t(`solve.head_${key}`)))));

/** Who has other appointments. @param {any[]} people */
export const peopleTable = (people) => h("table", { class: "wide" }, h("caption", null, t("solve.changesCaption")), heads(["who", "draft", "foundWeek"]),
  h("tbody", null, people.map((row) => h("tr", null, h("th", { scope: "row" }, row.label), cell(row.before), cell(row.after)))));

/** Both weeks. @param {any[]} days */
export const sideBySide = (days) => h("table", { class: "wide", id: "side" }, h("caption", null, t("solve.sideCaption")), heads(["day", "draft", "foundWeek"]),
  h("tbody", null, days.map((row) => h("tr", null,
    h("th", { scope: "row" }, day(row), h("br"), h("span", { class: "quiet" }, t("solve.same", { n: row.same }))), cell(row.draft, true), cell(row.found, true)))));

/** What the found week is beside the draft, in sentences. @param {any} beside */
export const besideFacts = ({ is_empty: isEmpty, people, short, broken, goals }) => [
  isEmpty ? t("solve.noDraft") : people.length ? t("solve.peopleDiffer", { n: people.length }) : t("solve.nobodyDiffers"),
  isEmpty && !short.then ? t("solve.shortNobody") : t(isEmpty ? "solve.shortOnly" : "solve.short", { n: short.then, now: short.now }),
  ...(!isEmpty && broken.now > 0 ? [t("solve.mends", { n: broken.now })] : []),
  ...(isEmpty ? [] : goals.map((/** @type {any} */ goal) => `${goal.label}: ${goal.text}`)),
];
