// @ts-check
/** The screen of the clinic's tables: which there are, the cells of one, what is at fault and what to write instead. */
import { button, fill, h } from "../kit.js";
import { drawAbout, drawPages, drawSide, drawTools, SETTINGS, SHOWN_ROWS } from "./drawing.js";
import { goToProblem, writeRemedy } from "./finding.js";
import { InputGrid } from "./grid.js";
import { judging } from "./judging.js";
import { problemList } from "./problems.js";
import { keepEditor } from "./samerow.js";
import { settingsForm } from "./settings.js";
import { changeWords, tableName } from "./tablenames.js";
import { weekStrip } from "./weekstrip.js";
import { t } from "../words.js";

const CALM_MS = 300, LARGE_CALM_MS = 1500, LARGE = 150;

/** @param {Element} root @param {any} app */
export async function mount(root, app) {
  const screen = new InputScreen(root, app);
  await screen.begin();
  return screen;
}

export class InputScreen {
  /** @param {Element} root @param {any} app */
  constructor(root, app) {
    this.app = app;
    /** @type {any} */
    this.overview = null;
    this.table = "participants.csv";
    this.from = 0;
    /** @type {any[]} */
    this.problems = [];
    /** Changes are sent one after the other. @type {Promise<any>} */
    this.line = Promise.resolve();
    this.waiting = 0;
    /** @type {{text: string, more: any}[]} */
    this.warned = [];
    /** States of the files that were shown, so that news of our own changes are none. @type {Set<string>} */
    this.seen = new Set();
    /** Groups of settings that are open. */
    this.opened = new Set([""]);
    this.isGone = false;
    this.judging = judging(() => this.judge(), () => (this.overview?.tables[0].rows > LARGE ? LARGE_CALM_MS : CALM_MS));
    this.side = h("nav", { class: "tables", "aria-label": t("input.tables") });
    this.title = h("h2", { id: "table-title" });
    this.tools = h("div", { class: "tools", role: "toolbar", "aria-label": t("input.tools") });
    this.banner = h("div", { class: "banner", role: "alert", hidden: true });
    this.frame = h("div", { class: "cells-frame" });
    this.about = h("div", { class: "cell-about", "aria-live": "polite" });
    this.pages = h("div", { class: "line pages" });
    this.list = problemList({ go: (problem) => goToProblem(this, problem), write: (problems, text) => writeRemedy(this, problems, text) });
    this.grid = new InputGrid({
      change: (make) => this.change(make), say: app.say, seen: () => drawAbout(this), faults: () => this.overview.faults.error,
      windows: (column, text, then) => this.openWindows(column, text, then), label: () => tableName(this.table),
    });
    this.main = h("section", { class: "sheet", "aria-labelledby": "table-title" }, h("div", { class: "line" }, this.title, this.tools), this.banner, this.frame, this.about, this.pages);
    fill(root, h("h1", null, t("input.title")), h("div", { class: "input" }, this.side, this.main, this.list.element));
    this.onKey = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "F8" || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      this.list.next(event.shiftKey ? -1 : 1);
    };
    document.addEventListener("keydown", this.onKey);
    this.stop = app.on("files", (/** @type {any} */ news) => this.onNews(news));
  }

  unmount() {
    this.isGone = true;
    this.judging.end();
    this.stop();
    document.removeEventListener("keydown", this.onKey);
  }

  async begin() {
    const wanted = /^#\/input\/([\w.]+)/.exec(location.hash)?.[1];
    if (wanted) this.table = wanted;
    await this.load();
  }

  /** Ask for everything again. */
  async load() {
    try {
      const [overview, page] = await Promise.all([
        this.app.get("/api/input"),
        this.table === SETTINGS ? null : this.app.get(`/api/input/table/${this.table}?from=${this.from}&count=${SHOWN_ROWS}`),
      ]);
      this.take(overview);
      if (page) this.showPage(page);
      else await this.showSettings();
    } catch (error) {
      this.fail(error);
    }
    this.judging.soon();
  }

  async judge() {
    try {
      const found = await this.app.get("/api/input/problems");
      if (this.isGone || (found.revision && found.revision !== this.overview.revision)) return; // of the tables as they were: this is asked again
      this.problems = found.problems;
      this.list.show(this.problems);
      await this.app.reload();
    } catch (error) { this.fail(error); }
  }

  /** @param {any} overview */
  take(overview) {
    const before = new Map(this.overview?.tables.map((/** @type {any} */ row) => [row.id, row.rows]));
    const moved = new Set(overview.tables.filter((/** @type {any} */ row) => before.get(row.id) !== row.rows).map((/** @type {any} */ row) => row.id));
    this.overview = overview;
    this.seen.add(overview.revision);
    // where rows have other numbers, what was found thoroughly speaks of the old ones: it is asked for again
    this.problems = [...overview.problems, ...this.problems.filter((/** @type {any} */ one) => one.is_thorough && !moved.has(one.table))];
    this.list.show(this.problems);
    this.app.setBadge("input", { badge: overview.faults.error || null, sign: overview.faults.error ? "!" : "" });
    drawSide(this);
    this.app.setState({}); // the frame says what Undo would do
  }

  /** Show another table. @param {string} table @param {number} [from] */
  async open(table, from = 0) {
    this.grid.commit();
    this.app.say("");
    await this.queued(async () => {
      this.table = table;
      this.from = from;
      this.settle();
      await this.load();
    });
  }

  /** @param {any} page */
  showPage(page) {
    this.page = page;
    this.from = page.from;
    this.title.textContent = tableName(page.table);
    if (!page.exists || page.trouble) {
      const row = this.overview.tables.find((/** @type {any} */ one) => one.id === page.table).row;
      fill(this.tools);
      fill(this.about);
      fill(this.pages);
      fill(this.frame, page.trouble
        ? h("p", { class: "notice" }, t("input.trouble", { why: page.trouble }))
        : h("div", { class: "notice" }, h("p", null, t("input.noTable", { row })), button(t("input.make"), () => this.change(() => ({})), { class: "main" })));
      return;
    }
    const isBack = this.grid.element.parentElement !== this.frame;
    if (isBack) fill(this.frame, this.grid.element);
    this.grid.show(page);
    if (isBack) this.grid.reveal();
    drawTools(this);
    drawAbout(this);
    drawPages(this);
  }

  /** @param {string} name */
  async addColumn(name) {
    if (!name) return;
    await this.change(() => ({ columns: [name] }));
    const at = this.page.columns.findIndex((/** @type {any} */ column) => column.name === name);
    if (at >= 0) this.grid.go(this.grid.row, at);
  }

  /**
   * Send a change once those before it are done; it is made out of the rows as they are then.
   * @param {(page: any) => any} make
   */
  change(make) {
    const table = this.table;
    return this.queued(async () => {
      if (table !== this.table) return false;
      const body = { table, revision: this.page.revision, from: this.from, count: SHOWN_ROWS, ...make(this.page) };
      const again = () => (this.page.revision === body.revision ? this.change(make) : this.warn(t("input.stale", { file: tableName(table) })));
      return this.send(body, again); // rows are named by their place, which others may have changed
    });
  }

  /** Do something once all before it is done, so that no answer comes out of turn. @param {() => Promise<any>} then */
  queued(then) {
    this.waiting += 1;
    this.main.setAttribute("aria-busy", "true");
    this.line = this.line.catch(() => {}).then(then).finally(() => {
      this.waiting -= 1;
      if (!this.waiting) this.main.removeAttribute("aria-busy");
    });
    return this.line;
  }

  /** Return whether it was written. @param {any} body @param {() => void} again */
  async send(body, again) {
    try {
      const found = await this.app.post("/api/input/change", body);
      this.settle();
      this.take(found.input);
      this.showPage(found.rows);
      if (found.left) this.app.say(t("input.hiddenKept", { n: found.left }));
      this.judging.soon();
      return true;
    } catch (error) {
      await this.refused(error, again);
      return false;
    }
  }

  /** Say why a change was not made; what stands there is shown again. @param {any} error @param {() => void} again */
  async refused(error, again) {
    if (error?.code === "held") this.warn(t("input.held", { file: error.body.file }), button(t("input.again"), () => { this.got(); again(); }));
    else if (error?.code === "stale") this.warn(t("input.stale", { file: tableName(this.table) }));
    else if (error?.code === "refused") this.warn(error.message);
    else this.fail(error);
    if (error?.code === "stale") this.grid.forget();
    if (!["gone", "session", "anew"].includes(error?.code)) await this.load();
  }

  /** Say something that stays until it is seen, beside what was said before. @param {string} text @param {any} [more] */
  warn(text, more) {
    this.warned = [...this.warned.filter((one) => one.text !== text), { text, more }];
    this.banner.hidden = false;
    fill(this.banner, this.warned.map((one) => h("div", { class: "line" }, h("p", null, one.text), one.more)), button(t("input.seen"), () => this.got()));
  }

  /** What was warned of is seen: on with the cells, or the settings. */
  got() {
    this.settle();
    if (this.table === SETTINGS) this.frame.querySelector("summary")?.focus();
    else this.grid.focus();
  }

  settle() {
    this.warned = [];
    this.banner.hidden = true;
    fill(this.banner);
  }

  /** @param {any} error */
  fail(error) {
    if (error?.code !== "input") return this.app.fail(error);
    fill(this.frame, h("p", { class: "notice" }, t("input.unreadable")));
    this.judging.soon();
  }

  /** @param {any} column @param {string} text @param {(text: string) => void} then */
  async openWindows(column, text, then) {
    await weekStrip(this.app, column, text, then);
    this.grid.focus();
  }

  async showSettings() {
    this.title.textContent = t("input.settings");
    fill(this.tools);
    fill(this.about);
    fill(this.pages);
    if (this.settings && this.settings.element.parentElement === this.frame) return this.settings.load();
    this.settings = await settingsForm(this.app, this.frame, this.opened, {
      queued: (then) => this.queued(then), refused: (error) => this.refused(error, () => {}),
      changed: (overview) => { this.settle(); this.take(overview); this.judging.soon(); },
    });
  }

  /** @param {any} news */
  async onNews(news) {
    await this.line.catch(() => {});
    if (!this.overview || this.seen.has(news.revision)) return;
    this.grid.forget();
    this.problems = [];
    if (news.outside) this.warn(t("input.outside", { files: news.files.map(tableName).join(", ") }));
    await this.queued(() => keepEditor(this.grid, () => this.load()));
  }

  /** Names were switched, or the week was changed. */
  refresh() { return this.queued(() => this.load()); }

  /** Steps are taken one after the other, too. @param {"undo" | "redo"} step */
  move(step) {
    this.grid.cancel();
    return this.queued(() => this.moved(step));
  }

  /** @param {"undo" | "redo"} step */
  async moved(step) {
    try {
      const found = await this.app.post(`/api/input/${step}`, { revision: this.overview.revision });
      this.take(found.input);
      this.grid.forget();
      if (found.done.table && found.done.table !== this.table) this.from = 0;
      this.table = found.done.table ?? this.table;
      await this.load();
      this.app.say(t(`frame.done_${step}`, { what: changeWords(found.done) }));
    } catch (error) { await this.refused(error, () => {}); }
  }
  /** What Undo and Redo would do in the tables. */
  would() { return { undo: changeWords(this.overview?.undo), redo: changeWords(this.overview?.redo) }; }
  undo() { return this.move("undo"); }
  redo() { return this.move("redo"); }
}
