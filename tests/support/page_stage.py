"""One page with a full week, and a tab that can be brought into each of its states."""

import json
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

from iopsched import work
from iopsched.work.editing import EditedWeek
from tests.support.board_world import DATA, WEEK, complete
from tests.support.page_weeks import WeekTab
from tests.support.page_world import FRIDAY, running_page, watched_tab

RECORDED = Path(__file__).parents[1] / "page" / "recorded"
FOLDER = WEEK.isoformat()


def full_week(folder):
    """Copy the complete example, save its week that was solved once, and return the folder."""
    shutil.copytree(DATA / "complete", folder)
    week = EditedWeek(folder, WEEK, lambda: FRIDAY)
    saved = week.save(week.take(week.state().revision, complete()[1].schedule, {"kind": "take"}).revision)
    (saved.folder.parent / f".{FOLDER}.draft.jsonl").unlink()
    return folder


def recorded(task):
    """Return what a search has told once, in lines."""
    text = (RECORDED / f"{task}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


class Stage(WeekTab):
    """A tab that shows the clinic's full week, in the week that was solved once."""

    week_shown = WEEK

    def show(self, screen):
        """Go to a screen, drawn anew."""
        self.tab.evaluate(
            "async (screen) => { const {app} = await import('/static/main.js'); if (location.hash === `#/${screen}`) await app.setWeek(app.api.place.week); else app.go(screen); }",
            screen,
        )
        self.tab.locator(f".screen-{screen} h1").wait_for()

    def move(self, **move):
        """Make a move as somebody else would."""
        return self.other.post("/api/week/move", {"revision": self.week()["revision"], "move": move})

    def publish(self):
        """Publish the saved week."""
        read = work.weeks.read_week(self.folder, self.folder / "schedules" / FOLDER)
        return work.publications.publish(read, FRIDAY, "dana")

    def told(self, pattern, facts):
        """Have requests to an address answered with facts that were recorded."""
        headers = {"x-iopsched-server": self.running.page.server_id}
        self.tab.route(pattern, lambda route: route.fulfill(json=facts, headers=headers))

    def searching(self, found):
        """Let searches play a recorded one, which finds a week that lies in a folder."""
        command = (sys.executable, "-m", "tests.support.fake_search", str(found), str(RECORDED / "search.jsonl"))
        self.running.page.searches.command = command


@contextmanager
def staged(browser, personal, template, folder, **options):
    """Yield the page of a copy of a clinic with a full week."""
    shutil.copytree(template, folder)
    with running_page(personal / "page", folder) as running, watched_tab(browser, running, **options) as tab:
        yield Stage(tab, running, folder)
