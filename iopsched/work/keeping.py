"""Writing a week; the schedule that it replaces is kept where it is worth that.

That is where it was edited by hand, is better than the new one, or is the earlier week that the new one was made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.domain.outcome import GoalResult, Solved, Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.files.output import (
    edited_files,
    file_sha256,
    is_schedule_folder,
    is_summary_edited,
    read_summary,
    schedule_files,
    write_schedule,
)
from iopsched.files.weektables import TABLES
from iopsched.params import SolveParams
from iopsched.repairs.remembered import REPAIR, happenings_in
from iopsched.rulebook import UNITS, GoalId
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.verifier import goal_values, hours, unmet_minutes, violations
from iopsched.views.goals import GOAL_WORDS, points
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.work.basis import Earlier, EarlierFolder
from iopsched.work.drafts import is_choice_folder, revision_in

_THEIRS = "was written by somebody else"


@dataclass(frozen=True, slots=True)
class EarlierSchedule:
    """Where the schedule that was replaced is kept, and why, as the end of a sentence about it."""

    folder: Path
    why: str


def as_solved(problem: Problem, schedule: Schedule, why: Sentence) -> Solved:
    """Return a week that nobody searched for: its goals as they are, no better bound known than nought.

    ``why`` is said of everybody who lacks something.
    """
    values = goal_values(problem, schedule)
    goals = tuple(GoalResult(goal, values[goal].value, 0, UNITS[goal], values[goal].parts) for goal in GoalId)
    short = {person: minutes for person, minutes in unmet_minutes(problem, schedule).items() if minutes}
    return Solved(schedule, goals, tuple(Unmet(person, short[person], why) for person in sorted(short)))


def write_week(
    target: Path,
    problem: Problem,
    solved: Solved,
    params: SolveParams,
    inputs_sha256: str,
    earlier: Earlier | None,
    clinic: Path | None = None,
    repair: Mapping[str, Any] | None = None,
    network: Mapping[str, Any] | None = None,
    known: Mapping[str, str] | None = None,
    *,
    is_own: bool = False,
    is_theirs: bool = False,
) -> EarlierSchedule | None:
    """Write the files of a week and return where the schedule that it replaces is kept, None where it is not.

    ``clinic`` is where the clinic lies: what somebody has published since the target was chosen is kept. ``repair`` is
    what a repaired week remembers; a draft that remembers something else is kept, but for
    choices of a repair beside its first one. ``network`` is by what a night knows its own week again. Where ``known`` has
    the hashes of the tables that are to be replaced, others are kept; where these are the writer's own, ``is_own``, nothing
    else is; where they are of somebody else who wrote at the same time, ``is_theirs``, they are kept whatever they are worth.
    """
    counted = hours(problem, solved.schedule)
    is_earlier = earlier is not None and earlier.is_at(target)
    is_beside = repair is not None and (repair.get("choice") != ChoiceName.LEAST_UNMET or is_choice_folder(target))
    why = ""

    def is_kept() -> bool:
        nonlocal why
        why = _published(clinic, target, solved.schedule)
        if not why and not is_own:
            why = _THEIRS if is_theirs else _worth_keeping(target, problem, solved.schedule, inputs_sha256)
        if not why and not is_beside and _knows_more(target, repair):
            why = "knew of something else that happened"
        if not why and any(file_sha256(target / name) != sha for name, sha in (known or {}).items()):
            why = "was changed meanwhile"
        if not why and is_earlier and isinstance(earlier, EarlierFolder) and not _is_same(files(None), earlier):
            why = "is the earlier one that this one was made from"
        return bool(why)

    def files(kept: Path | None) -> Mapping[str, bytes]:
        moved = earlier if earlier is None or kept is None or not is_earlier else earlier.moved(kept)
        entry = moved.entry if moved else None
        return schedule_files(problem, solved, counted, params, inputs_sha256, entry, repair, network)

    kept = write_schedule(target, files, is_kept)
    return None if kept is None else EarlierSchedule(kept, why)


def _published(clinic: Path | None, folder: Path, new: Schedule) -> str:
    """Return which revision lies in a folder that is to get another week, blank where none does."""
    published = revision_in(clinic, folder) if clinic is not None else None
    if published is None or frozenset(published.schedule.sessions) == frozenset(new.sessions):
        return ""
    return f"is published (revision {published.revision})"


def _knows_more(folder: Path, repair: Mapping[str, Any] | None) -> bool:
    """Return whether the week in a folder remembers something that the new one does not."""
    return not {*happenings_in(read_summary(folder))} <= {*happenings_in({REPAIR: repair})}


def _is_same(files: Mapping[str, bytes], earlier: EarlierFolder) -> bool:
    return all(hashlib.sha256(files[name]).hexdigest() == earlier.files_sha256[name] for name in TABLES)


def _worth_keeping(folder: Path, problem: Problem, new: Schedule, inputs_sha256: str) -> str:
    """Return why the schedule in a folder must not be lost, blank if it may be replaced by the new one.

    A schedule of other inputs is not compared: its goals have another meaning.
    """
    if not is_schedule_folder(folder):
        return ""
    summary = read_summary(folder)
    if edited_files(folder, summary) or is_summary_edited(folder):
        return "had been edited by hand"
    if summary is None or summary.get("inputs_sha256") != inputs_sha256:
        return ""
    return _better(folder, problem, new)


def _better(folder: Path, problem: Problem, new: Schedule) -> str:
    """Return in which goal, the first in which they differ, the earlier schedule was better; blank where it was not."""
    old = ingest.inspect_schedule(folder, problem).schedule
    if old is None or violations(problem, old):
        return ""
    before, now = goal_values(problem, old), goal_values(problem, new)
    first = next((goal for goal in GoalId if before[goal].value != now[goal].value), None)
    if first is None or before[first].value > now[first].value:
        return ""
    (met_before, people_before), (met_now, people_now) = (_met(problem, schedule) for schedule in (old, new))
    if first in (GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.PEOPLE_SHORT) and met_before != met_now:
        everybody = count(people_before, "participant")
        return f"was better ({met_before} of {everybody} have everything, now {met_now} of {people_now})"
    values = (points(goals[first].value, first, UNITS[first]) for goals in (before, now))
    return f"was better ({GOAL_WORDS[first].lower()} {', now '.join(values)})"


def _met(problem: Problem, schedule: Schedule) -> tuple[int, int]:
    """Return how many participants have everything, and how many there are."""
    rows = hours(problem, schedule)
    return sum(row.status == "met" for row in rows), len(rows)
