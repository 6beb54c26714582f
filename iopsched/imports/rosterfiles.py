"""The files of a roster: a workbook or text with its sheets, or calendar files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from iopsched.errors import InputError, Issue, UsageError
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.imports.sheets import Sheet, read_sheets
from iopsched.ingest.report import Report

CALENDAR = ".ics"
MOST_CALENDARS = 2_000


@dataclass(frozen=True, slots=True)
class RosterFiles:
    """A roster as it lies on the disk: sheets, or calendar files by their name."""

    path: Path
    sheets: Sequence[Sheet]
    calendars: Mapping[str, bytes]


def read_roster(path: Path) -> RosterFiles:
    """Return the sheets or calendars at a path; a folder is taken for its calendar files.

    Raises
    ------
    InputError
        If there is nothing that can be read.
    UsageError
        If there is no such file, or no calendar in the folder.
    """
    report = Report()
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.suffix.lower() == CALENDAR)[:MOST_CALENDARS]
        if not files:
            raise UsageError(
                f"There is no calendar file (.ics) in {path}. Name a spreadsheet, a CSV file or a calendar."
            )
        calendars = {one.name: bytes_at(one, report) for one in files}
        sheets: list[Sheet] = []
    else:
        if not path.exists():
            raise UsageError(f"There is no roster {path}.")
        data = bytes_at(path, report)
        is_calendar = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(b"BEGIN:VCALENDAR")
        calendars = {path.name: data} if is_calendar or path.suffix.lower() == CALENDAR else {}
        sheets = [] if calendars or report.has_errors else read_sheets(path, data, report)
    if not report.has_errors and not calendars and not sheets:
        report.extend((shapeless(path.name, "This file has no cells.", "Save the roster again."),))
    if report.has_errors:
        raise InputError(report.issues)
    return RosterFiles(path, sheets, calendars)


def bytes_at(path: Path, report: Report) -> bytes:
    """Return the bytes of a file, none (and an issue) where they cannot be had."""
    try:
        return read_bytes(path)
    except UnreadableError as error:
        message = f"This file {error.reason}."
        report.extend((Issue(path.name, 0, "", "E-FILE-ACCESS", message, "Check that it is there and not damaged."),))
        return b""


def shapeless(file: str, message: str, remedy: str) -> Issue:
    """Return the fault of a roster in which nothing is known."""
    return Issue(file, 0, "", "E-IMPORT-SHAPE", message, remedy)
