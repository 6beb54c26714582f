"""A clinic's own tables and settings are typed into, cell by cell, and every change can be taken back, also another day.

Whoever changes something says which state of the file they saw: what somebody else has changed since, in a spreadsheet or
another tab, is never written over. Every other byte of the files stays.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from iopsched.domain.happenings import Admission
from iopsched.domain.problem import Problem
from iopsched.edits.clinictables import ClinicTables
from iopsched.edits.tablechange import TableChange
from iopsched.edits.undolog import Step, UndoLog
from iopsched.errors import IopschedError, UsageError
from iopsched.files.folders import make_folders, tell_refusal
from iopsched.files.locks import lock
from iopsched.files.rewriting import ChangedElsewhereError
from iopsched.policy.columns import TABLES
from iopsched.repairs.typedrows import recorded
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offer import WrittenStep
from iopsched.steps.retyping import with_typed
from iopsched.store.place import clinic_home
from iopsched.work.weeks import sweep

MEMORY = ".iopsched-input"
"""The folder in which the changes are remembered, beside what is published; for its owner's eyes only, since it holds cells."""
UNDO_LOG = f"{MEMORY}/changes.jsonl"
_SEEN = "is not as it was when it was shown"
FEW = 12
"""A new table of at most so many columns has all of them from the start."""
MOST_CELL = 10_000
MOST_ROWS = 100_000


@dataclass(frozen=True)
class InputState:
    """The files of a clinic as they lie now, and what was changed in them from here."""

    files: ClinicFiles
    log: UndoLog

    @property
    def tables(self) -> ClinicTables:
        """Return the tables."""
        return self.files.tables

    @property
    def revision(self) -> str:
        """Return the state of all files, in a word."""
        return hashlib.sha256(f"{self._told_files}{self.log.position}".encode()).hexdigest()[:16]

    @property
    def files_sha256(self) -> str:
        """Return what the files say, in a word: the same again where a change was taken back."""
        return hashlib.sha256(self._told_files.encode()).hexdigest()

    @property
    def _told_files(self) -> str:
        return "".join(f"{name}\0{sha}\0" for name, sha in sorted(self.files.read_sha256.items()))

    def revision_of(self, file: str) -> str:
        """Return the state of one file, or of the workbook, in a word; blank where there is none."""
        shas = self.files.read_sha256
        return shas.get(file if self.files.path.is_dir() else self.files.path.name, "")[:16]

    def can(self, step: Step) -> bool:
        """Return whether a change can be taken back, or made again."""
        return self.log.moved(step, self.tables.members) is not None

    def what(self, step: Step) -> Mapping[str, Any] | None:
        """Return what the change was that would be taken back or made again, None where there is none."""
        edit = self.log.next(step)
        return None if edit is None else edit.what


def read_input(clinic: Path) -> InputState:
    """Return a clinic's files as they lie now.

    Raises
    ------
    InputError
        If a file cannot be read at all.
    """
    sweep(clinic)
    files = ClinicFiles.read(clinic)
    return InputState(files, UndoLog.read(clinic_home(clinic) / UNDO_LOG, files.tables.members))


def change_table(
    clinic: Path, revision: str, file: str, change: TableChange, columns: Collection[str] = ()
) -> InputState:
    """Change cells and rows of a table, all or nothing; a table or a known column that is not there yet is made.

    ``revision`` is the state of the file that whoever asks has seen.

    Raises
    ------
    ChangedElsewhereError
        If the file is no longer as it was seen.
    HeldElsewhereError
        If a spreadsheet has it open.
    InputError
        If a cell cannot be changed while all else stays as it is.
    UsageError
        If a row or column is not there, or the disk refuses.
    """
    if any(not TABLES[file].has(name) for name in columns):
        raise UsageError("A column that is not known is not added.")

    def made(tables: ClinicTables) -> ClinicTables:
        asked = columns if columns or tables.has(file) or len(TABLES[file].names) > FEW else TABLES[file].names
        found = tables.with_columns(file, asked) if asked or not tables.has(file) else tables
        _refuse_places(found, file, change)
        return found if change.is_empty else found.with_change(file, change)

    cells = sum(map(len, change.cells.values()))
    what = {"table": file, "cells": cells, "added": len(change.added), "removed": len(change.removed)}
    return record_change(clinic, revision, file, made, what)


def record_change(
    clinic: Path, revision: str, file: str, make: Callable[[ClinicTables], ClinicTables], what: Mapping[str, Any]
) -> InputState:
    """Make of the tables what ``make`` makes of them, if a file still is as it was seen; raises as :func:`change_table` does."""
    with _held(clinic):
        state = read_input(clinic)
        _refuse_other(state, file, revision)
        return _written(clinic, state, make(state.tables), what)


def take_steps(clinic: Path, steps: Sequence[WrittenStep], what: Mapping[str, Any]) -> InputState:
    """Take all steps of a way out in a clinic's own tables, as one change; each cell must still be as its step says.

    Raises
    ------
    InputError
        If a cell or row is no longer as it was when the way out was found.
    HeldElsewhereError
        If a spreadsheet has a file open.
    UsageError
        If the disk refuses.
    """
    with _held(clinic):
        state = read_input(clinic)
        return _written(clinic, state, with_typed(state.tables, steps), what)


def admit_waiting(clinic: Path, problem: Problem, who: str, first_day: date, what: Mapping[str, Any]) -> InputState:
    """Move somebody's row from ``waitlist.csv`` to ``participants.csv``, as one change; ``problem`` is what the tables say.

    Raises
    ------
    HeldElsewhereError
        If a spreadsheet has a file open.
    InputError
        If a cell cannot be changed while all else stays as it is.
    UsageError
        If nobody of that id waits, or the disk refuses.
    """
    with _held(clinic):
        state = read_input(clinic)
        made = recorded(state.files, problem, (Admission(who, first_day),)).tables
        if made.members == state.tables.members:
            raise UsageError(f"{who} is not on the waitlist any more. Nothing was written.")
        return _written(clinic, state, made, what)


def move_input(clinic: Path, revision: str, step: Step) -> InputState:
    """Take back the last change, or make again the last one that was taken back; ``revision`` is that of all files.

    Raises
    ------
    ChangedElsewhereError
        If the files are no longer as they were seen, or as the change left them.
    UsageError
        If there is nothing to take back, or the disk refuses.
    """
    with _held(clinic):
        return _moved(clinic, revision, step)


@contextlib.contextmanager
def _held(clinic: Path) -> Iterator[None]:
    """Let nobody else write down changes meanwhile: whoever finds one that is not made yet takes its writer for dead."""
    folder = clinic_home(clinic) / MEMORY
    with tell_refusal(folder, "Nothing was changed."):
        make_folders(folder)
        with lock(folder):
            yield


def _moved(clinic: Path, revision: str, step: Step) -> InputState:
    state = read_input(clinic)
    if state.revision != revision:
        raise ChangedElsewhereError(clinic, f"The input of {clinic} {_SEEN}. Nothing was written.")
    edit, members = state.log.next(step), state.log.moved(step, state.tables.members)
    if edit is None:
        raise UsageError("There is nothing to take back." if step == "undo" else "There is nothing to make again.")
    if members is None:
        message = f"{', '.join(patch.member for patch in edit.patches)} was changed by somebody else since."
        raise ChangedElsewhereError(clinic, f"{message} What was typed here before can no longer be taken back.")
    line = state.log.step(step)
    return _recorded(clinic, state, state.tables.with_members(members), line)


def _refuse_other(state: InputState, file: str, revision: str) -> None:
    if state.revision_of(file) != revision:
        raise ChangedElsewhereError(state.files.path / file, f"{file} {_SEEN}. Nothing was written.")


def _refuse_places(tables: ClinicTables, file: str, change: TableChange) -> None:
    """Raise :class:`UsageError` for a row or a column that is not there, or a text that no cell should hold."""
    layout = tables.layout(file)
    width = max(map(len, (layout.names, *layout.rows.values())))
    rows = {layout.header_row, *layout.rows}
    texts = [*change.cells.values(), *change.added]
    if not (change.cells.keys() <= rows and change.removed <= layout.rows.keys()):
        raise UsageError(f"{file} has no such row any more. Nothing was written.")
    if any(not 0 <= place < width for row in texts for place in row) or change.removed & change.cells.keys():
        raise UsageError(f"{file} has no such column. Nothing was written.")
    if any(len(text) > MOST_CELL for row in texts for text in row.values()):
        raise UsageError(f"A cell may have at most {MOST_CELL:,} characters. Nothing was written.")
    if len(layout.rows) + len(change.added) > MOST_ROWS:
        raise UsageError(f"{file} would have more than {MOST_ROWS:,} rows. Nothing was written.")


def _written(clinic: Path, state: InputState, made: ClinicTables, what: Mapping[str, Any]) -> InputState:
    before, after = state.tables.members, made.members
    if before == after:
        return state
    line = state.log.remember(before, after, what)
    return _recorded(clinic, state, made, line)


def _recorded(clinic: Path, state: InputState, made: ClinicTables, line: str) -> InputState:
    """Write the files; a change that did not come is voided, so that nobody takes it back."""
    try:
        state.files.with_tables(made).record()
    except IopschedError:
        state.log.void(line)
        raise
    return read_input(clinic)
