"""What every search shares: hints arrive, bounds are whole, effort is accounted for."""

import threading

import pytest
from ortools.sat.python import cp_model

from iopsched.params import WEIGHTS, Effort, SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, minimize, run, set_hints, whole_bound
from tests.support.processes import sent
from tests.support.solving import ordinary

EFFORT = Effort(seconds=5.0, deterministic=5.0)


def clock():
    return Clock(SolveParams(time_limit_s=10, workers=1), threading.Event())


def model_of(number=3):
    cp = cp_model.CpModel()
    return cp, [cp.new_bool_var("") for _ in range(number)]


def test_hints_are_those_set_last():
    cp, _ = model_of()
    set_hints(cp, {0: 1, 1: 1})
    set_hints(cp, {2: 1, 0: 0})
    assert dict(zip(cp.proto.solution_hint.vars, cp.proto.solution_hint.values, strict=True)) == {2: 1, 0: 0}
    assert cp.validate() == ""


@pytest.mark.parametrize(("hint", "status"), [({0: 1, 1: 1}, cp_model.INFEASIBLE), ({0: 0, 1: 1}, cp_model.OPTIMAL)])
def test_a_solver_sees_the_hints(hint, status):
    """A solver that is told to keep to its hints finds nothing where they contradict the model."""
    cp, literals = model_of(2)
    cp.add_exactly_one(literals)
    assert run(cp, clock(), Settings(keeps_to_hint=True), hint=hint).status == status


def test_no_hint_is_left_of_an_earlier_search():
    cp, literals = model_of()
    minimize(cp, sum(literals), clock(), EFFORT, {0: 1, 1: 1, 2: 1})
    minimize(cp, sum(literals), clock(), EFFORT)
    assert len(cp.proto.solution_hint.vars) == 0


def test_what_is_found_is_told_with_value_and_bound():
    cp, literals = model_of()
    cp.add_bool_or(literals)
    found = minimize(cp, sum(literals), clock(), EFFORT)
    assert (found.status, found.value, found.bound, found.is_proven) == (cp_model.OPTIMAL, 1, 1, True)


def test_nothing_is_found_of_the_impossible():
    cp, literals = model_of(1)
    cp.add(literals[0] == 0)
    cp.add(literals[0] == 1)
    found = minimize(cp, literals[0], clock(), EFFORT)
    assert (found.values, found.value, found.bound, found.is_proven) == (None, 0, 0, True)


@pytest.mark.parametrize(("bound", "whole"), [(-3.0, 0), (float("-inf"), 0), (2.0000001, 2), (2.1, 3), (7.0, 7)])
def test_bounds_are_whole_and_never_negative(bound, whole):
    assert whole_bound(bound) == whole


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"sample_size": 0}, "sample_size is 0, but must be positive"),
        ({"growth": 0.9}, "growth is 0.9, but must be at least 1"),
        ({"decay": 1.5}, "decay is 1.5, but must lie between 0 and 1"),
        ({"weights": {**WEIGHTS, GoalId.COST: 2.0}}, "cost is 2.0, but must lie between 0 and 1"),
        ({"part_choices": 1.0}, "part_choices must lie between"),
        ({"join_timeout_s": float("nan")}, "join_timeout_s is nan, but must be positive"),
        ({"parts_from_choices": -1}, "parts_from_choices is -1, but must not be negative"),
    ],
)
def test_tuning_out_of_bounds_is_refused(numbers, message):
    with pytest.raises(ValueError, match=message):
        Tuning(**numbers)


def test_parameters_travel_to_another_process_and_can_be_keys():
    params = SolveParams(seed=3)
    assert sent(params) == params
    assert {params: 1}[SolveParams(seed=3)] == 1


def test_goals_are_searched_in_the_order_given():
    """Nobody is asked to come where cost comes first: every minute of staff costs, and no pin asks for any."""
    order = (GoalId.COST, *(goal for goal in GoalId if goal != GoalId.COST))
    for choices in (0, 9001):
        params = SolveParams(
            time_limit_s=60, workers=1, deterministic_limit=1, tuning=Tuning(parts_from_choices=choices)
        )
        outcome = solve(ordinary(), params, goals=order)
        assert [goal.name for goal in outcome.goals] == list(order)
        assert outcome.goals[0].value == 0
        assert not outcome.schedule.sessions


def test_every_goal_is_needed_once():
    with pytest.raises(ValueError, match="every goal once"):
        solve(ordinary(), goals=(GoalId.COST,))
