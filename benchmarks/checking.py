"""Judges a week in a process of its own: what the verifier says of it, as one JSON object.

A process of its own, because the memory that the runner measures of a child begins with what the runner itself holds.

    python -m benchmarks.checking CLINIC FOLDER --week 2026-11-30
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from iopsched.ingest import inspect_clinic, inspect_schedule
from iopsched.verifier import goal_values, violations


def judge(clinic: Path, week: date, folder: Path) -> dict[str, object]:
    """Return ``faults`` of the files, ``violations`` of the rules and the ``goals`` as the verifier counts them."""
    problem = inspect_clinic(clinic, week).problem
    if problem is None:
        return {"faults": ["the clinic is bad input"], "violations": [], "goals": {}}
    found = inspect_schedule(folder, problem)
    if found.schedule is None:
        faults = [str(issue) for issue in found.issues if issue.level == "error"]
        return {"faults": faults, "violations": [], "goals": {}}
    broken = [f"{row.rule}: {row.subject}" for row in violations(problem, found.schedule)]
    values = {str(goal): value.value for goal, value in goal_values(problem, found.schedule).items()}
    return {"faults": [], "violations": broken, "goals": values}


def main() -> None:
    """Print the judgement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clinic", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--week", type=date.fromisoformat, default=date(2026, 11, 30))
    given = parser.parse_args()
    print(json.dumps(judge(given.clinic, given.week, given.folder)))


if __name__ == "__main__":
    main()
