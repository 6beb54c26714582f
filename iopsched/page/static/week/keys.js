// @ts-check
/** The grid by keys: one stop for Tab, arrows between sessions, M takes one up, arrows move it, Enter leaves it, Escape puts it back. */

import { placeIn } from "./places.js";
import { nearest } from "./layout.js";
import { clock, minutesOf, snapped } from "./time.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */
/** @typedef {import("./types.js").Place} Place */

/** @type {Record<string, "left"|"right"|"up"|"down">} */
const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

const THINGS = ".wk-block,.wk-need";
const PARTS = ".wk-pane,.wk-bottom";

/** Make one block (or need) below root the stop for Tab: this one, else the first.
 * @param {HTMLElement} root @param {string|HTMLElement|null} wanted a block, or the id of its session */
export function oneStop(root, wanted) {
  const blocks = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(THINGS)]);
  const stop = blocks.find((block) => block === wanted || block.dataset.session === wanted) ?? blocks[0];
  for (const block of blocks) block.tabIndex = block === stop ? 0 : -1;
  return stop ?? null;
}

/** @param {HTMLElement} root the part of the screen with sessions @param {WeekScreen} screen @returns {() => void} stop listening */
export function byKeys(root, screen) {
  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.altKey || event.metaKey || !root.isConnected) return;
    const { hand } = screen;
    if (hand.held && (hand.way !== "form" || event.key === "Escape")) {
      if (hold(event, screen)) event.preventDefault();
      return;
    }
    const block = /** @type {HTMLElement} */ (event.target).closest?.(THINGS);
    if (block && !event.ctrlKey && rest(event, /** @type {HTMLElement} */ (block), screen)) event.preventDefault();
  }
  /** @param {FocusEvent} event */
  function focused(event) {
    const block = /** @type {HTMLElement|null} */ (/** @type {HTMLElement} */ (event.target).closest?.(THINGS));
    const part = /** @type {HTMLElement|null} */ (block?.closest(PARTS));
    if (block && part) oneStop(part, block);
  }
  document.addEventListener("keydown", pressed);
  root.addEventListener("focusin", focused);
  return () => {
    document.removeEventListener("keydown", pressed);
    root.removeEventListener("focusin", focused);
  };
}

/** A key while nothing is held and a session or need has the focus.
 * @param {KeyboardEvent} event @param {HTMLElement} block @param {WeekScreen} screen */
function rest(event, block, screen) {
  const arrow = ARROWS[event.key];
  if (arrow) {
    go(block, arrow);
    return true;
  }
  const { session } = block.dataset;
  switch (event.key.toLowerCase()) {
    case "m": return screen.holding.takeFrom(block, "keys");
    case "delete": return session ? screen.steps.unplace(session) : false;
    case "p": return session ? screen.steps.pin(session) : false;
    default: return false;
  }
}

/** @param {HTMLElement} block @param {"left"|"right"|"up"|"down"} direction */
function go(block, direction) {
  const boxes = /** @type {HTMLElement[]} */ ([...(block.closest(PARTS)?.querySelectorAll(THINGS) ?? [])]).map((element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom, element };
  });
  const from = boxes.find((box) => box.element === block);
  const found = from && nearest(boxes, from, direction);
  if (found) {
    found.element.focus();
    found.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/** A key while something is held by keys; Escape also ends a drag.
 * @param {KeyboardEvent} event @param {WeekScreen} screen */
function hold(event, screen) {
  const { hand, grid } = screen;
  const { held, place } = hand;
  if (!held || !place) return false;
  if (event.key === "Escape") {
    hand.putBack();
    return true;
  }
  if (hand.way !== "keys" || !grid) return false;
  const arrow = ARROWS[event.key];
  if (event.key === "Enter" || event.key === " ") void hand.drop();
  else if (event.key.toLowerCase() === "a") hand.together(!hand.wholeGroup);
  else if (event.key === "PageUp" || event.key === "PageDown") screen.holding.day(event.key === "PageUp" ? -1 : 1);
  else if (arrow === "up" || arrow === "down") {
    const minute = minutesOf(place.start) + (arrow === "up" ? -1 : 1) * grid.grid.step;
    aim(screen, { ...place, start: clock(snapped(minute, held.minutes, grid.grid)) });
  } else if (arrow) aside(screen, grid, place, arrow === "left" ? -1 : 1);
  else return event.key === "Tab";
  return true;
}

/** To the column beside; with groups as columns to the day beside.
 * @param {WeekScreen} screen @param {import("./grid.js").Grid} grid @param {Place} place @param {number} step */
function aside(screen, grid, place, step) {
  const here = grid.columnFor(place, screen.hand.held?.session ?? screen.hand.held?.need ?? null);
  if (screen.axis === "groups" || !here) {
    screen.holding.day(step);
    return;
  }
  const column = grid.columns[grid.columns.indexOf(here) + step];
  if (column) aim(screen, placeIn(place, column));
}

/** @param {WeekScreen} screen @param {Place} place */
function aim(screen, place) {
  screen.hand.aim(place);
  screen.app.say(screen.hand.spoken());
}
