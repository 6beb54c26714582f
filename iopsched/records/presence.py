"""Who was, or will be, in one published session, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from iopsched.domain.clinic import Clinic
from iopsched.domain.people import AttendanceRecord
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Session
from iopsched.domain.services import Service
from iopsched.domain.timegrid import day_of
from iopsched.policy.numbers import countable_minutes

if TYPE_CHECKING:
    from iopsched.ingest import Facts, KeptOffer


@dataclass(frozen=True, slots=True)
class SessionMinutes:
    """Minutes of a session: by the clock, of contact (without breaks), and those that count toward weekly hours."""

    clock: int = 0
    contact: int = 0
    countable: int = 0

    def part(self, clock: int) -> SessionMinutes:
        """Return what of it somebody had who was there for so many minutes of the clock: contact in proportion, rounded down."""
        if clock >= self.clock:
            return self
        return SessionMinutes(clock, self.contact * clock // self.clock, self.countable * clock // self.clock)


NOTHING = SessionMinutes()


def minutes_of(clinic: Clinic, service: Service | None, session: Session) -> SessionMinutes:
    """Return the minutes of a session; all of them are contact and count where its service is not known."""
    if service is None:
        return SessionMinutes(session.minutes, session.minutes, session.minutes)
    found = SessionMinutes(service.minutes, service.contact_minutes, countable_minutes(clinic, service))
    return found if session.minutes == service.minutes else found.part(session.minutes)


@dataclass(frozen=True, slots=True)
class PublishedWeek:
    """The last revision of a week, with what the clinic offered then.

    ``facts`` are the clinic's tables of that time, None where none were kept: then the offer is that of today.
    """

    publication: Publication
    offer: KeptOffer
    facts: Facts | None = field(default=None, repr=False)

    @property
    def week(self) -> date:
        """Return the Monday of the week."""
        return self.publication.week


@dataclass(frozen=True, slots=True)
class Presence:
    """One participant in one published session of the last revision of a week.

    ``planned`` is what the session gives, by the facts of its week; ``record`` is the row of ``attendance.csv`` about
    it, None where there is none. ``had`` is what the person really had, None while that is still to come: what the row
    says, else all of a session that is over. ``is_planned`` is False of somebody who came to a session without being
    on its roster. ``key`` is the identity of the session within its week, as calendars know it.
    """

    participant_id: str
    week: date
    revision: int
    key: str
    session: Session
    planned: SessionMinutes
    record: AttendanceRecord | None = None
    had: SessionMinutes | None = None
    is_planned: bool = True

    @property
    def date(self) -> date:
        """Return the day on which the session begins."""
        return day_of(self.week, self.session.start)

    @property
    def expected(self) -> SessionMinutes:
        """Return what the person had, or will have as planned."""
        return self.planned if self.had is None else self.had


class Mismatch(StrEnum):
    """Why a row of ``attendance.csv`` is not what was published."""

    UNKNOWN = "unknown"
    """The week is published, but not such a session of this person on that day; nothing is counted."""
    OTHER_DAY = "other_day"
    """The session was published for another day; nothing is counted."""
    CANCELLED = "cancelled"
    """The session was cancelled, and the row says that somebody attended it; nothing is counted."""
    NOT_ON_ROSTER = "not_on_roster"
    """The person was not on the roster of this session; what the row says is counted."""
    REPEATED = "repeated"
    """A later row says of the same person and session what counts; this one does not."""
    TOO_LONG = "too_long"
    """More minutes than the session has; those of the session are counted."""


@dataclass(frozen=True, slots=True)
class AttendanceFault:
    """A row of ``attendance.csv`` that does not fit what was published. ``day`` is that of the session, where known."""

    record: AttendanceRecord
    mismatch: Mismatch
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Presences:
    """All presences of some weeks, by week, session and participant, and the rows that do not fit.

    ``unrecorded`` are presences that count as planned although attendance was recorded of others in the same session.
    ``weeks`` are the weeks that were published. ``elsewhere`` counts the rows of weeks of which nothing is published.
    """

    rows: tuple[Presence, ...] = ()
    faults: tuple[AttendanceFault, ...] = ()
    unrecorded: tuple[Presence, ...] = ()
    weeks: tuple[date, ...] = ()
    elsewhere: int = 0
