"""``iopsched capacity``."""

import json
import re

import pytest
from openpyxl import load_workbook

from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.work import capacities
from tests.support.commands import invoke
from tests.support.tiny_capacity import WAITLIST, write_tiny

WEEK = ["--week", "2026-11-30", "--workers", "1", "--time-limit", "300"]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """Return a clinic with one hour left and three people on its waitlist; the third is admitted the week after."""
    return write_tiny(tmp_path_factory.mktemp("clinic"), waitlist=WAITLIST)


def run(*words):
    """Run the command."""
    return invoke("capacity", *words)


@pytest.fixture(scope="module")
def told(clinic):
    """Return the answer as JSON."""
    result = run(clinic, *WEEK, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_json_has_what_the_format_says(told):
    assert told["schema"] == "iopsched.capacity/1"
    for row in told["kinds"]:
        assert list(row) == ["population", "track", "part", "more", "bound", "limited_by", "price_of_next"]
        for fact in row["limited_by"]:
            assert list(fact) == ["file", "id", "column", "value", "sentence"]
        for step in row["price_of_next"]:
            assert set(step) >= {"kind", "file", "id", "column", "old", "new", "price", "sentence"}
    for row in told["waitlist"]:
        assert list(row)[:6] == ["participant_id", "can_start", "group_id", "therapist_id", "earliest_week", "why"]
    assert list(told["together"])[:3] == ["most", "bound", "who"]


def test_whoever_has_waited_longer_comes_and_each_alone_could(told):
    assert told["together"] == {"most": 1, "bound": 1, "who": ["W2"], "in_order": True}
    rows = [
        (row["participant_id"], row["can_start"], row["therapist_id"], row["earliest_week"]) for row in told["waitlist"]
    ]
    assert rows == [
        ("W3", False, None, "2026-12-07"),
        ("W2", True, "T1", "2026-11-30"),
        ("W1", True, "T1", "2026-11-30"),
    ]
    assert told["unfinished"] == []


def test_tables_that_contradict_themselves_have_no_capacity(tmp_path):
    pair = "a,b\nP1,P2\n"
    clinic = write_tiny(tmp_path / "clinic", keep_together=pair, keep_apart=pair)
    result = run(clinic, *WEEK, "--json")
    assert result.exit_code == 5
    assert result.stdout == ""
    assert "C-TOGETHER-APART" in result.stderr


def test_a_kind_has_its_limit_and_the_price_of_the_next(told):
    (row,) = told["kinds"]
    assert (row["population"], row["track"], row["part"], row["more"], row["bound"]) == ("adult", "", "", 1, 1)
    assert [(fact["id"], fact["value"]) for fact in row["limited_by"]] == [("T1", "3")]
    assert [(step["column"], step["old"], step["new"]) for step in row["price_of_next"]] == [
        ("max_hours_per_week", "3", "4")
    ]


def test_the_words_tell_the_same_and_nothing_is_written(clinic):
    before = {path: path.read_bytes() for path in clinic.rglob("*") if path.is_file()}
    result = run(clinic, *WEEK, "--move-nobody")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "1 of 3 on the waitlist can start at once (proven): W2." in lines
    assert "  adult, any time: 1 (proven)" in lines
    assert "  W3 can start from the week of 7 December on." in lines
    assert "  adult, any time: T1 has 3 h of 3 h in sessions (therapists.csv)." in lines
    assert {path: path.read_bytes() for path in clinic.rglob("*") if path.is_file()} == before


def test_the_answer_is_a_page_with_a_map_and_a_workbook(clinic, tmp_path):
    done = run(clinic, *WEEK, "--to", "html,xlsx", "--into", tmp_path)
    page, book = tmp_path / "capacity-2026-11-30.html", tmp_path / "capacity-2026-11-30.xlsx"
    assert done.stdout.splitlines()[-2:] == [str(book), str(page)]
    text = page.read_text(encoding="utf-8")
    assert 'aria-labelledby="picture-places-title' in text
    assert text.count(">0 seats<") == 5
    sheets = load_workbook(book)
    assert sheets.sheetnames == ["Waitlist", "Room for more", "What breaks first", "Left in the week"]
    rows = {
        name: [[cell for cell in row if cell is not None] for row in sheets[name].iter_rows(values_only=True)]
        for name in sheets.sheetnames
    }
    assert ["W2", "2026-11-10", "can start", "T1", "30 November", "yes"] in rows["Waitlist"]
    assert ["adult", "any time", 1, "proven"] in rows["Room for more"]
    assert ["therapists.csv", "T1", "max_hours_per_week", "3", "4"] in [row[-6:-1] for row in rows["What breaks first"]]
    assert [row[0] for row in rows["Left in the week"] if row][-5:] == ["Mon", "Tue", "Wed", "Thu", "Fri"]


def test_whoever_waits_is_shown_as_names_says(clinic, tmp_path):
    run(clinic, *WEEK, "--to", "html", "--into", tmp_path, "--names", "none")
    text = (tmp_path / "capacity-2026-11-30.html").read_text(encoding="utf-8")
    assert "1 of 3 on the waitlist can start at once (proven)." in text
    assert not re.search(r"\bW[123]\b", text)


def test_without_a_folder_somebody_says_where_to_write(clinic, tmp_path):
    done = run(clinic, *WEEK, "--to", "html")
    assert done.exit_code == 2
    assert "name where to write with --into" in done.stderr
    assert run(clinic, *WEEK, "--to", "ics", "--into", tmp_path).exit_code == 2


def test_faults_of_the_tables_are_bad_input(tmp_path):
    write_tiny(tmp_path, waitlist="participant_id,population\nW1,nobody\n")
    assert run(tmp_path, *WEEK).exit_code == 3


def test_pins_that_contradict_each_other_leave_nothing_to_say(tmp_path):
    pins = "action,participant_id,therapist_id,service_id,day,start\nmust,P1,T1,individual,Mon,10:00\n"
    write_tiny(tmp_path, pins=pins + "must,P2,T1,individual,Mon,10:00\n")
    assert run(tmp_path, *WEEK).exit_code == 5


@pytest.mark.parametrize(
    ("outcome", "code", "status"), [(Infeasible(()), 5, "contradiction"), (OutOfTime(1), 6, "out_of_time")]
)
def test_a_machine_hears_that_there_is_no_week(tmp_path, monkeypatch, outcome, code, status):
    write_tiny(tmp_path)
    monkeypatch.setattr(capacities, "answer", lambda *_, **__: outcome)
    done = run(tmp_path, *WEEK, "--json")
    assert done.exit_code == code
    assert json.loads(done.stdout)["status"] == status


def test_whoever_cannot_start_is_told_the_cells_that_keep_them(tmp_path):
    waiting = "participant_id,population,track,availability,individual_per_week\nW1,adult,sud,Mon 09:00-09:30,1\n"
    write_tiny(tmp_path / "c", waitlist=waiting)
    (row,) = json.loads(run(tmp_path / "c", *WEEK, "--json", "--to", "html", "--into", tmp_path).stdout)["waitlist"]
    assert (row["can_start"], row["proven"]) == (False, True)
    assert row["why"].startswith("If admitted now, W1 lacks 1 h even with the clinic to themselves: ")
    assert row["why"].endswith("W1 can come only Mon 09:00-09:30 (waitlist.csv, availability).")
    assert list(row)[5:] == ["why", "proven"]
    assert "waitlist.csv, W1, availability: Mon 09:00-09:30" in (tmp_path / "capacity-2026-11-30.html").read_text(
        "utf-8"
    )


def test_whoever_would_need_more_staff_is_told_whose_hours(tmp_path):
    people = "participant_id,population,individual_per_week\nP1,adult,1\nP2,adult,1\nP3,adult,1\n"
    write_tiny(tmp_path, participants=people, waitlist="participant_id,population\nW1,adult\n")
    assert (
        "  W1 cannot start: If admitted now, W1 lacks 1 h: 240 minutes are asked for, and there are 180, because T1 may "
        "have 3 hours of sessions a week (therapists.csv, max_hours_per_week)."
    ) in run(tmp_path, *WEEK).stdout.splitlines()
