"""Guards: each owner of constraints has one literal; off, only its constraints are gone."""

import pytest
from ortools.sat.python import cp_model

from iopsched.model.build import build_model
from iopsched.model.decisions import values_of
from iopsched.model.owner import Owner
from iopsched.rulebook import RuleId
from iopsched.words.sentence import GroupRef, ParticipantRef, TherapistRef
from tests.support.clinics import adult, group, individual, schedule, service, session, small, therapist

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
    model = build_model(problem, guarded=True, name_rooms=True)
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
    others = set(build_model(problem, guarded=True).post.guards) - {owner}
    assert not admits(problem, sessions, others)


def test_all_guards_on_is_the_plain_model():
    assert admits(VISITS, TWICE[:1])
    assert admits(GROUPS, OFTEN[:1])
    assert build_model(VISITS).post.guards == {}
