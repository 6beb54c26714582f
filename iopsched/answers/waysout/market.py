"""The market of one question: what steps are offered for it, and the best bargains with them that were found so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iopsched.answers.base import Budget
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.changes import PricedChange
from iopsched.model.priced import Wish
from iopsched.params import Effort
from iopsched.search.bargains import Bargain, Bargains, Stall
from iopsched.search.clock import Clock
from iopsched.steps.offer import OfferedStep, SetText
from iopsched.stopping import Late
from iopsched.verifier import unmet_minutes

LEAST_S = 0.3
"""Less than this no search gets."""
DETERMINISTIC = 3.0
"""CP-SAT's own time for a second of one worker: searches of these models count it so fast."""


def change_of(offer: OfferedStep) -> PricedChange:
    """Return an offer as a change of the facts: of those that set one cell only one can be taken."""
    cell = (offer.file, *offer.key, offer.column) if isinstance(offer.edit, SetText) else ()
    return PricedChange(offer.price, offer.changed, cell)


class Market:
    """Strikes bargains over offers, near the week that is known at first, then with more and more of it opened.

    ``rings`` are the people of each opening, the first those who are short; ``best`` is the best bargain so far, near which
    the larger openings begin.
    """

    def __init__(
        self, problem: Problem, week: Schedule, people: Iterable[str], offers: Sequence[OfferedStep], budget: Budget
    ) -> None:
        self.offers = tuple(offers)
        self.budget = budget
        self.clock = Clock(budget.params(), budget.stop)
        self.bargains = Bargains(problem, [change_of(offer) for offer in self.offers], self.clock)
        start = self.bargains.judged(week, ())
        if start is None:
            raise ValueError("A week that breaks a rule is no start for ways out.")
        self.start: Bargain = start
        short = frozenset(people)
        near = self.bargains.beside(week, short)
        everybody = frozenset(row.id for row in self.bargains.workshop.terms.participants)
        self.rings = tuple(dict.fromkeys((short, near, everybody)))
        self.best: Bargain = start
        self._before = unmet_minutes(problem, start.week)
        self._stalls: dict[int, Stall] = {}

    @property
    def is_over(self) -> bool:
        """Return whether there is no time for another search."""
        return self.budget.is_over or self.budget.left_s < LEAST_S

    def stall(self, ring: int) -> Stall:
        """Return where bargains are struck with so much of the week opened."""
        if ring not in self._stalls:
            opening = self.bargains.opening(self.rings[ring])
            self._stalls[ring] = self.bargains.stall(self.best, opening, self._before)
        return self._stalls[ring]

    def strike(self, asked: Wish, ring: int, seconds: float) -> tuple[Bargain | None, bool]:
        """Return the best bargain of an opening, None where none was found, and whether the opening has no better one."""
        if self.is_over:
            return None, False
        seconds = min(seconds, self.budget.left_s)
        try:
            struck = self.stall(ring).strike(asked, Effort(seconds, DETERMINISTIC * seconds))
        except Late:
            return None, False
        if struck.best is not None and struck.best.rank < self.best.rank:
            self.best = struck.best
        return struck.best, struck.is_proven
