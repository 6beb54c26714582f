"""Cells of somebody who lacks something alone, tried one by one: where moves are many, no part of a week shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iopsched import search
from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.causewords import place
from iopsched.answers.causes.factcells import Cell, cells
from iopsched.answers.causes.witness import Witness
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.model.terms import Terms
from iopsched.rulebook import ALL_RULES, GoalId
from iopsched.search.alone import least_alone
from iopsched.search.clock import Clock
from iopsched.search.workshop import Workshop

MOST_TRIED = 60
SOLVE_S = 2.0
"""How long a week of the whole clinic is searched for without one cell."""


@dataclass(frozen=True, slots=True)
class AloneCells:
    """Tries the cells that are about a participant who lacks ``alone`` minutes with the clinic to themselves."""

    base: Base
    key: str
    alone: int
    budget: Budget

    def find(self) -> Iterator[tuple[Cell, Witness, Mapping[str, int]]]:
        """Yield the cells without which less is unmet, with a week of the whole clinic that shows it."""
        for number, cell in enumerate(self.about()):
            if self.budget.is_over or number >= MOST_TRIED:
                return
            try:
                problem = cell.undo(self.base.problem)
            except ValueError:
                continue
            if self._least(problem) < self.alone and (found := self._week(problem, cell)) is not None:
                yield found

    def about(self) -> list[Cell]:
        """Return the cells of the person's own row and of those who could lead what they lack.

        The own come first, then absences and pins, which pass, then other rows, settings for all last.
        """
        problem = self.base.problem
        person = problem.participant[self.key]
        apart = [
            row.participant_id
            for row in problem.keep_apart
            if self.key in (row.participant_id, row.other_participant_id)
        ]
        apart += [row.therapist_id for row in problem.keep_apart if row.participant_id == self.key and row.therapist_id]
        leads = [lead for group in person.group_ids for lead in problem.group[group].lead_ids]
        own = dict.fromkeys([self.key, *person.group_ids, *filter(None, [person.primary_id]), *leads, *apart])
        found = list(cells(problem, ALL_RULES, list(own)))
        return sorted(found, key=lambda cell: (cell.row != self.key, place(cell)))

    def _least(self, problem: Problem) -> int:
        clock = Clock(self.budget.params(), self.budget.stop)
        return least_alone(Workshop(Terms(problem)), problem.participant[self.key], clock)

    def _week(self, problem: Problem, cell: Cell) -> tuple[Cell, Witness, Mapping[str, int]] | None:
        found = search.solve(
            problem,
            self.budget.params(most_s=SOLVE_S),
            stop=self.budget.stop,
            start=self.base.schedule,
            last=GoalId.UNMET_NEED,
        )
        if not isinstance(found, Solved):
            return None
        week = Witness(self.base.problem, found.schedule)
        unmet = week.without(cell, self.base.minutes)
        return None if unmet is None else (cell, week, unmet)
