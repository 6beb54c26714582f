"""Kinds of people, and somebody typical of each."""

from dataclasses import replace
from datetime import date

from iopsched.answers.capacity.capacityquestions import in_order
from iopsched.answers.capacity.personkinds import PersonKind, kinds_of, time_of, typical
from iopsched.domain.clinic import Block
from iopsched.domain.people import WaitlistEntry
from iopsched.domain.services import Group, Times
from tests.support.clinics import small, windows

DAYS = frozenset(range(5))
BLOCKS = (Block("night", "evening", 1020, 1200, DAYS), Block("morning", "day", 540, 720, DAYS))


def clinic_with(problem, **facts):
    """Return a problem whose clinic differs."""
    return replace(problem, clinic=replace(problem.clinic, **facts))


def test_without_blocks_there_is_a_kind_for_each_track_at_any_time():
    problem = clinic_with(small(), blocks=())
    tracks = sorted({track for group in problem.groups for track in group.tracks})
    populations = [name for name in problem.clinic.populations if any(g.population == name for g in problem.groups)]
    found = kinds_of(problem)
    assert [row for row in found if row.population in populations] == [
        PersonKind(name, track, "") for name in populations for track in tracks
    ]


def test_parts_come_by_their_first_block_and_a_population_without_groups_has_no_track():
    problem = replace(clinic_with(small(), blocks=BLOCKS), groups=())
    assert kinds_of(problem)[:3] == (
        PersonKind("adult", "", "day"),
        PersonKind("adult", "", "evening"),
        PersonKind("adult", "", ""),
    )


def test_a_group_that_meets_outside_the_blocks_makes_a_kind_for_all_hours():
    problem = clinic_with(small(), blocks=BLOCKS)
    service = next(row for row in problem.services if row.kind == "group")
    inside = Group("G", service.id, ("mh",), "adult", 2, times=Times(windows("Mon-Fri 09:00-12:00")))
    outside = replace(inside, times=Times(windows("Mon-Fri 13:00-17:00")))
    for group, kinds in ((inside, ["day", "evening"]), (outside, ["day", "evening", ""])):
        found = kinds_of(replace(problem, groups=(group,), pins=(), participants=()))
        own = [row.part for row in found if row.population == group.population and row.track in group.tracks]
        assert own == kinds


def test_somebody_typical_has_time_in_the_blocks_of_the_part_and_an_id_of_nobody_else():
    problem = clinic_with(small(), blocks=BLOCKS)
    problem = replace(problem, waitlist=(WaitlistEntry(replace(problem.participants[0], id="NEW1")),))
    people = typical(problem, PersonKind("adult", "sud", "evening"), 2)
    assert [row.id for row in people] == ["NEW2", "NEW3"]
    assert people[0].availability == time_of(problem, "evening") == windows("Mon-Fri 17:00-20:00")
    assert people[0].tracks == ("sud",)


def test_whoever_was_referred_first_comes_first_and_without_a_date_last():
    person = small().participants[0]
    rows = [("B", None), ("C", date(2026, 11, 3)), ("A", date(2026, 11, 3)), ("D", date(2026, 11, 2))]
    waitlist = [WaitlistEntry(replace(person, id=key), referred) for key, referred in rows]
    assert [row.participant.id for row in in_order(waitlist)] == ["D", "A", "C", "B"]
