"""What a step makes of a problem: one row changed, added or taken out. Each adds to what is there, so that steps add up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import TimeRange, Windows

Changed = Callable[[Problem], Problem]


def changing(table: str, row_id: str, change: Callable[[Any], dict[str, Any]]) -> Changed:
    """Return a change of some fields of the row with this id; ``change`` gives them from the row as it is."""

    def changed(problem: Problem) -> Problem:
        rows = (replace(row, **change(row)) if row.id == row_id else row for row in getattr(problem, table))
        return _with_rows(problem, table, rows)

    return changed


def with_time(table: str, row_id: str, field: str, item: TimeRange) -> Changed:
    """Return a change that adds a stretch to the windows in a field of a row."""
    stretch = Windows.of([item])
    return changing(table, row_id, lambda row: {field: getattr(row, field).union(stretch)})


def with_item(table: str, row_id: str, field: str, item: str) -> Changed:
    """Return a change that adds an item to a list in a row, where it does not stand there already."""
    return changing(table, row_id, lambda row: {field: tuple(dict.fromkeys((*getattr(row, field), item)))})


def growing(table: str, row_id: str, field: str, more: int, instead: int = 0) -> Changed:
    """Return a change by which a number of a row grows; ``instead`` is what a blank one stands for."""

    def change(row: Any) -> dict[str, Any]:
        number = getattr(row, field)
        return {field: (instead if number is None else number) + more}

    return changing(table, row_id, change)


def with_new(table: str, row: Any, key: Callable[[Any], Any] | None = None) -> Changed:
    """Return a change that adds a row; ``key`` sorts a table that the problem itself does not sort."""

    def changed(problem: Problem) -> Problem:
        rows = [*getattr(problem, table), row]
        return _with_rows(problem, table, sorted(rows, key=key) if key is not None else rows)

    return changed


def _with_rows(problem: Problem, table: str, rows: Any) -> Problem:
    changes: dict[str, Any] = {table: tuple(rows)}
    return replace(problem, **changes)
