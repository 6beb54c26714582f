"""A copy of a director's workbook in which every cell with a fault is red, with a comment that says how to mend it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from iopsched.errors import Issue

_COLORS = {"error": "FFFF9999", "warning": "FFFFE699", "information": "FFDDEBF7"}
_RANK = tuple(_COLORS)
FAULTS = "Faults"


class CannotMarkError(ValueError):
    """The workbook can be judged but not copied."""


def marked_workbook(data: bytes, issues: Iterable[Issue]) -> bytes:
    """Return a copy of a workbook with its issues in it; those of no cell, and all of them once more, stand on a sheet.

    Raises
    ------
    CannotMarkError
        If the workbook cannot be copied.
    """
    found = sorted(issues, key=lambda issue: (_RANK.index(issue.level), issue))
    try:
        book = load_workbook(BytesIO(data))
        places: dict[tuple[str, str], list[Issue]] = defaultdict(list)
        for issue in found:
            if issue.cell:
                places[issue.file.rpartition(": ")[2], issue.cell].append(issue)
        for (sheet, name), mine in places.items():
            cell = book[sheet][name]
            if isinstance(cell, Cell):
                color = _COLORS[mine[0].level]
                cell.fill = PatternFill("solid", start_color=color, end_color=color)
                words = "\n".join(f"{issue.code} {issue.message} {issue.remedy}".rstrip() for issue in mine)
                cell.comment = Comment(words, "iopsched", height=40 + 20 * (len(words) // 40), width=320)
        title = next(name for name in (FAULTS, *(f"{FAULTS} {n}" for n in range(2, 99))) if name not in book.sheetnames)
        listing = book.create_sheet(title, 0)
        for row, issue in enumerate(found, 1):
            for column, text in enumerate((issue.place, issue.level, issue.code, issue.message, issue.remedy), 1):
                cell = listing.cell(row, column, text)
                cell.data_type = "s"
        for letter, width in zip("ABCDE", (44, 12, 22, 70, 70), strict=True):
            listing.column_dimensions[letter].width = width
        book.active = 0
        stream = BytesIO()
        book.save(stream)
    except Exception as error:  # noqa: BLE001 - whatever the library stumbles over: the text of its exception may hold a cell
        raise CannotMarkError(type(error).__name__) from None
    return stream.getvalue()
