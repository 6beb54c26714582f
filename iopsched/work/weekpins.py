"""A session of a draft is kept where it is by a row of ``pins.csv``, or let go again: one change of the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
