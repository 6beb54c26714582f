"""The tables of a schedule folder: the same bytes for the same schedule.

Three there are always. A clinic with modules or payers gets ``days.csv`` besides, one with modules ``modules.csv``,
and one whose modules rotate ``curriculum.csv``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from operator import attrgetter

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import DayRow, HoursRow, Schedule
from iopsched.domain.timegrid import WEEKDAYS, clock, clock_of_end, day_index, day_of
from iopsched.policy.column import TableKind
from iopsched.policy.columns import schedule as columns
from iopsched.verifier import Lesson, days, held_modules, lessons

SESSIONS, ROSTER, HOURS = columns.SESSIONS.file, columns.ROSTER.file, columns.HOURS.file
TABLES = (SESSIONS, ROSTER, HOURS)
DAYS, MODULES, CURRICULUM = columns.DAYS.file, columns.MODULES.file, columns.CURRICULUM.file
FURTHER = (DAYS, MODULES, CURRICULUM)
_YES_NO = {True: "yes", False: "no"}

Row = tuple[str | int, ...]


def session_rows(schedule: Schedule) -> list[Row]:
    """Return the rows of ``sessions.csv``, sorted by id."""
    return [
        (
            session.id,
            day_of(schedule.week, session.start).isoformat(),
            WEEKDAYS[day_index(session.start)],
            clock(session.start),
            clock_of_end(session.end),
            session.service_id,
            session.group_id or "",
            session.room_id or "",
            ";".join(session.therapist_ids),
            len(session.participant_ids),
            session.modality,
        )
        for session in sorted(schedule.sessions, key=lambda session: session.id)
    ]


def roster_rows(schedule: Schedule) -> list[Row]:
    """Return the rows of ``roster.csv``, sorted by both ids."""
    return sorted((session.id, person) for session in schedule.sessions for person in session.participant_ids)


def hours_rows(hours: Iterable[HoursRow]) -> list[Row]:
    """Return the rows of ``hours.csv``, sorted by id."""
    cells = attrgetter(*columns.HOURS.names)
    rows = (cells(row) for row in sorted(hours, key=lambda row: row.participant_id))
    return [tuple(";".join(cell) if isinstance(cell, tuple) else cell for cell in row) for row in rows]


def day_rows(days: Iterable[DayRow]) -> list[Row]:
    """Return the rows of ``days.csv``."""
    return [
        (
            row.participant_id,
            row.date.isoformat(),
            WEEKDAYS[row.date.weekday()],
            row.payer,
            row.clock_minutes,
            row.contact_minutes,
            row.countable_minutes,
            row.services,
            row.asked or "",
            ";".join(row.kinds),
            _YES_NO[row.is_program_day],
        )
        for row in days
    ]


def module_rows(problem: Problem, schedule: Schedule) -> list[Row]:
    """Return the rows of ``modules.csv``: what each session holds, in order."""
    return [
        (session.id, place, row.id, row.title, row.kind, row.minutes, _YES_NO[row.counts], row.week or "")
        for session in sorted(schedule.sessions, key=lambda session: session.id)
        for place, row in enumerate(held_modules(problem, session.service_id, session.group_id), 1)
    ]


def lesson_rows(lessons: Iterable[Lesson]) -> list[Row]:
    """Return the rows of ``curriculum.csv``: ``week`` is the Monday on which the module's week begins."""
    return [
        (row.participant_id, row.group_id, row.module_id, row.status, row.week.isoformat() if row.week else "")
        for row in lessons
    ]


def further_files(problem: Problem, schedule: Schedule) -> dict[str, bytes]:
    """Return the tables that only some clinics have use for."""
    files = {}
    if problem.modules or any(row.payer for row in problem.participants):
        files[DAYS] = _csv(columns.DAYS, day_rows(days(problem, schedule)))
    if problem.modules:
        files[MODULES] = _csv(columns.MODULES, module_rows(problem, schedule))
    if any(module.week is not None for module in problem.modules):
        files[CURRICULUM] = _csv(columns.CURRICULUM, lesson_rows(lessons(problem, schedule)))
    return files


def table_files(problem: Problem, schedule: Schedule, hours: Sequence[HoursRow]) -> dict[str, bytes]:
    """Return the name and bytes of every table of a schedule folder."""
    return {
        HOURS: _csv(columns.HOURS, hours_rows(hours)),
        ROSTER: _csv(columns.ROSTER, roster_rows(schedule)),
        SESSIONS: _csv(columns.SESSIONS, session_rows(schedule)),
        **further_files(problem, schedule),
    }


def _csv(kind: TableKind, rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(kind.names)
    writer.writerows(rows)
    return text.getvalue().encode()
