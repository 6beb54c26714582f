"""Whether the schedule that is about to be replaced is worth keeping: edited by hand, or better than the new one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from iopsched import ingest
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.output import edited_files, is_schedule_folder, is_summary_edited, read_summary
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, hours, violations


@dataclass(frozen=True, slots=True)
class Edited:
    """The earlier schedule was edited by hand."""


@dataclass(frozen=True, slots=True)
class Better:
    """The earlier schedule was better in ``goal``, the first in which they differ: ``before`` is less than ``now``.

    ``met_before`` and ``met_now`` count the participants who have everything, out of ``people_before``
    and ``people_now``.
    """

    goal: GoalId
    before: int
    now: int
    met_before: int
    people_before: int
    met_now: int
    people_now: int


def worth_keeping(folder: Path, problem: Problem, new: Schedule, inputs_sha256: str) -> Edited | Better | None:
    """Return why the schedule in a folder must not be lost, None if it may be replaced by the new one.

    A schedule of other inputs is not compared: its goals have another meaning.
    """
    if not is_schedule_folder(folder):
        return None
    summary = read_summary(folder)
    if edited_files(folder, summary) or is_summary_edited(folder):
        return Edited()
    if summary is None or summary.get("inputs_sha256") != inputs_sha256:
        return None
    return _better(folder, problem, new)


def _better(folder: Path, problem: Problem, new: Schedule) -> Better | None:
    old = ingest.inspect_schedule(folder, problem).schedule
    if old is None or violations(problem, old):
        return None
    before, now = goal_values(problem, old), goal_values(problem, new)
    first = next((goal for goal in GoalId if before[goal].value != now[goal].value), None)
    if first is None or before[first].value > now[first].value:
        return None
    (met_before, people_before), (met_now, people_now) = (_met(problem, schedule) for schedule in (old, new))
    return Better(first, before[first].value, now[first].value, met_before, people_before, met_now, people_now)


def _met(problem: Problem, schedule: Schedule) -> tuple[int, int]:
    rows = hours(problem, schedule)
    return sum(row.status == "met" for row in rows), len(rows)
