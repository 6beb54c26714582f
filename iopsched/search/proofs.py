"""What is proven of each goal, and under which values of the goals before it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from iopsched.model.least_cost import least_cost
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId


class Proofs:
    """Keeps proven bounds. One holds for all weeks whose earlier goals are no worse than they were when it was proven."""

    def __init__(self, goals: Sequence[GoalId]) -> None:
        self._goals = tuple(goals)
        self._proven: dict[GoalId, list[tuple[tuple[float, ...], int]]] = defaultdict(list)

    def note(self, goal_id: GoalId, bound: int, reached: Mapping[GoalId, int]) -> None:
        """Note that no week has less of a goal whose earlier goals are at most as ``reached``."""
        self._proven[goal_id].append((self._before(goal_id, reached), bound))

    def note_least_cost(self, terms: Terms) -> None:
        """Note what counting alone proves of the cost of all weeks in which no need is unmet, however large they are."""
        before = self._goals[: self._goals.index(GoalId.COST)]
        if GoalId.UNMET_NEED in before:
            most = tuple(0 if goal is GoalId.UNMET_NEED else math.inf for goal in before)
            self._proven[GoalId.COST].append((most, least_cost(terms)))

    def bound(self, goal_id: GoalId, reached: Mapping[GoalId, int]) -> int:
        """Return the best bound that holds where the earlier goals are at most as ``reached``; 0 where none is known.

        An earlier goal may have become better at the expense of one that lies between it and this goal. What was
        proven of other weeks then says nothing of these.
        """
        now = self._before(goal_id, reached)
        holding = (
            bound
            for then, bound in self._proven[goal_id]
            if all(new <= old for new, old in zip(now, then, strict=True))
        )
        return max(holding, default=0)

    def _before(self, goal_id: GoalId, reached: Mapping[GoalId, int]) -> tuple[int, ...]:
        return tuple(reached[goal] for goal in self._goals[: self._goals.index(goal_id)])
