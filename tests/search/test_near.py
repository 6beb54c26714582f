"""A call-out: what it does not touch stays, before and after the search for the fewest changes."""

import threading
from dataclasses import replace

import pytest

from iopsched.model.terms import Terms
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.clock import Clock
from iopsched.search.putback import restored
from iopsched.search.start.near import near_week
from iopsched.search.workshop import Workshop
from iopsched.verifier import goal_values, violations
from tests.support.clinics import (
    adults,
    at,
    clinic,
    group,
    level,
    schedule,
    service,
    session,
    small,
    therapist,
    windows,
)
from tests.support.solving import ordinary

MON = session("Mon 09:00-12:00", "A1 A2", id_="process-001")
TUE = session("Tue 09:00-12:00", "A1 A2", id_="process-002")
GOALS = tuple(GoalId)


def clock():
    return Clock(SolveParams(time_limit_s=20, workers=1), threading.Event())


def week_of(*before, **facts):
    return small(
        **{
            "previous": schedule(*before, census=frozenset({"A1", "A2"})),
            "services": (service(),),
            "participants": adults(2),
            "therapists": (therapist("T1"), therapist("T2")),
            "clinic": clinic(level=level(min_minutes_per_week=360)),
            **facts,
        }
    )


@pytest.mark.parametrize(
    "moved",
    [
        replace(MON, room_id="R2"),
        replace(MON, therapist_ids=("T2",)),
        replace(MON, therapist_ids=("T2",), room_id="R2"),
        session("Wed 13:00-16:00", "A1 A2", "T2", id_="process-001", room_id="R2"),
        replace(MON, participant_ids=("A1",)),
    ],
    ids=["room", "lead", "both", "day", "person"],
)
def test_what_moved_for_nothing_is_put_back(moved):
    problem = week_of(MON, TUE)
    found = restored(problem, schedule(moved, TUE), GOALS, clock())
    assert found.sessions == (MON, TUE)


def test_what_a_rule_moved_stays_moved():
    """T1 is away on Monday: T2 leads then, and no longer on Tuesday."""
    staff = (therapist("T1", availability=windows("Tue 09:00-12:00")), therapist("T2"))
    problem = week_of(MON, TUE, therapists=staff)
    both = schedule(replace(MON, therapist_ids=("T2",)), replace(TUE, therapist_ids=("T2",)))
    assert restored(problem, both, GOALS, clock()).sessions == (replace(MON, therapist_ids=("T2",)), TUE)


def test_no_need_is_given_up_to_put_something_back():
    """The earlier week had Monday without A2, who has a need."""
    alone = replace(MON, participant_ids=("A1",))
    problem = week_of(alone, TUE)
    assert restored(problem, schedule(MON, TUE), GOALS, clock()).sessions == (MON, TUE)


def test_what_has_begun_is_left_alone():
    problem = replace(week_of(MON, TUE), now=at("Mon 10:00"))
    moved = schedule(MON, replace(TUE, room_id="R2"))
    assert restored(problem, moved, GOALS, clock()).sessions == (MON, TUE)


def test_no_time_leaves_the_week_as_it_is():
    over = Clock(SolveParams(time_limit_s=20, workers=1), threading.Event())
    over.stop.set()
    week = schedule(replace(MON, room_id="R2"), TUE)
    assert restored(week_of(MON, TUE), week, GOALS, over) is week


@pytest.mark.parametrize("parts_from_choices", [0, 9001], ids=["large", "whole"])
def test_a_call_out_changes_what_it_must_and_that_is_proven(parts_from_choices):
    """T2 is away on one of the days: the fewest people are told, and whoever is told is moved the least."""
    problem = ordinary()
    first = solve(problem, SolveParams(time_limit_s=300, deterministic_limit=1, workers=1))
    led = next(row for row in first.schedule.sessions if row.lead_id == "T2")
    day = led.start // 1440
    free = problem.therapists[1].availability.minus(windows(f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri')[day]} 00:00-24:00"))
    staff = (problem.therapists[0], replace(problem.therapists[1], availability=free))
    away = replace(problem, therapists=staff, previous=first.schedule)
    params = SolveParams(time_limit_s=60, deterministic_limit=1, workers=1)
    params = replace(params, tuning=replace(params.tuning, parts_from_choices=parts_from_choices))
    outcome = solve(away, params)
    assert outcome.is_repeatable, "effort ends the search, not the clock"
    goals = {goal.name: goal for goal in outcome.goals}
    assert violations(away, outcome.schedule) == ()
    assert goals[GoalId.CHANGES].value > 0
    assert goals[GoalId.MOVES].is_proven
    assert goal_values(away, outcome.schedule)[GoalId.MOVES].value == goals[GoalId.MOVES].value


def test_somebody_admitted_joins_a_group_and_nobody_moves():
    """No group is written for A3, who needs hours and no number of sessions."""
    before = tuple(replace(row, group_id="G1") for row in (MON, TUE))
    problem = week_of(*before, participants=adults(3), groups=(group("G1", sessions_per_week=2),))
    week = near_week(Workshop(Terms(problem)), clock(), GOALS)
    assert [row.participant_ids for row in week.sessions] == [("A1", "A2", "A3")] * 2
    counted = goal_values(problem, week)
    assert [counted[goal].value for goal in (GoalId.UNMET_NEED, GoalId.CHANGES, GoalId.MOVES)] == [0, 0, 0]
