"""The tables of a clinic, whichever form it has, as something in which cells and rows can be changed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from iopsched.edits.csvfile import CsvFile
from iopsched.errors import InputError
from iopsched.ingest.report import Report
from iopsched.ingest.source.sources import Folder
from iopsched.policy.columns import CLINIC_FILES, PARTICIPANTS, TABLES

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

    @abstractmethod
    def with_cell(self, file: str, row: int, column: str, text: str) -> ClinicTables:
        """Return the tables with another text in one cell; a column that the table lacks is added behind the others."""

    @abstractmethod
    def with_row(self, file: str, cells: Cells) -> ClinicTables:
        """Return the tables with one more row behind the last; a table that is not there yet is made."""

    @abstractmethod
    def without_row(self, file: str, row: int) -> ClinicTables:
        """Return the tables without a row."""


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

    def with_cell(self, file: str, row: int, column: str, text: str) -> FolderTables:
        """Return the tables with another text in one cell."""
        return self._with(self._file(file).with_cell(row, column, text))

    def with_row(self, file: str, cells: Cells) -> FolderTables:
        """Return the tables with one more row; a new file is written as that of the participants is."""
        kind = TABLES[file]
        if file in self._files:
            return self._with(self._file(file).with_row(cells))
        columns = [name for name in kind.names if name in cells or name in kind.needed]
        made = CsvFile.like(kind, columns, self._file(PARTICIPANTS.file))
        return self._with(made.with_row(cells))

    def without_row(self, file: str, row: int) -> FolderTables:
        """Return the tables without a row."""
        return self._with(self._file(file).without_row(row))

    def _file(self, file: str) -> CsvFile:
        if file not in self._known:
            self._known[file] = CsvFile.of(TABLES[file], self._files[file])
        return self._known[file]

    def _with(self, changed: CsvFile) -> FolderTables:
        file = changed.kind.file
        return FolderTables({**self._files, file: changed.data}, {**self._known, file: changed})
