"""Reading and judging the whole chain of revisions; reading makes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from iopsched.errors import ConflictError
from iopsched.files.reading import UnreadableError, read_beginning
from iopsched.store import snapshots, tables
from iopsched.store.faults import Damage, Harm, faults_of
from iopsched.store.place import DATABASE, SNAPSHOTS
from iopsched.store.record import Record

_HEADER_BYTES = 100  # of SQLite: it counts every change there


class _Read(NamedTuple):
    """What was read and judged last: of which store as it was when, from which week on."""

    home: Path
    state: Hashable
    since: str
    records: Sequence[Record]


_last: list[_Read] = []
"""One command asks the store many times; as long as nothing has changed there, it is read once."""


def read(home: Path, since: str = "") -> Sequence[Record]:
    """Return all revisions: of the database, and of files that a crash left without an entry.

    Those of weeks before ``since`` (an ISO date) are links of the chain only.
    """
    state = _state(home)
    for known in _last:
        if known.home == home and known.state == state and known.since <= since:
            return known.records
    records, entries = read_unjudged(home, since)
    judge(home, records, is_lost=not entries)
    _last[:] = [_Read(home, state, since, records)]
    return records


def _state(home: Path) -> Hashable:
    """Return what changes whenever the store does: files by size and time, and the count of SQLite."""
    files = snapshots.paths(home)
    known = [home / DATABASE, *(home / f"{DATABASE}-{end}" for end in ("journal", "wal")), *files.values()]
    try:
        header = read_beginning(home / DATABASE, _HEADER_BYTES)
    except UnreadableError:
        header = b""
    return (header, tuple(map(_stamp, known)), tuple(files))


def _stamp(path: Path) -> Hashable:
    try:
        facts = path.lstat()
    except OSError:
        return None
    return (facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


def forget() -> None:
    """Read anew next time."""
    _last.clear()


def read_unjudged(home: Path, since: str = "") -> tuple[list[Record], int]:
    """Return all revisions as :func:`read` does, edited or not, and how many come from the database; the rest from files."""
    path = home / DATABASE
    records: list[Record] = []
    with tables.sentences(home):
        if tables.is_there(path):
            with contextlib.closing(tables.connect(path, tables.BUSY_S)) as db:
                if not tables.is_empty(db):
                    tables.check(db)
                    records = tables.records(db, since)
    known = {record.place for record in records}
    strays = [file for place, file in snapshots.paths(home).items() if place not in known]
    return [*records, *chained(records, strays, is_all=not records)], len(records)


def chained(records: Sequence[Record], strays: Iterable[Path], *, is_all: bool) -> list[Record]:
    """Return the revisions in files without an entry that continue the chain; where there are no entries, all of them."""
    found: list[Record] = []
    last = records[-1] if records else Record({"number": 0}, "", "")
    for record in sorted(_readable(strays, is_all=is_all), key=lambda record: record.number):
        if is_all or ((record.number, record.prev_sha) == (last.number + 1, last.sha) and record.is_whole):
            found.append(record)
            last = record
    return found


def _readable(paths: Iterable[Path], *, is_all: bool) -> Iterator[Record]:
    for path in paths:
        with contextlib.suppress(*(() if is_all else (ConflictError,))):
            yield snapshots.read(path)


def judge(home: Path, records: Sequence[Record], *, is_lost: bool = False) -> None:
    """Raise :class:`ConflictError` for the first revision that is not what was published, with what mends it."""
    known = {record.place for record in records}
    faults = [
        *faults_of(records),
        *(Damage(*place, Harm.NO_ENTRY) for place in snapshots.paths(home) if place not in known),
    ]
    if not faults:
        return
    fault = remedied(home, faults[:1], records, 0 if is_lost else len(records))[0]
    raise ConflictError(f"{fault.sentence} {fault.remedy}")


def remedied(home: Path, faults: Sequence[Damage], records: Sequence[Record], entries: int) -> tuple[Damage, ...]:
    """Return faults with what mends each; the first ``entries`` of the records come from the database.

    A chain that is broken is mended as a whole, with whatever else was found in it.
    """
    only_files = {record.place for record in records[entries:]}
    is_broken = any(fault.harm in (Harm.EDITED, Harm.OUT_OF_ORDER) for fault in faults)
    whole = _remedy_of_chain(home, len(records), is_lost=not entries) if is_broken else ""
    return tuple(replace(fault, remedy=whole or _remedy(home, fault, only_files)) for fault in faults)


def _remedy_of_chain(home: Path, known: int, *, is_lost: bool) -> str:
    if is_lost:
        return f"Put back a copy of {home / SNAPSHOTS} as it was: {DATABASE} is lost, and everything rests on it."
    if len(snapshots.paths(home)) >= known and snapshots.are_whole(home):  # a chain of files may lack its end
        return tables.REMEDY
    return f"Put back copies of {DATABASE} and {SNAPSHOTS} of the same day."


def _remedy(home: Path, fault: Damage, only_files: Collection[tuple[str, int]]) -> str:
    file = snapshots.path_of(home, fault.week, fault.revision)
    if fault.harm is Harm.NO_FILE:
        return f"Run `publish` again: it writes the file from {DATABASE}."
    if fault.harm is Harm.NO_ENTRY:
        return f"Move {file} elsewhere."
    if (fault.week, fault.revision) in only_files:
        return f"Put back a copy of {file} as it was: {DATABASE} does not have this revision."
    return f"Move {file} elsewhere and run `publish` again: it writes the file from {DATABASE}."
