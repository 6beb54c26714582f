"""A call-out by the page: who is away, the answers, and the one that is published with its call list."""

import json
import shutil
import stat

import pytest

from iopsched import work
from tests.support.browsing import axe
from tests.support.page_world import FRIDAY, until, week_tab

AWAY = {"happened": [{"way": "absent", "id": "T01", "when": "@2026-12-01"}]}


@pytest.fixture
def published(playing, small, recorded):
    """Return somebody at a page whose small week is published: T01 sees P01 on three days and P02 on one."""
    shutil.copytree(recorded, small / "schedules/2026-11-30")
    read = work.weeks.read_week(small, small / "schedules/2026-11-30")
    work.publications.publish(read, FRIDAY, "dana")
    playing.running.page.searches.command = type(playing.running.page.searches)().command
    return playing


def sick(client):
    return client.get("/api/sick")


def test_who_could_be_away_is_told_and_nothing_is_answered_before_anything_is_published(playing):
    found = sick(playing)
    assert (found["published"], found["today"]) == (None, "2026-11-27")
    assert [row["id"] for row in found["staff"]] == ["T01", "T02"]
    assert found["days"][0] == {"date": "2026-11-30", "weekday": "Mon"}


def test_answers_come_one_by_one_and_one_is_published_with_its_call_list(published, small):
    published.post("/api/sick/start", AWAY)
    found = until(lambda: sick(published), lambda found: found["state"] == "ended", 60)
    assert found["result"]["kind"] == "answered"
    heading, first, *_ = found["rows"]
    assert "T01 is away on Tue 2026-12-01" in heading["lines"][0]
    assert (first["number"], first["name"], first["unmet"]) == (1, "Least unmet need", "everybody has what they need")
    assert "P01" in {call["who"] for call in first["calls"]}
    assert not (small / "published/2026-11-30.2.json").exists()
    assert not (small / "schedules/2026-11-30.r2").exists()  # nobody has taken an answer: the week is as it was
    before = published.get("/api/week")["sessions"]
    published.post("/api/sick/take", {"number": 1})
    taken = {row["id"] for row in published.get("/api/week")["sessions"] if row["date"] == "2026-12-01"}
    assert taken < {row["id"] for row in before if row["date"] == "2026-12-01"}

    done = published.post("/api/sick/publish", {"number": 1})
    assert done["revision"] == 2
    assert done["calls"] == len(first["calls"])
    lists = small / "schedules/2026-11-30.r2-least-unmet/exports/call-list-2026-11-30-r2.csv"
    assert done["call_list"] == str(lists)
    assert stat.S_IMODE(lists.stat().st_mode) == 0o600
    assert sick(published)["published"] == 2
    assert published.answer("POST", "/api/sick/publish", {"number": 1})[0] == 409  # they answer the revision before
    published.post("/api/sick/tick", {"who": "participant P01", "is_called": True})
    assert sick(published)["done"]["called"] == ["participant P01"]  # whoever comes back to the step finds the list
    assert published.answer("POST", "/api/sick/tick", {"who": "participant P99", "is_called": True})[0] == 404


NO_CALL_OUTS = (
    {},
    {"happened": []},
    {"happened": [{"way": "rm", "id": "T01", "when": ""}]},
    {"happened": [{"way": "absent", "id": "T01", "when": "@now; x"}]},
    {"happened": [{"way": "absent", "id": 1, "when": ""}]},
    {"happened": [{}] * 21},
    {"happened": "T01"},
)


def test_what_is_no_call_out_is_refused(published):
    for body in NO_CALL_OUTS:
        assert published.answer("POST", "/api/sick/start", body)[1]["error"] == "happened", body
    assert published.answer("POST", "/api/sick/publish", {"number": 1})[1]["error"] == "choice"


def test_whoever_has_more_time_has_answers_looked_for_longer(published):
    published.running.page.searches.command = ("false",)
    assert published.post("/api/sick/start", AWAY)["limit_s"] == 10
    until(lambda: sick(published), lambda found: found["state"] == "ended")
    assert published.post("/api/sick/start", {**AWAY, "is_long": True})["limit_s"] == 60
    assert sick(published)["is_of_week"]
    week = published.get("/api/week")
    move = {"kind": "unplace", "session": week["sessions"][0]["id"]}
    published.post("/api/week/move", {"revision": week["revision"], "move": move})
    assert not sick(published)["is_of_week"]


@pytest.mark.parametrize(
    ("dates", "left"),
    [
        (",", ["must,P01,T01,Tue,09:00,,2026-11-29", "must,P01,T01,Tue,09:00,2026-12-07,"]),
        ("2026-11-30,2026-12-18", ["must,P01,T01,Tue,09:00,2026-12-07,2026-12-18"]),
        ("2026-11-30,2026-12-06", []),
    ],
)
def test_a_pin_of_somebody_who_is_away_skips_the_week(published, small, dates, left):
    pins = small / "pins.csv"
    pins.write_text(f"action,participant_id,therapist_id,day,start,from,until\nmust,P01,T01,Tue,09:00,{dates}\n")
    before = pins.read_bytes()
    published.post("/api/sick/start", AWAY)
    found = until(lambda: sick(published), lambda found: found["state"] == "ended", 60)
    assert (found["result"]["why"], found["result"]["pins"]) == ("input", [2])
    published.post("/api/sick/skip")
    assert pins.read_text().splitlines()[1:] == left
    published.post("/api/input/undo", {"revision": published.get("/api/input")["revision"]})
    assert pins.read_bytes() == before


@pytest.mark.slow
def test_a_call_out_by_mouse_takes_less_than_a_minute(browser, published, small):
    pins = small / "pins.csv"
    pins.write_text("action,participant_id,therapist_id,day,start\nmust,P01,T01,Tue,09:00\n")
    expect = pytest.importorskip("playwright.sync_api").expect
    with week_tab(browser, published) as tab:
        tab.get_by_role("link", name="Sick call").click()
        tab.locator("#sick-find").click()
        expect(tab.locator("#status")).to_have_text("Choose who is away, or what is closed.")
        tab.select_option("#sick-who", "absent T01")
        tab.select_option("#sick-day", "2026-12-01")
        tab.locator("#sick-another").click()
        tab.select_option("#sick-who", "absent P02")
        tab.select_option("#sick-day", "2026-12-02")
        assert axe(tab) == []
        tab.locator("#sick-find").click()
        expect(tab.locator("#sick-happened li")).to_have_count(2)  # also what stands in the fields
        expect(tab.locator("#sick-failed")).to_contain_text("T01 is away on Tue 2026-12-01", timeout=60_000)
        assert axe(tab) == []
        tab.locator("#sick-skip").click()
        tab.locator("#publish-1").click(timeout=60_000)
        expect(tab.locator("#answers")).to_have_text("Published as revision 2", timeout=20_000)
        expect(tab.locator("#answers")).to_be_focused()
        tab.get_by_role("checkbox", name="P01 was called").check()
        tab.get_by_role("link", name="Changes").click()
        tab.get_by_role("link", name="Sick call").click()
        expect(tab.get_by_role("checkbox", name="P01 was called")).to_be_checked()
        assert axe(tab) == []
    assert json.dumps(sick(published)["published"]) == "2"


@pytest.mark.slow
def test_a_search_after_a_call_out_says_what_the_tables_do_not_know(published):
    published.post("/api/sick/start", AWAY)
    until(lambda: sick(published), lambda found: found["state"] == "ended", 60)
    published.post("/api/sick/publish", {"number": 1})
    published.post("/api/solve/start", {"time_limit_s": 2})
    found = until(lambda: published.get("/api/solve"), lambda found: found["rows"] or found["state"] == "ended", 60)
    assert found["rows"] == [{"kind": "left_out", "text": "T01 is away on Tue 2026-12-01"}]
    published.post("/api/solve/stop")
