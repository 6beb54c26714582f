"""The states of the step People short."""

import shutil

from tests.support.page_stage import FOLDER, recorded
from tests.support.page_world import know_answer
from tests.support.walks.basics import blocks, expect


def short_states(stage):
    tab = stage.tab
    stage.show("short")
    tab.locator("#short-P035").wait_for()
    yield "who is short"
    tab.locator("#place-need-P035-individual").click()
    expect(stage.status).not_to_have_text("")
    expect(tab.locator("#short-P035 .places")).not_to_contain_text("Looking")
    yield "places for a need"
    rows = recorded("explain")
    know_answer(stage.other, "explain", [{**rows[0], "again": ""}, *rows[1:-1]], rows[-1])
    stage.show("short")
    tab.locator("#ways li").first.wait_for()
    tab.locator("#short-why").evaluate("(heading) => heading.scrollIntoView()")
    yield "causes and ways out"
    know_answer(stage.other, "explain", rows[:-1], rows[-1])
    stage.show("short")
    tab.get_by_text("A longer search may find").wait_for()
    yield "causes, and a week that a longer search may better"
    yield from _tried(stage)
    yield from _counted(stage)
    standing = {**rows[0], "is_least": False, "again": ""}
    know_answer(stage.other, "explain", [standing], rows[-1])
    stage.show("short")
    tab.locator("#short-search").wait_for()
    yield "no cause, but a week that is not the best"
    know_answer(stage.other, "explain", [], {"kind": "none", "why": "time", "limit_s": 45})
    stage.show("short")
    tab.locator("#short-failed").wait_for()
    yield "no answer"
    told = stage.other.get("/api/short")
    running = {**told, "state": "running", "result": None, "limit_s": 45, "used_s": 3}
    for asked in ("**/api/short/start*", "**/api/short?*"):
        stage.told(asked, running)
    tab.locator("#short-explain").click()
    tab.locator("#short-stop").wait_for()
    yield "an answer is looked for"
    stage.told("**/api/short?*", {**told, "people": [], "state": "none", "result": None})
    stage.show("short")
    tab.locator("#short-none").wait_for()
    yield "nobody is short"
    stage.told("**/api/short?*", {**told, "is_empty": True})
    stage.show("short")
    tab.locator("#short-solve").wait_for()
    yield "an empty week"


def _tried(stage):
    """Go on with a way out that is tried: searched, found, taken, left."""
    tab = stage.tab
    stage.searching(shutil.copytree(stage.folder / "schedules" / FOLDER, stage.folder.with_name("found")))
    stage.move(kind="unplace", session=blocks(stage)[0]["id"])
    tab.locator("#try-way-1").click()
    expect(tab.locator("#trial-stop")).to_be_visible()
    yield "a way out is tried"
    tab.locator("#trial-stop").click()
    tab.locator("#trial-have").wait_for()
    yield "what comes of it"
    tab.locator("#trial-side").click()
    yield "what comes of it, side by side"
    tab.locator("#trial-have").click()
    tab.locator("#trial-look").wait_for()
    yield "it is taken"
    tab.locator("#trial-back").click()
    expect(tab.locator("#short-title")).to_be_focused()
    yield "it is taken back"


def _counted(stage):
    """Go on with who else could come."""
    stage.other.post("/api/week/save", {"revision": stage.week()["revision"]})
    rows = recorded("capacity")
    know_answer(stage.other, "capacity", rows[:-1], rows[-1])
    stage.show("short")
    tab = stage.tab
    tab.locator("#waitlist").wait_for()
    yield "who else could come"
    tab.locator("#try-next-1").click()
    tab.locator("#trial-ask").wait_for()
    yield "what one more needs is written"
    tab.locator("#trial-back").click()
    expect(tab.locator("#short-title")).to_be_focused()
    with (stage.folder / "rooms.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    stage.show("short")
    tab.locator("#newcomers-old").wait_for()
    yield "answers to other tables than now"
    running = {**stage.other.get("/api/newcomers"), "state": "running", "result": None, "limit_s": 60, "used_s": 3}
    stage.told("**/api/newcomers/start*", running)
    stage.told("**/api/newcomers?*", running)  # news of the tables ask again
    tab.locator("#newcomers-ask").click()
    tab.locator("#newcomers-stop").wait_for()
    yield "who could come is looked for"
