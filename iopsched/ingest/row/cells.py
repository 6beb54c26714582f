"""One row being read: each method turns a cell into a value, or into an issue and a harmless stand-in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Generic, TypeVar

from iopsched.domain.services import Role
from iopsched.domain.timegrid import Windows
from iopsched.ingest.cell import spelling, values
from iopsched.ingest.cell.clocktimes import time_of_day
from iopsched.ingest.cell.effect import outside_opening
from iopsched.ingest.cell.fault import Fault, Text, written
from iopsched.ingest.cell.values import Choice
from iopsched.ingest.cell.windows import Hours, WindowCell, read_windows, weekday
from iopsched.ingest.report import At, Report
from iopsched.ingest.row.dates import with_order
from iopsched.ingest.row.ids import checked_id, tell_names, tell_similar, visible
from iopsched.ingest.row.lists import NO_LISTS, Lists
from iopsched.ingest.source.tables import Row, Table
from iopsched.policy.column import TableKind
from iopsched.words.wording import joined, quoted
from iopsched.words.wordings import gives_example

T = TypeVar("T")

_WINDOWS = "Write for example Mon Wed Fri 09:00-12:00."
_BLANKS = {
    "availability": "Leave the cell blank for all opening hours; write never for no time.",
    "family_availability": "Leave the cell blank to use availability; write never for no time.",
}
_SECONDS = re.compile(r"[0-9]:[0-9]{2}:00")


def _with_example(advice: Text, column: str) -> str:
    """Return what to do about a windows cell, with an example and what a blank one means."""
    remedy = written(advice)
    return joined(remedy, "" if gives_example(remedy) else _WINDOWS, _BLANKS.get(column, ""))


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A value and where it stands."""

    at: At
    value: T


@dataclass(slots=True)
class Entries(Generic[T]):
    """The values of a file, with every id that the file mentions, readable row or not."""

    table: Table
    items: list[Entry[T]] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Entry[T]]:
        """Iterate over the values in file order."""
        return iter(self.items)

    @property
    def values(self) -> list[T]:
        """Return the values in file order."""
        return [item.value for item in self.items]

    @property
    def home(self) -> At:
        """Return the file and the column of the ids."""
        return At(self.table.kind.file, 0, self.table.kind.needed[0])

    def knows(self, text: str) -> bool:
        """Return whether an id stands in the file, or may stand in a part that cannot be read."""
        return text in self.ids or text in self.table.lost_ids or not self.table.is_complete


def read_entries(
    table: Table, report: Report, read: Callable[[Cells], T | None], hours: Hours, lists: Lists = NO_LISTS
) -> Entries[T]:
    """Return the values of a file whose rows have no id of their own."""
    entries: Entries[T] = Entries(table)
    for row in table.rows:
        if (value := read(Cells(table.kind, row, report, hours, lists))) is not None:
            entries.items.append(Entry(row.at, value))
    return entries


def read_entries_by_id(
    table: Table, report: Report, read: Callable[[Cells, str], T], hours: Hours, lists: Lists = NO_LISTS
) -> Entries[T]:
    """Return the values of a file whose first needed column is a unique id."""
    entries: Entries[T] = Entries(table)
    column = table.kind.needed[0]
    for row in table.rows:
        cells = Cells(table.kind, row, report, hours, lists)
        if not (text := cells.own_id(column)):
            table.lost_ids.add(visible(row[column]))
            continue
        if (first := entries.ids.get(text)) is not None:
            report.tell(
                "E-ID-TWICE",
                row.at.cell(column),
                f"The id {quoted(text)} is already in row {first}.",
                "Give each row its own id, or delete one of them.",
                text,
            )
            continue
        entries.ids[text] = row.at.row
        entries.items.append(Entry(row.at, read(cells, text)))
    if column in ("participant_id", "therapist_id"):
        tell_names(table.rows[0].at.file if table.rows else "", column, entries.ids, report)
    tell_similar(table.rows[0].at.file if table.rows else "", column, entries.ids.items(), report)
    return entries


class Cells:
    """Reads the cells of one row; a cell that cannot be read becomes an issue and the default."""

    def __init__(self, kind: TableKind, row: Row, report: Report, hours: Hours, lists: Lists) -> None:
        self.kind = kind
        self.lists = lists
        self.row = row
        self.at = row.at
        self.report = report
        self.hours = hours

    def tell(self, code: str, column: str, message: str, remedy: str = "") -> None:
        """Report an issue of a cell of this row."""
        self.report.tell(code, self.at.cell(column), message, remedy, self.row[column])

    def is_blank(self, column: str) -> bool:
        """Return whether the cell is blank or its column missing."""
        return not self.row[column]

    def text(self, column: str) -> str:
        """Return the cell as written."""
        return self.row[column]

    def text_or_none(self, column: str) -> str | None:
        """Return the cell as written, None where blank."""
        return self.row[column] or None

    def _get(self, column: str, convert: Callable[[str], T]) -> T | None:
        text = self.row[column]
        if not text:
            return None
        try:
            return convert(text)
        except Fault as fault:
            self.report.fault(with_order(fault, self.kind), self.at.cell(column), text)
            return None

    def _need(self, column: str) -> None:
        if not self.row[column]:
            self.tell("E-CELL-BLANK", column, f"The cell '{column}' is blank.", "It must be filled in every row.")

    def own_id(self, column: str) -> str:
        """Return the id of this row; blank (and an issue) where there is none that can be used."""
        self._need(column)
        return self._get(column, checked_id) or ""

    def needed_text(self, column: str) -> str:
        """Return the cell, which must be filled."""
        self._need(column)
        return self.row[column]

    def list(self, column: str) -> tuple[str, ...]:
        """Return the values of a list, each once."""
        return tuple(dict.fromkeys(self.repeated(column)))

    def repeated(self, column: str) -> tuple[str, ...]:
        """Return the values of a list as often as they are written."""
        vocabulary = self.kind.column(column).vocabulary
        return self._get(column, lambda text: self.lists.parts(vocabulary, text)) or ()

    def needed_list(self, column: str) -> tuple[str, ...]:
        """Return the values of a list, of which there must be one."""
        self._need(column)
        return self.list(column)

    def features(self, column: str) -> frozenset[str]:
        """Return a list of words as a set, in lower case."""
        return frozenset(word.casefold() for word in self.list(column))

    def _bounds(self, column: str) -> tuple[int, int]:
        return self.kind.column(column).limits

    def whole(self, column: str) -> int | None:
        """Return a whole number within its bounds, None where blank."""
        return self._get(column, lambda text: values.whole(text, *self._bounds(column)))

    def needed_whole(self, column: str) -> int:
        """Return a whole number from a cell that must be filled; the least allowed stands in for a faulty one."""
        self._need(column)
        found = self.whole(column)
        return self._bounds(column)[0] if found is None else found

    def minutes(self, column: str) -> int | None:
        """Return minutes of a cell in hours, None where blank."""
        return self._get(column, lambda text: values.hours_as_minutes(text, *self._bounds(column)))

    def yes(self, column: str, *, default: bool) -> bool:
        """Return a yes or no."""
        found = self._get(column, values.yes_no)
        return default if found is None else found

    def day(self, column: str) -> date | None:
        """Return a date, None where blank."""
        return self._get(column, values.iso_date)

    def moment(self, column: str) -> date | datetime | None:
        """Return a date or a date-time, None where blank."""
        self._mend_seconds(column)
        return self._get(column, values.date_or_moment)

    def choice(self, column: str, options: tuple[Choice, ...], default: Choice) -> Choice:
        """Return one of the options; the default where blank."""
        return self.choice_or_none(column, options) or default

    def choice_or_none(self, column: str, options: tuple[Choice, ...]) -> Choice | None:
        """Return one of the options, None where blank."""
        return self._get(column, lambda text: values.one_of(spelling.choice(column, text), options))

    def gender(self) -> str | None:
        """Return the one word for the gender of this row, None where blank."""
        return self._get("gender", spelling.gender)

    def languages(self) -> tuple[str, ...]:
        """Return the one word for each language of this row."""
        return tuple(dict.fromkeys(map(spelling.language, self.list("language"))))

    def asked_gender(self) -> str | None:
        """Return the gender that this row asks for, None where it asks for none."""
        return None if self.text("gender").casefold() in spelling.ANYTHING else self.gender()

    def asked_language(self) -> str | None:
        """Return the one language that this row asks for, None where it asks for none."""
        if self.text("language").casefold() in spelling.ANYTHING:
            return None
        found = self.languages()
        if len(found) > 1:
            self.tell("E-LIST", "language", "This cell asks for more than one language.", "Write one language.")
        return found[0] if found else None

    def roles(self, column: str) -> tuple[Role, ...] | None:
        """Return a ``skill:number`` list, None where blank."""
        return self._get(column, lambda text: values.roles(self.lists.counted("skill", text)))

    def counts(self, column: str) -> dict[str, int]:
        """Return a ``name:number`` list."""
        return self._get(column, lambda text: values.counted(self.lists.counted("equipment", text))) or {}

    def weekday(self, column: str) -> int | None:
        """Return a weekday, 0 is Monday, None where blank."""
        return self._get(column, weekday)

    def clock(self, column: str, *, is_end: bool = False) -> int | None:
        """Return a minute of the day, None where blank."""
        self._mend_seconds(column)
        return self._get(column, lambda text: time_of_day(text, is_end=is_end))

    def windows(self, column: str) -> Windows | None:
        """Return windows, None where blank."""
        found = self.window_cell(column)
        return None if found is None else found.windows

    def window_cell(self, column: str, *, with_starts: bool = False) -> WindowCell | None:
        """Return windows and, where allowed, start times; None where blank."""
        self._mend_seconds(column)

        def convert(text: str) -> WindowCell:
            try:
                return read_windows(text, self.hours, with_starts=with_starts)
            except Fault as fault:
                if fault.replacements:
                    raise
                raise Fault(fault.code, fault.message, partial(_with_example, fault.advice, column)) from None

        found = self._get(column, convert)
        if found is not None and self.hours.is_sure:
            if found.overlaps:
                self.tell(
                    "W-WINDOW-OVERLAP",
                    column,
                    "Some of these times overlap; they were joined.",
                    "Write each time once.",
                )
            self._outside(column, found)
        return found

    def _outside(self, column: str, cell: WindowCell) -> None:
        """Warn of windows, or parts of them, outside the opening hours."""
        if (fault := outside_opening(cell, self.hours.open, is_busy=column == "busy")) is not None:
            self.report.fault(fault, self.at.cell(column), self.row[column])

    def _mend_seconds(self, column: str) -> None:
        if _SECONDS.search(self.row[column]):
            self.tell(
                "I-SECONDS",
                column,
                "The times have seconds, which are 00 and were left out.",
                "Write for example 09:00.",
            )
