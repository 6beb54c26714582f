"""A week near the published one: few more people are told than must be, and that no fewer can be is proven by counting.

Models of few ways to hold sessions (``reachable.py``) are searched, each with more of them than the one before, until the
bound of unmet need is met. Of all weeks a model leaves out only those in which more people are told than its budget says.
So it proves the goals from ``changes`` on, wherever its best week is within the budget; unmet need and what follows from it
are proven in the model of all weeks, or, where that is too large, by loose weeks (:mod:`iopsched.search.parts.bounds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from iopsched.domain.outcome import GoalId
from iopsched.params import Effort
from iopsched.search.beginning import Beginning
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.parts.bounds import Bounds
from iopsched.search.pooled.pooledweek import is_formed_freely
from iopsched.search.repairing.covered import covered_week
from iopsched.search.repairing.nearest import nearest
from iopsched.search.repairing.nearmodels import NearModels
from iopsched.search.repairing.reachable import ANYBODY
from iopsched.search.start.first_week import keep_previous
from iopsched.search.turn import Turn
from iopsched.search.way import Way
from iopsched.search.workshop import Workshop
from iopsched.stopping import TimeOver
from iopsched.words.sentence import Sentence

OF_A_MODEL = 1.5, 0.05
OF_NEED, OF_FAIRNESS, OF_DISRUPTION, OF_THE_REST = (3.0, 0.1), (1.0, 0.03), (1.5, 0.05), (0.25, 0.01)
"""What one model beside that of all weeks, the least of unmet need, of each goal that follows from it, of each about changes and of each after them may take: seconds
and a share of the limit, whichever is longer.

Somebody waits who has people to call: what is not proven then is told so, and more time is asked for with the limit.
"""
OF_FAR = 3.0, 0.15
"""What bringing a week near may take instead, where it tells far more people than must be told."""
FAR = 1.5
"""From so many times as many people on as must be told a week is far: more calls are spared than the seconds cost."""


class RepairBeginning(Beginning):
    """Begins near the published week; where there is none of this week, or people form sessions freely, as any other search."""

    reasons_s = 0.4

    def way_after(self, goal_id: GoalId, way: Way, proven: int) -> Way:
        """Return the same way, but where it is that of any other search."""
        return way if isinstance(way, NearPublished) else super().way_after(goal_id, way, proven)

    def way(self) -> Way:
        """Return the way near the published week."""
        problem = self.workshop.problem
        is_near = problem.previous is not None and problem.previous.week == problem.week
        if not is_near or is_formed_freely(self.workshop):
            return super().way()
        self.news.tell("build")
        for week in (self.start, keep_previous(problem), covered_week(self.workshop, self.clock)):
            if week is not None:
                self.incumbent.take_if_legal(week)
        if self.incumbent.week is None:
            return super().way()
        first = self.incumbent.goals[0]
        self.news.tell("goal", first, self.incumbent.value(first), 0)
        self.is_in_parts = True
        return NearPublished(self.workshop, self.clock, self.incumbent, self.news)


class FewestTold(RepairBeginning):
    """The same, where fewest changes are asked for first: what is lost then has one reason."""

    only_reason = Sentence(
        "In this choice as few as can be are told of a change, and what was lost is mostly not replaced."
    )


class NearPublished:
    """See :class:`iopsched.search.way.Way`."""

    def __init__(self, workshop: Workshop, clock: Clock, incumbent: Incumbent, news: News) -> None:
        self.workshop = workshop
        self.clock = clock
        self.incumbent = incumbent
        self.news = news
        self.bounds = Bounds(workshop, clock)
        self.models = NearModels(workshop, clock, incumbent, news)

    @property
    def least_steps(self) -> int:
        """Return how many steps win nothing before a goal has stalled: the search is one step."""
        return 0

    def minimize(self, goal_id: GoalId, before: Sequence[GoalId], turn: Turn) -> int | None:
        """Search for a week that is better in one goal; see :class:`iopsched.search.way.Way`."""
        goals = self.incumbent.goals
        if goals.index(goal_id) < goals.index(GoalId.CHANGES):
            return self._before_changes(goal_id, before, turn)
        if goal_id is GoalId.CHANGES:
            with self._patience(*(OF_FAR if self._is_far else OF_DISRUPTION)):
                return self._changes(before)
        if goal_id is GoalId.MOVES:
            self.models.narrow()
            with self._patience(*(OF_FAR if self._is_far else OF_DISRUPTION)):
                return max(self.models.told.entries, self._searched(goal_id, before, self.models.told.entries))
        self.models.narrow()
        with self._patience(*OF_THE_REST):
            return self._searched(goal_id, before, 0)

    def polish(self) -> bool:
        """Improve the best week by single moves; see :class:`iopsched.search.way.Way`."""
        with self._patience(*OF_THE_REST):
            return self.models.way.polish()

    def go_on(self) -> None:
        """Go on from the best week; see :class:`iopsched.search.way.Way`."""
        self.models.way.go_on()

    def polish_effort(self) -> Effort:
        """Return about what that takes."""
        return self.models.way.polish_effort()

    # --- the goals ---------------------------------------------------------
    def _before_changes(self, goal_id: GoalId, before: Sequence[GoalId], turn: Turn) -> int:
        """Search model after model until the goal is proven; of the goals after the first only the last one."""
        bound = 0
        for budget in self.models.budgets if not before else (self.models.budget,):
            if self.clock.is_over:
                return bound
            self.models.widen(budget)
            if budget == ANYBODY:
                return self._least_of_all(goal_id, before)
            self._come_near(goal_id, before)
            turn.note(self.incumbent.value(goal_id), bound)
            if self.incumbent.value(goal_id) <= bound:
                return bound
        return self._proven(goal_id, before)

    def _least_of_all(self, goal_id: GoalId, before: Sequence[GoalId]) -> int:
        """Return what is proven in the model of all weeks; where it has a better one, the nearest of these is taken."""
        value = self.incumbent.value(goal_id)
        with self._patience(*(OF_FAIRNESS if before else OF_NEED)):
            bound = self._asked(goal_id, before, self._turn(goal_id, 0)) or 0
        if self.incumbent.value(goal_id) < value and not self.clock.is_over:
            self._come_near(goal_id, before)
        return bound

    def _come_near(self, goal_id: GoalId, before: Sequence[GoalId]) -> None:
        """Search the model for the nearest of the weeks that are best in a goal, in a share of the time."""
        try:
            with self._patience(*(OF_FAR if self._is_far else OF_A_MODEL)):
                nearest(self.models.way.model, self.clock, self.incumbent, goal_id, before)
        except TimeOver:  # a solver that was left behind still reads the model
            self.incumbent.judge()
            self.models.renew()
        self.models.way.go_on()

    @property
    def _is_far(self) -> bool:
        """Return whether the best week tells far more people than must be told, such as one of the model of all weeks."""
        return self.incumbent.value(GoalId.CHANGES) > FAR * self.models.told_beyond

    def _proven(self, goal_id: GoalId, before: Sequence[GoalId]) -> int:
        """Return what a loose week proves."""
        week = self.incumbent.week
        if week is None or self.clock.is_over:
            return 0
        reached = {goal: self.incumbent.value(goal) for goal in before}
        with self._patience(*OF_A_MODEL):
            self.bounds.prove(goal_id, reached, week)
            self.bounds.wait(lambda: self.clock.is_over)
            self.bounds.close()
        return min(self.bounds.of(goal_id), self.incumbent.value(goal_id))

    def _changes(self, before: Sequence[GoalId]) -> int:
        """Search ever larger models until none is left out that tells as few as the best week."""
        least = self.models.told.people
        while not self.clock.is_over:
            found = self._asked(GoalId.CHANGES, before, self._turn(GoalId.CHANGES, least))
            value = self.incumbent.value(GoalId.CHANGES)
            least = max(least, int(min(self.models.told_beyond, value if found is None else found, value)))
            if least >= value or not self.models.widen_further():
                break
        return least

    def _searched(self, goal_id: GoalId, before: Sequence[GoalId], bound: int) -> int:
        """Return what is proven of a goal after the changes: nothing where weeks that change as little are left out."""
        inner = self._asked(goal_id, before, self._turn(goal_id, bound))
        return inner if inner is not None and self.models.is_exact else 0

    def _patience(self, least_s: float, share: float) -> AbstractContextManager[None]:
        """Leave whoever works inside only so much of what is left."""
        most_s = max(least_s, share * self.clock.params.time_limit_s)
        return self.clock.within(min(1.0, most_s / max(most_s, self.clock.left_s)), most_s)

    def _asked(self, goal_id: GoalId, before: Sequence[GoalId], turn: Turn) -> int | None:
        """Search the present model; where its solver is left behind, the search goes on in another one."""
        found = self.models.way.minimize(goal_id, before, turn)
        if self.models.way.is_being_read and not self.clock.stop.is_set():
            self.models.renew()
        return found

    def _turn(self, goal_id: GoalId, bound: int) -> Turn:
        """Return a turn of one model: what was proven of a smaller one does not end it, nor does what the goals after it may want."""
        return Turn(self.clock, self.incumbent.value(goal_id), bound)
