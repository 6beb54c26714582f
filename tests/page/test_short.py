"""People who are short: what they lack, a place for it that is tried in the draft, why, and what would help."""

import pytest

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
def test_causes_and_ways_out_come_from_a_process_of_its_own(lacking):
    lacking.post("/api/short/start")
    found = until(lambda: short(lacking), lambda found: found["state"] == "ended", 90)
    assert found["result"]["kind"] == "explained"
    causes = [row for row in found["rows"] if row["kind"] == "cause"]
    assert "P01" in causes[0]["people"]
    assert "participants.csv, P01, availability" in causes[0]["places"]
    ways = [row for row in found["rows"] if row["kind"] == "way"]
    assert ways[0]["helps"] == ["P01"]
    assert ways[0]["steps"][0]["file"] == "participants.csv"


def test_a_place_is_tried_in_the_draft_and_taken_back(browser, lacking):
    expect = pytest.importorskip("playwright.sync_api").expect
    with watched_tab(browser, lacking.running) as tab:
        tab.goto(lacking.running.link())
        expect(tab.locator("header .brand")).to_be_visible()
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
