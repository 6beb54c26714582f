"""The formats: each declared once, its module imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from importlib import import_module
from types import ModuleType

from iopsched.export.edition import Edition


class Format(StrEnum):
    """What ``export --to`` makes."""

    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"
    ICS = "ics"
    CSV = "csv"
    HANDOUTS = "handouts"


MAKERS = {
    Format.XLSX: ("workbook", "the week as a workbook: grid, staff, rooms, hours, sign-in sheets"),
    Format.HTML: ("page", "the week as one page that needs no network"),
    Format.PDF: ("pdf", "the same page to print, and the handouts if they are asked for"),
    Format.ICS: ("calendars", "a calendar for the clinic and each therapist, room and participant"),
    Format.CSV: ("attendees", "one row per attendee and session, for record and billing programs"),
    Format.HANDOUTS: ("handouts", "a page for each participant and therapist, arrivals for each day"),
}
"""The module of ``iopsched.export`` that makes a format, by its function ``files``, and the line of the help."""


def export_files(edition: Edition, formats: Collection[Format]) -> dict[str, bytes]:
    """Return the files of every format asked for, by their path below the target folder.

    Handouts asked for together with PDF come as both.

    Raises
    ------
    UsageError
        If a format needs something that is not installed; the sentence says what.
    """
    found: dict[str, bytes] = {}
    for name in Format:
        if name in formats:
            found.update(_module(MAKERS[name][0]).files(edition))
    if {Format.HANDOUTS, Format.PDF} <= set(formats):
        found.update(_module("handouts").pdf_files(edition))
    return found


def _module(name: str) -> ModuleType:
    return import_module(f"iopsched.export.{name}")
