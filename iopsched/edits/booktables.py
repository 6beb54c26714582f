"""The tables of a workbook, in which single cells are changed and nothing else is written anew.

A library that reads a workbook and saves it again loses what it does not know: results of formulas, drop-downs that name
other sheets, shapes, comments in threads. So the cells in question are replaced where they are stored, and every other
part of the file stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from iopsched.edits.bookparts import BookParts
from iopsched.edits.booksettings import book_settings, with_book_setting
from iopsched.edits.booksheet import BookSheet, Texts
from iopsched.edits.clinictables import Cells, ClinicTables
from iopsched.edits.refusal import refusal
from iopsched.edits.tablechange import Places, TableChange, TableLayout
from iopsched.edits.undolog import Members
from iopsched.errors import InputError
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.sources import bytes_of
from iopsched.ingest.source.tables import normal_header
from iopsched.ingest.source.workbook import Workbook, sheet_of
from iopsched.ingest.source.xlsx import Tab
from iopsched.policy.columns import TABLES
from iopsched.policy.setting import Path as SettingPath

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_NEW_SHEET = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)


class BookTables(ClinicTables):
    """The tables of a workbook. Of a row taken out the cells are emptied, so that all others keep their places."""

    def __init__(self, path: Path, parts: BookParts, data: bytes, known: Mapping[str, BookSheet] | None = None) -> None:
        self._path = path
        self._parts = parts
        self._data = data
        self._sheets = dict(known or {})

    @classmethod
    def read(cls, path: Path) -> BookTables:
        """Return the tables of a workbook.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        report = Report()
        data = bytes_of(path, At(path.name), report)
        if data is None:
            raise InputError(report.issues)
        return _of_bytes(path, data)

    @property
    def made(self) -> bytes:
        """Return the workbook."""
        return self._data

    def rows(self, file: str) -> Mapping[int, Cells]:
        """Return the filled rows of a sheet by number, none where there is no sheet."""
        if file not in self._tabs:
            return {}
        sheet = self.sheet(file)
        blank = [""] * len(sheet.columns)
        return {
            number: dict(zip(sheet.columns, [*texts, *blank], strict=False))
            for number, texts in sheet.rows.items()
            if number > sheet.table.header_row
        }

    @property
    def members(self) -> Members:
        """Return every part of the workbook by its name."""
        return self._parts.parts

    def with_members(self, members: Members) -> BookTables:
        """Return the tables of a workbook with other parts."""
        parts = replace(self._parts, parts=members)
        return BookTables(self._path, parts, parts.data)

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """Return the settings as the reader has them."""
        return book_settings(Workbook(self._path, Report(), self._data))

    def with_setting(self, path: SettingPath, value: Any) -> BookTables:
        """Return the tables with another value of a setting."""
        parts = with_book_setting(self._source, self._parts, path, value)
        return BookTables(self._path, parts, parts.data, self._sheets)

    def has(self, file: str) -> bool:
        """Return whether there is a sheet with anything in it."""
        try:
            return file in self._tabs and bool(self._source.book.sheet(self._tabs[file]).rows)
        except Fault:
            return True

    def layout(self, file: str) -> TableLayout:
        """Return a sheet as the reader has it."""
        return self.sheet(file).written_layout

    def with_columns(self, file: str, names: Collection[str]) -> BookTables:
        """Return the tables with further columns; a sheet that is blank or not there yet gets a header."""
        if file not in self._tabs:
            return self._with_sheet(file).with_columns(file, names)
        sheet = self.sheet(file)
        if not sheet.columns:
            kind = TABLES[file]
            columns = [name for name in kind.names if name in names or name in kind.needed]
            return self._with_header(sheet, columns).with_columns(file, names)
        for name in names:
            if name not in sheet.columns:
                return self._with_column(sheet, name).with_columns(file, names)
        return self

    def with_change(self, file: str, change: TableChange) -> BookTables:
        """Return the tables with several changes of a sheet; a new row looks like the one above it."""
        sheet = self.sheet(file)
        known, width = dict(sheet.rows), len(sheet.columns)
        rows: dict[int, Places] = {row: dict.fromkeys(sheet.stored_columns(row), "") for row in change.removed}
        new = {max(known) + at: cells for at, cells in enumerate(change.added, 1)}
        for row in change.removed:
            known.pop(row, None)
        for row, cells in {**change.cells, **new}.items():
            rows[row] = {place + 1: text.strip() for place, text in cells.items()}
            texts = [*known.get(row, ()), *[""] * max(width, max(cells, default=0) + 1)]
            for place, text in cells.items():
                texts[place] = text.strip()
            known[row] = texts
        row, place = change.first
        column = sheet.columns[place] if place < width else ""
        return self._written(sheet, sheet.with_rows(rows), row or max(known), known, column)

    @cached_property
    def _source(self) -> Workbook:
        return Workbook(self._path, Report(), self._data)

    @cached_property
    def _tabs(self) -> dict[str, Tab]:
        names = {sheet_of(file): file for file in TABLES}
        return {
            names[name]: tab for tab in reversed(self._source.book.tabs) if (name := normal_header(tab.name)) in names
        }

    def sheet(self, file: str) -> BookSheet:
        """Return the sheet of a table, which must be there."""
        if file not in self._sheets:
            self._sheets[file] = BookSheet.of(file, self._source, self._tabs[file], self._parts)
        return self._sheets[file]

    def _with_column(self, sheet: BookSheet, column: str) -> BookTables:
        place, top = len(sheet.columns), sheet.table.header_row
        styled = sheet.xml.style_of(top, place)
        part = sheet.with_header({place + 1: column}, top, styled)
        return self._written(sheet, part, top, {**sheet.rows, top: [*sheet.rows[top][:place], column]}, column)

    def _with_header(self, sheet: BookSheet, names: list[str]) -> BookTables:
        """Return the tables with a header on a blank sheet, which looks like that of another sheet."""
        other = next((self.sheet(file) for file in reversed(self._tabs) if self.sheet(file).columns), None)
        styled = other.xml.style_of(other.table.header_row, 1) if other is not None else None
        part = sheet.with_header(dict(enumerate(names, 1)), 1, styled)
        return self._written(sheet, part, 1, {1: names})

    def _with_sheet(self, file: str) -> BookTables:
        try:
            parts = self._parts.with_sheet(sheet_of(file), _NEW_SHEET)
        except (ValueError, KeyError):
            message = "There is no sheet of this name, and none can be added to the workbook."
            raise refusal(file, 0, "", message, f"Add a sheet {sheet_of(file)} by hand.") from None
        return BookTables(self._path, parts, parts.data)

    def _written(self, sheet: BookSheet, part: bytes, row: int, expected: Texts, column: str = "") -> BookTables:
        """Return the tables with a changed part, in which the reader must find these rows."""
        parts = self._parts.with_part(sheet.tab.part, part)
        for new in range(max(sheet.rows, default=0) + 1, max(expected, default=0) + 1):
            parts = parts.with_longer_tables(sheet.tab.part, new)
        if any(_FORMULA.search(known) for name, known in parts.parts.items() if "/worksheets/" in name):
            parts = parts.recounted()
        others = {file: known for file, known in self._sheets.items() if file != sheet.file}
        found = BookTables(self._path, parts, parts.data, others)
        if _filled(found.sheet(sheet.file).rows) != _filled(expected):
            message = "This change would change how other cells of the sheet are read."
            raise refusal(sheet.file, row, column, message)
        return found


@lru_cache(maxsize=2)
def _of_bytes(path: Path, data: bytes) -> BookTables:
    """Return the tables in the bytes of a workbook; a page that asks again and again reads its sheets once."""
    report = Report()
    if not Workbook(path, report, data).is_readable:
        raise InputError(report.issues)
    return BookTables(path, BookParts.of(data), data)


def _filled(rows: Texts) -> Mapping[int, list[str]]:
    """Return rows without blank cells at their ends, and without blank rows."""
    trimmed = {number: "\0".join(texts).rstrip("\0").split("\0") for number, texts in rows.items()}
    return {number: texts for number, texts in trimmed.items() if any(texts)}
