"""The search of a large week: sketched, then improved part by part, with bounds proven beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from iopsched.beginning import keep_previous, rank
from iopsched.bounds import Bounds
from iopsched.clock import Clock
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.improvement import Improvement
from iopsched.model.part import Workshop
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId
from iopsched.sketch import sketch
from iopsched.verifier import GoalValue, violations

# From so many (participant, member of staff) pairs on, the model of the whole week is slower than its parts.
MANY_PAIRS = 700
# Above so many, no bound is proven in the time that a week is given: even the loose model is too large.
TOO_MANY_PAIRS = 30_000

Tell = Callable[[GoalId, int, int], None]
Accept = Callable[[Schedule, Mapping[GoalId, GoalValue]], None]


def is_large(problem: Problem) -> bool:
    """Return whether a week is searched part by part: a matter of size alone, so that the same clinic always is."""
    return len(problem.participants) * len(problem.therapists) >= MANY_PAIRS


class LargeSearch:
    """Searches one large week."""

    def __init__(self, problem: Problem, clock: Clock) -> None:
        self.problem = problem
        self.clock = clock
        self.workshop = Workshop(Terms(problem))
        self.improvement = Improvement(self.workshop, clock)
        pairs = len(problem.participants) * len(problem.therapists)
        self.bounds = Bounds(self.workshop, clock) if pairs <= TOO_MANY_PAIRS else None

    def begin(self) -> Schedule | None:
        """Return a week that keeps every rule, None where neither the sketch nor the previous week gives one."""
        found = [sketch(self.workshop, self.clock)]
        if self.problem.previous is not None:
            found.append(keep_previous(self.problem))
        weeks = [week for week in found if week is not None and not violations(self.problem, week)]
        return min(weeks, key=lambda week: rank(self.problem, week)) if weeks else None

    def minimize(
        self,
        goal_id: GoalId,
        week: Schedule,
        reached: Mapping[GoalId, GoalValue],
        share: float,
        accept: Accept,
        tell: Tell,
    ) -> int:
        """Improve one goal in a share of the time that is left, and return its proven bound.

        ``accept`` is called with every week that is no worse, ``tell`` with value and bound whenever there is news.
        """
        until = time.monotonic() + share * self.clock.left_s
        effort = None
        if self.clock.deterministic_left is not None:
            effort = self.clock.deterministic + share * self.clock.deterministic_left
        value = reached[goal_id].value

        def is_enough(now: int) -> bool:
            if now <= self._bound(goal_id):
                return True
            if effort is not None and self.clock.deterministic >= effort:
                return True
            if time.monotonic() >= until:
                self.clock.ended_by_wall = True
                return True
            return False

        if self.bounds is not None:
            self.bounds.prove(goal_id, {goal: reached[goal].value for goal in GoalId})
        try:
            for better_week, values in self.improvement.improve(week, goal_id, is_enough):
                accept(better_week, values)
                value = values[goal_id].value
                tell(goal_id, value, min(value, self._bound(goal_id)))
        finally:
            if self.bounds is not None:
                self.bounds.close()
        return self._bound(goal_id)

    def _bound(self, goal_id: GoalId) -> int:
        return 0 if self.bounds is None else self.bounds.of(goal_id)
