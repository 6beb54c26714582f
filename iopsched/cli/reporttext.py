"""A report as text: what is said first, and its table for the terminal, durations as hours."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.cli.layout import table
from iopsched.domain.timegrid import decimal_hours
from iopsched.reports.reporttable import NUMBERS, ReportColumn, Reported
from iopsched.words.phrases import words

MOST_ROWS = 60


def report_text(found: Reported) -> Iterator[str]:
    """Yield the lines of a report."""
    yield from found.lines
    shown, names = found.screen
    columns = [column for column in shown.columns if column.name in names]
    if not shown.rows:
        return
    yield ""
    right = [place for place, column in enumerate(columns) if column.kind in NUMBERS]
    rows = ([_cell(column, getattr(row, column.name)) for column in columns] for row in shown.rows[:MOST_ROWS])
    yield table([_header(column) for column in columns], rows, right=right)
    if len(shown.rows) > MOST_ROWS:
        yield f"and {len(shown.rows) - MOST_ROWS} more rows; --to csv,xlsx has all."


def _header(column: ReportColumn) -> str:
    name = column.name.removesuffix("_id")
    return words(name.removesuffix("_minutes")) + " h" if column.kind == "minutes" else words(name)


def _cell(column: ReportColumn, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.kind == "minutes" and isinstance(value, int):
        return decimal_hours(value)
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
