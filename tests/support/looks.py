"""What is wrong with what a tab shows: findings of axe, things that run over, cover each other, are cut off, or cannot be reached."""

from tests.support.browsing import axe

WIDTHS = (1680, 1024, 683)
"""A large screen, a small one, and a common one (1366) at twice the size."""
USUAL = {"width": 1366, "height": 768}
LAID_OUT = """() => {
  const found = [], name = (element) => `${element.tagName}#${element.id}.${element.className?.baseVal ?? element.className} "${(element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 40)}"`;
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`the page is ${wide} px too wide`);
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".hidden, .skip, details:not([open]) > :not(summary)");
  const layer = document.querySelector("dialog[open]") ?? document;
  const places = [...document.querySelectorAll("*")].filter((element) => element.scrollTop || element.scrollLeft).map((element) => [element, element.scrollLeft, element.scrollTop]);
  for (const element of layer.querySelectorAll("button, select, input, textarea, summary, main a, nav a, h1, h2, h3")) {
    if (!isSeen(element) || element.closest(".wk-grid") || element.closest(".wk-ghost")) continue;
    element.scrollIntoView({ block: "center", inline: "nearest" });
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue; // only heard
    const under = document.elementFromPoint(box.left + Math.min(box.width / 2, 400), box.top + box.height / 2);
    if (under && !element.contains(under) && !under.contains(element) && !element.labels?.[0]?.contains(under) && !under.closest(".wk-ghost")) found.push(`${name(element)} is covered by ${name(under)}`);
    if (!under) found.push(`${name(element)} is outside the window`);
    if (element.matches("button, summary") && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow !== "visible" && !element.closest(".wk-pane")) found.push(`${name(element)} is cut off`);
    if (element.matches("button") && !element.closest(".wk-pane, .wk-needs") && element.scrollWidth > element.clientWidth + 1) found.push(`${name(element)} runs over its edge`);
    if (element.matches("select") && box.width < 40) found.push(`${name(element)} has no width`);
  }
  for (const element of document.querySelectorAll("*")) if (element.scrollTop || element.scrollLeft) element.scrollTo(0, 0);
  for (const [element, left, top] of places) element.scrollTo(left, top);
  const place = scrollY;
  scrollTo(0, document.documentElement.scrollHeight);
  const foot = document.querySelector("footer").getBoundingClientRect();
  if (foot.bottom < innerHeight - 1) found.push(`${innerHeight - foot.bottom} px below the status line are empty`);
  scrollTo(0, place);
  for (let at = foot.left + 5; at < foot.right && layer === document; at += 60) {
    const under = document.elementFromPoint(at, foot.top + foot.height / 2);
    if (under && !under.closest("footer, .wk-ghost")) found.push(`${name(under)} lies on the status line`);
  }
  const columns = [...document.querySelectorAll(".wk-grid .wk-block")].map((block) => [block, block.getBoundingClientRect(), block.parentElement.getBoundingClientRect()]);
  for (const [block, own, column] of columns)
    if (own.left < column.left - 0.5 || own.right > column.right + 0.5 || own.top < column.top - 0.5 || own.bottom > column.bottom + 0.5) found.push(`${block.dataset.session} leaves its column`);
  columns.forEach(([one, a], at) => columns.slice(at + 1).forEach(([other, b]) => {
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5) found.push(`${one.dataset.session} lies on ${other.dataset.session}`);
  }));
  return found;
}"""
FOCUS = """() => {
  const found = [], focused = document.activeElement;
  focused?.blur?.(); // how an element shows the focus is decided as it comes
  const layer = document.querySelector("dialog[open]") ?? document;
  for (const element of layer.querySelectorAll("button, select, input, textarea, summary, a[href], [tabindex='0']")) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.disabled || element.closest("details:not([open]) > :not(summary)")) continue;
    element.focus({ preventScroll: true, focusVisible: true });
    if (document.activeElement !== element) continue;
    const style = getComputedStyle(element);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 1) found.push(`${element.tagName}#${element.id}.${element.className} shows no focus`);
  }
  focused?.focus?.({ preventScroll: true });
  return [...new Set(found)];
}"""
MOVING = """() => [...document.getAnimations().map((one) => `${one.effect?.target?.className} is animated`),
  ...[...document.querySelectorAll("*")].filter((element) => { const style = getComputedStyle(element); return parseFloat(style.transitionDuration) > 0 || (style.animationName !== "none" && parseFloat(style.animationDuration) > 0); }).slice(0, 3).map((element) => `${element.className} would move`)]"""
DRAWN = "new Promise((then) => { requestAnimationFrame(() => requestAnimationFrame(then)); setTimeout(then, 1000); })"
"""Wait for two frames; a browser that has nothing new to draw may make none."""
SHOWN = """(sections) => {
  const key = new RegExp(`^(${sections.join("|")})\\\\.[a-z]\\\\w*$`), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faults = [];
  while (texts.nextNode()) if (key.test(texts.currentNode.data.trim())) faults.push(`${texts.currentNode.data} has no words`);
  if (document.activeElement === document.body || document.activeElement === null) faults.push("the focus is lost");
  return { ids: [...document.querySelectorAll("[id]")].map((element) => element.id), faults };
}"""


def findings(tab, state):
    """Return what is wrong with a state, in each look: light and dark, every width, high contrast, without motion."""
    found = []
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        found += [(state, scheme, one) for one in axe(tab)]
    tab.emulate_media(color_scheme="light", reduced_motion="reduce")
    found += [(state, "no motion", one) for one in tab.evaluate(MOVING)]
    tab.emulate_media(forced_colors="active", reduced_motion="no-preference")
    found += [(state, "high contrast", one) for one in tab.evaluate(FOCUS) + tab.evaluate(LAID_OUT)]
    tab.emulate_media(forced_colors="none")
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 768 if width > USUAL["width"] / 2 else 384})
        tab.evaluate(DRAWN)
        found += [(state, width, one) for one in tab.evaluate(LAID_OUT)]
    tab.set_viewport_size(USUAL)
    tab.evaluate(DRAWN)
    return found
