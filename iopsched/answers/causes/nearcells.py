"""Cells near somebody, found by laying one more session into the week as it is: cheap, and open to what another week might do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.factcells import Cell
from iopsched.answers.causes.helping import Helping
from iopsched.answers.causes.witness import Witness
from iopsched.domain.services import Service
from iopsched.model.terms import Terms
from iopsched.verifier.account import accounts
from iopsched.verifier.week import Week
from iopsched.why.additions import Additions
from iopsched.why.tallies import findings
from iopsched.why.trial import Obstacle, Trials, with_way
from iopsched.why.world import World

MOST_WEEKS = 3
"""Weeks that are judged for each service, each with every cell behind what it breaks."""


@dataclass(frozen=True, slots=True)
class NearCells:
    """Tries what a participant lacks in the week as it is; ``world`` is that week, ``budget`` what this may take."""

    base: Base
    key: str
    world: World
    budget: Budget

    def find(self) -> Iterator[tuple[Cell, Witness, Mapping[str, int]]]:
        """Yield the cells without which a week with one more session is legal and lacks less, with that week."""
        problem, schedule = self.base.problem, self.base.schedule
        person = problem.participant[self.key]
        trials = Trials(problem, schedule, person)
        ways = Additions(self.world, person, frozenset(self.base.unmet))
        for service in self._lacking():
            judged = 0
            for finding, _ in chain(
                findings(trials, ways.of_service(service)), findings(trials, ways.of_cleared(service))
            ):
                if self.budget.is_over or judged >= MOST_WEEKS:
                    break
                if len(finding.facts) == 1 and not finding.facts[0].frees:
                    judged += 1
                    week = self._with(trials, finding)
                    yield from ((cell, week, unmet) for cell, unmet in week.cells(self.base.minutes))
            if self.budget.is_over:
                return

    def _with(self, trials: Trials, finding: Obstacle) -> Witness:
        sessions = with_way(trials.sessions, finding.way, self.key)
        return Witness(self.base.problem, replace(self.base.schedule, sessions=tuple(sorted(sessions.values()))))

    def _lacking(self) -> list[Service]:
        """Return the services of which something is lacking; where only hours or days are, those that count, groups first."""
        problem = self.base.problem
        (account,) = accounts(Week(problem, self.base.schedule, {self.key}))
        found = [service for service in problem.services if account.lacking.get(service.id)]
        counting = [service for service in problem.services if service.counts]
        return found or sorted(counting, key=lambda service: service.kind != "group")


def near_people(
    base: Base, keys: Sequence[str], alone: Mapping[str, int], terms: Terms, budget: Budget
) -> Iterator[tuple[str, Helping]]:
    """Yield what helps each of these participants in the week as it is; each has a fair share of the time."""
    world = World(base.problem, base.schedule, terms)
    for number, key in enumerate(keys):
        found = Helping("shortage", base.unmet, alone)
        own = budget.part(1 / (len(keys) - number))
        for cell, week, unmet in NearCells(base, key, world, own).find():
            found.add(cell, week, unmet)
        if found.cells:
            yield key, found
