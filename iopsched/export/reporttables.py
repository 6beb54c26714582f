"""Tables of reports as CSV, as sheets of a workbook and as tables of a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from iopsched.domain.timegrid import decimal_hours
from iopsched.export.sheets.plainbook import PlainBook, SheetColumn
from iopsched.export.sheets.reports import add_table
from iopsched.export.texts import guard, one_line
from iopsched.reports.reporttable import NUMBERS, ReportColumn, ReportTable
from iopsched.words.phrases import words

WIDEST = 60


def table_csv(table: ReportTable) -> bytes:
    """Return a table as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_csv_cell(cell) for cell in cells] for cells in table.cells)
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(value: object) -> str | int | float:
    """Return a number as it is, and all else as a text that no program runs."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return guard(one_line(_text(value)))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return ";".join(map(str, value)) if isinstance(value, tuple) else str(value)


# --- workbook -------------------------------------------------------------------
def add_sheet(book: PlainBook, table: ReportTable, lines: list[str]) -> None:
    """Add a sheet with a table below some lines."""
    columns = tuple(
        SheetColumn(header(one), _width(one, table), _FORMATS.get(one.kind, "cell")) for one in table.columns
    )
    rows = [[_sheet_cell(cell) for cell in cells] for cells in table.cells]
    add_table(book, table.title, (table.about, table.about), columns, lines if rows else [*lines, table.nothing], rows)


_FORMATS = {"minutes": "whole", "number": "whole", "decimal": "hours", "date": "iso_date"}


def _sheet_cell(value: object) -> object:
    is_kept = value is None or (isinstance(value, int | float | date) and not isinstance(value, bool))
    return value if is_kept else _text(value)


def header(column: ReportColumn) -> str:
    """Return what stands above a column, such as ``In session minutes``."""
    return words(column.name).capitalize().replace(" id", " ID")


def _width(column: ReportColumn, table: ReportTable) -> float:
    if column.kind in NUMBERS:
        return 11
    if column.kind == "date":
        return 13
    longest = max((len(_text(getattr(row, column.name))) for row in table.rows), default=0)
    return min(WIDEST, max(10, longest + 3))


def add_meanings(book: PlainBook, tables: Iterable[ReportTable]) -> None:
    """Write what each column means, so that nobody has to ask."""
    columns = (SheetColumn("Sheet", 22), SheetColumn("Column", 28), SheetColumn("Meaning", 100))
    rows = [[table.title, header(one), one.meaning] for table in tables for one in table.columns]
    about = "What each column means.", "Columns and their meaning"
    add_table(book, "Columns", about, columns, [about[0]], rows)


# --- page -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as the page has it: without the columns in which nothing stands, each cell with its class."""

    title: str
    about: str
    headers: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[tuple[str, str]]]


def page_table(table: ReportTable, headers: Mapping[str, str] | None = None) -> PageTable:
    """Return a table as a page has it; with ``headers`` minutes are told in hours, and columns are headed as it says."""
    texts = [
        [_page_cell(cell, column, headers) for cell, column in zip(cells, table.columns, strict=True)]
        for cells in table.cells
    ]
    shown = [
        place
        for place in range(len(table.columns))
        if any(row[place] for row in texts) and not _repeats(texts, place, table.columns)
    ]
    columns = [table.columns[place] for place in shown]
    kinds = [_CLASSES.get(column.kind, "lines") for column in columns]
    rows = [[(kind, row[place]) for kind, place in zip(kinds, shown, strict=True)] for row in texts]
    heads = [_page_header(column, headers) for column in columns]
    return PageTable(table.title, table.about, list(zip(kinds, heads, strict=True)), rows)


def _page_cell(value: object, column: ReportColumn, headers: Mapping[str, str] | None) -> str:
    if headers is not None and column.kind == "minutes" and isinstance(value, int):
        return decimal_hours(value)
    return _text(value)


def _page_header(column: ReportColumn, headers: Mapping[str, str] | None) -> str:
    if headers is None or column.kind != "minutes":
        return (headers or {}).get(column.name) or header(column)
    return headers.get(column.name) or f"{words(column.name.removesuffix('_minutes')).capitalize()} (h)"


def _repeats(texts: Sequence[Sequence[str]], place: int, columns: Sequence[ReportColumn]) -> bool:
    """Return whether a column only repeats the ids before it, because no names are shown."""
    if columns[place].kind not in ("text", "ids") or columns[place - 1].kind not in ("id", "ids") or not place:
        return False
    return all(row[place] == row[place - 1] for row in texts)


_CLASSES = {**dict.fromkeys(NUMBERS, "number"), **dict.fromkeys(("id", "date", "time", "moment"), "when")}
