// @ts-check
/** The words that a cell can be chosen from, in a list below its field; of a cell that is a list the last word is chosen. */
import { fill, h } from "../kit.js";

const MOST_CHOICES = 8;
const CLOSED = ["choice", "setting", "yes_no", "id"];  // kinds of columns where another word than those offered is a fault
let choicesMade = 0;

/** @param {HTMLInputElement} field @param {{offered: string[], is_list: boolean, kind: string}} column */
export function choicesFor(field, column) {
  const id = `choices-${(choicesMade += 1)}`;
  const element = h("ul", { id, role: "listbox", class: "choices", hidden: true, "aria-label": field.getAttribute("aria-label") });
  /** @type {string[]} */
  let shown = [];
  let at = -1;
  if (column.offered.length) {
    for (const [name, value] of [["role", "combobox"], ["aria-controls", id], ["aria-expanded", "false"], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);
    field.addEventListener("input", () => update(true));
  }

  const head = () => (column.is_list ? /^(?:.*;)?\s*/.exec(field.value)?.[0] ?? "" : "");
  function draw() {
    element.hidden = !shown.length;
    field.setAttribute("aria-expanded", String(shown.length > 0));
    if (at >= 0) field.setAttribute("aria-activedescendant", `${id}-${at}`);
    else field.removeAttribute("aria-activedescendant");
    fill(element, shown.map((word, number) => h("li", { role: "option", id: `${id}-${number}`, "aria-selected": String(number === at),
      on: { mousedown: (/** @type {Event} */ event) => { event.preventDefault(); take(word); } } }, word)));
    place();
  }
  /** The list stands over the frame of the table, which would cut it off; above the field where there is no room below. */
  function place() {
    if (element.hidden) return;
    const at = field.getBoundingClientRect(), isAbove = at.bottom + element.offsetHeight > innerHeight;
    element.style.insetInlineStart = `${at.left}px`;
    element.style.top = `${isAbove ? at.top - element.offsetHeight : at.bottom}px`;
  }
  /** @param {string} word */
  function take(word) {
    field.value = head() + word;
    shown = [];
    at = -1;
    draw();
  }
  /** Offer what begins with, then what holds, the letters typed. @param {boolean} isTyped */
  function update(isTyped) {
    if (!column.offered.length) return;
    const typed = isTyped ? field.value.slice(head().length).trim().toLowerCase() : "";
    const fits = column.offered.filter((word) => word.toLowerCase().includes(typed));
    fits.sort((a, b) => Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed)));
    shown = fits.length === 1 && fits[0] === field.value.slice(head().length).trim() ? [] : fits.slice(0, MOST_CHOICES);
    const begun = typed && CLOSED.includes(column.kind) && !fits.some((word) => word.toLowerCase() === typed)
      ? fits.filter((word) => word.toLowerCase().startsWith(typed)) : [];
    at = begun.length === 1 ? 0 : -1;
    draw();
  }
  /** Choose by keys; returns whether the key was for the list. @param {KeyboardEvent} event */
  function onKey(event) {
    const isOpen = shown.length > 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!column.offered.length) return false;
      event.preventDefault();
      if (!isOpen) update(false);
      at = Math.max(-1, Math.min(at + (event.key === "ArrowDown" ? 1 : -1), shown.length - 1));
      draw();
      return true;
    }
    if (isOpen && at >= 0 && (event.key === "Enter" || event.key === "Tab")) {
      take(shown[at]);
      return false;
    }
    if (isOpen && event.key === "Escape") {
      event.preventDefault();
      shown = [];
      at = -1;
      draw();
      return true;
    }
    return false;
  }
  return { element, update, onKey, place };
}
