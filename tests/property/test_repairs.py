"""Repairs: each choice is the best of all weeks that it may be, and no week is left out that tells as few, on random tiny clinics.

What has begun and what somebody is away from is drawn without asking the rules. Brute force knows the verifier only.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from iopsched.domain.outcome import Infeasible, Solved
from iopsched.domain.people import TimeOff
from iopsched.domain.timegrid import DAY
from iopsched.model.build import build_model
from iopsched.model.decisions import values_of
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId
from iopsched.rulebook.repairchoices import ORDERS, ChoiceName
from iopsched.search import SolveParams
from iopsched.search.repairing import repaired
from iopsched.search.repairing.anew import WhatIsLacking
from iopsched.search.repairing.narrow import newcomers
from iopsched.search.repairing.reachable import ReachableWays, TellingBudget
from iopsched.search.repairing.told import MustBeTold
from iopsched.search.workshop import Workshop
from iopsched.verifier import goal_values
from tests.property.test_past import begun_problem, weeks_of

FIRST, NUMBER, MOST_WEEKS = 9_000, 14, 12


def upset_problem(seed):
    """Return a clinic whose week has begun, and in which somebody or something that has a session is away for a day."""
    problem = begun_problem(seed)
    if problem is None:
        return None
    later = [row for row in problem.previous.sessions if row.start >= problem.first_start]
    if not later:
        return None
    session = later[seed % len(later)]
    kinds = [("therapist", session.lead_id), ("participant", session.participant_ids[0]), ("clinic", "")]
    kinds += [("room", session.room_id)] if session.room_id is not None else []
    kind, key = kinds[seed % len(kinds)]
    rows = {"therapist": problem.therapist, "participant": problem.participant, "room": problem.room}.get(kind, {"": 0})
    if key not in rows:
        return problem
    start = datetime.combine(problem.week, time()) + timedelta(days=session.start // DAY)
    return replace(problem, time_off=(*problem.time_off, TimeOff(kind, key, start, start + timedelta(days=1))))


@pytest.fixture(scope="module")
def worlds():
    """Return (seed, clinic, its legal weeks)."""
    found, seed = [], FIRST
    while len(found) < NUMBER:
        problem = upset_problem(seed)
        weeks = None if problem is None else weeks_of(problem)
        if weeks:
            found.append((seed, problem, weeks))
        seed += 1
    assert sum(MustBeTold(Workshop(Terms(problem))).people > 0 for _, problem, _ in found) > NUMBER / 2
    return found


def reached(problem, week, goals):
    counted = goal_values(problem, week)
    return tuple(counted[goal].value for goal in goals)


@pytest.mark.parametrize("name", [ChoiceName.LEAST_UNMET, ChoiceName.FEWEST_MOVES])
def test_a_choice_is_the_best_week_in_its_order(worlds, name):
    for seed, problem, weeks in worlds:
        outcome = repaired(problem, name, SolveParams(time_limit_s=60, workers=1))
        assert isinstance(outcome, Solved), f"seed {seed}"
        best = min(reached(problem, week, ORDERS[name]) for week in weeks)
        assert tuple(goal.value for goal in outcome.goals) == best, f"seed {seed}"
        assert outcome.is_optimal, f"seed {seed}"


def test_only_cancelled_is_the_best_of_the_weeks_with_nothing_new(worlds):
    number = 0
    for seed, problem, weeks in worlds:
        alike = [week for week in weeks if has_nothing_new(problem, week)]
        outcome = repaired(problem, ChoiceName.CANCEL_ONLY, SolveParams(time_limit_s=60, workers=1))
        assert isinstance(outcome, Solved if alike else Infeasible), f"seed {seed}"
        if alike:
            number += 1
            best = min(reached(problem, week, tuple(GoalId)) for week in alike)
            assert tuple(goal.value for goal in outcome.goals) == best, f"seed {seed}"
    assert number > NUMBER / 2


def has_nothing_new(problem, week):
    new = newcomers(Workshop(Terms(problem)))
    return all(any(is_part_of(row, old, new) for old in problem.previous.sessions) for row in week.sessions)


def is_part_of(row, old, new):
    def place(session):
        group = session.service_id, session.group_id
        return *group, session.start, session.end, session.lead_id, session.room_id, session.modality

    people = {*row.participant_ids} - (new if row.group_id is not None else set())
    return (
        place(row) == place(old) and {*row.therapist_ids} <= {*old.therapist_ids} and people <= {*old.participant_ids}
    )


def test_what_must_be_told_is_a_bound_and_no_week_within_a_budget_is_left_out(worlds):
    number = 0
    for seed, problem, weeks in worlds:
        workshop = Workshop(Terms(problem))
        told = MustBeTold(workshop)
        lacking = WhatIsLacking(workshop, told)
        for week in weeks[:: 1 + len(weeks) // MOST_WEEKS]:
            unmet, changes, moves = reached(problem, week, (GoalId.UNMET_NEED, GoalId.CHANGES, GoalId.MOVES))
            people, entries, needed = changes - told.people, moves - told.entries, lacking.needed(unmet)
            assert people >= 0, f"seed {seed}"
            assert entries >= needed.entries, f"seed {seed}"
            budgets = [TellingBudget(people, entries), TellingBudget(people)]
            budgets += [TellingBudget(0, has_all_staff=True)] if people < needed.people_with_participant else []
            for budget in budgets:
                rows = ReachableWays(workshop, told, lacking, budget, needed).candidates()
                number += 1
                assert values_of(build_model(problem, candidates=rows).x, week) is not None, f"seed {seed}"
    assert number > 5 * NUMBER
