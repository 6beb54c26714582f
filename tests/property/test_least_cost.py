"""What counting says that every week costs at least: never above a legal week that meets every need."""

import random
from dataclasses import replace

from ortools.sat.python import cp_model

from iopsched.model.build import build_model
from iopsched.model.decisions import read_decisions
from iopsched.model.least_cost import least_cost
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId
from iopsched.search.proofs import Proofs
from iopsched.verifier import goal_values
from tests.support.clinics import adults, clinic, group, level, service, small, windows
from tests.support.worlds import batch, values

DRAWS = 12
COST, UNMET = list(GoalId).index(GoalId.COST), list(GoalId).index(GoalId.UNMET_NEED)


def test_no_legal_week_that_meets_every_need_costs_less():
    for seed, world in batch(0):
        bound = least_cost(Terms(world.problem))
        found = [values(world.problem, whole) for whole in world.legal]
        assert all(bound <= row[COST] for row in found if not row[UNMET]), seed


def test_no_week_made_to_cost_little_costs_less():
    met = near = 0
    for seed in range(DRAWS):
        problem = drawn(random.Random(seed))
        model = build_model(problem)
        model.limit(GoalId.UNMET_NEED, 0)
        model.cp.minimize(model.goal(GoalId.COST))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = 0.3
        if solver.solve(model.cp) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            continue
        value = goal_values(problem, read_decisions(model.x, list(solver.response_proto.solution)))[GoalId.COST].value
        bound = least_cost(Terms(problem))
        assert bound <= value, seed
        met, near = met + 1, near + (3 * bound >= 2 * value)
    assert met > DRAWS // 3
    assert near > DRAWS // 6


def drawn(chance):
    """Return a clinic of a few adults with much that bears on what a week costs drawn at random."""
    minutes, days = chance.choice((60, 120)), chance.choice((1, 2))
    asks = level(min_minutes_per_week=chance.choice((0, 120, 240)), min_days_per_week=days, program_day_minutes=60)
    kinds = (
        service(
            "process",
            minutes=minutes,
            contact_minutes=chance.choice((minutes, minutes - 15)),
            max_participants=chance.choice((2, 3, 12)),
            max_per_day=chance.choice((0, 1)),
        ),
        service("individual", kind="individual", per_week={"adult": chance.choice((1, 2))}, max_per_day=1),
        service(
            "family", kind="family", per_week={"adult": chance.choice((0, 1))}, max_participants=chance.choice((1, 2))
        ),
    )
    people = tuple(replace(row, modality=chance.choice(("in_person", "in_person", "either"))) for row in adults(3))
    return small(
        clinic=clinic(level=asks, open=windows("Mon-Wed 09:00-14:00")),
        services=kinds,
        participants=people,
        groups=(group("G1"), group("G2", membership="open")),
    )


def needy(**changes):
    """Return a clinic whose adults need nine hours of groups of at most four, on three days, and an hour alone."""
    facts = {
        "clinic": clinic(level=level(min_minutes_per_week=600, min_days_per_week=3)),
        "services": (
            service("process", max_participants=4),
            service("individual", kind="individual", per_week={"adult": 1}),
        ),
        "participants": adults(6),
        "groups": (group("G1"), group("G2")),
    }
    return small(**{**facts, **changes})


def weighted(**weights):
    """Return that clinic with these weights of the cost, none else."""
    problem = needy()
    none = dict.fromkeys(("staff", "trips", "waits", "staff_days"), 0)
    return replace(problem, clinic=replace(problem.clinic, weights={GoalId.COST: {**none, **weights}}))


def test_minutes_of_staff_are_those_of_visits_and_of_full_groups():
    assert least_cost(Terms(weighted(staff=1))) == 6 * 60 + 6 * 540 // 4


def test_trips_are_the_days_that_everybody_needs():
    assert least_cost(Terms(weighted(trips=1))) == 6 * 3


def test_days_of_staff_hold_no_more_than_is_allowed():
    assert least_cost(Terms(weighted(staff_days=1))) == -(-(6 * 60 + 6 * 540 // 4) // 720)


def test_who_may_take_part_from_elsewhere_is_counted_no_trip():
    problem = weighted(trips=1)
    assert least_cost(Terms(replace(problem, participants=adults(6, modality="either")))) == 0


def test_the_bound_holds_only_where_no_need_is_unmet():
    proofs, terms = Proofs(tuple(GoalId)), Terms(weighted(trips=1))
    proofs.note_least_cost(terms)
    reached = dict.fromkeys(GoalId, 50)
    assert proofs.bound(GoalId.COST, reached) == 0
    assert proofs.bound(GoalId.COST, {**reached, GoalId.UNMET_NEED: 0}) == 18
    later = Proofs((GoalId.COST, *(goal for goal in GoalId if goal != GoalId.COST)))
    later.note_least_cost(terms)
    assert later.bound(GoalId.COST, {**reached, GoalId.UNMET_NEED: 0}) == 0
