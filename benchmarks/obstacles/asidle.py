"""Runs ``iopsched`` by the clock of its own processor time: with one worker a busy machine answers as an idle one does.

    python -m benchmarks.obstacles.asidle explain CLINIC --workers 1

CP-SAT counts wall seconds by itself: its limits are made longer, and the searches that call it end by the clock here.
"""

from __future__ import annotations

import time

from ortools.sat.python import cp_model

BUSY = 8.0
"""How many times longer than on an idle machine something may take."""


def count_by_processor() -> None:
    """Let everything that is imported from now on count seconds of this process's processor time."""
    begun = time.monotonic() - time.process_time()
    time.monotonic = lambda: begun + time.process_time()
    solve = cp_model.CpSolver.solve

    def solve_longer(solver: cp_model.CpSolver, *given: object, **named: object) -> object:
        solver.parameters.max_time_in_seconds *= BUSY
        return solve(solver, *given, **named)  # type: ignore[arg-type]

    cp_model.CpSolver.solve = solve_longer  # type: ignore[method-assign, assignment]


def main() -> None:
    """Run the command."""
    count_by_processor()
    from iopsched.cli import main as run

    run()


if __name__ == "__main__":
    main()
