"""The sum of the sub-terms of a goal, each times its weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iopsched.model.posting import Expression
from iopsched.model.variables import Variables
from iopsched.rulebook import GoalId, weights_of


def weighted(x: Variables, goal: GoalId, terms: Mapping[str, Callable[[Variables], Expression]]) -> Expression:
    """Return the weighted sum of the sub-terms of a goal that are switched on; the others are not even built."""
    weights = weights_of(goal, x.problem.clinic.weights)
    return sum(weights[name] * term(x) for name, term in terms.items() if weights[name])
