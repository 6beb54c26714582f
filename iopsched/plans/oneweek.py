"""One week that nobody publishes: near the one before, with as little unmet need as is found in a few seconds.

Most weeks have everything for everybody near the one before, or can be mended there. Where somebody stays short, it is asked what
they would lack with the clinic to themselves: if that is all, more time finds nothing. Else the whole week is searched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace

from iopsched import search
from iopsched.answers.base import Budget
from iopsched.domain.outcome import GoalId, GoalResult, Outcome, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.terms import Terms
from iopsched.rulebook import UNITS
from iopsched.search.alone import least_alone
from iopsched.search.clock import Clock
from iopsched.search.mending import near_mended
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late, TimeOver, looking_at
from iopsched.verifier import goal_values, unmet_minutes

SHARE_OF_NEAR = 0.5
MOST_ALONE = 12
"""Of so many people at most it is asked what they lack with the clinic to themselves."""


def searched(problem: Problem, budget: Budget) -> Outcome:
    """Return a week with as little unmet need as was found."""
    near = near_mended(problem, budget.params(SHARE_OF_NEAR), budget.stop)
    if near is None:
        return _whole(problem, budget, None)
    found = _counted(problem, near)
    if not is_proven(found):
        found = with_bound(found, lacked_alone(problem, _short(problem, found), budget.part(SHARE_OF_NEAR)))
    if is_proven(found) or budget.is_over:
        return replace(found, was_interrupted=budget.stop.is_set())
    return _better(found, _whole(problem, budget, near))


def _whole(problem: Problem, budget: Budget, start: Schedule | None) -> Outcome:
    return search.solve(problem, budget.params(), None, budget.stop, start=start, last=GoalId.UNMET_NEED)


def _counted(problem: Problem, schedule: Schedule) -> Solved:
    """Return a legal week as a search would, without bounds."""
    values = goal_values(problem, schedule)
    goals = (GoalResult(goal, value.value, 0, UNITS[goal], value.parts) for goal, value in values.items())
    return Solved(schedule, tuple(goals))


def _better(first: Solved, second: Outcome) -> Solved:
    """Return the better of two weeks of one problem, with the better bound of its unmet need."""
    if not isinstance(second, Solved):
        return first
    bound = max(bound_of(first), bound_of(second))
    values = [[goal.value for goal in one.goals] for one in (first, second)]
    return with_bound(second if values[1] < values[0] else first, bound)


def value_of(found: Solved, name: GoalId) -> int:
    """Return the value of a goal."""
    return next(goal.value for goal in found.goals if goal.name == name)


def bound_of(found: Solved) -> int:
    """Return the bound of the unmet need."""
    return next(goal.bound for goal in found.goals if goal.name == GoalId.UNMET_NEED)


def is_proven(found: Solved) -> bool:
    """Return whether no week has less unmet need."""
    return bound_of(found) >= value_of(found, GoalId.UNMET_NEED)


def with_bound(found: Solved, bound: int) -> Solved:
    """Return a week with a bound of its unmet need, if it is better than the known one."""
    goals = tuple(
        replace(goal, bound=max(goal.bound, min(bound, goal.value))) if goal.name == GoalId.UNMET_NEED else goal
        for goal in found.goals
    )
    return replace(found, goals=goals)


def _short(problem: Problem, found: Solved) -> list[str]:
    return [key for key, minutes in unmet_minutes(problem, found.schedule).items() if minutes]


def lacked_alone(problem: Problem, people: Iterable[str], budget: Budget) -> int:
    """Return what these people lack together in any week: each with the clinic to themselves; 0 where they are too many."""
    short = list(people)
    least = 0
    if not short or len(short) > MOST_ALONE or budget.is_over:
        return least
    with contextlib.suppress(Late, TimeOver), looking_at(budget.stop, budget.end_s):
        workshop = Workshop(Terms(problem))
        for key in short:
            if budget.is_over:
                break
            least += least_alone(workshop, problem.participant[key], Clock(budget.params(), budget.stop))
    return least
