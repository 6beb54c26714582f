"""The market of one question: what steps are offered for it, and the best bargains with them that were found so far."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from iopsched.answers.base import Budget
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.changes import PricedChange
from iopsched.model.priced import Wish
from iopsched.params import Effort
from iopsched.rulebook.steps import StepKind
from iopsched.search.bargains import Bargain, Bargains, Stall
from iopsched.search.clock import Clock
from iopsched.steps.offer import OfferedStep, SetText
from iopsched.stopping import Late
from iopsched.verifier import unmet_minutes

LEAST_S = 0.3
"""Less than this no search gets."""
DETERMINISTIC = 3.0
"""CP-SAT's own time for a second of one worker: searches of these models count it so fast."""


DEAR = frozenset({StepKind.EXTRA_STAFF, StepKind.NEW_SKILL, StepKind.NEW_GROUP, StepKind.EXTRA_ROOM})
"""Kinds that open more of the week than all others together: looked at where the others have been."""


def change_of(offer: OfferedStep) -> PricedChange:
    """Return an offer as a change of the facts: of those that set one cell only one can be taken."""
    cell = (offer.file, *offer.key, offer.column) if isinstance(offer.edit, SetText) else ()
    return PricedChange(offer.price, offer.changed, cell)


class Market:
    """Strikes bargains over offers, near the week that is known at first, then with more and more of it opened.

    ``rings`` are the people of each opening, the first those who are short; ``tiers`` the offers of each, by number: first
    without the dear ones, last all. ``best`` is the best bargain so far, near which the larger openings begin.
    """

    def __init__(
        self, problem: Problem, week: Schedule, people: Iterable[str], offers: Sequence[OfferedStep], budget: Budget
    ) -> None:
        self.offers = tuple(offers)
        self.budget = budget
        self.clock = Clock(budget.params(), budget.stop)
        every = tuple(range(len(self.offers)))
        plain = tuple(number for number in every if self.offers[number].kind not in DEAR)
        self.tiers = (plain, every) if plain and len(plain) < len(every) else (every,)
        self._bargains = [
            Bargains(problem, [change_of(self.offers[number]) for number in tier], self.clock) for tier in self.tiers
        ]
        self.bargains = self._bargains[-1]
        start = self.bargains.judged(week, ())
        if start is None:
            raise ValueError("A week that breaks a rule is no start for ways out.")
        self.start: Bargain = start
        self.best: Bargain = start
        self._short = frozenset(people)
        self._before = unmet_minutes(problem, start.week)
        self._stalls: dict[tuple[int, int], Stall] = {}

    @cached_property
    def rings(self) -> tuple[frozenset[str], ...]:
        """Return the people of each opening: those who are short, whoever they could meet, everybody."""
        first = self._bargains[0]
        everybody = frozenset(row.id for row in first.changes.wide.participants)
        return tuple(dict.fromkeys((self._short, first.beside(self.start.week, self._short), everybody)))

    @property
    def is_over(self) -> bool:
        """Return whether there is no time for another search."""
        return self.budget.is_over or self.budget.left_s < LEAST_S

    def stall(self, ring: int, tier: int = -1) -> Stall:
        """Return where bargains are struck with so much of the week opened, over the offers of a tier."""
        place = ring, tier % len(self.tiers)
        if place not in self._stalls:
            bargains, known = self._bargains[tier], self._numbers(tier)
            opening = bargains.opening(self.rings[ring])
            start = self.best if known.keys() >= self.best.taken else self.start
            start = replace(start, taken=frozenset(known[number] for number in start.taken))
            self._stalls[place] = bargains.stall(start, opening, self._before)
        return self._stalls[place]

    def _numbers(self, tier: int) -> dict[int, int]:
        """Return the place of each offer in a tier, by its number."""
        return {number: place for place, number in enumerate(self.tiers[tier])}

    def _within(self, asked: Wish, tier: int) -> Wish:
        """Return what is asked, in the numbers of a tier."""
        known = self._numbers(tier)
        return replace(
            asked,
            without=frozenset(known[number] for number in asked.without if number in known),
            known=tuple(
                frozenset(known[number] for number in numbers) for numbers in asked.known if known.keys() >= numbers
            ),
        )

    def strike(self, asked: Wish, ring: int, seconds: float, tier: int = -1) -> tuple[Bargain | None, bool]:
        """Return the best bargain of an opening, None where none was found, and whether the opening has no better one."""
        if self.is_over:
            return None, False
        end_s = time.monotonic() + min(seconds, self.budget.left_s)
        try:
            stall = self.stall(ring, tier)
            left_s = seconds if self.clock.params.workers == 1 else max(LEAST_S, end_s - time.monotonic())
            struck = stall.strike(self._within(asked, tier), Effort(left_s, DETERMINISTIC * left_s))
        except Late:
            return None, False
        if struck.best is None:
            return None, struck.is_proven
        numbers = self.tiers[tier]
        best = replace(struck.best, taken=frozenset(numbers[place] for place in struck.best.taken))
        if best.rank < self.best.rank:
            self.best = best
        return best, struck.is_proven
