// @ts-check
/** The screen that opens a clinic. */

/** @param {HTMLElement} root @param {any} app */
export async function mount(root, app) {
  const { h, fill, button, t } = app;
  const found = await app.get("/api/open");
  const browser = h("div", { id: "folders" });

  /** @param {number} place */
  const open = async (place) => {
    try { await app.openClinic((await app.post("/api/open/clinic", { place })).clinic); } catch (error) { app.fail(error); }
  };
  /** @param {number | null} place */
  const list = async (place) => {
    try {
      const folder = await app.post("/api/open/list", { place });
      fill(browser, h("p", { id: "where" }, folder.where),
        folder.up !== null && button(t("open.up"), () => list(folder.up), { id: "up" }),
        h("ul", { class: "rows" }, folder.entries.map((/** @type {any} */ row) => h("li", null,
          row.is_clinic ? button(t("open.openThis", { name: row.name }), () => open(row.place), { class: "main" })
            : button(row.name, () => list(row.place), { class: "plain" })))),
        !folder.entries.length && h("p", null, t("open.nothingHere")),
        folder.more > 0 && h("p", null, t("open.more", { n: folder.more })));
      if (place !== null) (browser.querySelector("button") ?? browser).focus();
      app.say(t("open.listed", { where: folder.where, n: folder.entries.length }));
    } catch (error) { app.fail(error); }
  };
  /** @param {string} name */
  const copy = async (name) => {
    try {
      const { clinic, week } = await app.post("/api/open/example", { name });
      await app.openClinic(clinic, week);
    } catch (error) { app.fail(error); }
  };

  fill(root, h("h1", null, t("open.title")), h("p", null, t("open.local")),
    h("section", { "aria-labelledby": "recent" }, h("h2", { id: "recent" }, t("open.recent")),
      found.recent.length ? h("ul", { class: "rows" }, found.recent.map((/** @type {any} */ row) => h("li", null,
        row.is_there ? button(row.label, () => open(row.place), { class: "main" }) : h("strong", null, row.label), " ",
        h("span", { class: "quiet" }, row.where), " ",
        !row.is_there && h("em", null, t("open.gone")), row.is_held && h("em", null, t("open.held")))))
        : h("p", null, t("open.noRecent"))),
    h("section", { "aria-labelledby": "computer" }, h("h2", { id: "computer" }, t("open.folders")),
      h("p", null, t("open.foldersHelp")), button(t("open.look"), () => list(null), { id: "look" }), browser),
    h("section", { "aria-labelledby": "examples" }, h("h2", { id: "examples" }, t("open.examples")), h("p", null, t("open.examplesHelp")),
      h("ul", { class: "rows" }, found.examples.map((/** @type {any} */ row) => h("li", null,
        button(t("open.try", { clinic: row.label }), () => copy(row.name)), " ", h("span", { class: "quiet" }, row.words))))));
}
