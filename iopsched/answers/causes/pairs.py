"""Pairs of cells that keep somebody from the same thing: neither helps alone, both together do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from iopsched.answers.base import Base, Budget, base_of
from iopsched.answers.causes.factcells import Cell, cells
from iopsched.answers.causes.witness import Witness
from iopsched.model.reach import Reach
from iopsched.model.restriction import Restriction
from iopsched.model.terms import Terms
from iopsched.search.alone import least_alone
from iopsched.search.around import Ring, part_around
from iopsched.search.clock import Clock
from iopsched.search.guardedpart import GuardedPart, Lifted
from iopsched.search.workshop import Workshop

MOST_PAIRS = 4
PROOF_S = 3.0
"""How long it may take to prove that one cell helps nobody alone."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cells that help together, and the minutes of unmet need that go then."""

    cells: tuple[Cell, Cell]
    minutes: int


class Pairs:
    """Looks for pairs that help a participant; ``alone``: what they lack with the clinic to themselves, None: nothing."""

    def __init__(self, workshop: Workshop, base: Base, key: str, alone: int | None, budget: Budget) -> None:
        self.workshop = workshop
        self.base = base
        self.problem = base.problem
        self.person = base.problem.participant[key]
        self.alone = alone
        self.budget = budget
        self._helps: dict[Cell, bool] = {}

    def find(self) -> Iterator[Pair]:
        """Yield pairs of which it is proven that neither helps alone."""
        seen: set[frozenset[Cell]] = set()
        for lifted in _lifted(self._part(), self.budget):
            for pair in self._of_witness(Witness(self.problem, lifted.schedule)):
                if frozenset(pair.cells) not in seen and len(seen) < MOST_PAIRS:
                    seen.add(frozenset(pair.cells))
                    yield pair

    def _part(self) -> GuardedPart:
        reach = Reach(self.workshop.terms, most=2)
        part = part_around(self.workshop, self.base.schedule, self.person, reach, Ring.GROUPS)
        about = {row.id for row in part.switches.model.x.participants}
        now = sum(self.base.unmet.get(other, 0) for other in about) + sum(self.base.lacking.values())
        part.switches.limit_total(now - 1)
        own = self.base.unmet[self.person.id] if self.alone is None else self.alone
        part.switches.limit_own(self.person.id, own - 1)
        return part

    def _of_witness(self, witness: Witness) -> Iterator[Pair]:
        rules = {violation.rule for violation in witness.broken}
        found = list(cells(self.problem, rules, witness.rows()))
        for one, other in combinations(found, 2):
            unmet: Mapping[str, int] | None = witness.without_all((one, other), self.base.minutes)
            if unmet is not None and not self._may_help(one) and not self._may_help(other):
                minutes = self.base.minutes - sum(unmet.values()) - sum(self.base.lacking.values())
                yield Pair((one, other), minutes)

    def _may_help(self, cell: Cell) -> bool:
        """Return whether less may be unmet with one cell alone: False only where it is proven that nothing is won."""
        if cell not in self._helps:
            self._helps[cell] = self._is_helped_by(cell)
        return self._helps[cell]

    def _is_helped_by(self, cell: Cell) -> bool:
        try:
            problem = cell.undo(self.problem)
        except ValueError:
            return False
        clock = Clock(self.budget.params(), self.budget.stop)
        if self.alone is not None:
            person = problem.participant[self.person.id]
            return least_alone(Workshop(Terms(problem)), person, clock) < self.alone
        found = base_of(problem, self.base.schedule, self.budget.part(most_s=PROOF_S))
        return not isinstance(found, Base) or found.bound < self.base.minutes


def _lifted(part: GuardedPart, budget: Budget) -> Iterator[Lifted]:
    """Yield a week for which two restrictions give way, then those with another in place of either."""
    clock = Clock(budget.params(), budget.stop)
    first = part.find(clock, 2, {})
    if first is None:
        return
    yield first
    for restriction in sorted(first.restrictions):
        states: dict[Restriction, bool] = {restriction: False}
        while not budget.is_over:
            other = part.find(Clock(budget.params(), budget.stop), 2, states)
            if other is None or not other.restrictions:
                break
            yield other
            states |= dict.fromkeys(other.restrictions - first.restrictions, False)
            if not other.restrictions - first.restrictions:
                break
