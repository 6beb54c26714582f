"""A week searched part by part: legal, never worse than told, bounded truly, and ended when asked.

Small clinics are searched that way here by taking its border down; one planted clinic is large by itself.
"""

import threading
import time
from dataclasses import replace

import pytest

import iopsched.search.beginning
import iopsched.search.parts_of_week
import iopsched.search.start.sketch
from benchmarks.planted import ROOMY, WEEK, plant
from iopsched.domain.outcome import Solved
from iopsched.domain.schedule import Schedule
from iopsched.ingest import inspect_clinic
from iopsched.model.build import build_model
from iopsched.model.loose import loose_candidates
from iopsched.model.posting import Posting
from iopsched.model.program import Program
from iopsched.model.rules.overlap import overlap
from iopsched.model.terms import Terms
from iopsched.model.variables import Variables
from iopsched.params import SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.clock import Clock
from iopsched.search.parts.bounds import Bounds
from iopsched.search.workshop import Opening, Workshop
from iopsched.stopping import Late, looking_at
from iopsched.verifier import goal_values
from tests.support.clinics import windows
from tests.support.solving import HARD_PIN, assert_sound, ordinary, values
from tests.support.worlds import batch
from tests.support.worlds import values as values_of

IN_PARTS = Tuning(parts_from_choices=0)
SHORT = SolveParams(time_limit_s=0.4, workers=2, tuning=IN_PARTS)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Return a clinic of 60 participants in which every need can be met."""
    folder = tmp_path_factory.mktemp("planted") / "clinic"
    plant(folder, 60, 7, ROOMY)
    return inspect_clinic(folder, WEEK).problem


# --- small clinics --------------------------------------------------------
@pytest.mark.parametrize(
    "first_seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(100, 1000, 100))]
)
def test_what_is_told_of_random_clinics_is_true(first_seed):
    """Brute force knows all legal weeks: none is below a bound, and the week found is one of them."""
    for seed, world in batch(first_seed):
        if not world.legal or any(pin.action == "must" for pin in world.problem.pins):
            continue
        outcome = solve(world.problem, SHORT)
        assert isinstance(outcome, Solved), f"seed {seed}"
        reached = values(outcome)
        known = [values_of(world.problem, whole) for whole in world.legal]
        for place, goal in enumerate(outcome.goals):
            rivals = [row[place] for row in known if all(row[k] <= reached[k] for k in range(place))]
            assert goal.bound <= min(rivals) <= goal.value, f"seed {seed}: {goal.name}"


def test_an_ordinary_clinic_is_no_worse_than_when_searched_whole():
    best = values(solve(ordinary(), SolveParams(time_limit_s=60, workers=1)))
    outcome = solve(ordinary(), SolveParams(time_limit_s=2, workers=2, tuning=IN_PARTS))
    assert_sound(ordinary(), outcome)
    assert values(outcome)[:4] == best[:4]


def test_a_pin_that_only_a_whole_search_keeps_is_kept():
    problem = replace(ordinary(), pins=(HARD_PIN,))
    assert_sound(problem, solve(problem, SolveParams(time_limit_s=2, workers=2, tuning=IN_PARTS)))


def test_few_people_are_told_of_a_change():
    problem = ordinary()
    week = solve(problem, SolveParams(time_limit_s=2, workers=2, tuning=IN_PARTS)).schedule
    again = replace(problem, previous=week)
    outcome = solve(again, SolveParams(time_limit_s=2, workers=2, tuning=IN_PARTS))
    assert_sound(again, outcome)
    assert {goal.name: goal.value for goal in outcome.goals}["changes"] == 0


def test_one_worker_and_a_limit_of_effort_give_the_same_week_twice():
    params = SolveParams(time_limit_s=60, workers=1, deterministic_limit=0.4, tuning=IN_PARTS)
    one, other = solve(ordinary(), params), solve(ordinary(), params)
    assert one == other
    assert one.is_repeatable


# --- a large one ----------------------------------------------------------
def test_a_planted_clinic_is_large_and_all_needs_are_met(planted):
    assert iopsched.search.parts_of_week.is_large(Workshop(Terms(planted)))
    stop = threading.Event()

    def listen(news):
        if news.stage == "goal_done" and news.goal is GoalId.PEOPLE_SHORT:
            stop.set()

    outcome = solve(planted, SolveParams(time_limit_s=60, workers=2), listen, stop)
    assert_sound(planted, outcome)
    assert values(outcome)[:2] == [0, 0]


@pytest.mark.parametrize("stage", ["construct", pytest.param("goal_done", marks=pytest.mark.slow)])
def test_a_stop_keeps_a_week_at_once(planted, stage):
    stop, begun = threading.Event(), []

    def listen(news):
        if news.stage == stage and not begun:
            begun.append(time.monotonic())
            stop.set()

    outcome = solve(planted, SolveParams(time_limit_s=60, workers=2), listen, stop)
    assert time.monotonic() - begun[0] < 10
    assert outcome.was_interrupted
    assert_sound(planted, outcome)


# --- parts ----------------------------------------------------------------
def test_a_part_in_which_nothing_is_open_is_the_week_itself():
    """Every goal of a part is the goal of the whole week: what stays as it is counts."""
    problem = ordinary()
    week = solve(problem, SolveParams(time_limit_s=3, workers=2)).schedule
    workshop = Workshop(Terms(problem))
    model = workshop.open_part(week, Opening())
    counted = goal_values(problem, week)
    for goal in GoalId:
        assert _least(model, goal) == counted[goal].value, goal


def test_an_opening_leaves_all_else_as_it_is():
    problem = ordinary()
    week = solve(problem, SolveParams(time_limit_s=3, workers=2)).schedule
    workshop = Workshop(Terms(problem))
    model = workshop.open_part(
        week, Opening(leads={("A1", "individual"): frozenset({"T1"})}, days={"A1": frozenset({1})})
    )
    free = [c for c in model.x.candidates if c.service.id == "individual" and c.participant_ids == ("A1",)]
    assert {(c.day, c.lead_id) for c in free} == {(1, "T1")}
    others = [c for c in model.x.candidates if c not in free]
    assert len(others) == len([s for s in week.sessions if s.participant_ids != ("A1",) or s.group_id is not None])


def test_a_previous_week_of_nobody_is_no_beginning():
    problem = replace(ordinary(participants=()), previous=Schedule(ordinary().week))
    assert solve(problem, SHORT).schedule.sessions == ()


def _least(model, goal):
    from ortools.sat.python import cp_model

    model.cp.minimize(model.goal(goal))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    return round(solver.objective_value)


def test_windows_of_a_visit_bound_its_choices():
    """The choices that an opening is measured by are those of its model."""
    problem = ordinary()
    workshop = Workshop(Terms(problem))
    starts, leads = workshop.choices("A4", "individual")
    made = workshop.visits(Opening(leads={("A4", "individual"): None}))
    assert problem.participant["A4"].availability == windows("Mon 09:00-12:00")
    assert {c.start for c in made} <= set(range(540, 720, 30))
    assert (len({c.start for c in made}), {c.lead_id for c in made}) == (starts, set(leads))


def test_a_stop_during_the_sketch_keeps_what_is_decided(planted, monkeypatch):
    """After the first portion there are groups, though no visits."""
    stop, calls = threading.Event(), []

    def minimize(*arguments, **options):
        calls.append(1)
        if len(calls) == 2:
            stop.set()
        return plainly(*arguments, **options)

    plainly = iopsched.search.start.sketch.minimize
    monkeypatch.setattr(iopsched.search.start.sketch, "minimize", minimize)
    monkeypatch.setattr(iopsched.search.beginning, "known_week", lambda *_: None)  # which may meet all needs already
    outcome = solve(planted, SolveParams(time_limit_s=60, workers=2), stop=stop)
    assert_sound(planted, outcome)
    assert outcome.was_interrupted
    assert {session.group_id is None for session in outcome.schedule.sessions} == {False}


def test_a_loose_model_that_is_being_built_is_left_when_somebody_asks_to_stop(planted):
    stop, workshop = threading.Event(), Workshop(Terms(planted))
    with looking_at(stop):
        candidates = loose_candidates(workshop.factory)
        variables = Variables(workshop.terms, Program(), candidates=candidates)
        stop.set()
        for build in (
            lambda: loose_candidates(workshop.factory),
            lambda: Variables(workshop.terms, Program(), candidates=candidates),
            lambda: overlap(variables, Posting(variables.cp)),
            lambda: build_model(planted, frozenset(), terms=workshop.terms, candidates=[]).goal(GoalId.COST),
        ):
            with pytest.raises(Late):
                build()
    bounds = Bounds(workshop, Clock(SolveParams(workers=2), stop))
    bounds.prove(GoalId.UNMET_NEED, {}, Schedule(WEEK))
    bounds._thread.join(20)
    assert bounds._model is None
    bounds.close()  # raises what the thread ended with, were it anything else
