"""What is declared of a column and of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

ColumnKind = Literal[
    "text",  # words that are compared
    "name",  # of a person, room or group; never in a message
    "label",  # words that are only shown
    "remark",  # for the writer's own eyes; never in a message
    "number",
    "hours",
    "date",
    "moment",  # a date, or a date and time
    "clock",
    "windows",
    "yes_no",
    "choice",
    "setting",
    "id",
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    meaning
        A sentence for the person who fills the column.
    choices
        The words of a ``choice``.
    of
        What the values name: the file of an ``id``, the table of settings of a
        ``setting``, and of text a kind of words such as ``track``. An id that
        names no file is the row's own, or one of several files.
    bounds
        Least and greatest number, both allowed; of ``hours`` in hours.
    is_list
        Whether a cell holds several values, with ``;`` between them.
    is_needed
        Whether a table must have the column.
    needed_with
        The file beside which a table must have the column.
    """

    name: str
    meaning: str
    kind: ColumnKind = "text"
    choices: tuple[str, ...] = ()
    of: str = ""
    bounds: tuple[int, int] | None = None
    is_list: bool = False
    is_needed: bool = False
    needed_with: str = ""

    @property
    def limits(self) -> tuple[int, int]:
        """Return the bounds of a column of numbers.

        Raises
        ------
        LookupError
            If none are declared.
        """
        if self.bounds is None:
            raise LookupError(self.name)
        return self.bounds

    @property
    def is_number(self) -> bool:
        """Return whether a spreadsheet holds the values as numbers."""
        return self.kind in ("number", "hours")

    @property
    def is_day(self) -> bool:
        """Return whether the values are dates, with or without a time."""
        return self.kind in ("date", "moment")

    @property
    def is_private(self) -> bool:
        """Return whether the values may tell who somebody is."""
        return self.kind in ("name", "remark")

    @property
    def is_shown_only(self) -> bool:
        """Return whether nothing compares the values, so that dashes and spaces stay as written."""
        return self.is_private or self.kind == "label"

    @property
    def vocabulary(self) -> str:
        """Return what the values of a list, or the value asked for, are chosen from: a file of ids or a kind of words."""
        return self.of if self.is_list or self.kind in ("id", "text") else ""


UNKNOWN = Column("", "This column is not known and is not read.", "remark")


@dataclass(frozen=True)
class TableKind:
    """The columns of one file; the first one that is needed tells what a row is about.

    Attributes
    ----------
    row
        What one row is.
    other
        The column that further columns are, with the ending of their names as its name.
    is_needed
        Whether a clinic must have the file.
    may_be_empty
        Whether the file may have no rows.
    """

    file: str
    row: str
    columns: tuple[Column, ...]
    other: Column | None = None
    is_needed: bool = False
    may_be_empty: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Return the columns by their names."""
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(self.by_name)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Return the names of the columns that must be there."""
        return tuple(column.name for column in self.columns if column.is_needed)

    @cached_property
    def needed_somewhere(self) -> tuple[str, ...]:
        """Return the names of the columns that must be there, in some clinics or all."""
        return tuple(column.name for column in self.columns if column.is_needed or column.needed_with)

    def has(self, name: str) -> bool:
        """Return whether a column is known, or has an ending that is allowed."""
        return self.column(name) is not UNKNOWN

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        found = self.by_name.get(name, UNKNOWN)
        return self.other if found is UNKNOWN and self.other and name.endswith(self.other.name) else found

    def beside(self, file: str) -> TableKind:
        """Return the table of a clinic that has rows in another file."""
        columns = (replace(column, is_needed=column.is_needed or column.needed_with == file) for column in self.columns)
        return replace(self, columns=tuple(columns))

    def spelled_out(self, beginnings: Iterable[str]) -> TableKind:
        """Return the table with ``other`` as columns of these beginnings; without any it stays as it is."""
        found = [replace(self.other, name=start + self.other.name) for start in beginnings if self.other is not None]
        return replace(self, columns=(*self.columns, *found), other=None) if found else self
