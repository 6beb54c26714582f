"""``python -m scripts.mutation``: put faults into model and verifier and report how many the tests notice."""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from scripts.mutation.choice import tests_for
from scripts.mutation.faults import Fault, every_fault, spread
from scripts.mutation.running import Bench, Result, try_all

HOME = Path(__file__).parents[2]
EXPLAINED = Path(__file__).with_name("survivors.toml")
FILES = ("model/**/*.py", "search/start/*.py", "verifier/**/*.py", "policy/needs.py", "policy/numbers.py")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 where every fault was caught or is an explained survivor."""
    asked = _parser().parse_args(arguments)
    faults = chosen_faults(every=asked.all, number=asked.number, seed=asked.seed, only=asked.only)
    if asked.list:
        for fault in faults:
            print(f"{fault.id}  {fault.change}")
        return 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutation-")))
        benches = [Bench(HOME, folder / str(number)) for number in range(max(1, asked.jobs))]
        stages = {
            fault.file: [asked.tests] if asked.tests else tests_for(HOME, fault.file)[: asked.stages]
            for fault in faults
        }
        if not asked.unchecked and not _passes(benches[0], stages.values()):
            return 2
        results = []
        began = time.monotonic()
        for result in try_all(benches, faults, lambda fault: stages[fault.file], asked.limit):
            results.append(result)
            _tell(result, len(results), len(faults))
            if asked.out:
                _write(asked.out, results)
    return _report(results, time.monotonic() - began, _explained(), complete=asked.all and not asked.only)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.mutation", description=__doc__)
    parser.add_argument("--number", type=int, default=120, help="how many faults, spread over files and kinds")
    parser.add_argument("--all", action="store_true", help="every fault (hours)")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--only", metavar="PATTERN", help="only faults whose id matches this regular expression")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS", help="time-out counts as caught")
    parser.add_argument("--tests", nargs="+", metavar="PATH", help="run these tests instead of the chosen ones")
    parser.add_argument("--stages", type=int, metavar="N", help="only so many stages of the tests, the likeliest first")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write a row per fault as CSV")
    parser.add_argument("--list", action="store_true", help="only list the faults")
    parser.add_argument("--unchecked", action="store_true", help="take for granted that the tests pass without faults")
    return parser


def chosen_faults(*, every: bool, number: int, seed: int, only: str | None) -> list[Fault]:
    """Return the faults to try: those that match, all or a sample of them."""
    faults = [fault for fault in every_fault(HOME / "iopsched", FILES) if not only or re.search(only, fault.id)]
    return faults if every else spread(faults, number, seed)


def _passes(bench: Bench, plans: Iterable[Sequence[Sequence[str]]]) -> bool:
    """Run once every test that will be run, without a fault: else each would seem to be caught."""
    began = time.monotonic()
    used = list(dict.fromkeys(test for stages in plans for tests in stages for test in tests))
    failure = bench.run(used, 3600)
    if failure:
        print(f"The tests fail without any fault: {failure}", file=sys.stderr)
        return False
    print(f"All tests pass without a fault ({time.monotonic() - began:.0f} s).", flush=True)
    return True


def _tell(result: Result, number: int, total: int) -> None:
    outcome = f"caught by {result.caught_by}" if result.is_caught else "SURVIVED"
    print(f"[{number}/{total}] {result.fault.id} ({result.seconds:.1f} s) {outcome}", flush=True)
    if not result.is_caught:
        print(f"    line {result.fault.line}: {result.fault.change}", flush=True)


def _write(path: Path, results: Iterable[Result]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "file", "function", "kind", "line", "change", "caught", "caught_by", "seconds"])
        for result in results:
            fault = result.fault
            row = [fault.id, fault.file, fault.function, fault.kind, fault.line, fault.change]
            writer.writerow([*row, "yes" if result.is_caught else "no", result.caught_by, f"{result.seconds:.1f}"])


def _explained() -> list[dict[str, str]]:
    with EXPLAINED.open("rb") as file:
        return list(tomllib.load(file).get("survivor", []))


def _report(
    results: Sequence[Result], seconds: float, explained: Sequence[Mapping[str, str]], *, complete: bool
) -> int:
    """Print the totals and what needs somebody's attention."""
    reasons = {row["id"]: row for row in explained}
    for title in ("kind", "file"):
        tried = Counter(getattr(row.fault, title) for row in results)
        caught = Counter(getattr(row.fault, title) for row in results if row.is_caught)
        print(f"\ncaught of tried, by {title}:")
        for name in sorted(tried):
            print(f"  {caught[name]:4} of {tried[name]:4}  {name}")
    open_ones = []
    for result in results:
        row = reasons.get(result.fault.id)
        if row is not None and row["change"] != result.fault.change:
            print(f"listed as another change than it is now: {result.fault.id}")
            row = None
        if row is not None and result.is_caught:
            print(f"listed as a survivor but caught: {result.fault.id}")
        if row is None and not result.is_caught:
            open_ones.append(result)
    if complete:
        for name in sorted(reasons.keys() - {result.fault.id for result in results}):
            print(f"listed as a survivor but gone: {name}")
    survived = sum(not result.is_caught for result in results)
    print(
        f"\n{len(results)} faults, {len(results) - survived} caught, {survived - len(open_ones)} survived for a reason "
        f"that is listed, {len(open_ones)} survived otherwise; {seconds / 60:.1f} minutes."
    )
    for result in open_ones:
        print(f"  {result.fault.id}: {result.fault.change}")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
