// @ts-check
/** Dragging with a mouse or a pen. A finger scrolls: it has the form and the best places. */

import { placeIn } from "./places.js";

/** @typedef {import("./screen.js").WeekScreen} WeekScreen */

const LEAST_PIXELS = 4;
const EDGE_PIXELS = 36;
const CLICK_MS = 300;

/** Let everything with `data-session` or `data-unplaced` below root be dragged.
 * @param {HTMLElement} root @param {WeekScreen} screen @returns {() => void} stop listening */
export function draggable(root, screen) {
  /** @type {{id: number, x: number, y: number, source: HTMLElement, grabbed: number, going: boolean}|null} */
  let press = null;
  /** Where and when the last drop was. */
  let last = { x: -1, y: -1, at: -Infinity };

  /** @param {PointerEvent} event */
  function down(event) {
    const source = /** @type {HTMLElement|null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-session],[data-unplaced]"));
    if (!source || !event.isPrimary || event.button !== 0 || event.pointerType === "touch") return;
    if (screen.hand.held && screen.hand.way !== "form") return;
    if (!source.classList.contains("wk-block") && !source.classList.contains("wk-need")) return;
    const grabbed = source.dataset.session ? event.clientY - source.getBoundingClientRect().top : 8;
    press = { id: event.pointerId, x: event.clientX, y: event.clientY, source, grabbed, going: false };
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!press || event.pointerId !== press.id) return;
    if (!press.going) {
      if (Math.hypot(event.clientX - press.x, event.clientY - press.y) <= LEAST_PIXELS) return;
      press.going = screen.holding.takeFrom(press.source, "pointer");
      if (!press.going) {
        press = null;
        return;
      }
      root.setPointerCapture(event.pointerId);
      root.classList.add("wk-dragging");
    }
    event.preventDefault();
    const { held, place, way } = screen.hand;
    if (way !== "pointer" || !held || !place) return;
    scroll(screen.grid?.element.parentElement, event);
    screen.hand.together(event.ctrlKey || event.shiftKey);
    const spot = screen.grid?.under(event.clientX, event.clientY, held.minutes, press.grabbed);
    if (spot) screen.hand.aim({ ...placeIn(place, spot.column), start: spot.start });
  }

  /** @param {PointerEvent} event */
  function up(event) {
    if (!press || event.pointerId !== press.id) return;
    const { going, grabbed } = press;
    end();
    if (!going || !screen.hand.held || screen.hand.way !== "pointer") return;
    last = { x: event.clientX, y: event.clientY, at: event.timeStamp };
    const over = document.elementFromPoint(event.clientX, event.clientY);
    if (over?.closest(".wk-tray") && screen.hand.held.session) screen.steps.unplace(screen.hand.held.id);
    else if (screen.grid?.under(event.clientX, event.clientY, screen.hand.held.minutes, grabbed)) void screen.hand.drop();
    else screen.hand.putBack();
  }

  function end() {
    if (press && root.hasPointerCapture(press.id)) root.releasePointerCapture(press.id);
    root.classList.remove("wk-dragging");
    press = null;
  }

  function cancel() {
    const going = press?.going;
    end();
    if (going && screen.hand.way === "pointer") screen.hand.putBack();
  }

  /** The click that a drop makes is not one.
   * @param {MouseEvent} event */
  function click(event) {
    if (event.clientX === last.x && event.clientY === last.y && event.timeStamp - last.at < CLICK_MS) {
      event.stopPropagation();
      event.preventDefault();
    }
  }

  root.addEventListener("pointerdown", down);
  root.addEventListener("pointermove", move);
  root.addEventListener("pointerup", up);
  root.addEventListener("pointercancel", cancel);
  root.addEventListener("click", click, true);
  return () => {
    root.removeEventListener("pointerdown", down);
    root.removeEventListener("pointermove", move);
    root.removeEventListener("pointerup", up);
    root.removeEventListener("pointercancel", cancel);
    root.removeEventListener("click", click, true);
  };
}

/** Scroll what does not fit when the pointer comes near its edge.
 * @param {HTMLElement|null|undefined} pane @param {PointerEvent} event */
function scroll(pane, event) {
  if (!pane) return;
  const box = pane.getBoundingClientRect();
  if (event.clientY > box.bottom - EDGE_PIXELS) pane.scrollTop += 12;
  if (event.clientY < box.top + EDGE_PIXELS) pane.scrollTop -= 12;
  if (event.clientX > box.right - EDGE_PIXELS) pane.scrollLeft += 12;
  if (event.clientX < box.left + EDGE_PIXELS) pane.scrollLeft -= 12;
}
