"""Days of staff and of rooms against what they may and can hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, NEVER, clock, clock_of_end
from iopsched.policy.numbers import staff_limit
from iopsched.verifier.calendars import Calendars
from iopsched.verifier.preferences import waiting
from iopsched.verifier.week import Meeting, Week, by_day
from iopsched.views.labels import Labels
from iopsched.views.sessions import SessionRow, session_rows


@dataclass(frozen=True, slots=True)
class StaffDay:
    """One day of a member of staff: minutes in sessions against the limit, first start, last end, waiting between."""

    day: int
    sessions: int
    minutes: int
    start: str
    end: str
    waiting: int


@dataclass(frozen=True, slots=True)
class StaffWeek:
    """The week of a member of staff. The limits are None where only the schedule names the person."""

    therapist_id: str
    label: str
    rows: tuple[SessionRow, ...]
    days: tuple[StaffDay, ...]
    most_a_day: int | None
    most_a_week: int | None
    sources: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """Return the minutes in sessions."""
        return sum(row.minutes for row in self.days)

    @property
    def is_over(self) -> bool:
        """Return whether there is more work than the limit of the week allows."""
        return self.most_a_week is not None and self.minutes > self.most_a_week

    @property
    def waiting(self) -> int:
        """Return the minutes between sessions of one day, all days together."""
        return sum(row.waiting for row in self.days)


def staff_weeks(problem: Problem, schedule: Schedule, labels: Labels) -> tuple[StaffWeek, ...]:
    """Return the week of everybody on the staff, by id; also where only the schedule names them."""
    week = Week(problem, schedule)
    held: dict[str, list[Session]] = {key: [] for key in problem.therapist}
    for session in schedule.sessions:
        for key in dict.fromkeys(session.therapist_ids):
            held.setdefault(key, []).append(session)
    return tuple(
        _staff_week(
            week,
            key,
            labels,
            session_rows(problem, Schedule(schedule.week, tuple(own)), labels, problem.therapist.get(key)),
        )
        for key, own in sorted(held.items())
    )


def _staff_week(week: Week, therapist_id: str, labels: Labels, rows: tuple[SessionRow, ...]) -> StaffWeek:
    therapist = week.problem.therapist.get(therapist_id)
    limits = [staff_limit(week.problem.clinic, therapist, key) for key in _LIMITS] if therapist else None
    held = by_day(week.of_therapist.get(therapist_id, ()))
    return StaffWeek(
        therapist_id=therapist_id,
        label=labels.therapist(therapist_id),
        rows=rows,
        days=tuple(_staff_day(day, meetings) for day, meetings in sorted(held.items())),
        most_a_day=limits[0].value if limits else None,
        most_a_week=limits[1].value if limits else None,
        sources=tuple(limit.setting + (" or its rule set" if len(limit.where) > 1 else "") for limit in limits or ()),
    )


_LIMITS = ("max_hours_per_day", "max_hours_per_week")


def _staff_day(day: int, meetings: Sequence[Meeting]) -> StaffDay:
    return StaffDay(
        day=day,
        sessions=len(meetings),
        minutes=sum(meeting.minutes for meeting in meetings),
        start=clock(min(meeting.start for meeting in meetings)),
        end=clock_of_end(max(meeting.end for meeting in meetings)),
        waiting=waiting(meetings),
    )


@dataclass(frozen=True, slots=True)
class RoomDay:
    """One room on one day: what it holds, and how long it is used of the time that it is free to use."""

    room: str
    seats: int | None
    day: int
    rows: tuple[SessionRow, ...]
    minutes: int
    open_minutes: int


def room_days(problem: Problem, schedule: Schedule, labels: Labels, days: Iterable[int]) -> tuple[RoomDay, ...]:
    """Return every room on each of the days, by room; also rooms that only the schedule names."""
    rows = {row.session_id: row for row in session_rows(problem, schedule, labels)}
    held: dict[tuple[str, int], list[SessionRow]] = {}
    for session in sorted(schedule.sessions, key=lambda item: (item.start, item.end, item.id)):
        if session.room_id is not None:
            held.setdefault((session.room_id, session.start // DAY), []).append(rows[session.id])
    minutes: Mapping[str, int] = {session.id: session.minutes for session in schedule.sessions}
    calendars = Calendars(problem)
    free = {room.id: calendars.free("room", room) for room in problem.rooms}
    every = sorted({room_id for room_id, _ in held} | set(problem.room))
    return tuple(
        RoomDay(
            room=labels.room(room_id),
            seats=problem.room[room_id].capacity if room_id in problem.room else None,
            day=day,
            rows=tuple(held.get((room_id, day), ())),
            minutes=sum(minutes[row.session_id] for row in held.get((room_id, day), ())),
            open_minutes=free.get(room_id, NEVER).minutes_inside(day * DAY, (day + 1) * DAY),
        )
        for room_id in every
        for day in days
    )
