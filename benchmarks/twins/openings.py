"""When the clinic is open and people and rooms are free, as the twins read it: windows, absences, stays, starts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.twins.formulation import Ints
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, NEVER, WEEK, TimeRange, Windows

DAYS = 7
FAMILY_KINDS = ("family", "multifamily")


class Openings:
    """The calendar of one problem; every ``fits`` answers for many starts at once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.grid = problem.clinic.grid_minutes
        spans: dict[tuple[str, str], list[TimeRange]] = defaultdict(list)
        for row in problem.time_off:
            start, end = (self._minute(moment) for moment in (row.start, row.end))
            if start < end:
                spans[row.kind, "" if row.kind == "clinic" else row.id].append(TimeRange(start, end))
        self._off = {key: Windows.of(ranges) for key, ranges in spans.items()}
        self.open = problem.clinic.open.minus(self.off("clinic", ""))
        self._fitting: dict[tuple[Windows, int], NDArray[np.bool_]] = {}
        self._free: dict[tuple[str, type, bool], Windows] = {}

    def _minute(self, moment: datetime) -> int:
        monday = datetime.combine(self.problem.week, time())
        minutes = (moment.replace(tzinfo=None) - monday) // timedelta(minutes=1)
        return min(WEEK, max(0, minutes))

    def off(self, kind: str, key: str) -> Windows:
        """Return the absences of a ``participant``, ``therapist`` or ``room`` by id, or of the ``clinic``."""
        return self._off.get((kind, key), NEVER)

    # --- stays ------------------------------------------------------------
    def date_of(self, day: int) -> date:
        """Return the date of a weekday of this week."""
        return self.problem.week + timedelta(days=day)

    def stay_days(self, person: Participant) -> list[int]:
        """Return the weekdays of this week inside a stay, open or not."""
        first, last = person.admitted or date.min, person.discharged or date.max
        return [day for day in range(DAYS) if first <= self.date_of(day) <= last]

    @cached_property
    def open_days(self) -> frozenset[int]:
        """Return the weekdays on which the clinic is open every week: extra time opens none, closures close none."""
        clinic = self.problem.clinic
        return clinic.open.minus(clinic.extra).days()

    def days_asked(self, person: Participant) -> int:
        """Return how many open weekdays of the stay count for weekly minimums."""
        days = self.open_days.intersection(self.stay_days(person))
        if self.problem.clinic.closures == "prorate":
            days = days.intersection(self.open.days())
        return len(days)

    def is_present(self, person: Participant) -> bool:
        """Return whether anything can be asked of this week for somebody."""
        return self.days_asked(person) > 0

    def prorated(self, person: Participant, weekly: int) -> int:
        """Return the part of a weekly minimum that a stay is asked for, rounded down."""
        return weekly * self.days_asked(person) // max(1, len(self.open_days))

    # --- who is free ------------------------------------------------------
    def free(self, row: Participant | Therapist | Room, kind: str = "") -> Windows:
        """Return when somebody or a room may be in a session; of family kinds where these have windows of their own."""
        key = (row.id, type(row), kind in FAMILY_KINDS)
        if key not in self._free:
            self._free[key] = self._windows(row, kind)
        return self._free[key]

    def _windows(self, row: Participant | Therapist | Room, kind: str) -> Windows:
        available = row.availability
        if isinstance(row, Participant) and kind in FAMILY_KINDS and row.family_availability is not None:
            available = row.family_availability
        tables = {Participant: "participant", Therapist: "therapist", Room: "room"}
        found = available.minus(row.busy).minus(self.off(tables[type(row)], row.id)).intersection(self.open)
        if isinstance(row, Participant) and (row.admitted or row.discharged):
            days = self.stay_days(row)
            found = found.intersection(Windows.of(TimeRange(day * DAY, (day + 1) * DAY) for day in days))
        return found

    @cached_property
    def supervised(self) -> Windows:
        """Return when a licensed supervisor is in the building: neither off nor at home, but perhaps busy."""
        return Windows.of(
            stretch
            for row in self.problem.therapists
            if row.supervisor and row.licensed and row.modality != "telehealth"
            for stretch in row.availability.minus(self.off("therapist", row.id))
        )

    def covered(self, windows: Windows, starts: Ints, minutes: int) -> NDArray[np.bool_]:
        """Return at which of the starts the windows cover a session of so many minutes."""
        if (windows, minutes) not in self._fitting:
            every = range(0, WEEK, self.grid)
            self._fitting[windows, minutes] = np.array([windows.covers(start, start + minutes) for start in every])
        return self._fitting[windows, minutes][starts // self.grid]

    def fits(self, row: Participant | Therapist | Room, starts: Ints, service: Service) -> NDArray[np.bool_]:
        """Return at which of the starts a person or room is free for a whole session of a service."""
        found = self.covered(self.free(row, service.kind), starts, service.minutes)
        if isinstance(row, Participant) and service.counts and (row.authorized_from or row.authorized_until):
            first, last = row.authorized_from or date.min, row.authorized_until or date.max
            paid = np.array([first <= self.date_of(day) <= last for day in range(DAYS)])
            found = found & paid[starts // DAY]
        return found

    # --- starts -----------------------------------------------------------
    def starts(self, service: Service, group: Group | None = None, modality: str = "") -> Ints:
        """Return at which minutes of the week a session may start, as far as clinic, service and group say."""
        clinic, minutes = self.problem.clinic, service.minutes
        found = (
            self._block_starts(service) if service.starts == "blocks" and clinic.blocks else range(0, WEEK, self.grid)
        )
        times = group.times if group else None
        inside = [
            start
            for start in found
            if (start + minutes - 1) // DAY == start // DAY
            and self.open.covers(start, start + minutes)
            and (times is None or times.allow(start, start + minutes))
        ]
        starts = np.array(inside, np.int64)
        if modality != "telehealth" and modality and clinic.staff.supervisor_on_site:
            starts = starts[self.covered(self.supervised, starts, minutes)]
        return starts

    def _block_starts(self, service: Service) -> Iterable[int]:
        return sorted(
            {
                day * DAY + block.start
                for block in self.problem.clinic.blocks
                for day in block.days
                if block.start + service.minutes <= block.end and block.start % self.grid == 0
            }
        )

    def is_evening(self, start: int) -> bool:
        """Return whether a minute of the week lies in a block of the evening, on a day of that block."""
        return any(
            block.part == "evening" and start // DAY in block.days and block.start <= start % DAY < block.end
            for block in self.problem.clinic.blocks
        )
