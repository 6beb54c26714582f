"""The states of the step Sick call."""

from tests.support.page_stage import FOLDER, recorded
from tests.support.page_world import know_answer
from tests.support.walks.basics import expect


def sick_states(stage):
    tab = stage.tab
    stage.show("sick")
    tab.locator("#sick-none").wait_for()
    yield "not published"
    stage.publish()
    stage.show("sick")
    tab.locator("#sick-who").wait_for()
    yield "who is away"
    tab.locator("#sick-another").click()  # without a person: what is missing is said
    yield "nobody is named"
    tab.locator("#sick-who").select_option("absent T01")
    tab.locator("#sick-day").select_option("2026-12-08")
    tab.locator("#sick-another").click()
    tab.locator("#sick-happened").wait_for()
    expect(tab.locator("#sick-day")).to_have_value("2026-12-08")
    yield "more than one thing happened"
    rows = recorded("repair")
    running = {**stage.other.get("/api/sick"), "state": "running"}
    for asked in ("**/api/sick/start*", "**/api/sick?*"):
        stage.told(asked, running)
    tab.locator("#sick-find").click()
    tab.locator("#sick-stop").wait_for()
    yield "answers are looked for"
    tab.unroute("**/api/sick?*")
    know_answer(stage.other, "repair", [], {"kind": "none", "why": "time", "limit_s": 10})
    stage.running.page.news.post("sick", clinic=stage.other.clinic, week=FOLDER, row={"state": "ended"})
    tab.locator("#sick-failed").wait_for()
    yield "no answer"
    pinned = "Pin 2 of pins.csv asks for T01 on Tuesday."
    know_answer(stage.other, "repair", [], {"kind": "none", "why": "input", "issues": [pinned], "pins": [2]})
    stage.running.page.news.post("sick", clinic=stage.other.clinic, week=FOLDER, row={"state": "ended"})
    tab.locator("#sick-skip").wait_for()
    yield "a pin stands against it"
    know_answer(stage.other, "repair", rows[:-1], rows[-1])
    stage.running.page.news.post("sick", clinic=stage.other.clinic, week=FOLDER, row={"state": "ended"})
    tab.locator("#publish-1").wait_for()
    yield "answers"
    tab.get_by_text("Call list").first.click()
    yield "a call list"
    where = "schedules/2026-12-07.r2/exports/call-list-2026-12-07-r2.csv"
    stage.told("**/api/sick/publish*", {"revision": 2, "calls": len(rows[1]["calls"]), "call_list": where})
    tab.locator("#publish-1").click()
    expect(tab.locator("#answers")).to_have_text("Published as revision 2")
    yield "published, to be called"
