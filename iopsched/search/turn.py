"""Whose turn it is: a goal is searched until it is proven or nothing becomes better any more, then another one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from iopsched.params import Tuning
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock


class Turn:
    """The turn of one goal. It is over when the goal is proven, or has stalled: nothing became better for too long.

    How long that is follows from the waits so far and from what is left. A search may wait ``patience`` times as long as
    it ever waited for something better in this turn, or its ``part`` (by weight, beside the other goals that are open) of
    ``least_wait`` of what is left where that is longer; never more than ``most_wait`` of what is left. With one worker
    all of this is counted in CP-SAT's deterministic time, so that the clock decides nothing. What becomes better
    by less than ``least_gain`` of the gap is added up until it counts.
    """

    def __init__(self, clock: Clock, value: int | None, bound: int, part: float = 1.0, *, least_steps: int = 0) -> None:
        self.clock = clock
        self.part = part
        self.least_steps = least_steps
        self._tuning = clock.params.tuning
        self._best = (math.inf if value is None else value, bound)
        self._is_ready = False
        self._improved_at = clock.spent
        self._longest_wait = 0.0
        self._steps = 0

    def begin(self) -> None:
        """Begin to wait for something better: whatever a search needs to get ready does not count."""
        if not self._is_ready:
            self._is_ready, self._improved_at = True, self.clock.spent

    def note(self, value: int | None, bound: int | None) -> None:
        """Hear what is reached and proven now."""
        self.begin()
        self._steps += 1
        found = (self._best[0] if value is None else value), max(self._best[1], bound or 0)
        if self._is_gain(*found):
            now = self.clock.spent
            self._longest_wait = max(self._longest_wait, now - self._improved_at)
            self._best, self._improved_at, self._steps = found, now, 0

    def _is_gain(self, value: float, bound: int) -> bool:
        gained = max(0.0, self._best[0] - value) + bound - self._best[1]
        return gained > 0 and (self._best[0] == math.inf or gained >= self._tuning.least_gain * self.gap)

    @property
    def gap(self) -> float:
        """Return what lies between value and bound, infinite as long as there is no week."""
        return self._best[0] - self._best[1]

    @property
    def wait(self) -> float:
        """Return how long a search may go on without anything better, in what the clock counts."""
        tuning, left = self._tuning, self.clock.left
        least = self.part * tuning.least_wait * left
        return min(tuning.most_wait * left, max(least, tuning.patience * self._longest_wait))

    @property
    def waited(self) -> float:
        """Return how long nothing has become better."""
        return self.clock.spent - self._improved_at

    def is_over(self) -> bool:
        """Return whether the goal is proven or has stalled; never before there is any week, which every goal waits for."""
        if self.gap <= 0:
            return True
        if self.gap == math.inf:
            return False
        if self.waited >= self._tuning.most_wait * self.clock.left:
            return True
        return self._is_ready and self._steps >= self.least_steps and self.waited >= self.wait


@dataclass(slots=True)
class Agenda:
    """Which goal has the next turn, once each has had one: the one with the largest gap that has had the fewest.

    ``finished`` are goals of which a search came to an end without a proof: the same search once more would end alike.
    """

    goals: Sequence[GoalId]
    tuning: Tuning
    turns: Counter[GoalId] = field(default_factory=Counter)
    finished: set[GoalId] = field(default_factory=set)

    def part(self, goal_id: GoalId, is_open: Sequence[GoalId]) -> float:
        """Return the part of a goal beside others that are open, by weight; the first goal waits as if it were alone."""
        weights = self.tuning.weights
        if goal_id == self.goals[0]:
            return 1.0
        own = weights[goal_id]
        return own / max(1e-9, own + sum(weights[goal] for goal in is_open if goal != goal_id))

    def next(self, values: Mapping[GoalId, int], bounds: Mapping[GoalId, int]) -> GoalId | None:
        """Return the goal whose turn is next, None where each is proven or finished."""
        is_open = [goal for goal in self.goals if bounds[goal] < values[goal] and goal not in self.finished]

        def need(goal: GoalId) -> float:
            return (values[goal] - bounds[goal]) / max(1, values[goal]) / 2.0 ** self.turns[goal]

        return max(is_open, key=need, default=None)  # of equals the first, which is the more important one

    def had_turn(self, goal_id: GoalId) -> None:
        """Count a turn."""
        self.turns[goal_id] += 1

    def begin_anew_after(self, goal_id: GoalId) -> None:
        """Have the goals after one that became better searched again: they may have become worse."""
        for goal in self.goals[self.goals.index(goal_id) + 1 :]:
            self.turns[goal] = 0
            self.finished.discard(goal)
