"""Steps taken by hand in the files of a clinic, cell by cell, as its reader sees them: what offers are held against."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from iopsched.domain.problem import Problem
from iopsched.domain.whereabouts import Rows
from iopsched.ingest import Facts, inspect_kept
from iopsched.ingest.source.raw import RawClinic, read_raw
from iopsched.ingest.source.settingrows import toml_of
from iopsched.policy.columns import SETTINGS_FILE, TABLES
from iopsched.steps.offer import AddItem, AddNumber, DropRow, NewRow, OfferedStep, SetText

Table = tuple[list[str], dict[int, dict[str, str]]]


def taken(path: Path, offers: Iterable[OfferedStep], rows: Rows) -> Mapping[str, bytes]:
    """Return the files of a clinic with these steps taken."""
    raw, _ = read_raw(path)
    tables = {file: _table(raw, file) for file in TABLES if file in raw.tables}
    for offer in offers:
        header, content = tables.setdefault(offer.file, ([], {}))
        if isinstance(offer.edit, NewRow):
            header.extend(column for column in offer.edit.cells if column not in header)
            content[max(content, default=1) + 1] = dict(offer.edit.cells)
        elif isinstance(offer.edit, DropRow):
            del content[rows[offer.file, *offer.key]]
        else:
            if offer.column not in header:
                header.append(offer.column)
            row = content[rows[offer.file, *offer.key]]
            row[offer.column] = _cell(row.get(offer.column, ""), offer.edit)
    files = {SETTINGS_FILE: toml_of(raw.settings, {}).encode()}
    return {**files, **{file: _written(*table).encode() for file, table in tables.items()}}


def _table(raw: RawClinic, file: str) -> Table:
    return list(raw.tables[file].names), dict(raw.tables[file].content)


def _cell(old: str, edit: SetText | AddItem | AddNumber) -> str:
    if isinstance(edit, SetText):
        return edit.text
    if isinstance(edit, AddNumber):
        return f"{float(old or edit.instead) + edit.more:g}"
    before = "" if old == "never" else old or edit.whole
    return f"{before}; {edit.item}" if before else edit.item


def _written(header: list[str], content: Mapping[int, Mapping[str, str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([header, *([row.get(column, "") for column in header] for row in content.values())])
    return stream.getvalue()


def read(files: Mapping[str, bytes], week: date) -> tuple[Problem, Rows]:
    """Return the problem of files, and their rows.

    Raises
    ------
    ValueError
        If there is none; it says what is at fault.
    """
    found = inspect_kept(Facts(files), week)
    if found.problem is None:
        raise ValueError("\n".join(map(str, found.issues)))
    return found.problem, found.rows
