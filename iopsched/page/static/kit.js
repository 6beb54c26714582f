// @ts-check
/** Small helpers to build the page. Text is always text: nothing here parses HTML. */

/** @typedef {Node | string | number | null | undefined | false | Kid[]} Kid */

/**
 * Make an element.
 * Attributes: `class`, `text`, `data` and `style` (objects), `on` (an object of listeners), booleans, everything else as it is.
 * @param {string} tag
 * @param {Record<string, any> | null} [attrs]
 * @param {...Kid} kids
 * @returns {any}
 */
export function h(tag, attrs, ...kids) {
  const made = SVG.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attrs ?? {})) set(made, name, value);
  if (made instanceof HTMLInputElement || made instanceof HTMLTextAreaElement) quiet(made);
  add(made, kids);
  return made;
}

const SVG = new Set(["svg", "path", "rect", "line", "circle", "g", "polyline", "pattern", "defs", "text", "title:svg"]);

/** @param {any} made @param {string} name @param {any} value */
function set(made, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "text") made.textContent = String(value);
  else if (name === "on") for (const [kind, then] of Object.entries(value)) made.addEventListener(kind, then);
  else if (name === "data") for (const [key, one] of Object.entries(value)) made.dataset[key] = String(one);
  else if (name === "style") for (const [key, one] of Object.entries(value)) made.style.setProperty(key, String(one));
  else if (name === "value") made.value = value;
  else if (name === "checked" || name === "selected") made[name] = Boolean(value);
  else made.setAttribute(name, value === true ? "" : String(value));
}

/** Nobody's name is sent to a spelling service, kept by the browser or translated. @param {HTMLElement} field */
function quiet(field) {
  for (const [name, value] of [["spellcheck", "false"], ["autocomplete", "off"], ["autocorrect", "off"], ["autocapitalize", "off"], ["translate", "no"]])
    if (!field.hasAttribute(name)) field.setAttribute(name, value);
}

/** @param {Node} parent @param {Kid} kid */
function add(parent, kid) {
  if (kid === null || kid === undefined || kid === false) return;
  if (Array.isArray(kid)) for (const one of kid) add(parent, one);
  else parent.appendChild(kid instanceof Node ? kid : document.createTextNode(String(kid)));
}

/** Put new children in place of all old ones. @param {Element} parent @param {...Kid} kids */
export function fill(parent, ...kids) {
  parent.replaceChildren();
  add(parent, kids);
  return parent;
}

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/** Draw a part anew; what has the focus keeps it where it is still there. @param {HTMLElement} root @param {...any} kids */
export function redraw(root, ...kids) {
  const focused = document.activeElement?.id;
  fill(root, ...kids);
  if (focused && document.activeElement === document.body) byId(focused)?.focus({ preventScroll: true });
}

/** A button with text. While what it does is under way it does nothing: a double click is one. @param {string} text @param {() => any} then @param {Record<string, any>} [attrs] */
export function button(text, then, attrs = {}) {
  let isBusy = false;
  const click = async () => {
    if (isBusy) return;
    isBusy = true;
    try { await then(); } finally { isBusy = false; }
  };
  return h("button", { type: "button", ...attrs, on: { click } }, text);
}

/**
 * Ask for a state again and again: an answer that a newer one has overtaken is null. What a search is told, its news may
 * overtake as well: after such a request ask for the state, do not draw the answer. @template T @param {() => Promise<T>} ask @returns {() => Promise<T | null>} */
export function newest(ask) {
  let asked = 0, heard = 0;
  return async () => {
    const turn = (asked += 1), found = await ask();
    if (turn < heard) return null;
    heard = turn;
    return found;
  };
}
