"""A site's problem with what other sites hold of shared staff taken away: hours of the clock, and of the day and week.

Windows become smaller, not absences longer: nobody stands in for somebody because they work at another site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from iopsched.domain.instants import local_minute
from iopsched.domain.people import HoursLeft, Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.sharing import SharedPerson, SiteLinks, Timetable
from iopsched.domain.timegrid import DAY, WEEK, TimeRange, Windows


def restricted(site: str, problem: Problem, links: SiteLinks, others: Sequence[Timetable]) -> Problem:
    """Return the problem of a site in which shared staff are away where other sites have them, on the way or at rest."""
    elsewhere = [row for row in others if row.site != site]
    changed: dict[str, Therapist] = {}
    for person in links.people:
        therapist_id = person.id_at.get(site)
        if therapist_id is None:
            continue
        therapist = problem.therapist[therapist_id]
        away = Windows.of(_away(site, problem, links, person, elsewhere))
        left = _left(problem.week, person, elsewhere)
        changed[therapist_id] = replace(therapist, availability=therapist.availability.minus(away), left=left)
    staff = tuple(changed.get(row.id, row) for row in problem.therapists)
    return replace(problem, therapists=staff)


def minutes_by_day(person: SharedPerson, timetables: Iterable[Timetable]) -> Mapping[tuple[str, date], int]:
    """Return the minutes of a person by site and date; of two weeks of one site, draft and published, the longer day."""
    by_kind: dict[tuple[str, date, bool], int] = defaultdict(int)
    for row in timetables:
        for session in row.of(person.id_at.get(row.site, "")):
            by_kind[row.site, row.week + timedelta(days=session.start // DAY), row.is_published] += session.minutes
    found: dict[tuple[str, date], int] = defaultdict(int)
    for (site, day, _), minutes in by_kind.items():
        found[site, day] = max(found[site, day], minutes)
    return found


def minutes_of_week(person: SharedPerson, timetables: Iterable[Timetable], week: date) -> Mapping[str, int]:
    """Return the minutes of a person in a week by site; of two weeks of one site, draft and published, the longer."""
    found: dict[str, int] = {}
    for row in timetables:
        if row.week == week and row.site in person.id_at:
            minutes = sum(session.minutes for session in row.of(person.id_at[row.site]))
            found[row.site] = max(found.get(row.site, 0), minutes)
    return found


def _left(week: date, person: SharedPerson, others: Sequence[Timetable]) -> HoursLeft:
    days = [person.max_minutes_per_day] * 7
    for (_, day), minutes in minutes_by_day(person, others).items():
        if 0 <= (day - week).days < len(days):
            days[(day - week).days] -= minutes
    in_week = person.max_minutes_per_week - sum(minutes_of_week(person, others, week).values())
    return HoursLeft(tuple(max(0, minutes) for minutes in days), max(0, in_week))


def _away(
    site: str, problem: Problem, links: SiteLinks, person: SharedPerson, others: Iterable[Timetable]
) -> Iterator[TimeRange]:
    """Yield when a person is at another site, on the way there or back, or at rest for what is there a day before or after."""
    zone, week = problem.clinic.timezone, problem.week
    for row in others:
        for session in row.of(person.id_at.get(row.site, "")):
            start, end = (local_minute(week, row.utc(minute), zone) for minute in (session.start, session.end))
            yield from _within(start - links.apart(person, site, row.site), end + links.apart(person, row.site, site))
            midnight = (row.week - week).days * DAY + session.start // DAY * DAY
            yield from _within(max(start - person.rest_minutes, midnight - DAY), midnight)
            yield from _within(midnight + DAY, min(end + person.rest_minutes, midnight + 2 * DAY))


def _within(start: int, end: int) -> Iterator[TimeRange]:
    """Yield the part of a stretch that lies in the week, if there is any."""
    if max(0, start) < min(WEEK, end):
        yield TimeRange(max(0, start), min(WEEK, end))
