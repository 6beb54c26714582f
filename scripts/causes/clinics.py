"""Small clinics in which everybody has everything, with nothing to spare that a planted cause could be evaded by."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from iopsched.domain.clinic import Clinic, Level, StaffLimits
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Need, Service, Times
from iopsched.domain.timegrid import DAY, HOUR, TimeRange, Windows

WEEK = date(2026, 11, 30)
TARGET = "P1"
"""The person in whose way things are put: of group A, with the primary T1 and a need of one talk."""
OPEN = Windows(tuple(TimeRange(day * DAY + 9 * HOUR, day * DAY + 17 * HOUR) for day in range(5)))


def clinic(seed: int) -> Problem:
    """Return a clinic of one to three groups; the same seed gives the same clinic."""
    chance = random.Random(seed)
    letters = "ABC"[: chance.choice([1, 2, 3])]
    days = sorted(chance.sample(range(5), chance.choice([2, 3])))
    size = chance.choice([3, 4])
    groups: list[Group] = []
    people: list[Participant] = []
    staff: list[Therapist] = []
    rooms: list[Room] = []
    for place, letter in enumerate(letters):
        start = chance.choice([9, 13]) * HOUR
        groups.append(
            Group(
                letter,
                "process",
                (letter,),
                "adult",
                len(days),
                times=Times(starts=frozenset(day * DAY + start for day in days)),
                lead_ids=(f"T{place + 1}",),
                room_id=f"R{place + 1}",
                min_size=2,
            )
        )
        staff.append(Therapist(f"T{place + 1}", ("group", "individual"), OPEN, languages=("English",), gender="M"))
        rooms.append(Room(f"R{place + 1}", 14, availability=OPEN))
        first = len(people) + 1
        people += [
            Participant(f"P{number}", "adult", (letter,), OPEN, group_ids=(letter,), primary_id=f"T{place + 1}")
            for number in range(first, first + size)
        ]
    staff.append(Therapist("NURSE", ("nursing",), OPEN, supervisor=True))
    return Problem(
        _settings(len(days)),
        WEEK,
        _services(),
        tuple(people),
        tuple(staff),
        (*rooms, Room("O1", 3, availability=OPEN)),
        tuple(groups),
    )


def _settings(days: int) -> Clinic:
    level = Level("iop-adult", days * 180, 1200, days, 480, 180)
    return Clinic(
        *("Planted", "planted", "America/Chicago", OPEN, ("adult",), 60, "generic", ()),
        *({"iop-adult": level}, {}, {"adult": 12}, {"adult": 12}),
        staff=StaffLimits(min_rest_minutes=0, max_minutes_per_day=480, max_minutes_per_week=2400),
    )


def _services() -> tuple[Service, ...]:
    """Return a group session of three hours, and a talk that does not count: so each lack has its own reason."""
    return (
        Service("process", "group", 180, 180, max_per_day=1),
        Service("talk", "individual", 60, 60, counts=False, with_primary=True, per_week={"adult": 1}, max_per_day=1),
    )


def talks(problem: Problem, number: int = 1, **asked: object) -> Problem:
    """Return the problem with a need of talks of the target, with what else it asks."""
    need = Need(TARGET, "talk", number, **asked)  # type: ignore[arg-type]
    return replace(problem, needs=(*(row for row in problem.needs if row.participant_id != TARGET), need))
