"""The model in which starts are left open asks for no more than the rules: its optimum is a bound for every week.

A rule or goal that is told too strictly there would show as a bound above what
some legal week has; brute force, which knows the verifier only, has them all.
"""

import pytest
from ortools.sat.python import cp_model

from iopsched.model.cuts import strengthen
from iopsched.rulebook import GoalId
from tests.support.clinics import adults, clinic, individual, level, schedule, service, small, therapist
from tests.support.strengthened import loose_model
from tests.support.worlds import batch, values


def least(model, goal):
    """Return the least value of a goal; the model must have a solution."""
    model.cp.minimize(model.goal(goal))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    return round(solver.objective_value)


@pytest.mark.parametrize("first_seed", range(0, 300, 100))
def test_no_legal_week_is_better_than_the_loose_optimum(first_seed):
    for seed, world in batch(first_seed):
        if not world.legal:
            continue
        best = min(values(world.problem, whole) for whole in world.legal)
        model = loose_model(world.problem)
        for goal, value in zip(GoalId, best, strict=True):
            strengthen(model, goal)
            assert least(model, goal) <= value, f"seed {seed}: {goal}"
            held = model.goal(goal) <= value
            if held is not True:
                model.cp.add(held)


def test_visits_are_loose_in_some_of_these_clinics():
    """Else the test above compares a model with itself."""
    loose = [
        candidate
        for first_seed in range(0, 500, 100)
        for _, world in batch(first_seed)
        for candidate in loose_model(world.problem).x.candidates
        if len(candidate.starts) > 1
    ]
    assert len(loose) > 20


def test_the_same_visits_as_in_the_earlier_week_are_no_change():
    """A1 could be seen when A2 was, and A2 when A1 was: each loose visit may be either earlier entry of their therapist."""
    before = individual("Mon 09:00-10:00", "A1", id_="i-1"), individual("Mon 10:00-11:00", "A2", id_="i-2")
    problem = small(
        clinic=clinic(level=level(min_minutes_per_week=60)),
        services=(service("individual", kind="individual", per_week={"adult": 1}, max_per_day=1),),
        participants=adults(2),
        therapists=(therapist("T1"),),
        previous=schedule(*before, census=frozenset({"A1", "A2"})),
    )
    model = loose_model(problem)
    assert any(len(row.starts) > 1 for row in model.x.candidates)
    model.limit(GoalId.UNMET_NEED, 0)
    assert least(model, GoalId.CHANGES) == 0
    model.limit(GoalId.CHANGES, 0)
    assert least(model, GoalId.MOVES) == 0
