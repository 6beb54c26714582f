"""A part of a week is about whoever can be in it: what the others keep adds to no goal of it, and breaks no rule."""

import pytest
from ortools.sat.python import cp_model

from iopsched.domain.outcome import Solved
from iopsched.model.decisions import values_of
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.workshop import Opening, Workshop
from iopsched.verifier import goal_values
from tests.search.test_large import SHORT
from tests.support.solving import ordinary
from tests.support.worlds import batch


def openings(workshop, week):
    """Every group by itself, every participant's visits, and the first group with the first participant's visits."""
    groups = [frozenset({group.id}) for group in workshop.problem.groups]
    people = dict.fromkeys(pid for pid, _ in workshop.visit_kinds)
    visits = [{visit: None for visit in workshop.visit_kinds if visit[0] == pid} for pid in people]
    yield from (Opening(group_ids=ids) for ids in groups)
    yield from (Opening(leads=leads) for leads in visits)
    if groups and visits:
        yield Opening(group_ids=groups[0], leads=visits[0])


def least(model, goal, week):
    """Return the value of a goal where every decision is as in a week."""
    model.cp.minimize(model.goal(goal))
    for index, value in values_of(model.x, week).items():
        domain = model.cp.proto.variables[index].domain
        domain[0], domain[1] = value, value
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    return round(solver.objective_value)


def agree(problem, week):
    """Compare every goal of every opening with the verifier; return how many were about some only."""
    workshop, some = Workshop(Terms(problem)), 0
    for opening in openings(workshop, week):
        model = workshop.open_part(week, opening, told_apart=12, is_about_all=False)
        about = {person.id for person in model.x.participants}
        some += len(about) < len(workshop.terms.participants)
        counted = goal_values(problem, week, about)
        for goal in GoalId:
            assert least(model, goal, week) == counted[goal].value, (opening, goal)
    return some


def test_goals_of_a_part_are_those_of_its_people():
    problem = ordinary()
    outcome = solve(problem, SHORT)
    assert isinstance(outcome, Solved)
    assert agree(problem, outcome.schedule) > 2


@pytest.mark.parametrize(
    "first_seed", [3, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(103, 1000, 100))]
)
def test_goals_of_parts_of_random_weeks_are_those_of_their_people(first_seed):
    """In weeks that keep every rule, whatever else is in them."""
    found = sum(
        agree(world.problem, week)
        for _, world in batch(first_seed)
        for week in world.legal[:: len(world.legal) // 3 + 1]
    )
    assert found
