"""Reading a clinic together with one of its schedule folders."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from iopsched.cli.options import week_of
from iopsched.cli.words import shown
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError, Issue, UsageError


class Read(NamedTuple):
    """A clinic's week, a schedule of it with the warnings about its files, and the hash of the clinic's files."""

    problem: Problem
    schedule: Schedule
    issues: tuple[Issue, ...]
    inputs_sha256: str


def read_week(clinic: Path, folder: Path, week: str | None) -> Read:
    """Read a clinic and a schedule folder; the week is the schedule's unless one is named.

    Raises
    ------
    InputError
        If either has faults.
    UsageError
        If there is no such folder, or it is of another week.
    """
    from iopsched.ingest import inspect_schedule, read_schedule  # noqa: PLC0415 - keeps --help quick
    from iopsched.output import read_summary, recover  # noqa: PLC0415 - keeps --help quick
    from iopsched.weeks import earlier_folder, inspect_week  # noqa: PLC0415 - keeps --help quick

    recover(folder)
    if not folder.is_dir():
        raise UsageError(f"There is no schedule folder {folder}. `iopsched solve {shown(clinic)}` makes one.")
    monday: date = read_schedule(folder).week if week is None else week_of(week)
    earlier, lost = earlier_folder(clinic, read_summary(folder))
    inspected = inspect_week(clinic, monday, earlier, is_for_solving=False)
    if inspected.problem is None:
        raise InputError(inspected.issues)
    found = inspect_schedule(folder, inspected.problem)
    if found.schedule is None:
        raise InputError(found.issues)
    return Read(inspected.problem, found.schedule, (*found.issues, *lost), inspected.inputs_sha256)
