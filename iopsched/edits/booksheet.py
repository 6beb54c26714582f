"""One sheet of a workbook: as the reader sees it, and as it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from openpyxl.utils.cell import range_boundaries

from iopsched.edits.bookparts import BookParts
from iopsched.edits.refusal import refusal
from iopsched.edits.sheetxml import RowContents, SheetXml, StoredText
from iopsched.edits.tablechange import Places, TableLayout
from iopsched.errors import InputError, Issue
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.serials import shown_number
from iopsched.ingest.source.tables import Table, fill
from iopsched.ingest.source.workbook import Workbook
from iopsched.ingest.source.xlsx import Tab, XlsxSheet, XlsxWorkbook
from iopsched.policy.columns import TABLES, column_of

Texts = Mapping[int, list[str]]

_NUMBER = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{0,4}[1-9])?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST, _FIRST_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True)
class BookSheet:
    """The sheet of a table: its rows by number as the reader has them, its cells as stored, and its part."""

    file: str
    table: Table
    rows: Texts
    book: XlsxWorkbook
    tab: Tab
    stored: XlsxSheet
    xml: SheetXml

    @classmethod
    def of(cls, file: str, source: Workbook, tab: Tab, parts: BookParts) -> BookSheet:
        """Return the sheet of a table.

        Raises
        ------
        InputError
            If it is stored in a way that is not known.
        """
        try:
            stored = source.book.sheet(tab)
        except Fault as fault:
            raise InputError([Issue(file, 0, "", fault.code, fault.message, fault.remedy)]) from None
        found = [row for row in source.rows(file) or () if row is not None]
        table = Table(TABLES[file])
        fill(table, At(file), iter(found), Report())
        rows = {number: trimmed for number, texts in found if any(trimmed := [text.strip() for text in texts])}
        try:
            xml = SheetXml.of(parts.parts[tab.part])
        except (ValueError, KeyError):
            raise refusal(file, 0, "", "This sheet is stored in a way that cannot be changed.") from None
        return cls(file, table, rows, source.book, tab, stored, xml)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the normal names of the columns in their order."""
        return self.table.header

    @property
    def written_layout(self) -> TableLayout:
        """Return header and rows as the reader has them."""
        top = self.table.header_row
        rows = {number: texts for number, texts in self.rows.items() if number > top}
        return TableLayout(top, self.columns, tuple(self.rows.get(top, ())), rows)

    def with_rows(self, rows: Mapping[int, Places]) -> bytes:
        """Return the part with these texts in rows, by column from 1.

        Raises
        ------
        InputError
            If a cell is part of something that would be lost.
        """
        return self.xml.with_rows({row: self._contents(row, texts) for row, texts in rows.items()})

    def _contents(self, row: int, texts: Places) -> RowContents:
        for column in texts:
            self._refuse(row, column)
        styles = {column: self._style(row, column) for column in texts}
        return {
            column: (self._content(row, column, text, styles[column]), styles[column]) for column, text in texts.items()
        }

    def with_header(self, names: Places, row: int, style: str | None) -> bytes:
        """Return the part with names of columns in a row, by column from 1, in the style of other names."""
        return self.xml.with_rows({row: {column: (StoredText(name), style) for column, name in names.items()}})

    def stored_columns(self, row: int) -> frozenset[int]:
        """Return the columns, from 1, in which a row has anything stored."""
        return frozenset(column for number, column in self.xml.cells if number == row)

    def _refuse(self, row: int, column: int) -> None:
        name = self.columns[column - 1] if 0 < column <= len(self.columns) else ""
        cell = self.xml.cells.get((row, column))
        if cell is not None and cell.formula == "several":
            message = "This cell holds a formula that other cells share, which would be lost."
            raise refusal(self.file, row, name, message, "Type over it by hand.")
        for ranges in self.stored.merged:
            left, top, right, bottom = range_boundaries(ranges)
            is_first = (row, column) == (top, left)
            if not is_first and (top or 0) <= row <= (bottom or 0) and (left or 0) <= column <= (right or 0):
                message = f"This cell is one of the merged cells {ranges}, of which only the first has a value."
                raise refusal(self.file, row, name, message, "Unmerge them, and fill each row.")

    def _style(self, row: int, column: int) -> str | None:
        """Return the style of a cell; of one that is not there yet that of the cell above it, unless that is struck out."""
        struck = {number for number, _ in self.stored.struck}
        above = [number for number in self.rows if self.table.header_row < number < row and number not in struck]
        if (row, column) in self.xml.cells or row in self.rows or not above:
            return self.xml.style_of(row, column)
        return self.xml.style_of(max(above), column)

    def _content(self, row: int, column: int, text: str, style: str | None) -> StoredText:
        """Return what is stored for a text: a number or date where the cell, or the one above it, holds one, else a text."""
        above = max((number for number in self.rows if number < row), default=0)
        known = [self.stored.rows.get(number, {}).get(column) for number in (row, above)]
        kind = next((cell.kind for cell in known if cell is not None), "")
        declared = column_of(self.file, self.columns[column - 1] if column <= len(self.columns) else "")
        code = self.book.code_of(style)
        if declared.is_number and kind in ("number", "") and _NUMBER.fullmatch(text):
            return StoredText(text, is_number=shown_number(text, code).what == "number")
        if declared.is_day and _DAY.fullmatch(text) and shown_number("40000", code).what == "date":
            return StoredText(
                str((date.fromisoformat(text) - (_FIRST_1904 if self.book.is_1904 else _FIRST)).days), is_number=True
            )
        return StoredText(text)
