"""What links the models of several sites that are in one program: the people who work at more than one of them.

Each model knows the rules of its own site. Posted here is what holds of a person over all sites together: never in two
sessions at once, time for the way between two sites, hours a day and a week, rest from one day to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from iopsched.domain.instants import local_minute, utc_minute
from iopsched.domain.sharing import SharedPerson, SiteLinks
from iopsched.model.candidate import Candidate
from iopsched.model.ownsessions import Attendance, by_day
from iopsched.model.posting import Expression, Literal, Posting, add_up, sum_of
from iopsched.model.program import Program
from iopsched.model.rules.energy import keep_time_enough
from iopsched.model.rules.overlap import under_way
from iopsched.model.rules.staffing import keep_rest, session_minutes
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId
from iopsched.words.sentence import TherapistRef

PublishedMinutes = Mapping[tuple[str, str, int], int]
"""Minutes of a person (id) at a site on a weekday in the week that is published there; -1 is the whole week."""


@dataclass(frozen=True)
class LinkedSite:
    """The variables of one site's week."""

    name: str
    x: Variables

    def sessions_of(self, therapist_id: str, first: LinkedSite) -> Attendance:
        """Return what somebody could hold here, on the clock of the first site."""
        zone, clock = self.x.problem.clinic.timezone, first.x.problem.clinic.timezone
        sessions = self.x.working(therapist_id)
        if zone == clock:
            return sessions
        week = self.x.problem.week

        def there(minute: int) -> int:
            return local_minute(week, utc_minute(week, minute, zone), clock)

        return [(replace(c, start=there(c.start), starts=tuple(map(there, c.starts))), held) for c, held in sessions]


def link(cp: Program, sites: Sequence[LinkedSite], links: SiteLinks, published: PublishedMinutes) -> None:
    """Post what the people of ``links`` can do over all of these sites, whose models are in one program.

    ``published`` are their minutes where a site's published week is another than the one that is decided: they may be
    needed for either.
    """
    post = Posting(cp)
    for person in links.people:
        at = person.id_at
        own = [site for site in sites if site.name in at]
        if len(own) < 2:
            continue
        work = {site.name: site.sessions_of(at[site.name], own[0]) for site in own}
        _hours(cp, post, person, own, published)
        for first, second in combinations(own, 2):
            ways = links.apart(person, first.name, second.name), links.apart(person, second.name, first.name)
            _one_place(cp, post, person, (work[first.name], work[second.name]), ways)
            for one, other in ((first, second), (second, first)):
                _rest(cp, post, person, work[one.name], work[other.name])
        keep_time_enough(cp, post, TherapistRef(person.id), [row for rows in work.values() for row in rows])


def _hours(
    cp: Program, post: Posting, person: SharedPerson, sites: Sequence[LinkedSite], published: PublishedMinutes
) -> None:
    """Keep the minutes of each day and of the week, whichever of its two weeks another site holds in the end."""
    subject, at = TherapistRef(person.id), person.id_at
    for day in (-1, *range(7)):
        most = person.max_minutes_per_week if day < 0 else person.max_minutes_per_day
        decided = {site.name for site in sites}
        most -= sum(published.get((person.id, name, day), 0) for name in at if name not in decided)
        rows: dict[str, Attendance] = {}
        for site in sites:
            work = site.x.work
            rows[site.name] = work.of(at[site.name]) if day < 0 else work.days(at[site.name]).get(day, [])
        terms = {name: list(session_minutes(sessions)) for name, sessions in rows.items()}
        known = {name: published.get((person.id, name, day), 0) for name in rows}
        if not any(known.values()):
            post.limit(RuleId.STAFF_LOAD, subject, (term for own in terms.values() for term in own), max(most, 0))
            continue
        for name in rows:
            others = (_at_least(cp, post, subject, terms[other], known[other]) for other in rows if other != name)
            post.at_most(RuleId.STAFF_LOAD, subject, add_up((sum_of(terms[name]), *others)), max(most, 0))


def _at_least(
    cp: Program, post: Posting, subject: TherapistRef, terms: Sequence[tuple[int, Literal]], least: int
) -> Expression:
    """Return the minutes of these sessions, or more where they are below the least."""
    if not least:
        return sum_of(terms)
    most = max(least, sum(minutes for minutes, _ in terms))
    found = cp.new_int_var(least, most, "")
    post.at_most(RuleId.STAFF_LOAD, subject, sum_of(terms), found)
    return found


def _one_place(
    cp: Program,
    post: Posting,
    person: SharedPerson,
    work: tuple[Attendance, Attendance],
    ways: tuple[int, int],
) -> None:
    """Have somebody at one of two sites at each moment, the way to the other after a session included.

    Two sessions are too near where they overlap, each with the way after it: then both are under way, or on the way, when
    the later one begins.
    """
    bound = [
        [(c.start, c.end + way, (c, literal)) for c, literal in sessions if not c.is_loose]
        for sessions, way in zip(work, ways, strict=True)
    ]
    starts = sorted({start for rows in bound for start, *_ in rows})
    for moment in starts:
        here, there = (_cliques(rows, moment) for rows in bound)
        if not here or not there:
            continue
        if len(here) == len(there) == 1:
            post.at_most_one(RuleId.OVERLAP, TherapistRef(person.id), (*here[0], *there[0]))
            continue
        is_here = cp.new_bool_var("")
        for cliques, elsewhere in ((here, is_here.negated()), (there, is_here)):
            for clique in cliques:
                post.require(RuleId.OVERLAP, TherapistRef(person.id), cp.add_at_most_one([*clique, elsewhere]))


def _cliques(rows: Iterable[tuple[int, int, tuple[Candidate, Literal]]], moment: int) -> list[list[Literal]]:
    """Return the sessions that bind at a moment, in lists of which at most one is held: they share a minute."""
    found = (row for start, end, row in rows if start <= moment < end)
    return [literals for _, literals in under_way((c.start, c.end, literal) for c, literal in found)]


def _rest(cp: Program, post: Posting, person: SharedPerson, before: Attendance, after: Attendance) -> None:
    """Keep the rest between the last session of a day at one site and the first of the next day at another."""
    tomorrows = by_day(after)
    for day, sessions in sorted(by_day(before).items()):
        tomorrow = tomorrows.get(day + 1, [])
        keep_rest(cp, post, TherapistRef(person.id), sessions, tomorrow, person.rest_minutes)
