"""Four outcomes, each reached and never confused: optimal, feasible, out of time, contradiction.

A need that cannot be met is none of them: it is told in a solved week. The
shortest time limit gives the week that was laid out before the search.
"""

import threading
from dataclasses import replace

import pytest

from iopsched.cli.weekreport import report
from iopsched.domain.outcome import Infeasible, OutOfTime, Solved
from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import NEVER
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.clock import Clock
from iopsched.search.conclusion import conclude
from iopsched.search.incumbent import Incumbent
from iopsched.verifier import goal_values
from tests.support.clinics import adult, adults, clinic, group, level, service, small, therapist
from tests.support.solving import EXAMPLES, WEEK, assert_sound, crowd, example, ordinary, values
from tests.support.worlds import random_problem

SHORTEST = SolveParams(time_limit_s=0.01, workers=1)
SOON = SolveParams(time_limit_s=20, workers=1)
# The constructor looks for no session of a therapist alone, so that only a search can keep this pin.
HARD_PIN = Pin("must", therapist_id="T2", service_id="individual", day=2, start=660, row=2)
IMPOSSIBLE = Pin("must", participant_id="A4", day=2, row=2)


# --- the four -------------------------------------------------------------
def test_optimal_is_said_where_every_goal_is_proven():
    outcome = solve(ordinary(), SOON)
    assert_sound(ordinary(), outcome)
    assert outcome.is_optimal
    assert not outcome.was_interrupted
    assert all(goal.gap == 0 for goal in outcome.goals)


@pytest.mark.parametrize("workers", [1, 2])
def test_feasible_is_said_where_time_ran_out(workers):
    problem = crowd()
    outcome = solve(problem, SolveParams(time_limit_s=1, workers=workers))
    assert_sound(problem, outcome)
    assert not outcome.is_optimal
    assert not outcome.was_interrupted
    assert any(goal.gap > 0 for goal in outcome.goals)


def test_a_pin_that_needs_a_search_is_kept_also_where_there_is_no_time():
    problem = replace(ordinary(), pins=(HARD_PIN,))
    assert_sound(problem, solve(problem, SHORTEST))
    found = solve(problem, SOON)
    assert_sound(problem, found)
    assert found.is_optimal


def test_goals_that_had_no_search_are_named():
    """A value that nobody has tried to improve is none that a search has found."""
    outcome = solve(ordinary(), SHORTEST)
    assert outcome.untried
    assert outcome.untried == tuple(goal.name for goal in outcome.goals[1:] if not goal.is_proven)
    assert "Time ended before these had a search of their own" in report(ordinary(), outcome)
    assert solve(ordinary(), SOON).untried == ()


def test_contradiction_is_said_where_a_pin_cannot_hold():
    assert solve(replace(ordinary(), pins=(IMPOSSIBLE,)), SOON) == Infeasible((IMPOSSIBLE,))


def test_contradiction_is_not_said_without_time_to_prove_it():
    assert isinstance(solve(replace(ordinary(), pins=(IMPOSSIBLE,)), SHORTEST), OutOfTime)


def test_defaults_search_and_end():
    assert solve(ordinary()).is_optimal


# --- the shortest limit ---------------------------------------------------
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_shortest_limit_gives_a_legal_week_of_each_example(name):
    """In ``complete`` the ``must`` pins are kept too: the constructor looks for them."""
    outcome = solve(example(name), SHORTEST)
    assert_sound(example(name), outcome)
    assert outcome.schedule.sessions
    empty = goal_values(example(name), Schedule(WEEK))
    assert outcome.goals[0].value < empty[GoalId.UNMET_NEED].value / 2


def test_the_complete_example_has_must_pins():
    """Else the test above would say nothing of them."""
    assert [pin.row for pin in example("complete").pins if pin.action == "must"] == [2, 3]


@pytest.mark.parametrize("first_seed", range(0, 150, 50))
def test_the_shortest_limit_gives_a_legal_week_of_random_clinics(first_seed):
    for seed in range(first_seed, first_seed + 50):
        problem = random_problem(seed)
        if not any(pin.action == "must" for pin in problem.pins):
            outcome = solve(problem, SHORTEST)
            assert isinstance(outcome, Solved), f"seed {seed}"
            assert_sound(problem, outcome)


@pytest.mark.parametrize("first_seed", range(0, 60, 30))
def test_pins_alone_can_leave_no_schedule(first_seed):
    """With time enough a clinic is solved, or a pin of it cannot hold; never anything else."""
    for seed in range(first_seed, first_seed + 30):
        problem = random_problem(seed)
        outcome = solve(problem, SOON)
        if isinstance(outcome, Infeasible):
            assert any(pin.action == "must" for pin in outcome.pins), f"seed {seed}"
        else:
            assert_sound(problem, outcome)


# --- needs that cannot be met ---------------------------------------------
HELPLESS = {
    "nobody on the staff": {"therapists": ()},
    "no room": {"rooms": ()},
    "no service": {"services": (), "groups": ()},
    "nobody to treat": {"participants": ()},
    "staff without skills": {"therapists": (therapist("T1", skills=()),)},
    "nobody is ever free": {"participants": (adult("A1", availability=NEVER), adult("A2", availability=NEVER))},
    "staff are never free": {"therapists": (therapist("T1", availability=NEVER),)},
    "the clinic is closed": {"clinic": clinic(level=level(min_minutes_per_week=540, min_days_per_week=3), open=NEVER)},
    "more days than the week has": {"clinic": clinic(level=level(min_minutes_per_week=540, min_days_per_week=7))},
    "more hours than allowed": {"clinic": clinic(level=level(min_minutes_per_week=9000, max_minutes_per_week=60))},
    "a group too large to begin": {"groups": (group("G1", min_size=9),)},
    "a session longer than the day": {"services": (service("process", minutes=780),)},
}


@pytest.mark.parametrize("name", HELPLESS)
@pytest.mark.parametrize("params", [SHORTEST, SolveParams(time_limit_s=0.7, workers=1)], ids=["at once", "searched"])
def test_needs_that_cannot_be_met_never_make_a_solve_fail(name, params):
    facts = {
        "clinic": clinic(level=level(min_minutes_per_week=540, min_days_per_week=3, max_gap_days=2)),
        "services": (
            service("process"),
            service("individual", kind="individual", per_week={"adult": 1}, with_primary=True),
        ),
        "participants": adults(2),
        "groups": (group("G1", sessions_per_week=3),),
    }
    problem = small(**{**facts, **HELPLESS[name]})
    outcome = solve(problem, params)
    assert_sound(problem, outcome)
    short = {row.participant_id: row.minutes for row in outcome.unmet}
    assert sum(short.values()) == outcome.goals[0].value
    assert max(short.values(), default=0) == outcome.goals[1].value
    assert len(short) == outcome.goals[2].value
    assert all(row.why for row in outcome.unmet)
    if name not in ("nobody to treat", "the clinic is closed"):
        assert set(short) == {"A1", "A2"}


def test_unmet_need_is_the_least_there_is():
    """A4 has one morning hour with the group and none alone beside it."""
    outcome = solve(ordinary(), SOON)
    first = outcome.goals[0]
    assert first.name == GoalId.UNMET_NEED
    assert (first.value, first.bound) == (values(outcome)[0],) * 2
    assert [row.participant_id for row in outcome.unmet] == ["A4"]


def test_a_bound_that_the_week_itself_beats_proves_nothing(caplog):
    problem = ordinary()
    incumbent = Incumbent(problem, tuple(GoalId))
    incumbent.take_if_legal(solve(problem).schedule)
    proven = {goal: incumbent.value(goal) + 1 for goal in GoalId}
    clock = Clock(SOON, threading.Event())
    told = conclude(incumbent, incumbent.week, proven, clock, tried=frozenset(GoalId), is_polished=True, is_large=False)
    assert [goal.bound for goal in told.goals] == [0] * len(GoalId)
    assert len(caplog.records) == len(GoalId)
