"""What one more therapist, room or evening brings a site: found in weeks that the verifier accepts, never more than there is."""

import threading

import pytest

from iopsched.networks.growthtask import growth_task, perform, with_evenings, with_room, with_therapist
from iopsched.networks.parcels import packed, unpacked
from iopsched.networks.sites import LinkedGroup, SharedStaff, SiteList
from iopsched.params import SolveParams
from iopsched.work.nightreports import beside_others
from tests.support.clinics import EVENING, clinic, individual, room, schedule, services, therapist, windows
from tests.support.site_world import HELD, NEED, rich_site, short_problem, short_site, site_result

PARAMS = SolveParams(time_limit_s=4, workers=1)
NO_FAMILY = services(**NEED, multifamily={"per_week": {}})


def grown(problem, week=HELD):
    """Return what is found of a site."""
    task = growth_task(problem, week, 0, PARAMS)
    found = unpacked(packed(perform(task.payload, lambda _: None, threading.Event())))
    return found, {row.resource: row for row in found.more}


def test_one_more_therapist_heals_what_two_people_lack():
    problem = short_problem(clinic=clinic(name="Zyxcanary", blocks=(EVENING,)))
    found, more = grown(problem)
    assert (found.minutes, found.bound) == (120, 120)
    assert (more["therapist"].after, more["therapist"].bound) == (0, 0)
    assert (more["room"].after, more["room"].bound) == (120, 120)
    assert more["evening"].after == 0
    assert b"Zyxcanary" not in packed(growth_task(problem, HELD, 0, PARAMS))


def test_nothing_is_supposed_where_nobody_is_short():
    problem = short_problem(participants=short_problem().participants[:1])
    found, more = grown(problem)
    assert (found.minutes, more) == (0, {})
    assert found.kinds


def test_each_supposition_adds_one_thing():
    problem = short_problem(clinic=clinic(blocks=(EVENING,)))
    assert len(with_therapist(problem).therapists) == len(problem.therapists) + 1
    assert len(with_room(problem).rooms) == len(problem.rooms) + 1
    (staff,) = with_evenings(problem, (0,)).therapists
    assert str(staff.availability) == "Mon 09:00-10:00; Mon 17:00-20:00"


@pytest.mark.parametrize(("shared", "free"), [(True, "Tue 09:00-10:00; Tue 11:00-12:00"), (False, "Tue 09:00-12:00")])
def test_shared_staff_are_away_where_other_sites_have_them(shared, free):
    """North may have T1 only when they are not in their session in the south."""
    staff = (therapist("T1", availability=windows("Tue 09:00-12:00")),)
    north = site_result(
        "north",
        short_problem(services=NO_FAMILY, therapists=staff, rooms=(room("R1"),)),
        schedule(individual("Tue 09:00-10:00", "A1", "T1")),
    )
    south = rich_site()
    people = (SharedStaff("T1", (("north", "T1"), ("south", "T1"))),)
    groups = (LinkedGroup((north.site, south.site), people, ()),) if shared else ()
    sites = SiteList((north.site, south.site), groups=groups)
    (found,) = beside_others(north, sites, (north, south)).therapists
    assert str(found.availability) == free


def test_a_site_alone_keeps_its_facts():
    result = short_site()
    assert beside_others(result, SiteList((result.site,)), (result,)) == result.problem
