"""Goal ``changes``: people whose set of sessions differs from the earlier week."""

from __future__ import annotations

from collections.abc import Iterable

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Schedule
from iopsched.model.goals.earlier import KeptEntries, participant_rows, therapist_rows
from iopsched.model.posting import Expression, Literal
from iopsched.model.variables import Variables


def changes(x: Variables) -> Expression:
    """Return the number of participants and staff who would have to be told of a change."""
    previous = x.problem.previous
    if x.problem.comparison != "strict" or previous is None:
        return 0
    return participants(x, previous) + therapists(x, previous)


def participants(x: Variables, previous: Schedule) -> Expression:
    """Return the number of participants of both weeks whose sets of sessions differ."""
    return _differing(x, participant_rows(x, previous))


def therapists(x: Variables, previous: Schedule) -> Expression:
    """Return the number of members of staff whose sets of sessions differ."""
    return _differing(x, therapist_rows(x, previous))


def _differing(x: Variables, rows: Iterable[KeptEntries]) -> Expression:
    return cp_model.LinearExpr.sum([_differs(x, row) for row in rows])


def _differs(x: Variables, row: KeptEntries) -> Literal:
    """Return a literal that holds at least when the person's set of sessions differs.

    The sets are equal exactly when every former session is there again and nothing else is. Said of each entry, and not of
    their number, the linear relaxation knows that whoever takes over a session has a change.
    """
    if not all(row.kept):
        return x.cp.new_constant(1)
    differs = x.cp.new_bool_var("")
    for ways in row.kept:
        x.cp.add_bool_or([*ways, differs])
    for literals in row.others:
        x.cp.add(cp_model.LinearExpr.sum(list(literals)) <= differs)
    for literal, same in row.same:
        x.cp.add_bool_or([literal.negated(), *same, differs])
    return differs
