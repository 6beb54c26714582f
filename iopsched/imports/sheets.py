"""A roster as sheets of texts: a workbook, or rows in a file of text, in whatever encoding and with whatever separator."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.serials import shown_number
from iopsched.ingest.source.tables import MAX_COLUMNS, MAX_ROWS, letters
from iopsched.ingest.source.texts import text_of
from iopsched.ingest.source.xlsx import Stored, XlsxSheet, XlsxWorkbook
from iopsched.words.formulas import unguard

BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
SEPARATORS = "\t;,"
NO_SEPARATOR = "\x1f"
LOOKED_AT = 60
_MERGED = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")

Cell = tuple[int, int]
"""Row and column, both from 1."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a roster. ``sheet`` is blank in a file of text and in a calendar."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """Return the cell as a spreadsheet names it, such as ``C7``; of a calendar the number of the entry, of a sheet nothing."""
        return f"{letters(self.column)}{self.row}" if self.column else str(self.row or "")

    def __str__(self) -> str:
        """Return for instance ``Week!C7``, or the name of a whole sheet."""
        return "!".join(part for part in (self.sheet, self.cell) if part)


@dataclass(slots=True)
class Sheet:
    """The filled cells of a sheet; ``last`` has the last cell of each merged area by its first one; ``struck`` cells say nothing.

    ``is_turned``: rows are read as columns; places are told as they stand in the workbook.
    """

    name: str
    cells: dict[Cell, str] = field(default_factory=dict)
    last: dict[Cell, Cell] = field(default_factory=dict)
    lost: list[Cell] = field(default_factory=list)
    struck: list[Cell] = field(default_factory=list)
    is_hidden: bool = False
    is_turned: bool = False

    def place(self, cell: Cell) -> Place:
        """Return where a cell stands."""
        return Place(self.name, *(cell[::-1] if self.is_turned else cell))

    def rows(self) -> Mapping[int, dict[int, str]]:
        """Return the filled cells of each row that has any, both in order."""
        found: dict[int, dict[int, str]] = {}
        for (row, column), text in sorted(self.cells.items()):
            found.setdefault(row, {})[column] = text
        return found

    def end_of(self, cell: Cell) -> Cell:
        """Return the last cell of the merged area that begins here, or the cell itself."""
        return self.last.get(cell, cell)

    def turned(self) -> Sheet:
        """Return the sheet with rows as columns."""
        return Sheet(
            self.name,
            {(column, row): text for (row, column), text in self.cells.items()},
            {first[::-1]: last[::-1] for first, last in self.last.items()},
            [cell[::-1] for cell in self.lost],
            [cell[::-1] for cell in self.struck],
            self.is_hidden,
            not self.is_turned,
        )


def read_sheets(path: Path, data: bytes, report: Report) -> list[Sheet]:
    """Return the sheets of a roster that have any cell; none (and an issue) where it cannot be read."""
    if data.startswith(b"PK\x03\x04") or path.suffix.lower() in BOOKS:
        return _of_workbook(path, data, report)
    text = text_of(data, path.name, report)
    if text is None:
        return []
    sheet = Sheet("")
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)), 1):
            if row > MAX_ROWS:
                report.tell("E-ROWS-MANY", At(path.name), "This file has more than 100,000 rows.", "Delete empty rows.")
                break
            for column, cell in enumerate(cells[:MAX_COLUMNS], 1):
                if plain := tidy(unguard(cell)):
                    sheet.cells[row, column] = plain
    except csv.Error:
        report.tell("E-CELL-LONG", At(path.name), "A cell is longer than 131,072 characters.", "Shorten it.")
        return []
    return [sheet] if sheet.cells else []


def separator_of(text: str) -> str:
    """Return the sign that separates cells: the one that most rows have, of equals the one that they have equally often.

    A comma before a blank stands in a name; where there is no sign at all each line is one cell.
    """
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]

    def rank(sign: str) -> tuple[int, int]:
        counts = Counter(number for line in bare if (number := len(re.findall(f"{sign}(?! )", line))))
        return counts.total(), max(counts.values(), default=0)

    best = max(SEPARATORS, key=lambda sign: (rank(sign), -SEPARATORS.index(sign)))
    return best if rank(best)[0] else NO_SEPARATOR


def tidy(text: str) -> str:
    """Return a text without blanks at its ends and in plain signs: ordinary blanks, hyphens, apostrophes."""
    plain = text.translate(_PLAIN)
    return "\n".join(line for line in (" ".join(line.split()) for line in plain.splitlines()) if line)


_PLAIN = str.maketrans(
    {
        "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u200b": None, "\ufeff": None, "\u2010": "-", "\u2011": "-",
        "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2018": "'", "\u2019": "'", "_": " ",
    }
)  # fmt: skip


def _of_workbook(path: Path, data: bytes, report: Report) -> list[Sheet]:
    try:
        book = XlsxWorkbook(data)
    except Fault as fault:
        report.fault(fault, At(path.name))
        return []
    found = []
    for tab in book.tabs:
        try:
            stored = book.sheet(tab)
        except Fault as fault:
            report.fault(fault, At(path.name))
            continue
        sheet = Sheet(tab.name, is_hidden=tab.is_hidden)
        for cell, one in _cells(stored):
            text = tidy(_text(one, is_1904=book.is_1904))
            if text and cell in stored.struck:
                sheet.struck.append(cell)
            elif text:
                sheet.cells[cell] = text
            elif one.kind in ("unknown", "error"):
                sheet.lost.append(cell)
        sheet.last = dict(_areas(stored))
        if sheet.cells:
            found.append(sheet)
    return found


def _cells(stored: XlsxSheet) -> Iterator[tuple[Cell, Stored]]:
    for row, cells in stored.rows.items():
        for column, one in cells.items():
            if row <= MAX_ROWS and column <= MAX_COLUMNS:
                yield (row, column), one


def _text(stored: Stored, *, is_1904: bool) -> str:
    match stored.kind:
        case "number":
            return shown_number(stored.text, stored.code, is_1904=is_1904).text
        case "day":
            return stored.text.replace("T", " ").removesuffix("Z")
        case "text" | "yes_no":
            return stored.text
        case _:
            return ""


def _areas(stored: XlsxSheet) -> Iterator[tuple[Cell, Cell]]:
    for area in stored.merged:
        if match := _MERGED.fullmatch(area):
            yield (int(match[2]), column_number(match[1])), (int(match[4]), column_number(match[3]))


def column_number(column: str) -> int:
    """Return the number of a column by its letters, such as 3 of ``C``."""
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number
