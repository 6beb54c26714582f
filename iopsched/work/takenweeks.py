"""What a search has proven of a week that somebody took as the draft: it holds beside the schedules as long as the draft does."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from iopsched.domain.outcome import GoalResult, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.export.assembly import goals_in, reasons_in, valid_summary
from iopsched.files.weektables import ROSTER, SESSIONS, table_files
from iopsched.verifier import hours
from iopsched.words.sentence import Sentence
from iopsched.work.drafts import default_folder
from iopsched.work.keeping import as_solved


def taken_folder(clinic: Path, week: date) -> Path:
    """Return where the week lies that was taken last: ``schedules/.2026-11-30.taken``."""
    folder = default_folder(clinic, week)
    return folder.with_name(f".{folder.name}.taken")


def remember_taken(found: Path, clinic: Path, week: date) -> None:
    """Keep the folder that a search has left, in place of what was taken before."""
    forget_taken(clinic, week)
    if found.is_dir():
        found.rename(taken_folder(clinic, week))


def forget_taken(clinic: Path, week: date) -> None:
    """Forget what was taken, as the draft ends."""
    shutil.rmtree(taken_folder(clinic, week), ignore_errors=True)


def solved_as_taken(
    clinic: Path, problem: Problem, schedule: Schedule, inputs_sha256: str, otherwise: Sentence
) -> Solved:
    """Return a week as it stands, with what a search has proven of the one that was taken, as far as it is true of this one.

    A bound says that no week is better whose earlier goals are as good: it holds of any week that has these values. Why
    people are short is known of that very week alone; of another one ``otherwise`` is said.
    """
    here = as_solved(problem, schedule, otherwise)
    summary = valid_summary(taken_folder(clinic, problem.week), inputs_sha256)
    if summary is None:
        return here
    known = {row.participant_id: row for row in reasons_in(summary)} if _is_of(summary, problem, schedule) else {}
    unmet = tuple(known.get(row.participant_id, row) for row in here.unmet)
    return replace(here, goals=tuple(_bounded(here.goals, goals_in(summary))), unmet=unmet)


def _is_of(summary: Mapping[str, Any], problem: Problem, schedule: Schedule) -> bool:
    """Return whether a summary speaks of this very week."""
    tables = table_files(problem, schedule, hours(problem, schedule))
    return all(hashlib.sha256(tables[name]).hexdigest() == summary["files_sha256"][name] for name in (SESSIONS, ROSTER))


def _bounded(goals: tuple[GoalResult, ...], found: tuple[GoalResult, ...]) -> Iterator[GoalResult]:
    known = {goal.name: goal for goal in found}
    is_alike = True
    for goal in goals:
        proven = known.get(goal.name) if is_alike else None
        yield goal if proven is None else replace(goal, bound=min(proven.bound, goal.value))
        is_alike = proven is not None and proven.value == goal.value
