"""What every search shares: hints arrive, bounds are whole, effort is accounted for."""

import threading

import pytest
from ortools.sat.python import cp_model

from iopsched.params import SolveParams
from iopsched.search.clock import Clock
from iopsched.search.solver import Effort, minimize, new_solver, set_hints, whole_bound

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
    set_hints(cp, hint)
    solver = new_solver(SolveParams(workers=1))
    solver.parameters.fix_variables_to_their_hinted_value = True
    assert solver.solve(cp) == status


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
