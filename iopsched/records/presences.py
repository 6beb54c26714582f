"""Published sessions held against ``attendance.csv``: who was really there.

A row names a session, or a service: then it means the person's sessions of that service on that day, in the order of
their start. A session of which nothing is recorded took place as planned once it is over, and so it is taken for whoever lacks a row
where others have one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from iopsched.domain.instants import begun
from iopsched.domain.people import AttendanceRecord
from iopsched.domain.publication import PublishedSession
from iopsched.domain.timegrid import day_of, monday_of
from iopsched.records.presence import (
    NOTHING,
    AttendanceFault,
    Mismatch,
    Presence,
    Presences,
    PublishedWeek,
    SessionMinutes,
    minutes_of,
)

_Place = tuple[str, str]  # participant, session


def presences(weeks: Sequence[PublishedWeek], records: Sequence[AttendanceRecord], now: datetime) -> Presences:
    """Return who was in the sessions of published weeks, and will be in those to come.

    ``records`` are the rows of ``attendance.csv``, in their order; ``now`` knows its time zone, or is read on the
    clinic's clock.
    """
    rows_of: dict[date, list[AttendanceRecord]] = defaultdict(list)
    for record in records:
        rows_of[monday_of(record.date)].append(record)
    found = [_WeekPresences(week, rows_of.pop(week.week, []), now) for week in sorted(weeks, key=lambda row: row.week)]
    rows = tuple(row for one in found for row in one.rows)
    return Presences(
        rows,
        tuple(fault for one in found for fault in one.faults),
        tuple(row for one in found for row in one.unrecorded()),
        tuple(one.week for one in found),
        sum(map(len, rows_of.values())),
    )


class _WeekPresences:
    """One week's sessions and the rows of attendance about them, matched."""

    def __init__(self, published: PublishedWeek, records: Sequence[AttendanceRecord], now: datetime) -> None:
        publication = published.publication
        self.week, self.revision = publication.week, publication.revision
        self.offer = published.offer
        self.passed = begun(self.week, now, self.offer.clinic.timezone) or 0
        held = [row for row in publication.sessions if not row.is_cancelled]
        self.held = {row.session.id: row for row in sorted(held, key=lambda row: (row.session.start, row.session.id))}
        self.cancelled = {row.session.id: row for row in publication.sessions if row.is_cancelled}
        self.faults: list[AttendanceFault] = []
        self.record_of: dict[_Place, AttendanceRecord] = {}
        self._match(records)
        self.rows = tuple(self._rows())

    # --- which row is about which session ---------------------------------
    def _match(self, records: Sequence[AttendanceRecord]) -> None:
        of_services = []
        for record in records:
            if record.session_id in self.held:
                self._take(record, self.held[record.session_id])
            elif record.session_id is not None and record.session_id in self.cancelled:
                self._cancelled(record)
            elif record.service_id is not None:
                of_services.append(record)
            else:
                self._fault(record, Mismatch.UNKNOWN)
        self._match_services(of_services)

    def _take(self, record: AttendanceRecord, row: PublishedSession) -> None:
        day = day_of(self.week, row.session.start)
        if day != record.date:
            self._fault(record, Mismatch.OTHER_DAY, day)
            return
        if record.participant_id not in row.session.participant_ids:
            if record.status != "attended":
                return  # they neither were to come nor came
            self._fault(record, Mismatch.NOT_ON_ROSTER, day)
        place = record.participant_id, row.session.id
        if place in self.record_of:
            self._fault(self.record_of[place], Mismatch.REPEATED, day)
        self.record_of[place] = record
        if record.status == "attended" and (record.minutes or 0) > row.session.minutes:
            self._fault(record, Mismatch.TOO_LONG, day)

    def _cancelled(self, record: AttendanceRecord) -> None:
        if record.status == "attended":
            day = day_of(self.week, self.cancelled[record.session_id or ""].session.start)
            self._fault(record, Mismatch.CANCELLED, day)

    def _match_services(self, records: Sequence[AttendanceRecord]) -> None:
        """Give each row of a service the person's next session of it on that day."""
        if not records:
            return
        sessions: dict[tuple[str, str, date], list[PublishedSession]] = defaultdict(list)
        for row in self.held.values():
            for person in row.session.participant_ids:
                if (person, row.session.id) not in self.record_of:
                    sessions[person, row.session.service_id, day_of(self.week, row.session.start)].append(row)
        for record in records:
            left = sessions.get((record.participant_id, record.service_id or "", record.date))
            if left:
                self._take(record, left.pop(0))
            elif left is not None:
                self._fault(record, Mismatch.REPEATED, record.date)
            elif record.status == "attended":
                self._fault(record, Mismatch.UNKNOWN)

    def _fault(self, record: AttendanceRecord, mismatch: Mismatch, day: date | None = None) -> None:
        self.faults.append(AttendanceFault(record, mismatch, day))

    # --- what follows -----------------------------------------------------
    def _rows(self) -> Iterator[Presence]:
        came = self._unplanned()
        for row in self.held.values():
            session = row.session
            planned = minutes_of(self.offer.clinic, self.offer.service.get(session.service_id), session)
            is_over = session.end <= self.passed
            more = came.get(session.id, ())
            for person in sorted((*session.participant_ids, *more)) if more else session.participant_ids:
                record = self.record_of.get((person, session.id))
                had = _had(planned, record) if record is not None else planned if is_over else None
                yield Presence(
                    person, self.week, self.revision, row.key, session, planned, record, had, person not in more
                )

    def _unplanned(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for person, session_id in self.record_of:
            if person not in self.held[session_id].session.participant_ids:
                found[session_id].append(person)
        return found

    def unrecorded(self) -> Iterator[Presence]:
        """Yield the presences of sessions that are over without a row, where others of the same session have one."""
        recorded = {session_id for _, session_id in self.record_of}
        for row in self.rows:
            if row.record is None and row.session.id in recorded and row.session.end <= self.passed:
                yield row


def _had(planned: SessionMinutes, record: AttendanceRecord) -> SessionMinutes:
    if record.status != "attended":
        return NOTHING
    return planned if record.minutes is None else planned.part(record.minutes)
