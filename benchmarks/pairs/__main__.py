"""Writes one pair of clinics, or solves many and prints what came of them."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import benchmarks.pairs as package
from benchmarks.pairs import linked_pair, plant_pair
from iopsched.params import SolveParams
from iopsched.search.linked import solve_linked


def main() -> None:
    """Write one pair, or solve those of many seeds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pairs", description=package.__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="where to write the pair of --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--solve", type=int, default=0, metavar="N", help="solve N pairs, from the seed on")
    parser.add_argument("--seconds", type=float, default=120.0, help="time limit of a pair")
    parser.add_argument("--deterministic-limit", type=float)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    if given.folder is not None:
        plant_pair(given.folder, given.seed)
    for seed in range(given.seed, given.seed + given.solve):
        with tempfile.TemporaryDirectory() as place:
            plant_pair(Path(place), seed)
            linked = linked_pair(Path(place))
        begun, used = time.monotonic(), time.process_time()
        params = SolveParams(given.seconds, given.deterministic_limit, workers=given.workers)
        found = solve_linked(linked, params)
        sizes = "+".join(str(len(problem.participants)) for _, problem, _ in linked.sites)
        print(
            f"seed {seed}: {sizes} participants, {found.way}, unmet {found.unmet}, bound {found.bound}, "
            f"{time.monotonic() - begun:.1f} s, {time.process_time() - used:.1f} s of processor",
            flush=True,
        )


if __name__ == "__main__":
    main()
