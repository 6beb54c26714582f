"""What a trace tells: when each goal had which value and bound.

A trace is a file of JSON lines, as ``iopsched solve --trace`` and the twins write them: ``seconds`` since the process
began, ``goal``, ``value``, ``bound`` (null while unknown). Ours names the ``stage`` besides and the size of every model;
a twin writes one line with ``built``, the size of its model and ``hints``, its start witness.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

GOALS = ("unmet_need", "worst_off", "people_short", "changes", "moves", "preferences", "workload", "cost")
# A goal whose gap is at most this counts as done, as does one that is proven.
DONE_GAP = 0.01


@dataclass(frozen=True)
class Step:
    """One piece of news of a goal; ``seconds`` since the process began, value and bound in the goal's unit."""

    seconds: float
    value: int | None
    bound: int | None

    @property
    def gap(self) -> float:
        """Return (value - bound) / max(1, value), infinite without a value; no goal is ever below 0."""
        if self.value is None:
            return math.inf
        return max(0.0, (self.value - max(0, self.bound or 0)) / max(1, self.value))


@dataclass(frozen=True)
class Trace:
    """The lines of one run, in the order of time."""

    lines: tuple[Mapping[str, object], ...]

    @classmethod
    def read(cls, path: Path) -> Trace:
        """Read a trace; a last line that was cut short by a killed process is left out, a missing file is empty."""
        lines = []
        for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            try:
                lines.append(json.loads(text))
            except ValueError:
                break
        return cls(tuple(sorted(lines, key=lambda line: line["seconds"])))

    def steps(self, goal: str) -> tuple[Step, ...]:
        """Return what changed of a goal: the latest known value, and the best bound so far."""
        steps: list[Step] = []
        value: int | None = None
        bound: int | None = None
        for line in self.lines:
            if line.get("goal") != goal:
                continue
            value = line["value"] if line.get("value") is not None else value
            bound = max((row for row in (bound, line.get("bound")) if row is not None), default=None)
            if not steps or (steps[-1].value, steps[-1].bound) != (value, bound):
                steps.append(Step(float(line["seconds"]), value, bound))
        return tuple(steps)

    @property
    def end_s(self) -> float | None:
        """Return when the last line was written, None without any."""
        return float(self.lines[-1]["seconds"]) if self.lines else None

    @property
    def hints(self) -> int | None:
        """Return the start witness of a twin: how many variables began with a value; None where it is not told."""
        told = [line.get("hints") for line in self.lines if line.get("built")]
        return told[0] if told else None

    @property
    def size(self) -> tuple[int | None, int | None]:
        """Return the variables and constraints of the largest model; None where it is not told."""
        told = [
            (line["variables"], line.get("constraints")) for line in self.lines if line.get("variables") is not None
        ]
        return max(told, key=lambda row: row[0], default=(None, None))

    @property
    def read_s(self) -> float | None:
        """Return when Python had started and the clinic was read: ours begins to build then; twins do not tell."""
        return next((float(line["seconds"]) for line in self.lines if line.get("stage") == "build"), None)

    @property
    def built_s(self) -> float | None:
        """Return when the first model stood."""
        for line in self.lines:
            if line.get("built") or (line.get("stage") not in {None, "build"} and self.read_s is not None):
                return float(line["seconds"])
        return None


def unmet_zero_s(steps: Iterable[Step]) -> float | None:
    """Return when an unmet need of 0 was known, which is its own proof: no goal is ever below 0."""
    return reached_s(steps, 0)


def reached_s(steps: Iterable[Step], value: int) -> float | None:
    """Return when a goal first had this value or a better one."""
    return next((step.seconds for step in steps if step.value is not None and step.value <= value), None)


def value_at(steps: Iterable[Step], seconds: float) -> int | None:
    """Return a goal's value at a moment, None while there was none."""
    value = None
    for step in steps:
        if step.seconds > seconds:
            break
        value = step.value
    return value


def best_value_s(steps: Iterable[Step], value: int) -> float | None:
    """Return since when a goal was as good as in the end."""
    return _since(steps, lambda step: step.value is not None and step.value <= value)


def within_s(steps: Iterable[Step]) -> float | None:
    """Return since when a goal's gap was at most 1 %, or the goal proven."""
    return _since(steps, lambda step: step.gap <= DONE_GAP)


def last_bound_s(steps: Iterable[Step]) -> float | None:
    """Return when the bound last rose, counted from the first one that was told."""
    latest: Step | None = None
    for step in steps:
        if step.bound is not None and (latest is None or step.bound > latest.bound):
            latest = step
    return latest.seconds if latest else None


def seconds_behind(ours: Iterable[Step], theirs: Iterable[Step], until: float) -> float:
    """Return for how long they had a better value than we, up to a moment; no value is worse than any."""
    ours, theirs = list(ours), list(theirs)
    moments = sorted({step.seconds for step in (*ours, *theirs) if step.seconds < until} | {until})
    behind = 0.0
    for start, end in pairwise(moments):
        mine, other = value_at(ours, start), value_at(theirs, start)
        if other is not None and (mine is None or mine > other):
            behind += end - start
    return behind


def _since(steps: Iterable[Step], holds: Callable[[Step], bool]) -> float | None:
    """Return since when something holds that still holds in the end."""
    since = None
    for step in steps:
        if not holds(step):
            since = None
        elif since is None:
            since = step.seconds
    return since
