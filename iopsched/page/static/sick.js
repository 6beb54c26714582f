// @ts-check
/** The screen for a call-out at seven in the morning: who is away, up to three answers, whom to call, publish. */

import { newest } from "./kit.js";

/** So long the first answers take at most. */
const SOON_S = 10;

/** @param {HTMLElement} root @param {any} app */
export async function mount(root, app) {
  const { h, fill, button, t } = app;
  const look = newest(() => app.get("/api/sick"));
  /** @type {any} */
  let told = await look();
  /** @type {any[]} what happened, as it is sent */
  let happened = [];
  /** What was published of a call-out, and who was called: the list stays until something else happens. @type {any} */
  let done = ["waiting", "running", "stopping"].includes(told.state) ? null : told.done ?? null;
  const form = h("section", { class: "sick-form", "aria-labelledby": "what" }), answers = h("section", { class: "sick-answers" });
  fill(root, h("h1", null, t("sick.title")), form, answers);
  const isRunning = () => ["waiting", "running", "stopping"].includes(told.state);
  const language = document.documentElement.lang;
  const dayWords = (/** @type {string} */ date) => new Date(`${date}T12:00`).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
  /** @param {string} kind @param {string} id */
  const label = (kind, id) => (kind === "therapist" ? told.staff : told.participants).find((/** @type {any} */ row) => row.id === id)?.label ?? id;

  const named = (/** @type {any} */ row) => (row.label === row.id ? row.id : `${row.label} (${row.id})`);
  /** What happened, in words; who it is is looked up each time, since names may be hidden meanwhile. @param {any} one */
  function inWords(one) {
    const known = [...told.staff, ...told.rooms, ...told.participants].find((/** @type {any} */ row) => row.id === one.id);
    return `${known ? named(known) : t("sick.wholeClinic")}, ${one.time}`;
  }

  function drawForm() {
    if (told.published === null) {
      fill(form, h("p", { class: "note", id: "sick-none" }, t("sick.notPublished"), " ", button(t("sick.toPublish"), () => app.go("publish"), { id: "sick-publish" })));
      return;
    }
    const group = (/** @type {string} */ name, /** @type {string} */ way, /** @type {any[]} */ rows) => h("optgroup", { label: t(`sick.kind_${name}`) },
      rows.map((row) => h("option", { value: `${way} ${row.id}` }, named(row))));
    const who = h("select", { id: "sick-who" }, h("option", { value: "" }, t("sick.choose")), group("staff", "absent", told.staff), group("rooms", "closed", told.rooms),
      group("participants", "absent", told.participants), h("optgroup", { label: t("sick.clinic") }, h("option", { value: "closed clinic" }, t("sick.wholeClinic"))));
    const isNow = told.days.some((/** @type {any} */ day) => day.date === told.today);
    const chosen = /** @type {HTMLSelectElement | null} */ (form.querySelector("#sick-day"))?.value || told.today; // what else happened is mostly of that day
    const day = h("select", { id: "sick-day" }, told.days.filter((/** @type {any} */ row) => !isNow || row.date >= told.today).map((/** @type {any} */ row) =>
      h("option", { value: row.date, selected: row.date === chosen }, row.date === told.today ? t("sick.today", { day: dayWords(row.date) }) : dayWords(row.date))));
    const last = h("select", { id: "sick-last" }, h("option", { value: "" }, t("sick.oneDay")),
      told.days.filter((/** @type {any} */ row) => row.date > (isNow ? told.today : told.days[0].date)).map((/** @type {any} */ row) => h("option", { value: row.date }, t("sick.until", { day: dayWords(row.date) }))));
    const from = h("input", { type: "time", id: "sick-from" }), until = h("input", { type: "time", id: "sick-until" });
    const timeWords = () => {
      if (from.value && until.value) return `, ${from.value}–${until.value}`;
      return from.value ? `, ${t("sick.since", { time: from.value })}` : until.value ? `, ${t("sick.up", { time: until.value })}` : "";
    };
    /** What stands in the fields, as far as it says who or what. */
    const row = () => {
      if (!who.value) return null;
      const [way, ...id] = who.value.split(" ");
      const span = last.value && last.value > day.value ? `..${last.value}` : "";
      const times = from.value || until.value ? `@${from.value}-${until.value}` : "";
      return { way, id: id.join(" "), when: `@${day.value}${span}${times}`, time: `${dayWords(day.value)}${span ? ` – ${dayWords(last.value)}` : ""}${timeWords()}` };
    };
    const field = (/** @type {string} */ key, /** @type {any} */ input) => h("div", { class: "field" }, h("label", { for: input.id }, t(`sick.field_${key}`)), input);
    fill(form, h("h2", { id: "what" }, t("sick.what")),
      h("div", { class: "fields" }, field("who", who), field("day", day), field("last", last), field("from", from), field("to", until)),
      happened.length > 0 && h("ul", { class: "facts", id: "sick-happened" }, happened.map((one, at) => h("li", null, inWords(one), " ",
        button(t("sick.remove"), () => { happened.splice(at, 1); drawForm(); form.querySelector("#sick-who")?.focus(); app.say(t("sick.removed")); }, { "aria-label": t("sick.removeThis", { what: inWords(one) }) })))),
      h("p", { class: "line" },
        button(t("sick.find"), () => find([...happened, row()].filter(Boolean)), { id: "sick-find", class: "main", disabled: isRunning() }),
        button(t("sick.another"), () => note(row()), { id: "sick-another" }),
        isRunning() && button(t("sick.stop"), stop, { id: "sick-stop" })));
  }

  /** Keep one thing that happened, and ask for the next. @param {any} one */
  function note(one) {
    if (!one) return app.say(t("sick.chooseFirst"));
    happened.push(one);
    drawForm();
    form.querySelector("#sick-who")?.focus();
    app.say(t("sick.added", { what: inWords(one) }));
  }

  function drawAnswers() {
    if (done) return drawDone();
    const heading = told.rows.find((/** @type {any} */ row) => row.kind === "heading");
    const choices = told.rows.filter((/** @type {any} */ row) => row.kind === "choice");
    const out = told.rows.filter((/** @type {any} */ row) => row.kind === "left_out");
    const none = told.result?.kind === "none" ? told.result : null;
    fill(answers, (heading || isRunning()) && h("h2", { id: "answers", tabindex: "-1" }, t(isRunning() ? (told.limit_s > SOON_S ? "sick.lookingLonger" : "sick.looking") : "sick.answers", { n: choices.length })),
      heading && heading.lines.map((/** @type {string} */ line) => h("p", null, line)),
      none?.why === "input" && failed(none),
      none && none.why !== "input" && h("p", { class: "note", id: "sick-failed" }, none.message || t(`sick.none_${none.why}`, { n: none.limit_s ?? none.faults ?? 0, list: (none.pins ?? []).join(", ") })),
      h("div", { class: "cards" }, choices.map(card)),
      out.map((/** @type {any} */ row) => h("p", { class: "quiet" }, row.text)),
      !isRunning() && happened.length > 0 && (out.length > 0 || none?.why === "time" || choices.some((/** @type {any} */ row) => row.is_proven === false)) && button(t("sick.longer"), () => find(happened, true), { id: "sick-longer" }));
  }

  /** What the tables say against it, such as a pin of whoever is away. @param {any} none */
  const failed = (none) => h("div", { class: "note", id: "sick-failed" }, h("p", null, t("sick.against")),
    h("ul", { class: "facts" }, none.issues.map((/** @type {string} */ text) => h("li", null, text))), h("p", { class: "line" }, none.pins?.length > 0 && button(t("sick.skip"), skip, { class: "main", id: "sick-skip" }),
      button(t("frame.mend"), () => app.go("input"), { class: none.pins?.length > 0 ? "" : "main" })));

  /** Let what is pinned not hold in this week, and ask again. */
  async function skip() {
    try { await app.post("/api/sick/skip", {}); await find(happened); } catch (error) { app.fail(error); }
  }

  /** @param {any} choice */
  function card(choice) {
    const hit = choice.fates.filter((/** @type {any} */ row) => row.is_hit), others = choice.fates.filter((/** @type {any} */ row) => !row.is_hit);
    const list = (/** @type {string} */ key, /** @type {any[]} */ lines, isOpen = false) => lines.length > 0 && h("details", { open: isOpen },
      h("summary", null, t(`sick.list_${key}`, { n: lines.length })), h("ul", { class: "facts" }, lines.map((line) => h("li", null, line))));
    const words = (/** @type {any} */ row) => `${row.when} ${row.title}: ${row.what}`;
    return h("article", { class: "card", "aria-labelledby": `choice-${choice.number}` },
      h("h3", { id: `choice-${choice.number}` }, `${choice.number}. ${choice.name}`),
      h("p", { class: "big" }, capital(choice.unmet), "."),
      h("p", null, t("sick.toCall", { who: choice.to_call })),
      choice.proof && h("p", { class: "quiet" }, choice.proof),
      list("why", choice.why), list("happens", hit.map(words), true), list("besides", others.map(words)), list("covers", choice.covers),
      choice.calls.length > 0 && h("details", null, h("summary", null, t("sick.callList", { n: callees(choice).length })), callTable(choice, false)),
      choice.is_as_published ? h("p", null, t("sick.nothingChanges"))
        : h("p", { class: "line" }, button(t("sick.publish"), () => publish(choice), { id: `publish-${choice.number}`, class: "main", "aria-describedby": `choice-${choice.number}` }),
          button(t("sick.take"), () => take(choice), { id: `take-${choice.number}`, "aria-describedby": `choice-${choice.number}` })));
  }

  const capital = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
  const callees = (/** @type {any} */ choice) => [...new Set(choice.calls.map((/** @type {any} */ call) => `${call.kind} ${call.who}`))];

  /** @param {any} choice @param {boolean} isToTick */
  const callTable = (choice, isToTick) => h("table", { class: "wide calls" }, h("caption", null, t("sick.callCaption")),
    h("thead", null, h("tr", null, ["called", "person", "what", "was", "is"].filter((key) => isToTick || key !== "called").map((key) => h("th", { scope: "col" }, t(`sick.col_${key}`))))),
    h("tbody", null, callees(choice).map((key) => {
      const own = choice.calls.filter((/** @type {any} */ call) => `${call.kind} ${call.who}` === key);
      const name = `${label(own[0].kind, own[0].who)}${own[0].kind === "therapist" ? ` (${t("sick.staffOne")})` : ""}`;
      const cell = (/** @type {string} */ field) => h("td", null, own.map((/** @type {any} */ call, /** @type {number} */ at) => [at > 0 && h("br"), call[field]]));
      return h("tr", null, isToTick && h("td", null, h("input", { type: "checkbox", checked: done.called?.includes(key), on: { change: (/** @type {any} */ event) => tick(key, event.target) }, "aria-label": t("sick.calledOne", { who: name }) })),
        h("th", { scope: "row" }, name), cell("what"), cell("before"), cell("after"));
    })));

  function drawDone() {
    fill(answers, h("h2", { id: "answers", tabindex: "-1" }, t("sick.published", { n: done.revision })),
      h("p", null, done.calls ? t("sick.nowCall", { n: callees(done.choice).length }) : t("sick.nobody")),
      done.call_list && h("p", { class: "quiet" }, t("sick.callFile", { where: done.call_list })),
      done.choice.calls.length > 0 && callTable(done.choice, true),
      h("p", { class: "line" }, button(t("sick.copy"), copy, { id: "sick-copy" }), button(t("sick.look"), () => app.go("week"), { id: "sick-look" }),
        button(t("sick.again"), () => { done = null; told = { ...told, rows: [], result: null }; draw(); form.querySelector("#sick-who")?.focus(); }, { id: "sick-again" })));
    answers.querySelector("#answers")?.focus();
  }

  /** Note who was called; the program remembers it, also for another tab. @param {string} who @param {any} box */
  async function tick(who, box) {
    try { done = { ...done, ...(await app.post("/api/sick/tick", { who, is_called: box.checked })) }; } catch (error) { box.checked = !box.checked; app.fail(error); }
  }

  async function copy() {
    const lines = done.choice.calls.map((/** @type {any} */ call) => [label(call.kind, call.who), call.what, call.before, call.after].join("\t"));
    try { await navigator.clipboard.writeText(lines.join("\n")); app.say(t("sick.copied")); } catch { app.say(t("sick.notCopied")); }
  }

  /** @param {any[]} rows @param {boolean} [isLong] */
  async function find(rows, isLong = false) {
    if (!rows.length) return app.say(t("sick.chooseFirst"));
    done = null;
    try {
      await app.post("/api/sick/start", { happened: rows.map(({ way, id, when }) => ({ way, id, when })), is_long: isLong });
      told = (await look()) ?? told;
      happened = rows.slice();
      drawForm(); // what stood in the fields is noted
      draw();
      form.querySelector("#sick-stop")?.focus();
      app.say(t("sick.lookingNow"));
    } catch (error) { app.fail(error); }
  }

  async function stop() {
    try {
      await app.post("/api/sick/stop", {});
      told = (await look()) ?? told;
      draw();
    } catch (error) { app.fail(error); }
  }

  /** @param {any} choice */
  async function publish(choice) {
    try {
      const found = await app.post("/api/sick/publish", { number: choice.number });
      done = { ...found, choice };
      happened = [];
      await app.reload();
      draw();
      app.say(t("sick.published", { n: done.revision }));
    } catch (error) { app.fail(error); }
  }

  /** Make a choice the draft, to be looked at and changed before it is published. @param {any} choice */
  async function take(choice) {
    try {
      await app.post("/api/sick/take", { number: choice.number });
      await app.reload();
      app.go("week", t("sick.taken"));
    } catch (error) { app.fail(error); }
  }

  /** What was typed and who has the focus stay as they are. */
  function draw() {
    const focused = document.activeElement?.id;
    const typed = [...form.querySelectorAll("select, input")].map((/** @type {any} */ field) => [field.id, field.value]);
    drawForm();
    for (const [id, value] of typed) if (form.querySelector(`#${id}`)) /** @type {any} */ (form.querySelector(`#${id}`)).value = value;
    drawAnswers();
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  }

  const off = app.on("sick", async (/** @type {any} */ news) => {
    if (news.week !== app.api.place.week || done) return;
    const found = await look();
    if (!found || done || !form.isConnected) return;
    told = found;
    draw();
    if (news.row.state === "ended") {
      const number = told.rows.filter((/** @type {any} */ row) => row.kind === "choice").length;
      app.say(told.result.kind === "none" ? t("sick.noAnswer") : t("sick.answers", { n: number }));
      (answers.querySelector("#answers") ?? form.querySelector("#sick-find"))?.focus();
    }
  });
  if (told.rows.length && told.state === "ended") told = { ...told, rows: [], result: null }; // an earlier call-out is over
  draw();
  return { unmount: off, refresh: async () => { const { rows, result, state } = told; told = { ...(await app.get("/api/sick")), ...(isRunning() ? {} : { rows, result, state }) }; draw(); } };
}
