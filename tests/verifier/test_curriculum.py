"""The rotation of modules: what a session holds this week, who meets what, and model against verifier."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from iopsched.domain.services import Module
from iopsched.model.goals.preferences import former_members, modules_missed
from iopsched.model.terms import Terms
from iopsched.rulebook import GoalId
from iopsched.verifier import fewest_missed, goal_values, held_modules, lessons
from tests.support.clinics import MONDAY, adult, clinic, group, schedule, service, session, small

ADULT, GROUP = (adult(),), (group(),)


def modules(weeks=3, **changes):
    """Return a check-in of every week, then one module a week of the rotation, all of ``process``."""
    rotating = [
        Module(f"M{week}", "process", f"Module {week}", 60, week=week, order=2, **changes)
        for week in range(1, weeks + 1)
    ]
    return (Module("in", "process", "Check-in", 60, order=1), *rotating)


def world(start=MONDAY, weeks=3, people=ADULT, groups=GROUP, **changes):
    """Return a clinic whose rotation begins at ``start``."""
    rules = clinic(curriculum_start=start, weights={"preferences": {"modules": 1}})
    facts = {"clinic": rules, "services": (service(),), "participants": people, "groups": groups}
    return small(**{**facts, "modules": modules(weeks), **changes})


def titles(problem, group_id="G1"):
    return [row.id for row in held_modules(problem, "process", group_id)]


@pytest.mark.parametrize(
    ("weeks_ago", "expected"), [(0, "M1"), (1, "M2"), (2, "M3"), (3, "M1"), (7, "M2"), (-1, "M3"), (-3, "M1")]
)
def test_the_rotation_is_a_circle(weeks_ago, expected):
    """Also before it began; any day of the first week will do."""
    for weekday in (0, 6):
        start = MONDAY - timedelta(weeks=weeks_ago) + timedelta(days=weekday)
        assert titles(world(start)) == ["in", expected]


def test_without_a_start_nothing_rotates():
    assert titles(world(None)) == ["in"]


def test_modules_of_another_group_are_left_out():
    problem = world(
        groups=(*GROUP, group("G2")),
        modules=(*modules(1), Module("only", "process", "Only", 30, group_ids=("G2",), order=0)),
    )
    assert titles(problem) == ["in", "M1"]
    assert titles(problem, "G2") == ["only", "in", "M1"]
    assert held_modules(problem, "individual", None) == ()


def statuses(problem, *sessions):
    return {row.module_id: (row.status, row.week) for row in lessons_of(problem, *sessions)}


def lessons_of(problem, *sessions):
    return lessons(problem, schedule(*sessions))


def in_weeks(number):
    return MONDAY + timedelta(weeks=number)


def test_a_member_of_an_open_end_meets_everything():
    assert statuses(world(people=(adult(group_ids=("G1",)),))) == {
        "M1": ("this week", MONDAY),
        "M2": ("ahead", in_weeks(1)),
        "M3": ("ahead", in_weeks(2)),
    }


def test_a_member_since_last_week_has_met_what_was_taught():
    found = statuses(world(people=(adult(group_ids=("G1",), admitted=date(2026, 11, 25)),)))
    assert found == {"M1": ("this week", MONDAY), "M2": ("ahead", in_weeks(1)), "M3": ("met", in_weeks(-1))}


def test_who_joins_now_was_not_there_before():
    found = statuses(
        world(people=(adult(admitted=date(2026, 11, 25), discharged=MONDAY),)),
        session("Mon 09:00-12:00", "A1", group_id="G1"),
    )
    assert found == {"M1": ("this week", MONDAY), "M2": ("missed", None), "M3": ("missed", None)}


def test_who_was_on_the_roster_last_week_was_there_before():
    """In the same group; somebody of another group is a newcomer here."""
    person = adult(admitted=in_weeks(-1), discharged=MONDAY)
    one = session("Mon 09:00-12:00", "A1", group_id="G1")
    for former, status in (("G1", "met"), ("G2", "missed")):
        before = schedule(replace(one, group_id=former))
        problem = world(people=(person,), previous=before)
        assert statuses(problem, one)["M3"][0] == status
        is_new = (person.id, "G1") not in former_members(problem)
        missed = modules_missed(Terms(problem), person, problem.groups[0], is_new=is_new)
        assert missed == (1 if status == "met" else 2)


@pytest.mark.parametrize(("last", "missed"), [(6, {"M2", "M3"}), (7, {"M3"}), (13, {"M3"}), (14, set())])
def test_the_stay_ends_with_the_week_of_its_last_day(last, missed):
    person = adult(group_ids=("G1",), discharged=MONDAY + timedelta(days=last))
    found = statuses(world(people=(person,)))
    assert {key for key, (status, _) in found.items() if status == "missed"} == missed


def test_modules_met_elsewhere_count():
    person = adult(group_ids=("G1",), discharged=MONDAY, modules_met=frozenset({"M2"}))
    assert statuses(world(people=(person,)))["M2"] == ("met", None)


def test_only_members_of_closed_groups_have_lessons():
    assert lessons_of(world()) == ()
    open_group = (group(membership="open"),)
    assert lessons_of(world(groups=open_group), session("Mon 09:00-12:00", "A1", group_id="G1")) == ()


def test_model_and_verifier_count_alike():
    """Every stay around the week, each place in the rotation, member or newcomer: 1,716 cases, of which some miss any."""
    seen = set()
    for first, last, shift, given in product(
        [None, *range(-4, 3)], [None, *range(-1, 25, 2)], range(-4, 4), [True, False]
    ):
        person = adult(
            group_ids=("G1",) if given else (),
            admitted=None if first is None else in_weeks(first) + timedelta(days=2),
            discharged=None if last is None else MONDAY + timedelta(days=last),
            modules_met=frozenset({"M2"}) if shift % 2 else frozenset(),
        )
        if person.admitted and person.discharged and person.discharged < person.admitted:
            continue
        problem = world(in_weeks(shift), weeks=4, people=(person,))
        problem = replace(problem, groups=(group(),))
        expected = fewest_missed(problem, problem.participants[0], problem.groups[0])
        assert modules_missed(Terms(problem), problem.participants[0], problem.groups[0], is_new=True) == expected
        seen.add(expected)
    assert seen == {0, 1, 2, 3, 4}


def test_the_goal_counts_what_members_miss():
    person = adult(discharged=in_weeks(1))
    one = session("Mon 09:00-12:00", "A1", group_id="G1")
    problem = world(people=(person,))
    parts = dict(goal_values(problem, schedule(one))[GoalId.PREFERENCES].parts)
    assert parts["modules"] == 1
    assert dict(goal_values(problem, schedule())[GoalId.PREFERENCES].parts)["modules"] == 0


def test_nothing_is_missed_where_nothing_rotates():
    problem = world(None, people=(adult(group_ids=("G1",), discharged=MONDAY),))
    assert dict(goal_values(problem, schedule())[GoalId.PREFERENCES].parts)["modules"] == 0
    assert modules_missed(Terms(problem), problem.participants[0], problem.groups[0], is_new=True) == 0


def test_the_fewest_are_those_of_the_best_group_that_takes_somebody():
    """G2 is a week ahead of G1; G3 takes no such track."""
    shifted = [replace(row, id=f"N{row.week}", group_ids=("G2",)) for row in modules()[1:]]
    own = [replace(row, group_ids=("G1",)) for row in modules()]
    groups = (group("G1"), group("G2"), group("G3", tracks=("other",)))
    person = adult(discharged=MONDAY, modules_met=frozenset({"N2"}))
    problem = world(people=(person,), groups=groups, modules=(*own, *shifted))
    assert fewest_missed(problem, person, groups[0]) == 1
    member = replace(person, group_ids=("G1",))
    assert fewest_missed(replace(problem, participants=(member,)), member, groups[0]) == 2
