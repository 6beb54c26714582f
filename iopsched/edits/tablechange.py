"""Several changes of one table, made at once: as slow as one, and all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Places = Mapping[int, str]
"""Texts by the place of their column, counted from 0."""


@dataclass(frozen=True, slots=True)
class TableChange:
    """Other texts in cells of rows that are there (by the row's number), further rows behind the last, rows to take out."""

    cells: Mapping[int, Places] = field(default_factory=dict)
    added: tuple[Places, ...] = ()
    removed: frozenset[int] = frozenset()

    @property
    def first(self) -> tuple[int, int]:
        """Return row and place to name where the change is refused; row 0 stands for a new row."""
        for row in sorted(self.cells):
            return row, min(self.cells[row], default=0)
        return min(self.removed, default=0), 0

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is asked for."""
        return not (self.cells or self.added or self.removed)


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table as it is written: its header's row, normal names and cells, and the cells of every filled row below, by number."""

    header_row: int
    names: tuple[str, ...]
    header: tuple[str, ...]
    rows: Mapping[int, Sequence[str]]
