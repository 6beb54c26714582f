"""An obstacle: one cell, row or setting of a clinic that keeps somebody from something they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.obstacles.tables import IDS, SETTINGS, Tables

Place = tuple[str, str, str]
"""File, id and column of a cell; of a setting its file, nothing and its dotted key."""


@dataclass(frozen=True)
class Obstacle:
    """A change of a clinic's files.

    ``cells`` are those that the row is known by. ``old`` and ``new`` are the cell before and after; of a new row ``old``
    is None and ``new`` its cells, and ``column`` is blank. ``price`` is what undoing it costs in the steps of ``explain``,
    None where no step can. ``also`` are other places at which it may be named as well: both stand for the same fact.
    """

    kind: str
    file: str
    cells: Mapping[str, str]
    column: str
    old: str | None
    new: str | Mapping[str, str]
    price: int | None
    also: tuple[Place, ...] = ()

    @property
    def id(self) -> str:
        """Return the first id of the row; of a row of ``pins.csv`` nothing, of a setting nothing."""
        return next(iter(self.cells.values()), "") if self.file in IDS or self.file == "keep_apart.csv" else ""

    def plant(self, tables: Tables) -> None:
        """Change the clinic."""
        if self.file == SETTINGS:
            tables.set_setting(self.column, str(self.new))
        elif isinstance(self.new, str):
            tables.set_cell(self.file, self.cells, self.column, self.new)
        else:
            tables.add_row(self.file, self.new)

    def undo(self, tables: Tables) -> None:
        """Change the clinic back."""
        if self.file == SETTINGS:
            tables.set_setting(self.column, self.old or "")
        elif isinstance(self.new, str):
            tables.set_cell(self.file, self.cells, self.column, self.old or "")
        else:
            tables.drop_row(self.file, self.new)

    def as_json(self) -> dict[str, Any]:
        """Return the obstacle as a machine reads it."""
        return {**asdict(self), "id": self.id}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Obstacle:
        """Return what :meth:`as_json` wrote."""
        given = {name: value for name, value in facts.items() if name != "id"}
        return cls(**{**given, "also": tuple(tuple(place) for place in facts["also"])})


def cell(
    kind: str,
    tables: Tables,
    file: str,
    row_id: str,
    column: str,
    new: str,
    price: int | None,
    also: tuple[Place, ...] = (),
) -> Obstacle | None:
    """Return an obstacle in a cell, None where it says so already."""
    cells = {IDS[file][0]: row_id}
    old = tables.cell(file, cells, column)
    return None if old == new else Obstacle(kind, file, cells, column, old, new, price, also)


def row(kind: str, file: str, cells: Mapping[str, str], price: int | None) -> Obstacle:
    """Return an obstacle that is a new row."""
    return Obstacle(kind, file, dict(cells), "", None, dict(cells), price)


def setting(kind: str, tables: Tables, key: str, new: str, also: tuple[Place, ...] = ()) -> Obstacle:
    """Return an obstacle in a setting."""
    return Obstacle(kind, SETTINGS, {}, key, tables.setting(key), new, None, also)
