"""Runs ``iopsched`` by the clock of its own processor time: with one worker a busy machine answers as an idle one does.

    python -m benchmarks.obstacles.asidle explain CLINIC --workers 1

CP-SAT counts wall seconds by itself: its own limit is taken away, and a thread stops it by the clock here.
"""

from __future__ import annotations

import math
import threading
import time

from ortools.sat.python import cp_model

POLL_S = 0.02


def count_by_processor() -> None:
    """Let everything that is imported from now on count seconds of this process's processor time."""
    begun = time.monotonic() - time.process_time()
    time.monotonic = lambda: begun + time.process_time()
    solve = cp_model.CpSolver.solve

    def solve_longer(solver: cp_model.CpSolver, *given: object, **named: object) -> object:
        end, ended = time.monotonic() + solver.parameters.max_time_in_seconds, threading.Event()
        solver.parameters.max_time_in_seconds = math.inf

        def watch() -> None:
            while not ended.wait(POLL_S):
                if time.monotonic() > end:
                    solver.stop_search()

        threading.Thread(target=watch, daemon=True).start()
        try:
            return solve(solver, *given, **named)  # type: ignore[arg-type]
        finally:
            ended.set()

    cp_model.CpSolver.solve = solve_longer  # type: ignore[method-assign, assignment]


def main() -> None:
    """Run the command."""
    count_by_processor()
    from iopsched.cli import main as run

    run()


if __name__ == "__main__":
    main()
