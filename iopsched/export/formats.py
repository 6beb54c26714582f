"""The formats by their names on the command line; each is imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import assert_never

from iopsched.export.edition import Edition, Files


class Format(StrEnum):
    """What ``export --to`` makes."""

    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"
    ICS = "ics"
    CSV = "csv"
    HANDOUTS = "handouts"


def _maker(name: Format) -> Callable[[Edition], Files]:
    match name:
        case Format.XLSX:
            from iopsched.export import workbook  # noqa: PLC0415 - only when asked for

            return workbook.files
        case Format.HTML:
            from iopsched.export import page  # noqa: PLC0415 - only when asked for

            return page.files
        case Format.PDF:
            from iopsched.export import pdf  # noqa: PLC0415 - only when asked for

            return pdf.files
        case Format.ICS:
            from iopsched.export import calendars  # noqa: PLC0415 - only when asked for

            return calendars.files
        case Format.CSV:
            from iopsched.export import attendees  # noqa: PLC0415 - only when asked for

            return attendees.files
        case Format.HANDOUTS:
            from iopsched.export import handouts  # noqa: PLC0415 - only when asked for

            return handouts.files
        case _:
            assert_never(name)


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
            found.update(_maker(name)(edition))
    if {Format.HANDOUTS, Format.PDF} <= set(formats):
        from iopsched.export import handouts  # noqa: PLC0415 - only when asked for

        found.update(handouts.pdf_files(edition))
    return found
