"""The solver's answer is the lexicographic optimum of all legal schedules, on random tiny clinics.

The brute force knows the verifier only. A rule of the model that is too loose
or a goal too low shows as a value below the optimum (or as a schedule that the
verifier rejects), one too tight or too high as a value above it.
"""

import pytest

from iopsched.domain.outcome import Infeasible, Solved
from iopsched.rulebook import GoalId
from iopsched.search import SolveParams, solve
from iopsched.verifier import violations
from tests.support import twins
from tests.support.accepting import accepts, goals_of
from tests.support.clinics import schedule
from tests.support.every_schedule import every_session, is_sensible, shares_a_group
from tests.support.worlds import batch, values

PARAMS = SolveParams(time_limit_s=120, workers=1)


def assert_optimal(seed, world):
    """Assert that the solver's values and bounds are the optimum over all legal schedules."""
    outcome = solve(world.problem, PARAMS)
    if not world.legal:
        assert isinstance(outcome, Infeasible), f"seed {seed}: no schedule keeps the pins"
        return
    assert isinstance(outcome, Solved), f"seed {seed}"
    best = min(values(world.problem, whole) for whole in world.legal)
    reached = {goal.name: goal.value for goal in outcome.goals}
    assert reached == dict(zip((goal.value for goal in GoalId), best, strict=True)), f"seed {seed}"
    assert [goal.bound for goal in outcome.goals] == list(best), f"seed {seed}"
    assert outcome.is_optimal, f"seed {seed}"


def assert_same_rules(seed, world):
    """Assert that the model admits every legal schedule, and no single session that the verifier rejects."""
    for whole in world.legal[:60]:
        assert accepts(world.problem, whole), f"seed {seed}: {whole.sessions}"
    sessions = [row for row in every_session(world.problem, most_staff=3) if is_sensible(world.problem, row)]
    for row in sessions[:: 1 + len(sessions) // 60]:
        whole = schedule(row)
        assert accepts(world.problem, whole) == (not violations(world.problem, whole)), f"seed {seed}: {row}"


def assert_same_goals(seed, world, most):
    """Assert that model and verifier give a legal schedule the same goal values, whether it is a good one or not."""
    for whole in world.legal[:: 1 + len(world.legal) // most]:
        assert goals_of(world.problem, whole) == values(world.problem, whole), f"seed {seed}: {whole.sessions}"


def assert_twin_is_optimal(seed, world):
    """Assert that the textbook twin, which shares nothing with the model, has the same optimum."""
    found, week = twins.optimum(world.problem)
    best = min((values(world.problem, whole) for whole in world.legal), default=None)
    assert found == best, f"seed {seed}"
    if week is not None:
        assert violations(world.problem, week) == (), f"seed {seed}"
        assert values(world.problem, week) == best, f"seed {seed}"


def assert_twin_has_the_same_rules(seed, world, most):
    """Assert that the textbook twin admits legal schedules, and no single session that the verifier rejects."""
    for whole in world.legal[:: 1 + len(world.legal) // most]:
        assert twins.admits(world.problem, whole), f"seed {seed}: {whole.sessions}"
    sessions = [row for row in every_session(world.problem, most_staff=3) if is_sensible(world.problem, row)]
    for row in sessions[:: 1 + len(sessions) // most]:
        whole = schedule(row)
        assert twins.admits(world.problem, whole) == (not violations(world.problem, whole)), f"seed {seed}: {row}"


FAST = range(0, 500, 100)
SLOW = range(1000, 3000, 100)


@pytest.mark.parametrize("first_seed", FAST)
def test_solver_finds_the_optimum(first_seed):
    for seed, world in batch(first_seed):
        assert_optimal(seed, world)


@pytest.mark.parametrize("first_seed", FAST)
def test_model_admits_what_the_verifier_admits(first_seed):
    for seed, world in batch(first_seed):
        assert_same_rules(seed, world)


@pytest.mark.parametrize("first_seed", FAST)
def test_model_and_verifier_value_each_schedule_alike(first_seed):
    for seed, world in batch(first_seed):
        assert_same_goals(seed, world, 8)


def test_a_long_sum_that_is_said_once_values_each_schedule_alike(monkeypatch):
    """As of people with many small services, who are none of these worlds."""
    monkeypatch.setattr("iopsched.model.goals.daily.FEW_LISTS", 0)
    for seed, world in batch(FAST[0]):
        assert_same_goals(seed, world, 6)


@pytest.mark.parametrize("first_seed", FAST)
def test_the_textbook_twin_finds_the_optimum_and_has_the_same_rules(first_seed):
    for seed, world in batch(first_seed):
        assert_twin_is_optimal(seed, world)
        assert_twin_has_the_same_rules(seed, world, 4)


@pytest.mark.slow
@pytest.mark.parametrize("first_seed", SLOW)
def test_solver_finds_the_optimum_and_the_model_admits_what_is_legal(first_seed):
    for seed, world in batch(first_seed, 120, 1500):
        assert_optimal(seed, world)
        assert_same_rules(seed, world)
        assert_same_goals(seed, world, 40)
        assert_twin_is_optimal(seed, world)
        assert_twin_has_the_same_rules(seed, world, 40)


def test_no_world_has_a_group_that_meets_twice_at_once():
    """That case is set aside: see ``shares_a_group``."""
    assert not any(shares_a_group(*whole.sessions) for _, world in batch(0) for whole in world.legal)


def test_the_worlds_are_varied():
    """Random clinics prove nothing of a feature that none of them has."""
    problems = [world.problem for first in FAST for _, world in batch(first)]
    schedules = sum(len(world.legal) for first in FAST for _, world in batch(first))
    print(f"{len(problems)} clinics, {schedules} legal schedules")
    features = {
        "closed": lambda p: any(row.membership == "closed" for row in p.groups),
        "open": lambda p: any(row.membership == "open" for row in p.groups),
        "free": lambda p: any(row.kind == "group" and row.id not in p.groups_of for row in p.services),
        "visits": lambda p: any(row.kind == "individual" for row in p.services),
        "primary": lambda p: any(row.with_primary for row in p.services),
        "previous": lambda p: p.previous is not None,
        "pins": lambda p: bool(p.pins),
        "needs": lambda p: bool(p.needs),
        "wishes": lambda p: any(row.optional for row in p.needs),
        "stays": lambda p: any(row.admitted or row.discharged for row in p.participants),
        "gaps": lambda p: p.clinic.levels["iop-adult"].max_gap_days > 0,
        "phases": lambda p: any(row.phase for row in p.participants),
        "hybrid": lambda p: any(row.modality == "hybrid" for row in p.services),
        "evenings": lambda p: bool(p.clinic.blocks),
        "group days": lambda p: p.clinic.levels["iop-adult"].min_minutes_on_group_days > 0,
        "guard": lambda p: p.clinic.levels["iop-adult"].php_guard_minutes > 0,
        "payers": lambda p: any(row.payer for row in p.participants),
        "units": lambda p: any(row.units_left is not None for row in p.participants),
        "begun": lambda p: any(row.authorized_from for row in p.participants),
        "meals": lambda p: p.clinic.staff.meal_minutes > 0,
        "supervisors": lambda p: p.clinic.staff.supervisor_on_site,
        "two staff": lambda p: bool(p.clinic.staff.two_staff),
        "caseloads": lambda p: bool(p.clinic.caseload),
        "breaks": lambda p: p.clinic.break_allowance_minutes > 0,
    }
    assert [name for name, has in features.items() if not any(map(has, problems))] == []
