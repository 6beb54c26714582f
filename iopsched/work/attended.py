"""What published weeks and ``attendance.csv`` say of a clinic: who was there, and the days of authorizations that this used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from iopsched import ingest
from iopsched.domain.people import AttendanceRecord
from iopsched.domain.problem import Problem
from iopsched.errors import Issue
from iopsched.records.presences import presences
from iopsched.records.publishedweeks import published_weeks
from iopsched.records.remarks import of_attendance, of_authorizations
from iopsched.records.units import counts_from, days_counted


def units_counted_before(
    clinic: Path, problem: Problem, records: Sequence[AttendanceRecord], as_of: datetime | None = None
) -> Mapping[str, int]:
    """Return the days that weeks published before the problem's have used of each authorization with units.

    A day is used by a session that counts, as recorded, else as planned: also in a week that is not over. ``records``
    are the rows of ``attendance.csv``; what was published after ``as_of`` is not known yet.
    """
    people = [row for row in problem.participants if row.units_left is not None]
    if not people:
        return {}
    last = problem.week - timedelta(days=1)
    weeks = published_weeks(clinic, problem, min(map(counts_from, people)), last, as_of)
    found = presences(weeks, records, datetime.combine(problem.week, time.min))
    return days_counted(found.rows, people, problem.week)


def remarks(clinic: Path, found: ingest.Inspection, now: datetime) -> tuple[Issue, ...]:
    """Return what is to be told of ``attendance.csv`` and of authorizations, given what was published.

    ``found`` is what :func:`iopsched.work.weeks.inspect_week` read of a clinic; of one with faults nothing is told.
    """
    problem = found.problem
    if problem is None:
        return ()
    weeks = published_weeks(clinic, problem) if found.attendance else ()
    return (
        *of_attendance(presences(weeks, found.attendance, now)),
        *of_authorizations(problem, found.rows),
    )
