"""Cells each of which helps somebody, with a week that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from iopsched.answers.causes.factcells import Cell
from iopsched.answers.causes.witness import Witness
from iopsched.answers.explanation import AnswerKind
from iopsched.domain.schedule import Schedule
from iopsched.model.restriction import Restriction
from iopsched.rulebook import RuleId

FOR_ALL = frozenset({"services.csv", "clinic.toml"})


@dataclass(slots=True)
class Helping:
    """What helps those who share a cause. ``unmet``: what everybody lacks now; ``alone``: what they would lack alone."""

    kind: AnswerKind
    unmet: Mapping[str, int]
    alone: Mapping[str, int]
    cells: dict[Cell, Witness] = field(default_factory=dict)
    then: dict[Cell, Mapping[str, int]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    restrictions: set[Restriction] = field(default_factory=set)

    def add(self, cell: Cell, week: Witness, unmet: Mapping[str, int]) -> None:
        """Note that a cell helps, with what everybody lacks without it."""
        known = self.then.get(cell, self.unmet)
        self.cells.setdefault(cell, week)
        self.then[cell] = {key: min(unmet.get(key, 0), known.get(key, 0)) for key in self.unmet}

    @property
    def is_about_rows(self) -> bool:
        """Return whether a cell speaks of one person, room or group, and not of all."""
        return any(cell.fact.file not in FOR_ALL for cell in self.cells)

    @property
    def is_too_small(self) -> bool:
        """Return whether the number of people of a session is in the way: others might belong to its group."""
        return any(row.rule == RuleId.SIZE for row in self.restrictions)

    def least(self, key: str) -> int:
        """Return what a participant lacks where the cell that helps them most gives way."""
        return min((row.get(key, 0) for row in self.then.values()), default=self.unmet.get(key, 0))

    def helps(self, key: str) -> bool:
        """Return whether a participant lacks less than they must as long as nothing gives way."""
        limit = self.alone.get(key, 0) if self.kind == "alone" else self.unmet.get(key, 0)
        return self.least(key) < limit

    def explains_all(self, key: str) -> bool:
        """Return whether a participant lacks nothing where one of the cells gives way."""
        return self.helps(key) and self.least(key) == 0

    @property
    def participants(self) -> tuple[str, ...]:
        """Return who shares the cause, by id."""
        return tuple(sorted(key for key in self.unmet if key in self.people or self.helps(key)))

    @property
    def minutes(self) -> int:
        """Return the unmet need of these people that goes where the cell that helps each most gives way."""
        return sum(max(0, self.unmet[key] - self.least(key)) for key in self.participants)

    def shares_row_with(self, other: Helping) -> bool:
        """Return whether both have a cell, or a row, that is not one for all of the clinic."""
        return any(cell in self.cells and cell.fact.file not in FOR_ALL for cell in other.cells)

    def split(self, before: Schedule, key: str) -> list[Helping]:
        """Return what helps somebody to one thing apart from what helps to another: they lack several things then."""
        parts: list[tuple[frozenset[str], Helping]] = []
        for cell, week in self.cells.items():
            gained = week.gained(before, key)
            same = [part for part in parts if not gained.isdisjoint(part[0]) or gained == part[0]]
            whole = Helping(self.kind, self.unmet, self.alone, people=set(self.people), restrictions=self.restrictions)
            for _, part in same:
                whole.take(part, key)
            whole.add(cell, week, self.then[cell])
            parts = [part for part in parts if part not in same]
            parts.append((gained.union(*(services for services, _ in same)), whole))
        return [part for _, part in parts]

    def take(self, other: Helping, key: str) -> None:
        """Add the cells of somebody who shares the cause."""
        self.people.add(key)
        self.restrictions |= other.restrictions
        for cell, week in other.cells.items():
            self.add(cell, week, other.then[cell])

    def leave_out(self, told: Helping) -> None:
        """Leave out what another cause tells."""
        for cell in told.cells:
            self.cells.pop(cell, None)
            self.then.pop(cell, None)
