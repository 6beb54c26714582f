"""When the clinic is open in the part of a week that is still to come, and sessions of a service could be held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, WEEK, TimeRange, Windows
from iopsched.ingest.file.extratime import part_of_week

FAMILY = frozenset({"family", "multifamily"})


class OpenTimes:
    """The times of one week that are still to come. All minutes are minutes of the week."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.clinic = problem.clinic
        self._spans: dict[tuple[str, str], tuple[TimeRange, ...]] = {}

    @cached_property
    def opening(self) -> Windows:
        """Return when the clinic is open in the part of the week that is still to come."""
        coming = Windows.of([TimeRange(self.problem.first_start, WEEK)] if self.problem.first_start < WEEK else [])
        return self.clinic.open.minus(self.absent("clinic", "")).intersection(coming)

    def absent(self, kind: str, own_id: str) -> Windows:
        """Return the time off of a person, a room or the clinic in this week."""
        return self._absences.get((kind, own_id), Windows())

    @cached_property
    def _absences(self) -> Mapping[tuple[str, str], Windows]:
        keys = {(row.kind, row.id) for row in self.problem.time_off}
        rows = self.problem.time_off
        return {
            key: part_of_week((row for row in rows if (row.kind, row.id) == key), self.problem.week) for key in keys
        }

    def closed_to(self, person: Participant) -> Windows:
        """Return when a participant cannot come whatever their windows say: busy, away, outside the stay or the opening."""
        days = (TimeRange(day * DAY, (day + 1) * DAY) for day in range(7) if not self._is_here(person, day))
        away = person.busy.union(self.absent("participant", person.id)).union(Windows.of(days))
        return away.union(Windows.of([TimeRange(0, WEEK)]).minus(self.opening))

    def free(self, person: Participant, service: Service) -> Windows:
        """Return when a participant can come to sessions of a service."""
        family = person.family_availability if service.kind in FAMILY else None
        return (person.availability if family is None else family).minus(self.closed_to(person))

    def _is_here(self, person: Participant, day: int) -> bool:
        on = self.problem.week + timedelta(days=day)
        return (person.admitted or on) <= on <= (person.discharged or on)

    def spans(self, service: Service, group: Group | None) -> tuple[TimeRange, ...]:
        """Return when a session of a service (and group) could be held, whoever comes: every start on the grid."""
        key = service.id, group.id if group is not None else ""
        if key not in self._spans:
            self._spans[key] = tuple(
                TimeRange(start, start + service.minutes)
                for start in range(0, WEEK, self.clinic.grid_minutes)
                if self._is_start(service, group, start)
            )
        return self._spans[key]

    def _is_start(self, service: Service, group: Group | None, start: int) -> bool:
        end = start + service.minutes
        if not self.opening.covers(start, end) or start // DAY != (end - 1) // DAY:
            return False
        if group is not None and group.times is not None and not group.times.allow(start, end):
            return False
        is_free = service.starts != "blocks" or not self.clinic.blocks
        return is_free or any(item.start == start and end <= item.end for item in self.blocks)

    @cached_property
    def blocks(self) -> tuple[TimeRange, ...]:
        """Return every block on each of its days, as far as the clinic is open."""
        found = {
            TimeRange(day * DAY + block.start, day * DAY + block.end)
            for block in self.clinic.blocks
            for day in block.days
        }
        return tuple(sorted(item for item in found if self.opening.covers(item.start, item.end)))
