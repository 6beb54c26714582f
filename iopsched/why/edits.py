"""Problems with one fact changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

from iopsched.domain.clinic import Clinic
from iopsched.domain.people import TimeOff
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import WEEK
from iopsched.why.cause import Undo

NO_LIMIT = WEEK
"""A number that no total of minutes or people of a week passes."""

Facts = TypeVar("Facts", Problem, Clinic)


def _replaced(facts: Facts, field: str, value: Any) -> Facts:
    changes = {field: value}
    return replace(facts, **changes)


def changed_row(table: str, row_id: str, **changes: Any) -> Undo:
    """Return an edit that changes cells of the row with this id."""

    def edit(problem: Problem) -> Problem:
        rows = (replace(row, **changes) if row.id == row_id else row for row in getattr(problem, table))
        return _replaced(problem, table, tuple(rows))

    return edit


def without(table: str, is_gone: Callable[[Any], bool]) -> Undo:
    """Return an edit that takes rows out."""

    def edit(problem: Problem) -> Problem:
        return _replaced(problem, table, tuple(row for row in getattr(problem, table) if not is_gone(row)))

    return edit


def present_during(absence: TimeOff, sessions: Iterable[Session]) -> Undo:
    """Return an edit that takes the time of these sessions out of an absence, whose other time stays as it is.

    So sessions that covers lead at other times stay legal.
    """
    spans = sorted((row.start, row.end) for row in sessions)

    def edit(problem: Problem) -> Problem:
        monday = datetime.combine(problem.week, time())
        left = [absence]
        for start, end in ((monday + timedelta(minutes=a), monday + timedelta(minutes=b)) for a, b in spans):
            left = [part for row in left for part in _beside(row, start, end)]
        rows = (part for row in problem.time_off for part in (left if row == absence else [row]))
        return _replaced(problem, "time_off", tuple(rows))

    return edit


def _beside(absence: TimeOff, start: datetime, end: datetime) -> list[TimeOff]:
    """Return what is left of an absence before and after a span."""
    if end <= absence.start or absence.end <= start:
        return [absence]
    before = [replace(absence, end=start)] if absence.start < start else []
    after = [replace(absence, start=end)] if end < absence.end else []
    return [*before, *after]


def changed_need(participant_id: str, service_id: str, **changes: Any) -> Undo:
    """Return an edit that changes cells of a row of ``needs.csv``."""

    def edit(problem: Problem) -> Problem:
        rows = (
            replace(row, **changes) if (row.participant_id, row.service_id) == (participant_id, service_id) else row
            for row in problem.needs
        )
        return replace(problem, needs=tuple(rows))

    return edit


def changed_clinic(**changes: Any) -> Undo:
    """Return an edit of settings that stand in no table."""
    return lambda problem: replace(problem, clinic=replace(problem.clinic, **changes))


def changed_staff_limits(**changes: Any) -> Undo:
    """Return an edit of ``[staff]``."""
    return lambda problem: replace(
        problem, clinic=replace(problem.clinic, staff=replace(problem.clinic.staff, **changes))
    )


def changed_setting(table: str, key: str, **changes: Any) -> Undo:
    """Return an edit of one level, payer or phase."""

    def edit(problem: Problem) -> Problem:
        rows = getattr(problem.clinic, table)
        return replace(problem, clinic=_replaced(problem.clinic, table, {**rows, key: replace(rows[key], **changes)}))

    return edit
