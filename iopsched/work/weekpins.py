"""A session of a draft is kept where it is by a row of ``pins.csv``, or let go again, or a row skips one week: one change of the input."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from iopsched import ingest
from iopsched.board.lastingpins import LastingPins, pin_texts
from iopsched.edits.clinictables import ClinicTables
from iopsched.edits.tablechange import TableChange
from iopsched.errors import InputError, Issue, UsageError
from iopsched.policy.columns import TABLES
from iopsched.work.editing import EditedWeek
from iopsched.work.inputediting import InputState, read_input, record_change

_FILE = "pins.csv"


def keep_session(clinic: Path, week: EditedWeek, revision: int, session_id: str, *, is_kept: bool) -> InputState:
    """Write the pins of a session into ``pins.csv`` for its week, or take the rows that keep it there out of it.

    Rows that keep it for this week where it is no longer go in either case.

    It is one change of the input, taken back as every other; the draft stays as it is. What is so already changes nothing.

    Raises
    ------
    ChangedElsewhereError
        If the tables are changed at the same moment.
    InputError
        If the row would contradict other rows; nothing is written then.
    StaleRevisionError
        If the draft is another one than whoever asks has seen.
    UsageError
        If there is no such session, or the tables have faults.
    """
    before = read_input(clinic)
    state = week.seen(revision)
    if any(issue.level == "error" for issue in state.faults):
        raise UsageError("The clinic's tables have faults. Mend them first: see step Input.")
    session = state.week.session(session_id)
    pins = LastingPins(state.opened.problem)
    added = [pin_texts(pin) for pin in pins.lacking(session)] if is_kept else []
    left = pins.left(session, state.week.schedule.sessions)
    removed = pins.rows(left if is_kept else (*left, *pins.of(session)))
    if not (added or removed):
        return before

    def made(tables: ClinicTables) -> ClinicTables:
        found = tables.with_columns(_FILE, _columns(tables, added)) if added else tables
        names = found.layout(_FILE).names
        rows = tuple({names.index(name): text for name, text in cells.items()} for cells in added)
        found = found.with_change(_FILE, TableChange(added=rows, removed=removed))
        if new := _errors(clinic, week, found) - _errors(clinic, week, tables):
            raise InputError(sorted(new, key=lambda issue: (issue.file, issue.row)))
        return found

    what = {"table": _FILE, "cells": 0, "added": len(added), "removed": len(removed), "session": session_id}
    return record_change(clinic, before.revision_of(_FILE), _FILE, made, what)


def skip_week(clinic: Path, week: EditedWeek, rows: Collection[int]) -> InputState:
    """Have rows of ``pins.csv`` not hold in this week, as one change of the input; before it and after it they hold as they did.

    Raises
    ------
    ChangedElsewhereError
        If the tables are changed at the same moment.
    UsageError
        If there is no such row.
    """
    before = read_input(clinic)
    pins = {pin.row: pin for pin in week.state().opened.problem.pins if pin.row in rows}
    if missing := sorted(set(rows) - pins.keys()):
        raise UsageError(f"There is no pin in row {missing[0]} of {_FILE} any more. Find answers again.")
    last, monday = week.week - timedelta(days=1), week.week + timedelta(days=7)

    def made(tables: ClinicTables) -> ClinicTables:
        found = tables.with_columns(_FILE, ("from", "until"))
        layout = found.layout(_FILE)
        start, end = layout.names.index("from"), layout.names.index("until")
        cells: dict[int, dict[int, str]] = {}
        added, removed = [], set()
        for row, pin in pins.items():
            is_before = pin.from_date is None or pin.from_date <= last
            is_after = pin.until_date is None or pin.until_date >= monday
            if is_before:
                cells[row] = {end: last.isoformat()}
            if is_after and is_before:
                added.append({**dict(enumerate(layout.rows[row])), start: monday.isoformat()})
            elif is_after:
                cells[row] = {start: monday.isoformat()}
            elif not is_before:
                removed.add(row)
        return found.with_change(_FILE, TableChange(cells, tuple(added), frozenset(removed)))

    what = {"table": _FILE, "cells": len(pins), "added": 0, "removed": 0}
    return record_change(clinic, before.revision_of(_FILE), _FILE, made, what)


def _errors(clinic: Path, week: EditedWeek, tables: ClinicTables) -> frozenset[Issue]:
    """Return what the reader would refuse to solve."""
    issues = ingest.inspect_unwritten(clinic, tables.made, week.week).issues
    return frozenset(issue for issue in issues if issue.level == "error")


def _columns(tables: ClinicTables, added: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the columns that new rows need; a new table gets all of them."""
    if not tables.has(_FILE):
        return list(TABLES[_FILE].names)
    needed = {name for cells in added for name in cells}
    return [name for name in TABLES[_FILE].names if name in needed]
