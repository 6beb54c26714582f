"""A search that begins with a given schedule, and one that ends with an earlier goal than the last."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from iopsched import search
from iopsched.ingest import read_problem
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.verifier import violations

WEEK = date(2026, 11, 30)
DATA = Path(__file__).parents[2] / "data"
FAST = SolveParams(10, workers=1)


@pytest.fixture(scope="module")
def problem():
    return read_problem(DATA / "mwf_mornings", WEEK)


@pytest.fixture(scope="module")
def solved(problem):
    return search.solve(problem, FAST, last=GoalId.UNMET_NEED)


def test_a_search_that_ends_early_proves_what_it_searched_and_nothing_else(problem, solved):
    first, *others = solved.goals
    assert first.is_proven
    assert set(solved.untried) <= {row.name for row in others}
    assert not violations(problem, solved.schedule)


def test_a_search_begins_with_the_given_schedule(problem, solved):
    """A moment is too short to find a week of this clinic, and long enough to take one over."""
    again = search.solve(problem, replace(FAST, time_limit_s=0.3), start=solved.schedule, last=GoalId.UNMET_NEED)
    assert again.goals[0].value <= solved.goals[0].value


def test_a_start_that_is_illegal_here_is_left_alone(problem, solved):
    gone = solved.schedule.sessions[0].therapist_ids[0]
    staff = (row for row in problem.therapists if row.id == gone)
    away = replace(next(staff), max_minutes_per_week=0)
    others = tuple(row for row in problem.therapists if row.id != gone)
    changed = replace(problem, therapists=(*others, away))
    again = search.solve(changed, FAST, start=solved.schedule, last=GoalId.UNMET_NEED)
    assert not violations(changed, again.schedule)
    assert gone not in {key for row in again.schedule.sessions for key in row.therapist_ids}
