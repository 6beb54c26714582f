"""Times reading a clinic and writing a week of it, in a process that has done nothing else.

Reading is ``inspect_clinic`` with all its checks, writing is everything from the schedule to files that are safely in
place; what both import is part of them. The week is the planted one. Prints one JSON object.

    python -m benchmarks.reading CLINIC --week 2026-11-30
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter


def measure(clinic: Path, week: date) -> dict[str, float]:
    """Return ``read_s`` and ``write_s``, seconds."""
    begun = perf_counter()
    from iopsched.ingest import inspect_clinic, read_schedule

    found = inspect_clinic(clinic, week)
    read_s = perf_counter() - begun
    if found.problem is None:
        raise ValueError(f"{clinic} has faults.")
    from benchmarks.planted import planted_folder

    schedule = read_schedule(planted_folder(clinic), found.problem)

    begun = perf_counter()
    from iopsched.domain.outcome import GoalResult, Solved
    from iopsched.files.output import schedule_files, write_schedule
    from iopsched.params import SolveParams
    from iopsched.rulebook import UNITS, GoalId
    from iopsched.verifier import hours

    solved = Solved(schedule, tuple(GoalResult(goal, 0, 0, UNITS[goal]) for goal in GoalId))
    files = schedule_files(found.problem, solved, hours(found.problem, schedule), SolveParams(), found.inputs_sha256)
    with tempfile.TemporaryDirectory() as folder:
        write_schedule(Path(folder) / "week", files)
        write_s = perf_counter() - begun
    return {"read_s": round(read_s, 3), "write_s": round(write_s, 3)}


def main() -> None:
    """Print both times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clinic", type=Path)
    parser.add_argument("--week", type=date.fromisoformat, default=date(2026, 11, 30))
    given = parser.parse_args()
    print(json.dumps(measure(given.clinic, given.week)))


if __name__ == "__main__":
    main()
