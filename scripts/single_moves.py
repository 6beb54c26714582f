"""Does any single move improve a week that was written? Tried with the verifier alone, on thirty clinics.

    python -m scripts.single_moves --limit 20 [--clinics 30] [--share 0.1]

Prints a line a clinic, and at the end how many moves were tried and how many improve a week: 0 where each week says that
it is polished. ``--share`` tries only so many of the moves of the larger clinics, drawn at random.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.planted import ROOMY, WEEK, plant
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.ingest import inspect_clinic
from iopsched.params import SolveParams
from iopsched.search import solve
from tests.support.single_moves import better_moves, single_moves

DATA = Path(__file__).parents[1] / "data"
SIZES = (8, 10, 12, 20, 30, 40, 50, 60)
SMALL = 12


def clinics(number: int, folder: Path) -> Iterator[tuple[str, bool, Problem]]:
    """Yield name, whether it is small, and problem: the examples, then planted clinics of all sizes."""
    for path in sorted(DATA.glob("*/clinic.toml"))[:number]:
        yield path.parent.name, False, _problem(path.parent)
    for place in range(number - len(sorted(DATA.glob("*/clinic.toml")))):
        size, seed = SIZES[place % len(SIZES)], 1 + place // len(SIZES)
        plant(folder / f"{size}-{seed}", size, seed, ROOMY)
        yield f"planted {size}/{seed}", size <= SMALL, _problem(folder / f"{size}-{seed}")


def _problem(folder: Path) -> Problem:
    problem = inspect_clinic(folder, WEEK).problem
    if problem is None:
        raise ValueError(f"{folder} has faults.")
    return problem


def main() -> None:
    """Solve each clinic and try the moves of its week."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=20.0)
    parser.add_argument("--clinics", type=int, default=30)
    parser.add_argument("--share", type=float, default=0.1)
    given = parser.parse_args()
    tried = improving = polished = 0
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        for name, is_small, problem in clinics(given.clinics, Path(folder)):
            outcome = solve(problem, SolveParams(time_limit_s=given.limit))
            if not isinstance(outcome, Solved):
                print(f"{name}: no week in time")
                continue
            share = 1.0 if is_small else given.share
            chosen = {
                place
                for place, _ in enumerate(single_moves(problem, outcome.schedule.sessions))
                if chance.random() < share
            }
            better = len(list(better_moves(problem, outcome.schedule, keep=chosen.__contains__)))
            tried, improving, polished = tried + len(chosen), improving + better, polished + outcome.is_polished
            state = "polished" if outcome.is_polished else "cut short"
            print(f"{name}: {state}, {len(chosen)} moves tried, {better} improve it", flush=True)
    print(f"{polished} of {given.clinics} weeks polished; {tried} moves tried, {improving} improve a week")


if __name__ == "__main__":
    main()
