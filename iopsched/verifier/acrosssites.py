"""Whether shared staff can be where the weeks of several sites have them: a statement of its own, as of every rule.

A draft is held against the drafts and against the published weeks of all other sites: what is published stays official
until somebody publishes the draft. Two published weeks are not held against each other: nobody makes them now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from iopsched.domain.sharing import SharedPerson, SiteLinks, Timetable
from iopsched.domain.timegrid import day_of, hours, monday_of
from iopsched.words.sentence import Sentence


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """Somebody who cannot do what two or more sites ask; the sentence has ids only."""

    person: str
    sites: tuple[str, ...]
    sentence: Sentence
    sessions: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class _Duty:
    """One session of one person: ``start`` and ``end`` are comparable between time zones, ``day`` is that of the site."""

    site: str
    session: str
    day: date
    start: int
    end: int
    is_published: bool

    @property
    def told(self) -> str:
        kind = "published session" if self.is_published else "session"
        return f"{kind} {self.session} at {self.site} on {self.day.isoformat()}"


def clashes(links: SiteLinks, timetables: Iterable[Timetable]) -> tuple[Clash, ...]:
    """Return everything that shared staff cannot do, sorted; empty if every draft may be written."""
    weeks = tuple(timetables)
    return tuple(sorted(clash for person in links.people for clash in _of(person, links, weeks)))


def _of(person: SharedPerson, links: SiteLinks, weeks: Sequence[Timetable]) -> Iterator[Clash]:
    duties = sorted(_duties(person, weeks), key=lambda duty: (duty.start, duty.site, duty.session))
    for first, second in combinations(duties, 2):
        if first.site != second.site and not (first.is_published and second.is_published):
            yield from _too_near(person, links, first, second)
            yield from _too_little_rest(person, first, second)
    yield from _too_much(person, duties)


def _duties(person: SharedPerson, weeks: Iterable[Timetable]) -> Iterator[_Duty]:
    at = person.id_at
    for week in weeks:
        for session in week.of(at[week.site]) if week.site in at else ():
            moments = week.utc(session.start), week.utc(session.end)
            yield _Duty(week.site, session.id, day_of(week.week, session.start), *moments, week.is_published)


def _too_near(person: SharedPerson, links: SiteLinks, first: _Duty, second: _Duty) -> Iterator[Clash]:
    needed = links.apart(person, first.site, second.site)
    between = second.start - first.end
    if between >= needed:
        return
    told = "{} has {} and {}, which overlap."
    values: tuple[str, ...] = (person.id, first.told, second.told)
    if between >= 0:
        told = "{} has {} and {}, with {} between them; the way takes {}."
        values = (*values, f"{between} min", f"{needed} min")
    yield Clash(person.id, (first.site, second.site), Sentence(told, *values), (first.session, second.session))


def _too_little_rest(person: SharedPerson, first: _Duty, second: _Duty) -> Iterator[Clash]:
    before, after = (first, second) if first.day <= second.day else (second, first)
    if after.day - before.day != timedelta(days=1) or after.start - before.end >= person.rest_minutes:
        return
    told = "{} has {} and {}, with {} of rest between them; {} are needed."
    rest = hours(max(0, after.start - before.end)), hours(person.rest_minutes)
    sites = before.site, after.site
    yield Clash(
        person.id, sites, Sentence(told, person.id, before.told, after.told, *rest), (before.session, after.session)
    )


def _too_much(person: SharedPerson, duties: Sequence[_Duty]) -> Iterator[Clash]:
    """Tell of too many hours with each draft: of another site the week that has more of them, draft or published, counts."""
    days: dict[tuple[date, date], list[_Duty]] = defaultdict(list)
    for duty in duties:
        monday = monday_of(duty.day)
        days[duty.day, duty.day].append(duty)
        days[monday, monday + timedelta(days=6)].append(duty)
    for (begin, end), held in sorted(days.items()):
        most = person.max_minutes_per_day if begin == end else person.max_minutes_per_week
        sites = sorted({duty.site for duty in held})
        drafted = sorted({duty.site for duty in held if not duty.is_published})
        worst = max(
            (sum(_minutes(held, site, also_published=site != own) for site in sites) for own in drafted), default=0
        )
        if worst > most:
            when = f"on {begin.isoformat()}" if begin == end else f"in the week of {begin.isoformat()}"
            told = "{} has {} in sessions {} at {}; at most {} are allowed over all sites."
            values = person.id, hours(worst), when, ", ".join(sites), hours(most)
            yield Clash(person.id, tuple(sites), Sentence(told, *values), tuple(duty.session for duty in held))


def _minutes(held: Iterable[_Duty], site: str, *, also_published: bool) -> int:
    """Return the minutes at a site in its draft or, if asked, in its published week where these are more."""
    found = {True: 0, False: 0}
    for duty in held:
        if duty.site == site:
            found[duty.is_published] += duty.end - duty.start
    return max(found.values()) if also_published else found[False]
