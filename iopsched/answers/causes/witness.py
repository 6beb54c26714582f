"""Witnesses: weeks with less unmet need that one cell keeps from being legal. The verifier is asked, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from iopsched.answers.causes.factcells import Cell, cells
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.rulebook import RuleId
from iopsched.verifier import Violation, unmet_minutes, violations
from iopsched.verifier.meetings import lacking_minutes
from iopsched.verifier.week import Week

ABOUT_COMPANY = frozenset({RuleId.COHORT, RuleId.SIZE, RuleId.APART, RuleId.TOGETHER})
"""Rules behind which the row of anybody in the session may be."""


@dataclass(frozen=True)
class Witness:
    """A week that is not legal, and how much is unmet in it where one cell gives way."""

    problem: Problem
    schedule: Schedule

    @cached_property
    def broken(self) -> tuple[Violation, ...]:
        """Return the rules that the week breaks as the clinic is."""
        return violations(self.problem, self.schedule)

    def rows(self) -> frozenset[str]:
        """Return the ids of the rows that the broken rules are about, and of those in the sessions that they name."""
        sessions = {row.id: row for row in self.schedule.sessions}
        found: set[str] = set()
        for violation in self.broken:
            found.update(violation.subject.split(), violation.people, violation.staff, violation.rooms)
            for key in violation.sessions:
                if row := sessions.get(key):
                    found.update((row.service_id, row.group_id or "", row.room_id or ""))
                    found.update(row.therapist_ids)
                    if violation.rule in ABOUT_COMPANY:
                        found.update(row.participant_ids)
        if any(violation.rule == RuleId.SUPERVISOR for violation in self.broken):
            found.update(row.id for row in self.problem.therapists)
        return frozenset(found)

    def cells(self, below: int) -> Iterator[tuple[Cell, Mapping[str, int]]]:
        """Yield the cells without which the week is legal with less than so much unmet need, and who lacks what then."""
        rules = {violation.rule for violation in self.broken}
        for cell in cells(self.problem, rules, self.rows()):
            unmet = self.without(cell, below)
            if unmet is not None:
                yield cell, unmet

    def without(self, cell: Cell, below: int) -> Mapping[str, int] | None:
        """Return who lacks what in the week without a cell; None where it is not legal then, or as much is unmet."""
        return self.without_all((cell,), below)

    def without_all(self, given: Sequence[Cell], below: int) -> Mapping[str, int] | None:
        """Return who lacks what in the week without some cells; None where it is not legal then, or as much is unmet."""
        try:
            problem = undone(self.problem, given)
        except ValueError:  # what is left is no clinic, such as a smallest size above the largest
            return None
        week = Week(problem, self.schedule)
        unmet = unmet_minutes(problem, self.schedule)
        if sum(unmet.values()) + lacking_minutes(week) >= below or violations(problem, self.schedule):
            return None
        return unmet

    def gained(self, before: Schedule, participant_id: str) -> frozenset[str]:
        """Return the services of which a participant has more sessions than before."""
        now, then = (
            Counter(row.service_id for row in week.sessions if participant_id in row.participant_ids)
            for week in (self.schedule, before)
        )
        return frozenset(now - then)

    def in_rooms(self) -> Iterator[Witness]:
        """Yield the week with a session that has no room for all of its people in each other room."""
        crowded = {key for row in self.broken if row.rule == RuleId.SEATS for key in row.sessions}
        if len(crowded) != 1:
            return
        for room in self.problem.rooms:
            rows = tuple(
                replace(row, room_id=room.id) if row.id in crowded and row.room_id else row
                for row in self.schedule.sessions
            )
            if rows != self.schedule.sessions:
                yield Witness(self.problem, replace(self.schedule, sessions=rows))


def undone(problem: Problem, given: Sequence[Cell]) -> Problem:
    """Return the problem without some cells; raises ``ValueError`` where that is no clinic."""
    for cell in given:
        problem = cell.undo(problem)
    return problem
