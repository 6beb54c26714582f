"""The verifier stands alone, and no schedule makes it crash."""

import ast
import random
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import iopsched.verifier
from iopsched.domain.people import KeepApart
from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Session
from iopsched.domain.services import Need
from iopsched.domain.timegrid import ALWAYS
from iopsched.rulebook import GoalId, RuleId
from iopsched.verifier import CHECKS, Violation, goal_values, hours, unmet_minutes, violations
from tests.support.clinics import (
    EVENING,
    MORNING,
    adult,
    adults,
    broken,
    clinic,
    group,
    individual,
    off,
    phase,
    room,
    schedule,
    sentences,
    service,
    services,
    session,
    small,
    therapist,
)

HOME = Path(iopsched.verifier.__file__).parent
MON9 = "Mon 09:00-12:00"


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", sorted(HOME.glob("*.py")), ids=lambda path: path.stem)
def test_imports_only_facts_the_rulebook_and_the_standard_library(path):
    """A check that shares code with the model could share its mistake."""
    ours = tuple(f"iopsched.{name}" for name in ("domain", "policy", "rulebook", "verifier", "words"))
    for module in imported(path):
        assert module.split(".")[0] in sys.stdlib_module_names or module.startswith(ours), module


def test_every_rule_is_checked_by_the_function_of_its_name():
    assert {rule: check.__name__ for rule, check in CHECKS.items()} == {rule: rule.value for rule in RuleId}


def test_violations_are_sorted_and_none_is_there_twice():
    held = (session(MON9, "A1 A2", "T1"), session(MON9, "A1 A2", "T1", id_="S2"), individual("Mon 10:00-11:00", "A2"))
    found = violations(small(), schedule(*held))
    assert list(found) == sorted(set(found))
    assert found[0] == Violation(RuleId.OVERLAP, found[0].subject, found[0].sentence)


def test_the_order_of_sessions_does_not_matter():
    held = [session(MON9, "A1 A2"), individual("Mon 10:00-11:00"), session("Tue 09:30-12:00", "", "")]
    assert violations(small(), schedule(*held)) == violations(small(), replace(schedule(), sessions=tuple(held[::-1])))


@pytest.mark.parametrize(
    ("held", "rules"),
    [
        (session(MON9, "A1 A9"), {"match"}),
        (session(MON9, staff="T1 T9"), {"staffed"}),
        (session(MON9, staff="T9 T1"), {"staffed"}),
        (session(MON9, room_id="R9"), {"seats"}),
        (session(MON9, group_id="G9"), {"cohort"}),
        (session(MON9, service_id="yoga"), {"match"}),
        (session(MON9, service_id=""), {"match"}),
        (session(MON9, modality="phone"), {"seats"}),
    ],
)
def test_unknown_ids(held, rules):
    assert broken(small(), held) == rules


def test_an_unknown_service_and_person_are_named():
    assert sentences(small(), session(MON9, "A9", service_id="yoga", group_id="G9", id_="S1")) == [
        "Participant A9 of session S1 is not in participants.csv.",
        "Session S1 is of service yoga, which does not exist.",
    ]


@pytest.mark.parametrize(("start", "end"), [(600, 600), (700, 600), (-60, 120), (10_000, 10_180), (20_000, 20_180)])
def test_times_that_are_no_times(start, end):
    odd = Session("S1", "process", start, end, ("T1",), ("A1",), room_id="R1")
    assert broken(small(), odd) == {"window"}


@pytest.mark.parametrize("when", [(0, 180), (9900, 10_080)])
def test_the_first_and_last_minute_of_the_week_are_times(when):
    person = {"availability": ALWAYS}
    night = small(
        clinic=clinic(open=ALWAYS),
        participants=(adult(**person),),
        therapists=(therapist(**person),),
        rooms=(room(**person),),
    )
    assert broken(night, Session("S1", "process", *when, ("T1",), ("A1",), room_id="R1")) == set()


def test_an_empty_clinic():
    empty = small(participants=(), therapists=(), rooms=(), services=())
    assert violations(empty, schedule()) == ()
    assert hours(empty, schedule()) == ()
    assert [value.value for value in goal_values(empty, schedule()).values()] == [0] * len(GoalId)


def test_a_clinic_that_is_never_open():
    shut = small(clinic=clinic(open=type(clinic().open)()))
    assert hours(shut, schedule()) == ()
    assert "window" in broken(shut, session(MON9))


def test_a_level_that_is_not_there():
    """The reader refuses it with file and row, and so does the problem; ``test_integrity.py`` has all of this kind."""
    with pytest.raises(ValueError, match="names the level 'php'"):
        small(participants=(adult(level="php"),), clinic=clinic(levels={}))


def everything():
    """Return a clinic in which every rule and goal has something to say."""
    people = tuple(
        replace(person, phase="initial", group_ids=("G1",) if number % 2 else (), authorized_days=2)
        for number, person in enumerate(adults(4))
    )
    return small(
        clinic=clinic(blocks=(MORNING, EVENING), phases=phase(1, 2), equipment={"drum": 1}),
        participants=(*people, adult("B1", population="adolescent", modality="telehealth")),
        services=(*services(individual={"with_primary": True, "equipment": {"drum": 1}}), service("skills")),
        groups=(group(), group("G2", membership="open", target_size=3)),
        needs=(Need("A1", "individual", 1, ("T2",)), Need("A2", "skills", 1, optional=True, same_therapist="prefer")),
        pins=(Pin("must", participant_id="A1", day=0), Pin("must_not", room_id="R2")),
        keep_apart=(KeepApart("A1", "A2"), KeepApart("A3", therapist_id="T1")),
        time_off=(off("clinic", "", "Fri 00:00", "Sat 00:00"), off("participant", "A4", "Mon 10:00", "Tue 12:00")),
        previous=schedule(individual("Mon 09:00-10:00")),
    )


@pytest.mark.parametrize("seed", range(30))
def test_no_schedule_makes_it_crash(seed):
    """Random nonsense, with ids that do not exist, is reported and counted."""
    dice, problem = random.Random(seed), everything()
    sessions = tuple(nonsense(dice, number) for number in range(12))
    found = violations(problem, schedule(*sessions))
    assert found
    assert {row.participant_id for row in hours(problem, schedule(*sessions))} == set(problem.participant)
    values = goal_values(problem, schedule(*sessions))
    assert all(value.value == sum(part for _, part in value.parts) >= 0 for value in values.values())
    assert sum(unmet_minutes(problem, schedule(*sessions)).values()) == values["unmet_need"].value


def test_a_violation_names_its_sessions_and_people_as_data():
    """Nothing has to look for ids in its sentence: what drops violations reads the data."""
    dice, problem, seen = random.Random(7), everything(), set()
    for _ in range(60):
        held = {row.id: row for row in (nonsense(dice, number) for number in range(12))}
        for found in violations(problem, schedule(*held.values())):
            words = {word.rstrip(".") for word in re.findall(r"[\w.]+", found.sentence)}
            is_missing = found.rule == RuleId.PIN and found.sentence.startswith("No session")
            assert (not found.sessions) == is_missing, found
            assert words & held.keys() <= set(found.sessions) <= held.keys(), found
            assert is_missing or set(found.people) == words & {"A1", "A2", "A3", "A4", "B1", "X"}, found
            assert set(found.staff) == words & {"T1", "T2", "T9"}, found
            assert set(found.rooms) == words & {"R1", "R2", "R9"}, found
            assert set(found.people) <= {who for key in found.sessions for who in held[key].participant_ids}, found
            seen.add(found.rule)
    assert seen >= {"pin", "overlap", "window", "seats", "cohort", "match", "apart", "staffed", "primary", "size"}


def nonsense(dice, number):
    def some(ids, most):
        return tuple(dice.choice(ids) for _ in range(dice.randint(0, most)))

    start = dice.randrange(-60, 10_200, 30)
    return Session(
        id=f"S{number}",
        service_id=dice.choice(("process", "individual", "family", "multifamily", "workshop", "skills", "yoga")),
        start=start,
        end=start + dice.choice((0, 60, 180, 600)),
        therapist_ids=some(("T1", "T2", "T9"), 3),
        participant_ids=some(("A1", "A2", "A3", "A4", "B1", "X"), 5),
        modality=dice.choice(("in_person", "telehealth", "hybrid")),
        group_id=dice.choice((None, "G1", "G2", "G9")),
        room_id=dice.choice((None, "R1", "R2", "R9")),
    )
