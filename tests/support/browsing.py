"""A real browser for pages of exports, which may ask for nothing but the file itself."""

from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
AXE = Path(__file__).parents[1] / "export" / "javascript-axe" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def chromium():
    """Yield a running browser; whoever asks is skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.is_file():
        pytest.skip("chromium is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def opened(browser, path, **options):
    """Return the file in a new tab, what it asked for, and what it complained of."""
    tab = browser.new_page(**options)
    asked, complaints = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(path.as_uri())
    return tab, asked, complaints


def axe(tab):
    """Return the findings of axe-core, each with the places.

    Without axe-core, a tab that keeps what was ``left_out`` goes on and is skipped at its end; others are skipped here.
    """
    if not AXE.is_file():
        reason = f"axe-core is not installed: npm ci in {AXE.parents[2].name}"
        if not hasattr(tab, "left_out"):
            pytest.skip(reason)
        tab.left_out.append(reason)
        return []
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    found = tab.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(row["id"], [node["target"] for node in row["nodes"]][:3]) for row in found]
