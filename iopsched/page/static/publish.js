// @ts-check
/** The screen for publishing: what stands against it, who must be told, the publication, earlier revisions, files to hand out. */
import { redraw } from "./kit.js";

/** @param {HTMLElement} root @param {any} app */
export async function mount(root, app) {
  const { h, button, t } = app;
  /** @type {any} */
  let told = null;
  /** @type {any} what was published just now */
  let done = null;
  /** @type {any} files that were written just now */
  let files = null;
  let names = "id";
  /** The code of the language of all handouts; blank for each participant's own. */
  let language = "";
  const chosen = new Set(["html", "xlsx"]);

  async function load() {
    told = await app.get("/api/publish");
    if (done && (told.is_new || told.number !== done.published_as)) done = null; // news of the publication itself leave its call list
    draw();
  }

  function draw() {
    redraw(root, h("h1", null, t("steps.publish")),
      h("section", { "aria-labelledby": "now" }, h("h2", { id: "now", tabindex: "-1" }, t("publish.now")), done ? published() : prospect()),
      !told.is_empty && h("section", { "aria-labelledby": "handout" }, h("h2", { id: "handout" }, t("publish.handOut")), handOut()),
      h("section", { "aria-labelledby": "history" }, h("h2", { id: "history" }, t("publish.history")), history()));
  }

  function prospect() {
    if (told.is_empty) return [h("p", { class: "note", id: "publish-empty" }, t("publish.empty")), button(t("publish.solve"), () => app.go("solve"), { class: "main", id: "publish-solve" })];
    if (told.blocked.length) return [
      h("p", { class: "note", id: "blocked" }, t("publish.blocked")),
      h("ul", null, told.blocked.map((/** @type {any} */ rule) => h("li", null, h("strong", null, t("publish.rule", { title: rule.title, n: rule.count })), " ",
        rule.places[0].sentence, rule.count > 1 && h("details", null, h("summary", null, t("publish.more", { n: rule.count - 1 })),
          h("ul", null, rule.places.slice(1).map((/** @type {any} */ place) => h("li", null, place.sentence))))))),
      button(t("publish.toWeek"), () => app.go("week"), { class: "main", id: "to-week" })];
    if (!told.is_new) return h("p", { id: "nothing-new" }, t("publish.nothingNew", { n: told.number }));
    const record = h("input", { type: "checkbox", id: "record", checked: true });
    return [
      h("p", null, t("publish.about", { revision: told.number, n: told.sessions })),
      told.short > 0 && h("p", { class: "note", id: "publish-short" }, t("publish.short", { n: told.short }), " ", button(t("publish.toShort"), () => app.go("short"))),
      told.news_text && h("p", null, t("publish.news", { changes: told.news_text })),
      told.news.length > 0 && h("details", null, h("summary", null, t("publish.newsList")), h("ul", null, told.news.map((/** @type {string} */ row) => h("li", null, row))),
        told.news_more > 0 && h("p", null, t("publish.more", { n: told.news_more }))),
      told.kept.length > 0 && [h("p", { class: "note" }, t("publish.kept")), h("ul", null, told.kept.map((/** @type {string} */ row) => h("li", null, row)))],
      told.corrected.length > 0 && [h("p", { class: "note" }, t("publish.corrected")), h("ul", null, told.corrected.map((/** @type {string} */ row) => h("li", null, row)))],
      told.is_first ? h("p", null, t("publish.first")) : calls(told.calls, t("publish.calls")),
      told.unrecorded.length > 0 && [h("p", null, t("publish.unrecorded")), h("ul", null, told.unrecorded.map((/** @type {string} */ row) => h("li", null, row))),
        h("p", null, h("label", { class: "names" }, record, t("publish.record")))],
      button(t("publish.do", { n: told.number }), () => again(() => publish(record.checked && told.unrecorded.length > 0)), { class: "main", id: "publish-do" })];
  }

  function published() {
    return [
      h("p", { id: "published" }, t("publish.isPublished", { revision: done.published_as })),
      done.published_as === 1 ? h("p", null, t("publish.firstNow")) : calls(done.calls, t("publish.callsNow")),
      done.call_list && h("p", null, t("publish.callList", { path: done.call_list }))];
  }

  /** @param {any[]} people @param {string} title */
  const calls = (people, title) => people.length === 0 ? h("p", null, t("publish.nobody")) : h("table", { class: "wide" },
    h("caption", null, title),
    h("thead", null, h("tr", null, ["who", "what", "before", "after"].map((key) => h("th", { scope: "col" }, t(`changes.head_${key}`))))),
    people.map((row) => h("tbody", null, row.entries.map((/** @type {any} */ one, /** @type {number} */ at) => h("tr", null,
      at === 0 && h("th", { scope: "rowgroup", rowspan: row.entries.length }, row.label),
      h("td", null, one.what), h("td", null, one.old), h("td", null, one.new))))));

  function handOut() {
    const shown = told.names.find((/** @type {any} */ row) => row.id === names);
    return [
      h("fieldset", { id: "formats" }, h("legend", null, t("publish.formats")), told.formats.map((/** @type {any} */ row) => h("p", null,
        h("label", { class: "names" }, h("input", { type: "checkbox", value: row.id, checked: chosen.has(row.id), on: { change: (/** @type {any} */ event) => {
          if (event.target.checked) chosen.add(row.id); else chosen.delete(row.id);
          root.querySelector("#handout-language")?.toggleAttribute("hidden", !chosen.has("handouts"));
        } } }), h("strong", null, row.id.toUpperCase()), ` ${row.text}`)))),
      h("p", { class: "line" }, h("label", { for: "show-names" }, t("publish.names")),
        h("select", { id: "show-names", "aria-describedby": "discloses", on: { change: (/** @type {any} */ event) => {
          names = event.target.value;
          root.querySelector("#discloses")?.replaceChildren(told.names.find((/** @type {any} */ row) => row.id === names).text);
        } } }, told.names.map((/** @type {any} */ row) => h("option", { value: row.id, selected: row.id === names }, t(`publish.names_${row.id}`))))),
      h("p", { id: "discloses", class: "note" }, shown.text),
      languageOf(),
      button(t("publish.write"), () => again(write), { id: "handout-do" }),
      files && h("div", { id: "files" },
        h("p", null, t("publish.written", { n: files.files.length, folder: files.folder }), " ", button(t("publish.copyFolder"), copyFolder, { id: "copy-folder" })),
        h("ul", null, files.files.slice(0, 12).map((/** @type {string} */ name) => h("li", null, name))),
        files.files.length > 12 && h("p", null, t("publish.more", { n: files.files.length - 12 })),
        files.is_draft && h("p", { class: "note" }, t("publish.isDraft")),
        files.broken > 0 && h("p", { class: "note" }, t("publish.isBroken", { n: files.broken })),
        files.left.length > 0 && h("p", { class: "note" }, t("publish.left", { names: files.left.join(", ") })),
        files.warnings.map((/** @type {string} */ text) => h("p", { class: "note" }, text)))];
  }

  /** So that somebody finds the files: a page cannot open a folder. */
  async function copyFolder() {
    try { await navigator.clipboard.writeText(files.folder); app.say(t("publish.folderCopied")); } catch { app.say(t("publish.folderNotCopied")); }
  }

  const languageName = (/** @type {string} */ code) => new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(code) ?? code;
  const languageAbout = () => (language ? t("publish.languageAllAbout", { language: languageName(language) })
    : t("publish.languageOwnAbout", { list: told.languages.map(languageName).join(", ") }));

  /** In which language participants' handouts are, and what that changes; shown where handouts are asked for. */
  const languageOf = () => h("div", { id: "handout-language", hidden: !chosen.has("handouts") },
    h("p", { class: "line" }, h("label", { for: "show-language" }, t("publish.language")),
      h("select", { id: "show-language", "aria-describedby": "language-about", on: { change: (/** @type {any} */ event) => {
        language = event.target.value;
        root.querySelector("#language-about")?.replaceChildren(languageAbout());
      } } }, ["", ...told.languages].map((/** @type {string} */ code) => h("option", { value: code, selected: code === language }, code ? languageName(code) : t("publish.languageOwn"))))),
    h("p", { id: "language-about", class: "note" }, languageAbout()));

  function history() {
    if (!told.history.length) return h("p", null, t("publish.noHistory"));
    return [h("p", { class: "quiet" }, t("publish.anchorAbout")), h("table", { class: "wide" }, h("caption", { class: "hidden" }, t("publish.history")),
      h("thead", null, h("tr", null, ["revision", "when", "by", "sessions", "anchor", "take"].map((key) => h("th", { scope: "col" }, t(`publish.head_${key}`))))),
      h("tbody", null, told.history.map((/** @type {any} */ row) => h("tr", null,
        h("th", { scope: "row" }, row.revision), h("td", null, new Date(row.published).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })),
        h("td", null, row.actor), h("td", null, row.sessions), h("td", null, h("code", null, row.anchor)),
        h("td", null, button(t("publish.take"), () => again(() => take(row.revision)), { "aria-label": t("publish.takeRevision", { n: row.revision }) }))))))];
  }

  /** @param {boolean} record */
  async function publish(record) {
    const made = await app.post("/api/publish", { revision: told.revision, record });
    app.setState(made.state);
    done = made;
    await load();
    if (!done) { done = made; draw(); } // the news of what was published came meanwhile
    app.say(t("publish.isPublished", { revision: made.published_as }));
    /** @type {HTMLElement | null} */ (root.querySelector("#now"))?.focus();
  }

  async function write() {
    files = await app.post("/api/handout", { revision: told.revision, formats: [...chosen], names, language: language || null });
    app.setState(files.state);
    await load();
    app.say(t("publish.written", { n: files.files.length, folder: files.folder }));
    /** @type {HTMLElement | null} */ (root.querySelector("#handout-do"))?.focus();
  }

  /** @param {number} number */
  async function take(number) {
    const week = await app.post("/api/publish/take", { revision: told.revision, number });
    done = null;
    app.setState(week.state);
    app.go("week", t("publish.isTaken", { n: number }));
  }

  /** Do something that the server may refuse; what stands against it is drawn then. @param {() => Promise<void>} work */
  async function again(work) {
    try { await work(); } catch (error) {
      app.fail(error);
      if (/** @type {any} */ (error)?.code === "blocked") { done = null; await load(); }
    }
  }

  await load();
  return { refresh: () => again(load) };
}
