"""Whether the schedule that is about to be replaced is worth keeping: edited by hand, or better than the new one."""

from __future__ import annotations

from pathlib import Path

from iopsched.cli.goals import GOAL_WORDS, points
from iopsched.cli.words import count
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import HoursRow, Schedule
from iopsched.rulebook import UNITS, GoalId


def why_keep(folder: Path, problem: Problem, new: Schedule, inputs_sha256: str) -> str:
    """Return why the schedule in a folder must not be lost, blank where it may be replaced."""
    from iopsched.output import edited_files, is_schedule_folder, read_summary  # noqa: PLC0415 - keeps --help quick

    if not is_schedule_folder(folder):
        return ""
    summary = read_summary(folder)
    if edited_files(folder, summary):
        return "had been edited by hand"
    if summary is None or summary.get("inputs_sha256") != inputs_sha256:
        return ""
    return _why_better(folder, problem, new)


def _why_better(folder: Path, problem: Problem, new: Schedule) -> str:
    from iopsched.ingest import inspect_schedule  # noqa: PLC0415 - keeps --help quick
    from iopsched.verifier import goal_values, hours, violations  # noqa: PLC0415 - keeps --help quick

    old = inspect_schedule(folder, problem).schedule
    if old is None or violations(problem, old):
        return ""
    before, now = goal_values(problem, old), goal_values(problem, new)
    first = next((goal for goal in GoalId if before[goal].value != now[goal].value), None)
    if first is None or before[first].value > now[first].value:
        return ""
    rows, new_rows = hours(problem, old), hours(problem, new)
    if first in (GoalId.UNMET_NEED, GoalId.PEOPLE_SHORT) and _met(rows) != _met(new_rows):
        everybody = count(len(rows), "participant")
        return f"was better ({_met(rows)} of {everybody} have everything, now {_met(new_rows)} of {len(new_rows)})"
    values = (points(found[first].value, first, UNITS[first]) for found in (before, now))
    return f"was better ({GOAL_WORDS[first].lower()} {', now '.join(values)})"


def _met(rows: tuple[HoursRow, ...]) -> int:
    return sum(row.status == "met" for row in rows)
