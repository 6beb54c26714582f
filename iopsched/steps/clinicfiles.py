"""A clinic's files in memory: what their cells say, what they become by steps, and the problem that they then are.

They are written to a new place, or, where somebody asks for that, back to where they were read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from iopsched.domain.authorization import units_counted, with_units_counted
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import monday_of
from iopsched.domain.whereabouts import Key, Rows
from iopsched.edits.clinictables import ClinicTables
from iopsched.edits.opentables import read_tables
from iopsched.errors import InputError, UsageError
from iopsched.files import rewriting
from iopsched.files.folders import make_file, make_folder
from iopsched.files.newplaces import is_workbook_name, refuse_existing
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.ingest import inspect_unwritten
from iopsched.policy.columns import CLINIC_FILES, TIME_OFF
from iopsched.steps.offer import OfferedStep, WrittenStep
from iopsched.steps.rendering import with_steps
from iopsched.steps.retyping import with_typed
from iopsched.steps.rowkeys import row_of

_ABSENCE_PARTS = 4
_NOT_TAKEN = (".", "~", "iopsched.", "iopsched-")
"""How the names begin of files that are hidden, that a spreadsheet has open, or in which the product keeps things."""


@dataclass(frozen=True)
class ClinicFiles:
    """The files of a clinic folder, or its workbook, as they were read from ``path`` and then changed in memory."""

    path: Path
    tables: ClinicTables = field(repr=False)
    read_sha256: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The hash of each file as it was read, by its name."""
    _rows: dict[date, Rows] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, path: Path) -> ClinicFiles:
        """Return the files of a clinic folder or workbook.

        Raises
        ------
        InputError
            If they cannot be read.
        """
        tables = read_tables(path)
        files = _named(path, tables)
        return cls(path, tables, {name: hashlib.sha256(data).hexdigest() for name, data in files.items()})

    def cell(self, file: str, key: Key, column: str) -> str:
        """Return what a cell says, as it is written; blank where it, its row or its file is not there.

        ``key`` is what the row is known by: :func:`iopsched.steps.rowkeys.row_of`.
        """
        row = self._row(file, key)
        return "" if row is None else self.tables.rows(file)[row].get(column, "")

    def with_offers(self, offers: Sequence[OfferedStep]) -> tuple[tuple[WrittenStep, ...], ClinicFiles]:
        """Return offers as somebody would type them, in their order, and the files with all of them.

        Raises
        ------
        InputError
            If a row is not there, or a change would change anything but what it says.
        """
        steps, tables = with_steps(self.tables, offers, self._row)
        return steps, self.with_tables(tables)

    def with_written(self, steps: Sequence[WrittenStep]) -> ClinicFiles:
        """Return the files with steps as they were told; raises :class:`InputError` where something is no longer as it was."""
        return self.with_tables(with_typed(self.tables, steps))

    def with_tables(self, tables: ClinicTables) -> ClinicFiles:
        """Return the files with other tables, made from these."""
        return replace(self, tables=tables, _rows={})

    def _row(self, file: str, key: Key) -> int | None:
        """Return the row that a key means; dates in it are held against those that the reader finds in the cells."""
        row = row_of(file, self.tables.rows(file), key)
        if row is None and file == TIME_OFF.file and len(key) == _ABSENCE_PARTS:
            week = monday_of(date.fromisoformat(key[2][:10]))
            if week not in self._rows:
                found = inspect_unwritten(self.path, self.tables.made, week, is_for_solving=False)
                self._rows[week] = found.rows
            return self._rows[week].get((file, *key))
        return row

    def problem(self, like: Problem) -> Problem:
        """Return the problem of the files in the week of another one, with its earlier week, borders, time and counted units.

        With the problem that the unchanged clinic was read as, it is what the changed clinic would be read as.

        Raises
        ------
        InputError
            If the changed files have any error; it holds all issues.
        """
        found = inspect_unwritten(self.path, self.tables.made, like.week, like.previous)
        if found.problem is None:
            raise InputError(found.issues)
        return with_units_counted(
            replace(found.problem, borders=like.borders, now=like.now, missed=like.missed), units_counted(like)
        )

    def check_place(self, target: Path) -> None:
        """Raise :class:`UsageError` where :meth:`write` would for the sake of the target's name, or what is there."""
        if isinstance(self.tables.made, Mapping) and is_workbook_name(target):
            raise UsageError("The clinic is a folder, so the changed one is a folder too: name one without .xlsx.")
        refuse_existing(target)

    def write(self, target: Path) -> Path:
        """Write the whole clinic to a new place, all or nothing, and return where the clinic then is.

        A clinic folder becomes a new folder. With its tables and settings go the other regular files of up to 10 MB
        that lie beside them. Schedules, everything that was published, hidden files and further folders stay behind. A
        workbook becomes a new ``.xlsx`` file, or one of its own name in a new folder.

        Raises
        ------
        UsageError
            If something is there already, a folder is to become a workbook, or the disk refuses.
        """
        self.check_place(target)
        made = self.tables.made
        if isinstance(made, Mapping):
            make_folder(target, {**_beside(self.path), **made})
            return target
        if is_workbook_name(target):
            make_file(target, made)
            return target
        make_folder(target, {self.path.name: made})
        return target / self.path.name

    def record(self) -> tuple[str, ...]:
        """Put the changed files in place of those that were read, all or nothing, and return their names.

        All else stays: bytes of other cells, permissions, owners. No copy of what was there is kept. A command that is
        killed leaves the clinic as it was, or the next command that is given it finishes.

        Raises
        ------
        ConflictError
            If a file is no longer what was read, is open in a spreadsheet, or somebody is writing in the folder.
        UsageError
            If a file is a link or protected from writing, or the disk refuses.
        """
        made = _named(self.path, self.tables)
        return rewriting.rewrite(_home(self.path), made, self.read_sha256, self.read_sha256.keys() - made.keys())


def _home(path: Path) -> Path:
    """Return the folder in which the files of a clinic lie."""
    return path if path.is_dir() else path.absolute().parent


def _named(path: Path, tables: ClinicTables) -> Mapping[str, bytes]:
    """Return the files of a clinic by name."""
    made = tables.made
    return made if isinstance(made, Mapping) else {path.name: made}


def _beside(folder: Path) -> Mapping[str, bytes]:
    """Return the files in a clinic folder that are no part of its input, such as its notes, as far as they can be read."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name not in CLINIC_FILES and not path.name.startswith(_NOT_TAKEN):
            with suppress(UnreadableError):
                found[path.name] = read_bytes(path)
    return found
