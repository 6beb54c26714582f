"""The states of the step Solve."""

import shutil

from tests.support.page_stage import FOLDER
from tests.support.page_world import know_answer
from tests.support.walks.basics import expect


def solve_states(stage):
    tab = stage.tab
    stage.searching(shutil.copytree(stage.folder / "schedules" / FOLDER, stage.folder.with_name("found")))
    for row in [row for row in stage.week()["sessions"] if row["group"] is None][:3]:
        stage.move(kind="unplace", session=row["id"])
    stage.show("solve")
    tab.locator("#solve-start").wait_for()
    yield "nothing searched"
    tab.locator("#solve-start").click()
    expect(tab.get_by_role("row", name="Workload")).to_contain_text(
        "better than at first"
    )  # as far as the recording goes
    yield "at work"
    tab.locator("#solve-stop").click()
    expect(tab.locator("#found")).to_be_focused()
    yield "found"
    tab.locator("#solve-side").click()
    tab.locator("#side").wait_for()
    yield "side by side"
    stage.running.page.searches.forget(stage.other.clinic)
    stage.show("solve")
    expect(tab.locator("#found")).to_have_text("An earlier search has left this week")
    yield "left by an earlier search"
    tab.locator("#solve-discard").click()
    expect(tab.locator("#found")).to_have_count(0)
    yield "left where it is"
    know_answer(stage.other, "search", [], {"kind": "none", "why": "time", "limit_s": 60})
    stage.show("solve")
    tab.locator("#solve-none").wait_for()
    yield "nothing found"
    (stage.folder / "rooms.csv").write_text("room_id,capacity\nR1,many\n", encoding="utf-8")
    stage.show("solve")
    tab.locator("#solve-faults").wait_for()
    yield "the tables have faults"
