"""The absence of whoever leads a group is tried for its members, also where another therapist is their primary."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.alonecells import AloneCells
from iopsched.answers.causes.finding import find_causes
from iopsched.domain.schedule import Schedule
from iopsched.ingest import read_problem

STEP_DOWN = Path(__file__).parents[3] / "data" / "step_down"


@pytest.fixture(scope="module")
def base():
    """Return a week in which nothing is held, with an absence of a group's lead."""
    problem = read_problem(STEP_DOWN, date(2026, 11, 30))
    closed = problem.time_off[0]
    early = timedelta(days=24)
    away = replace(closed, kind="therapist", id="MAX", start=closed.start - early, end=closed.end - early)
    problem = replace(problem, time_off=(*problem.time_off, away))
    return Base.of(problem, Schedule(problem.week, ()), 0)


def test_the_absence_of_a_lead_comes_before_other_rows_of_staff(base):
    assert base.problem.participant["S14"].primary_id == "NIA"
    rows = [(cell.fact.file, cell.row) for cell in AloneCells(base, "S14", 60, Budget.of(60)).about()]
    staff = [place for place, (file, _) in enumerate(rows) if file == "therapists.csv"]
    assert staff
    assert rows.index(("time_off.csv", "MAX")) < min(staff)


def test_whoever_was_not_looked_at_is_told_in_one_sentence(base):
    asked = replace(base, unmet={"S11": 60, "S12": 60})
    told = find_causes(asked, Budget.of(0.0)).unfinished
    assert [str(row) for row in told] == ["Time ended before it was known why S11, S12 are short."]
