"""What all twins share: the command line, the clock, the trace and the writing of the week.

    python -m benchmarks.twins.NAME FOLDER --week 2026-11-30 --seconds 120 --workers 2 --seed 1 --out OUT [--until GOAL] [--previous WEEK]

``OUT/trace.jsonl`` gets a line of JSON as news arrive:

- ``{"seconds", "built": true, "variables", "constraints", "hints"}`` once the model of the first goal stands; ``hints``
  is the start witness, 0 for a start with nothing assigned;
- ``{"seconds", "goal", "value", "bound"}`` for every better value or bound, null where unknown;
- ``{"seconds", "finished": true, "goals": {goal: {"value", "bound"}}}`` at the end.

``seconds`` count from the creation of the process by the operating system, so that the start of Python and all imports
are part of it. ``OUT/sessions.csv`` and ``OUT/roster.csv`` are the best week, as ``iopsched verify FOLDER OUT`` reads it.
Exit code 0 with a week, 3 where the clinic is bad input or has something the twin does not know, 6 without a week in
time, 9 where the solver is not installed.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.files.weektables import roster_rows, session_rows
from iopsched.ingest import inspect_clinic, read_schedule
from iopsched.policy.columns.schedule import ROSTER, SESSIONS
from iopsched.rulebook import GoalId

IMPORTED_AT = time.monotonic()
BAD_INPUT, NO_WEEK, NOT_INSTALLED = 3, 6, 9


class UnsupportedClinicError(Exception):
    """The clinic has something that the twin does not know; the message is the sentence to print."""


class NotInstalledError(Exception):
    """The solver of the twin cannot be used here; the message is the sentence to print."""


def refuse(told: str, found: Iterable[str]) -> None:
    """Refuse a clinic if anything was found in it that a twin does not know.

    Raises
    ------
    UnsupportedClinicError
        With a sentence that begins as told and names all of it.
    """
    if names := sorted(set(found)):
        raise UnsupportedClinicError(f"{told} {', '.join(names)}.")


def seconds_before_import() -> float:
    """Return how long the process had lived when this module was imported, 0 where the system does not tell.

    Linux tells the creation of a process in clock ticks since it was started itself, to a hundredth of a second.
    """
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        alive = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
    return max(0.0, alive - (time.monotonic() - IMPORTED_AT))


@dataclass(slots=True)
class Clock:
    """Seconds since the creation of the process, and what is left of the time given."""

    seconds: float
    _before: float = field(default_factory=seconds_before_import)

    @property
    def elapsed(self) -> float:
        """Return the seconds since the creation of the process."""
        return self._before + time.monotonic() - IMPORTED_AT

    @property
    def left(self) -> float:
        """Return the seconds left, never below 0."""
        return max(0.0, self.seconds - self.elapsed)


class Trace:
    """Writes news to a file, line by line, also from a solver's threads; remembers the last of every goal."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._lock = threading.Lock()
        self.clock = clock
        self.goals: dict[GoalId, tuple[int | None, int | None]] = {}

    def built(self, variables: int, constraints: int, hints: int) -> None:
        """Tell that the model stands, its size and how many variables have a hint."""
        self._write({"built": True, "variables": variables, "constraints": constraints, "hints": hints})

    def goal(self, goal: GoalId, value: int | None, bound: int | None) -> None:
        """Tell a value and bound, unless it is known already."""
        if self.goals.get(goal) != (value, bound):
            self.goals[goal] = (value, bound)
            self._write({"goal": str(goal), "value": value, "bound": bound})

    def finish(self) -> None:
        """Tell what every goal ended with."""
        ends = {str(goal): {"value": value, "bound": bound} for goal, (value, bound) in self.goals.items()}
        self._write({"finished": True, "goals": ends})

    def close(self) -> None:
        """Write nothing from now on."""
        with self._lock:
            self._file.close()

    def _write(self, facts: dict[str, object]) -> None:
        with self._lock:
            if self._file.closed:
                return
            line = json.dumps({"seconds": round(self.clock.elapsed, 3), **facts})
            self._file.write(line + "\n")
            self._file.flush()


@dataclass(frozen=True, slots=True)
class Task:
    """What a twin is asked: a clinic, how hard to search, after which goal to stop, whom to tell."""

    problem: Problem
    clock: Clock
    trace: Trace
    workers: int = 2
    seed: int = 1
    until: GoalId = GoalId.COST

    @property
    def goals(self) -> tuple[GoalId, ...]:
        """Return the goals to search for, in rank order."""
        every = tuple(GoalId)
        return every[: every.index(self.until) + 1]


Twin = Callable[[Task], Schedule | None]


def write_week(folder: Path, schedule: Schedule) -> None:
    """Write ``sessions.csv`` and ``roster.csv`` of the contract."""
    for kind, rows in ((SESSIONS, session_rows(schedule)), (ROSTER, roster_rows(schedule))):
        with (folder / kind.file).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(kind.names)
            writer.writerows(rows)


def run(twin: Twin, description: str, arguments: Sequence[str] | None = None) -> int:
    """Run a twin as a command and return its exit code."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the clinic")
    parser.add_argument("--week", type=date.fromisoformat, default=date(2026, 11, 30))
    parser.add_argument("--previous", type=Path, help="the earlier week, a schedule folder")
    parser.add_argument("--seconds", type=float, default=120.0, help="from the creation of the process to the end")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--until", type=GoalId, choices=list(GoalId), default=GoalId.COST, help="the last goal")
    given = parser.parse_args(arguments)

    clock = Clock(given.seconds)
    inspection = inspect_clinic(given.folder, given.week)
    if inspection.problem is None:
        faults = "\n".join(str(issue) for issue in inspection.issues if issue.level == "error")
        print(f"The clinic is bad input:\n{faults}", file=sys.stderr)
        return BAD_INPUT
    given.out.mkdir(parents=True, exist_ok=True)
    for old in ("sessions.csv", "roster.csv"):
        (given.out / old).unlink(missing_ok=True)
    with contextlib.closing(Trace(given.out / "trace.jsonl", clock)) as trace:
        problem = inspection.problem
        if given.previous is not None:
            problem = replace(problem, previous=read_schedule(given.previous))
        task = Task(problem, clock, trace, given.workers, given.seed, given.until)
        try:
            schedule = twin(task)
        except UnsupportedClinicError as reason:
            print(reason, file=sys.stderr)
            return BAD_INPUT
        except NotInstalledError as reason:
            print(reason, file=sys.stderr)
            return NOT_INSTALLED
        if schedule is not None:
            write_week(given.out, schedule)
        trace.finish()
    for goal, (value, bound) in trace.goals.items():
        print(f"{goal}: {value} (bound {bound})")
    print(f"{clock.elapsed:.2f} s")
    return NO_WEEK if schedule is None else 0
