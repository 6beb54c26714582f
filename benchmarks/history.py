"""A store with many weeks, and how long each command needs on it.

    python -m benchmarks.history /tmp/season --weeks 60 --revisions 3
    python -m benchmarks.history /tmp/season --weeks 1 --revisions 1

The first makes a planted clinic and its store where there is none yet: one week is solved and published again and
again, each revision with one more change. Then every command is run and timed, in seconds of processor.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.planted import MAKES, WEEK, plant_make
from iopsched import ingest, store, verifier
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.files.output import schedule_files, write_schedule
from iopsched.params import SolveParams
from iopsched.search import solve

ACTOR = "director"


def make(clinic: Path, weeks: int, revisions: int, people: int, limit_s: float) -> None:
    """Make a clinic with a store, and the folder of the last revision of its last week."""
    plant_make(clinic, MAKES["roomy"], people, 1)
    problem = ingest.read_problem(clinic, WEEK)
    params = SolveParams(time_limit_s=limit_s, workers=2)
    solved = solve(problem, params)
    chance = random.Random(1)
    for number in range(weeks):
        week = replace(problem, week=WEEK - timedelta(weeks=weeks - 1 - number))
        schedule = replace(solved.schedule, week=week.week)  # type: ignore[union-attr]
        for revision in range(revisions):
            schedule = _changed(schedule, chance) if revision else schedule
            hours = verifier.hours(week, schedule)
            files = schedule_files(week, replace(solved, schedule=schedule), hours, params, "0" * 64)  # type: ignore[type-var]
            facts = ingest.facts_now(clinic, week.clinic.name, "0" * 64, files).to_bytes()
            now = datetime.combine(week.week, datetime.min.time(), UTC) + timedelta(days=revision - 2)
            store.publish(clinic, week.clinic, schedule, now=now, actor=ACTOR, facts=facts)
            write_schedule(_folder(clinic, week, revision), files)


def _folder(clinic: Path, problem: Problem, revision: int) -> Path:
    name = problem.week.isoformat() + (f".r{revision + 1}" if revision else "")
    return clinic / "schedules" / name


def _changed(schedule: Schedule, chance: random.Random) -> Schedule:
    """Return a week in which one participant stays away from one session."""
    session = chance.choice([row for row in schedule.sessions if len(row.participant_ids) > 2])
    left = tuple(sorted(chance.sample(session.participant_ids, len(session.participant_ids) - 1)))
    rows = (replace(row, participant_ids=left) if row.id == session.id else row for row in schedule.sessions)
    return replace(schedule, sessions=tuple(rows))


def commands(clinic: Path, last: str) -> dict[str, list[str]]:
    """Return what is measured: a name, and the words of the command."""
    place = str(clinic)
    folder = str(next(iter(sorted((clinic / "schedules").glob(f"{last}*"), reverse=True))))
    return {
        "nothing but the program": ["--version"],
        "history": ["history", place],
        "history of a week": ["history", place, "--week", last],
        "history --verify": ["history", place, "--verify"],
        "show": ["show", place, folder],
        "verify": ["verify", place, folder],
        "publish --dry-run": ["publish", place, folder, "--dry-run", "--force"],
        "publish": ["publish", place, folder, "--force"],
        "restore": ["restore", place, "--week", last],
        "rules --clinic": ["rules", "--clinic", place],
    }


def measure(words: Sequence[str], repeats: int = 3) -> tuple[float, float]:
    """Return the least seconds of processor, and of the clock, of several runs of a command."""
    found = []
    for _ in range(repeats):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run([sys.executable, "-m", "iopsched", *words], capture_output=True, check=False)
        wall_s = time.monotonic() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in (0, 4):
            raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stderr.decode()}")
        found.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall_s))
    return min(found)[0], min(row[1] for row in found)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make what is missing, and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clinic", type=Path)
    parser.add_argument("--weeks", type=int, default=60)
    parser.add_argument("--revisions", type=int, default=3)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--limit", type=float, default=10.0, help="seconds for the one week that is solved")
    given = parser.parse_args(arguments)
    if not given.clinic.exists():
        make(given.clinic, given.weeks, given.revisions, given.people, given.limit)
    last = WEEK.isoformat()
    for name, words in commands(given.clinic, last).items():
        cpu_s, wall_s = measure(words)
        print(f"{name}: {cpu_s:.2f} s of processor, {wall_s:.2f} s", flush=True)


if __name__ == "__main__":
    main()
