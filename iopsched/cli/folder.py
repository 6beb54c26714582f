"""Reading a clinic together with one of its schedule folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iopsched.cli.console import talk
from iopsched.cli.options import week_of
from iopsched.cli.words import shown
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError, Issue, UsageError

if TYPE_CHECKING:
    from iopsched.ingest import Facts


class Read(NamedTuple):
    """A clinic's week, a schedule of it with the warnings about its files, and the hash of the clinic's files.

    ``read_today`` reads the week with the tables of today; None where that was done, or where they are as they were.
    """

    problem: Problem
    schedule: Schedule
    issues: tuple[Issue, ...]
    inputs_sha256: str
    read_today: Callable[[], Read] | None = None


def read_week(clinic: Path, folder: Path, week: str | None) -> Read:
    """Read a clinic and a schedule folder; the week is the schedule's unless one is named.

    Raises
    ------
    InputError
        If either has faults.
    UsageError
        If there is no such folder, or it is of another week.
    """
    from iopsched.files.output import read_summary, recover  # noqa: PLC0415 - keeps --help quick
    from iopsched.ingest import inspect_schedule  # noqa: PLC0415 - keeps --help quick
    from iopsched.work.weeks import earlier_folder, inspect_week  # noqa: PLC0415 - keeps --help quick

    recover(folder)
    if not folder.is_dir():
        raise UsageError(f"There is no schedule folder {folder}. `iopsched solve {shown(clinic)}` makes one.")
    alone = inspect_schedule(folder)
    if week is not None:
        monday = week_of(week)
    elif alone.schedule is not None:
        monday = alone.schedule.week
    else:
        raise InputError(alone.issues)
    earlier, lost = earlier_folder(clinic, read_summary(folder))

    def read(facts: Facts | None) -> Read:
        inspected = inspect_week(clinic, monday, earlier, is_for_solving=False, facts=facts)
        if inspected.problem is None:
            raise InputError(inspected.issues)
        found = inspect_schedule(folder, inspected.problem)
        if found.schedule is None:
            raise InputError(found.issues)
        return Read(inspected.problem, found.schedule, (*found.issues, *lost), inspected.inputs_sha256)

    if alone.schedule is None or alone.schedule.week != monday:
        return read(None)
    return _read_of_time(clinic, alone.schedule, read)


def _read_of_time(clinic: Path, schedule: Schedule, read: Callable[[Facts | None], Read]) -> Read:
    """Return a week with the facts of its time where it was published as it is, and say so where they differ from today's.

    A week that was edited since is read with the tables of today, or, where people have left them, with the facts of
    its last revision.
    """
    from iopsched.ingest import is_as_now  # noqa: PLC0415 - keeps --help quick
    from iopsched.store import clinic_home, latest  # noqa: PLC0415 - keeps --help quick
    from iopsched.work.weeks import facts_of_time, published_as  # noqa: PLC0415 - keeps --help quick

    publication = published_as(clinic, schedule)
    is_edited = publication is None
    publication = publication or latest(clinic_home(clinic), schedule.week)
    facts = None if publication is None else facts_of_time(clinic, publication)
    if publication is None or facts is None:
        return read(None)
    try:
        found = read(None if is_edited else facts)
    except InputError as error:
        if not is_edited or not any(issue.code.startswith("E-UNKNOWN") for issue in error.issues):
            raise
        found = read(facts)
    else:
        if is_edited:
            return found
    if not is_as_now(facts, clinic, found.problem.clinic.name):
        talk(
            f"The tables have changed since this week was published. It is read with the facts of its time "
            f"(revision {publication.revision})."
        )
        return found._replace(read_today=lambda: read(None))
    return found
