"""A clinic's week as a problem, with the weeks around it that bind it: the earlier one, and what is published beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.domain.authorization import with_units_counted
from iopsched.domain.happenings import Happening
from iopsched.domain.names import Names
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, borders
from iopsched.errors import InputError, Issue, UsageError
from iopsched.files import output
from iopsched.files.output import read_summary, recover
from iopsched.records.missed import missed_in
from iopsched.repairs.happened import happened
from iopsched.repairs.remembered import happenings_in, recorded_sha256
from iopsched.store import clinic_home, latest
from iopsched.words.phrases import shown
from iopsched.work.attended import units_counted_before
from iopsched.work.basis import A_WEEK, earlier_named, facts_of_time, now_named, published_as


def sweep(clinic: Path) -> None:
    """Sweep what a command that was killed left of a clinic."""
    home = clinic_home(clinic)
    for place in {home, home.resolve()}:
        output.sweep(place)


def names_of(clinic: Path) -> Names:
    """Return what a clinic calls its people, rooms and groups, to be shown where somebody asks for names."""
    return ingest.read_names(clinic)


def inspect_week(
    clinic: Path,
    week: date,
    previous: Path | Schedule | None = None,
    *,
    is_for_solving: bool = True,
    facts: ingest.Facts | None = None,
    as_of: datetime | None = None,
) -> ingest.Inspection:
    """Read a clinic for a week as :func:`iopsched.ingest.inspect_clinic` does, and when staff work around it.

    What is published of the week before and of the week after binds the rest of staff; of the week before also the
    earlier schedule ``previous``, where nothing is published.

    Days that weeks published before have used of authorizations are counted: of those published until ``as_of``.

    ``facts``, where they are given, stand in place of the clinic's tables.
    """
    if facts is None:
        found = ingest.inspect_clinic(clinic, week, previous, is_for_solving=is_for_solving)
    else:
        found = ingest.inspect_kept(facts, week, previous)
    if found.problem is None:
        return found
    counted = units_counted_before(clinic, found.problem, found.attendance, as_of)
    return replace(found, problem=_bound(clinic, with_units_counted(found.problem, counted)))


def with_earlier(clinic: Path, problem: Problem, summary: Mapping[str, Any] | None) -> Problem:
    """Return a problem with the earlier schedule and the time that ``summary`` names, without one that is not as it was.

    Where there is no summary, as of a week made by hand, the problem stays as it is.
    """
    if summary is None:
        return problem
    earlier, _ = earlier_named(clinic, summary)
    source = earlier.source if earlier is not None else None
    previous = ingest.inspect_schedule(source).schedule if isinstance(source, Path) else source
    return _bound(
        clinic, replace(problem, previous=previous, now=now_named(problem.week, summary) if earlier else None)
    )


def _bound(clinic: Path, problem: Problem) -> Problem:
    """Return a problem with when staff work in the weeks around it."""
    before, after = _published(clinic, problem.week - A_WEEK), _published(clinic, problem.week + A_WEEK)
    if before is None and problem.previous is not None and problem.previous.week == problem.week - A_WEEK:
        before = problem.previous
    return replace(problem, borders=borders(before, after))


def _published(clinic: Path, week: date) -> Schedule | None:
    publication = latest(clinic_home(clinic), week)
    return None if publication is None else publication.schedule


@dataclass(frozen=True, slots=True)
class Read:
    """A clinic's week and the schedule of it in a folder, with the warnings about its files.

    ``inputs_sha256`` is the hash of the clinic's files, or what it was before exactly that was recorded in them which the folder remembers. ``revision`` is the published one with whose facts the week was
    read, because the tables of today say something else; None where it was read with those. ``remembered`` is what the
    folder remembers to have happened (:mod:`iopsched.repairs`), whether the tables say it or not: the week was read with it.
    """

    clinic: Path
    folder: Path
    problem: Problem
    schedule: Schedule
    issues: tuple[Issue, ...]
    inputs_sha256: str
    revision: int | None = None
    remembered: tuple[Happening, ...] = ()

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


def _read(
    clinic: Path, folder: Path, week: date, facts: ingest.Facts | None = None, as_of: datetime | None = None
) -> Read:
    summary = read_summary(folder)
    earlier, lost = earlier_named(clinic, summary)
    source = earlier.source if earlier else None
    inspected = inspect_week(clinic, week, source, is_for_solving=False, facts=facts, as_of=as_of)
    if inspected.problem is None:
        raise InputError(inspected.issues)
    remembered = happenings_in(summary)
    problem = happened(inspected.problem, remembered)
    problem = replace(problem, now=now_named(week, summary), missed=missed_in(summary)) if earlier else problem
    found = ingest.inspect_schedule(folder, problem)
    if found.schedule is None:
        raise InputError(found.issues)
    sha = inspected.inputs_sha256
    if summary is not None and sha == recorded_sha256(summary):
        sha = str(summary.get("inputs_sha256"))
    return Read(clinic, folder, problem, found.schedule, (*found.issues, *lost), sha, remembered=remembered)


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
    told = publication.published
    try:
        found = _read(clinic, folder, schedule.week) if is_edited else _read(clinic, folder, schedule.week, facts, told)
    except InputError as error:
        if not is_edited or not any(issue.code.startswith("E-UNKNOWN") for issue in error.issues):
            raise
        found = _read(clinic, folder, schedule.week, facts, told)
    else:
        if is_edited:
            return found
    if ingest.is_as_now(facts, clinic, found.problem.clinic.name):
        return found
    return replace(found, revision=publication.revision)
