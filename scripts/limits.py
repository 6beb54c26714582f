"""Whether a time limit is kept: limits x clinics, on an idle machine or beside busy loops.

    python -m scripts.limits data/complete data/teens --limits 2,5,10,20 --load 6 --week 2026-11-30

Runs `iopsched solve` as a process of its own and prints a table row for each run: seconds of the whole command, how
many these are beside the limit, the exit code, and the values of the goals with their bounds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

BUSY = "while True: pass"


@contextlib.contextmanager
def busy_loops(number: int) -> Iterator[None]:
    """Keep so many processes busy beside what is done inside."""
    loops = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(number)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def measured(clinic: Path, week: str, limit_s: float, options: list[str]) -> tuple[float, int, str]:
    """Return the seconds that a solve took, its exit code, and its goals in short."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["solve", str(clinic), "--week", week, "--time-limit", f"{limit_s:g}", "--json", "--quiet"]
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "iopsched", *command, "--out", f"{folder}/week", *options],
            capture_output=True,
            text=True,
            check=False,
        )
        return time.monotonic() - begun, done.returncode, goals_of(done.stdout)


def goals_of(answer: str) -> str:
    """Return the goals of a solve's answer as ``value/bound``, or what it says instead."""
    try:
        found = json.loads(answer)
    except ValueError:
        return "no answer"
    goals = found.get("goals")
    return str(found.get("status")) if not goals else " ".join(f"{goal['value']}/{goal['bound']}" for goal in goals)


def row(clinic: Path, limit_s: float, load: int, seconds: float, code: int, goals: str) -> str:
    """Return a run as a row of a table."""
    return (
        f"| {clinic.name} | {limit_s:g} s | {load} | {seconds:.2f} s | {seconds - limit_s:+.2f} s | {code} | {goals} |"
    )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clinics", nargs="+", type=Path)
    parser.add_argument("--week", default="2026-11-30")
    parser.add_argument("--limits", default="2,5,10,20", help="seconds, with commas between")
    parser.add_argument("--load", type=int, default=0, help="busy loops beside each run")
    parser.add_argument("--seed", default="0")
    given = parser.parse_args()
    print("| clinic | limit | load | whole command | beside the limit | exit | goals (value/bound) |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for clinic in given.clinics:
        for limit_s in map(float, given.limits.split(",")):
            with busy_loops(given.load):
                found = measured(clinic, given.week, limit_s, ["--seed", given.seed])
            print(row(clinic, limit_s, given.load, *found), flush=True)


if __name__ == "__main__":
    main()
