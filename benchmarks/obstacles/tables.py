"""The files of a clinic in memory: one cell, row or setting is changed and undone, everything else stays."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SETTINGS = "clinic.toml"
# What a row is known by in its file; a row of any other file is known by all of its cells.
IDS: Mapping[str, tuple[str, ...]] = {
    "participants.csv": ("participant_id",),
    "therapists.csv": ("therapist_id",),
    "rooms.csv": ("room_id",),
    "services.csv": ("service_id",),
    "groups.csv": ("group_id",),
    "needs.csv": ("participant_id", "service_id"),
}
Row = dict[str, str]


@dataclass
class Table:
    """One CSV file: its columns in their order and its rows."""

    columns: list[str]
    rows: list[Row]

    def copy(self) -> Table:
        """Return a table that can be changed without this one."""
        return Table([*self.columns], [dict(row) for row in self.rows])

    def row(self, cells: Mapping[str, str]) -> Row:
        """Return the first row with these cells.

        Raises
        ------
        KeyError
            If there is none.
        """
        for row in self.rows:
            if all(row.get(column, "") == text for column, text in cells.items()):
                return row
        raise KeyError(str(dict(cells)))


@dataclass
class Tables:
    """A clinic folder."""

    settings: str
    tables: dict[str, Table] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Tables:
        """Read a folder of plain UTF-8 files with commas, as the benchmark writes them."""
        found = cls((folder / SETTINGS).read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                found.tables[path.name] = Table(list(reader.fieldnames or ()), list(reader))
        return found

    def copy(self) -> Tables:
        """Return a clinic that can be changed without this one."""
        return Tables(self.settings, {name: table.copy() for name, table in self.tables.items()})

    def write(self, folder: Path) -> None:
        """Write all files to a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SETTINGS).write_text(self.settings, encoding="utf-8")
        for name, table in self.tables.items():
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, table.columns, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(table.rows)

    def rows(self, file: str) -> list[Row]:
        """Return the rows of a file, none where there is no such file."""
        return self.tables[file].rows if file in self.tables else []

    def cell(self, file: str, cells: Mapping[str, str], column: str) -> str:
        """Return what a cell says; blank where the file lacks the column."""
        return self.tables[file].row(cells).get(column, "")

    def set_cell(self, file: str, cells: Mapping[str, str], column: str, text: str) -> None:
        """Let a cell say this; a column that the file lacks is added."""
        table = self.tables[file]
        table.row(cells)[column] = text
        if column not in table.columns:
            table.columns.append(column)

    def add_row(self, file: str, cells: Mapping[str, str]) -> None:
        """Add a row at the end; the file and its columns are made where they are missing."""
        table = self.tables.setdefault(file, Table([], []))
        table.columns += [column for column in cells if column not in table.columns]
        table.rows.append(dict(cells))

    def drop_row(self, file: str, cells: Mapping[str, str]) -> None:
        """Take the first row with these cells out."""
        table = self.tables[file]
        table.rows.remove(table.row(cells))

    # --- settings ---------------------------------------------------------
    def setting(self, key: str) -> str:
        """Return the value of a dotted key as it is written, blank where it is missing."""
        section, _, name = key.rpartition(".")
        found = re.search(rf"^{re.escape(name)} *= *(.*)$", self._section(section), re.MULTILINE)
        return found[1] if found else ""

    def set_setting(self, key: str, text: str) -> None:
        """Let a dotted key have a value, written as in TOML; blank takes it out."""
        section, _, name = key.rpartition(".")
        before = self._section(section)
        line = re.compile(rf"^{re.escape(name)} *= *.*\n", re.MULTILINE)
        body, made = line.sub("", before), f"{name} = {text}\n" if text else ""
        if before:
            self.settings = self.settings.replace(before, f"{body.rstrip()}\n{made}\n")
        else:
            self.settings = f"{self.settings.rstrip()}\n\n[{section}]\n{made}"

    def _section(self, section: str) -> str:
        """Return a section with its heading, blank where there is none."""
        found = re.search(rf"^\[{re.escape(section)}\]\n(?:(?!\[).*\n?)*", self.settings, re.MULTILINE)
        return found[0] if found else ""
