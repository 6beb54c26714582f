"""People who are short: what they lack, a place for it that is tried in the draft, why, and what would help."""

from datetime import date

import pytest

from iopsched.page.searchjobs import SearchJob
from tests.support.browsing import axe
from tests.support.page_world import until, watched_tab


@pytest.fixture
def lacking(playing, small):
    """Return somebody at a page whose week is empty; P01 is there for one hour a week, where three are needed."""
    (small / "participants.csv").write_text(
        "participant_id,population,availability\nP01,adult,Mon 09:00-10:00\nP02,adult,\n", encoding="utf-8"
    )
    playing.running.page.searches.command = type(playing.running.page.searches)().command
    return playing


def short(client):
    return client.get("/api/short")


def test_who_lacks_what_and_what_could_be_held(lacking):
    found = short(lacking)
    assert (found["is_empty"], found["state"]) == (True, "none")
    first, second = found["people"]
    assert (first["participant"], first["minutes"], first["text"]) == ("P01", 180, "lacks 3 individual")
    assert [one["id"] for one in second["unplaced"]] == ["need:P02:individual"]


@pytest.mark.slow
def test_causes_and_ways_out_come_from_a_process_of_its_own(lacking, small):
    lacking.post("/api/short/start")
    found = until(lambda: short(lacking), lambda found: found["state"] == "ended", 90)
    assert found["result"]["kind"] == "explained"
    causes = [row for row in found["rows"] if row["kind"] == "cause"]
    assert "P01" in causes[0]["people"]
    assert "participants.csv, P01, availability" in causes[0]["places"]
    ways = [row for row in found["rows"] if row["kind"] == "way"]
    assert ways[0]["helps"] == ["P01"]
    assert ways[0]["steps"][0]["file"] == "participants.csv"
    before = (small / "participants.csv").read_bytes()
    tried = lacking.post("/api/short/try", {"way": ways[0]["number"]})
    assert next(row["is_taken"] for row in tried["rows"] if row["kind"] == "way")
    assert (small / "participants.csv").read_bytes() != before
    lacking.post("/api/short/takeback", {"way": ways[0]["number"]})
    assert (small / "participants.csv").read_bytes() == before


HOURS, MORE = "Mon 09:00-10:00", "Mon 09:00-10:00; Tue 09:00-10:00"
STEP = {"kind": "participant_window", "file": "participants.csv", "id": "P01", "column": "availability", "old": HOURS}
WAY = {
    "kind": "way",
    "number": 1,
    "line": "Ask the coordinator: P01 has 1 h more (3 points).",
    "helps": ["P01"],
    "steps": [
        {"sentence": "P01 comes on Tuesday, too.", "file": "participants.csv", "row": "P01", "column": "availability"}
    ],
    "written": [{**STEP, "new": MORE, "price": 3, "decider": "coordinator", "sentence": ""}],
}


@pytest.fixture
def explained(lacking):
    """Return somebody who was told one way out."""
    job = SearchJob(lacking.clinic, date.fromisoformat(lacking.week), {"time_limit_s": 45}, lambda row: None)
    job._rows, job.state, job.result = [WAY], "ended", {"kind": "explained"}
    lacking.running.page.searches._jobs[lacking.clinic, "explain"] = job
    return lacking


def is_taken(found):
    return [row["is_taken"] for row in found["rows"]]


def test_a_way_out_is_tried_in_the_tables_as_one_change(explained, small):
    table = small / "participants.csv"
    before = table.read_bytes()
    assert is_taken(short(explained)) == [False]
    assert is_taken(explained.post("/api/short/try", {"way": 1})) == [True]
    assert MORE in table.read_text(encoding="utf-8")
    assert explained.answer("POST", "/api/short/try", {"way": 1})[0] == 400  # the cell is no longer as it was
    assert is_taken(explained.post("/api/short/takeback", {"way": 1})) == [False]
    assert table.read_bytes() == before
    assert explained.answer("POST", "/api/short/takeback", {"way": 1})[0] == 409
    explained.post("/api/input/redo", {"revision": explained.get("/api/input")["revision"]})
    assert is_taken(short(explained)) == [True]
    assert explained.answer("POST", "/api/short/try", {"way": 2})[0] == 404


def test_a_way_out_is_tried_by_its_button(browser, explained, small):
    expect = pytest.importorskip("playwright.sync_api").expect
    with watched_tab(browser, explained.running) as tab:
        tab.goto(explained.running.link())
        expect(tab.locator("#week")).to_be_visible()  # the frame of an open clinic
        tab.evaluate(f"import('/static/main.js').then(({{app}}) => app.setWeek('{explained.week}'))")
        expect(tab.locator("#week")).to_have_value(explained.week)
        tab.get_by_role("link", name="People short").click()
        tab.get_by_role("button", name="Try it: way out 1").click()
        expect(tab.locator("#search-way-1")).to_be_focused()
        assert MORE in (small / "participants.csv").read_text(encoding="utf-8")
        assert axe(tab) == []
        tab.get_by_role("button", name="Take it back: way out 1").click()
        expect(tab.locator("#status")).to_contain_text("as they were before")
        assert MORE not in (small / "participants.csv").read_text(encoding="utf-8")
        tab.get_by_role("button", name="Try it: way out 1").click()
        tab.locator("#search-way-1").click()
        expect(tab.locator("h1")).to_have_text("Search for the best week")


def test_a_place_is_tried_in_the_draft_and_taken_back(browser, lacking):
    expect = pytest.importorskip("playwright.sync_api").expect
    with watched_tab(browser, lacking.running) as tab:
        tab.goto(lacking.running.link())
        expect(tab.locator("#week")).to_be_visible()  # the frame of an open clinic
        tab.evaluate(f"import('/static/main.js').then(({{app}}) => app.setWeek('{lacking.week}'))")
        expect(tab.locator("#week")).to_have_value(lacking.week)
        tab.get_by_role("link", name="People short").click()
        row = tab.locator("#short-P02")
        expect(row).to_contain_text("lacks 1 individual")
        assert axe(tab) == []
        row.get_by_role("button").click()
        row.get_by_role("button", name="Try it").first.click()
        expect(row).to_have_count(0)
        expect(tab.locator("#status")).to_contain_text("Undo takes it back")
        expect(tab.locator("#undo")).to_be_focused()
        assert axe(tab) == []
        tab.keyboard.press("Enter")
        expect(row).to_contain_text("lacks 1 individual")
