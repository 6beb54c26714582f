"""Clinics with a full week for tests of the Week screen, and a tab that shows one."""

import shutil
from contextlib import contextmanager
from datetime import date

from tests.support.page_world import PageClient, running_page, watched_tab

MONDAY = date(2026, 11, 30)


class WeekTab:
    """A tab that shows the week of a clinic, and somebody else who asks the server of the same page."""

    week_shown = MONDAY

    def __init__(self, tab, running, folder):
        self.tab, self.running, self.folder = tab, running, folder
        self.other = PageClient(running, running.page.first, self.week_shown.isoformat())
        tab.goto(running.link())
        tab.locator("#week").wait_for()
        tab.evaluate(f"import('/static/main.js').then(({{app}}) => app.setWeek('{self.week_shown}'))")
        self.ready()

    def ready(self):
        """Wait until the week is drawn."""
        self.tab.locator(".wk-block").first.wait_for()

    def week(self):
        """Return the week as the server has it."""
        return self.other.get("/api/week")

    def session(self, key):
        return next(row for row in self.week()["sessions"] if row["id"] == key)

    def block(self, key):
        return self.tab.locator(f'.wk-block[data-session="{key}"]')

    @property
    def status(self):
        return self.tab.locator("#status")

    @property
    def verdict(self):
        return self.tab.locator(".wk-verdict")

    def middle(self, locator, below=8):
        """Return a point in an element, some pixels below its top."""
        box = locator.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + below

    def take(self, locator):
        """Press on something and pull it over the threshold."""
        x, y = self.middle(locator)
        self.tab.mouse.move(x, y)
        self.tab.mouse.down()
        self.tab.mouse.move(x, y + 6)
        return x, y

    def over(self, column, clock):
        """Move the mouse so that what is held by its eighth pixel would begin at a time in a column of the shown day."""
        x, y = self.tab.evaluate(
            """([column, clock]) => {
              const element = document.querySelector(`[data-column$=" ${column}"]`);
              const box = element.getBoundingClientRect();
              const hour = parseFloat(getComputedStyle(element).getPropertyValue("--wk-hour"));
              const first = document.querySelector(".wk-hours span").textContent;
              const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
              return [(box.left + box.right) / 2, box.top + ((minutes(clock) - minutes(first)) * hour) / 60];
            }""",
            [column, clock],
        )
        self.tab.mouse.move(x, y + 8, steps=3)

    def focused(self):
        """Return the session that has the focus."""
        return self.tab.evaluate("document.activeElement?.dataset?.session ?? document.activeElement?.id")


@contextmanager
def week_tab(browser, personal, template, folder, **options):
    """Yield a tab that shows the week of a copy of a clinic."""
    shutil.copytree(template, folder)
    with (
        running_page(personal / "page", folder) as running,
        watched_tab(browser, running, **options) as tab,
    ):
        yield WeekTab(tab, running, folder)
