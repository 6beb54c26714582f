"""The model in which starts are left open asks for no more than the rules: its optimum is a bound for every week.

A rule or goal that is told too strictly there would show as a bound above what
some legal week has; brute force, which knows the verifier only, has them all.
"""

import pytest
from ortools.sat.python import cp_model

from iopsched.model.build import build_model
from iopsched.model.candidates import CandidateFactory
from iopsched.model.loose import loose_candidates
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId
from tests.support.worlds import batch, values


def loose_model(problem):
    terms = Terms(problem)
    return build_model(problem, terms=terms, candidates=loose_candidates(CandidateFactory(terms)))


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
