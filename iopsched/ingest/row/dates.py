"""Dates that a spreadsheet has rewritten, such as ``11/3/2026``: which of both parts is the month.

A file is read in one order throughout. ``date_order`` in ``clinic.toml``
decides; else a date of the file that can be read in one way only; else,
where a row names its weekday or the week is known, what fits them best.
Where nothing decides, the cells stay as they are and each is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from iopsched.domain.timegrid import monday_of
from iopsched.ingest.cell.datewords import CLOCK, clock_written, spelled_date, without_midnight
from iopsched.ingest.cell.days import DAY_WORDS
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.values import AMBIGUOUS
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.tables import Row, Table
from iopsched.policy.column import TableKind
from iopsched.policy.columns import TABLES
from iopsched.words.wording import quoted
from iopsched.words.wordings import said

Order = Literal["mdy", "dmy"]
ORDERS: tuple[Order, ...] = ("mdy", "dmy")
IN_WORDS: dict[Order, str] = {"mdy": "month/day/year", "dmy": "day/month/year"}

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SLASHED = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})" + CLOCK, re.IGNORECASE)
_SHORT = re.compile(
    r"[0-9]{1,2}[/.][0-9]{1,2}\.?|(?:[a-z]{3,9}\.?,? )?(?:[a-z]{3,9}\.? [0-9]{1,2}|[0-9]{1,2}\.? [a-z]{3,9})",
    re.IGNORECASE,
)
_ALL_ISO = said("Write all dates of this {file} as YYYY-MM-DD.")
_ORDER = said(
    'Or write date_order = "mdy" (month first) or "dmy" in {clinic.toml}, or in Excel format the column as yyyy-mm-dd before saving.'
)
_IN_EXCEL = "Or in Excel format the column as yyyy-mm-dd before saving."  # the settings of a clinic say how its own tables are read
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class _Found:
    """A cell with a rewritten date, and what it says in each order in which it says anything."""

    row: Row
    column: str
    readings: dict[Order, date]
    clock: str

    @property
    def only(self) -> Order | None:
        """Return the order if there is only one in which this is a date."""
        return next(iter(self.readings)) if len(self.readings) == 1 else None


def mend_dates(table: Table, report: Report, order: Order | None = None, week: date | None = None) -> None:
    """Write the dates of a table in ISO form where their order is known, and tell once how they were read."""
    _spell_out(table)
    found = list(_found(table, order))
    if not found:
        return
    given, order = order, order or _by_evidence(found, report)
    if order is None:
        order = _by_weekday(found, week)
    read = 0
    for item in found:
        day = item.readings.get(order) if order is not None else None
        if day is None and given is None and (item.only is not None or len(set(item.readings.values())) == 1):
            day = next(iter(item.readings.values()))
        if day is not None:
            item.row.cells[item.column] = f"{day}{item.clock}"
            _drop_midnight(table, item.row, item.column)
            read += 1
    if read and order is not None and given is None:
        shown = next((item for item in found if item.only == order), found[0])
        report.tell(
            "I-DATE-ORDER",
            At(shown.row.at.file),
            f"The dates with slashes or dots, such as {quoted(_shown(shown))}, were read as {IN_WORDS[order]}.",
            said('Write date_order {=} {"}{}{"} in {clinic.toml} to have all {file}s read so.', order)
            if table.kind.file in TABLES
            else _ALL_ISO,
        )


def with_order(fault: Fault, kind: TableKind) -> Fault:
    """Return the fault of a cell; of a date that can be read in two ways with what helps for all cells at once."""
    if fault.code != AMBIGUOUS:
        return fault
    more = _ORDER if kind.file in TABLES else _IN_EXCEL
    return Fault.unclear(fault.code, fault.message, fault.replacements, more)


def _shown(item: _Found) -> str:
    return item.row.written.get(item.column, "")


def _date_cells(table: Table) -> Iterator[tuple[Row, str, str]]:
    """Yield row, column and text of the cells with dates that are not in ISO form."""
    for column in table.kind.columns:
        for row in table.rows if column.is_day and column.name in table.columns else ():
            if (text := row[column.name]) and not _ISO.fullmatch(text):
                yield row, column.name, text


def _spell_out(table: Table) -> None:
    """Write the dates that have one reading only in ISO form."""
    for row, column, text in _date_cells(table):
        if (found := spelled_date(text)) is not None:
            row.cells[column] = found
            _drop_midnight(table, row, column)


def _drop_midnight(table: Table, row: Row, column: str) -> None:
    """Take off the midnight that programs add to dates, but where it is a time."""
    if table.kind.column(column).kind != "moment":
        row.cells[column] = without_midnight(row.cells[column])


def _found(table: Table, order: Order | None) -> Iterator[_Found]:
    """Yield the rewritten dates; years of two digits only where the clinic says in which order they stand."""
    for row, column, text in _date_cells(table):
        if (match := _SLASHED.fullmatch(text)) and (order is not None or len(match[4]) == 4):
            first, second, year = int(match[1]), int(match[3]), int(match[4]) + (2000 if len(match[4]) == 2 else 0)
            readings = _readings(first, second, year)
            clock = clock_written(match[5])
            if readings and clock is not None:
                row.written[column] = text
                yield _Found(row, column, readings, clock)


def dates_meant(text: str, order: Order | None, near: date) -> tuple[date, ...]:
    """Return the dates that a text alone may mean, none where it is no date or has a time.

    Without a year the nearest date is meant. ``order`` is how the clinic writes dates with slashes, None where it does not say.
    """
    if (spelled := spelled_date(text)) is not None:
        return (date.fromisoformat(spelled),) if _ISO.fullmatch(spelled) else ()
    match = _SLASHED.fullmatch(text)
    if match is not None and match[5] is None:
        first, second, year = int(match[1]), int(match[3]), int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        readings = _readings(first, second, year)
        return tuple(dict.fromkeys(day for name, day in readings.items() if order in (None, name)))
    years = (near.year - 1, near.year, near.year + 1)
    for form in ("{} {}", "{}/{}", "{}.{}"):  # Dec 1, 12/1 and 1.12 without a year
        if _SHORT.fullmatch(text):
            found = {day for year in years for day in dates_meant(form.format(text.rstrip("/."), year), order, near)}
            ranked = sorted(found, key=lambda day: abs(day - near))
            if ranked:
                return tuple(day for day in ranked if abs(day - near) < _HALF_A_YEAR)
    return ()


def _readings(first: int, second: int, year: int) -> dict[Order, date]:
    pairs: tuple[tuple[Order, int, int], ...] = (("mdy", first, second), ("dmy", second, first))
    return {name: day for name, a, b in pairs if (day := _date(year, a, b)) is not None}


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year <= 2199 else None
    except ValueError:
        return None


def _by_evidence(found: list[_Found], report: Report) -> Order | None:
    """Return the order of the dates that can be read in one way only, unless they contradict each other."""
    proofs: dict[Order, _Found] = {}
    for item in found:
        if item.only is not None:
            proofs.setdefault(item.only, item)
    if len(proofs) == 2:
        (early_order, early), (late_order, late) = sorted(proofs.items(), key=lambda proof: proof[1].row.at.row)
        report.tell(
            "E-DATE-ORDER",
            late.row.at.cell(late.column),
            f"{quoted(_shown(late))} is {IN_WORDS[late_order]}, but {quoted(_shown(early))} in row {early.row.at.row} "
            f"is {IN_WORDS[early_order]}.",
            _ALL_ISO,
            _shown(late),
        )
        return None
    if proofs:
        return next(iter(proofs))
    return "mdy" if all(len(set(item.readings.values())) == 1 for item in found) else None


def _by_weekday(found: list[_Found], week: date | None) -> Order | None:
    """Return the order that fits the weekdays in the rows and the week best; None where both fit as well."""
    votes = dict.fromkeys(ORDERS, 0)
    for item in found:
        named = DAY_WORDS.get(item.row["weekday"].casefold())
        for order, day in item.readings.items():
            votes[order] += (named == day.weekday()) + (week is not None and monday_of(day) == week)
    if votes["mdy"] == votes["dmy"]:
        return None
    return "mdy" if votes["mdy"] > votes["dmy"] else "dmy"
