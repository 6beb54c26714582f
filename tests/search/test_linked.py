"""Sites that share staff: the least unmet need of all together, held against brute force and the check across sites."""

import random
from dataclasses import replace

import pytest

from iopsched.domain.outcome import GoalId, Solved
from iopsched.domain.sharing import SharedPerson, SiteLinks, Timetable
from iopsched.params import SolveParams
from iopsched.search import solve
from iopsched.search.linked import LinkedProblem, solve_linked
from iopsched.search.linked.elsewhere import restricted
from iopsched.verifier import goal_values, violations
from iopsched.verifier.acrosssites import clashes
from tests.support.clinics import adult, at, clinic, individual, schedule, services, small, therapist, windows
from tests.support.every_schedule import every_legal_set, every_session, legal_sessions

PARAMS = SolveParams(time_limit_s=60, workers=1)
SITES = ("east", "west")


def site(people, staff=(), hours=("Mon 09:00-12:00",), **changes):
    """Return a clinic that is open for few hours, whose people each need individual sessions."""
    opening = windows(*hours)
    service = replace(services()[1], per_week={"adult": 2, "adolescent": 0}, min_participants=1, needs_room=False)
    open_clinic = clinic(open=opening, **changes)
    people = tuple(replace(row, availability=opening.intersection(row.availability)) for row in people)
    staff = tuple(replace(row, availability=opening.intersection(row.availability)) for row in staff)
    return small(clinic=open_clinic, participants=people, therapists=staff, services=(service,), rooms=(), groups=())


def person(id_="ANN", day=1440, week=10080, rest=0, **at_sites):
    """Return somebody shared, by default T1 at both sites."""
    return SharedPerson(id_, tuple(sorted((at_sites or dict.fromkeys(SITES, "T1")).items())), day, week, rest)


def travel(minutes):
    """Return the way between both sites."""
    return (("east", "west", minutes), ("west", "east", minutes))


def timetable(name, problem, week, **changes):
    """Return a week of a site as others see it."""
    return Timetable(name, problem.clinic.timezone, week.week, week.sessions, **changes)


def random_pair(seed):
    """Return two tiny sites that share one or two members of staff, and the links."""
    chance = random.Random(seed)
    hours = [("Mon 09:00-12:00",), ("Mon 10:00-13:00",), ("Mon 09:00-11:00", "Tue 08:00-09:00")]
    zones = ["America/Chicago", "America/Chicago", "America/New_York"]
    problems = {}
    for name in SITES:
        times = chance.choice(hours)
        people = [adult(f"A{number}") for number in range(1, chance.choice((2, 3)))]
        staff = [therapist(f"T{number}") for number in range(1, chance.choice((2, 3)))]
        problems[name] = site(people, staff, times, timezone=chance.choice(zones))
    shared = [person(day=chance.choice((120, 180, 1440)), rest=chance.choice((0, 1320)))]
    if all(len(problem.therapists) > 1 for problem in problems.values()):
        shared.append(person("BEA", **dict.fromkeys(SITES, "T2"), week=chance.choice((60, 240))))
    return problems, SiteLinks(tuple(shared), travel(chance.choice((0, 30, 60, 90))))


def best_of_all(problems, links):
    """Return the least unmet need of both sites together, over all pairs of legal weeks that do not clash."""
    weeks = []
    for name, problem in problems.items():
        legal = legal_sessions(problem, every_session(problem, most_staff=1))
        found = [schedule(*chosen) for chosen in every_legal_set(problem, legal)]
        values = [goal_values(problem, week)[GoalId.UNMET_NEED].value for week in found]
        weeks.append([(value, timetable(name, problem, week)) for value, week in zip(values, found, strict=True)])
    ordered = sorted(((a + b, one, other) for a, one in weeks[0] for b, other in weeks[1]), key=lambda row: row[0])
    return next(total for total, one, other in ordered if not clashes(links, (one, other)))


@pytest.mark.parametrize("seed", range(10))
def test_tiny_pairs_reach_the_joint_optimum(seed):
    """Also over time zones, with the way between sites, hours a day and a week, and rest."""
    problems, links = random_pair(seed)
    linked = LinkedProblem(tuple((name, problem, None) for name, problem in problems.items()), links)
    found = solve_linked(linked, PARAMS)
    best = best_of_all(problems, links)
    assert (found.unmet, found.bound) == (best, best)
    for name, outcome in found.outcomes:
        assert isinstance(outcome, Solved)
        assert violations(problems[name], outcome.schedule) == ()
        values = goal_values(problems[name], outcome.schedule)
        assert [goal.value for goal in outcome.goals] == [values[goal.name].value for goal in outcome.goals]
    drafts = [timetable(name, problems[name], outcome.schedule) for name, outcome in found.outcomes]
    assert clashes(links, drafts) == ()


def test_what_rounds_cannot_do_is_done_together():
    """The first site takes the hours in which alone the second one could be served; together nobody is short."""
    staff = [therapist("T1")]
    first = site([adult("A1")], staff, ("Mon 09:00-13:00",))
    second = site([adult("A1")], staff, ("Mon 09:00-11:00",))
    linked = LinkedProblem((("east", first, None), ("west", second, None)), SiteLinks((person(),), travel(0)))
    found = solve_linked(linked, PARAMS)
    assert (found.unmet, found.bound) == (0, 0)


def test_published_weeks_bind_also_where_a_draft_is_made():
    """The published week of a site stays official until its draft is published: the other site has to heed both."""
    staff = [therapist("T1")]
    first, second = (site([adult("A1")], staff, ("Mon 09:00-11:00", "Tue 09:00-11:00")) for _ in SITES)
    official = schedule(individual("Tue 09:00-10:00", room_id=None), individual("Tue 10:00-11:00", room_id=None))
    published = (timetable("east", first, official, is_published=True),)
    linked = LinkedProblem((("east", first, None), ("west", second, None)), SiteLinks((person(),)), published)
    found = solve_linked(linked, PARAMS)
    west = dict(found.outcomes)["west"].schedule
    assert all(row.start < at("Tue 09:00") for row in west.sessions)
    assert (found.unmet, found.bound) == (0, 0)  # both may have Monday and Tuesday, each the day the other leaves


def test_nobody_stands_in_for_whoever_works_elsewhere():
    """Windows become smaller; an absence would let a cover lead."""
    problem = site([adult("A1")], [therapist("T1")])
    other = Timetable("west", "America/Chicago", problem.week, (individual("Mon 10:00-11:00"),))
    links = SiteLinks((person(week=120),), travel(30))
    (found,) = restricted("east", problem, links, [other]).therapists
    assert found.availability == windows("Mon 09:00-09:30", "Mon 11:30-12:00")
    assert found.left.week == 60
    assert found.left.days[0] == 1440 - 60
    assert restricted("east", problem, links, [other]).time_off == ()


def test_reasons_name_what_other_sites_hold():
    """Nobody is told that no single fact is the cause where it is that somebody works elsewhere, too."""
    problem = site([adult("A1")], [therapist("T1")])
    other = Timetable("west", "America/Chicago", problem.week, (individual("Mon 10:00-11:00"),))
    for limits, way, minutes, told in (
        ({"week": 120}, 0, 60, "T1 works at other sites, too, which leave 1 h of sessions this week"),
        ({}, 60, 120, "(therapists.csv, availability, less sessions at other sites)"),
    ):
        found = solve(restricted("east", problem, SiteLinks((person(**limits),), travel(way)), [other]), PARAMS)
        assert [row.minutes for row in found.unmet] == [minutes]
        assert told in str(found.unmet[0].why)
