"""Why the schedule that is about to be replaced is kept, in words."""

from __future__ import annotations

from pathlib import Path

from iopsched.cli.words import count
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.goalwords import GOAL_WORDS, points
from iopsched.rulebook import UNITS, GoalId


def published_in(clinic: Path, folder: Path) -> Publication | None:
    """Return the revision that a schedule folder holds, None where it holds no schedule or one never published.

    Raises
    ------
    ConflictError
        If what is published cannot be read.
    """
    from iopsched.ingest import inspect_schedule  # noqa: PLC0415 - keeps --help quick
    from iopsched.weeks import published_as  # noqa: PLC0415 - keeps --help quick

    found = inspect_schedule(folder).schedule if folder.is_dir() else None
    return None if found is None else published_as(clinic, found)


def why_keep(
    folder: Path, problem: Problem, new: Schedule, inputs_sha256: str, published: Publication | None = None
) -> str:
    """Return why the schedule in a folder must not be lost, blank where it may be replaced.

    ``published`` is the revision that the folder holds.
    """
    from iopsched.keeping import Edited, worth_keeping  # noqa: PLC0415 - keeps --help quick

    if published is not None and frozenset(published.schedule.sessions) != frozenset(new.sessions):
        return f"is published (revision {published.revision})"
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
