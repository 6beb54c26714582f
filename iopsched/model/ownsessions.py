"""Sessions that could be somebody's: by person, and of a person by weekday and by service."""

from __future__ import annotations

from collections import defaultdict

from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.posting import Literal

Attendance = list[tuple[Candidate, Literal]]
"""Sessions that could be somebody's, each with its literal."""


def by_day(attendance: Attendance) -> dict[int, Attendance]:
    """Return attendance by weekday."""
    found: dict[int, Attendance] = {}
    for row in attendance:
        day = row[0].start // DAY
        if day in found:
            found[day].append(row)
        else:
            found[day] = [row]
    return found


def by_service(attendance: Attendance) -> dict[str, Attendance]:
    """Return attendance by service."""
    found: dict[str, Attendance] = defaultdict(list)
    for row in attendance:
        found[row[0].service.id].append(row)
    return dict(found)


class Sessions:
    """What each of some people could attend, or be on the staff of. Once all is there, it is sorted when first asked."""

    def __init__(self) -> None:
        self.rows: dict[str, Attendance] = defaultdict(list)
        self._days: dict[str, dict[int, Attendance]] = {}
        self._services: dict[str, dict[str, Attendance]] = {}

    def of(self, person_id: str) -> Attendance:
        """Return every session of a person."""
        return self.rows.get(person_id, [])

    def days(self, person_id: str) -> dict[int, Attendance]:
        """Return the sessions of a person by weekday."""
        if person_id not in self._days:
            self._days[person_id] = by_day(self.of(person_id))
        return self._days[person_id]

    def services(self, person_id: str) -> dict[str, Attendance]:
        """Return the sessions of a person by service."""
        if person_id not in self._services:
            self._services[person_id] = by_service(self.of(person_id))
        return self._services[person_id]
