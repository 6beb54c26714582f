"""Whatever the solver claims, no illegal week and no unproven claim leaves: each lie is caught or told as what it is.

The solver that :mod:`iopsched.search.run` uses is replaced by one that searches
honestly and then lies about status, values or bound of the goals.
"""

import types
from dataclasses import replace
from functools import cache
from typing import ClassVar

import pytest
from ortools.sat.python import cp_model

import iopsched.search.beginning
import iopsched.search.run
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.domain.schedule import Schedule
from iopsched.errors import InternalError
from iopsched.params import SolveParams
from iopsched.search import solve
from tests.support.clinics import MONDAY, adults, clinic, group, level, service, small, therapist, windows
from tests.support.solving import HARD_PIN, assert_sound, ordinary, values

PARAMS = SolveParams(time_limit_s=6, workers=1)
SHORT = SolveParams(time_limit_s=1, workers=1)
"""Of searches that prove nothing and so take all of their time."""
# The constructor does not look for sessions of a therapist alone: only the solver can keep this pin.


class Liar(cp_model.CpSolver):
    """An honest solver until a test overrides something; remembers every search of a goal (not of helpers)."""

    searches: ClassVar[list] = []
    most_s = 60.0

    def solve(self, model, callback=None):
        self.variables = len(model.proto.variables)
        self.granted_s = self.parameters.max_time_in_seconds
        self.parameters.max_time_in_seconds = min(self.granted_s, self.most_s)
        status = super().solve(model, callback)
        if callback is not None:
            self.searches.append(self)
            return self.lie(status)
        return self.lie_besides(status)

    def lie_besides(self, status):
        return status

    def lie(self, status):
        return status


def install(monkeypatch, liar):
    """Let every search use the liar in place of ``CpSolver``."""
    monkeypatch.setattr(Liar, "searches", [])
    monkeypatch.setattr(iopsched.search.beginning, "known_week", lambda *_: None)  # lies are about goals
    monkeypatch.setattr(iopsched.search.run, "cp_model", types.SimpleNamespace(**{**vars(cp_model), "CpSolver": liar}))


@cache
def honest_values():
    """Return the values of the best week; asked before a liar is installed."""
    return values(solve(ordinary(), PARAMS))


def saying(status, else_=None):
    """Return a solver that says this of goals, and something else of other searches, whatever it found."""
    lies = {"lie": lambda self, _status: status, "most_s": 0.2}
    if else_ is not None:
        lies["lie_besides"] = lambda self, _status: else_
    return type("Saying", (Liar,), lies)


def claiming(change):
    """Return a solver that changes its bound."""

    class Claiming(Liar):
        @property
        def best_objective_bound(self):
            return change(super().best_objective_bound)

    return Claiming


def without_a_week_for_pins(monkeypatch):
    """Leave a week with pins to the search of the goals alone."""
    monkeypatch.setattr(iopsched.search.beginning, "pinned_week", lambda *_: None)
    monkeypatch.setattr(iopsched.search.beginning, "with_pins", lambda *facts: facts[-1])


def test_an_honest_solver_passes(monkeypatch):
    """Else the tests below prove nothing."""
    install(monkeypatch, Liar)
    outcome = solve(ordinary(), PARAMS)
    assert_sound(ordinary(), outcome)
    assert outcome.is_optimal
    assert len(Liar.searches) >= 4


# --- it says INFEASIBLE ---------------------------------------------------
def test_impossible_although_a_schedule_exists_leaves_that_schedule_and_no_proof(monkeypatch):
    best = honest_values()
    install(monkeypatch, saying(cp_model.INFEASIBLE))
    outcome = solve(ordinary(), SHORT)
    assert_sound(ordinary(), outcome)
    assert outcome.schedule.sessions
    # what is searched beside the goals does not lie here, and may prove what is true
    assert all(goal.bound <= value for goal, value in zip(outcome.goals, best, strict=True))
    assert not outcome.is_optimal


def test_impossible_is_not_believed_where_a_second_run_finds_a_week(monkeypatch):
    """Only the solver can keep this pin, so there is no schedule to begin with; the second look is honest."""
    install(monkeypatch, saying(cp_model.INFEASIBLE))
    without_a_week_for_pins(monkeypatch)
    with pytest.raises(InternalError, match="a second run disagrees"):
        solve(replace(ordinary(), pins=(HARD_PIN,)), PARAMS)


def test_impossible_is_not_said_while_no_second_run_ends(monkeypatch):
    install(monkeypatch, saying(cp_model.INFEASIBLE, else_=cp_model.UNKNOWN))
    outcome = solve(replace(ordinary(), pins=(HARD_PIN,)), SHORT)
    assert isinstance(outcome, OutOfTime)
    assert not outcome.was_interrupted


def test_impossible_twice_is_believed(monkeypatch):
    """What two runs with different settings agree on cannot be told from the truth: the limit of this defence."""
    install(monkeypatch, saying(cp_model.INFEASIBLE, else_=cp_model.INFEASIBLE))
    assert solve(replace(ordinary(), pins=(HARD_PIN,)), PARAMS) == Infeasible((HARD_PIN,))


# --- it says UNKNOWN ------------------------------------------------------
def test_unknown_leaves_a_week_no_worse_than_the_constructed_one_and_no_proof(monkeypatch):
    """Single moves ask no solver: they may improve it."""
    install(monkeypatch, saying(cp_model.UNKNOWN))
    honest = solve(ordinary(), replace(PARAMS, time_limit_s=0.01))
    outcome = solve(ordinary(), SHORT)
    assert_sound(ordinary(), outcome)
    assert values(outcome) <= values(honest)
    assert outcome.schedule.sessions


def test_unknown_without_a_constructed_week_is_out_of_time_and_all_time_is_used(monkeypatch):
    install(monkeypatch, saying(cp_model.UNKNOWN))
    without_a_week_for_pins(monkeypatch)
    outcome = solve(replace(ordinary(), pins=(HARD_PIN,)), SHORT)
    assert isinstance(outcome, OutOfTime)
    assert not outcome.was_interrupted
    assert Liar.searches[-1].granted_s >= SHORT.time_limit_s - outcome.seconds


def test_an_invalid_model_is_our_bug(monkeypatch):
    install(monkeypatch, saying(cp_model.MODEL_INVALID))
    with pytest.raises(InternalError, match="is invalid"):
        solve(ordinary(), PARAMS)


# --- it hands over other values -------------------------------------------
def switching(on):
    """Return a solver that hands over values of its own: 1 where ``on`` says so of the index, else 0."""

    class Switching(Liar):
        best_objective_bound = 0.0

        def lie(self, _status):
            return cp_model.FEASIBLE

        @property
        def response_proto(self):
            return types.SimpleNamespace(solution=[int(on(index)) for index in range(self.variables)])

    return Switching


def test_an_overlapping_week_never_leaves(monkeypatch):
    """A1 needs two sessions and has one hour: held at once, both needs look met and every goal looks fine."""
    problem = small(
        clinic=clinic(open=windows("Mon 09:00-10:00")),
        services=(
            service("individual", kind="individual", per_week={"adult": 1}),
            service("family", kind="family", per_week={"adult": 1}),
        ),
        participants=adults(1),
        therapists=(therapist("T1", skills=("individual",)), therapist("T2", skills=("family",))),
    )
    honest = solve(problem, PARAMS)
    assert_sound(problem, honest)
    assert len(honest.schedule.sessions) == 1
    install(monkeypatch, switching(lambda _index: True))
    with pytest.raises(InternalError, match="verifier rejects the schedule: overlap of A1"):
        solve(problem, SHORT)


@pytest.mark.parametrize("every", [1, 2, 3])
def test_nonsense_never_leaves(monkeypatch, every):
    """Sessions without a lead or a room, groups twice at once, everybody everywhere."""
    install(monkeypatch, switching(lambda index: index % every == 0))
    with pytest.raises(InternalError):
        solve(ordinary(), PARAMS)


def test_a_week_that_worsens_an_earlier_goal_never_leaves(monkeypatch):
    """The empty week has no outside-preferred minutes at all, yet everybody's need is unmet."""

    class Emptying(Liar):
        @property
        def response_proto(self):
            real = super().response_proto
            is_first = len(self.searches) < 4
            return real if is_first else types.SimpleNamespace(solution=[0] * len(real.solution))

        @property
        def best_objective_bound(self):
            return super().best_objective_bound if len(self.searches) < 4 else 0.0

    install(monkeypatch, Emptying)
    with pytest.raises(InternalError, match="unmet_need was made worse"):
        solve(ordinary(), PARAMS)


# --- it claims another bound ----------------------------------------------
def test_a_bound_above_the_value_is_caught(monkeypatch):
    install(monkeypatch, claiming(lambda bound: bound + 1))
    with pytest.raises(InternalError, match="the solver claims at least"):
        solve(ordinary(), PARAMS)


def test_a_bound_above_the_value_is_caught_where_nothing_was_found(monkeypatch):
    liar = claiming(lambda _bound: 1e6)
    install(monkeypatch, liar)
    monkeypatch.setattr(liar, "lie", lambda self, _status: cp_model.UNKNOWN)
    with pytest.raises(InternalError, match="claims at least 1000000"):
        solve(ordinary(), PARAMS)


def test_optimal_with_a_bound_below_the_value_is_caught(monkeypatch):
    install(monkeypatch, claiming(lambda bound: bound - 1))
    with pytest.raises(InternalError, match="the solver claims at least"):
        solve(ordinary(), PARAMS)


def test_a_worse_week_called_optimal_is_caught(monkeypatch):
    """Nothing held is called the optimum, with the right value; the week laid out before is better."""

    class Idle(Liar):
        @property
        def response_proto(self):
            return types.SimpleNamespace(solution=[0] * len(super().response_proto.solution))

        @property
        def best_objective_bound(self):
            return 4 * (420 + 2 * 60 + 60)

    install(monkeypatch, Idle)
    with pytest.raises(InternalError, match="the solver claims at least 2400"):
        solve(ordinary(), PARAMS)


def test_no_finite_bound_is_no_bound(monkeypatch):
    best = honest_values()
    liar = claiming(lambda _bound: float("-inf"))
    install(monkeypatch, liar)
    monkeypatch.setattr(liar, "lie", lambda self, _status: cp_model.FEASIBLE)
    outcome = solve(ordinary(), SHORT)
    assert_sound(ordinary(), outcome)
    # bounds that are told while it searches are not changed, and true
    assert all(goal.bound <= value for goal, value in zip(outcome.goals, best, strict=True))


@pytest.mark.parametrize("shift", [0.3, -0.3])
def test_a_bound_between_integers_is_rounded_to_what_it_proves(monkeypatch, shift):
    """Bounds are floats: one a little below an integer proves that integer, one above the next."""
    liar = claiming(lambda bound: bound - 0.7 + shift)
    install(monkeypatch, liar)
    outcome = solve(ordinary(), PARAMS) if shift > 0 else None
    if outcome is not None:
        assert outcome.is_optimal
    else:
        with pytest.raises(InternalError):
            solve(ordinary(), PARAMS)


# --- the model itself is wrong --------------------------------------------
def test_a_former_week_with_staff_whom_nobody_needs_is_no_trap():
    """The model adds no pointless staff, so that a former week edited by hand may be one it cannot express."""
    former = Schedule(MONDAY, _with_a_guest().sessions, census=frozenset({"A1", "A2"}))
    problem = replace(_two_in_a_group(), previous=former)
    outcome = solve(problem, PARAMS)
    assert_sound(problem, outcome)
    assert outcome.is_optimal


def _two_in_a_group():
    return small(
        clinic=clinic(level=level(min_minutes_per_week=180), open=windows("Mon-Tue 09:00-13:00")),
        services=(service("process"),),
        participants=adults(2),
        groups=(group("G1", sessions_per_week=1),),
    )


def _with_a_guest():
    found = solve(_two_in_a_group(), PARAMS).schedule
    (session,) = found.sessions
    others = tuple({"T1", "T2"} - set(session.therapist_ids))
    return replace(found, sessions=(replace(session, therapist_ids=session.therapist_ids + others),))
