"""What is left of a week, part by part of each day: seats in groups, hours of staff, rooms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iopsched.domain.people import Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, WEEKDAYS, TimeRange, Windows, hours
from iopsched.policy.numbers import staff_limit
from iopsched.verifier.calendars import Calendars
from iopsched.views.headroom import loads
from iopsched.words.phrases import count


@dataclass(frozen=True, slots=True)
class FreePart:
    """What one part of one day has left; ``part`` is blank where the clinic has no blocks.

    ``seats``: free places in sessions of groups that begin in it, by the groups' tracks. ``group_minutes``: what staff who may
    lead groups are there and in no session, within what is left of their limits of the day and the week; ``visit_minutes`` the same
    of staff who may hold individual sessions: one person may be in both. ``rooms``: rooms that are open all through it and hold nothing.
    """

    day: int
    part: str
    seats: Mapping[str, int]
    group_minutes: int
    visit_minutes: int
    rooms: int

    @property
    def title(self) -> str:
        """Return for instance ``Tue evening``."""
        return f"{WEEKDAYS[self.day]} {self.part}".strip()

    @property
    def all_seats(self) -> int:
        """Return the free seats of all tracks."""
        return sum(self.seats.values())

    def __str__(self) -> str:
        """Return it in words."""
        tracks = ", ".join(f"{track} {number}" for track, number in self.seats.items() if track)
        named = f" ({tracks})" if tracks else ""
        return (
            f"{self.title}: {count(self.all_seats, 'seat')}{named}, {hours(self.group_minutes)} of group leads, "
            f"{hours(self.visit_minutes)} of individual staff, {count(self.rooms, 'room')}"
        )

    def as_json(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {
            "day": WEEKDAYS[self.day],
            "part": self.part,
            "seats": dict(self.seats),
            "group_staff_minutes": self.group_minutes,
            "individual_staff_minutes": self.visit_minutes,
            "rooms": self.rooms,
        }


def free_parts(problem: Problem, schedule: Schedule) -> tuple[FreePart, ...]:
    """Return what each part of each open day has left, day by day."""
    calendars = Calendars(problem)
    left = _PlacesLeft(problem, schedule, calendars)
    blocks = sorted(problem.clinic.blocks, key=lambda row: (row.start, row.end))
    found = []
    for day in sorted(calendars.open.days()):
        for part in dict.fromkeys(row.part for row in blocks if day in row.days) if blocks else ("",):
            times = [
                TimeRange(day * DAY + b.start, day * DAY + b.end) for b in blocks if b.part == part and day in b.days
            ]
            whole = Windows.of(times or [TimeRange(day * DAY, (day + 1) * DAY)]).intersection(calendars.open)
            if whole:
                found.append(left.of(day, part, whole))
    return tuple(found)


class _PlacesLeft:
    def __init__(self, problem: Problem, schedule: Schedule, calendars: Calendars) -> None:
        self.problem = problem
        self.schedule = schedule
        self.loads = loads(problem, schedule)
        self.staff_free = {row.id: calendars.free("therapist", row) for row in problem.therapists}
        self.room_free = {row.id: calendars.free("room", row) for row in problem.rooms}

    def of(self, day: int, part: str, whole: Windows) -> FreePart:
        """Return what a part of a day has left."""
        return FreePart(
            day,
            part,
            self._seats(whole),
            self._staff({"group", "multifamily"}, day, whole),
            self._staff({"individual", "family"}, day, whole),
            sum(self._is_free(room_id, whole) for room_id in self.problem.room),
        )

    def _seats(self, whole: Windows) -> dict[str, int]:
        found: dict[str, int] = {}
        for session in self.schedule.sessions:
            group = self.problem.group.get(session.group_id or "")
            if group is not None and session.id in self.loads and whole.covers(session.start, session.start + 1):
                track = "/".join(group.tracks)
                found[track] = found.get(track, 0) + max(0, self.loads[session.id].free)
        return dict(sorted(found.items()))

    def _staff(self, kinds: set[str], day: int, whole: Windows) -> int:
        """Return the minutes that are left of staff with the skills of these kinds of session."""
        skills = {role.skill for row in self.problem.services if row.kind in kinds for role in row.staff} or kinds
        return sum(
            self._minutes_left(row, day, whole) for row in self.problem.therapists if skills.intersection(row.skills)
        )

    def _minutes_left(self, row: Therapist, day: int, whole: Windows) -> int:
        own = [session for session in self.schedule.sessions if row.id in session.therapist_ids]
        on_day = [session for session in own if session.start // DAY == day]
        free = self.staff_free[row.id].intersection(whole).minus(_times(on_day))
        limits = [staff_limit(self.problem.clinic, row, f"max_hours_per_{span}").value for span in ("day", "week")]
        return max(0, min(free.minutes, limits[0] - _minutes(on_day), limits[1] - _minutes(own)))

    def _is_free(self, room_id: str, whole: Windows) -> bool:
        used = _times(row for row in self.schedule.sessions if row.room_id == room_id)
        free = self.room_free[room_id].minus(used)
        return all(free.covers(row.start, row.end) for row in whole)


def _times(sessions: Iterable[Session]) -> Windows:
    return Windows.of(TimeRange(row.start, row.end) for row in sessions)


def _minutes(sessions: Sequence[Session]) -> int:
    return sum(row.minutes for row in sessions)
