"""Who else could come: the waitlist, room for more, what one more costs; somebody is admitted, a step is tried, both undoable."""

import pytest

from tests.support.browsing import axe
from tests.support.page_world import know_answer, until, week_tab

WINDOW = {"file": "therapists.csv", "id": "T01", "column": "max_hours_per_week", "old": "", "new": "26"}
REFERRAL = {
    "kind": "referral",
    "person": "W01",
    "can_start": True,
    "line": "W01 alone can start, primary T01.",
    "places": [],
}
ROWS = [
    {"kind": "heading", "waiting": 2, "kinds": 1, "moves_nobody": True},
    {"kind": "together", "line": "1 of 2 on the waitlist can start at once (proven): W01.", "who": ["W01"]},
    REFERRAL,
    {**REFERRAL, "person": "W02", "can_start": False, "line": "W02 cannot start: nobody is there.", "places": ["rooms.csv"]},
    {"kind": "more", "title": "adult, any time", "more": 2, "bound": 2, "sure": "proven"},
    {
        "kind": "next",
        "title": "adult, any time",
        "points": 3,
        "why": ["T01 has 25 h of 25 h in sessions (therapists.csv)."],
        "steps": [{"sentence": "T01 has 1 h more a week.", "file": "therapists.csv", "row": "T01", "column": "max_hours_per_week"}],
        "written": [{**WINDOW, "kind": "staff_hours", "price": 3, "sentence": ""}],
    },
    {"kind": "later", "person": "W02", "week": None, "line": "W02: no week was found."},
    {"kind": "left", "about": "If nothing moves.", "columns": ["Day", "Rooms"], "cells": [["Mon", 1]]},
]  # fmt: skip
WAITLIST = "participant_id,population,referred\nW01,adult,2026-11-02\nW02,adult,2026-11-09\n"


@pytest.fixture
def waiting(playing, small):
    """Return somebody at a page; two people wait."""
    (small / "waitlist.csv").write_text(WAITLIST, encoding="utf-8")
    return playing


@pytest.fixture
def counted(waiting):
    """Return somebody who was told who could come."""
    know_answer(waiting, "capacity", ROWS, {"kind": "counted", "people": 0, "minutes": 0})
    return waiting


def marks(client):
    return [row["mark"] for row in client.get("/api/newcomers")["rows"] if row["mark"]]


def revision(client):
    return client.get("/api/week")["revision"]


def test_somebody_who_waits_is_admitted_and_is_on_the_waitlist_again(counted, small):
    before = (small / "participants.csv").read_bytes()
    admitted = counted.post("/api/trial/admit", {"person": "W01"})["trial"]
    assert (admitted["state"], admitted["way"], admitted["helps"]) == ("searching", marks(counted)[0], ["W01"])
    assert "W01,adult" in (small / "participants.csv").read_text(encoding="utf-8")
    assert f",{counted.week}" in (small / "participants.csv").read_text(encoding="utf-8")  # from this week on
    assert "W01" not in (small / "waitlist.csv").read_text(encoding="utf-8")
    counted.post("/api/trial/takeback", {"way": admitted["way"], "revision": revision(counted)})
    assert (small / "waitlist.csv").read_text(encoding="utf-8") == WAITLIST
    assert (small / "participants.csv").read_bytes() == before
    assert counted.answer("POST", "/api/trial/admit", {"person": "P01"})[0] == 404


def test_a_step_for_one_more_is_written_and_nobody_is_moved(counted, small):
    before = (small / "therapists.csv").read_bytes()
    way = marks(counted)[-1]
    tried = counted.post("/api/trial/start", {"way": way})["trial"]
    assert (tried["state"], tried["kind"], tried["search"]) == ("written", "next", None)
    assert (small / "therapists.csv").read_bytes() != before
    counted.post("/api/trial/takeback", {"way": way, "revision": revision(counted)})
    assert (small / "therapists.csv").read_bytes() == before


@pytest.mark.slow
def test_the_waitlist_and_the_next_place_on_the_page(browser, counted, small):
    expect = pytest.importorskip("playwright.sync_api").expect
    against = {"kind": "none", "why": "input", "faults": 1, "issues": ["pins.csv:2: T01 is away. Move the pin."]}
    know_answer(counted, "explain", [], against)
    with week_tab(browser, counted) as tab:
        tab.get_by_role("link", name="People short").click()
        expect(tab.locator("#waitlist")).to_contain_text("W02 cannot start: nobody is there. rooms.csv W02: no week")
        expect(tab.locator("#short-failed li")).to_have_text("pins.csv:2: T01 is away. Move the pin.")
        expect(tab.locator("#newcomers-fixed")).to_be_checked()
        expect(tab.locator("#kinds")).to_contain_text("adult, any time")
        assert axe(tab) == []
        tab.locator("#try-next-1").click()
        expect(tab.locator("#trial")).to_be_focused()
        tab.locator("#trial-back").click()
        expect(tab.locator("#trial")).to_have_count(0)
        tab.locator("#admit-W01").click()
        expect(tab.locator("#trial")).to_contain_text("W01")
        assert axe(tab) == []


@pytest.mark.slow
def test_who_could_come_is_answered_in_a_process_of_its_own(waiting):
    waiting.running.page.searches.command = type(waiting.running.page.searches)().command
    waiting.post("/api/newcomers/start", {"moves_nobody": False})
    found = until(lambda: waiting.get("/api/newcomers"), lambda found: found["state"] == "ended", 150)
    kinds = [row["kind"] for row in found["rows"]]
    assert kinds[:4] == ["heading", "together", "referral", "referral"]
    assert "more" in kinds
    assert found["result"]["kind"] == "counted"
