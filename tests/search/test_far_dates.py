"""Dates far out are told at their cell, and the first and the last week that can be planned are read back."""

import csv
import shutil
from datetime import date

import pytest

from iopsched.domain.outcome import Solved
from iopsched.domain.timegrid import FIRST_WEEK, LAST_WEEK
from iopsched.files.output import schedule_files, write_schedule
from iopsched.ingest import inspect_clinic, inspect_schedule
from iopsched.params import SolveParams
from iopsched.search import solve
from iopsched.verifier import hours, violations
from tests.support.solving import DATA

WEEK = date(2026, 11, 30)
CELLS = (
    *[
        ("participants", name)
        for name in ("admitted", "discharged", "authorized_from", "authorized_until", "certified")
    ],
    *[("time_off", "start"), ("time_off", "end"), ("pins", "from"), ("pins", "until"), ("steps", "from")],
    *[("needs", "last_held"), ("attendance", "date"), ("waitlist", "referred")],
)


def with_day(folder, day, cells):
    """Return a copy of the whole example with a date in the first row of these columns."""
    shutil.copytree(DATA / "complete", folder)
    for table, column in cells:
        put(folder / f"{table}.csv", column, day)
    return folder


def put(path, column, day):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[1][rows[0].index(column)] = day
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_date_that_no_calendar_can_hold_is_told_at_its_cell(tmp_path, day):
    """What runs until further notice has a blank end, or one that some of us will see."""
    issues = inspect_clinic(with_day(tmp_path / "clinic", day, CELLS), WEEK).issues
    told = [str(issue) for issue in issues if issue.code == "E-DATE"]
    sentence = f"E-DATE '{day}' has a year outside 1900 to 2199. Check the year."
    assert sorted(told) == sorted(f"{table}.csv:2, column {column}: {sentence}" for table, column in CELLS)


def test_the_last_day_that_can_be_written_is_read(tmp_path):
    cells = [("participants", "certified"), ("time_off", "end"), ("pins", "until")]
    assert inspect_clinic(with_day(tmp_path / "clinic", "2199-12-31", cells), WEEK).problem is not None


SOON = SolveParams(time_limit_s=60, deterministic_limit=0.1, workers=1)


@pytest.fixture(scope="module")
def found():
    """Return what a clinic's files say, and a week of it."""
    given = inspect_clinic(DATA / "mwf_mornings", WEEK)
    return given, solve(given.problem, SOON)


def written(folder, given, outcome):
    """Write a week and return its folder."""
    rows = hours(given.problem, outcome.schedule)
    write_schedule(folder, schedule_files(given.problem, outcome, rows, SolveParams(), given.inputs_sha256))
    return folder


@pytest.mark.parametrize("week", [FIRST_WEEK, LAST_WEEK])
def test_the_first_and_the_last_week_are_written_and_read_back(tmp_path, week):
    found = inspect_clinic(DATA / "mwf_mornings", week)
    outcome = solve(found.problem, SOON)
    assert isinstance(outcome, Solved)
    read = inspect_schedule(written(tmp_path / "week", found, outcome), found.problem)
    assert not [issue for issue in read.issues if issue.level == "error"]
    assert read.schedule.week == week
    assert not violations(found.problem, read.schedule)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2199-12-30", "1969-12-31"])
def test_a_session_that_lies_far_out_is_told_at_its_row(tmp_path, found, day):
    given, outcome = found
    path = written(tmp_path / "week", given, outcome) / "sessions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-11-30", day), encoding="utf-8")
    read = inspect_schedule(tmp_path / "week", given.problem)
    told = [str(issue) for issue in read.issues]
    assert any(line.startswith("sessions.csv:2, column date: E-") and day in line for line in told), told
