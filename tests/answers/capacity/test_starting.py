"""A week of several who wait, with only one of them."""

from dataclasses import replace

from iopsched.answers.base import Base
from iopsched.answers.capacity.starting import week_with_one
from tests.support.clinics import adults, group, schedule, session, small

PEOPLE = adults(3)
SEVERAL = schedule(session("Mon 09:00-12:00", "A1 A2 A3", group_id="G1", id_="G1-1"))


def clinic(people, smallest):
    """Return a clinic of these people with one group, which needs so many."""
    return small(participants=people, groups=(replace(group("G1"), min_size=smallest),))


def test_the_others_are_left_out():
    base = Base(clinic(PEOPLE[:1], 1), schedule(), {"A1": 1800, "A2": 1800}, 0)
    one = week_with_one(base, clinic(PEOPLE[:2], 1), SEVERAL, {"A3"})
    assert one is not None
    assert [row.participant_ids for row in one.sessions] == [("A1", "A2")]


def test_a_group_that_is_too_small_without_them_is_no_week():
    base = Base(clinic(PEOPLE[:1], 3), schedule(), {"A1": 1800, "A2": 1800}, 0)
    assert week_with_one(base, clinic(PEOPLE[:2], 3), SEVERAL, {"A3"}) is None


def test_whoever_has_less_than_before_leaves_no_week():
    base = Base(clinic(PEOPLE[:1], 1), schedule(), {"A1": 1799, "A2": 1800}, 0)
    assert week_with_one(base, clinic(PEOPLE[:2], 1), SEVERAL, {"A3"}) is None
