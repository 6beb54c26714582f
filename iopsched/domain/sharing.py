"""Staff who work at several sites: who they are, how far apart the sites lie, and the weeks of sites as others see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from iopsched.domain.instants import utc_minute
from iopsched.domain.integrity import Count
from iopsched.domain.schedule import Session


@dataclass(frozen=True, slots=True)
class SharedPerson:
    """One person on the staff of several sites, and the limits that hold over all of them together.

    ``at``: (site, ``therapist_id`` there), sorted, no site twice. ``rest_minutes`` lie between the end of one day and the
    start of the next, ``changeover_minutes`` between two sessions at different sites, beside the travel time.
    """

    id: str
    at: tuple[tuple[str, str], ...]
    max_minutes_per_day: Count
    max_minutes_per_week: Count
    rest_minutes: Count = 0
    changeover_minutes: Count = 0

    @property
    def id_at(self) -> Mapping[str, str]:
        """Return the person's ``therapist_id`` by site."""
        return dict(self.at)


@dataclass(frozen=True)
class SiteLinks:
    """The people whom sites share, and the minutes of the way from one site to another; no row = no time at all."""

    people: tuple[SharedPerson, ...]
    travel: tuple[tuple[str, str, Count], ...] = ()

    @cached_property
    def _minutes(self) -> Mapping[tuple[str, str], int]:
        return {(start, end): minutes for start, end, minutes in self.travel}

    def apart(self, person: SharedPerson, start: str, end: str) -> int:
        """Return the minutes that a person needs between a session at one site and the next one at another."""
        return max(self._minutes.get((start, end), 0), person.changeover_minutes)


@dataclass(frozen=True, slots=True)
class Timetable:
    """A week of one site as the other sites see it: a published one, or the draft that is being made."""

    site: str
    timezone: str
    week: date
    sessions: tuple[Session, ...]
    is_published: bool = False

    def of(self, therapist_id: str) -> tuple[Session, ...]:
        """Return the sessions that have somebody on the staff."""
        return tuple(session for session in self.sessions if therapist_id in session.therapist_ids)

    def utc(self, minute: int) -> int:
        """Return a minute of the week as a minute that can be compared between time zones."""
        return utc_minute(self.week, minute, self.timezone)
