"""The tables of a clinic, whichever form it has, as something in which cells and rows can be changed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from iopsched.edits.csvfile import CsvFile
from iopsched.edits.settingsfile import SettingsFile
from iopsched.edits.tablechange import TableChange, TableLayout
from iopsched.edits.undolog import Members
from iopsched.errors import InputError
from iopsched.ingest.report import Report
from iopsched.ingest.source.sources import Folder
from iopsched.ingest.source.texts import read_settings
from iopsched.policy.columns import CLINIC_FILES, PARTICIPANTS, SETTINGS_FILE, TABLES
from iopsched.policy.setting import Path as SettingPath

Cells = Mapping[str, str]
"""Cells of a row as written, by the normal names of their columns."""


class ClinicTables(ABC):
    """The tables of a clinic by the names of their files; every change gives new ones, and nothing is written.

    Rows have the numbers that a spreadsheet shows. Every change raises :class:`InputError` where anything but what it
    says would change.
    """

    @property
    @abstractmethod
    def made(self) -> bytes | Mapping[str, bytes]:
        """Return the bytes of the workbook, or of every file of the folder by name."""

    @abstractmethod
    def rows(self, file: str) -> Mapping[int, Cells]:
        """Return the filled rows of a table by number, none where there is no table."""

    @property
    @abstractmethod
    def members(self) -> Members:
        """Return what a change replaces: the files of the folder, or the parts of the workbook, by name."""

    @abstractmethod
    def with_members(self, members: Members) -> ClinicTables:
        """Return the tables of other files or parts of the same clinic."""

    @property
    @abstractmethod
    def settings(self) -> Mapping[str, Any]:
        """Return the settings as they are written, none where they cannot be read."""

    @abstractmethod
    def with_setting(self, path: SettingPath, value: Any) -> ClinicTables:
        """Return the tables with another value of a setting, None for none; blocks are counted from 1."""

    @abstractmethod
    def has(self, file: str) -> bool:
        """Return whether there is a table with a header, or something of its name that cannot be read."""

    @abstractmethod
    def layout(self, file: str) -> TableLayout:
        """Return a table as it stands; raises :class:`InputError` where there is none that can be told apart into cells."""

    @abstractmethod
    def with_columns(self, file: str, names: Collection[str]) -> ClinicTables:
        """Return the tables with columns that a table lacks, blank and behind the others; a table that is not there is made."""

    @abstractmethod
    def with_change(self, file: str, change: TableChange) -> ClinicTables:
        """Return the tables with several changes of a table that is there."""

    def with_cell(self, file: str, row: int, column: str, text: str) -> ClinicTables:
        """Return the tables with another text in one cell; a column that the table lacks is added behind the others."""
        found = self.with_columns(file, [column])
        return found.with_change(file, TableChange({row: {found.layout(file).names.index(column): text}}))

    def with_row(self, file: str, cells: Cells) -> ClinicTables:
        """Return the tables with one more row behind the last; a table that is not there yet is made."""
        found = self.with_columns(file, cells)
        names = found.layout(file).names
        return found.with_change(file, TableChange(added=({names.index(name): text for name, text in cells.items()},)))

    def without_row(self, file: str, row: int) -> ClinicTables:
        """Return the tables without a row."""
        return self.with_change(file, TableChange(removed=frozenset({row})))


class FolderTables(ClinicTables):
    """The tables of a clinic folder, of which nothing else changes than the cells and rows in question."""

    def __init__(self, files: Mapping[str, bytes], known: Mapping[str, CsvFile] | None = None) -> None:
        self._files = dict(files)
        self._known = dict(known or {})

    @classmethod
    def read(cls, path: Path) -> FolderTables:
        """Return the tables of a clinic folder.

        Raises
        ------
        InputError
            If a file cannot be read.
        """
        folder = Folder(path, Report())
        files = {name: folder.data(name) for name in CLINIC_FILES if folder.exists(name)}
        if folder.report.has_errors:
            raise InputError(folder.report.issues)
        return cls({name: data for name, data in files.items() if data is not None})

    @property
    def made(self) -> Mapping[str, bytes]:
        """Return every file by its name."""
        return self._files

    def rows(self, file: str) -> Mapping[int, Cells]:
        """Return the filled rows of a file by number, none where there is no file."""
        return self._file(file).rows if file in self._files else {}

    @property
    def members(self) -> Members:
        """Return every file by its name."""
        return self._files

    def with_members(self, members: Members) -> FolderTables:
        """Return the tables of other files."""
        return FolderTables(
            members, {name: file for name, file in self._known.items() if file.data == members.get(name)}
        )

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the settings as they are written."""
        return _settings_of(self._files.get(SETTINGS_FILE, b""))

    def with_setting(self, path: SettingPath, value: Any) -> FolderTables:
        """Return the tables with another value of a setting."""
        file = SettingsFile.of(self._files.get(SETTINGS_FILE, b""))
        made = file.without(path) if value is None else file.with_value(path, value)
        return FolderTables({**self._files, SETTINGS_FILE: made.data}, self._known)

    def has(self, file: str) -> bool:
        """Return whether there is a file with anything in it."""
        return bool(self._files.get(file, b"").strip())

    def layout(self, file: str) -> TableLayout:
        """Return a file as it stands."""
        return self._file(file).written_layout

    def with_columns(self, file: str, names: Collection[str]) -> FolderTables:
        """Return the tables with further columns; a new file is written as that of the participants is."""
        if self.has(file):
            return self._with(self._file(file).with_columns(names))
        kind = TABLES[file]
        columns = [name for name in kind.names if name in names or name in kind.needed]
        model = self._file(PARTICIPANTS.file) if self.has(PARTICIPANTS.file) else None
        return self._with(CsvFile.like(kind, columns, model))

    def with_change(self, file: str, change: TableChange) -> FolderTables:
        """Return the tables with several changes of a file."""
        return self._with(self._file(file).with_change(change))

    def _file(self, file: str) -> CsvFile:
        if file not in self._known:
            self._known[file] = CsvFile.of(TABLES[file], self._files[file])
        return self._known[file]

    def _with(self, changed: CsvFile) -> FolderTables:
        file = changed.kind.file
        return FolderTables({**self._files, file: changed.data}, {**self._known, file: changed})


@lru_cache(maxsize=4)
def _settings_of(data: bytes) -> Mapping[str, Any]:
    found = read_settings(data, SETTINGS_FILE, Report())
    return {} if found is None else found[0]
