"""Goals: what is reported is what the verifier counts, bounds never pass values, time never hurts, names of sessions stay."""

from dataclasses import replace
from datetime import timedelta

import pytest

from iopsched.domain.outcome import Infeasible
from iopsched.domain.schedule import Schedule
from iopsched.model.naming import name_sessions
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve
from tests.support.clinics import adults, clinic, group, individual, level, service, session, small, windows
from tests.support.clinics import schedule as week_of
from tests.support.solving import MONDAY, assert_sound, crowd, ordinary, values
from tests.support.worlds import random_problem

PARAMS = SolveParams(time_limit_s=60, workers=1)
UNMET, CHANGES = 0, list(GoalId).index(GoalId.CHANGES)


def seen(schedule):
    """Return what participants and staff would notice of each session, by id."""
    return {
        row.id: (row.start, row.service_id, row.group_id, row.therapist_ids, row.participant_ids, row.room_id)
        for row in schedule.sessions
    }


# --- values and bounds ----------------------------------------------------
@pytest.mark.parametrize("limit", [0.01, 0.3, 60])
def test_values_are_the_verifiers_and_bounds_never_above_them(limit):
    outcome = solve(ordinary(), replace(PARAMS, time_limit_s=limit))
    assert_sound(ordinary(), outcome)
    assert outcome.is_optimal or limit < 60


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_values_are_the_verifiers_on_random_clinics(seed):
    problem = random_problem(seed)
    outcome = solve(problem, PARAMS)
    if isinstance(outcome, Infeasible):
        assert problem.pins
    else:
        assert_sound(problem, outcome)
        assert outcome.is_optimal


def test_every_goal_of_the_ordinary_clinic_has_something_to_reach():
    """Else the tests on it would prove little."""
    outcome = solve(ordinary(), PARAMS)
    assert outcome.is_optimal
    assert [value > 0 for value in values(outcome)] == [True, True, True, False, False, True, True, True]


# --- time -----------------------------------------------------------------
def test_a_longer_search_is_never_worse_in_the_first_goal():
    found = [values(solve(crowd(), SolveParams(600, limit, workers=1)))[UNMET] for limit in (0.001, 0.5)]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]


def test_later_goals_never_worsen_earlier_ones():
    """The value told when a goal is done is the value in the end."""
    told = {}

    def listen(news):
        if news.stage == "goal_done":
            told[news.goal] = (news.value, news.bound)

    outcome = solve(ordinary(), PARAMS, on_progress=listen)
    assert told == {goal.name: (goal.value, goal.bound) for goal in outcome.goals}


def test_a_display_that_fails_costs_nothing():
    def fail(_news):
        raise ValueError("no terminal")

    assert values(solve(ordinary(), PARAMS, on_progress=fail)) == values(solve(ordinary(), PARAMS))


# --- a week after another -------------------------------------------------
@pytest.mark.parametrize("make", [ordinary, pytest.param(lambda: crowd(6), marks=pytest.mark.slow)])
def test_nothing_changes_where_nothing_changed(make):
    """The week found, and next week again: the same people at the same times, at any time limit."""
    problem = make()
    first = solve(problem, SolveParams(time_limit_s=3, workers=1))
    week = replace(problem, week=MONDAY + timedelta(days=7), previous=first.schedule)
    for limit in (0.01, 3):
        again = solve(week, SolveParams(time_limit_s=limit, workers=1))
        assert_sound(week, again)
        assert values(again)[: CHANGES + 1] == [*values(first)[:CHANGES], 0]


def test_a_change_is_counted_where_it_must_be():
    """Else the test above could not fail: T2 is away, A3 and T2 must be told."""
    problem = ordinary()
    first = solve(problem, PARAMS)
    staff = (problem.therapists[0], replace(problem.therapists[1], availability=windows("Mon 09:00-09:30")))
    again = solve(replace(problem, therapists=staff, previous=first.schedule), PARAMS)
    assert values(again)[CHANGES] > 0


# --- ids ------------------------------------------------------------------
def test_ids_are_kept_where_the_same_week_is_solved_again():
    problem = ordinary()
    first = solve(problem, PARAMS)
    renamed = replace(
        first.schedule,
        sessions=tuple(
            sorted(replace(row, id=f"{row.service_id}-9{row.id[-1]}{row.start}") for row in first.schedule.sessions)
        ),
    )
    again = solve(replace(problem, previous=renamed), PARAMS)
    assert seen(again.schedule) == seen(renamed)


def test_ids_of_another_week_are_not_kept():
    problem = ordinary()
    first = solve(problem, PARAMS)
    old = replace(first.schedule, sessions=tuple(replace(row, id=f"old-{row.id}") for row in first.schedule.sessions))
    again = solve(replace(problem, week=MONDAY + timedelta(days=7), previous=old), PARAMS)
    assert not [row.id for row in again.schedule.sessions if row.id.startswith("old-")]


def test_a_moved_session_keeps_its_id():
    """G1 met on Monday, when it no longer can."""
    problem = small(
        clinic=clinic(level=level(min_minutes_per_week=240), open=windows("Mon-Tue 09:00-14:00")),
        services=(service("process"), service("individual", kind="individual", per_week={"adult": 1})),
        participants=adults(1),
        groups=(group("G1", sessions_per_week=1),),
    )
    former = week_of(
        session("Mon 09:00-12:00", id_="G1-7", group_id="G1"),
        individual("Tue 09:00-10:00", id_="individual-042"),
        census=frozenset({"A1"}),
    )
    kept = solve(replace(problem, previous=former), PARAMS).schedule
    assert seen(kept) == seen(former)
    closed = replace(
        problem, clinic=replace(problem.clinic, open=windows("Mon 09:00-10:00", "Tue 09:00-14:00")), previous=former
    )
    moved = seen(solve(closed, PARAMS).schedule)
    assert set(moved) == {"G1-7", "individual-042"}
    assert moved["G1-7"][0] // 1440 == 1


def test_who_stays_keeps_its_id_where_another_goes():
    """Monday is dropped: Wednesday and Friday are still the second and third, not the first and second."""
    days = {"G1-1": "Mon", "G1-2": "Wed", "G1-3": "Fri"}
    former = week_of(*(session(f"{day} 09:00-12:00", id_=id_, group_id="G1") for id_, day in days.items()))
    left = Schedule(MONDAY, tuple(replace(row, id="") for row in former.sessions[1:]))
    assert [(row.id, row.start) for row in name_sessions(left, former).sessions] == [
        ("G1-2", 2880 + 540),
        ("G1-3", 5760 + 540),
    ]
    moved = Schedule(MONDAY, (*left.sessions, replace(former.sessions[0], id="", start=1440 + 540, end=1440 + 720)))
    assert {row.id: row.start // 1440 for row in name_sessions(moved, former).sessions} == {
        "G1-1": 1,
        "G1-2": 2,
        "G1-3": 4,
    }


def test_a_new_session_never_gets_an_id_that_another_had():
    former = week_of(individual("Mon 09:00-10:00", "A1", id_="individual-001"))
    other = Schedule(MONDAY, (replace(former.sessions[0], id="", participant_ids=("A2",)),))
    assert [row.id for row in name_sessions(other, former).sessions] == ["individual-002"]


def test_goals_are_reported_in_rank_order():
    assert [goal.name for goal in solve(ordinary(), PARAMS).goals] == list(GoalId)
