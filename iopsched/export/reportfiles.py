"""Reports as files: a CSV of the rows and of each further table, one workbook, one page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from iopsched.export.formats import Format
from iopsched.export.reporttables import add_meanings, add_sheet, page_table, table_csv
from iopsched.export.sheets.plainbook import BookHead, PlainBook, SheetColumn
from iopsched.export.sheets.reports import add_table
from iopsched.export.templating import render
from iopsched.reports.reporttable import Reported
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
        found[f"{stem}.csv"] = table_csv(report.main)
        found.update({f"{stem}-{table.key}.csv": table_csv(table) for table in report.every_table[1:]})
    if Format.XLSX in formats:
        found[f"{stem}.xlsx"] = _workbook(report, head)
    if Format.HTML in formats:
        found[f"{stem}.html"] = _page(report, head)
    return found


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
    add_sheet(book, report.main, lines)
    _add_totals(book, report.totals)
    for table in report.every_table[1:]:
        add_sheet(book, table, [table.about])
    add_meanings(book, report.every_table)
    return book.finish()


def _days(report: Reported) -> str:
    return f"{report.first.isoformat()} to {report.last.isoformat()}"


def _add_totals(book: PlainBook, totals: Mapping[str, int]) -> None:
    columns = (SheetColumn("What", 40), SheetColumn("Sum", 14, "whole"))
    rows = [[words(name).capitalize(), value] for name, value in totals.items()]
    add_table(book, "Totals", ("Sums over all rows.", "Sums"), columns, ["Sums over all rows."], rows)


# --- page -----------------------------------------------------------------------
def _page(report: Reported, head: ReportHead) -> bytes:
    overview = report.screen[0]
    tables = [overview, *(table for table in report.every_table if table is not overview)]
    return render(
        "report.html",
        record=None,
        report=report,
        tables=list(map(page_table, tables)),
        title=f"{words(report.kind).capitalize()} report",
        days=_days(report),
        totals=[(words(name).capitalize(), value) for name, value in report.totals.items()],
        head=head,
        size=count(len(report.main.rows), "row"),
    )
