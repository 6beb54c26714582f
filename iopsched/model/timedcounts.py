"""A week in which sessions have their start and their staff, and people are only counted by the day.

Between the counts of days and the pooled sessions: staff and rooms are as exact as there, so that odd free half hours
and two services that want the same room tell; participants are in as many sessions of a service a day as there are,
whenever these are. Every week is one of its solutions and lacks no less. It proves in a second or two what the pooled
sessions, with ten times as many literals, do not prove in a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ortools.sat.python import cp_model

from iopsched.model.candidate import Candidate
from iopsched.model.daycounts import DayCounts
from iopsched.model.posting import Literal


class TimedCounts(DayCounts):
    """See :class:`iopsched.model.daycounts.DayCounts`."""

    def _staff(self, rows: Sequence[Candidate], held: cp_model.IntVar) -> None:
        every: list[Literal] = []
        for row in rows:
            leads = self._chosen(row, row.lead_ids)
            for role, ids in row.other_roles:
                self.cp.add(sum(self._chosen(row, ids)) == role.number * sum(leads))
            if row.needs_room:
                rooms = self._rooms_of([row])
                for cell in self._cells_of(row):
                    self._rooms_at[cell][rooms].extend(leads)
            every += leads
        self.cp.add(held == sum(every))

    def _chosen(self, row: Candidate, ids: Iterable[str]) -> list[Literal]:
        found = []
        for therapist_id in ids:
            literal = self.cp.new_bool_var("")
            found.append(literal)
            for cell in self._cells_of(row):
                self._busy_at[therapist_id, cell].append(literal)
        return found

    def _limit_rooms(self) -> None:
        """Let nobody be in two sessions at once, and no more sessions be under way than there are rooms for."""
        for literals in self._busy_at.values():
            self.cp.add_at_most_one(literals)
        for used in self._rooms_at.values():
            for rooms in used:
                inside = [literal for other, literals in used.items() if other <= rooms for literal in literals]
                self.cp.add(sum(inside) <= len(rooms))
