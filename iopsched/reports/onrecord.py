"""A published week as reports read it: its last revision, or one that was in force, with the facts of its time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from iopsched.domain.instants import elapsed_minutes, local_text
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication, PublishedSession
from iopsched.domain.timegrid import Minute, clock, clock_of_end, day_of
from iopsched.reports.reporttable import Day, ReportTable, told


@dataclass(frozen=True)
class WeekOnRecord:
    """One revision of a week. ``problem`` holds the facts of its time, ``has_own_facts`` whether they were kept with it.

    ``actor`` is who published it. ``passed`` is how many minutes of the week are over. ``credentials`` are those of staff by
    id, at that time.
    """

    publication: Publication
    actor: str
    problem: Problem
    passed: Minute
    has_own_facts: bool
    credentials: Mapping[str, str] = field(default_factory=dict)

    @property
    def week(self) -> date:
        """Return the Monday of the week."""
        return self.publication.week

    @property
    def revision(self) -> int:
        """Return which revision it is."""
        return self.publication.revision

    def held(self, first: date, last: date) -> Iterator[PublishedSession]:
        """Yield the sessions that are held between two days, both inclusive, in the order of time."""
        yield from self._between(first, last, is_cancelled=False)

    def cancelled(self, first: date, last: date) -> Iterator[PublishedSession]:
        """Yield the sessions between two days that were published once and are no longer held, in the order of time."""
        yield from self._between(first, last, is_cancelled=True)

    def _between(self, first: date, last: date, *, is_cancelled: bool) -> Iterator[PublishedSession]:
        rows = (row for row in self.publication.sessions if row.is_cancelled == is_cancelled)
        for row in sorted(rows, key=lambda row: (row.session.start, row.session.end, row.key)):
            if first <= self.date_of(row) <= last:
                yield row

    def date_of(self, row: PublishedSession) -> date:
        """Return the day on which a session begins."""
        return day_of(self.week, row.session.start)

    def credential(self, therapist_id: str) -> str:
        """Return the credential of a member of staff, blank where the tables of the time name none."""
        return self.credentials.get(therapist_id, "")


def clock_changes(weeks: Iterable[WeekOnRecord], first: date, last: date) -> Iterator[str]:
    """Yield a sentence for each session during which the clocks change."""
    for one in weeks:
        zone = one.problem.clinic.timezone
        for row in one.held(first, last):
            if elapsed_minutes(one.week, row.session.start, row.session.end, zone) != row.session.minutes:
                day = one.date_of(row).isoformat()
                yield f"The clocks change during {row.session.id} on {day}: its minutes are those that the clock shows."


@dataclass(frozen=True, slots=True)
class RevisionRead:
    """What the numbers of a week rest on."""

    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision that was read: the last one of the week, or the one in force then.", "number")
    published: str = told("When it was published, on the clinic's clock.", "moment")
    actor: str = told("Who published it.")
    anchor: str = told("Its hash in the chain, as `history` and exports show it.")
    facts: str = told("Whether the tables of its time were read, or those of today because none were kept.")


def sources(weeks: Iterable[WeekOnRecord]) -> ReportTable:
    """Return the revisions that a report rests on."""
    rows = [
        RevisionRead(
            one.week,
            one.revision,
            local_text(one.publication.published, one.problem.clinic.timezone),
            one.actor,
            one.publication.anchor,
            "of its time" if one.has_own_facts else "of today",
        )
        for one in weeks
    ]
    return ReportTable("sources", "Sources", "The revisions that the numbers rest on.", RevisionRead, rows)


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A revision that is no longer as it was published."""

    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision.", "number")
    harm: str = told("What happened to it.")
    remedy: str = told("What mends it.")


def chain_faults(rows: Sequence[ChainFault]) -> ReportTable:
    """Return the revisions that are no longer as they were published."""
    about = "Revisions that are no longer as they were published; `history --verify` tells the same."
    return ReportTable("faults", "Faults of the record", about, ChainFault, rows)


@dataclass(frozen=True, slots=True)
class CancelledSession:
    """A session that was published once and is no longer held."""

    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision that was read.", "number")
    session_key: str = told("The session's identity in all revisions of its week.", "id")
    session_id: str = told("Its id as in `sessions.csv`.", "id")
    date: Day = told("The day on which it was to be held.", "date")
    start: str = told("Its start.", "time")
    end: str = told("Its end.", "time")
    service_id: str = told("The service.", "id")
    therapist_ids: tuple[str, ...] = told("Who was to hold it, the lead first.", "ids")
    participants: int = told("How many were to come.", "number")
    minutes: int = told("Its length on the clock.", "minutes")
    cancelled: str = told("When the revision was published that no longer holds it, on the clinic's clock.", "moment")


def cancelled_sessions(weeks: Iterable[WeekOnRecord], first: date, last: date) -> ReportTable:
    """Return what was published once and is no longer held, in the order of time."""
    rows = [_cancelled(one, row) for one in weeks for row in one.cancelled(first, last)]
    about = "Sessions that were published once and are no longer held; no number above holds any of them."
    return ReportTable("cancelled", "Cancelled sessions", about, CancelledSession, rows)


def _cancelled(one: WeekOnRecord, row: PublishedSession) -> CancelledSession:
    session = row.session
    return CancelledSession(
        week=one.week,
        revision=one.revision,
        session_key=row.key,
        session_id=session.id,
        date=one.date_of(row),
        start=clock(session.start),
        end=clock_of_end(session.end),
        service_id=session.service_id,
        therapist_ids=session.therapist_ids,
        participants=len(session.participant_ids),
        minutes=session.minutes,
        cancelled=local_text(row.stamped, one.problem.clinic.timezone),
    )
