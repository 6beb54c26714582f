"""A clinic as it is written, cell by cell, sound or not: what a folder and a workbook of the same clinic have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from iopsched.errors import InputError, Issue
from iopsched.ingest.report import Report
from iopsched.ingest.source.opening import open_source, unwritten_source
from iopsched.ingest.source.sources import Source
from iopsched.ingest.source.tables import MAX_ABOVE, is_header, normal_header
from iopsched.ingest.source.texts import Numbered
from iopsched.policy.columns import CLINIC_FILES, SETTINGS_FILE, TABLES


@dataclass(frozen=True, slots=True)
class RawTable:
    """The header of a table and its rows, each with the number that a spreadsheet shows; cells are trimmed."""

    header: Numbered
    rows: tuple[Numbered, ...] = ()

    @property
    def names(self) -> list[str]:
        """Return the normal names of the columns."""
        return [normal_header(cell) for cell in self.header[1]]

    @property
    def content(self) -> list[tuple[int, dict[str, str]]]:
        """Return the filled cells of each row by column; those behind the header by number."""
        names = dict(enumerate(self.names))
        return [
            (number, {names.get(at) or str(at): cell for at, cell in enumerate(cells) if cell})
            for number, cells in self.rows
        ]


@dataclass(frozen=True, slots=True)
class RawClinic:
    """Settings, the remarks beside them by dotted key, and the tables by the names of their files."""

    settings: Mapping[str, Any]
    notes: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, RawTable] = field(default_factory=dict)

    @property
    def content(self) -> tuple[object, ...]:
        """Return what another form of this clinic must have, too: every setting and every filled cell."""
        tables = {name: table.content for name, table in self.tables.items() if table.rows}
        return (_plain(self.settings), tables)


def _plain(value: Any) -> Any:
    """Return a setting without the differences that mean nothing: dates and times as their texts."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat() if value.second else value.isoformat("minutes")
    return value


def read_raw(path: Path) -> tuple[RawClinic, tuple[Issue, ...]]:
    """Return a clinic folder or workbook as it is written, and what was noticed while reading; cells are not judged.

    Raises
    ------
    InputError
        If a part of it cannot be read.
    """
    report = Report()
    return _raw(open_source(path, report), report)


def read_back(path: Path, made: bytes | Mapping[str, bytes]) -> RawClinic:
    """Return what a workbook (its bytes) or clinic folder (its files) will say that is to be written to a path.

    Raises
    ------
    InputError
        If a part of it could not be read.
    """
    report = Report()
    return _raw(unwritten_source(path, made, report), report)[0]


def _raw(source: Source | None, report: Report) -> tuple[RawClinic, tuple[Issue, ...]]:
    if source is None:
        raise InputError(report.issues)
    settings = source.settings(SETTINGS_FILE) if source.exists(SETTINGS_FILE) else ({}, {})
    tables = {}
    for name in CLINIC_FILES:
        if name == SETTINGS_FILE or not source.exists(name) or (rows := source.rows(name)) is None:
            continue
        filled = [
            (row[0], trimmed) for row in rows if row is not None and any(trimmed := [cell.strip() for cell in row[1]])
        ]
        if filled:
            top = _header_place(name, filled)
            tables[name] = RawTable(filled[top], tuple(filled[top + 1 :]))
    if report.has_errors or settings is None:
        raise InputError(source.told(report.issues))
    return RawClinic(settings[0], source.notes(), tables), source.told(report.issues)


def _header_place(name: str, rows: Sequence[Numbered]) -> int:
    """Return which of the filled rows names the columns: what stands above it is no part of the table."""
    kind = TABLES[name]
    named = (at for at, row in enumerate(rows[:MAX_ABOVE]) if is_header(kind, row[1], is_first=at == 0))
    return next(named, 0)


def without_spare_columns(name: str, table: RawTable) -> RawTable:
    """Return a table without the known columns behind the last that is filled or needed: a form offers them all."""
    number, header = table.header
    names = table.names
    last = max((at for _, cells in table.rows for at, cell in enumerate(cells) if cell), default=0)
    needed = [at for at, column in enumerate(names) if column in TABLES[name].needed_somewhere]
    end = max([last, *needed], default=0) + 1
    return RawTable((number, header[:end]), tuple((row, cells[:end]) for row, cells in table.rows))
