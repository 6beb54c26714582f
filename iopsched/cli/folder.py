"""Reading a clinic together with one of its schedule folders."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from iopsched.cli.options import week_of
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError, Issue, UsageError


def read_week(clinic: Path, folder: Path, week: str | None) -> tuple[Problem, Schedule, tuple[Issue, ...]]:
    """Return problem, schedule and the warnings about its files; the week is the schedule's unless one is named.

    Raises
    ------
    InputError
        If either has faults.
    UsageError
        If there is no such folder, or it is of another week.
    """
    from iopsched.ingest import inspect_schedule, read_problem, read_schedule  # noqa: PLC0415 - keeps --help quick
    from iopsched.output import recover  # noqa: PLC0415 - keeps --help quick

    recover(folder)
    if not folder.is_dir():
        raise UsageError(f"There is no schedule folder {folder}. `iopsched solve {clinic}` makes one.")
    monday: date = read_schedule(folder).week if week is None else week_of(week)
    problem = read_problem(clinic, monday)
    found = inspect_schedule(folder, problem)
    if found.schedule is None:
        raise InputError(found.issues)
    return problem, found.schedule, found.issues
