"""People who are short: what they lack, a place for it that is tried in the draft, why, and what would help."""

import pytest

from tests.support.browsing import axe
from tests.support.page_world import know_answer, until, week_tab


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


def revision(client):
    return short(client)["revision"]


def test_who_lacks_what_and_what_could_be_held(lacking):
    found = short(lacking)
    assert (found["is_empty"], found["state"]) == (True, "none")
    first, second = found["people"]
    assert (first["participant"], first["minutes"], first["text"]) == ("P01", 180, "lacks 3 individual")
    assert [one["id"] for one in second["unplaced"]] == ["need:P02:individual"]


@pytest.mark.slow
def test_causes_and_ways_out_come_from_a_process_of_its_own(lacking, small):
    lacking.post("/api/short/start")
    found = until(lambda: short(lacking), lambda found: found["state"] == "ended", 180)
    assert found["result"]["kind"] == "explained"
    rows = [row for row in found["rows"] if row["kind"] in {"standing", "cause", "way"}]
    assert [rows[0]["kind"], rows[1]["kind"], rows[-1]["kind"]] == ["standing", "cause", "way"]
    assert "1 of 2 participants is short" in rows[0]["lines"][0]
    assert rows[0]["is_least"]
    assert "P01" in rows[1]["people"]
    assert "participants.csv, P01, availability" in rows[1]["places"]
    assert rows[-1]["helps"] == ["P01"]
    assert rows[-1]["steps"][0]["file"] == "participants.csv"
    assert not any(row["is_so_far"] for row in rows if row["kind"] == "way")  # those are told in their order
    before = (small / "participants.csv").read_bytes()
    way = rows[-1]["mark"]
    assert lacking.post("/api/trial/start", {"way": way})["trial"]["state"] == "searching"
    until(lambda: trial(lacking), lambda found: found["state"] == "found", 180)
    lacking.post("/api/trial/takeback", {"way": way, "revision": revision(lacking)})
    assert (small / "participants.csv").read_bytes() == before


HOURS, MORE = "Mon 09:00-10:00", "Mon 09:00-10:00; Tue 09:00-10:00; Wed 09:00-10:00"
STEP = {"kind": "participant_window", "file": "participants.csv", "id": "P01", "column": "availability", "old": HOURS}
WAY = {
    "kind": "way",
    "is_so_far": False,
    "number": 1,
    "line": "Ask the coordinator: P01 has 1 h more (3 points).",
    "helps": ["P01"],
    "steps": [
        {"sentence": "P01 comes on Tuesday, too.", "file": "participants.csv", "row": "P01", "column": "availability"}
    ],
    "written": [{**STEP, "new": MORE, "price": 3, "decider": "coordinator", "sentence": ""}],
}
COLUMNS = "participant_id,population,availability\n"


@pytest.fixture
def short_of_time(playing, small):
    """Return somebody at a page; P01 is there for one hour a week, where three are needed. Searches are recorded ones."""
    (small / "participants.csv").write_text(f"{COLUMNS}P01,adult,{HOURS}\nP02,adult,\n", encoding="utf-8")
    return playing


@pytest.fixture
def explained(short_of_time):
    """Return somebody who was told one way out."""
    know_answer(short_of_time, "explain", [WAY], {"kind": "explained"})
    return short_of_time


def trial(client):
    return client.get("/api/trial")["trial"]


def test_a_way_out_is_searched_at_once_and_had_or_taken_back_whole(explained, small):
    table = small / "participants.csv"
    before = table.read_bytes()
    (way,) = (row["mark"] for row in short(explained)["rows"])
    assert trial(explained) is None
    assert explained.post("/api/trial/start", {"way": way})["trial"]["state"] == "searching"
    assert MORE in table.read_text(encoding="utf-8")
    assert not short(explained)["is_of_now"]
    assert explained.answer("POST", "/api/trial/start", {"way": way})[0] == 409  # one thing at a time
    explained.post("/api/solve/stop")
    found = until(lambda: trial(explained), lambda found: found["state"] == "found")
    assert (found["way"], found["line"], found["helps"]) == (way, WAY["line"], ["P01"])
    needs = {
        row["participant"]: (row["now_text"], row["then_text"]) for row in explained.get("/api/solve/found")["needs"]
    }
    assert needs == {"P01": ("3 h", "0 h"), "P02": ("1 h", "0 h")}
    assert explained.answer("POST", "/api/trial/have", {"way": "other", "revision": revision(explained)})[0] == 409
    had = explained.post("/api/trial/have", {"way": way, "revision": revision(explained)})
    assert (had["trial"]["state"], had["state"]["moves"]) == ("taken", 1)
    assert explained.answer("POST", "/api/trial/takeback", {"way": way, "revision": 1})[1]["error"] == "stale"
    back = explained.post("/api/trial/takeback", {"way": way, "revision": had["state"]["revision"]})
    assert (back["trial"], back["state"]["moves"]) == (None, 0)
    assert explained.get("/api/week")["sessions"] == []
    assert table.read_bytes() == before
    assert short(explained)["is_of_now"]
    assert explained.answer("POST", "/api/trial/start", {"way": "none"})[0] == 404


def test_what_is_tried_ends_with_its_search_and_is_not_taken_back_over_later_moves(explained, small):
    before = (small / "participants.csv").read_bytes()
    (way,) = (row["mark"] for row in short(explained)["rows"])
    explained.post("/api/trial/start", {"way": way})
    explained.post("/api/trial/takeback", {"way": way, "revision": revision(explained)})  # while it is searched
    assert (small / "participants.csv").read_bytes() == before
    assert explained.get("/api/solve")["is_found"] is False
    explained.post("/api/trial/start", {"way": way})
    explained.post("/api/solve/stop")
    until(lambda: trial(explained), lambda found: found["state"] == "found")
    explained.post("/api/solve/take", {"revision": revision(explained)})  # in step Solve: it is the same week
    assert trial(explained)["state"] == "taken"
    session = explained.get("/api/week")["sessions"][0]["id"]
    moved = explained.post(
        "/api/week/move", {"revision": revision(explained), "move": {"kind": "unplace", "session": session}}
    )
    assert trial(explained)["state"] == "moved"
    later = explained.answer("POST", "/api/trial/takeback", {"way": way, "revision": moved["revision"]})
    assert (later[0], later[1]["error"]) == (409, "later")


def test_a_try_is_told_from_an_earlier_one_whose_week_is_still_the_draft(explained, small):
    table = small / "participants.csv"
    before = table.read_bytes()
    (way,) = (row["mark"] for row in short(explained)["rows"])
    for at in (0, 1):
        explained.post("/api/trial/start", {"way": way})
        explained.post("/api/solve/stop")
        until(lambda: trial(explained), lambda found: found["state"] == "found")
        if at:
            explained.post("/api/solve/discard")
            assert trial(explained)["state"] == "written"
            break
        explained.post("/api/trial/have", {"way": way, "revision": revision(explained)})
        explained.post("/api/input/undo", {"revision": explained.get("/api/input/revision")["revision"]})
        session = explained.get("/api/week")["sessions"][0]["id"]
        move = {"kind": "unplace", "session": session}
        explained.post("/api/week/move", {"revision": revision(explained), "move": move})
    moves = explained.get("/api/week")["state"]["moves"]
    back = explained.post("/api/trial/takeback", {"way": way, "revision": revision(explained)})
    assert (back["trial"], back["state"]["moves"], table.read_bytes()) == (None, moves, before)


def test_nothing_is_taken_back_by_half_where_another_program_has_changed_the_week(explained, small):
    (way,) = (row["mark"] for row in short(explained)["rows"])
    explained.post("/api/trial/start", {"way": way})
    explained.post("/api/solve/stop")
    until(lambda: trial(explained), lambda found: found["state"] == "found")
    had = explained.post("/api/trial/have", {"way": way, "revision": revision(explained)})
    explained.post("/api/week/save", {"revision": had["state"]["revision"]})
    sessions = small / "schedules/2026-11-30/sessions.csv"
    sessions.write_text(sessions.read_text(encoding="utf-8").replace("R1", "R2"), encoding="utf-8")
    asked = {"way": way, "revision": revision(explained)}
    assert explained.answer("POST", "/api/trial/takeback", asked)[1]["error"] == "elsewhere"
    assert MORE in (small / "participants.csv").read_text(encoding="utf-8")


def test_a_way_out_is_tried_by_its_button(browser, explained, small):
    expect = pytest.importorskip("playwright.sync_api").expect
    with week_tab(browser, explained) as tab:
        tab.get_by_role("link", name="People short").click()
        tab.get_by_role("button", name="Try it: way out 1").click()
        expect(tab.locator("#trial")).to_be_focused()
        tab.locator("#trial-stop").click()
        expect(tab.locator("#trial-facts")).to_contain_text("P01 lacks nothing any more, in the draft 3 h")
        expect(tab.locator("#trial-facts")).to_contain_text("Who else gains: P02")
        assert axe(tab) == []
        tab.locator("#trial-side").click()
        expect(tab.locator("#side")).to_be_visible()
        tab.locator("#trial-have").click()
        expect(tab.locator("#short-none")).to_be_visible()
        assert axe(tab) == []
        tab.locator("#trial-back").click()
        expect(tab.locator("#status")).to_contain_text("as they were before")
        expect(tab.locator("#short-title")).to_be_focused()
        expect(tab.locator("#short-P01")).to_contain_text("lacks 3 individual")
        assert MORE not in (small / "participants.csv").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_search_that_ends_before_an_answer_about_it_comes_is_shown_as_it_ended(browser, explained):
    expect = pytest.importorskip("playwright.sync_api").expect
    with week_tab(browser, explained) as tab:
        late = []
        tab.get_by_role("link", name="People short").click()
        tab.get_by_role("button", name="Try it: way out 1").click()
        expect(tab.locator("#trial")).to_be_focused()
        before = explained.get("/api/trial")
        assert before["trial"]["state"] == "searching"
        tab.route("**/api/trial?*", lambda route: route.continue_() if late else late.append(route))
        tab.locator("#trial-stop").click()
        expect(tab.locator("#trial-facts")).to_be_visible()
        with tab.expect_response("**/api/trial?*"):
            late[0].fulfill(response=late[0].fetch(), json=before)
        expect(tab.locator("#status")).not_to_contain_text("Stopping")
        expect(tab.locator("#trial-facts")).to_be_visible()


def test_a_place_is_tried_in_the_draft_and_taken_back(browser, lacking):
    expect = pytest.importorskip("playwright.sync_api").expect
    with week_tab(browser, lacking) as tab:
        tab.get_by_role("link", name="Week", exact=False).first.click()
        tab.get_by_role("button", name="Why? P02").first.click()
        row = tab.locator("#short-P02")
        expect(row).to_be_focused()
        assert "P02" not in tab.url
        tab.get_by_role("button", name="See the week of P02").click()
        expect(tab.locator("#wk-find")).to_have_value("P02")
        tab.locator("#wk-why").click()
        expect(row).to_contain_text("lacks 1 individual")
        assert axe(tab) == []
        tab.locator("#place-need-P02-individual").click()
        row.get_by_role("button", name="Try it").first.click()
        expect(row).to_have_count(0)
        expect(tab.locator("#status")).to_contain_text("Undo takes it back")
        expect(tab.locator("#undo")).to_be_focused()
        expect(tab.locator("#short-explain")).to_have_text("Save the draft and find out why")
        assert axe(tab) == []
        tab.keyboard.press("Enter")
        expect(row).to_contain_text("lacks 1 individual")
