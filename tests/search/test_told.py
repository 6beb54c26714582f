"""Who must be told after something happened: an entry of staff says nothing of who comes, so another person may take the place."""

from dataclasses import replace

from iopsched.domain.outcome import Solved
from iopsched.model.build import build_model
from iopsched.model.decisions import values_of
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.search import SolveParams
from iopsched.search.repairing import repaired
from iopsched.search.repairing.anew import WhatIsLacking
from iopsched.search.repairing.reachable import ReachableWays, TellingBudget
from iopsched.search.repairing.told import MustBeTold
from iopsched.search.workshop import Workshop
from iopsched.verifier import goal_values
from tests.support.clinics import adult, individual, off, room, schedule, services, small, therapist, windows

BEFORE = replace(
    schedule(
        individual("Mon 09:00-10:00", "A1", "T1", id_="i-1"), individual("Mon 10:00-11:00", "A2", "T1", id_="i-2")
    ),
    census=frozenset({"A1", "A2"}),
)


def clinic(*people, **changes):
    """One therapist, one room, one hour a week for each of these people, and two hours in which it can be."""
    hour = windows("Mon 09:00-11:00")
    offered = tuple(replace(row, per_week={"adult": 1}) for row in services() if row.kind == "individual")
    return small(
        participants=people,
        therapists=(therapist("T1", availability=hour),),
        rooms=(room("R1"),),
        services=offered,
        groups=(),
        previous=BEFORE,
        **changes,
    )


def is_bound(problem, week):
    """Return changes and moves of a week, after making sure that what must be told is no more and no model leaves it out."""
    told, goals = MustBeTold(workshop := Workshop(Terms(problem))), goal_values(problem, week)
    changes, moves = goals[GoalId.CHANGES].value, goals[GoalId.MOVES].value
    assert told.people <= changes
    assert told.entries <= moves
    budget = TellingBudget(changes - told.people, moves - told.entries)
    for narrow in (budget, TellingBudget(budget.people)):
        rows = ReachableWays(workshop, told, WhatIsLacking(workshop, told), narrow).candidates()
        assert values_of(build_model(problem, candidates=rows).x, week) is not None
    return changes, moves


def test_a_newcomer_takes_the_place_of_somebody_who_left():
    problem = clinic(adult("A2"), adult("A3"))
    week = schedule(
        individual("Mon 09:00-10:00", "A3", "T1", id_="i-1"), individual("Mon 10:00-11:00", "A2", "T1", id_="i-2")
    )
    assert is_bound(problem, week) == (0, 0)
    found = repaired(problem, ChoiceName.LEAST_UNMET, SolveParams(20.0, workers=1))
    assert isinstance(found, Solved)
    assert [goal.value for goal in found.goals][:5] == [0] * 5


def test_two_people_change_places_and_their_lead_has_the_week_as_it_was():
    problem = clinic(adult("A1"), adult("A2"), time_off=(off("participant", "A1", "Mon 09:00", "Mon 10:00"),))
    week = schedule(
        individual("Mon 09:00-10:00", "A2", "T1", id_="i-1"), individual("Mon 10:00-11:00", "A1", "T1", id_="i-2")
    )
    assert is_bound(problem, week) == (2, 4)
    found = repaired(problem, ChoiceName.LEAST_UNMET, SolveParams(20.0, workers=1))
    assert isinstance(found, Solved)
    assert [(goal.value, goal.bound) for goal in found.goals][:5] == [(0, 0), (0, 0), (0, 0), (2, 2), (4, 4)]
