"""A schedule folder, possibly edited by hand, becomes a :class:`Schedule`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from iopsched.domain.people import HELD_MODALITIES, HeldModality
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, FIRST_WEEK, LAST_WEEK, WEEKDAYS, is_planned, monday_of, week_of
from iopsched.errors import InputError, Issue
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.values import iso_date
from iopsched.ingest.cell.windows import Hours
from iopsched.ingest.report import At, Report
from iopsched.ingest.row.cells import Cells, Entries, read_entries, read_entries_by_id
from iopsched.ingest.row.dates import mend_dates
from iopsched.ingest.row.ids import LostZeros
from iopsched.ingest.row.lists import Lists
from iopsched.ingest.source.sources import Folder
from iopsched.ingest.source.tables import read_table
from iopsched.policy.columns.schedule import HOURS, ROSTER, SESSIONS
from iopsched.words.phrases import count
from iopsched.words.wording import quoted


@dataclass(frozen=True, slots=True)
class ScheduleInspection:
    """What reading a schedule folder has found; ``schedule`` is None exactly where there is an error."""

    schedule: Schedule | None
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class _SessionRow:
    """One row of ``sessions.csv``; ``heads`` is the number that its column ``participants`` claims."""

    id: str
    day: date | None
    start: int | None
    end: int | None
    service_id: str
    group_id: str | None
    room_id: str | None
    therapist_ids: tuple[str, ...]
    heads: int | None
    modality: HeldModality


def read_schedule(folder: Path, problem: Problem | None = None) -> Schedule:
    """Return the schedule in a schedule folder (``docs/format.md``, section 4).

    With ``problem``, ids must be known there and the week must be its week;
    without it (a previous week) any id will do.

    Raises
    ------
    InputError
        If the files have any error; it holds all issues, warnings too.
    """
    found = inspect_schedule(folder, problem)
    if found.schedule is None:
        raise InputError(found.issues)
    return found.schedule


def inspect_schedule(folder: Path, problem: Problem | None = None, prefix: str = "") -> ScheduleInspection:
    """Read a schedule folder and tell every issue at once; ``prefix`` stands before file names in issues."""
    report = Report()
    source = Folder(folder, report, prefix)
    if not folder.is_dir():
        report.tell(
            "E-FOLDER", At(folder.name), "This folder does not exist.", "Check the name of the schedule's folder."
        )
        return ScheduleInspection(None, report.issues)
    sessions = read_table(source, SESSIONS)
    mend_dates(sessions, report, week=None if problem is None else problem.week)
    lists = Lists() if problem is None else Lists.of((), {"therapists.csv": problem.therapist})
    lines = read_entries_by_id(sessions, report, _read_line, Hours(), lists)
    roster = read_entries(read_table(source, ROSTER), report, _read_seat, Hours())
    hours = read_entries(read_table(source, HOURS), report, _read_primary, Hours())
    seats = _seats(lines, roster, report)
    week = _week(lines, source, problem)
    _tell_heads(lines, seats, report)
    if problem is not None:
        _tell_unknown(lines, roster, problem, report)
    if report.has_errors or week is None:
        return ScheduleInspection(None, report.issues)
    primaries = {participant: primary for participant, primary in hours.values if primary}
    schedule = Schedule(
        week=week,
        sessions=tuple(sorted(_session(line, week, seats.get(line.id, [])) for line in lines.values)),
        primaries=dict(sorted(primaries.items())),
        census=frozenset(participant for participant, _ in hours.values),
    )
    return ScheduleInspection(schedule, report.issues)


def _session(line: _SessionRow, week: date, seats: list[str]) -> Session:
    assert line.day is not None  # noqa: S101 - the report has no errors
    assert line.start is not None  # noqa: S101
    assert line.end is not None  # noqa: S101
    midnight = (line.day - week).days * DAY
    return Session(
        id=line.id,
        service_id=line.service_id,
        start=midnight + line.start,
        end=midnight + line.end,
        therapist_ids=line.therapist_ids,
        participant_ids=tuple(sorted(seats)),
        modality=line.modality,
        group_id=line.group_id,
        room_id=line.room_id,
    )


def _read_line(cells: Cells, own_id: str) -> _SessionRow:
    for column in ("date", "start", "end", "service_id"):
        cells.needed_text(column)
    day, start, end = cells.day("date"), cells.clock("start"), cells.clock("end", is_end=True)
    named = cells.weekday("weekday")
    if day is not None and named is not None and day.weekday() != named:
        cells.tell(
            "W-WEEKDAY",
            "weekday",
            f"{day} is a {WEEKDAYS[day.weekday()]}, not a {WEEKDAYS[named]}.",
            "The date was used; correct one of them.",
        )
    if start is not None and end is not None and end <= start:
        cells.tell(
            "E-WINDOW-ORDER", "end", "The session ends before it starts or when it starts.", "Correct start or end."
        )
    return _SessionRow(
        id=own_id,
        day=day,
        start=start,
        end=end,
        service_id=cells.text("service_id"),
        group_id=cells.text_or_none("group_id"),
        room_id=cells.text_or_none("room_id"),
        therapist_ids=cells.repeated("therapist_ids"),
        heads=cells.whole("participants"),
        modality=cells.choice("modality", HELD_MODALITIES, "in_person"),
    )


def _read_seat(cells: Cells) -> tuple[str, str] | None:
    session_id, participant_id = cells.needed_text("session_id"), cells.needed_text("participant_id")
    return (session_id, participant_id) if session_id and participant_id else None


def _read_primary(cells: Cells) -> tuple[str, str] | None:
    participant_id = cells.needed_text("participant_id")
    return (participant_id, cells.text("therapist_id")) if participant_id else None


def _seats(lines: Entries[_SessionRow], roster: Entries[tuple[str, str]], report: Report) -> Mapping[str, list[str]]:
    """Return the participants of each session."""
    seats: dict[str, list[str]] = {}
    zeros = LostZeros(report)
    rows: dict[tuple[str, str], int] = {}
    for entry in roster:
        session_id, participant_id = entry.value
        first = rows.setdefault(entry.value, entry.at.row)
        if first != entry.at.row:
            report.tell("E-ROW-TWICE", entry.at, f"This row says the same as row {first}.", "Delete one of them.")
            continue
        place = entry.at.cell("session_id")
        if not lines.knows(session_id) and not zeros.explain(place, session_id, lines.ids, lines.home):
            report.tell(
                "E-UNKNOWN-SESSION",
                place,
                f"There is no session {quoted(session_id)} in sessions.csv.",
                report.hint(session_id, lines.ids) or "Correct the id, or delete this row if the session is not held.",
                session_id,
            )
        seats.setdefault(session_id, []).append(participant_id)
    zeros.tell()
    return seats


def _tell_heads(lines: Entries[_SessionRow], seats: Mapping[str, list[str]], report: Report) -> None:
    for entry in lines:
        heads, found = entry.value.heads, len(seats.get(entry.value.id, []))
        if heads is not None and heads != found and not report.has_errors:
            report.tell(
                "W-HEADS",
                entry.at.cell("participants"),
                f"The session has {count(found, 'participant')} in roster.csv, not {heads}.",
                "The number in roster.csv was used; correct one of them.",
            )


def _week(lines: Entries[_SessionRow], source: Folder, problem: Problem | None) -> date | None:
    """Return the Monday of the sessions, which must all lie in one week."""
    dated = [(entry, entry.value.day) for entry in lines if entry.value.day is not None]
    for entry, day in dated:
        if not is_planned(day):
            message = f"{day} lies outside the years {FIRST_WEEK.year} to {LAST_WEEK.year}."
            source.report.tell("E-SCHEDULE-WEEK", entry.at.cell("date"), message, "Correct the year.")
    dated = [(entry, day) for entry, day in dated if is_planned(day)]
    if not dated:
        return problem.week if problem is not None else _week_of_summary(source)
    weeks = Counter(monday_of(day) for _, day in dated)
    week = problem.week if problem is not None else min(weeks, key=lambda w: (-weeks[w], w))
    last = week + timedelta(days=6)
    for entry, day in dated:
        if not week <= day <= last:
            source.report.tell(
                "E-SCHEDULE-WEEK",
                entry.at.cell("date"),
                f"{day} lies outside the week from {week} to {last}.",
                "Write a date of that week, or name the right week.",
            )
    return week


def _week_of_summary(source: Folder) -> date | None:
    at = At(source.prefix + "summary.json")
    data = source.data("summary.json") if source.exists("summary.json") else None
    try:
        found = json.loads(data or b"{}")
        return week_of(iso_date(str(found["week"])))
    except (ValueError, KeyError, TypeError, Fault, RecursionError):
        source.report.tell(
            "E-SCHEDULE-NO-WEEK", at, "There are no sessions, and no week can be read here.", "Make the schedule again."
        )
        return None


def _tell_unknown(
    lines: Entries[_SessionRow], roster: Entries[tuple[str, str]], problem: Problem, report: Report
) -> None:
    """Tell of ids that the clinic folder does not have; what has begun may be with what has left its tables since."""
    zeros = LostZeros(report)
    begun = {session.id: session for session in problem.begun if session.service_id in problem.service}

    def check(at: At, column: str, what: str, text: str | None, known: Mapping[str, object]) -> None:
        home = At(f"{what}s.csv", 0, f"{what}_id")
        if text and text not in known and not zeros.explain(at.cell(column), text, known, home):
            report.tell(
                f"E-UNKNOWN-{what.upper()}",
                at.cell(column),
                f"There is no {what} {quoted(text)} in the clinic folder.",
                report.hint(text, known, is_word=what == "service") or "Correct the id.",
                text,
            )

    for entry in lines:
        line, at = entry.value, entry.at
        was = begun.get(line.id)
        if was and (line.group_id, line.room_id, line.therapist_ids) == (was.group_id, was.room_id, was.therapist_ids):
            continue
        check(at, "service_id", "service", line.service_id, problem.service)
        check(at, "group_id", "group", line.group_id, problem.group)
        check(at, "room_id", "room", line.room_id, problem.room)
        for therapist_id in line.therapist_ids:
            check(at, "therapist_ids", "therapist", therapist_id, problem.therapist)
    for seat in roster:
        session_id, participant_id = seat.value
        if session_id not in begun or participant_id not in begun[session_id].participant_ids:
            check(seat.at, "participant_id", "participant", participant_id, problem.participant)
    zeros.tell()
