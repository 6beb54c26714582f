"""A workbook as the sheets see it: text that stays text, formats by what they mean, pages that print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from textwrap import wrap
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from iopsched.export.palette import INDIGO, INK, INK_ON, LINE, PAPER, ROSE_TINT, TINT, WINE
from iopsched.export.sheets.names import cut, sheet_name
from iopsched.export.sheets.paper import ENDS, LINE_POINTS, ROW_POINTS, SIDES
from iopsched.files.owned import RECORD

Sheet = Any
Format = Any

CONFIDENTIAL = "Confidential. 42 CFR Part 2 prohibits unauthorized use or disclosure of these records."
LETTER = 1
FONT = "Arial"  # widths are the same on Windows, Mac and, by Liberation Sans, on Linux
MOST_CELL_UNITS = 32_000
_ALWAYS: dict[str, object] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
_BOX: dict[str, object] = {"border": 1, "border_color": LINE}
_TEXT = {**_BOX, "align": "left", "indent": 1, "text_wrap": True}
_NUMBER = {**_BOX, "align": "center"}
_HEADER = {"bold": True, "font_color": PAPER, "bg_color": INDIGO}
_KINDS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16},
    "section": {"bold": True, "font_size": 12},
    "plain": {},
    "strong": {"bold": True},
    "header": {**_TEXT, **_HEADER},
    "upright": {**_NUMBER, **_HEADER, "rotation": 90},
    "cell": _TEXT,
    "short": {**_BOX, "align": "left", "indent": 1, "shrink": True},
    "row": {**_TEXT, "bold": True, "bg_color": TINT},
    "tight": {**_TEXT, "border": 5, "border_color": WINE, "bg_color": ROSE_TINT},
    "hours": {**_NUMBER, "num_format": "0.0#"},
    "whole": {**_NUMBER, "num_format": "0"},
    "share": {**_NUMBER, "num_format": "0%"},
    "iso_date": {**_BOX, "align": "left", "indent": 1, "num_format": "yyyy-mm-dd"},
    "date": {**_BOX, "align": "left", "indent": 1, "num_format": "ddd d mmm"},
    "line": {**_BOX, "align": "left", "indent": 1, "shrink": True, "valign": "vcenter", "font_size": 12},
    "number_line": {**_NUMBER, "valign": "vcenter"},
    "link": {"font_color": INDIGO, "underline": 1},
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a table: its header, its width in signs, and which kind of format its cells have."""

    header: str
    width: float
    kind: str = "cell"
    header_kind: str = "header"


@dataclass(frozen=True, slots=True)
class BookHead:
    """What a workbook says of itself: the clinic, what it is of (in the header of each page) and in which state.

    ``created`` is the moment of the record that it holds, in UTC, so that the same record gives the same bytes. ``record``
    is the text of its anchor, blank where it has none.
    """

    clinic: str
    title: str
    of: str
    status: str
    status_word: str
    created: datetime
    record: str = ""


class PlainBook:
    """A workbook while it is written."""

    def __init__(self, head: BookHead) -> None:
        self.head = head
        self.status = head.status
        self.about: list[tuple[str, str]] = []
        self.places: list[tuple[str, str, int]] = []
        self._bytes = BytesIO()
        self._book = xlsxwriter.Workbook(self._bytes, _options())
        self._formats: dict[tuple[object, ...], Format] = {}
        self._heights: dict[tuple[str, int], float] = {}
        self._tables = 0
        self._book.set_size(1920 * 2, 1400)
        self._book.set_properties(
            {
                "title": self.plain(f"{head.clinic}, {head.title}"),
                "subject": head.status,
                "comments": f"Made by iopsched. {CONFIDENTIAL}",
                "created": head.created.replace(tzinfo=None),
            }
        )
        if head.record:
            self._book.set_custom_property(RECORD, head.record)

    def finish(self) -> bytes:
        """Return the bytes of the file."""
        self._book.close()
        return self._bytes.getvalue()

    # --- sheets -----------------------------------------------------------
    def sheet(self, wanted: str, what: str, *, columns: Sequence[float], is_landscape: bool = True) -> Sheet:
        """Return a new sheet with a safe name, set up for letter paper; ``what`` is said of it in About."""
        name = sheet_name(wanted, [name for name, _ in self.about])
        self.about.append((name, what))
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(columns):
            sheet.set_column(column, column, width, self.format("plain"))
        sheet.set_paper(LETTER)
        if is_landscape:
            sheet.set_landscape()
        sheet.set_margins(left=SIDES, right=SIDES, top=ENDS, bottom=ENDS)
        sheet.hide_gridlines(2)
        clinic = self.plain(cut(self.head.clinic, 60)).replace("&", "&&")
        # A space before digits: "&8" and "42" would else make a size of 842 points.
        sheet.set_header(f"&L&8 {clinic}&C&8 &A&R&8 {self.head.of} · {self.head.status_word}", {"margin": 0.3})
        sheet.set_footer(f"&L&8 {CONFIDENTIAL}&R&8 Page &P of &N", {"margin": 0.3})
        return sheet

    def heading(self, sheet: Sheet, title: str, lines: Iterable[str] = ()) -> int:
        """Write a title, the status and further lines from the top; return the next free row after a gap."""
        self.text(sheet, 0, 0, title, "title")
        self.points(sheet, 0, 24)
        self.text(sheet, 1, 0, self.status, "strong")
        row = 2
        for line in lines:
            self.text(sheet, row, 0, line, "plain")
            row += 1
        return row + 1

    def fit(self, sheet: Sheet, last_row: int, last_column: int, repeated: int | None = None) -> None:
        """Print everything up to a cell, one page wide, with the row of headers on every page."""
        sheet.print_area(0, 0, last_row, last_column)
        sheet.fit_to_pages(1, 0)
        if repeated is not None:
            sheet.repeat_rows(repeated)

    # --- cells ------------------------------------------------------------
    @staticmethod
    def plain(text: str) -> str:
        """Return a text that a cell can hold."""
        return cut(text.encode("utf-8", "replace").decode(), MOST_CELL_UNITS)

    def text(self, sheet: Sheet, row: int, column: int, text: str, kind: str = "cell", **more: object) -> None:
        """Write a text as text, whatever it looks like."""
        if text:
            sheet.write_string(row, column, self.plain(text), self.format(kind, **more))
        else:
            sheet.write_blank(row, column, None, self.format(kind, **more))

    def link(self, sheet: Sheet, row: int, text: str, name: str, place: int) -> None:
        """Write a link in the first column to a row of a sheet of this book."""
        quoted = name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{quoted}'!A{place + 1}", self.format("link"), string=self.plain(text))

    def number(self, sheet: Sheet, row: int, column: int, value: float | None, kind: str = "whole") -> None:
        """Write a number, blank where there is none."""
        if value is None:
            sheet.write_blank(row, column, None, self.format(kind))
        else:
            sheet.write_number(row, column, value, self.format(kind))

    def put(self, sheet: Sheet, row: int, column: int, value: object, kind: str) -> None:
        """Write a cell of a table by the type of its value."""
        if isinstance(value, int | float) or value is None:
            self.number(sheet, row, column, value, kind)
        elif isinstance(value, str):
            self.text(sheet, row, column, value, kind if kind in _TEXT_KINDS else "cell")
        else:
            sheet.write_datetime(row, column, value, self.format(kind))

    def table(
        self, sheet: Sheet, top: int, columns: Sequence[SheetColumn], rows: Sequence[Sequence[object]], about: str
    ) -> int:
        """Write a table with its header row, a filter and a description for screen readers; return the row after it."""
        self.height(sheet, top, max(lines_of(column.header, column.width) for column in columns))
        if not rows:
            for place, column in enumerate(columns):
                self.text(sheet, top, place, column.header, "header")
            self.text(sheet, top + 1, 0, "None.")
            return top + 2
        self._tables += 1
        sheet.add_table(
            top,
            0,
            top + len(rows),
            len(columns) - 1,
            {
                "name": f"Table_{self._tables}",
                "style": None,
                "banded_rows": False,
                "columns": [
                    {"header": column.header, "header_format": self.format(column.header_kind)} for column in columns
                ],
                "title": about,
                "description": about,
            },
        )
        for line, row in enumerate(rows, top + 1):
            height = 1
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                self.put(sheet, line, place, value, column.kind)
                if isinstance(value, str) and column.kind == "cell":
                    height = max(height, lines_of(value, column.width))
            self.height(sheet, line, height)
        return top + 1 + len(rows)

    def height(self, sheet: Sheet, row: int, lines: int) -> None:
        """Make a row high enough for so many lines; Excel does so by itself, other programs do not."""
        if lines > 1:
            self.points(sheet, row, min(409, 13 * lines + 3))

    def points(self, sheet: Sheet, row: int, points: float) -> None:
        """Make a row so high, in points."""
        sheet.set_row(row, points)
        self._heights[sheet.get_name(), row] = points

    def dense(self, sheet: Sheet, first: int, end: int) -> None:
        """Make rows of one line as low as their letters, so that more of them fit on a page."""
        for row in range(first, end):
            if (sheet.get_name(), row) not in self._heights:
                self.points(sheet, row, LINE_POINTS)

    def points_of(self, sheet: Sheet, first: int, end: int) -> float:
        """Return how high the rows from a first one up to an end are together, in points."""
        return sum(self._heights.get((sheet.get_name(), row), ROW_POINTS) for row in range(first, end))

    def condition(self, **properties: object) -> Format:
        """Return the format of a condition: only what it changes."""
        return self._book.add_format(properties)

    @staticmethod
    def when(sheet: Sheet, area: tuple[int, int, int, int], rule: dict[str, object], form: Format) -> None:
        """Format the cells of an area (first row and column, last row and column) in which a rule holds."""
        sheet.conditional_format(*area, {**rule, "format": form})

    def format(self, kind: str, **more: object) -> Format:
        """Return a format by what it means; each is made once."""
        key = (kind, *sorted(more.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({**_ALWAYS, **_KINDS[kind], **more})
        return self._formats[key]

    def fill(self, color: str, **more: object) -> Format:
        """Return a cell of a full color of the palette with the ink that is readable on it."""
        return self.format(
            "cell", bg_color=color, font_color=INK_ON[color], text_wrap=False, indent=0, align="center", **more
        )


_TEXT_KINDS = frozenset({"cell", "short", "row", "tight", "strong", "plain"})


def _options() -> dict[str, object]:
    """Return how to write: never a formula from a text. Made anew each time, as the library changes what it is given."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 10},
    }


def lines_of(text: str, width: float) -> int:
    """Return about how many lines a text takes in a column of so many signs, when it is wrapped between words."""
    room = max(1, int(width * 1.08 - 1.3))
    return sum(1 if len(line) <= room else len(wrap(line, room)) for line in text.split("\n"))
