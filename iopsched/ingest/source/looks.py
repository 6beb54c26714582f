"""What a sheet looks like and a reader of its cells would miss: struck out, hidden, filtered, merged, with comments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from iopsched.ingest.report import At, Report
from iopsched.ingest.source.tables import letters
from iopsched.ingest.source.texts import MAX_TOLD
from iopsched.ingest.source.xlsx import XlsxSheet
from iopsched.words.wording import listed

_MOST = 5


def tell_looks(name: str, sheet: XlsxSheet, header: int, report: Report, *, is_hidden: bool) -> None:
    """Tell of what a director may not see, or may see differently; ``header`` is the row that names the columns."""
    if is_hidden and len(sheet.rows) > 1:
        report.tell("W-HIDDEN", At(name), "This sheet is hidden; it was read all the same.", "")
    _hidden(name, sheet, header, report)
    _struck(name, sheet, header, report)
    notes = [place for place in sheet.commented if place[0] > header]
    if notes:
        cells = _some(f"{letters(column)}{row}" for row, column in notes)
        what = (
            f"The cell {cells} has a comment, which is"
            if len(notes) == 1
            else f"The cells {cells} have comments, which are"
        )
        report.tell("W-COMMENT", At(name, notes[0][0]), f"{what} not read.", "Write in cells what counts.")
    for ranges in islice(sheet.merged, MAX_TOLD):
        first = re.match("[A-Z]+([0-9]+)", ranges)
        report.tell(
            "W-MERGED",
            At(name, int(first[1]) if first else 0),
            f"The cells {ranges} are merged; only the first of them has a value.",
            "Unmerge them, and fill each row.",
        )


def _hidden(name: str, sheet: XlsxSheet, header: int, report: Report) -> None:
    if rows := [number for number in sheet.hidden_rows if number in sheet.rows]:
        what = f"{_named('Row', map(str, rows))} hidden"
        _tell(report, "W-HIDDEN", At(name, rows[0]), what, "Delete what no longer holds; else show it again.")
    filled = {column for cells in sheet.rows.values() for column in cells}
    columns = [
        f"{letters(column)} ({cell.text})" if (cell := sheet.rows.get(header, {}).get(column)) else letters(column)
        for column in sheet.hidden_columns
        if any(column in cells for number, cells in sheet.rows.items() if number > header) and column in filled
    ]
    if columns:
        what = f"{_named('Column', columns)} hidden"
        _tell(report, "W-HIDDEN", At(name, header), what, "Clear what no longer holds; else show it again.")


def _struck(name: str, sheet: XlsxSheet, header: int, report: Report) -> None:
    """Tell of rows struck out in whole, then of single cells."""
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(sheet.struck):
        if row > header:
            by_row.setdefault(row, []).append(column)
    rows = [
        row
        for row, columns in by_row.items()
        if 2 * len(columns) >= len(sheet.rows[row]) or min(sheet.rows[row]) in columns
    ]
    if rows:
        remedy = "Delete the row if it no longer holds; else remove the line through it."
        _tell(report, "W-STRUCK", At(name, rows[0]), f"{_named('Row', map(str, rows))} struck out", remedy)
    cells = [f"{letters(column)}{row}" for row, columns in by_row.items() if row not in rows for column in columns]
    if cells:
        first = next(row for row in by_row if row not in rows)
        remedy = "Clear the cell if it no longer holds; else remove the line through it."
        _tell(report, "W-STRUCK", At(name, first), f"{_named('The cell', cells)} struck out", remedy)


def _tell(report: Report, code: str, at: At, what: str, remedy: str) -> None:
    report.tell(code, at, f"{what}; read all the same.", remedy)


def _named(kind: str, words: Iterable[str]) -> str:
    """Return ``Row 3 is`` or ``Rows 3, 5 are``."""
    known = list(words)
    return f"{kind} {known[0]} is" if len(known) == 1 else f"{kind}s {_some(known)} are"


def _some(words: Iterable[str]) -> str:
    """Return the first words, and how many more there are."""
    known = list(words)
    more = f" and {len(known) - _MOST} more" if len(known) > _MOST else ""
    return f"{listed(known[:_MOST])}{more}"
