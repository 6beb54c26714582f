// @ts-check
/** The screen for people who are short: who lacks what, a place for it, why, and what would help. */

/** @param {HTMLElement} root @param {any} app */
export async function mount(root, app) {
  const { h, fill, button, t } = app;
  /** @type {any} */
  let told = await app.get("/api/short");
  const list = h("section", { "aria-labelledby": "short-who" }), why = h("section", { "aria-labelledby": "short-why" });
  fill(root, h("h1", null, t("short.title")), list, why);
  const isRunning = () => ["waiting", "running", "stopping"].includes(told.state);
  const rows = (/** @type {string} */ kind) => told.rows.filter((/** @type {any} */ row) => row.kind === kind);
  const label = (/** @type {string} */ kind, /** @type {string} */ id) => told[kind].find((/** @type {any} */ row) => row.id === id)?.label ?? id;
  const day = (/** @type {string} */ date) => new Date(`${date}T12:00`).toLocaleDateString(document.documentElement.lang, { weekday: "long" });

  function drawList() {
    if (!told.people.length) return fill(list, h("p", { class: "good", id: "short-none" }, `✓ ${t("short.nobody")}`));
    fill(list, h("h2", { id: "short-who" }, t("short.who", { n: told.people.length })),
      told.is_empty && h("p", { class: "note" }, t("short.empty"), " ", button(t("short.solve"), () => app.go("solve"), { id: "short-solve" })),
      h("table", { class: "wide" }, h("thead", null, h("tr", null, ["person", "lacks", "why", "place"].map((key) => h("th", { scope: "col" }, t(`short.head_${key}`))))),
        h("tbody", null, told.people.map(person))));
  }

  /** @param {any} row */
  function person(row) {
    const causes = rows("cause").filter((/** @type {any} */ cause) => cause.people.includes(row.participant));
    const ways = rows("way").filter((/** @type {any} */ way) => way.helps.includes(row.participant));
    return h("tr", { id: `short-${row.participant}` }, h("th", { scope: "row" }, row.label),
      h("td", null, row.text), h("td", null, causes.length ? h("ul", { class: "facts" }, causes.map((/** @type {any} */ cause) => h("li", null, cause.line))) : "–",
        ways.length > 0 && h("p", { class: "quiet" }, t("short.helpedBy", { list: ways.map((/** @type {any} */ way) => way.number).join(", ") }))),
      h("td", null, row.unplaced.length ? row.unplaced.map((/** @type {any} */ one) => places(one, row)) : t("short.noSession")));
  }

  /** Look for places of one thing that is lacking, and try one in the draft. @param {any} one @param {any} row */
  function places(one, row) {
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
    return h("div", null, button(t("short.find", { what: one.label, n: one.count }), look, { id: key, "aria-label": t("short.findFor", { what: one.label, who: row.label }) }), found);
  }

  const words = (/** @type {any} */ place) => [day(place.date), place.start, place.room ? label("rooms", place.room) : t("short.online"), label("staff", place.therapist)].join(" · ");

  /** @param {any} one @param {any} place */
  async function attempt(one, place) {
    try {
      const week = await app.post("/api/week/move", { revision: told.revision, move: { kind: "hold", unplaced: one.id, ...place } });
      app.setState(week.state);
      await app.reload();
      told = await app.get("/api/short");
      draw();
      app.say(t("short.tried"));
      /** @type {any} */ (document.getElementById("undo"))?.focus();
    } catch (error) { app.fail(error); }
  }

  function drawWhy() {
    const causes = rows("cause"), ways = rows("way"), out = rows("left_out"), none = told.result?.kind === "none" ? told.result : null;
    if (!told.people.length && told.state === "none") return fill(why);
    fill(why, h("h2", { id: "short-why", tabindex: "-1" }, t("short.whyTitle")), h("p", null, t(told.is_saved ? "short.whyAbout" : "short.whySaved")),
      h("p", { class: "line" }, isRunning() ? button(t("short.stop"), stop, { id: "short-stop" }) : button(t("short.explain"), start, { id: "short-explain", class: told.people.length ? "main" : "" }),
        isRunning() && h("span", null, t("short.explaining"))),
      none && h("p", { class: "note", id: "short-failed" }, none.message || t(`solve.none_${none.why}`, { n: none.faults ?? none.limit_s ?? 0, list: "" })),
      causes.length > 0 && [h("h3", null, t("short.causes")), h("ol", { id: "causes" }, causes.map((/** @type {any} */ cause) => h("li", null, cause.line,
        cause.places.length > 0 && h("span", { class: "quiet" }, ` ${cause.places.slice(0, 4).join("; ")}`))))],
      ways.length > 0 && [h("h3", null, t("short.ways")), h("p", { class: "quiet" }, t("short.waysAbout")), h("ol", { id: "ways" }, ways.map((/** @type {any} */ way) => h("li", null, way.line,
        h("ul", { class: "facts" }, way.steps.map((/** @type {any} */ step) => h("li", null, step.sentence, " ", h("span", { class: "quiet" }, [step.file, step.row, step.column].filter(Boolean).join(", "))))),
        way.is_taken && h("p", { class: "good" }, `✓ ${t("short.taken")}`),
        h("p", { class: "line" }, way.is_taken
          ? [button(t("short.searchWith"), () => app.go("solve"), { id: `search-way-${way.number}`, class: "main" }), button(t("short.takeBack"), () => change("takeback", way), { "aria-label": t("short.takeBackWay", { n: way.number }), id: `back-way-${way.number}` })]
          : button(t("short.try"), () => change("try", way), { id: `try-way-${way.number}`, "aria-label": t("short.tryWay", { n: way.number }) }),
          button(t("short.mend"), () => app.go("input"), { "aria-label": t("short.mendWay", { n: way.number }) })))))],
      told.result?.kind === "explained" && !causes.length && h("p", null, t("short.noCause")),
      out.map((/** @type {any} */ row) => h("p", { class: "quiet" }, row.text)));
  }

  /** Take a way out in the tables, or take it back. @param {"try" | "takeback"} what @param {any} way */
  async function change(what, way) {
    try {
      told = await app.post(`/api/short/${what}`, { way: way.number });
      draw();
      await app.reload();
      app.say(t(what === "try" ? "short.takenSaid" : "short.takenBack"));
      document.getElementById(what === "try" ? `search-way-${way.number}` : `try-way-${way.number}`)?.focus();
    } catch (error) { app.fail(error); }
  }

  async function start() {
    try { told = await app.post("/api/short/start", {}); draw(); app.say(t("short.explaining")); } catch (error) { app.fail(error); }
  }
  async function stop() {
    try { told = await app.post("/api/short/stop", {}); draw(); } catch (error) { app.fail(error); }
  }

  function draw() {
    const focused = document.activeElement?.id;
    drawList();
    drawWhy();
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  }

  const again = async () => { told = await app.get("/api/short"); draw(); };
  const off = app.on("short", async (/** @type {any} */ news) => {
    if (news.week !== app.api.place.week) return;
    if (news.row.state === "ended" || news.row.kind !== "stage") await again();
    if (news.row.state === "ended") {
      app.say(told.result?.kind === "explained" ? t("short.explained", { n: rows("cause").length }) : t("short.noCause"));
      why.querySelector("#short-why")?.focus();
    }
  });
  draw();
  return { unmount: off, refresh: again };
}
