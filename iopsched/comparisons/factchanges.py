"""Which facts differ between two weeks: cells, rows that came or went, and dated rows that hold in one of them only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from iopsched.comparisons.facttables import A_DAY, SPANS, FactRow, WeekFacts, day_in, span_of
from iopsched.domain.timegrid import NEVER, Windows
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.recurrence import split_recurrence
from iopsched.policy.column import Column
from iopsched.policy.columns import (
    ATTENDANCE,
    GROUPS,
    KEEP_APART,
    PARTICIPANTS,
    ROOMS,
    SERVICES,
    SETTINGS_FILE,
    TABLES,
    THERAPISTS,
    WAITLIST,
)
from iopsched.steps.rowkeys import columns_of_key, id_of_row, numbered

Written = str | Mapping[str, str] | None
Subject = tuple[str, str]
"""What a fact is about: ``participant``, ``therapist``, ``room``, ``group``, ``service`` or ``clinic``, and its id."""
CLINIC: Subject = ("clinic", "")
_KIND_OF = {
    PARTICIPANTS.file: "participant",
    THERAPISTS.file: "therapist",
    ROOMS.file: "room",
    GROUPS.file: "group",
    SERVICES.file: "service",
}
FIRST_DAYS = ("admitted", "authorized_from")
LAST_DAYS = ("discharged", "authorized_until")
NO_CAUSE = frozenset({WAITLIST.file, ATTENDANCE.file})
"""Tables that decide nothing about a week."""


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that is not the same behind both weeks.

    A cell has a ``column``; ``old`` and ``new`` are what it says. Of a row that only one of the weeks has, or that holds in one
    of them only, ``column`` is blank, one of both is None and the other has its filled cells. A cell that is the same in both and
    means something else in each week, such as a date, has ``old`` and ``new`` alike. ``row`` is the number in the file at hand,
    None where that is not known. ``span`` is the time that a row of ``time_off.csv`` or ``extra_time.csv`` covers.
    """

    file: str
    id: str
    row: int | None
    column: str
    old: Written
    new: Written
    about: frozenset[Subject]
    span: Windows = field(default=NEVER, compare=False)

    @property
    def is_gained(self) -> bool:
        """Return whether the newer week has a row that the older one lacks."""
        return self.column == "" and self.old is None

    @property
    def is_about_time(self) -> bool:
        """Return whether it says when somebody or something is free."""
        return self.file in SPANS or self.column in _TIME_COLUMNS or self.is_date

    @property
    def is_date(self) -> bool:
        """Return whether it is a day on which something begins or ends."""
        return self.column in (*FIRST_DAYS, *LAST_DAYS)

    def as_json(self) -> dict[str, object]:
        """Return it as an object of names and values."""
        rows = [dict(value) if isinstance(value, Mapping) else value for value in (self.old, self.new)]
        found = {"file": self.file, "row": self.row, "id": self.id, "column": self.column}
        return {**found, "old": rows[0], "new": rows[1]}


_TIME_COLUMNS = frozenset({"availability", "busy", "family_availability", "open"})


def fact_changes(old: WeekFacts, new: WeekFacts) -> tuple[FactChange, ...]:
    """Return the facts that differ, by table and row; settings last."""
    tables = [name for name in TABLES if name not in NO_CAUSE]
    found = [change for name in tables for change in _of_table(name, old, new)]
    return (*found, *_of_settings(old.settings, new.settings))


def _of_settings(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[FactChange]:
    about = frozenset({CLINIC})
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield FactChange(SETTINGS_FILE, "", None, key, old.get(key, ""), new.get(key, ""), about)


def _of_table(file: str, old: WeekFacts, new: WeekFacts) -> Iterator[FactChange]:
    before, after = (_keyed(file, side.rows(file)) for side in (old, new))
    for key in sorted(before.keys() | after.keys()):
        was, now_is = before.get(key), after.get(key)
        if was is None or now_is is None:
            yield _row_change(file, was, now_is, old.week if was is not None else new.week)
        else:
            yield from _cell_changes(file, was, now_is, old, new)


def _keyed(file: str, rows: Iterable[FactRow]) -> Mapping[tuple[str, ...], FactRow]:
    """Return rows by what they are known by; of those alike in that the first; pins and the like by all that they say."""
    found: dict[tuple[str, ...], FactRow] = {}
    for row in rows:
        columns = columns_of_key(file) or TABLES[file].names
        key = tuple(row[column] for column in columns)
        found.setdefault(tuple(sorted(key)) if columns == ("a", "b") else key, row)
    return found


def _row_change(file: str, old: FactRow | None, new: FactRow | None, week: date) -> FactChange:
    row = new or old or FactRow(None, {})
    span = span_of(row, week) if file in SPANS else NEVER
    cells = [None if side is None else side.cells for side in (old, new)]
    number = row.number
    return FactChange(file, _id(file, row), number, "", cells[0], cells[1], _about(file, row), span)


def _cell_changes(file: str, old: FactRow, new: FactRow, before: WeekFacts, after: WeekFacts) -> Iterator[FactChange]:
    for column in dict.fromkeys((*old.cells, *new.cells)):
        kind = TABLES[file].column(column)
        is_same = old[column] == new[column]
        if not is_same or _means_another(file, column, kind, new, before, after):
            about = _about(file, old) | _about(file, new)
            yield FactChange(file, _id(file, new), new.number, column, old[column], new[column], about)


def _means_another(file: str, column: str, kind: Column, row: FactRow, old: WeekFacts, new: WeekFacts) -> bool:
    """Return whether a cell that is the same says something else of each week: a day, or times of every other week."""
    if column in (*FIRST_DAYS, *LAST_DAYS):
        day = day_in(row[column])
        return day is not None and _place(column, day, old.week) != _place(column, day, new.week)
    if kind.kind != "windows" or file not in _KIND_OF:
        return False
    key = row[TABLES[file].needed[0]]
    sides = [getattr(side.problem, _KIND_OF[file]).get(key) for side in (old, new)]
    times = [getattr(side, column, None) for side in sides]
    return times[0] != times[1] and any(map(_recurs, row[column].split(";")))


def _recurs(part: str) -> bool:
    """Return whether a part of a windows cell holds in some weeks only."""
    try:
        return split_recurrence(part.strip())[1] is not None
    except Fault:
        return False


def _place(column: str, day: date, week: date) -> int:
    """Return whether somebody may come in a week by this day: not, on some of its days, on all."""
    sunday = week + 6 * A_DAY
    if column in FIRST_DAYS:
        return 0 if day > sunday else 1 if day > week else 2
    return 0 if day < week else 1 if day < sunday else 2


def _id(file: str, row: FactRow) -> str:
    return id_of_row(file, row.number or 0, row.cells) if row.number or _has_id(file, row) else ""


def _has_id(file: str, row: FactRow) -> bool:
    return id_of_row(file, 0, row.cells) != numbered(0)[0]


def _about(file: str, row: FactRow) -> frozenset[Subject]:
    """Return what a row is about: of a person, room, group or service itself, of other rows everything that they name."""
    if file in SPANS:
        kind = row["kind"]
        return frozenset({CLINIC if kind == "clinic" else (kind, row["id"])})
    if file == KEEP_APART.file:
        people = {("participant", row["a"]), ("participant", row["b"]), ("therapist", row["b"])}
        return frozenset(people)
    if file in _KIND_OF:
        return frozenset({(_KIND_OF[file], row[TABLES[file].needed[0]])})
    found: set[Subject] = set()
    for column in TABLES[file].columns:
        subject = _KIND_OF.get(column.of) if column.kind == "id" else None
        if subject and row[column.name]:
            found |= {(subject, part.strip()) for part in row[column.name].split(";") if part.strip()}
    return frozenset(found)
