"""A clinic's week as somebody opens it to edit it: the newest draft, else what is published, else an empty week."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from iopsched.domain.happenings import Happening
from iopsched.domain.instants import begun, local_text
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.errors import Issue
from iopsched.files.output import file_sha256, read_summary, recover
from iopsched.files.weektables import ROSTER, SESSIONS
from iopsched.repairs.remembered import REPAIR, happenings_in
from iopsched.store import clinic_home, latest
from iopsched.work.basis import Earlier, earlier_named, schedule_of
from iopsched.work.clinics import ClinicInput, read_clinic
from iopsched.work.drafts import WeekFolder, default_folder, folders_of, target_of
from iopsched.work.weeks import Read, read_week


@dataclass(frozen=True, slots=True)
class OpenedWeek:
    """A week to be edited: its facts, the sessions that it begins with, where these lie and where the draft is written.

    ``folder`` is None where they lie in no folder of the clinic; ``files`` are the hashes of its tables. ``published`` is
    the last revision of the week, ``is_published`` whether it is what the week begins with. ``earlier`` and ``repair``
    are what the draft's summary says of the week that it was made from, and of what happened.
    """

    clinic: Path
    problem: Problem
    schedule: Schedule
    target: Path
    inputs_sha256: str
    issues: tuple[Issue, ...]
    folder: Path | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    earlier: Earlier | None = None
    repair: Mapping[str, Any] | None = None
    published: Publication | None = None
    is_published: bool = False

    @property
    def name(self) -> str:
        """Return the name of the folder, blank where there is none."""
        return self.folder.name if self.folder is not None else ""

    @property
    def remembered(self) -> tuple[Happening, ...]:
        """Return what the draft remembers to have happened, whether the clinic's tables say it or not."""
        return happenings_in({REPAIR: self.repair})

    @property
    def written(self) -> str | None:
        """Return when the sessions were written, on the clinic's clock; None where they lie in no folder."""
        if self.folder is None:
            return None
        with contextlib.suppress(OSError):
            seconds = (self.folder / SESSIONS).stat().st_mtime
            return local_text(datetime.fromtimestamp(seconds, UTC), self.problem.clinic.timezone)
        return None

    @property
    def published_at(self) -> str | None:
        """Return when the week was published last, on the clinic's clock; None where it never was."""
        return None if self.published is None else local_text(self.published.published, self.problem.clinic.timezone)


def open_week(clinic: Path, week: date, now: datetime) -> OpenedWeek:
    """Return the week of a Monday to be edited; what of a published week has begun by ``now`` stays.

    Raises
    ------
    InputError
        If the clinic or the week cannot be read; it holds every fault.
    """
    recover(default_folder(clinic, week))
    published = latest(clinic_home(clinic), week)
    last = published.revision if published is not None else 0
    rows = (row for row in folders_of(clinic, week) if not row.revision or row.revision == last)
    newest = next(rows, None)
    if newest is not None and not newest.revision:
        return _draft(clinic, newest, now, published)
    given = read_clinic(clinic, week, None, now, is_for_solving=False)
    return _published(clinic, given, newest, published)


def files_of(folder: Path | None) -> Mapping[str, str]:
    """Return the hashes of the tables that a schedule is read from, none where there is no folder."""
    return {} if folder is None else {name: file_sha256(folder / name) for name in (SESSIONS, ROSTER)}


def _draft(clinic: Path, row: WeekFolder, now: datetime, published: Publication | None) -> OpenedWeek:
    files = files_of(row.folder)
    read: Read = read_week(clinic, row.folder, row.week)
    summary = read_summary(row.folder)
    earlier, _ = earlier_named(clinic, summary)
    return OpenedWeek(
        clinic,
        as_of(read.problem, now),
        read.schedule,
        row.folder,
        read.inputs_sha256,
        read.issues,
        row.folder,
        files,
        earlier,
        (summary or {}).get(REPAIR),
        published,
    )


def _published(clinic: Path, given: ClinicInput, row: WeekFolder | None, published: Publication | None) -> OpenedWeek:
    """Return what is published as the start of its next revision; an empty week where nothing is."""
    week = given.week
    schedule = Schedule(week) if published is None else schedule_of(clinic, published)
    folder = row.folder if row is not None else None
    return OpenedWeek(
        clinic,
        given.problem,
        schedule,
        target_of(clinic, week),
        given.inputs_sha256,
        given.issues,
        folder,
        files_of(folder),
        given.earlier,
        None,
        published,
        is_published=published is not None,
    )


def as_of(problem: Problem, now: datetime) -> Problem:
    """Return a problem at a moment: what has begun by then of the revision that it was made from stays."""
    if problem.previous is None or problem.previous.week != problem.week:
        return problem
    passed = begun(problem.week, now, problem.clinic.timezone) or 0
    are_new = any(problem.first_start <= row.start < passed for row in problem.previous.sessions)
    return replace(problem, now=passed) if are_new else problem
