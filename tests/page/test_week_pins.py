"""A pin of the draft that is kept in ``pins.csv``, and let go again."""

import csv

import pytest

from benchmarks.page import full_clinic
from iopsched.convert.workbook import workbook_bytes
from iopsched.ingest.source.raw import read_raw
from iopsched.work.weekpins import keep_session
from tests.support.editing_world import clinic_at, edited, hold, make, place
from tests.support.page_weeks import week_tab

FIRST = "individual-001"
ROW = {
    "action": "must", "participant_id": "P01", "therapist_id": "T01", "room_id": "R1", "group_id": "", "service_id": "individual",
    "day": "Mon", "start": "09:00", "from": "2026-11-30", "until": "2026-12-06",
}  # fmt: skip


@pytest.fixture
def clinic(tmp_path):
    return clinic_at(tmp_path / "clinic")


@pytest.fixture
def week(client):
    """Return the week in which P01 has an hour."""
    asked = hold("11-30", "09:00", room="R1", therapist="T01")
    return client.move(client.get("/api/week")["revision"], asked)


def pins(clinic):
    return list(csv.DictReader((clinic / "pins.csv").read_text(encoding="utf-8").splitlines()))


def keep(client, week, key=FIRST, *, is_kept=True):
    return client.post("/api/week/keep", {"revision": week["revision"], "session": key, "keep": is_kept})


def test_a_session_is_kept_as_a_row_for_its_week_and_let_go_again(client, week, clinic):
    assert [row["kept"] for row in week["sessions"]] == [False]
    kept = keep(client, week)
    assert pins(clinic) == [ROW]
    assert ([row["kept"] for row in kept["sessions"]], kept["broken"]) == ([True], [])
    assert keep(client, kept)["revision"] == kept["revision"]
    assert pins(clinic) == [ROW]
    again = {"revision": kept["revision"], "move": place(FIRST, start="10:00")}
    moved = client.post("/api/week/try", again)
    assert [rule["rule"] for rule in moved["broken"]["new"]] == ["pin"]
    gone = keep(client, kept, is_kept=False)
    assert (pins(clinic), [row["kept"] for row in gone["sessions"]]) == ([], [False])


def test_a_session_that_has_moved_since_takes_its_pin_along_or_leaves_it(client, week, clinic):
    kept = keep(client, week)
    body = {"revision": kept["revision"], "move": place(FIRST, start="10:00")}
    moved = client.post("/api/week/move", body)
    there = {"date": "2026-11-30", "start": "09:00", "room": "R1", "therapist": "T01"}
    assert [(row["kept"], row["left"]) for row in moved["sessions"]] == [(False, [there])]
    along = keep(client, moved)
    assert pins(clinic) == [ROW | {"start": "10:00"}]
    assert ([(row["kept"], row["left"]) for row in along["sessions"]], along["broken"]) == ([(True, [])], [])
    back = client.post("/api/week/undo", {"revision": along["revision"]})
    gone = keep(client, back, is_kept=False)
    assert (pins(clinic), gone["broken"]) == ([], [])


def test_a_row_of_the_directors_own_that_is_met_is_none_that_is_left(client, week, clinic):
    own = "must,P01,T01,individual,Mon,09:00,2026-11-30,2026-12-06"
    text = f"action,participant_id,therapist_id,service_id,day,start,from,until\n{own}\n"
    (clinic / "pins.csv").write_text(text, encoding="utf-8")
    assert [(row["kept"], row["left"]) for row in client.get("/api/week")["sessions"]] == [(False, [])]


def test_it_is_one_change_of_the_input_to_be_taken_back(client, week, clinic):
    before = client.get("/api/week")
    keep(client, week)
    found = client.get("/api/input")
    assert found["undo"] == {"table": "pins.csv", "cells": 0, "added": 1, "removed": 0, "session": FIRST}
    client.post("/api/input/undo", {"revision": found["revision"]})
    assert not (clinic / "pins.csv").exists()
    assert client.get("/api/week") == before


def test_other_rows_stay_to_the_byte(client, week, clinic):
    theirs = b"Action;Participant ID;service_id;start\r\nmust_not;P02;individual;10:00\r\n"
    (clinic / "pins.csv").write_bytes(theirs)
    kept = keep(client, client.get("/api/week"))
    written = (clinic / "pins.csv").read_bytes()
    assert b"must_not;P02;individual;10:00" in written
    assert [row["kept"] for row in kept["sessions"]] == [True]
    gone = keep(client, kept, is_kept=False)
    assert [row["kept"] for row in gone["sessions"]] == [False]
    assert b"P02" in (clinic / "pins.csv").read_bytes()
    assert b"P01" not in (clinic / "pins.csv").read_bytes()


def test_what_cannot_be_kept_is_refused_and_nothing_is_written(client, week, clinic):
    body = {"revision": week["revision"], "session": FIRST, "keep": True}
    for wrong, status in (
        ({"keep": "yes"}, 400),
        ({"session": "nobody"}, 400),
        ({"revision": week["revision"] - 1}, 409),
    ):
        assert client.answer("POST", "/api/week/keep", body | wrong)[0] == status
    (clinic / "pins.csv").write_text("action,participant_id,service_id\nmust_not,P01,individual\n", encoding="utf-8")
    before = (clinic / "pins.csv").read_bytes()
    status, found = client.answer("POST", "/api/week/keep", body)
    assert (status, found["error"]) == (400, "refused")
    assert "row" in found
    assert (clinic / "pins.csv").read_bytes() == before


def test_a_group_is_pinned_as_a_group_and_a_family_by_each_of_its_people(tmp_path):
    folder = full_clinic(tmp_path / "full")
    week = edited(folder)
    state = week.state()
    session = next(row for row in state.week.schedule.sessions if row.group_id in state.opened.problem.group)
    keep_session(folder, week, state.revision, session.id, is_kept=True)
    rows = [row for row in pins(folder) if row["from"] == "2026-11-30" and row["until"] == "2026-12-06"]
    assert [(row["group_id"], row["participant_id"]) for row in rows] == [(session.group_id, "")]
    assert week.judged()[1].violations == ()


def test_a_workbook_gets_a_sheet(tmp_path):
    book = tmp_path / "clinic.xlsx"
    book.write_bytes(workbook_bytes(read_raw(clinic_at(tmp_path / "folder"))[0]))
    week = edited(book)
    state = make(week, hold("11-30", "09:00", room="R1", therapist="T01"))
    written = keep_session(book, week, state.revision, FIRST, is_kept=True)
    assert [{**ROW, **row} for row in written.tables.rows("pins.csv").values()] == [ROW]
    gone = keep_session(book, week, week.state().revision, FIRST, is_kept=False)
    assert not gone.tables.rows("pins.csv")


@pytest.mark.slow
def test_a_pin_is_kept_and_let_go_in_the_browser(browser, personal, tmp_path):
    template = full_clinic(tmp_path / "template")
    with week_tab(browser, personal, template, tmp_path / "full") as shown:
        tab, key = shown.tab, "G01-1"
        shown.block(key).click()
        assert tab.locator("#wk-keep").count() == 0
        tab.click("#wk-pin")
        tab.locator("#wk-keep").get_by_text("Keep this pin").wait_for()
        tab.locator("#wk-keep").press("Enter")
        tab.locator("#wk-keep").get_by_text("Take out of pins.csv").wait_for()
        assert "pins.csv says so now" in shown.status.inner_text()
        assert (shown.session(key)["kept"], shown.focused()) == (True, "wk-keep")
        assert any(row["group_id"] == "G01" for row in pins(shown.folder))
        tab.locator("#wk-keep").press("Enter")
        tab.locator("#wk-keep").get_by_text("Keep this pin").wait_for()
        assert not any(row["group_id"] == "G01" for row in pins(shown.folder))
