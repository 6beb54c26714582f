"""The files of a schedule folder: the same bytes for the same schedule, all or nothing.

Four there are always. A clinic with modules or payers gets ``days.csv`` besides, one with modules ``modules.csv``,
and one whose modules rotate ``curriculum.csv``.

How a folder is replaced without a moment of disorder is told in :mod:`iopsched.files.folders`.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import io
import json
import platform
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import DayRow, HoursRow, Schedule
from iopsched.domain.timegrid import WEEKDAYS, clock, clock_of_end, day_index, day_of
from iopsched.errors import UsageError
from iopsched.files import folders, owned
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.params import SolveParams
from iopsched.policy.column import TableKind
from iopsched.policy.columns import schedule as columns
from iopsched.verifier import Lesson, days, held_modules, lessons

SESSIONS, ROSTER, HOURS, SUMMARY = columns.SESSIONS.file, columns.ROSTER.file, columns.HOURS.file, "summary.json"
TABLES = (SESSIONS, ROSTER, HOURS)
DAYS, MODULES, CURRICULUM = columns.DAYS.file, columns.MODULES.file, columns.CURRICULUM.file
FURTHER = (DAYS, MODULES, CURRICULUM)
FILES = (*TABLES, SUMMARY, *FURTHER)
MOST_SUMMARY_BYTES = 50_000_000
SCHEMA = "iopsched.summary/1"
EXPORTS = "exports"
_YES_NO = {True: "yes", False: "no"}
_PLACES = ("schedules", "schedules/*", f"schedules/*/{EXPORTS}", "published", "published/*")

_SUMMARY_KEYS = {
    "schema", "clinic", "week", "status", "repeatable", "goals", "unmet", "inputs_sha256", "files_sha256", "seed",
    "workers", "versions", "previous", "why_parts",
}  # fmt: skip

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


def schedule_files(
    problem: Problem,
    solved: Solved,
    hours: Sequence[HoursRow],
    params: SolveParams,
    inputs_sha256: str,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, bytes]:
    """Return the name and bytes of every file; ``earlier`` is how :mod:`iopsched.work.weeks` names the earlier week."""
    files = {
        HOURS: _csv(columns.HOURS, hours_rows(hours)),
        ROSTER: _csv(columns.ROSTER, roster_rows(solved.schedule)),
        SESSIONS: _csv(columns.SESSIONS, session_rows(solved.schedule)),
        **further_files(problem, solved.schedule),
    }
    parts = {row.participant_id: row.why.as_json() for row in solved.unmet if row.why.refs}
    summary: dict[str, object] = {
        "schema": SCHEMA,
        "clinic": problem.clinic.name,
        "week": problem.week.isoformat(),
        "status": "optimal" if solved.is_optimal else "feasible",
        "repeatable": solved.is_repeatable,
        "goals": goal_list(solved),
        "unmet": unmet_list(solved),
        "inputs_sha256": inputs_sha256,
        "files_sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "seed": params.seed,
        "workers": params.workers,
        "versions": versions(),
        **({} if earlier is None else {"previous": dict(earlier)}),
        **({"why_parts": parts} if parts else {}),
    }
    return {**files, SUMMARY: _summary_bytes(summary)}


def _summary_bytes(summary: Mapping[str, object]) -> bytes:
    return (json.dumps(summary, indent=2, ensure_ascii=False) + "\n").encode()


def goal_list(solved: Solved) -> list[dict[str, object]]:
    """Return the goals in rank order, as ``summary.json`` and ``--json`` print them."""
    return [
        {"name": goal.name, "value": goal.value, "bound": goal.bound, "unit": goal.unit, "parts": dict(goal.parts)}
        for goal in solved.goals
    ]


def unmet_list(solved: Solved) -> list[dict[str, object]]:
    """Return the people with unmet need, by id, as ``summary.json`` and ``--json`` print them."""
    return [
        {"participant_id": row.participant_id, "minutes": row.minutes, "why": row.why}
        for row in sorted(solved.unmet, key=lambda row: row.participant_id)
    ]


def versions() -> dict[str, str]:
    """Return what the result depends on besides the input: our version, the solver's and Python's."""
    found = {}
    for name in ("iopsched", "ortools"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = _checkout_version() if name == "iopsched" else "not installed"
    return {**found, "python": platform.python_version()}


def _checkout_version() -> str:
    project = Path(__file__).parents[2] / "pyproject.toml"
    match = re.search(r'(?m)^version = "(.+)"$', project.read_text(encoding="utf-8")) if project.is_file() else None
    return match[1] if match else "unknown"


def _csv(kind: TableKind, rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(kind.names)
    writer.writerows(rows)
    return text.getvalue().encode()


def is_schedule_folder(folder: Path) -> bool:
    """Return whether the folder was written by this product."""
    text = _summary_text(folder)
    return text is not None and f'"{SCHEMA.rpartition("/")[0]}/' in text


def read_summary(folder: Path) -> Mapping[str, Any] | None:
    """Return what ``summary.json`` says, None where there is none that can be read."""
    text = _summary_text(folder)
    try:
        found = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _summary_text(folder: Path) -> str | None:
    """Return the text of ``summary.json``, None where there is none that can be read."""
    try:
        return read_bytes(folder / SUMMARY, MOST_SUMMARY_BYTES).decode("utf-8-sig")
    except (UnreadableError, UnicodeDecodeError):
        return None


def edited_files(folder: Path, summary: Mapping[str, Any] | None) -> list[str]:
    """Return which of the tables are no longer, or are not known to be, as they were written.

    A table that only some clinics have, such as ``days.csv``, is one of them where somebody put, edited or took it away.
    """
    known = summary.get("files_sha256") if summary else None
    hashes: Mapping[str, object] = known if isinstance(known, dict) else {}
    further = [name for name in FURTHER if file_sha256(folder / name) != hashes.get(name, "")]
    return [*(name for name in TABLES if file_sha256(folder / name) != hashes.get(name)), *further]


def is_summary_edited(folder: Path) -> bool:
    """Return whether somebody wrote into ``summary.json``: it is laid out in another way, or says more than we do."""
    summary = read_summary(folder)
    if summary is None:
        return (folder / SUMMARY).exists()
    return not summary.keys() <= _SUMMARY_KEYS or _summary_bytes(summary) != read_bytes(folder / SUMMARY)


def file_sha256(path: Path) -> str:
    """Return the hash of a file, blank where there is none that can be read."""
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except UnreadableError:
        return ""


def check_target(folder: Path) -> None:
    """Raise :class:`UsageError` if a schedule cannot be written there; call it before a long solve."""
    recover(folder)
    if folder.is_symlink():
        raise UsageError(f"{folder} is a link. Name the folder itself with --out.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Name a folder with --out.")
    if folder.is_dir() and any(folder.iterdir()) and not is_schedule_folder(folder):
        raise UsageError(
            f"{folder} is not empty and holds no schedule of iopsched. Name a new folder with --out, or empty it."
        )
    folders.check_writable(folder)


def write_schedule(folder: Path, files: folders.Made, is_kept: Callable[[], bool] | None = None) -> Path | None:
    """Replace the schedule in a folder, or make it; entries that are not ours live on.

    Where ``is_kept`` says so, the earlier schedule is kept in the folder that is returned.
    """
    return folders.write_folder(folder, files, FILES, is_kept)


def recover(folder: Path) -> None:
    """Mend what a crash left beside a schedule folder; every command that names one begins with it."""
    folders.recover(folder, ours=FILES)
    folders.sweep(folder / EXPORTS, FILES, owned.finish)


def sweep(clinic: Path) -> None:
    """Finish or sweep what a crash left in the places where commands write by themselves; nothing is waited for.

    ``clinic`` is the folder of the clinic, or the one that stands for its workbook.
    """
    for place in (clinic.absolute().parent, clinic, *(place for pattern in _PLACES for place in clinic.glob(pattern))):
        folders.sweep(place, FILES, owned.finish)
