"""Whether the product reaches exact values: each goal in rank order, as far as values are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.references.values import Known
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.params import SolveParams
from iopsched.rulebook import DEFAULT_WEIGHTS, GoalId
from iopsched.search import solve


def _as_far_as_known(problem: Problem, known: Known) -> Problem:
    """Return the clinic without weights in goals after the known ones, so that a solve ends where the last of them is proven."""
    last = GoalId.PREFERENCES in known.values or known.open_goal == GoalId.PREFERENCES
    after = (GoalId.WORKLOAD, GoalId.COST) if last else (GoalId.PREFERENCES, GoalId.WORKLOAD, GoalId.COST)
    nothing = {goal: dict.fromkeys(DEFAULT_WEIGHTS[goal], 0) for goal in after}
    return replace(problem, clinic=replace(problem.clinic, weights={**problem.clinic.weights, **nothing}))


def differences(problem: Problem, known: Known, params: SolveParams) -> Iterator[str]:
    """Yield what a solve gets wrong of a clinic, as sentences.

    A value above the exact one is not reached. A value below it, or a bound above it, is a fault of one side: the exact one is
    proven, and the product's is verified.
    """
    outcome = solve(_as_far_as_known(problem, known), params)
    if not isinstance(outcome, Solved):
        yield f"{known.reference.name}: no week was found in time."
        return
    for goal in outcome.goals:
        exact = known.values.get(goal.name)
        if exact is None:
            is_open = str(goal.name) == known.open_goal
            if is_open and known.bound is not None and goal.value < known.bound:
                yield f"{known.reference.name}: {goal.name} is {goal.value}, below the proven bound {known.bound}."
            return
        if goal.bound > exact:
            yield f"{known.reference.name}: {goal.name} has the bound {goal.bound}, above the exact value {exact}."
        if goal.value < exact:
            yield f"{known.reference.name}: {goal.name} is {goal.value}, below the exact value {exact}."
        if goal.value > exact:
            yield f"{known.reference.name}: {goal.name} is {goal.value}; {exact} can be reached."
        if goal.value != exact:
            return
