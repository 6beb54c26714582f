"""Amounts: how much is asked of a resource and how much it has, counted in a week that shows what is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from iopsched.answers.base import Base
from iopsched.answers.causes.factcells import Cell
from iopsched.answers.causes.witness import Witness
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY
from iopsched.policy.numbers import largest, staff_limit


@dataclass(frozen=True, slots=True)
class Amount:
    """What is asked for and what there is, in a unit. ``is_counted``: of the cell's own resource."""

    demand: int
    supply: int
    unit: str
    is_counted: bool


Count = Callable[[Problem, Schedule, str], tuple[int, int, str] | None]


def amount_of(base: Base, cell: Cell, witness: Witness, unmet: Mapping[str, int]) -> Amount:
    """Return the amounts of a cell's resource; where it has none, the sessions of those who are helped."""
    count = _COUNTS.get((cell.fact.file, cell.fact.column))
    found = count(base.problem, witness.schedule, cell.row) if count is not None else None
    if found is not None and found[0] > found[1]:
        return Amount(*found, is_counted=True)
    people = {key for key, minutes in base.unmet.items() if unmet.get(key, 0) < minutes}
    asked, there = (_attended(week, people) for week in (witness.schedule, base.schedule))
    return Amount(asked, min(there, asked - 1), "sessions", is_counted=False)


def _attended(week: Schedule, people: set[str]) -> int:
    return sum(len(people.intersection(row.participant_ids)) for row in week.sessions)


def _of_staff(week: Schedule, therapist_id: str) -> list[Session]:
    return [row for row in week.sessions if therapist_id in row.therapist_ids]


def _hours_a_week(problem: Problem, week: Schedule, row_id: str) -> tuple[int, int, str]:
    limit = staff_limit(problem.clinic, problem.therapist[row_id], "max_hours_per_week").value
    return sum(row.minutes for row in _of_staff(week, row_id)), limit, "minutes"


def _hours_a_day(problem: Problem, week: Schedule, row_id: str) -> tuple[int, int, str]:
    days: dict[int, int] = {}
    for row in _of_staff(week, row_id):
        days[row.start // DAY] = days.get(row.start // DAY, 0) + row.minutes
    limit = staff_limit(problem.clinic, problem.therapist[row_id], "max_hours_per_day").value
    return max(days.values(), default=0), limit, "minutes"


def _caseload(problem: Problem, week: Schedule, row_id: str) -> tuple[int, int, str]:
    return list(week.primaries.values()).count(row_id), problem.therapist[row_id].max_caseload or 0, "participants"


def _size(problem: Problem, week: Schedule, row_id: str) -> tuple[int, int, str]:
    group = problem.group[row_id]
    most = largest(problem.clinic, problem.service[group.service_id], group, [group.population]).value
    return max((len(row.participant_ids) for row in _of_group(week, row_id)), default=0), most, "participants"


def _of_group(week: Schedule, group_id: str) -> list[Session]:
    return [row for row in week.sessions if row.group_id == group_id]


def _sessions(problem: Problem, week: Schedule, row_id: str) -> tuple[int, int, str]:
    return len(_of_group(week, row_id)), problem.group[row_id].sessions_per_week, "sessions"


def _seats(problem: Problem, week: Schedule, row_id: str) -> tuple[int, int, str]:
    held = [row for row in week.sessions if row.room_id == row_id]
    seats = (
        len(row.participant_ids) * (1 + problem.service[row.service_id].guests) + len(row.therapist_ids) for row in held
    )
    return max(seats, default=0), problem.room[row_id].capacity, "seats"


def _heads(problem: Problem, week: Schedule, row_id: str) -> tuple[int, int, str]:
    held = [len(row.participant_ids) for row in week.sessions if row.room_id == row_id]
    return max(held, default=0), problem.room[row_id].max_participants or 0, "participants"


def _staff_times(problem: Problem, week: Schedule, row_id: str) -> tuple[int, int, str]:
    windows = problem.therapist[row_id].availability
    held = _of_staff(week, row_id)
    return len(held), sum(windows.covers(row.start, row.end) for row in held), "sessions"


def _room_times(problem: Problem, week: Schedule, row_id: str) -> tuple[int, int, str]:
    windows = problem.room[row_id].availability
    held = [row for row in week.sessions if row.room_id == row_id]
    return len(held), sum(windows.covers(row.start, row.end) for row in held), "sessions"


_COUNTS: Mapping[tuple[str, str], Count] = {
    ("therapists.csv", "max_hours_per_week"): _hours_a_week,
    ("therapists.csv", "max_hours_per_day"): _hours_a_day,
    ("therapists.csv", "max_caseload"): _caseload,
    ("therapists.csv", "availability"): _staff_times,
    ("groups.csv", "max_size"): _size,
    ("groups.csv", "sessions_per_week"): _sessions,
    ("rooms.csv", "capacity"): _seats,
    ("rooms.csv", "max_participants"): _heads,
    ("rooms.csv", "availability"): _room_times,
}
