"""Why the schedule that is about to be replaced is kept, in words."""

from __future__ import annotations

from pathlib import Path

from iopsched.cli.words import count
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.goalwords import GOAL_WORDS, points
from iopsched.rulebook import UNITS, GoalId


def why_keep(folder: Path, problem: Problem, new: Schedule, inputs_sha256: str) -> str:
    """Return why the schedule in a folder must not be lost, blank where it may be replaced."""
    from iopsched.keeping import Edited, worth_keeping  # noqa: PLC0415 - keeps --help quick

    why = worth_keeping(folder, problem, new, inputs_sha256)
    if why is None:
        return ""
    if isinstance(why, Edited):
        return "had been edited by hand"
    if why.goal in (GoalId.UNMET_NEED, GoalId.PEOPLE_SHORT) and why.met_before != why.met_now:
        everybody = count(why.people_before, "participant")
        return f"was better ({why.met_before} of {everybody} have everything, now {why.met_now} of {why.people_now})"
    values = (points(value, why.goal, UNITS[why.goal]) for value in (why.before, why.now))
    return f"was better ({GOAL_WORDS[why.goal].lower()} {', now '.join(values)})"
