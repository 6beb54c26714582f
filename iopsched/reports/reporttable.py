"""A report as data: tables of rows whose columns are declared once, with name, kind and meaning, as fields of a class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Literal, TypeVar

CellKind = Literal["text", "id", "ids", "date", "time", "moment", "minutes", "number", "decimal", "yes_no"]
NUMBERS = frozenset({"minutes", "number", "decimal"})
Row = TypeVar("Row")
Day = date
"""A date, for rows that have a column ``date``."""


class ReportKind(StrEnum):
    """What is asked of published weeks."""

    BILLING = "billing"
    PAYROLL = "payroll"
    AUTHORIZATIONS = "authorizations"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a report; ``meaning`` is a sentence for whoever reads the table."""

    name: str
    kind: CellKind
    meaning: str


def told(meaning: str, kind: CellKind = "text") -> Any:
    """Return a field of a row that is a column of its table."""
    return field(metadata={"kind": kind, "meaning": meaning})


def columns_of(row: type) -> tuple[ReportColumn, ...]:
    """Return the columns of a class of rows, in the order of its fields."""
    return tuple(ReportColumn(one.name, one.metadata["kind"], one.metadata["meaning"]) for one in fields(row))


@dataclass(frozen=True)
class ReportTable:
    """Rows of one class. ``key`` names the table for machines, ``title`` for people; ``about`` says what a row is.

    ``hidden`` are columns that are left out; ``nothing`` is said where there is no row.
    """

    key: str
    title: str
    about: str
    row: type
    rows: Sequence[Any]
    hidden: tuple[str, ...] = ()
    nothing: str = "None."

    @property
    def columns(self) -> tuple[ReportColumn, ...]:
        """Return the columns."""
        return tuple(column for column in columns_of(self.row) if column.name not in self.hidden)

    @property
    def cells(self) -> Iterable[tuple[object, ...]]:
        """Return the values of each row, in the order of the columns."""
        names = [column.name for column in self.columns]
        return (tuple(getattr(row, name) for name in names) for row in self.rows)

    def facts(self) -> list[dict[str, object]]:
        """Return the rows for a machine."""
        return [facts_of(row) for row in self.rows]


def facts_of(row: Any) -> dict[str, object]:
    """Return a row for a machine."""
    return {column.name: _fact(getattr(row, column.name)) for column in columns_of(type(row))}


def row_from(row: type[Row], told: Mapping[str, Any]) -> Row:
    """Return a row without dates or lists that :func:`facts_of` told.

    Raises
    ------
    KeyError
        If a column is not told.
    """
    return row(**{column.name: told[column.name] for column in columns_of(row)})


def _fact(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Reported:
    """A report of the days from ``first`` to ``last``, both inclusive.

    ``main`` holds its rows and ``tables`` what is listed apart, with what the numbers rest on. ``totals`` are sums over
    all rows. ``lines`` are said first, ``missing`` is what somebody has to see to. ``screen`` is the table that a terminal
    shows, with so few columns that it fits. ``is_sound``: no revision was edited or lost, as far as that was checked.
    """

    kind: ReportKind
    first: date
    last: date
    main: ReportTable
    tables: tuple[ReportTable, ...]
    totals: Mapping[str, int]
    lines: tuple[str, ...]
    screen: tuple[ReportTable, tuple[str, ...]]
    missing: tuple[str, ...] = ()
    unmatched: ReportTable | None = None
    is_sound: bool = True

    @property
    def every_table(self) -> tuple[ReportTable, ...]:
        """Return all tables, that of the rows first."""
        return (self.main, *self.tables, *([self.unmatched] if self.unmatched is not None else []))

    def facts(self) -> dict[str, object]:
        """Return it for a machine."""
        return {
            "kind": str(self.kind),
            "from": self.first.isoformat(),
            "until": self.last.isoformat(),
            "rows": self.main.facts(),
            "totals": dict(self.totals),
            "unmatched": self.unmatched.facts() if self.unmatched is not None else [],
            **{table.key: table.facts() for table in self.tables},
            "missing": list(self.missing),
        }
