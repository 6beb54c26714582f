"""The models of a repair: ever more ways to hold sessions, and at the end only those that are as near as the best week."""

from __future__ import annotations

from iopsched.domain.outcome import GoalId
from iopsched.model.build import build_model
from iopsched.model.candidate import Candidate
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.repairing.anew import Needed, WhatIsLacking
from iopsched.search.repairing.nearest import BEFORE_CHANGES, linear
from iopsched.search.repairing.reachable import ANYBODY, FEW, NOBODY, STAFF, ReachableWays, TellingBudget, beyond
from iopsched.search.repairing.told import MustBeTold
from iopsched.search.start.first_week import keep_previous
from iopsched.search.whole_week import WholeWeek
from iopsched.search.workshop import Workshop

BUDGETS = (NOBODY, STAFF, FEW, ANYBODY)
MOST_CHOICES, SMALL_CHOICES = 25_000, 8_000
"""Up to so many choices of a start and a lead there is a model of all weeks; it comes early where it is small."""


class NearModels:
    """Makes one model after another; ``way`` searches the present one, of a ``budget``.

    ``is_exact``: whether it leaves out no week that changes as little as the best one, so that it proves the last goals.
    """

    def __init__(self, workshop: Workshop, clock: Clock, incumbent: Incumbent, news: News) -> None:
        self.workshop = workshop
        self.clock = clock
        self.incumbent = incumbent
        self.news = news
        self.told = MustBeTold(workshop)
        self.lacking = WhatIsLacking(workshop, self.told)
        choices = workshop.count_choices(MOST_CHOICES)
        self.has_all, self.is_small = choices < MOST_CHOICES, choices < SMALL_CHOICES
        self.is_exact = False
        self._widest = self.budget = NOBODY
        self.way = self._within(NOBODY)

    @property
    def budgets(self) -> tuple[TellingBudget, ...]:
        """Return the budgets with which unmet need is searched."""
        if self.has_all:
            return (NOBODY, ANYBODY) if self.is_small else (NOBODY, STAFF, ANYBODY)
        return NOBODY, STAFF, FEW

    @property
    def needed(self) -> Needed:
        """Return what is needed for the unmet need of the best week, where that goal comes before the changes."""
        goals = self.incumbent.goals
        if goals.index(GoalId.UNMET_NEED) > goals.index(GoalId.CHANGES):
            return Needed()
        return self.lacking.needed(self.incumbent.value(GoalId.UNMET_NEED))

    @property
    def told_beyond(self) -> float:
        """Return how many people are told at least in a week that the widest model so far leaves out."""
        return self.told.people + beyond(self._widest, self.needed)

    def widen(self, budget: TellingBudget) -> bool:
        """Return whether the search goes on in a larger model; that of all weeks may be too large."""
        if self.budget not in BUDGETS:
            self.way = self._within(self._widest)
        if BUDGETS.index(budget) <= BUDGETS.index(self._widest) or (budget == ANYBODY and not self.has_all):
            return False
        self.way, self._widest = self._within(budget), budget
        return True

    def widen_further(self) -> bool:
        """Do the same with the next larger budget."""
        if self._widest == NOBODY:
            return self.widen(STAFF)
        return self.widen(ANYBODY if self.has_all or self._widest != STAFF else FEW)

    def narrow(self) -> None:
        """Leave out what no week has that changes as little as the best one, once the goals after the changes are asked for.

        What is left is most often few; where it is many all the same, nothing is proven.
        """
        people = self.incumbent.value(GoalId.CHANGES) - self.told.people
        budget = TellingBudget(people, self.incumbent.value(GoalId.MOVES) - self.told.entries)
        if budget == self.budget:
            return
        rows = ReachableWays(self.workshop, self.told, self.lacking, budget, self.needed).candidates()
        self.is_exact = len(rows) <= MOST_CHOICES
        if self.is_exact:
            self.way = self._of(rows, budget)

    def renew(self) -> None:
        """Make the present model once more: a solver that was left behind still reads it."""
        if self.budget in BUDGETS:
            self.way = self._within(self.budget)
        else:
            rows = ReachableWays(self.workshop, self.told, self.lacking, self.budget, self.needed).candidates()
            self.way = self._of(rows, self.budget)

    def _within(self, budget: TellingBudget) -> WholeWeek:
        return self._of(ReachableWays(self.workshop, self.told, self.lacking, budget).candidates(), budget)

    def _of(self, rows: list[Candidate], budget: TellingBudget) -> WholeWeek:
        begun_s = self.clock.elapsed_s
        model = build_model(self.workshop.problem, terms=self.workshop.terms, candidates=rows, told_apart=0)
        self.budget = budget
        week = self.incumbent.week
        if week is None:
            week = keep_previous(self.workshop.problem)
        build_s = self.clock.elapsed_s - begun_s
        shared = self.workshop, self.clock, self.incumbent, self.news
        tuned = dict.fromkeys((*BEFORE_CHANGES, GoalId.CHANGES, GoalId.MOVES), linear(self.clock))
        return WholeWeek(model, *shared, week, build_s=build_s, is_outlined=False, tuned=tuned)
