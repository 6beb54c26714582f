"""Parts of a week with guards: what would be possible if few restrictions gave way, and which those are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Schedule
from iopsched.model.decisions import read_decisions
from iopsched.model.restriction import Restriction
from iopsched.model.switches import Switches
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, run

EFFORT = 2.0
"""What one question may take, in CP-SAT's own time."""
NAME = "a part with guards"


@dataclass(frozen=True, slots=True)
class Lifted:
    """A week that would be legal without these restrictions."""

    schedule: Schedule
    restrictions: frozenset[Restriction]


class GuardedPart:
    """Answers which restrictions would have to give way for less unmet need in a part of a week."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches

    def find(
        self, clock: Clock, most: int, states: Mapping[Restriction, bool], *, effort: float = EFFORT
    ) -> Lifted | None:
        """Return the week with the least unmet need for which at most so many restrictions give way, None if none was found."""
        cp = self.switches.model.cp
        self.switches.set(most, states)
        cp.minimize(self.switches.model.unmet.total)
        found = run(cp, clock, Settings(deterministic=effort, workers=1), name=NAME)
        if found.values is None:
            return None
        return Lifted(read_decisions(self.switches.model.x, found.values), self.switches.lifted(found.values))

    def is_impossible(self, clock: Clock, most: int, states: Mapping[Restriction, bool]) -> bool:
        """Return whether no week exists for which at most so many give way; asked twice, in two ways."""
        cp = self.switches.model.cp
        self.switches.set(most, states)
        cp.minimize(0)
        first = Settings(deterministic=EFFORT, workers=1)
        second = Settings(deterministic=EFFORT, workers=1, seed=1, presolves=False)
        return all(run(cp, clock, each, name=NAME).status == cp_model.INFEASIBLE for each in (first, second))
