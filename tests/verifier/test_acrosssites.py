"""Whether shared staff can be where the weeks of several sites have them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from iopsched.domain.sharing import SharedPerson, SiteLinks, Timetable
from iopsched.verifier.acrosssites import clashes
from tests.support.clinics import MONDAY, individual

ANN = SharedPerson("ANN", (("east", "T1"), ("west", "T9")), 180, 300, 660)
WAY = (("east", "west", 30), ("west", "east", 60))


def at_east(*times, **changes):
    """Return the draft of a site in Chicago."""
    return Timetable(
        "east", "America/Chicago", MONDAY, tuple(individual(when, staff="T1") for when in times), **changes
    )


def at_west(*times, **changes):
    """Return the draft of the other site, where the same person has another id."""
    zone = changes.pop("zone", "America/Chicago")
    return Timetable("west", zone, MONDAY, tuple(individual(when, staff="T9") for when in times), **changes)


def told(*weeks, person=ANN):
    """Return what is said of these weeks."""
    return [str(clash.sentence) for clash in clashes(SiteLinks((person,), WAY), weeks)]


@pytest.mark.parametrize(
    ("east", "west", "reason"),
    [
        ("Mon 09:00-10:00", "Mon 10:30-11:30", None),
        ("Mon 09:00-10:00", "Mon 10:15-11:15", "15 min between them; the way takes 30 min"),
        ("Mon 10:00-11:00", "Mon 08:30-09:30", "30 min between them; the way takes 60 min"),
        ("Mon 10:00-11:00", "Mon 08:00-09:00", None),
        ("Mon 09:00-10:00", "Mon 09:30-10:30", "which overlap"),
        ("Mon 09:00-10:00", "Mon 09:00-10:00", "which overlap"),
        ("Mon 20:00-21:00", "Tue 07:30-08:30", "10.5 h of rest between them; 11 h are needed"),
        ("Mon 20:00-21:00", "Tue 08:00-09:00", None),
        ("Mon 20:00-21:00", "Wed 06:00-07:00", None),
        ("Mon 09:00-11:00", "Mon 13:00-14:30", "3.5 h in sessions on 2026-11-30 at east, west; at most 3 h"),
        ("Mon 09:00-11:00", "Mon 13:00-14:00", None),
    ],
)
def test_two_sessions(east, west, reason):
    found = told(at_east(east), at_west(west))
    assert not found if reason is None else len(found) == 1 and reason in found[0], found


def test_hours_of_the_week_and_of_one_site_alone():
    """The person's limits hold over all sites, also where all the work is at one of them."""
    days = ("Mon", "Tue", "Wed")
    assert not told(at_east(*(f"{day} 09:00-10:00" for day in days)), at_west("Thu 09:00-11:00"))
    (sentence,) = told(at_east(*(f"{day} 09:00-10:00" for day in days)), at_west("Thu 09:00-11:30"))
    assert "5.5 h in sessions in the week of 2026-11-30" in sentence
    (sentence,) = told(at_east(*(f"{day} 09:00-11:00" for day in days)))
    assert "6 h in sessions in the week of 2026-11-30 at east" in sentence


def test_clocks_of_two_zones_are_compared():
    """Ten in New York is nine in Chicago."""
    assert not told(at_east("Mon 10:00-11:00"), at_west("Mon 12:30-13:30", zone="America/New_York"))
    assert told(at_east("Mon 10:00-11:00"), at_west("Mon 11:30-12:30", zone="America/New_York"))


def test_a_draft_is_held_against_drafts_and_published_weeks():
    """What is published stays official until the draft is published; two published weeks are nobody's work tonight."""
    official = at_west("Mon 09:00-10:00", is_published=True)
    assert told(at_east("Mon 09:00-10:00"), official, at_west("Tue 09:00-10:00"))
    assert not told(at_east("Wed 09:00-10:00"), official, at_west("Tue 09:00-10:00"))
    assert not told(replace(at_east("Mon 09:00-10:00"), is_published=True), official)
    # of a site's two weeks the longer day counts, not both
    both = official, at_west("Mon 09:00-11:00")
    assert not told(at_east("Mon 13:00-14:00"), *both)
    assert told(at_east("Mon 13:00-14:30"), *both)


def test_the_week_before_leaves_rest_for_monday():
    before = Timetable(
        "west", "America/Chicago", MONDAY - timedelta(days=7), (individual("Sun 20:00-21:00", staff="T9"),)
    )
    assert told(at_east("Mon 07:00-08:00"), replace(before, is_published=True))
    assert not told(at_east("Mon 08:00-09:00"), replace(before, is_published=True))
