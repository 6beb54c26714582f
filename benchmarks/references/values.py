"""The table of exact values, ``values.csv``: read and written whole, so that a stopped run goes on."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from pathlib import Path

from benchmarks.references.clinics import Reference
from benchmarks.references.exact import GOALS, Exact
from iopsched.rulebook import GoalId

VALUES = Path(__file__).with_name("values.csv")
BESIDE = ("sha256", "effort", "open_goal", "found", "bound", "cpu_s")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one clinic: ``values`` up to the goal that is open; ``found`` and ``bound`` are of that one."""

    reference: Reference
    sha256: str
    effort: float
    values: dict[GoalId, int]
    open_goal: str = ""
    found: int | None = None
    bound: int | None = None
    cpu_s: float = 0.0

    @classmethod
    def of(cls, reference: Reference, sha256: str, effort: float, result: Exact) -> Known:
        """Return what a proof has shown."""
        goal = "" if result.open_goal is None else str(result.open_goal)
        return cls(reference, sha256, effort, result.values, goal, result.found, result.bound, round(result.cpu_s, 1))


def read(path: Path = VALUES) -> dict[str, Known]:
    """Return what is known, by name; nothing where the table is not there."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row.reference.name: row for row in map(_known, csv.DictReader(file))}


def _known(row: dict[str, str]) -> Known:
    reference = Reference(row["make"], int(row["participants"]), int(row["seed"]), row["feature"])
    values = {goal: int(row[goal]) for goal in GOALS if row[goal]}
    found, bound = (int(row[name]) if row[name] else None for name in ("found", "bound"))
    return Known(
        reference, row["sha256"], float(row["effort"]), values, row["open_goal"], found, bound, float(row["cpu_s"])
    )


def write(known: dict[str, Known], path: Path = VALUES) -> None:
    """Write the table, by name."""
    arguments = [field.name for field in fields(Reference)]
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*arguments, *GOALS, *BESIDE))
        for _, row in sorted(known.items()):
            own = [getattr(row.reference, name) for name in arguments]
            cells = [getattr(row, name) for name in BESIDE]
            goals = [row.values.get(goal) for goal in GOALS]
            writer.writerow("" if cell is None else cell for cell in (*own, *goals, *cells))
    beside.replace(path)
