"""A clinic's week as a problem, with the weeks around it that bind it: the earlier one, and what is published beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.domain.names import Names
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule, borders
from iopsched.errors import InputError, Issue, UsageError
from iopsched.files import output
from iopsched.files.output import SESSIONS, SUMMARY, TABLES, file_sha256, read_summary, recover
from iopsched.store import clinic_home, facts_of, latest, since
from iopsched.words.phrases import shown
from iopsched.words.wording import quoted

A_WEEK = timedelta(days=7)
REMEDY = "What depends on it is told without it; put it back as it was, or solve again."


def default_folder(clinic: Path, week: date) -> Path:
    """Return ``CLINIC/schedules/2026-11-30``; for a workbook, in the folder beside it that has its name."""
    return clinic_home(clinic) / "schedules" / week.isoformat()


def sweep(clinic: Path) -> None:
    """Sweep what a command that was killed left of a clinic."""
    output.sweep(clinic_home(clinic))


def names_of(clinic: Path) -> Names:
    """Return what a clinic calls its people, rooms and groups, to be shown where somebody asks for names."""
    return ingest.read_names(clinic)


def inspect_week(
    clinic: Path,
    week: date,
    previous: Path | None = None,
    *,
    is_for_solving: bool = True,
    facts: ingest.Facts | None = None,
) -> ingest.Inspection:
    """Read a clinic for a week as :func:`iopsched.ingest.inspect_clinic` does, and when staff work around it.

    What is published of the week before and of the week after binds the rest of staff; of the week before also the
    earlier schedule ``previous``, where nothing is published.

    ``facts``, where they are given, stand in place of the clinic's tables.
    """
    if facts is None:
        found = ingest.inspect_clinic(clinic, week, previous, is_for_solving=is_for_solving)
    else:
        found = ingest.inspect_kept(facts, week, previous)
    return found if found.problem is None else replace(found, problem=_bound(clinic, found.problem))


def with_earlier(clinic: Path, problem: Problem, summary: Mapping[str, Any] | None) -> Problem:
    """Return a problem with the earlier schedule that ``summary`` names, without one where it names none that is as it was.

    Where there is no summary, as of a week made by hand, the problem stays as it is.
    """
    if summary is None:
        return problem
    folder, _ = earlier_folder(clinic, summary)
    previous = ingest.inspect_schedule(folder).schedule if folder is not None else None
    return _bound(clinic, replace(problem, previous=previous))


def _bound(clinic: Path, problem: Problem) -> Problem:
    """Return a problem with when staff work in the weeks around it."""
    before, after = _published(clinic, problem.week - A_WEEK), _published(clinic, problem.week + A_WEEK)
    if before is None and problem.previous is not None and problem.previous.week == problem.week - A_WEEK:
        before = problem.previous
    return replace(problem, borders=borders(before, after))


def published_as(clinic: Path, schedule: Schedule) -> Publication | None:
    """Return the last revision of a week that holds exactly these sessions, None where it was not published so."""
    week = [one for one in since(clinic_home(clinic), schedule.week) if one.week == schedule.week]
    sessions = frozenset(schedule.sessions)
    return next((one for one in reversed(week) if frozenset(one.schedule.sessions) == sessions), None)


def facts_of_time(clinic: Path, publication: Publication) -> ingest.Facts | None:
    """Return the clinic's facts as they were when a week was published, None where they were not kept."""
    data = facts_of(clinic_home(clinic), publication.week, publication.revision)
    return None if data is None else ingest.facts_from(data)


def _published(clinic: Path, week: date) -> Schedule | None:
    publication = latest(clinic_home(clinic), week)
    return None if publication is None else publication.schedule


@dataclass(frozen=True, slots=True)
class Earlier:
    """The schedule folder that a week of a clinic is made from, and the hash of each of its tables at that time."""

    clinic: Path
    folder: Path
    files_sha256: Mapping[str, str]

    @property
    def entry(self) -> Mapping[str, Any]:
        """Return how ``summary.json`` names it: its folder as seen from the clinic."""
        return {"folder": _path_between(self.clinic, self.folder), "files_sha256": self.files_sha256}

    def is_at(self, folder: Path) -> bool:
        """Return whether it lies in this folder, whatever the way there is called."""
        return self.folder.exists() and folder.exists() and self.folder.samefile(folder)


def earlier_of(clinic: Path, previous: Path | None) -> Earlier | None:
    """Return the earlier schedule as it is now. Call it before the week is written: that may replace the folder."""
    if previous is None:
        return None
    return Earlier(clinic, previous, {name: file_sha256(previous / name) for name in TABLES})


def _path_between(clinic: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(folder, clinic)).as_posix()
    except ValueError:  # on another drive
        return folder.resolve().as_posix()


def earlier_folder(clinic: Path, summary: Mapping[str, Any] | None) -> tuple[Path | None, tuple[Issue, ...]]:
    """Return the earlier schedule that a week was made from; None with a warning where it is no longer as it was then.

    ``summary`` is what :func:`iopsched.files.output.read_summary` returned.
    """
    entry = summary.get("previous") if summary is not None else None
    if not isinstance(entry, Mapping) or not isinstance(entry.get("folder"), str):
        return None, ()
    folder = Path(os.path.normpath(clinic / entry["folder"]))
    try:
        found = {name: file_sha256(folder / name) for name in TABLES}
    except (OSError, ValueError):
        found = {}
    if found.get(SESSIONS) and found == entry.get("files_sha256"):
        return folder, ()
    message = f"The earlier week {quoted(entry['folder'])}, from which this one was made, was moved or changed since."
    return None, (Issue(SUMMARY, 0, "previous", "W-PREVIOUS-LOST", message, REMEDY, level="warning"),)


@dataclass(frozen=True, slots=True)
class Read:
    """A clinic's week and the schedule of it in a folder, with the warnings about its files.

    ``inputs_sha256`` is the hash of the clinic's files. ``revision`` is the published one with whose facts the week was
    read, because the tables of today say something else; None where it was read with those.
    """

    clinic: Path
    folder: Path
    problem: Problem
    schedule: Schedule
    issues: tuple[Issue, ...]
    inputs_sha256: str
    revision: int | None = None

    @property
    def home(self) -> Path:
        """Return the folder in which the clinic's store lies."""
        return clinic_home(self.clinic)


def read_week(clinic: Path, folder: Path, week: date | None = None) -> Read:
    """Read a clinic and a schedule folder; the week is the schedule's unless its Monday is given.

    Raises
    ------
    UsageError
        If there is no such folder, or it is of another week.
    """
    recover(folder)
    if not folder.is_dir():
        raise UsageError(f"There is no schedule folder {folder}. `iopsched solve {shown(clinic)}` makes one.")
    alone = ingest.inspect_schedule(folder)
    if alone.schedule is not None and week in (None, alone.schedule.week):
        return _read_of_time(clinic, folder, alone.schedule)
    if week is None:
        raise InputError(alone.issues)
    return _read(clinic, folder, week)


def read_today(read: Read) -> Read:
    """Return a week as it reads with the tables of today."""
    return _read(read.clinic, read.folder, read.problem.week)


def _read(clinic: Path, folder: Path, week: date, facts: ingest.Facts | None = None) -> Read:
    earlier, lost = earlier_folder(clinic, read_summary(folder))
    inspected = inspect_week(clinic, week, earlier, is_for_solving=False, facts=facts)
    if inspected.problem is None:
        raise InputError(inspected.issues)
    found = ingest.inspect_schedule(folder, inspected.problem)
    if found.schedule is None:
        raise InputError(found.issues)
    return Read(clinic, folder, inspected.problem, found.schedule, (*found.issues, *lost), inspected.inputs_sha256)


def _read_of_time(clinic: Path, folder: Path, schedule: Schedule) -> Read:
    """Return a week with the facts of its time where it was published as it is.

    A week that was edited since is read with the tables of today, or, where people have left them, with the facts of
    its last revision.
    """
    publication = published_as(clinic, schedule)
    is_edited = publication is None
    publication = publication or latest(clinic_home(clinic), schedule.week)
    facts = None if publication is None else facts_of_time(clinic, publication)
    if publication is None or facts is None:
        return _read(clinic, folder, schedule.week)
    try:
        found = _read(clinic, folder, schedule.week, None if is_edited else facts)
    except InputError as error:
        if not is_edited or not any(issue.code.startswith("E-UNKNOWN") for issue in error.issues):
            raise
        found = _read(clinic, folder, schedule.week, facts)
    else:
        if is_edited:
            return found
    if ingest.is_as_now(facts, clinic, found.problem.clinic.name):
        return found
    return replace(found, revision=publication.revision)
