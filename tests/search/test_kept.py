"""Sessions that are to be kept: what the search has to leave to them."""

from dataclasses import replace

import pytest

from iopsched.domain.outcome import Infeasible, Solved
from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Schedule
from iopsched.params import SolveParams, Tuning
from iopsched.search import solve
from iopsched.verifier import violations
from tests.support.clinics import MONDAY, adult, room, service, session, small, therapist, windows

ONE = {"adult": 1}
VISITS = (service("individual", kind="individual", per_week=ONE),)
KEPT = session("Mon 09:00-10:00", "A1", "T1", "mine", service_id="individual", room_id="R1")


def clinic(**changes):
    """Return a clinic of visits: everybody needs one, and can come on Monday at nine only."""
    people = tuple(adult(f"A{number}", availability=windows("Mon 09:00-10:00")) for number in (1, 2, 3))
    facts = {
        "services": VISITS,
        "participants": people,
        "therapists": tuple(therapist(f"T{number}") for number in (1, 2, 3)),
        "rooms": (room("R1", capacity=3), room("R2", capacity=9), room("R3", capacity=9)),
        "kept": (KEPT,),
    }
    return small(**{**facts, **changes})


def solved(problem, **tuning):
    outcome = solve(problem, SolveParams(time_limit_s=30, workers=1, tuning=Tuning(**tuning)))
    assert isinstance(outcome, Solved)
    assert set(problem.kept) <= set(outcome.schedule.sessions)
    assert not violations(replace(problem, kept=()), outcome.schedule)
    return outcome


@pytest.mark.parametrize("tuning", [{}, {"parts_from_choices": 0}], ids=["whole", "large"])
def test_the_smallest_room_is_not_given_away_twice(tuning):
    """Visits are moved to small rooms that are free: the one of a kept session is not."""
    assert solved(clinic(), **tuning).goals[0].value == 0


def test_a_kept_session_counts_in_needs():
    problem = clinic(participants=(adult("A1"),))
    assert [row.id for row in solved(problem).schedule.sessions] == ["mine"]


def test_a_kept_session_keeps_its_id_whatever_the_earlier_week_calls_so():
    before = session("Tue 09:00-10:00", "A2", "T2", "mine", service_id="individual", room_id="R2")
    found = solved(clinic(participants=(adult("A1"), adult("A2")), previous=Schedule(MONDAY, (before,))))
    ids = [row.id for row in found.schedule.sessions]
    assert len(ids) == len(set(ids)) == 2


def test_changes_of_a_kept_session_count_against_the_earlier_week():
    """It is still to come, and whoever was told otherwise has to be told."""
    before = session("Tue 09:00-10:00", "A1", "T2", "individual-001", service_id="individual", room_id="R2")
    problem = clinic(participants=(adult("A1"),), previous=Schedule(MONDAY, (before,)))
    values = {goal.name.value: goal.value for goal in solved(problem).goals}
    assert (values["changes"], values["moves"]) == (3, 4)


def test_pins_that_cannot_hold_beside_what_is_kept_are_told():
    pin = Pin("must", participant_id="A1", service_id="individual", day=1, start=540)
    outcome = solve(clinic(participants=(adult("A1"),), pins=(pin,)), SolveParams(time_limit_s=30, workers=1))
    assert isinstance(outcome, Infeasible)
    assert outcome.pins == (pin,)
