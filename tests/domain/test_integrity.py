"""A problem is true from birth: each impossible number, order and reference is refused with a sentence."""

import dataclasses
import re
from datetime import date, datetime, time
from pathlib import Path
from typing import get_type_hints

import pytest

from iopsched import read_clinic, solve
from iopsched.domain import clinic, people, pins, places, services
from iopsched.domain.ids import Refers
from iopsched.domain.integrity import Range, constraints, subject
from iopsched.domain.people import Cover, HoursLeft, KeepApart, KeepTogether, Therapist, TimeOff
from iopsched.domain.pins import Pin
from iopsched.domain.services import Need, Role
from iopsched.domain.timegrid import TimeRange, Windows
from tests.support.clinics import adult, adults, group, level, room, schedule, service, session, small
from tests.support.clinics import clinic as clinic_of

DATA = Path(__file__).parents[2] / "data"
FACTS = [
    kind
    for module in (clinic, people, pins, places, services)
    for kind in vars(module).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
]
FREE = {
    "Clinic.clinic_id": "the clinic's own",
    "AttendanceRecord.session_id": "sessions of other weeks",
    "AttendanceRecord.service_id": "services that may be gone",
}
CONSTRAINED = [(kind, *each) for kind in FACTS for each in constraints(kind)]


@pytest.fixture(scope="module")
def complete():
    """The example in which every cell is filled, with what other clinics leave of somebody's hours."""
    problem = read_clinic(DATA / "complete", "2026-11-30").problem
    first, *others = problem.therapists
    shared = dataclasses.replace(first, left=HoursLeft((1200,) * 7, 1200))
    return dataclasses.replace(problem, therapists=(shared, *others))


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_every_reference_and_number_has_a_type_that_says_so(kind):
    """A field that is called after an id, or holds a number, is declared: forgotten, it would be checked by nobody."""
    plain = get_type_hints(kind)
    declared = {(name, type(each)) for name, each in constraints(kind)}
    for name, hint in plain.items():
        words = name.removesuffix("s").split("_")
        if (words[-1] == "id" and name != "id") or words[0].startswith("population"):
            free = f"{kind.__name__}.{name}" in FREE or kind is clinic.Clinic
            assert free or (name, Refers) in declared, (
                f"{kind.__name__}.{name} names a row: give it a type of domain/ids.py"
            )
        if re.search(r"\bint\b", str(hint)) and name not in ("row", "order"):
            assert (name, Range) in declared, f"{kind.__name__}.{name} is a number: give it bounds"


def spoiled(value, constraint, row):
    """Return values of a field that break its constraint."""
    if isinstance(constraint, Refers):
        wrong = "no-such-row"
        if isinstance(value, dict):
            return [{**value, wrong: 1}]
        return [wrong] if value is None or isinstance(value, str) else [type(value)((*value, wrong))]
    if isinstance(constraint, Range):
        numbers = [constraint.low - 1] + ([] if constraint.high is None else [constraint.high + 1])
        if isinstance(value, frozenset | tuple):
            return [type(value)((number,)) for number in numbers]
        return [{"adult": number} for number in numbers] if hasattr(value, "items") else numbers
    least = getattr(row, constraint.field)
    if isinstance(least, int):
        return [least - 1] + [least] * constraint.strict
    return [least.replace(year=1990)]


def put(where, old, new):
    """Return a fact, a row of facts or a mapping of them with one of them changed."""
    if where is old:
        return new
    if isinstance(where, tuple):
        return tuple(put(row, old, new) for row in where)
    if isinstance(where, dict):
        return {key: put(row, old, new) for key, row in where.items()}
    if type(where) in FACTS:
        fields = {field.name: getattr(where, field.name) for field in dataclasses.fields(where)}
        changed = {name: put(value, old, new) for name, value in fields.items()}
        return where if all(changed[name] is fields[name] for name in fields) else dataclasses.replace(where, **changed)
    return where


def rebuilt(problem, old, new):
    """Return the problem with one fact changed."""
    fields = {field.name: getattr(problem, field.name) for field in dataclasses.fields(problem)}
    return dataclasses.replace(problem, **{name: put(value, old, new) for name, value in fields.items()})


def example_of(problem, kind, name, constraint):
    """Return a fact of a kind whose field, and the one that it is compared with, are filled."""
    others = [constraint.field] if hasattr(constraint, "field") else []
    rows = [row for row in problem._facts() if type(row) is kind]
    filled = [row for row in rows if all(getattr(row, other) is not None for other in [name, *others])]
    return next(iter(filled), None) or next(iter(rows), None)


@pytest.mark.parametrize(("kind", "name", "constraint"), CONSTRAINED)
def test_whatever_is_declared_is_refused(complete, kind, name, constraint):
    """Break one field of one fact of the complete example: it is told, whatever fact it is."""
    row = example_of(complete, kind, name, constraint)
    assert row is not None, f"data/complete has no {kind.__name__}, or Problem._facts does not yield it"
    if getattr(row, getattr(constraint, "field", name)) is None:
        row = dataclasses.replace(row, **{constraint.field: date(2026, 1, 1)})
    for wrong in spoiled(getattr(row, name), constraint, row):
        broken = dataclasses.replace(row, **{name: wrong})
        with pytest.raises(ValueError, match=re.escape(subject(broken))):
            rebuilt(complete, row, broken)


DAYS = [datetime.combine(date(2026, 12, day), time()) for day in (1, 2)]
REFUSED = [
    ("unknown level", {"participants": adults(1, level="level-9")}, "Participant A1 names the level 'level-9'"),
    ("unknown payer", {"participants": adults(1, payer="plan")}, "Participant A1 names the payer 'plan'"),
    ("unknown phase", {"participants": adults(1, phase="late")}, "Participant A1 names the phase 'late'"),
    ("unknown primary", {"participants": adults(1, primary_id="T9")}, "Participant A1 names the therapist 'T9'"),
    ("unknown population", {"participants": adults(1, population="elder")}, "names the population 'elder'"),
    ("unknown service", {"groups": (group(service_id="yoga"),)}, "Group G1 names the service 'yoga'"),
    ("unknown room", {"groups": (group(room_id="R9"),)}, "Group G1 names the room 'R9'"),
    ("unknown group", {"participants": adults(1, group_ids=("G9",))}, "Participant A1 names the group 'G9'"),
    ("a need of nobody", {"needs": (Need("A9", "family", 1),)}, "Need A9 names the participant or referral 'A9'"),
    ("a pin of nobody", {"pins": (Pin("must", participant_id="A9"),)}, "Pin A9 names the participant 'A9'"),
    ("nobody to be covered", {"covers": (Cover("T9", ("T1",)),)}, "names the therapist 'T9'"),
    ("nobody to cover", {"covers": (Cover("T1", ("T9",)),)}, "names the therapist 'T9'"),
    (
        "a cover that ends before it begins",
        {"covers": (Cover("T1", ("T2",), DAYS[1].date(), DAYS[0].date()),)},
        "first_day after last_day",
    ),
    ("nobody to keep apart from", {"keep_apart": (KeepApart("A1", therapist_id="T9"),)}, "names the therapist 'T9'"),
    ("nobody to keep together with", {"keep_together": (KeepTogether("A1", "A9"),)}, "participant or referral 'A9'"),
    (
        "an absence of nobody",
        {"time_off": (TimeOff("room", "R9", *DAYS),)},
        "TimeOff R9 names a room that does not exist.",
    ),
    (
        "an absence that ends before it starts",
        {"time_off": (TimeOff("room", "R1", *DAYS[::-1]),)},
        "TimeOff R1 has start after end.",
    ),
    ("negative minutes", {"services": (service(minutes=-60),)}, "Service process has minutes -60"),
    ("no minutes", {"services": (service(minutes=0),)}, "it must be from 1 to 1440."),
    ("negative hours", {"clinic": clinic_of(level=level(min_minutes_per_week=-1))}, "must be at least 0."),
    ("nobody in a role", {"services": (service(staff=(Role("group", 0),)),)}, "Role group has number 0"),
    ("negative seats", {"rooms": (room(capacity=-1),)}, "Room R1 has capacity -1"),
    ("sizes in reverse", {"groups": (group(min_size=5, max_size=4),)}, "Group G1 has min_size after max_size."),
    ("ages in reverse", {"clinic": clinic_of(ages={"adult": (64, 18)})}, "The ages of adult run from 64 to 18."),
    (
        "a stay that ends before it begins",
        {"participants": adults(1, admitted=date(2026, 12, 2), discharged=date(2026, 12, 1))},
        "Participant A1 has admitted after discharged.",
    ),
    ("two of one id", {"participants": (adult(), adult())}, "Ids of participants must be unique."),
]


@pytest.mark.parametrize(("changes", "sentence"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_problem_made_in_memory_is_refused(changes, sentence):
    """``solve(replace(problem, ...))`` is for everybody who writes scripts."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        solve(dataclasses.replace(small(), **changes), time_limit_s=1)


@pytest.mark.parametrize("ranges", [((600, 660), (540, 600)), ((540, 600), (600, 660))], ids=["unsorted", "touching"])
def test_windows_are_sorted_with_gaps(ranges):
    with pytest.raises(ValueError, match=r"Windows\.of"):
        Therapist("T1", availability=Windows(tuple(TimeRange(*each) for each in ranges)))


def test_an_earlier_week_may_name_what_is_gone():
    before = schedule(session("Mon 09:00-12:00", "A9", "T9"))
    assert small(previous=before).previous == before
