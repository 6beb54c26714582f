"""Guards: each owner of constraints has one literal; off, only its constraints are gone."""

import pytest
from ortools.sat.python import cp_model

from iopsched.model.build import build_model
from iopsched.model.decisions import values_of
from iopsched.model.owner import Owner
from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.words.sentence import GroupRef, ParticipantRef, TherapistRef
from tests.support.accepting import accepts, accepts_under_guards
from tests.support.clinics import adult, group, individual, schedule, service, session, small, therapist
from tests.support.comparing import every_schedule, thin
from tests.support.edge_worlds import all_worlds

VISITS = small(
    services=(service("individual", kind="individual", per_week={"adult": 3}, max_per_day=0),),
    participants=(adult("A1"), adult("A2")),
    therapists=(therapist("T1", max_minutes_per_day=60), therapist("T2")),
)
GROUPS = small(
    services=(service(minutes=60),),
    participants=(adult("A1"), adult("A2")),
    groups=(group(sessions_per_week=1, min_size=2),),
)
TWICE = (
    individual("Mon 09:00-10:00", "A1", "T1", id_="one"),
    individual("Mon 09:00-10:00", "A1", "T2", id_="two", room_id="R2"),
)
LONG = (individual("Mon 09:00-10:00", "A1", "T1"), individual("Mon 10:00-11:00", "A2", "T1"))
OFTEN = tuple(session(when, "A1 A2", group_id="G1") for when in ("Mon 09:00-10:00", "Tue 09:00-10:00"))


def admits(problem, sessions, off=()):
    """Return whether a guarded model admits these sessions with all guards on but those of some owners."""
    model = build_model(problem, guarded=ALL_RULES, name_rooms=True)
    assert set(off) <= set(model.post.guards)
    for owner, guard in model.post.guards.items():
        model.cp.add(guard == (owner not in off))
    values = values_of(model.x, schedule(*sessions))
    assert values is not None
    for index, value in values.items():
        model.cp.add(model.cp.get_int_var_from_proto_index(index) == value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(model.cp) == cp_model.OPTIMAL


@pytest.mark.parametrize(
    ("problem", "sessions", "owner"),
    [
        (VISITS, TWICE, Owner(RuleId.OVERLAP, ParticipantRef("A1"))),
        (VISITS, LONG, Owner(RuleId.STAFF_LOAD, TherapistRef("T1"))),
        (GROUPS, OFTEN, Owner(RuleId.COHORT, GroupRef("G1"))),
    ],
    ids=["overlap", "staff_load", "cohort"],
)
def test_a_guard_switches_its_constraints_and_no_others(problem, sessions, owner):
    assert not admits(problem, sessions)
    assert admits(problem, sessions, {owner})
    others = set(build_model(problem, guarded=ALL_RULES).post.guards) - {owner}
    assert not admits(problem, sessions, others)


def agrees_with_guards(world, number):
    """Assert that under guards each rule is left out as where it is not posted, on so many schedules of each size."""
    problem = world.problem
    guarded = build_model(problem, guarded=ALL_RULES, name_rooms=True)
    schedules = [schedule(*sessions) for rows in every_schedule(world) for sessions in thin(rows, number)]
    for rules in (ALL_RULES, *(ALL_RULES - {rule} for rule in RuleId)):
        for week in schedules:
            assert accepts(problem, week, rules) == accepts_under_guards(guarded, week, rules), (rules, week)


@pytest.mark.parametrize("world", all_worlds(), ids=lambda world: world.name.replace(" ", "_"))
def test_guards_off_are_rules_left_out(world):
    agrees_with_guards(world, 1)


@pytest.mark.slow
@pytest.mark.parametrize("world", all_worlds(), ids=lambda world: world.name.replace(" ", "_"))
def test_guards_off_are_rules_left_out_on_more_schedules(world):
    agrees_with_guards(world, 12)


def test_all_guards_on_is_the_plain_model():
    assert admits(VISITS, TWICE[:1])
    assert admits(GROUPS, OFTEN[:1])
    assert build_model(VISITS).post.guards == {}
