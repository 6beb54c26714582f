"""A clinic's input as it is kept with a published week: all that rules and outputs ask for, and nobody's name.

Kept are the settings and the known columns of the tables. What names or
describes a person (name, initials, reason, what is written into age_override),
remarks beside settings and whoever waits for a place stay behind. The files of the schedule are kept with them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from iopsched.errors import InputError
from iopsched.ingest.cell.days import DAY_WORDS
from iopsched.ingest.report import Report
from iopsched.ingest.source.raw import RawTable, read_back, read_raw
from iopsched.ingest.source.settingrows import toml_of
from iopsched.ingest.source.sources import FilesAtHand, Source
from iopsched.policy.columns import PRIVATE_COLUMNS, SETTINGS_FILE, TABLES

SCHEMA = "iopsched.facts/1"
_EXCEPTION = "age_override"
_LEFT_OUT = ("waitlist.csv",)


@dataclass(frozen=True, slots=True)
class Facts:
    """The files of a clinic folder as they were, by name, and the hash of the input that they were taken from.

    ``schedule`` are the files of the week that was published with them, none in what earlier versions kept.
    """

    files: Mapping[str, bytes] = field(repr=False)
    inputs_sha256: str = ""
    schedule: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def to_bytes(self) -> bytes:
        """Return the facts as a file."""
        content: dict[str, object] = {"schema": SCHEMA, "inputs_sha256": self.inputs_sha256}
        for key, files in (("files", self.files), ("schedule", self.schedule)):
            content[key] = {name: data.decode() for name, data in files.items()}
        return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode()


def facts_now(
    clinic: Path,
    name: str,
    inputs_sha256: str,
    schedule: Mapping[str, bytes] = MappingProxyType({}),
    made: bytes | Mapping[str, bytes] | None = None,
) -> Facts:
    """Return the facts of a clinic folder or workbook as it is; ``name`` is the clinic's.

    ``schedule`` are the files of the week that is published; ``made``, where it is given, the clinic's files as they
    would be once something was written in them.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    raw = read_raw(clinic)[0] if made is None else read_back(clinic, made)
    files = {SETTINGS_FILE: toml_of({**raw.settings, "name": name}, {}).encode()}
    for file, table in raw.tables.items():
        if file not in _LEFT_OUT:
            files[file] = _table(file, table).encode()
    return Facts(files, inputs_sha256, schedule)


def facts_from(data: bytes) -> Facts:
    """Return the facts in a file.

    Raises
    ------
    ValueError
        If there are none in it.
    """
    try:
        content = json.loads(data)
        if content["schema"] != SCHEMA:
            msg = "another schema"
            raise ValueError(msg)
        files, schedule = (
            {str(name): text.encode() for name, text in found.items()}
            for found in (content["files"], content.get("schedule", {}))
        )
        return Facts(files, str(content["inputs_sha256"]), schedule)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(type(error).__name__) from None


def kept_source(facts: Facts, report: Report) -> Source:
    """Return what was kept with a published week as the folder that it was."""
    return FilesAtHand(Path("published"), report, facts.files, facts.inputs_sha256)


def is_as_now(facts: Facts, clinic: Path, name: str) -> bool:
    """Return whether the clinic still says what it said then."""
    try:
        return facts_now(clinic, name, "").files == facts.files
    except InputError:
        return False


def _table(file: str, table: RawTable) -> str:
    places = [(at, column) for at, column in enumerate(table.names) if is_kept(file, column)]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column for _, column in places])
    for _, cells in table.rows:
        row = [cells[at] if at < len(cells) else "" for at, _ in places]
        writer.writerow(
            [
                "recorded" if cell and column == _EXCEPTION else cell
                for cell, (_, column) in zip(row, places, strict=True)
            ]
        )
    return stream.getvalue()


def is_kept(file: str, column: str) -> bool:
    """Return whether a column is kept: it is known, and tells nobody's name."""
    if column in PRIVATE_COLUMNS:
        return column == _EXCEPTION
    return TABLES[file].has(column) or column in DAY_WORDS
