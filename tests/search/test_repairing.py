"""Repair: each choice keeps what it promises, and proves it."""

import threading
from dataclasses import replace

import pytest

from iopsched.domain.outcome import Infeasible, Solved
from iopsched.domain.pins import Pin
from iopsched.domain.services import Need
from iopsched.model.terms import Terms
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.search.clock import Clock
from iopsched.search.repairing import repaired
from iopsched.search.repairing.covered import covered_week
from iopsched.search.workshop import Workshop
from iopsched.verifier import violations
from tests.support.clinics import (
    adult,
    adults,
    at,
    clinic,
    individual,
    level,
    off,
    room,
    schedule,
    service,
    session,
    small,
    therapist,
    windows,
)

TUESDAY = "Tue 08:00", "Tue 20:00"
MON = session("Mon 09:00-12:00", "A1 A2", id_="process-001")
TUE = session("Tue 09:00-12:00", "A1 A2", id_="process-002")
WED = individual("Wed 14:00-15:00", "A1", "T2", id_="individual-001", room_id="R2")


def week_of(*before, **facts):
    people = sorted({pid for row in before if row.service_id == "individual" for pid in row.participant_ids})
    return small(
        **{
            "previous": schedule(*before, census=frozenset({"A1", "A2"})),
            "services": (service(), service("individual", kind="individual", per_week={"adult": 0, "adolescent": 0})),
            "needs": tuple(Need(pid, "individual", 1) for pid in people),
            "participants": adults(2),
            "therapists": (therapist("T1"), therapist("T2")),
            "clinic": clinic(level=level(min_minutes_per_week=360)),
            **facts,
        }
    )


def choice(problem, name):
    found = repaired(problem, name, SolveParams(time_limit_s=20, workers=1))
    assert isinstance(found, Solved)
    assert violations(problem, found.schedule) == ()
    return found


def values(found):
    return {goal.name: goal.value for goal in found.goals}


def places(week):
    return {(row.start, row.service_id, row.therapist_ids, row.room_id) for row in week.sessions}


@pytest.mark.parametrize("name", list(ChoiceName))
def test_nothing_happened_and_nothing_changes(name):
    problem = week_of(MON, TUE, WED)
    found = choice(problem, name)
    assert found.is_optimal
    assert found.schedule.sessions == problem.previous.sessions


def test_only_cancelled_gives_nobody_anything_new():
    """T2 could take over on Tuesday: with the other choice she does."""
    problem = week_of(MON, TUE, WED, time_off=(off("therapist", "T1", *TUESDAY),), now=at("Tue 08:00"))
    canceled, least = choice(problem, ChoiceName.CANCEL_ONLY), choice(problem, ChoiceName.LEAST_UNMET)
    assert places(canceled.schedule) < places(problem.previous)
    assert values(canceled)[GoalId.UNMET_NEED] == 120 + 180
    assert values(least)[GoalId.UNMET_NEED] == 0
    assert canceled.is_optimal


def test_who_is_away_is_left_out_and_the_session_is_held():
    problem = week_of(MON, TUE, WED, time_off=(off("participant", "A1", *TUESDAY),), now=at("Tue 08:00"))
    found = choice(problem, ChoiceName.CANCEL_ONLY)
    assert [row.participant_ids for row in found.schedule.sessions if row.start == TUE.start] == [("A2",)]
    assert values(found)[GoalId.MOVES] == 1


def test_who_is_admitted_joins_what_is_held_and_gets_nothing_new():
    full = replace(WED, participant_ids=("A1",))
    problem = week_of(MON, TUE, full, participants=adults(3), now=at("Tue 08:00"))
    found = choice(problem, ChoiceName.CANCEL_ONLY)
    assert {row.start for row in found.schedule.sessions if "A3" in row.participant_ids} == {TUE.start}
    assert values(found)[GoalId.CHANGES] == 0


def test_no_seat_no_admission():
    problem = week_of(MON, TUE, participants=adults(3), rooms=(room("R1", capacity=3), room("R2")), now=at("Tue 08:00"))
    assert places(choice(problem, ChoiceName.CANCEL_ONLY).schedule) == places(problem.previous)
    assert values(choice(problem, ChoiceName.CANCEL_ONLY))[GoalId.UNMET_NEED] == 360


def test_a_room_or_a_lead_that_is_not_there_is_not_replaced():
    for away in (off("room", "R1", *TUESDAY), off("therapist", "T1", *TUESDAY)):
        found = choice(week_of(MON, TUE, time_off=(away,)), ChoiceName.CANCEL_ONLY)
        assert [row.start for row in found.schedule.sessions] == [MON.start]


def test_a_pin_that_only_something_new_could_keep_is_told():
    pin = Pin("must", participant_id="A1", service_id="process", day=1, row=2)
    away = off("therapist", "T1", *TUESDAY)
    problem = week_of(MON, TUE, time_off=(away,), pins=(pin,), now=at("Mon 13:00"))
    assert repaired(problem, ChoiceName.CANCEL_ONLY, SolveParams(time_limit_s=20, workers=1)) == Infeasible((pin,))
    assert choice(problem, ChoiceName.LEAST_UNMET).schedule.sessions[-1].therapist_ids == ("T2",)


def test_fewest_moves_come_before_unmet_need():
    problem = week_of(MON, TUE, time_off=(off("therapist", "T1", *TUESDAY),), now=at("Tue 08:00"))
    found = choice(problem, ChoiceName.FEWEST_MOVES)
    assert [goal.name for goal in found.goals][:2] == [GoalId.CHANGES, GoalId.MOVES]
    assert values(found)[GoalId.MOVES] == 3
    assert values(found)[GoalId.UNMET_NEED] == 360


def test_visits_that_could_take_each_others_place_are_all_as_published():
    """What a pin asks for one person can be at each start, which is no choice for anybody else."""
    rows = (WED, individual("Wed 15:00-16:00", "A2", "T2", id_="individual-002", room_id="R2"))
    pin = Pin("must", participant_id="A2", therapist_id="T2", service_id="individual")
    problem = week_of(MON, TUE, *rows, pins=(pin,), time_off=(off("therapist", "T1", *TUESDAY),))
    found = choice(problem, ChoiceName.CANCEL_ONLY)
    assert set(found.schedule.sessions) == {MON, *rows}


def test_a_visit_is_not_moved_into_a_small_room_in_which_a_session_is_under_way():
    """The small room would be free for it, had the group not begun there two hours before."""
    under_way = session("Mon 09:00-12:00", "A1 A3", id_="process-001", room_id="R2")
    problem = week_of(
        under_way,
        participants=(adult("A1"), adult("A2", availability=windows("Mon 11:00-12:00")), adult("A3")),
        needs=(Need("A2", "individual", 1, therapist_ids=("T2",)),),
        rooms=(room("R1", capacity=14), room("R2", capacity=4)),
        now=at("Mon 10:00"),
    )
    found = choice(problem, ChoiceName.LEAST_UNMET)
    assert [(row.room_id, row.start) for row in found.schedule.sessions if row.participant_ids == ("A2",)] == [
        ("R1", at("Mon 11:00"))
    ]


def visits(*rows, **facts):
    """Return a week of visits with T1 in R2, one hour each: (clock, participant)."""
    held = [
        individual(f"Tue {hour}:00-{hour + 1}:00", who, "T1", id_=f"individual-{place:03}", room_id="R2")
        for place, (hour, who) in enumerate(rows, 1)
    ]
    return week_of(*held, therapists=(therapist("T1"),), rooms=(room("R2"),), clinic=clinic(), **facts)


def test_a_lead_has_the_same_entry_with_somebody_else():
    """A1 cannot come any more, and who was admitted takes the place: T1 is told nothing, so one person is."""
    away = off("participant", "A1", "Tue 08:00", "Fri 20:00")
    needs = tuple(Need(pid, "individual", 1) for pid in ("A1", "A2"))
    a2 = adults(2)[1]
    problem = visits((10, "A1"), participants=(adults(1)[0], replace(a2, availability=windows("Tue 10:00-11:00"))))
    problem = replace(problem, time_off=(away,), needs=needs, now=at("Tue 08:00"))
    problem = replace(problem, previous=replace(problem.previous, census=frozenset({"A1"})))
    found = choice(problem, ChoiceName.LEAST_UNMET)
    assert (values(found)[GoalId.CHANGES], values(found)[GoalId.MOVES]) == (1, 1)
    assert found.is_optimal


def test_two_who_change_places_leave_their_lead_untold():
    a1, a2 = adults(2)
    problem = visits((10, "A1"), (12, "A2"), participants=(replace(a1, availability=windows("Tue 12:00-13:00")), a2))
    found = choice(replace(problem, now=at("Tue 08:00")), ChoiceName.LEAST_UNMET)
    assert values(found)[GoalId.UNMET_NEED] == 0
    assert (values(found)[GoalId.CHANGES], values(found)[GoalId.MOVES]) == (2, 4)
    assert found.is_optimal


def test_somebody_else_is_told_where_only_their_time_is_left():
    """A1 can come at noon only, which is A2's hour with T1; A2 could come at two, too: T1 is told as well."""
    a1, a2 = adults(2)
    people = (
        replace(a1, availability=windows("Tue 12:00-13:00")),
        replace(a2, availability=windows("Tue 12:00-13:00", "Tue 14:00-15:00")),
    )
    problem = visits((10, "A1"), (12, "A2"), participants=people)
    found = choice(replace(problem, now=at("Tue 08:00")), ChoiceName.LEAST_UNMET)
    assert values(found)[GoalId.UNMET_NEED] == 0
    assert (values(found)[GoalId.CHANGES], values(found)[GoalId.MOVES]) == (3, 6)
    assert found.is_optimal


def covered(problem):
    params = SolveParams(time_limit_s=20, workers=1)
    week = covered_week(Workshop(Terms(problem), params.tuning), Clock(params, threading.Event()))
    assert violations(problem, week) == ()
    return {(row.start, row.therapist_ids, row.room_id) for row in week.sessions}


@pytest.mark.parametrize("kind", ["therapist", "room", "both"])
def test_a_session_is_covered_without_a_solver(kind):
    """Whoever has no time for a search has somebody else in place of who is out, and another room."""
    away = [off(*who, *TUESDAY) for who in (("therapist", "T1"), ("room", "R1")) if kind in (who[0], "both")]
    lead, place = "T1" if kind == "room" else "T2", "R1" if kind == "therapist" else "R2"
    problem = week_of(MON, TUE, WED, time_off=tuple(away), now=at("Tue 08:00"))
    assert (TUE.start, (lead,), place) in covered(problem)
    assert len(covered(problem)) == 3


def test_what_nobody_can_cover_is_canceled():
    busy = individual("Tue 10:00-11:00", "A3", "T2", id_="individual-002", room_id="R2")
    problem = week_of(MON, TUE, WED, busy, participants=adults(3), time_off=(off("therapist", "T1", *TUESDAY),))
    assert {row[0] for row in covered(problem)} == {MON.start, WED.start, busy.start}


def test_a_cover_keeps_the_pin():
    pin = Pin("must", participant_id="A1", service_id="process", day=1, row=2)
    problem = week_of(MON, TUE, WED, pins=(pin,), time_off=(off("therapist", "T1", *TUESDAY),))
    assert (TUE.start, ("T2",), "R1") in covered(problem)
