"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from iopsched.domain.timegrid import monday_of
from iopsched.errors import InputError, Issue, UsageError


def today() -> date:
    """Return today: the only clock that a command reads to choose a week."""
    return date.today()  # noqa: DTZ011 - the clinic's computer stands in the clinic


def week_of(text: str | None) -> date:
    """Return the Monday of the week that ``--week`` names; by default that of the next Monday."""
    if text is None:
        return monday_of(today()) + timedelta(days=7)
    try:
        return monday_of(date.fromisoformat(text.strip()))
    except ValueError:
        raise UsageError(f"--week {text!r} is not a date. Write any date of the week, such as 2026-11-30.") from None


def odd_week(monday: date) -> str:
    """Return a warning about a week that is over or far ahead, which may be a slip of the pen; else blank."""
    if monday + timedelta(days=6) < today():
        return f"Warning: the week of {monday.isoformat()} is over."
    if monday > today() + timedelta(days=366):
        return f"Warning: the week of {monday.isoformat()} is more than a year ahead."
    return ""


def _no_workbook(path: Path) -> Path:
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods") and not path.is_dir():
        remedy = "Save each sheet as CSV into a folder, and name the folder."
        raise InputError([Issue(path.name, 0, "", "E-FOLDER", "Workbooks are not read yet.", remedy)])
    return path


ClinicPath = Annotated[
    Path,
    typer.Argument(metavar="CLINIC", help="The clinic folder.", show_default=False, callback=_no_workbook),
]
FolderPath = Annotated[
    Path,
    typer.Argument(metavar="FOLDER", help="A schedule folder that solve has written.", show_default=False),
]
Week = Annotated[
    str | None,
    typer.Option("--week", metavar="DATE", help="Any date of the week. Default: the week of next Monday."),
]
FolderWeek = Annotated[
    str | None,
    typer.Option("--week", metavar="DATE", help="Any date of the week. Default: the week of the schedule."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for a machine.")]
