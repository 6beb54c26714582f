"""A week near the published one: few more people are told than must be, and that no fewer can be is proven by counting.

Models of few ways to hold sessions (``reachable.py``) are searched, each with more of them than the one before, until the
bound of unmet need is met. Of all weeks a model leaves out only those in which more people are told than its budget says.
So it proves the goals from ``changes`` on, wherever its best week is within the budget; unmet need and what follows from it
is proven by loose weeks (:mod:`iopsched.search.parts.bounds`), which have nothing to do with what is published.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager

from iopsched.domain.outcome import GoalId
from iopsched.model.build import build_model
from iopsched.params import Effort
from iopsched.search.beginning import Beginning
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.parts.bounds import Bounds
from iopsched.search.pooled.pooledweek import is_formed_freely
from iopsched.search.repairing.nearest import BEFORE_CHANGES, linear, nearest
from iopsched.search.repairing.reachable import TellingBudget, within
from iopsched.search.repairing.told import MustBeTold
from iopsched.search.start.first_week import keep_previous
from iopsched.search.turn import Turn
from iopsched.search.way import Way
from iopsched.search.whole_week import WholeWeek
from iopsched.search.workshop import Workshop
from iopsched.stopping import TimeOver
from iopsched.words.sentence import Sentence

NARROW = (0, 2)
"""How many untroubled people may be told, one model after another, until unmet need is as small as can be; then any number."""
MOST_CHOICES, SMALL_CHOICES = 25_000, 8_000
"""Up to so many choices of a start and a lead there is a model of all weeks; it comes at once where it is small."""
SHARE_OF_MODEL = 0.5
SHARE_OF_BOUND = 0.3
MOST_EFFORT = 10.0
OF_DISRUPTION = 2.5, 0.1
OF_THE_REST = 0.4, 0.015
"""What the goals about changes, and those after them, may take each, in seconds and as a share of the limit, whichever is longer.

Somebody waits who has people to call: what is not proven then is told so, and more time is asked for with the limit.
"""


class RepairBeginning(Beginning):
    """Begins near the published week; where there is none of this week, or people form sessions freely, as any other search."""

    reasons_s = 0.5

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
        for week in (self.start, keep_previous(problem)):
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
        self.told = MustBeTold(workshop)
        self.bounds = Bounds(workshop, clock)
        choices = workshop.count_choices(MOST_CHOICES)
        self.has_all, self.is_small = choices < MOST_CHOICES, choices < SMALL_CHOICES
        self.budget = TellingBudget(0)
        self._way = self._within(self.budget)

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
            with self._patience(*OF_DISRUPTION):
                return self._changes(before)
        if goal_id is GoalId.MOVES:
            self._widen(TellingBudget(self._more))
            with self._patience(*OF_DISRUPTION):
                return max(self.told.entries, self._searched(goal_id, before, self.told.entries))
        self._narrow()
        with self._patience(*OF_THE_REST):
            return self._searched(goal_id, before, 0)

    def polish(self) -> bool:
        """Improve the best week by single moves; see :class:`iopsched.search.way.Way`."""
        with self._patience(*OF_THE_REST):
            return self._way.polish()

    def go_on(self) -> None:
        """Go on from the best week; see :class:`iopsched.search.way.Way`."""
        self._way.go_on()

    def polish_effort(self) -> Effort:
        """Return about what that takes."""
        return self._way.polish_effort()

    # --- the goals ---------------------------------------------------------
    def _before_changes(self, goal_id: GoalId, before: Sequence[GoalId], turn: Turn) -> int:
        """Search model after model until the goal is proven; of the goals after the first only the last one."""
        bound = 0
        for people in self._budgets() if not before else (self.budget.people,):
            if self.clock.is_over:
                return bound
            self._widen(TellingBudget(people))
            self._come_near(goal_id, before)
            if self.incumbent.value(goal_id) > bound and not (bound or self.has_all):
                bound = self._proven(goal_id, before)
            turn.note(self.incumbent.value(goal_id), bound)
            if self.incumbent.value(goal_id) <= bound:
                return bound
        if not self._is_of_all or self.clock.is_over:
            return bound
        return max(bound, self._way.minimize(goal_id, before, self._turn(goal_id, bound)) or 0)

    def _come_near(self, goal_id: GoalId, before: Sequence[GoalId]) -> None:
        """Search the model for the nearest of the weeks that are best in a goal, in a share of the time."""
        try:
            with self.clock.within(SHARE_OF_MODEL, MOST_EFFORT):
                nearest(self._way.model, self.clock, self.incumbent, goal_id, before)
        except TimeOver:  # a solver that was left behind still reads the model
            self.incumbent.judge()
            self._way = self._within(self.budget)
        self._way.go_on()

    def _budgets(self) -> tuple[float, ...]:
        if self.has_all:
            return (0, math.inf) if self.is_small else (*NARROW, math.inf)
        return NARROW

    @property
    def _is_of_all(self) -> bool:
        """Return whether the model is that of all weeks."""
        return self.budget == TellingBudget(math.inf)

    def _proven(self, goal_id: GoalId, before: Sequence[GoalId]) -> int:
        """Return what a loose week proves."""
        week = self.incumbent.week
        if week is None or self.clock.is_over:
            return 0
        reached = {goal: self.incumbent.value(goal) for goal in before}
        with self.clock.within(SHARE_OF_BOUND, MOST_EFFORT):
            self.bounds.prove(goal_id, reached, week)
            self.bounds.wait(lambda: self.clock.is_over)
            self.bounds.close()
        return min(self.bounds.of(goal_id), self.incumbent.value(goal_id))

    def _changes(self, before: Sequence[GoalId]) -> int:
        """Search ever larger models until the best week is within the budget, so that none that tells as few is left out."""
        least = self.told.people
        while not self.clock.is_over:
            found = self._way.minimize(GoalId.CHANGES, before, self._turn(GoalId.CHANGES, least))
            beyond = self.told.people + self.budget.people + 1
            least = max(least, int(min(beyond, self.incumbent.value(GoalId.CHANGES) if found is None else found)))
            if self._more <= self.budget.people or least >= self.told.people + self._more:
                break
            if not self._widen(TellingBudget(self._more if self.budget.people else 1)):
                break
        return least

    def _searched(self, goal_id: GoalId, before: Sequence[GoalId], bound: int) -> int:
        """Return what is proven of a goal after the changes: nothing where weeks that tell as few are left out."""
        inner = self._way.minimize(goal_id, before, self._turn(goal_id, bound))
        return inner if inner is not None and self._more <= self.budget.people else 0

    def _patience(self, least_s: float, share: float) -> AbstractContextManager[None]:
        """Leave whoever works inside only so much of what is left."""
        most_s = max(least_s, share * self.clock.params.time_limit_s)
        return self.clock.within(min(1.0, most_s / max(most_s, self.clock.left_s)), most_s)

    def _turn(self, goal_id: GoalId, bound: int) -> Turn:
        """Return a turn of one model: what was proven of a smaller one does not end it, nor does what the goals after it may want."""
        return Turn(self.clock, self.incumbent.value(goal_id), bound)

    @property
    def _more(self) -> int:
        """Return how many untroubled people are told in the best week."""
        return self.incumbent.value(GoalId.CHANGES) - self.told.people

    # --- models ------------------------------------------------------------
    def _widen(self, budget: TellingBudget) -> bool:
        """Return whether the search goes on in a larger model: from some budget on in that of all weeks, if that is not too large."""
        if budget.people > max(NARROW):
            budget = TellingBudget(math.inf) if self.has_all else TellingBudget(max(NARROW))
        is_wider = budget.people > self.budget.people
        if is_wider:
            self._way = self._within(budget)
        return is_wider

    def _narrow(self) -> None:
        """Leave out what no week has that changes as little as the best one, now that the goals that follow are asked for."""
        entries = self.incumbent.value(GoalId.MOVES) - self.told.entries
        if self._more <= self.budget.people and self.budget.entries > entries:
            self._way = self._within(TellingBudget(self._more, entries))

    def _within(self, budget: TellingBudget) -> WholeWeek:
        """Return the search of the model of a budget, from the best week."""
        begun_s = self.clock.elapsed_s
        rows = within(self.workshop, self.told, budget)
        model = build_model(self.workshop.problem, terms=self.workshop.terms, candidates=rows, told_apart=0)
        self.budget = budget
        week = self.incumbent.week
        if week is None:
            week = keep_previous(self.workshop.problem)
        build_s = self.clock.elapsed_s - begun_s
        shared = self.workshop, self.clock, self.incumbent, self.news
        tuned = dict.fromkeys((*BEFORE_CHANGES, GoalId.CHANGES, GoalId.MOVES), linear(self.clock))
        return WholeWeek(model, *shared, week, build_s=build_s, is_outlined=False, tuned=tuned)
