"""Hours that staff are there and in no session."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.domain.people import Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY, TimeRange, Windows
from iopsched.policy.numbers import staff_limit, target_minutes
from iopsched.verifier.calendars import Calendars

LEAST_MINUTES = 30
DAYS = range(7)


@dataclass(frozen=True, slots=True)
class UnusedHours:
    """What somebody has left in a week: ``minutes`` up to their target and limits, at some time of ``free``."""

    therapist_id: str
    skills: tuple[str, ...]
    minutes: int
    free: Windows


def minutes_there(problem: Problem, calendars: Calendars, staff: Therapist) -> int:
    """Return how long somebody can be in sessions in a week, within their windows and limits."""
    free = calendars.free("therapist", staff)
    most_a_day, most_a_week = _limits(problem, staff)
    return min(most_a_week, sum(min(most_a_day, free.minutes_inside(day * DAY, (day + 1) * DAY)) for day in DAYS))


def unused_hours(problem: Problem, schedule: Schedule) -> tuple[UnusedHours, ...]:
    """Return everybody on the staff who has at least half an hour left, by id."""
    calendars = Calendars(problem)
    rows = (_unused(problem, schedule, calendars, staff) for staff in problem.therapists)
    return tuple(sorted((row for row in rows if row.minutes >= LEAST_MINUTES), key=lambda row: row.therapist_id))


def _unused(problem: Problem, schedule: Schedule, calendars: Calendars, staff: Therapist) -> UnusedHours:
    own = [row for row in schedule.sessions if staff.id in row.therapist_ids]
    taken = Windows.of(TimeRange(row.start, row.end) for row in own)
    free = calendars.free("therapist", staff).minus(taken)
    most_a_day, most_a_week = _limits(problem, staff)
    left = 0
    for day in DAYS:
        first, end = day * DAY, (day + 1) * DAY
        left += max(0, min(most_a_day - taken.minutes_inside(first, end), free.minutes_inside(first, end)))
    used = sum(row.minutes for row in own)
    most = min(most_a_week, target_minutes(problem.clinic, staff))
    return UnusedHours(staff.id, staff.skills, max(0, min(most - used, left)), free)


def _limits(problem: Problem, staff: Therapist) -> tuple[int, int]:
    day, week = (staff_limit(problem.clinic, staff, f"max_hours_per_{span}").value for span in ("day", "week"))
    return day, week
