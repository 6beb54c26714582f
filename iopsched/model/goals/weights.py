"""Weights of sub-terms: the clinic's own, else the product's defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iopsched.model.posting import Expression
from iopsched.model.variables import Variables
from iopsched.rulebook import DEFAULT_WEIGHTS, GoalId


def weighted(x: Variables, goal: GoalId, terms: Mapping[str, Callable[[Variables], Expression]]) -> Expression:
    """Return the weighted sum of the sub-terms of a goal that are switched on; the others are not even built."""
    own = x.problem.clinic.weights.get(goal, {})
    weights = {name: own.get(name, DEFAULT_WEIGHTS[goal][name]) for name in terms}
    return sum(weights[name] * term(x) for name, term in terms.items() if weights[name])
