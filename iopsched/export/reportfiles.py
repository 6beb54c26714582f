"""Reports as files: a CSV of the rows and of each further table, one workbook, one page."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from iopsched.export.formats import Format
from iopsched.export.sheets.plainbook import BookHead, PlainBook, SheetColumn
from iopsched.export.sheets.reports import add_table
from iopsched.export.templating import render
from iopsched.export.texts import guard, one_line
from iopsched.reports.reporttable import NUMBERS, ReportColumn, Reported, ReportTable
from iopsched.words.phrases import count, words

REPORT_FORMATS = (Format.CSV, Format.XLSX, Format.HTML)
"""The formats that a report has."""
WIDEST = 60


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What the files of a report say of themselves: whose they are, how people are shown, and when the record was made."""

    clinic: str
    zone: str
    names: str
    recorded: datetime


def report_files(report: Reported, head: ReportHead, formats: Collection[Format]) -> dict[str, bytes]:
    """Return a report in each format, by names such as ``payroll-2026-11-30-2026-12-06.csv``.

    CSV are the rows; what is listed apart has a file of its own, such as ``payroll-2026-11-30-2026-12-06-cancelled.csv``,
    also where it is empty: an older one would tell what is no longer so.
    """
    stem = f"{report.kind}-{report.first.isoformat()}-{report.last.isoformat()}"
    found: dict[str, bytes] = {}
    if Format.CSV in formats:
        found[f"{stem}.csv"] = _csv(report.main)
        found.update({f"{stem}-{table.key}.csv": _csv(table) for table in report.every_table[1:]})
    if Format.XLSX in formats:
        found[f"{stem}.xlsx"] = _workbook(report, head)
    if Format.HTML in formats:
        found[f"{stem}.html"] = _page(report, head)
    return found


def _csv(table: ReportTable) -> bytes:
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
def _workbook(report: Reported, head: ReportHead) -> bytes:
    book = PlainBook(
        BookHead(
            clinic=head.clinic,
            title=f"{report.kind} {_days(report)}",
            of=_days(report),
            status=f"{words(report.kind).capitalize()} of {_days(report)}, from what is published",
            status_word="as published",
            created=head.recorded,
        )
    )
    lines = [*report.lines, *report.missing, head.zone, head.names]
    _add_sheet(book, report.main, lines)
    _add_totals(book, report.totals)
    for table in report.every_table[1:]:
        _add_sheet(book, table, [table.about])
    _add_columns(book, report)
    return book.finish()


def _days(report: Reported) -> str:
    return f"{report.first.isoformat()} to {report.last.isoformat()}"


def _add_sheet(book: PlainBook, table: ReportTable, lines: list[str]) -> None:
    columns = tuple(
        SheetColumn(header(one), _width(one, table), _FORMATS.get(one.kind, "cell")) for one in table.columns
    )
    rows = [[_sheet_cell(cell) for cell in cells] for cells in table.cells]
    add_table(book, table.title, (table.about, table.about), columns, lines if rows else [*lines, "None."], rows)


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


def _add_totals(book: PlainBook, totals: Mapping[str, int]) -> None:
    columns = (SheetColumn("What", 40), SheetColumn("Sum", 14, "whole"))
    rows = [[words(name).capitalize(), value] for name, value in totals.items()]
    add_table(book, "Totals", ("Sums over all rows.", "Sums"), columns, ["Sums over all rows."], rows)


def _add_columns(book: PlainBook, report: Reported) -> None:
    """Write what each column means, so that nobody has to ask."""
    columns = (SheetColumn("Sheet", 22), SheetColumn("Column", 28), SheetColumn("Meaning", 100))
    rows = [[table.title, header(one), one.meaning] for table in report.every_table for one in table.columns]
    about = "What each column means.", "Columns and their meaning"
    add_table(book, "Columns", about, columns, [about[0]], rows)


# --- page -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _PageTable:
    """A table as the page has it: without the columns in which nothing stands, each cell with its class."""

    title: str
    about: str
    headers: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[tuple[str, str]]]


def _page(report: Reported, head: ReportHead) -> bytes:
    overview = report.screen[0]
    tables = [overview, *(table for table in report.every_table if table is not overview)]
    return render(
        "report.html",
        record=None,
        report=report,
        tables=list(map(_page_table, tables)),
        title=f"{words(report.kind).capitalize()} report",
        days=_days(report),
        totals=[(words(name).capitalize(), value) for name, value in report.totals.items()],
        head=head,
        size=count(len(report.main.rows), "row"),
    )


def _page_table(table: ReportTable) -> _PageTable:
    texts = [[_text(cell) for cell in cells] for cells in table.cells]
    shown = [
        place
        for place in range(len(table.columns))
        if any(row[place] for row in texts) and not _repeats(texts, place, table.columns)
    ]
    columns = [table.columns[place] for place in shown]
    kinds = [_CLASSES.get(column.kind, "lines") for column in columns]
    rows = [[(kind, row[place]) for kind, place in zip(kinds, shown, strict=True)] for row in texts]
    return _PageTable(table.title, table.about, list(zip(kinds, map(header, columns), strict=True)), rows)


def _repeats(texts: Sequence[Sequence[str]], place: int, columns: Sequence[ReportColumn]) -> bool:
    """Return whether a column only repeats the ids before it, because no names are shown."""
    if columns[place].kind not in ("text", "ids") or columns[place - 1].kind not in ("id", "ids") or not place:
        return False
    return all(row[place] == row[place - 1] for row in texts)


_CLASSES = {**dict.fromkeys(NUMBERS, "number"), **dict.fromkeys(("id", "date", "time", "moment"), "when")}
