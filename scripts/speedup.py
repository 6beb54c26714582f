"""Simulates how much faster parts of a week are searched by processes on machines with more cores than this one has.

Every step is solved for real, by the code that a worker process runs, one after another on one core; only the clock is
simulated: it lets so many steps run at once, and counts what choosing, merging and verifying take in between as time of
one core that does nothing else. Times are seconds of processor. What the simulation leaves out: that processes take a
second to load, that cores share memory, and what runs beside them (proofs).

The week searched is the planted one of a clinic; the table tells after how long each number of processes had the value
that one process has after the whole time.

    python -m scripts.speedup --participants 120 --goal workload --seconds 40
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import process_time

from benchmarks.planted import MAKES, WEEK, plant_make, planted_folder
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.ingest import inspect_clinic, read_schedule
from iopsched.model.terms import Terms
from iopsched.params import SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.parts.improvement import Improvement
from iopsched.search.parts.parallel import Parallel
from iopsched.search.parts.tasks import OpenPart, PartSolver, SolvedPart
from iopsched.search.run import processes
from iopsched.search.workshop import Workshop

LONG_S = 1e6


@dataclass
class Simulated:
    """So many processes that solve parts one after another; ``now`` is the simulated second."""

    solver: PartSolver
    number: int
    now: float = 0.0
    is_lost: bool = False
    _busy: dict[int, tuple[float, SolvedPart]] = field(default_factory=dict)
    _since: float = field(default_factory=process_time)

    def idle(self) -> list[int]:
        """Return who has nothing to do."""
        return [number for number in range(self.number) if number not in self._busy]

    def give(self, number: int, task: OpenPart) -> None:
        """Solve a part at once, to be told of when its time has passed."""
        self._go_on()
        answer = self.solver.solve(task, threading.Event())
        seconds = process_time() - self._since
        self._busy[number] = self.now + seconds, replace(answer, seconds=seconds)
        self._since = process_time()

    def hear(self, _seconds: float) -> list[tuple[int, SolvedPart | None]]:
        """Return the answer that is there first, at its time."""
        self._go_on()
        number = min(self._busy, key=lambda key: self._busy[key][0])
        ready, answer = self._busy.pop(number)
        self.now = max(self.now, ready)
        return [(number, answer)]

    def recall(self) -> None:
        """Forget all work."""
        self._busy.clear()

    def _go_on(self) -> None:
        """Count what was done since the last call, by whoever asks."""
        self.now += process_time() - self._since
        self._since = process_time()


@dataclass(frozen=True)
class Course:
    """Values of a goal over simulated seconds, the numbers of parts merged and refused."""

    number: int
    values: tuple[tuple[float, int], ...]
    merged: int
    refused: int

    def reached_s(self, value: int) -> float | None:
        """Return when a value was there, None for never."""
        return next((seconds for seconds, own in self.values if own <= value), None)


def course(problem: Problem, week: Schedule, goal_id: GoalId, number: int, seconds: float, enough: int) -> Course:
    """Search for a goal with so many processes, so long or until the goal is good enough."""
    goals = tuple(GoalId)
    params = SolveParams(LONG_S, workers=2)
    improvement = Improvement(Workshop(Terms(problem), Tuning()), Clock(params, threading.Event()), week)
    improvement.turn_to(goal_id, goals[: goals.index(goal_id)])
    solvers = Simulated(PartSolver(problem, 0, Tuning()), number)
    search = Parallel(improvement, solvers, improvement.clock)
    values = [(0.0, improvement.values[goal_id].value)]
    while solvers.now < seconds and values[-1][1] > enough:
        search.step()
        values.append((solvers.now, improvement.values[goal_id].value))
    return Course(number, tuple(values), search.merged, search.refused)


def table(courses: Sequence[Course], cores: Sequence[int]) -> str:
    """Return the table as Markdown."""
    first = courses[0]
    best = first.values[-1][1]
    whole = first.reached_s(best) or first.values[-1][0]
    lines = [
        "| cores | processes | value | reached after | times faster | parts merged (refused) |",
        "|---|---|---|---|---|---|",
    ]
    for number, row in zip(cores, courses, strict=True):
        reached = row.reached_s(best)
        after = "not reached" if reached is None else f"{reached:.1f} s"
        faster = "" if not reached else f"{whole / reached:.1f}"
        lines.append(f"| {number} | {row.number} | {best} | {after} | {faster} | {row.merged} ({row.refused}) |")
    return "\n".join(lines)


def main() -> None:
    """Simulate and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--make", choices=list(MAKES), default="roomy", metavar="NAME")
    parser.add_argument("--participants", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--goal", type=GoalId, choices=list(GoalId), default=GoalId.WORKLOAD)
    parser.add_argument("--seconds", type=float, default=40.0, help="of one process")
    parser.add_argument("--cores", type=int, nargs="*", default=[4, 8, 16])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clinic = Path(folder) / "clinic"
        plant_make(clinic, MAKES[given.make], given.participants, given.seed)
        problem = inspect_clinic(clinic, WEEK).problem
        if problem is None:
            raise ValueError("The planted clinic has faults.")
        week = read_schedule(planted_folder(clinic), problem)
    courses = [course(problem, week, given.goal, 1, given.seconds, 0)]
    for cores in given.cores:
        number = processes(SolveParams(workers=cores))
        courses.append(course(problem, week, given.goal, number, given.seconds, courses[0].values[-1][1]))
    print(table(courses, [1, *given.cores]))


if __name__ == "__main__":
    main()
