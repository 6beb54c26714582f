"""Where a schedule folder contradicts itself: numbers that were not brought along when it was edited by hand.

None of these is a violation: the sessions and the roster are what counts.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import HoursRow, Schedule
from iopsched.files.output import (
    SCHEMA,
    SUMMARY,
    edited_files,
    read_summary,
)
from iopsched.files.reading import read_bytes
from iopsched.files.weektables import HOURS, further_files, hours_rows
from iopsched.policy.columns import schedule as schedule_columns
from iopsched.words.phrases import count

MOST = 20
_NUMBER = re.compile(r"[0-9]{1,9}")


def differences(folder: Path, problem: Problem, schedule: Schedule, hours: Sequence[HoursRow]) -> list[str]:
    """Return a sentence for each difference between what the files say and what they amount to."""
    return [*_hours(folder, problem, hours), *_hashes(folder), *_further(folder, problem, schedule)]


def provenance(folder: Path, problem: Problem, inputs_sha256: str) -> list[str]:
    """Return a sentence for each sign that the schedule was made from something else than the clinic as it is."""
    summary = read_summary(folder)
    if summary is None or "schema" not in summary:
        return []
    if summary["schema"] != SCHEMA:
        return [f"{SUMMARY} has another schema than {SCHEMA}: another version of iopsched has written it."]
    found = []
    if summary.get("clinic") not in (problem.clinic.name, None):
        found.append(f"{SUMMARY} is of another clinic (name in clinic.toml).")
    elif summary.get("inputs_sha256") not in (inputs_sha256, None):
        found.append("The clinic's files were changed after this schedule was made from them.")
    if summary.get("week") not in (problem.week.isoformat(), None):
        found.append(f"{SUMMARY} is of another week than the sessions.")
    return found


def _hours(folder: Path, problem: Problem, hours: Sequence[HoursRow]) -> list[str]:
    if not (folder / HOURS).is_file():
        return [f"{HOURS} is missing; the hours were counted from the sessions."]
    written = {row.get("participant_id", ""): row for row in _rows(folder / HOURS)}
    found = []
    counted = hours_rows(hours)
    ours = {str(value) for values in counted for value in values}
    for values in counted:
        row = written.pop(str(values[0]), None)
        if row is None:
            found.append(f"{HOURS} has no row for {values[0]}.")
            continue
        for column, value in zip(schedule_columns.HOURS.names, values, strict=True):
            if row.get(column, "") != str(value):
                told = _told(row.get(column, ""), ours)
                found.append(f"{HOURS} says {column} {told} for {values[0]}; counted: {value or 'nothing'}.")
    known = {person.id for person in problem.participants}
    found += [f"{HOURS} has a row for {person}, who needs none." for person in sorted(known.intersection(written))]
    if strange := len(written.keys() - known):
        found.append(f"{HOURS} has {count(strange, 'row')} for nobody in participants.csv.")
    return _first(found, HOURS)


def _told(cell: str, ours: set[str]) -> str:
    """Return a cell that was changed by hand if it is a number or one of our words: anything else may be a name."""
    return cell or "nothing" if cell in {"", *ours} or _NUMBER.fullmatch(cell) else "something else"


def _further(folder: Path, problem: Problem, schedule: Schedule) -> list[str]:
    """Tell which tables made from the sessions and the roster are no longer what these amount to."""
    return [
        f"{name} is not what the sessions amount to: it was made before they were edited."
        for name, data in further_files(problem, schedule).items()
        if (folder / name).is_file() and read_bytes(folder / name).replace(b"\r\n", b"\n") != data
    ]


def _hashes(folder: Path) -> list[str]:
    """Tell which files were edited after they were written; hours.csv is compared row by row instead."""
    if not os.path.lexists(folder / SUMMARY):
        return [f"{SUMMARY} is missing."]
    summary = read_summary(folder)
    if summary is None or not isinstance(summary.get("files_sha256"), Mapping):
        return [f"{SUMMARY} cannot be read."]
    return [
        f"{name} was edited after it was written ({SUMMARY} knows another hash)."
        for name in edited_files(folder, summary)
        if name in summary["files_sha256"] and (folder / name).is_file()
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    """Return a table as a spreadsheet may have saved it: any of our encodings and separators."""
    data = read_bytes(path)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restval="")
    rows.fieldnames = [name.strip().lower().replace(" ", "_").replace("-", "_") for name in rows.fieldnames or []]
    return [{name: (cell or "").strip() for name, cell in row.items() if isinstance(name, str)} for row in rows]


def _first(found: list[str], file: str) -> list[str]:
    more = len(found) - MOST
    return [*found[:MOST], f"{file}: and {count(more, 'more difference')}."] if more > 0 else found
