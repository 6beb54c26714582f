"""From a clinic and a schedule folder to an edition."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from iopsched.domain.names import Names
from iopsched.domain.outcome import GoalResult, Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.export.edition import Edition
from iopsched.output import edited_files, read_summary
from iopsched.publishing import changes
from iopsched.verifier import hours, violations
from iopsched.view import Labels, NameMode


def gather_edition(
    problem: Problem,
    schedule: Schedule,
    publication: Publication,
    earlier: Publication | None,
    names: Names,
    mode: NameMode | None,
    summary: Mapping[str, Any] | None,
) -> Edition:
    """Return a week as exports need it.

    ``publication`` is its draft or, where it was published as it is, its last
    revision; ``earlier`` is the last revision, if there is one. ``mode`` is how people are
    named everywhere; None names them by id in rosters and not at all in
    calendars. ``summary`` is what :func:`valid_summary` returned.
    """
    return Edition(
        problem=problem,
        schedule=schedule,
        publication=publication,
        hours=hours(problem, schedule),
        violations=violations(problem, schedule),
        labels=Labels(mode or NameMode.ID, names),
        calendar_labels=Labels(mode or NameMode.NONE, names),
        goals=_goals(summary),
        unmet=_unmet(summary),
        changes=None if earlier is None else changes(earlier, publication),
    )


def valid_summary(folder: Path, inputs_sha256: str) -> Mapping[str, Any] | None:
    """Return what the search reported of a schedule folder, None if its tables or the clinic were edited since."""
    summary = read_summary(folder)
    if summary is None or summary.get("inputs_sha256") != inputs_sha256 or edited_files(folder, summary):
        return None
    return summary


def _goals(summary: Mapping[str, Any] | None) -> tuple[GoalResult, ...]:
    found = []
    for row in _rows(summary, "goals"):
        name, value, bound, unit = (row.get(key) for key in ("name", "value", "bound", "unit"))
        if isinstance(name, str) and isinstance(value, int) and isinstance(bound, int) and isinstance(unit, str):
            parts = row.get("parts")
            kept = parts.items() if isinstance(parts, dict) else ()
            weighed = tuple((str(part), number) for part, number in kept if isinstance(number, int))
            found.append(GoalResult(name, value, bound, unit, weighed))
    return tuple(found)


def _unmet(summary: Mapping[str, Any] | None) -> tuple[Unmet, ...]:
    found = []
    for row in _rows(summary, "unmet"):
        person, minutes, why = (row.get(key) for key in ("participant_id", "minutes", "why"))
        if isinstance(person, str) and isinstance(minutes, int) and isinstance(why, str):
            found.append(Unmet(person, minutes, why))
    return tuple(found)


def _rows(summary: Mapping[str, Any] | None, key: str) -> list[dict[str, Any]]:
    rows = summary.get(key) if summary else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
