// @ts-check
/** The screen of changes: who has another week in the draft, and putting it back for one of them. */

/** @param {HTMLElement} root @param {any} app */
export async function mount(root, app) {
  const { h, fill, button, t } = app;
  /** @type {string | null} */
  let against = null;
  /** @type {any} */
  let told = null;

  async function load() {
    told = await app.get(`/api/changes${against ? `?against=${against}` : ""}`);
    against = told.against;
    draw();
  }

  function draw() {
    const chosen = h("select", { id: "against", on: { change: async (/** @type {any} */ event) => {
      against = event.target.value;
      await again(load);
      /** @type {HTMLElement | null} */ (root.querySelector("#against"))?.focus();
    } } }, told.choices.map((/** @type {string} */ name) => h("option", { value: name, selected: name === against }, t(`changes.against_${name}`))));
    fill(root, h("h1", { tabindex: "-1" }, t("steps.changes")), h("p", null, t("changes.about")),
      h("p", { class: "line" }, h("label", { for: "against" }, t("changes.against")), chosen),
      h("p", { id: "told" }, told.people.length ? t("changes.told", { who: told.told }) : t("changes.none")),
      told.people.length > 0 && table(),
      told.people.length > 0 && h("details", { class: "told" }, h("summary", null, t("changes.list")),
        h("p", null, t("changes.listHelp")),
        h("textarea", { id: "list", readonly: true, rows: Math.min(20, 1 + lines().length), "aria-label": t("changes.list"), value: lines().join("\n") })));
  }

  const lines = () => told.people.flatMap((/** @type {any} */ row) => row.entries.map((/** @type {any} */ one) => `${row.label}: ${one.what}: ${one.old} -> ${one.new}`));

  function table() {
    return h("table", { class: "wide changes" },
      h("caption", { class: "hidden" }, t("steps.changes")),
      h("thead", null, h("tr", null, ["who", "what", "before", "after", "back"].map((key) => h("th", { scope: "col" }, t(`changes.head_${key}`))))),
      told.people.map((/** @type {any} */ row) => h("tbody", null, row.entries.map((/** @type {any} */ one, /** @type {number} */ at) => h("tr", null,
        at === 0 && h("th", { scope: "rowgroup", rowspan: row.entries.length }, row.label, " ", h("span", { class: "quiet" }, t(`changes.kind_${row.kind}`))),
        h("td", null, one.what), h("td", null, one.old), h("td", null, one.new),
        at === 0 && h("td", { rowspan: row.entries.length },
          button(t("changes.putBack"), () => again(() => putBack(row)), { "aria-label": t("changes.putBackFor", { who: row.label }) })))))));
  }

  /** @param {any} row */
  async function putBack(row) {
    const week = await app.post("/api/changes/putback", { revision: told.revision, against, who: row.who });
    app.setState(week.state);
    await load();
    app.say(t("changes.isBack", { who: row.label }));
    /** @type {HTMLElement | null} */ (root.querySelector("tbody button") ?? root.querySelector("h1"))?.focus();
  }

  /** Do something that the server may refuse. @param {() => Promise<void>} work */
  async function again(work) {
    try { await work(); } catch (error) { app.fail(error); }
  }

  await load();
  return { refresh: () => again(load) };
}
