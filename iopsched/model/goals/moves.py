"""Goal ``moves``: entries of the same people that only one of the two weeks has."""

from __future__ import annotations

from collections.abc import Iterable

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Schedule
from iopsched.model.goals.earlier import KeptEntries, participant_rows, therapist_rows
from iopsched.model.posting import Expression
from iopsched.model.variables import Variables


def moves(x: Variables) -> Expression:
    """Return the number of entries that would have to be told of as new, or as gone."""
    return entries_moved(x) if x.problem.comparison == "strict" else 0


def entries_moved(x: Variables) -> Expression:
    """Return the entries of the same people that only one of the two weeks has, whatever they weigh."""
    previous = x.problem.previous
    return 0 if previous is None else participant_entries(x, previous) + therapist_entries(x, previous)


def participant_entries(x: Variables, previous: Schedule) -> Expression:
    """Return entries that differ of the participants of both weeks."""
    return _differing(participant_rows(x, previous))


def therapist_entries(x: Variables, previous: Schedule) -> Expression:
    """Return entries that differ of the staff."""
    return _differing(therapist_rows(x, previous))


def _differing(rows: Iterable[KeptEntries]) -> Expression:
    """Return entries of either week less, twice, those of both."""
    found = list(rows)
    kept = [literal for row in found for ways in row.kept for literal in ways]
    return (
        sum(len(row.kept) for row in found)
        + cp_model.LinearExpr.sum([row.now for row in found])
        - 2 * cp_model.LinearExpr.sum(kept)
    )
