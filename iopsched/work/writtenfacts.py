"""What stands behind a week as it is written: rows of tables and settings, of today or as they were kept with a revision."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from iopsched.comparisons.facttables import FactRow, WeekFacts
from iopsched.domain.problem import Problem
from iopsched.errors import InputError
from iopsched.ingest import Facts
from iopsched.ingest.source.kept import is_kept
from iopsched.ingest.source.raw import RawClinic, read_back, read_raw
from iopsched.policy.columns import SETTINGS_FILE
from iopsched.work.recording import unrecorded
from iopsched.work.weeks import Read


def facts_of(read: Read) -> WeekFacts:
    """Return the tables of today, and with them what a repaired week remembers: its rows stand in no file, and have no number."""
    more = unrecorded(read)
    if more is None:
        return facts_today(read.clinic, read.problem)
    raw, today = read_back(read.clinic, more.files.tables.made), _numbers(read.clinic)
    rows = {
        file: tuple(_numbered(file, _known(file, cells), today) for _, cells in table.content)
        for file, table in raw.tables.items()
    }
    return _facts(read.problem, raw, rows)


def facts_today(clinic: Path, problem: Problem) -> WeekFacts:
    """Return the tables of today, each row with its number."""
    raw, _ = read_raw(clinic)
    rows = {
        file: tuple(FactRow(number, _known(file, cells)) for number, cells in table.content)
        for file, table in raw.tables.items()
    }
    return _facts(problem, raw, rows)


def _facts(problem: Problem, raw: RawClinic, rows: Mapping[str, tuple[FactRow, ...]]) -> WeekFacts:
    return WeekFacts(problem, rows, dict(_settings(raw.settings)))


def facts_kept(clinic: Path, facts: Facts, problem: Problem) -> WeekFacts:
    """Return the tables that were kept with a revision; a row that says the same today has its number of today."""
    today = _numbers(clinic)
    tables = {}
    for file, data in facts.files.items():
        if file != SETTINGS_FILE:
            rows = (_known(file, row) for row in csv.DictReader(io.StringIO(data.decode(), newline="")))
            tables[file] = tuple(_numbered(file, row, today) for row in rows)
    settings = tomllib.loads(facts.files[SETTINGS_FILE].decode()) if SETTINGS_FILE in facts.files else {}
    return WeekFacts(problem, tables, dict(_settings(settings)))


def _numbered(file: str, cells: Mapping[str, str], today: Mapping[tuple[object, ...], int]) -> FactRow:
    """Return a row with the number of the one that says the same today."""
    return FactRow(today.get((file, *sorted(cells.items()))), cells)


def _numbers(clinic: Path) -> Mapping[tuple[object, ...], int]:
    """Return the numbers of the rows of today by file and cells; none where the tables cannot be read."""
    try:
        raw, _ = read_raw(clinic)
    except InputError:
        return {}
    return {
        (file, *sorted(_known(file, cells).items())): number
        for file, table in raw.tables.items()
        for number, cells in reversed(table.content)
    }


def _known(file: str, cells: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the filled cells of known columns that tell nobody's name."""
    kept = {column: cell for column, cell in cells.items() if cell and is_kept(file, column)}
    return {column: "recorded" if column == "age_override" else str(cell) for column, cell in kept.items()}


def _settings(table: Mapping[str, Any], before: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield settings by dotted key, as texts; the clinic's own name and identity are none."""
    for name, value in table.items():
        path = (*before, name)
        if isinstance(value, Mapping):
            yield from _settings(value, path)
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            for number, item in enumerate(value):
                yield from _settings(item, (*before, f"{name}.{item.get('id', number)}"))
        elif path not in (("name",), ("clinic_id",)):
            yield ".".join(path), str(value)
