"""One file for each revision, written once and never again: ``published/2026-11-30/r001.json``."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from pathlib import Path

from iopsched.errors import ConflictError
from iopsched.files import folders
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.store.faults import faults_of
from iopsched.store.place import SNAPSHOTS
from iopsched.store.record import Record, from_snapshot, to_snapshot

MOST_BYTES = 50_000_000
_REMEDY = "Put back a copy of this file: while iopsched.db is lost, everything published rests on these files."
_WEEK = re.compile(r"\d{4}-\d{2}-\d{2}")
_FILE = re.compile(r"r(\d{3,})\.json")


def path_of(home: Path, week: str, revision: int) -> Path:
    """Return where a revision is kept."""
    return home / SNAPSHOTS / week / f"r{revision:03d}.json"


def paths(home: Path) -> dict[tuple[str, int], Path]:
    """Return the files that are there, by week and revision."""
    found = {}
    for path in sorted((home / SNAPSHOTS).glob("*/r*.json")):
        match = _FILE.fullmatch(path.name)
        if match and _WEEK.fullmatch(path.parent.name):
            found[path.parent.name, int(match[1])] = path
    return found


def write(home: Path, record: Record) -> Path:
    """Write a revision, all or nothing, down to the disk.

    Raises
    ------
    ConflictError
        If there is such a file already, which nobody here has written.
    """
    target = path_of(home, *record.place)
    if not folders.add_file(target, to_snapshot(record)):
        raise ConflictError(
            f"{target} is there already, though this store knows nothing of it: was the folder used on another "
            "computer? `iopsched history --verify` tells more."
        )
    folders.sync_folder(target.parent.parent)
    return target


def write_facts(home: Path, record: Record, data: bytes) -> Path:
    """Write the facts of a revision, before the revision itself; what a crash left of them is replaced."""
    return _put(facts_path(home, record), data)


def read_facts(home: Path, record: Record) -> bytes | None:
    """Return the facts of a revision, None where none were kept or their file is gone."""
    path = facts_path(home, record)
    if "facts" not in record.content or not os.path.lexists(path):
        return None
    with contextlib.suppress(UnreadableError):
        data = read_bytes(path, MOST_BYTES)
        if hashlib.sha256(data).hexdigest() == record.content["facts"]:
            return data
    week, revision = record.place
    raise ConflictError(
        f"The facts of revision {revision} of the week of {week} were edited or damaged in {path}. Put back a copy of "
        "this file, or move it elsewhere to read the week with the tables of today."
    )


def facts_path(home: Path, record: Record) -> Path:
    """Return where the clinic's facts are kept beside a revision."""
    path = path_of(home, *record.place)
    return path.with_name(f"{path.stem}-facts.json")


def _put(target: Path, data: bytes) -> Path:
    folders.replace_file(target, data)
    folders.sync_folder(target.parent.parent)
    return target


def read(path: Path) -> Record:
    """Return the revision in a file, whether it was edited or not."""
    try:
        record = from_snapshot(read_bytes(path, MOST_BYTES))
    except (UnreadableError, ValueError) as error:
        why = str(error) if isinstance(error, UnreadableError) else f"{path} holds no revision."
        raise ConflictError(f"{why} {_REMEDY}") from None
    if path_of(path.parents[2], *record.place) != path:
        raise ConflictError(f"{path} holds revision {record.place[1]} of the week of {record.place[0]}. {_REMEDY}")
    return record


def holds(path: Path, record: Record) -> bool:
    """Return whether a file equals a revision's, byte for byte."""
    try:
        return read_bytes(path, MOST_BYTES) == to_snapshot(record)
    except UnreadableError:
        return False


def are_whole(home: Path) -> bool:
    """Return whether the files alone are a sound chain, so that a database can be made again from them."""
    try:
        records = sorted(map(read, paths(home).values()), key=lambda record: record.number)
    except ConflictError:
        return False
    return bool(records) and not any(faults_of(records))
