"""Ways out solved again: in the clinic as its files are with the steps, not as the search believed that it would be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from iopsched import search
from iopsched.answers.base import Base
from iopsched.answers.explanation import Effect, WayKind, WayOut
from iopsched.answers.waysout.market import Market
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError
from iopsched.rulebook import GoalId
from iopsched.rulebook.steps import Decider
from iopsched.search.bargains import Bargain, unmet_of
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offer import OfferedStep, WrittenStep, as_offered
from iopsched.steps.offers import narrowed
from iopsched.verifier import unmet_minutes, violations

SEARCH_S = 1.5
"""So long a changed clinic is searched again where somebody still lacks something."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Steps, the week that was found in the clinic that they make, its unmet need, and a bound of it; price in points."""

    taken: frozenset[int]
    problem: Problem
    week: Schedule
    unmet: int
    bound: int
    price: int


class Checker:
    """Solves clinics again that steps have changed, as their files say."""

    def __init__(self, base: Base, market: Market, files: ClinicFiles | None) -> None:
        self.base = base
        self.market = market
        self.files = files

    def ordered(self, taken: Iterable[int]) -> list[int]:
        """Return steps in the order in which they are told: by who decides, then as they are offered."""
        order = list(Decider)
        return sorted(taken, key=lambda number: (order.index(self.market.offers[number].decider), number))

    def farthest(self, way: Checked) -> int:
        """Return the place of whoever of those asked is farthest away."""
        order = list(Decider)
        return max(order.index(self.market.offers[number].decider) for number in way.taken)

    def check(self, bargain: Bargain) -> Checked | None:
        """Return a bargain solved again, without steps that can be spared; None where it does not keep what it promised."""
        found = self._solved(bargain.taken, bargain.week, bargain.unmet)
        if found is None:
            return None
        for number in sorted(found.taken, key=lambda each: (-self.market.offers[each].price, -each)):
            fewer = found.taken - {number}
            if fewer and (spared := self._legal(fewer, found.week, found.unmet)) is not None:
                found = spared
        return found

    def _legal(self, taken: frozenset[int], week: Schedule, most: int) -> Checked | None:
        """Return the same week with fewer steps, where it needs no more of them."""
        bargain = self.market.bargains.judged(week, taken)
        if bargain is None or bargain.unmet > most:
            return None
        return self._solved(taken, bargain.week, most)

    def _solved(self, taken: frozenset[int], week: Schedule, most: int) -> Checked | None:
        problem = self.problem_after(taken)
        bargain = self.market.bargains.judged(week, taken)
        if problem is None or bargain is None or violations(problem, bargain.week):
            return None
        week, unmet, bound = bargain.week, unmet_of(problem, bargain.week), 0
        if unmet > most:
            return None
        if unmet and not self.market.is_over:
            params = self.market.budget.params(0.3, SEARCH_S)
            again = search.solve(problem, params, stop=self.market.budget.stop, start=week, last=GoalId.UNMET_NEED)
            if isinstance(again, Solved):
                goal = next(goal for goal in again.goals if goal.name == GoalId.UNMET_NEED)
                bound = goal.bound
                if goal.value < unmet:
                    week, unmet = again.schedule, goal.value
        return Checked(taken, problem, week, unmet, bound, self.market.bargains.changes.price(taken))

    def problem_after(self, taken: Iterable[int]) -> Problem | None:
        """Return the problem that the changed files say; None where they cannot be written or read."""
        return self._after(self._offers(taken))

    def _after(self, offers: Sequence[OfferedStep]) -> Problem | None:
        if self.files is None:
            return reduce(lambda problem, offer: offer.changed(problem), offers, self.base.problem)
        try:
            return self.files.with_offers(offers)[1].problem(self.base.problem)
        except InputError:
            return None

    def _offers(self, taken: Iterable[int]) -> list[OfferedStep]:
        return [self.market.offers[number] for number in self.ordered(taken)]

    def told(self, way: Checked, kind: WayKind, number: int) -> WayOut:
        """Return a way out as it is told."""
        steps, problem = self._narrowed(way)
        before = unmet_minutes(self.base.problem, self.base.schedule)
        after = unmet_minutes(problem, way.week)
        effects = [
            Effect(key, before.get(key, 0), after.get(key, 0))
            for key in sorted({*before, *after})
            if before.get(key, 0) != after.get(key, 0)
        ]
        return WayOut(
            number=number,
            kind=kind,
            price=way.price,
            steps=self._written(steps),
            unmet_before=self.market.start.unmet,
            unmet_after=way.unmet,
            bound_after=way.bound,
            helps=tuple(row for row in effects if row.after < row.before),
            harms=tuple(row for row in effects if row.after > row.before),
        )

    def _narrowed(self, way: Checked) -> tuple[Sequence[OfferedStep], Problem]:
        """Return the steps as narrow as the week allows that was found with them, and the problem that they then make.

        The week stays as it is, so what was promised holds; the bound was proven where more was allowed, and holds too.
        """
        offers = self._offers(way.taken)
        narrow = narrowed(self.base.problem, way.week, offers)
        problem = self._after(narrow)
        if problem is None or violations(problem, way.week) or unmet_of(problem, way.week) != way.unmet:
            return offers, way.problem
        return narrow, problem

    def _written(self, offers: Sequence[OfferedStep]) -> tuple[WrittenStep, ...]:
        if self.files is not None:
            return self.files.with_offers(offers)[0]
        return as_offered(offers)
