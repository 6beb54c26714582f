"""Rows of ``attendance.csv`` that fit nothing, and sessions to which somebody did not come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from iopsched.domain.timegrid import clock
from iopsched.records.presence import AttendanceFault, Presence
from iopsched.records.remarks import message_of
from iopsched.reports.presencewords import attendance_row, status_of
from iopsched.reports.reporttable import Day, ReportTable, told
from iopsched.views.labels import Labels


@dataclass(frozen=True, slots=True)
class UnmatchedRow:
    """A row of ``attendance.csv`` that does not fit what was published."""

    attendance_row: int = told("The row of `attendance.csv`.", "number")
    date: Day = told("Its date.", "date")
    participant_id: str = told("Its participant, by id.", "id")
    session_id: str = told("Its session, blank where it names none.", "id")
    service_id: str = told("Its service, blank where it names none.", "id")
    status: str = told("Its status.")
    minutes: int | None = told("Its minutes.", "minutes")
    why: str = told("What does not fit, and whether the row counts.")


def unmatched_rows(faults: Iterable[AttendanceFault], first: date, last: date) -> ReportTable:
    """Return the rows of some days that do not fit what was published."""
    rows = [_unmatched(fault) for fault in faults if first <= fault.record.date <= last]
    rows.sort(key=lambda row: (row.date, row.attendance_row))
    about = "Rows of attendance.csv that do not fit what was published; `check` tells the same with a remedy."
    return ReportTable("unmatched", "Unmatched", about, UnmatchedRow, rows)


def _unmatched(fault: AttendanceFault) -> UnmatchedRow:
    record = fault.record
    return UnmatchedRow(
        attendance_row=record.row,
        date=record.date,
        participant_id=record.participant_id,
        session_id=record.session_id or "",
        service_id=record.service_id or "",
        status=record.status,
        minutes=record.minutes,
        why=message_of(fault),
    )


@dataclass(frozen=True, slots=True)
class Absence:
    """A published session to which a participant did not come."""

    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision that was read, the last one of the week.", "number")
    date: Day = told("The day.", "date")
    participant_id: str = told("Participant, by id.", "id")
    participant: str = told("What they are called: the name where names are asked for, else the id.")
    status: str = told("`no_show`, `excused` or `cancelled`, as `attendance.csv` says.")
    session_key: str = told("The session's identity in all revisions of its week.", "id")
    session_id: str = told("Its id as in `sessions.csv`.", "id")
    service_id: str = told("The service.", "id")
    start: str = told("Its start.", "time")
    scheduled_minutes: int = told("Its length on the clock.", "minutes")
    attendance_row: int | None = told("The row of `attendance.csv`.", "number")


def absences(presences: Iterable[Presence], labels: Labels) -> ReportTable:
    """Return the sessions to which somebody did not come."""
    rows = [
        Absence(
            week=one.week,
            revision=one.revision,
            date=one.date,
            participant_id=one.participant_id,
            participant=labels.participant(one.participant_id),
            status=status_of(one),
            session_key=one.key,
            session_id=one.session.id,
            service_id=one.session.service_id,
            start=clock(one.session.start),
            scheduled_minutes=one.planned.clock,
            attendance_row=attendance_row(one),
        )
        for one in presences
        if is_absent(one)
    ]
    rows.sort(key=lambda row: (row.date, row.participant_id, row.start, row.session_key))
    return ReportTable(
        "absences", "Absences", "Sessions to which somebody did not come; none is billed.", Absence, rows
    )


def is_absent(presence: Presence) -> bool:
    """Return whether ``attendance.csv`` says that somebody did not come."""
    return presence.record is not None and presence.record.status != "attended"
