"""The results on disk: three CSV files, rewritten whole after every run, so that a stopped benchmark can go on.

``runs.csv`` has a row per run, ``goals.csv`` one per run and goal, ``steps.csv`` unmet need over time of every run (and
every goal of the run that is drawn). ``reading.csv`` has the times of reading and writing. Empty cells are unknown or
never reached; names ending in ``_s`` are seconds since the process began, unless said otherwise.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

KEY = ("participants", "seed", "make", "program")
COLUMNS = {
    "runs": (
        *KEY, "limit_s", "workers", "until", "exit_code", "is_counted", "why_not", "wall_s", "read_s", "built_s",
        "search_s", "variables", "constraints", "memory_mb", "violations", "unmet_zero_s", "all_goals_s", "revision",
    ),
    "goals": (*KEY, "goal", "value", "bound", "gap", "best_value_s", "last_bound_s", "within_s"),
    "steps": (*KEY, "goal", "seconds", "value", "bound"),
    "reading": ("participants", "seed", "make", "read_s", "write_s"),
}  # fmt: skip
WHOLE = frozenset(
    {"participants", "seed", "workers", "exit_code", "variables", "constraints", "violations", "value", "bound"}
)
NUMBERS = frozenset(
    {
        "limit_s", "wall_s", "read_s", "built_s", "search_s", "memory_mb", "unmet_zero_s", "all_goals_s", "gap",
        "best_value_s", "last_bound_s", "within_s", "seconds", "write_s",
    }
)  # fmt: skip

Row = dict[str, object]


@dataclass
class Store:
    """The rows of a results folder, by table."""

    folder: Path
    tables: dict[str, list[Row]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Store:
        """Read what is there; a table that is not there is empty."""
        store = cls(folder)
        for name in COLUMNS:
            path = folder / f"{name}.csv"
            rows: list[Row] = []
            if path.exists():
                with path.open(encoding="utf-8", newline="") as file:
                    rows = [{key: _typed(key, cell) for key, cell in row.items()} for row in csv.DictReader(file)]
            store.tables[name] = rows
        return store

    def find(self, key: Mapping[str, object]) -> Row | None:
        """Return the row of a run, None where it was never made."""
        return next((row for row in self.tables["runs"] if all(row[name] == key[name] for name in KEY)), None)

    def replace(self, key: Mapping[str, object], tables: Mapping[str, Iterable[Row]]) -> None:
        """Put the rows of one run, or of one reading, in place of earlier ones, and write.

        Numbers are rounded at once as on disk, so that a report is the same before and after reading them again.
        """
        for name, rows in tables.items():
            same = [column for column in KEY if column in COLUMNS[name]]
            kept = [row for row in self.tables[name] if any(row[column] != key[column] for column in same)]
            # a stable sort: the steps of a run stay in the order of time
            fresh = [{key: _typed(key, str(_cell(row.get(key)))) for key in COLUMNS[name]} for row in rows]
            self.tables[name] = sorted([*kept, *fresh], key=lambda row: tuple(row[column] for column in same))
            self._write(name)

    def _write(self, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{name}.csv.new"
        with fresh.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[name], lineterminator="\n")
            writer.writeheader()
            writer.writerows({key: _cell(row.get(key)) for key in COLUMNS[name]} for row in self.tables[name])
        fresh.replace(self.folder / f"{name}.csv")


def _typed(key: str, cell: str) -> object:
    if key == "is_counted":
        return cell == "yes"
    if key not in WHOLE | NUMBERS:
        return cell
    if cell == "":
        return None
    return int(cell) if key in WHOLE else float(cell)


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return value
