"""The textbook CP-SAT model with the settings that prove: its linear relaxation in full, in one worker.

    python -m benchmarks.twins.textbook_proof FOLDER --week 2026-11-30 --seconds 120 --seed 1 --out OUT

Same model, clinics and outputs as :mod:`benchmarks.twins.textbook`, which finds an unmet need of 0 sooner where there is one.
"""

from __future__ import annotations

import sys

from benchmarks.twins.common import Task, run
from benchmarks.twins.goal_by_goal import solve_goal_by_goal
from benchmarks.twins.textbook import PROOF_SETTINGS, Textbook
from iopsched.domain.schedule import Schedule


def solve(task: Task) -> Schedule | None:
    """Return the best week found."""
    return solve_goal_by_goal(task, Textbook(1, task.seed, PROOF_SETTINGS).minimize)


if __name__ == "__main__":
    sys.exit(run(solve, __doc__ or ""))
