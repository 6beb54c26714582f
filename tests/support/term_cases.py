"""A case of a sub-term: a schedule and how much of the term it has, by hand; verifier and model must find the same."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from iopsched.rulebook import DEFAULT_WEIGHTS, GoalId
from iopsched.verifier import goal_values
from tests.support.accepting import goals_of
from tests.support.clinics import schedule


@dataclass(frozen=True)
class Case:
    """``week`` is a problem followed by sessions, ``amount`` the term before its weight."""

    name: str
    amount: int
    week: tuple


def check_term(goal: GoalId, term: str, case: Case) -> None:
    """Assert that verifier and model count the term alike where it is the only one of its goal."""
    problem, *sessions = case.week
    if goal in DEFAULT_WEIGHTS:
        assert term in DEFAULT_WEIGHTS[goal]
        alone = {name: int(name == term) for name in DEFAULT_WEIGHTS[goal]}
        problem = replace(problem, clinic=replace(problem.clinic, weights={goal: alone}))
    week = schedule(*sessions)
    value = goal_values(problem, week)[goal]
    assert {name: number for name, number in value.parts if number} == ({term: case.amount} if case.amount else {})
    found = goals_of(problem, week)
    assert found is not None, "the model has no words for this schedule"
    assert found[list(GoalId).index(goal)] == case.amount


def every(*cases: Case):
    """Return a decorator that runs a test for each case, under its name; some have the term, some have not."""
    assert len({case.name for case in cases}) == len(cases)
    assert any(case.amount for case in cases)
    return pytest.mark.parametrize("case", cases, ids=[case.name.replace(" ", "_") for case in cases])
