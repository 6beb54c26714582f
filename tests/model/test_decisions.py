"""What is read from a solution: ids by number, and rooms of visits, which the model only counts."""

from collections import Counter

import pytest

from iopsched.domain.outcome import Solved
from iopsched.domain.services import Need, Times
from iopsched.params import Tuning
from iopsched.search import SolveParams, solve
from iopsched.verifier import violations
from tests.support.clinics import adult, adults, at, clinic, group, level, room, service, small, therapist, windows

OFFICE, HALL = {"capacity": 2}, {"capacity": 40}


def weekly(rooms, visits, **facts):
    """Return the rooms in use by start, in a week in which everybody has so many visits on Monday morning."""
    problem = small(
        clinic=clinic(open=windows("Mon 09:00-12:00"), **facts),
        services=(service("individual", kind="individual"),),
        participants=adults(len(visits)),
        needs=tuple(Need(f"A{place}", "individual", number) for place, number in enumerate(visits, 1)),
        therapists=tuple(therapist(f"T{number}") for number in range(1, len(visits) + 1)),
        rooms=rooms,
    )
    outcome = solve(problem, SolveParams(time_limit_s=30, workers=1))
    assert isinstance(outcome, Solved)
    assert violations(problem, outcome.schedule) == ()
    numbers = range(1, sum(visits) + 1)
    assert [session.id for session in outcome.schedule.sessions] == [f"individual-{number:03}" for number in numbers]
    found = {}
    for session in outcome.schedule.sessions:
        found.setdefault(session.start, []).append(session.room_id)
    return found


@pytest.mark.parametrize("names", [("R1", "R2"), ("R2", "R1")])
def test_the_small_room_is_never_free_while_the_hall_is_in_use(names):
    """Three hours with a visit, one of them with two."""
    office, hall = names
    used = weekly((room(office, **OFFICE), room(hall, **HALL)), (3, 1))
    assert all(office in rooms for rooms in used.values())
    assert Counter(name for rooms in used.values() for name in rooms) == {office: 3, hall: 1}


def test_equal_rooms_are_handed_out_one_each():
    """Three at once in three of the hours, two offices and the hall."""
    rooms = (room("R1", **OFFICE), room("R2", **OFFICE), room("R3", **HALL))
    used = weekly(rooms, (3, 3, 3))
    assert [sorted(names) for names in used.values()] == [["R1", "R2", "R3"]] * 3


def test_rooms_need_the_changeover_too():
    """Two of three hours, so that there is an hour between; the office can have both."""
    used = weekly((room("R1", **OFFICE), room("R2", **HALL)), (2,), staff={"changeover_minutes": 60})
    assert used == {540: ["R1"], 660: ["R1"]}


@pytest.mark.parametrize("tuning", [Tuning(), Tuning(parts_from_choices=0)], ids=["whole", "parts"])
@pytest.mark.parametrize("number", [3, 13])
def test_a_group_keeps_its_room(number, tuning):
    """Also of more equal rooms than a part tells apart: on Tuesday the other group begins first."""
    times = {"G1": ("Mon 09:00", "Tue 11:00"), "G2": ("Mon 09:00", "Tue 10:00")}
    problem = small(
        clinic=clinic(level=level(min_minutes_per_week=360)),
        services=(service(min_participants=1),),
        participants=(adult("A1", group_ids=("G1",)), adult("A2", group_ids=("G2",))),
        groups=tuple(group(name, times=Times(starts=frozenset(map(at, starts)))) for name, starts in times.items()),
        rooms=tuple(room(f"R{place}") for place in range(number)),
    )
    outcome = solve(problem, SolveParams(time_limit_s=30, workers=1, tuning=tuning))
    assert isinstance(outcome, Solved)
    assert len(outcome.schedule.sessions) == 4
    assert len({(session.group_id, session.room_id) for session in outcome.schedule.sessions}) == 2
