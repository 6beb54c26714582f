"""Computes exact values that are missing, or checks that the product reaches those that are known."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import benchmarks.references as package
from benchmarks.planted import planted_folder
from benchmarks.references import values
from benchmarks.references.clinics import REFERENCES, Reference, sha256
from benchmarks.references.exact import prove
from benchmarks.references.reaching import differences
from benchmarks.references.values import Known
from iopsched.ingest import read_schedule
from iopsched.params import SolveParams, params_of


def _compute(wanted: list[Reference], effort: float, hours: float, copy: Path | None) -> None:
    """Prove what is not known with this effort, until the time is over."""
    ends = time.monotonic() + 3600 * hours
    known = values.read()
    for place, reference in enumerate(wanted, 1):
        if time.monotonic() > ends:
            return
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home) / "clinic"
            problem = reference.problem(folder, copy)
            digest, before = sha256(folder), known.get(reference.name)
            if before and before.sha256 == digest and (not before.open_goal or before.effort >= effort):
                continue
            planted = planted_folder(folder)
            # features on top may forbid the planted week, or make another better
            week = read_schedule(planted, problem) if planted.exists() and not reference.feature else None
            result = prove(problem, effort, week)
        known[reference.name] = Known.of(reference, digest, effort, result)
        values.write(known)
        told = " ".join(f"{goal}={value}" for goal, value in result.values.items())
        left = f" {result.open_goal}: {result.found}, bound {result.bound}" if result.open_goal else ""
        print(f"{place}/{len(wanted)} {reference.name} {told}{left} ({result.cpu_s:.1f} s)", flush=True)


def check(wanted: list[Reference], params: SolveParams, copy: Path | None) -> int:
    """Return how many clinics the product gets wrong, or are no longer the same."""
    known, wrong, count = values.read(), 0, 0
    for reference in wanted:
        row = known.get(reference.name)
        if row is None or not row.values:
            continue
        count += 1
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home) / "clinic"
            problem = reference.problem(folder, copy)
            if sha256(folder) != row.sha256:
                found = [f"{reference.name}: the clinic is another than the one of the value; compute it anew."]
            else:
                found = list(differences(problem, row, params))
        wrong += bool(found)
        print("\n".join(found) if found else f"{reference.name}: reached", flush=True)
    print(f"{count - wrong} of {count} clinics reach every exact value.")
    return wrong


def main() -> int:
    """Return 1 where the product misses an exact value."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.references",
        description=package.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="such as tight-12-1; all where none is named")
    parser.add_argument("--check", action="store_true", help="solve each clinic and compare")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds of each solve")
    parser.add_argument(
        "--deterministic-limit", type=float, help="of each solve, instead of seconds: whatever else runs"
    )
    parser.add_argument("--workers", type=int, default=2, help="of each solve")
    parser.add_argument("--hours", type=float, default=1.0, help="how long to prove; the clinic at hand is finished")
    parser.add_argument("--effort", type=float, default=20.0, help="deterministic time of CP-SAT for each goal")
    parser.add_argument("--foreign", type=Path, metavar="COPY", help="a copy of the published weeks")
    given = parser.parse_args()
    wanted = [row for row in REFERENCES if row.name in given.names or not given.names]
    wanted = [row for row in wanted if given.foreign is not None or not row.is_foreign]
    if given.check:
        seconds = given.limit if given.deterministic_limit is None else None
        params = params_of(seconds, given.deterministic_limit, 0, given.workers)
        return int(check(wanted, params, given.foreign) > 0)
    _compute(wanted, given.effort, given.hours, given.foreign)
    return 0


if __name__ == "__main__":
    sys.exit(main())
