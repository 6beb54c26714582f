"""Which hours of one site are held against which lack of another: the nearest first, and not all with all."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import TimeRange, Windows
from iopsched.networks.overview.lending import Home, Lent, lent
from iopsched.networks.overview.nightrows import LendingRow
from iopsched.networks.overview.siteview import SiteView
from iopsched.networks.overview.unusedhours import UnusedHours

MOST_SITES = 20
"""At so many sites, those that lack most, it is looked for who could lead there."""
MOST_GUESTS = 4
"""So many people of other sites are tried at each."""
UNKNOWN_MINUTES = 24 * 60
NOON = time(12)

Travel = Mapping[tuple[str, str], int]
"""Minutes from one site to another, by their names."""


@dataclass(frozen=True, slots=True)
class Lending:
    """What was found; ``left_out`` are the sites at which people are short and nobody was looked for; ``is_looked``: at others it was."""

    rows: tuple[LendingRow, ...] = ()
    left_out: int = 0
    is_looked: bool = True

    @classmethod
    def not_looked(cls, views: Iterable[SiteView]) -> Lending:
        """Return that nobody was looked for at any of these sites."""
        return cls((), sum(bool(view.people) for view in views), is_looked=False)


def lending_of(views: Sequence[SiteView], travel: Travel, shared: frozenset[tuple[str, str]]) -> Lending:
    """Return who has hours at one site that another lacks, those first who heal most.

    ``shared`` are the staff of several sites, as site and id: their hours belong to all of their sites already.
    """
    short = sorted(
        (view for view in views if view.people), key=lambda view: (-(view.row.unmet_minutes or 0), view.name)
    )
    rows: list[LendingRow] = []
    for view in short[:MOST_SITES]:
        problem, week = facts_of_week(view)
        for home, unused in _guests(view, _wanted(view, problem), views, travel, shared):
            rows += _rows(view, problem, week, home, unused, travel.get((home.name, view.name)))
    rows.sort(key=lambda row: (-row.healed_minutes, row.site, row.home, row.therapist_id, row.service))
    return Lending(tuple(rows), max(0, len(short) - MOST_SITES))


def facts_of_week(view: SiteView) -> tuple[Problem, Schedule]:
    """Return the facts and the week of a site that has one."""
    problem, outcome = view.result.made
    return problem, outcome.schedule


def _wanted(view: SiteView, problem: Problem) -> Windows:
    """Return when anybody who is short at a site could come."""
    people = (problem.participant[row.participant_id] for row in view.people)
    return Windows.of(time for person in people for time in person.availability.minus(person.busy))


def _guests(
    site: SiteView, wanted: Windows, views: Iterable[SiteView], travel: Travel, shared: frozenset[tuple[str, str]]
) -> list[tuple[SiteView, UnusedHours]]:
    """Return whose hours are tried, of the same week: the nearest, then those who could heal most by skill and time."""
    lacking = {row.skill: row.unmet_minutes for row in site.shortages if row.unmet_minutes}

    def every() -> Iterator[tuple[int, int, str, str, SiteView, UnusedHours]]:
        for view in views:
            if view.result.site.clinic == site.result.site.clinic or view.row.week != site.row.week:
                continue
            way = travel.get((view.name, site.name), UNKNOWN_MINUTES)
            for row in view.unused:
                asked = sum(lacking.get(skill, 0) for skill in row.skills)
                if not asked or (view.name, row.therapist_id) in shared:
                    continue
                most = min(asked, row.minutes, row.free.intersection(wanted).minutes)
                if most:
                    yield way, -most, view.name, row.therapist_id, view, row

    best = heapq.nsmallest(MOST_GUESTS, every(), key=lambda found: found[:4])
    return [(view, row) for *_, view, row in best]


def _rows(
    site: SiteView, problem: Problem, week: Schedule, home: SiteView, unused: UnusedHours, way: int | None
) -> Iterator[LendingRow]:
    own, schedule = facts_of_week(home)
    guest = Home(own, schedule, unused, way or 0, later_minutes(own, problem))
    for found in lent(problem, week, guest, f"{home.name}/{unused.therapist_id}"):
        yield LendingRow(
            site=site.name,
            service=found.service_id,
            therapist_id=unused.therapist_id,
            home=home.name,
            unused_minutes=unused.minutes,
            sessions=len(found.sessions),
            healed_minutes=found.healed_minutes,
            slots=_slots(found),
            travel_minutes=way,
        )


def _slots(found: Lent) -> str:
    return str(Windows.of(TimeRange(row.start, row.end) for row in found.sessions))


def later_minutes(own: Problem, other: Problem) -> int:
    """Return how much later the clock of another clinic is, at noon of the week's Monday."""
    noon = datetime.combine(own.week, NOON, UTC)
    here, there = (noon.astimezone(ZoneInfo(row.clinic.timezone)).replace(tzinfo=None) for row in (own, other))
    return int((there - here).total_seconds()) // 60
