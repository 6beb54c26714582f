"""Makes cases, judges what is explained of them, and reports."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import benchmarks.obstacles as package
from benchmarks.obstacles.judge import COMMAND, as_line, judge
from benchmarks.obstacles.plans import SETS, plans
from benchmarks.obstacles.planting import Case, Planter
from benchmarks.obstacles.report import report


def make(given: argparse.Namespace) -> None:
    """Write the cases that are missing."""
    skipped = given.into / "skipped.jsonl"
    given.into.mkdir(parents=True, exist_ok=True)
    known = {json.loads(line) for line in skipped.read_text().splitlines()} if skipped.exists() else set()
    counts = Counter[str]()
    for plan in plans(given.set, given.number):
        folder = given.into / plan.name
        if (folder / "planted.json").exists():
            counts.update(row.kind for row in Case.read(folder).obstacles)
            continue
        if plan.name in known:
            continue
        begun = time.process_time()
        case = Planter(counts).make(plan, folder)
        seconds = time.process_time() - begun
        if case is None:
            with skipped.open("a") as file:
                file.write(json.dumps(plan.name) + "\n")
        told = "none" if case is None else f"{case.unmet} min, {', '.join(row.kind for row in case.obstacles)}"
        print(f"{plan.name} {plan.base} {plan.participants}: {told} ({seconds:.0f} s)", file=sys.stderr, flush=True)


def judge_all(given: argparse.Namespace) -> None:
    """Judge the cases that have no line yet, and report."""
    given.out.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.loads(line) for line in given.out.read_text().splitlines()] if given.out.exists() else []
    known = {line["case"] for line in lines}
    folders = [path.parent for path in sorted(given.cases.glob("*/planted.json"))]
    for folder in folders:
        if folder.name not in known and fnmatch(folder.name, given.only):
            found = judge(folder, shlex.split(given.command) if given.command else COMMAND)
            with given.out.open("a") as file:
                file.write(as_line(found) + "\n")
            print(f"{folder.name}: {found.processor} s, named {found.named}", file=sys.stderr, flush=True)
    tell(given)


def tell(given: argparse.Namespace) -> None:
    """Print the report."""
    lines = [json.loads(line) for line in given.out.read_text().splitlines()]
    print("\n".join(report([line for line in lines if fnmatch(line["case"], given.only)])))


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.obstacles",
        description=package.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True)
    of = commands.add_parser("make", help="write cases")
    of.add_argument("into", type=Path)
    of.add_argument("--set", choices=list(SETS), default="choose")
    of.add_argument("--number", type=int, default=200)
    of.set_defaults(do=make)
    for name, do, says in (
        ("judge", judge_all, "judge what is explained of cases"),
        ("report", tell, "print what came"),
    ):
        of = commands.add_parser(name, help=says)
        if do is judge_all:
            of.add_argument("cases", type=Path)
            of.add_argument("--command", help=f"instead of: {shlex.join(COMMAND)}")
        of.add_argument("out", type=Path, help="a file of JSON lines, one a case; goes on with those that are missing")
        of.add_argument("--only", default="*", help="such as choose-*")
        of.set_defaults(do=do)
    given = parser.parse_args()
    given.do(given)


if __name__ == "__main__":
    main()
