"""The facts of a week as they are written: rows of tables and settings, and which of the dated ones hold in a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import NEVER, WEEK, TimeRange, Windows
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.values import date_or_moment
from iopsched.policy.columns import COVERS, EXTRA_TIME, PINS, STEPS, TIME_OFF

A_DAY = timedelta(days=1)
SPANS = (TIME_OFF.file, EXTRA_TIME.file)
"""The tables whose rows are stretches of time."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One row of a table: its number, where the file at hand is the one it was read from, and its filled cells."""

    number: int | None
    cells: Mapping[str, str] = field(repr=False)

    def __getitem__(self, column: str) -> str:
        """Return what a cell says, blank where it is not there."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class WeekFacts:
    """All that stands behind one week: the problem as it was read, the rows of its tables, and its settings by dotted key."""

    problem: Problem
    tables: Mapping[str, Sequence[FactRow]] = field(repr=False)
    settings: Mapping[str, str] = field(repr=False)

    @property
    def week(self) -> date:
        """Return the Monday of the week."""
        return self.problem.week

    def rows(self, file: str) -> Iterable[FactRow]:
        """Return the rows of a table that hold on some day of the week."""
        return (row for row in self.tables.get(file, ()) if _holds(file, row, self.week))


def span_of(row: FactRow, week: date) -> Windows:
    """Return the part of a week that a row of ``time_off.csv`` or ``extra_time.csv`` covers; all of it where its dates cannot be read."""
    start, end = _moment(row["start"]), _moment(row["end"] or row["start"], is_end=True)
    midnight = datetime.combine(week, time())
    if start is None or end is None:
        return Windows((TimeRange(0, WEEK),))
    first, last = (min(WEEK, max(0, (moment - midnight) // timedelta(minutes=1))) for moment in (start, end))
    return Windows((TimeRange(first, last),)) if first < last else NEVER


def day_in(text: str) -> date | None:
    """Return the day that a cell names, None where none can be read in it."""
    found = _moment(text)
    return None if found is None else found.date()


def _moment(text: str, *, is_end: bool = False) -> datetime | None:
    """Return a moment; a day is its midnight, as an end the midnight after it."""
    if not text:
        return None
    try:
        found = date_or_moment(text)
    except Fault:
        return None
    if isinstance(found, datetime):
        return found.replace(tzinfo=None)
    return datetime.combine(found + A_DAY if is_end else found, time())


def _holds(file: str, row: FactRow, week: date) -> bool:
    sunday = week + 6 * A_DAY
    if file in SPANS:
        return bool(span_of(row, week))
    if file == STEPS.file:
        return (day_in(row["from"]) or week) <= sunday
    if file in (COVERS.file, PINS.file):
        return (day_in(row["from"]) or week) <= sunday and (day_in(row["until"]) or sunday) >= week
    return True
