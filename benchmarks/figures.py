"""What the runs of a store amount to: times, gaps and comparisons, each of one run or the worst of several.

A run that does not count (:func:`benchmarks.trials.rows_of` says why) has reached nothing. An *instance* is a clinic:
participants, make and seed. What is *known* of it is the least unmet need that any counted run of any program found,
or that the literature or this project has found before; where a planted week exists it is 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.planted import MAKES
from benchmarks.store import Row, Store
from benchmarks.traces import GOALS, Step, reached_s, seconds_behind

OURS = "iopsched"
FOREIGN = "foreign"
# Least unmet need of published weeks, minutes, found by long runs of several programs. The first is optimal.
KNOWN_UNMET = {(10, "foreign/t30_low"): 270, (20, "foreign/t30_medium"): 4545, (40, "foreign/t30_medium"): 14685}
SMALLEST_OF_GROWTH = 60


def middle(values: Iterable[float | None]) -> float:
    """Return the median where None is never: infinite if the middle run never got there, nan without any."""
    known = sorted(math.inf if value is None else value for value in values)
    if not known:
        return math.nan
    # between a finite and an infinite value lies no finite middle
    both = known[(len(known) - 1) // 2 : len(known) // 2 + 1]
    return math.inf if any(math.isinf(row) for row in both) else median(known)


def exponent(points: Iterable[tuple[float, float]]) -> float:
    """Return the slope of the least-squares line through the logarithms of (size, seconds); nan below two sizes."""
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points]
    if len({x for x, _ in logs}) < 2:
        return math.nan
    x_mean, y_mean = (sum(row[axis] for row in logs) / len(logs) for axis in (0, 1))
    return sum((x - x_mean) * (y - y_mean) for x, y in logs) / sum((x - x_mean) ** 2 for x, _ in logs)


@dataclass(frozen=True)
class Found:
    """A figure of one instance: seconds, or a gap; infinite for never, nan where it cannot be said."""

    participants: int
    make: str
    seed: int
    value: float

    @property
    def where(self) -> str:
        """Return the instance in words."""
        return f"{self.make}, seed {self.seed}"


def worst(found: Iterable[Found]) -> Found | None:
    """Return the largest figure, the first of equal ones; None without any."""
    return max((row for row in found if not math.isnan(row.value)), key=lambda row: row.value, default=None)


@dataclass(frozen=True)
class Compared:
    """Our run against that of a twin at equal time, on one instance.

    ``behind_s``: for how many seconds the twin's unmet need was below ours, counted at every moment up to the shorter
    limit. ``is_better``: whether its last week is better, goal by goal in rank order, among goals that it searched for.
    """

    ours: Row
    behind_s: float
    is_better: bool

    @property
    def found(self) -> Found:
        """Return the seconds as a figure of the instance."""
        return _found(self.ours, self.behind_s)


def _found(row: Row, value: float | None) -> Found:
    return Found(row["participants"], row["make"], row["seed"], math.inf if value is None else value)


def _name(row: Mapping[str, object]) -> tuple[object, ...]:
    return row["participants"], row["seed"], row["make"], row["program"]


def family(make: str) -> str:
    """Return the make, that of all foreign instances as one."""
    return make.partition("/")[0]


class Figures:
    """What the tables say, from the rows of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.runs = {_name(row): row for row in store.tables["runs"]}
        self.by_goal: dict[tuple[object, ...], dict[str, Row]] = {}
        for row in store.tables["goals"]:
            self.by_goal.setdefault(_name(row), {})[str(row["goal"])] = row
        self.unmet: dict[tuple[object, ...], list[Step]] = {}
        for row in store.tables["steps"]:
            if row["goal"] == "unmet_need":
                self.unmet.setdefault(_name(row), []).append(Step(row["seconds"], row["value"], row["bound"]))

    def of(self, size: int | None = None, make: str | None = None, program: str = OURS) -> list[Row]:
        """Return the runs of a program, of one size or make (all foreign ones as one) where it is given."""
        rows = [
            row
            for row in self.runs.values()
            if row["program"] == program
            and size in {None, row["participants"]}
            and make in {None, row["make"], family(row["make"])}
        ]
        return sorted(rows, key=lambda row: (row["participants"], row["make"], row["seed"]))

    @property
    def sizes(self) -> list[int]:
        """Return the sizes that were run."""
        return sorted({row["participants"] for row in self.runs.values()})

    @property
    def makes(self) -> list[str]:
        """Return the makes that were run, in the order in which they are declared."""
        ran = {family(row["make"]) for row in self.runs.values()}
        return [name for name in (*MAKES, FOREIGN) if name in ran]

    # --- unmet need -------------------------------------------------------
    def known(self, row: Row) -> int | None:
        """Return the least unmet need known of an instance, None where nobody found any week."""
        make = MAKES.get(row["make"])
        if make is not None and not make.slack.is_short:
            return 0
        found = [
            self.goal(other, "unmet_need")["value"]
            for program in {key[3] for key in self.runs}
            for other in [self.runs.get((row["participants"], row["seed"], row["make"], program))]
            if other is not None and other["is_counted"] and self.goal(other, "unmet_need") is not None
        ]
        told = KNOWN_UNMET.get((row["participants"], row["make"]))
        return min([*found, *([] if told is None else [told])], default=None)

    def known_s(self, row: Row) -> Found:
        """Return when a run reached what is known of its instance."""
        known = self.known(row)
        return _found(row, None) if known is None else self.reached(row, known)

    def reached(self, row: Row, unmet: int) -> Found:
        """Return when a run had no more unmet need than so much."""
        return _found(row, reached_s(self.unmet.get(_name(row), ()), unmet) if row["is_counted"] else None)

    def times(self, size: int, make: str | None = None, program: str = OURS) -> list[Found]:
        """Return when each run of a size, or of one make of it, reached what is known."""
        return [self.known_s(row) for row in self.of(size, make, program)]

    def growth(self, make: str | None = None) -> float:
        """Return the exponent of the time to what is known, from 60 participants: through the worst of each size."""
        found = ((size, worst(self.times(size, make))) for size in self.sizes if size >= SMALLEST_OF_GROWTH)
        return exponent((size, row.value) for size, row in found if row is not None and 0 < row.value < math.inf)

    # --- goals ------------------------------------------------------------
    def goal(self, run: Row, goal: str) -> Row | None:
        """Return what a run ended with in a goal, None without a week."""
        return self.by_goal.get(_name(run), {}).get(goal)

    def gaps(self, goal: str, size: int, makes: Sequence[str] | None = None) -> list[Found]:
        """Return the gap of a goal at the end of each of our runs of a size, infinite where it does not count."""
        found = []
        for run in self.of(size):
            if makes is not None and family(run["make"]) not in makes:
                continue
            end = self.goal(run, goal)
            found.append(_found(run, end["gap"] if end is not None and run["is_counted"] else None))
        return found

    # --- twins ------------------------------------------------------------
    def compared(self, program: str, size: int | None = None, make: str | None = None) -> list[Compared]:
        """Return our runs against those of a twin, where both count."""
        found = []
        for theirs in self.of(size, make, program):
            mine = self.runs.get((theirs["participants"], theirs["seed"], theirs["make"], OURS))
            if mine is None or not (mine["is_counted"] and theirs["is_counted"]):
                continue
            until = min(mine["limit_s"], theirs["limit_s"])
            seconds = seconds_behind(self.unmet.get(_name(mine), ()), self.unmet.get(_name(theirs), ()), until)
            searched = [goal for goal in GOALS if self.goal(theirs, goal) is not None] or list(GOALS)
            is_better = self._last(theirs, searched) < self._last(mine, searched)
            found.append(Compared(mine, seconds, is_better))
        return found

    def _last(self, run: Row, goals: Sequence[str]) -> list[float]:
        """Return the values of a run's week in rank order, infinite without a week."""
        ends = [self.goal(run, goal) for goal in goals]
        return [math.inf if row is None else row["value"] for row in ends]
