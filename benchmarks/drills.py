"""Call-out drills: a published week, one call-out, and how little of the week a search changes, with what proof.

    python -m benchmarks.drills data/complete --number 20 --limit 60

One line a drill: changes and moves with their bounds, seconds, and the moves that had no cause. The same arguments
make the same drills.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.callouts import call_out, moves_without_cause
from benchmarks.planted import WEEK
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.ingest import read_problem
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve

TOLD = (GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.PEOPLE_SHORT, GoalId.CHANGES, GoalId.MOVES)


def solved(problem: Problem, limit_s: float, workers: int) -> Solved:
    """Return a week.

    Raises
    ------
    TypeError
        If the search ends without one.
    """
    outcome = solve(problem, SolveParams(time_limit_s=limit_s, workers=workers))
    if not isinstance(outcome, Solved):
        raise TypeError(f"No week was found: {outcome}")
    return outcome


def drill(problem: Problem, published: Solved, seed: int, limit_s: float, workers: int) -> bool:
    """Run and tell one drill; return whether the moves are proven least and each has a cause."""
    out = call_out(problem, published.schedule, seed)
    begun = time.monotonic()
    found = solved(out.problem, limit_s, workers)
    seconds = time.monotonic() - begun
    goals = {goal.name: goal for goal in found.goals}
    idle = moves_without_cause(out.problem, found.schedule)
    is_proven = all(goals[goal].is_proven for goal in TOLD)
    told = ", ".join(f"{goal} {goals[goal].value} (at best {goals[goal].bound})" for goal in TOLD)
    print(f"{seed}: {out}: {told}; {seconds:.1f} s; {'proven' if is_proven else 'not proven'}", flush=True)
    for move in idle:
        print(f"   {move.session_id} moved without a cause", flush=True)
    return is_proven and not idle


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the drills on one clinic."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clinic", type=Path)
    parser.add_argument("--number", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="seed of the first drill")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each week")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(arguments)
    problem = read_problem(given.clinic, WEEK)
    published = solved(problem, given.limit, given.workers)
    seeds = range(given.first, given.first + given.number)
    good = sum(drill(problem, published, seed, given.limit, given.workers) for seed in seeds)
    print(f"{good} of {given.number} drills: moves proven least, each with a cause")


if __name__ == "__main__":
    main()
