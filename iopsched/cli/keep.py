"""Why the schedule that was replaced is kept, in words."""

from __future__ import annotations

from pathlib import Path

from iopsched.domain.publication import Publication
from iopsched.rulebook import UNITS, GoalId
from iopsched.views.goals import GOAL_WORDS, points
from iopsched.words.phrases import count
from iopsched.work.keeping import Edited, MadeFrom, Published, Why


def published_in(clinic: Path, folder: Path) -> Publication | None:
    """Return the revision that a schedule folder holds, None where it holds no schedule or one never published.

    Raises
    ------
    ConflictError
        If what is published cannot be read.
    """
    from iopsched.ingest import inspect_schedule  # noqa: PLC0415 - keeps --help quick
    from iopsched.work.weeks import published_as  # noqa: PLC0415 - keeps --help quick

    found = inspect_schedule(folder).schedule if folder.is_dir() else None
    return None if found is None else published_as(clinic, found)


def why_kept(why: Why) -> str:
    """Return why a schedule was not to be lost."""
    if isinstance(why, Published):
        return f"is published (revision {why.revision})"
    if isinstance(why, Edited):
        return "had been edited by hand"
    if isinstance(why, MadeFrom):
        return "is the earlier one that this one was made from"
    if why.goal in (GoalId.UNMET_NEED, GoalId.PEOPLE_SHORT) and why.met_before != why.met_now:
        everybody = count(why.people_before, "participant")
        return f"was better ({why.met_before} of {everybody} have everything, now {why.met_now} of {why.people_now})"
    values = (points(value, why.goal, UNITS[why.goal]) for value in (why.before, why.now))
    return f"was better ({GOAL_WORDS[why.goal].lower()} {', now '.join(values)})"
