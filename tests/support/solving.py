"""A small clinic in which something is lacking, the example clinics, and what every solved week must be."""

import os
import shutil
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path

import iopsched
from iopsched.domain.outcome import Solved
from iopsched.domain.pins import Pin
from iopsched.ingest import inspect_clinic
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations
from tests.support.clinics import MONDAY, adult, clinic, group, level, room, service, small, therapist, windows

ROOT = Path(iopsched.__file__).parents[1]
DATA = ROOT / "data"
HARD_PIN = Pin("must", therapist_id="T2", service_id="individual", day=2, start=660, row=2)
EXAMPLES = sorted(path.parent.name for path in DATA.glob("*/clinic.toml"))
WEEK = date(2026, 11, 30)


@cache
def example(name):
    """Return the problem of a clinic under ``data/``."""
    return inspect_clinic(DATA / name, WEEK).problem


def ordinary(**changes):
    """Return a clinic of four adults, one group, and one room: A4 can come on Monday morning only and stays short.

    Every goal but ``changes`` and ``moves`` ends above 0, so that each has something to search and to prove.
    """
    people = (
        adult("A1", preferred=windows("Mon-Fri 14:00-18:00")),
        adult("A2"),
        adult("A3", primary_id="T2"),
        adult("A4", availability=windows("Mon 09:00-12:00")),
    )
    facts = {
        "clinic": clinic(
            level=level(min_minutes_per_week=420, min_days_per_week=2, program_day_minutes=60),
            open=windows("Mon-Wed 09:00-16:00"),
        ),
        "services": (
            service("process", minutes=120),
            service("individual", kind="individual", with_primary=True, per_week={"adult": 1}),
        ),
        "participants": people,
        "therapists": (therapist("T1"), therapist("T2", availability=windows("Mon-Wed 09:00-13:00"))),
        "rooms": (room("R1"), room("R2", capacity=3)),
        "groups": (group("G1", sessions_per_week=3, one_lead="prefer"),),
    }
    return small(**{**facts, **changes})


def crowd(number=12):
    """Return a clinic in which a search takes longer than any test waits for: many people, few rooms."""
    hours = windows("Mon-Fri 09:00-18:00")
    return small(
        clinic=clinic(level=level(min_minutes_per_week=540, min_days_per_week=3, program_day_minutes=60), open=hours),
        services=(
            service("process", minutes=180),
            service("individual", kind="individual", with_primary=True, per_week={"adult": 2}),
            service("family", kind="family", per_week={"adult": 1}),
        ),
        participants=tuple(
            adult(f"A{n:02d}", preferred=windows(f"Mon-Fri {9 + n % 6:02d}:00-16:00")) for n in range(number)
        ),
        therapists=tuple(therapist(f"T{n}") for n in range(4)),
        rooms=(room("R1", capacity=9), room("R2", capacity=9), room("R3", capacity=4)),
        groups=tuple(group(f"G{n}", sessions_per_week=3, one_lead="prefer", target_size=7) for n in range(3)),
    )


def assert_sound(problem, outcome):
    """Assert that a week may be published, and that its numbers are the verifier's and no bound is above them."""
    assert isinstance(outcome, Solved), outcome
    assert violations(problem, outcome.schedule) == ()
    found = goal_values(problem, outcome.schedule)
    assert [goal.name for goal in outcome.goals] == [goal.value for goal in GoalId]
    assert {goal.name: goal.value for goal in outcome.goals} == {goal.value: found[goal].value for goal in GoalId}
    assert {goal.name: goal.parts for goal in outcome.goals} == {goal.value: found[goal].parts for goal in GoalId}
    assert all(0 <= goal.bound <= goal.value for goal in outcome.goals)


def values(outcome):
    """Return the values of all goals in rank order."""
    return [goal.value for goal in outcome.goals]


def run_cli(*arguments, **environment):
    """Start ``python -m iopsched`` and return the process."""
    return subprocess.Popen(
        [sys.executable, "-m", "iopsched", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **environment},
    )


def finished(*arguments, **environment):
    """Run ``python -m iopsched`` to its end; return exit code, stdout and stderr."""
    process = run_cli(*arguments, **environment)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def copy_of(name, folder):
    """Copy an example clinic into a folder."""
    shutil.copytree(DATA / name, folder, ignore=shutil.ignore_patterns("schedules"))
    return folder


__all__ = [
    "DATA", "EXAMPLES", "HARD_PIN", "MONDAY", "ROOT", "WEEK", "assert_sound", "copy_of", "crowd", "example", "finished", "ordinary",
    "run_cli", "values",
]  # fmt: skip
