"""A way that searches unmet need with pooled candidates first, and all else as the week is searched otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from iopsched.params import Effort
from iopsched.rulebook import GoalId
from iopsched.search.pooled.pooledweek import GOAL, PooledWeek
from iopsched.search.turn import Turn
from iopsched.search.way import Way


class PooledFirst:
    """See :class:`iopsched.search.way.Way`; ``otherwise`` makes the way for all other goals when it is first asked for."""

    def __init__(self, pooled: PooledWeek, otherwise: Callable[[], Way]) -> None:
        self.pooled = pooled
        self._make = otherwise
        self._is_begun = False

    @cached_property
    def _way(self) -> Way:
        self._is_begun = True
        return self._make()

    @property
    def least_steps(self) -> int:
        """Return how many steps win nothing before a goal has stalled."""
        return self._way.least_steps if self._is_begun else self.pooled.least_steps

    def minimize(self, goal_id: GoalId, before: Sequence[GoalId], turn: Turn) -> int | None:
        """Search for a week that is better in one goal; see :class:`iopsched.search.way.Way`."""
        if goal_id == GOAL and not before:
            bound = self.pooled.search(turn)
            if bound is not None:
                if self._is_begun:
                    self._way.go_on()
                return bound
        return self._way.minimize(goal_id, before, turn)

    def polish(self) -> bool:
        """Improve the best week by single moves; return whether none is left that would improve it."""
        return self._way.polish()

    def go_on(self) -> None:
        """Go on from the best week, which somebody else has improved."""
        self._way.go_on()

    def polish_effort(self) -> Effort:
        """Return about what that takes."""
        return self._way.polish_effort()
