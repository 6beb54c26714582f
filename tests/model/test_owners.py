"""Every rule answers for what it forbids: of a pin that one row forbids, the guards name the pin, the rule and the row.

Each case is a tiny clinic that keeps every rule but one, whatever else is decided. What contradicts is found by deletion:
guards, many at once at first and in the end one by one, are spared where the others cannot hold without them either.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from ortools.sat.python import cp_model

from iopsched.domain.clinic import Block
from iopsched.domain.people import Cover, KeepApart, KeepTogether
from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Border
from iopsched.domain.services import Need, Role, Times
from iopsched.model.build import build_model
from iopsched.model.owner import CandidateRef, ClinicRef, Owner, PairRef, PinRef, ServiceRef
from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.words.sentence import GroupRef, ParticipantRef, RoomRef, TherapistRef
from tests.support.clinics import MONDAY, group, level, off, phase, windows
from tests.support.edge_worlds import NOON, half_days, person, place, staff, tiny

A1, T1, R1, G1 = ParticipantRef("A1"), TherapistRef("T1"), RoomRef("R1"), GroupRef("G1")
AT_EIGHT = CandidateRef("G1@Mon 08:00/in_person", "process", "G1", 480)
LATER = windows("Mon-Tue 12:00-20:00")
VISIT = half_days("visit", kind="individual", per_week={"adult": 5})


def pin(participant_id="A1", action="must", row=2, **cells):
    """Return a pin of somebody at eight on Monday."""
    return Pin(action, participant_id, **{"day": 0, "start": 480, "row": row, **cells})


def visit(*services, **changes):
    """Return a clinic in which A1 can visit T1 in R1 as pinned, unless changed."""
    facts = {"participants": (person("A1"),), "therapists": (staff("T1"),), "pins": (pin(),)}
    return tiny(services or [VISIT], **{**facts, **changes})


def meeting(*groups, **changes):
    """Return a clinic in which A1 can be in group G1 as pinned, unless changed."""
    return visit(half_days(min_participants=1), groups=groups or (group("G1"),), **changes)


BOTH = {"participants": (person("A1"), person("A2")), "pins": (pin(), pin("A2", row=3))}
TWO_STAFF = {"therapists": (staff("T1"), staff("T2")), "rooms": (place("R1"), place("R2"))}
NOON_BLOCK = Block("noon", "day", 720, 960, frozenset({0}))

# A clinic for each filter and for each rule that filters nothing, and who besides the pins makes it impossible.
CASES = {
    "pin": (
        visit(pins=(pin(), pin(None, "must_not", 3))),
        Owner(RuleId.PIN, PinRef("pins.csv:3: must_not Mon 08:00")),
    ),
    "phase": (
        meeting(participants=(person("A1", phase="initial"),), clinic={"phases": phase(0, 0)}),
        Owner(RuleId.PHASE, A1),
    ),
    "day_max": (visit(replace(VISIT, per_week={})), Owner(RuleId.DAY_MAX, A1)),
    "day_min": (meeting(clinic={"level": level(min_minutes_on_group_days=1441)}), Owner(RuleId.DAY_MIN, A1)),
    "week_max authorized": (
        visit(participants=(person("A1", authorized_until=MONDAY - timedelta(days=1)),)),
        Owner(RuleId.WEEK_MAX, A1, "authorized_until"),
    ),
    "week_max day": (visit(clinic={"level": level(max_minutes_per_day=239)}), Owner(RuleId.WEEK_MAX, A1)),
    "php_guard": (visit(clinic={"level": level(php_guard_minutes=1)}), Owner(RuleId.PHP_GUARD, A1)),
    "cohort": (
        meeting(
            *(group("G1"), group("G2")),
            participants=(person("A1", group_ids=("G2",)),),
            pins=(pin(group_id="G1"),),
        ),
        Owner(RuleId.COHORT, A1),
    ),
    "primary": (
        visit(
            replace(VISIT, with_primary=True),
            participants=(person("A1", primary_id="T2"),),
            therapists=(staff("T1"), staff("T2", skills=())),
        ),
        Owner(RuleId.PRIMARY, A1),
        Owner(RuleId.STAFFED, TherapistRef("T2"), "skills"),
    ),
    "primary cover": (
        visit(
            replace(VISIT, with_primary=True),
            participants=(person("A1", primary_id="T2"),),
            therapists=(staff("T1"), staff("T2", skills=())),
            time_off=(off("therapist", "T2", "Tue 08:00", "Tue 20:00"),),
            covers=(Cover("T2", ("T1",)),),
        ),
        Owner(RuleId.PRIMARY, A1),
        Owner(RuleId.STAFFED, TherapistRef("T2"), "skills"),
    ),
    "primary caseload": (
        visit(replace(VISIT, with_primary=True), therapists=(staff("T1", max_caseload=0),)),
        Owner(RuleId.PRIMARY, T1),
        Owner(RuleId.PRIMARY, A1),
    ),
    "staff_load": (visit(therapists=(staff("T1", max_minutes_per_day=239),)), Owner(RuleId.STAFF_LOAD, T1)),
    "staff_load rest": (
        visit(borders=(Border("T1", last_end=-1),), clinic={"staff": {"min_rest_minutes": 720}}),
        Owner(RuleId.STAFF_LOAD, T1, "min_rest_hours"),
    ),
    "size": (meeting(group("G1", min_size=2)), Owner(RuleId.SIZE, AT_EIGHT)),
    "ratio": (meeting(group("G1", participants_per_staff=1), **BOTH), Owner(RuleId.RATIO, AT_EIGHT)),
    "two_staff": (meeting(clinic={"staff": {"two_staff": ("adult",)}}, **BOTH), Owner(RuleId.TWO_STAFF, AT_EIGHT)),
    "supervisor": (
        visit(clinic={"staff": {"supervisor_on_site": True}}),
        Owner(RuleId.SUPERVISOR, ClinicRef("supervisor_on_site")),
    ),
    "staffed skills": (visit(therapists=(staff("T1", skills=()),)), Owner(RuleId.STAFFED, T1, "skills")),
    "staffed second role": (
        visit(
            replace(VISIT, staff=(Role("individual", 1), Role("nurse", 1))),
            therapists=(staff("T1"), staff("T2", skills=())),
        ),
        Owner(RuleId.STAFFED, TherapistRef("T2"), "skills"),
        Owner(RuleId.STAFFED, CandidateRef("visit/T1@Mon 08:00/in_person", "visit", None, 480)),
    ),
    "staffed licensed": (visit(therapists=(staff("T1", licensed=False),)), Owner(RuleId.STAFFED, T1, "licensed")),
    "staffed populations": (
        visit(therapists=(staff("T1", populations=("adolescent",)),)),
        Owner(RuleId.STAFFED, T1, "populations"),
    ),
    "staffed group": (meeting(therapists=(staff("T1", tracks=("sud",)),)), Owner(RuleId.STAFFED, T1, "populations")),
    "staffed lead": (
        meeting(group("G1", lead_ids=("T2",)), therapists=(staff("T1"), staff("T2", skills=()))),
        Owner(RuleId.STAFFED, G1, "lead_ids"),
        Owner(RuleId.STAFFED, TherapistRef("T2"), "skills"),
    ),
    "match": (meeting(participants=(person("A1", tracks=("sud",)),)), Owner(RuleId.MATCH, A1, "population")),
    "match language": (
        meeting(
            group("G1", language="Spanish"),
            participants=(person("A1", languages=("Spanish",)),),
            therapists=(staff("T1", languages=("English",)),),
        ),
        Owner(RuleId.MATCH, T1, "languages"),
    ),
    "match joins": (meeting(group("G1", joins="need")), Owner(RuleId.MATCH, G1, "joins")),
    "match one language": (
        visit(
            participants=(person("A1", languages=("Spanish",)),),
            therapists=(staff("T1", languages=("English",)),),
            clinic={"match_language": "require"},
        ),
        Owner(RuleId.MATCH, A1, "language"),
    ),
    "match need": (visit(needs=(Need("A1", "visit", 1, gender="f"),)), Owner(RuleId.MATCH, A1)),
    "together": (
        meeting(
            *(group(name, membership="open") for name in ("G1", "G2")),
            participants=BOTH["participants"],
            pins=(pin(group_id="G1"), pin("A2", row=3, group_id="G2", start=720)),
            keep_together=(KeepTogether("A1", "A2"),),
        ),
        Owner(RuleId.TOGETHER, PairRef("A1", "A2")),
    ),
    "apart": (visit(keep_apart=(KeepApart("A1", therapist_id="T1"),)), Owner(RuleId.APART, PairRef("A1", "T1"))),
    "seats": (visit(rooms=(place("R1", capacity=1),)), Owner(RuleId.SEATS, R1, "capacity")),
    "seats inside": (visit(rooms=(place("R1", max_participants=0),)), Owner(RuleId.SEATS, R1, "max_participants")),
    "seats features": (
        visit(replace(VISIT, room_features=frozenset({"mat"}))),
        Owner(RuleId.SEATS, R1, "features"),
    ),
    "seats own room": (
        meeting(group("G1", room_id="R2"), pins=(pin(room_id="R1"),), **TWO_STAFF),
        Owner(RuleId.SEATS, G1, "room_id"),
    ),
    "seats participant": (
        visit(participants=(person("A1", modality="telehealth"),)),
        Owner(RuleId.SEATS, A1, "modality"),
    ),
    "seats staff": (visit(therapists=(staff("T1", modality="telehealth"),)), Owner(RuleId.SEATS, T1, "modality")),
    "seats lead": (
        visit(replace(VISIT, modality="hybrid"), therapists=(staff("T1", modality="telehealth"),)),
        Owner(RuleId.SEATS, T1, "modality"),
    ),
    "window open": (visit(clinic={"open": LATER}), Owner(RuleId.WINDOW, ClinicRef("open"))),
    "window": (visit(participants=(person("A1", availability=LATER),)), Owner(RuleId.WINDOW, A1, "availability")),
    "window staff": (visit(therapists=(staff("T1", availability=LATER),)), Owner(RuleId.WINDOW, T1, "availability")),
    "window room": (visit(rooms=(place("R1", availability=LATER),)), Owner(RuleId.WINDOW, R1, "availability")),
    "window blocks": (
        visit(replace(VISIT, starts="blocks"), clinic={"blocks": (NOON_BLOCK,)}),
        Owner(RuleId.WINDOW, ServiceRef("visit"), "starts"),
    ),
    "window times": (
        meeting(group("G1", times=Times(LATER, frozenset({NOON})))),
        Owner(RuleId.WINDOW, G1, "times"),
    ),
    "overlap": (
        visit(
            VISIT,
            replace(VISIT, id="other"),
            pins=(pin(service_id="visit"), pin(row=3, service_id="other")),
            **TWO_STAFF,
        ),
        Owner(RuleId.OVERLAP, A1),
    ),
}


def can_hold(model, owners):
    """Return whether a week exists under these guards."""
    cp = model.cp.clone()
    for owner, guard in model.post.guards.items():
        cp.add(cp.get_bool_var_from_proto_index(guard.index) == (owner in owners))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(cp) == cp_model.OPTIMAL


def contradicting(problem):
    """Return a smallest set of owners that cannot all have their way."""
    model = build_model(problem, guarded=ALL_RULES)
    kept = list(model.post.guards)
    assert not can_hold(model, kept), "nothing forbids the pin"
    number = len(kept)
    while number := number // 2:
        for owners in [kept[first : first + number] for first in range(0, len(kept), number)]:
            rest = [owner for owner in kept if owner not in owners]
            if not can_hold(model, rest):
                kept = rest
    return set(kept)


@pytest.mark.parametrize("name", CASES)
def test_guards_name_the_pins_the_rule_and_the_row(name):
    problem, *owners = CASES[name]
    assert contradicting(problem) == {*owners, *(Owner(RuleId.PIN, PinRef(str(row))) for row in problem.pins)}


@pytest.mark.parametrize("rule", RuleId, ids=lambda rule: rule.value)
def test_every_rule_has_a_case(rule):
    """A new rule fails here until a clinic shows that its guards name it."""
    assert any(owners[0].rule == rule for _, *owners in CASES.values()), f"add a case of {rule} to CASES"
