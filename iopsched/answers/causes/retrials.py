"""Cells near somebody, tried by searching the whole week again: for lacks behind which no part of the week finds anything.

Giving way only ever allows more. So all cells are given way on at once. Where less is unmet then, the verifier says which one
cell the week needs; where it needs several, each half of the cells is tried. So what helps by itself is found with few
searches, whatever else of the week has to move.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from iopsched import search
from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.factcells import Cell, cells
from iopsched.answers.causes.witness import Witness
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.terms import Terms
from iopsched.params import Progress
from iopsched.rulebook import GoalId, RuleId
from iopsched.search.alone import least_alone
from iopsched.search.clock import Clock
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late, TimeOver

ONE_S = 3.0
"""What one search may take."""
FIRST = ("participants.csv", "needs.csv", "groups.csv", "therapists.csv", "rooms.csv")
WIDE = frozenset({"open"})
"""Cells that make a week too large to be searched again where they give way."""


@dataclass(frozen=True)
class Retrials:
    """Tries the cells in the rows of people who lack something, of their groups and of whoever leads their sessions.

    ``people``: participant ids, with what each lacks even with the clinic to themselves; ``known``: file, id and column of
    cells that are told already.
    """

    base: Base
    people: Mapping[str, int]
    known: Collection[tuple[str, str, str]]
    budget: Budget

    @property
    def problem(self) -> Problem:
        """Return the clinic."""
        return self.base.problem

    def find(self) -> Iterator[tuple[Cell, Witness, Mapping[str, int]]]:
        """Yield further cells that help, each with a week that shows it and who lacks what then.

        First rows that somebody wrote to forbid something, then what keeps somebody from something even with the clinic to
        themselves, then all cells of people, groups, staff, and of the whole clinic.
        """
        found = dict.fromkeys(cells(self.problem, frozenset(RuleId), self._rows()))
        near = [cell for cell in found if self._is_worth_it(cell)]
        files = dict.fromkeys((*FIRST, *sorted(cell.fact.file for cell in near)))
        groups = [[cell for cell in near if not cell.fact.column], self._alone(near)]
        groups += [[cell for cell in near if cell.fact.column and cell.fact.file == file] for file in files]
        told = {*self.known}
        for group in groups:
            for cell, witness, unmet in self._halved([cell for cell in group if _place(cell) not in told]):
                if _place(cell) not in told:  # a week may need a cell that is told, or found before
                    told.add(_place(cell))
                    yield cell, witness, unmet

    def _alone(self, near: Sequence[Cell]) -> list[Cell]:
        """Return the cells of somebody's own row without which they lack less with the clinic to themselves."""
        found = []
        with contextlib.suppress(Late, TimeOver):
            for cell in near:
                alone = self.people.get(cell.row, 0) if cell.fact.file == "participants.csv" else 0
                changed = self._changed([cell]) if alone and not self.budget.is_over else None
                if changed is not None:
                    clock = Clock(self.budget.params(), self.budget.stop)
                    least = least_alone(Workshop(Terms(changed)), changed.participant[cell.row], clock)
                    found += [cell] if least < alone else []
        return found

    def _rows(self) -> frozenset[str]:
        own = [row for row in self.base.schedule.sessions if not {*self.people}.isdisjoint(row.participant_ids)]
        people = [self.problem.participant[key] for key in self.people]
        tracks = {track for person in people for track in person.tracks}
        found = {row.id for row in self.problem.groups if {*row.tracks} & tracks}
        found |= {row.id for row in self.problem.participants if {*row.tracks} & tracks}
        found |= {row.lead_id for row in own} | {person.primary_id or "" for person in people}
        found |= {row.room_id or "" for row in own} | {row.service_id for row in own}
        return frozenset({*found, *self.people} - {""})

    def _is_worth_it(self, cell: Cell) -> bool:
        """Return whether a cell is tried: of others than the people asked about only the group that they stay in."""
        fact = cell.fact
        if fact.column in WIDE or _place(cell) in self.known:
            return False
        if fact.file == "participants.csv" and fact.id not in self.people and fact.column != "group_id":
            return False
        return self._changed([cell]) is not None

    def _halved(self, near: Sequence[Cell]) -> Iterator[tuple[Cell, Witness, Mapping[str, int]]]:
        """Yield what helps of these cells: what a week needs that is found without all of them, then what another needs."""
        week = self._better(near) if near and not self.budget.is_over else None
        if week is None:
            return
        witness = Witness(self.problem, week)
        found = dict(witness.cells(self.base.minutes))
        yield from ((cell, witness, unmet) for cell, unmet in found.items())
        if found:
            yield from self._halved([cell for cell in near if cell not in found])
        elif len(near) > 1:
            middle = len(near) // 2
            yield from self._halved(near[:middle])
            yield from self._halved(near[middle:])

    def _changed(self, near: Sequence[Cell]) -> Problem | None:
        problem = self.problem
        try:
            for cell in near:
                problem = cell.undo(problem)
        except ValueError:  # what is left is no clinic
            return None
        return problem

    def _better(self, near: Sequence[Cell]) -> Schedule | None:
        """Return a week with less unmet need where these cells give way, None if none was found."""
        problem = self._changed(near)
        if problem is None:
            return None
        stop, asked = threading.Event(), self.budget.stop
        below = self.base.minutes

        def hear(news: Progress) -> None:
            is_better = news.goal is GoalId.UNMET_NEED and news.value is not None and news.value < below
            if is_better or asked.is_set():
                stop.set()

        found = search.solve(
            problem,
            replace(self.budget.params(most_s=ONE_S), workers=1),
            hear,
            stop,
            start=self.base.schedule,
            last=GoalId.UNMET_NEED,
        )
        if not isinstance(found, Solved) or found.goals[0].value >= below:
            return None
        return found.schedule


def _place(cell: Cell) -> tuple[str, str, str]:
    return cell.fact.file, cell.fact.id, cell.fact.column
