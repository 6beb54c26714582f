"""The whole store in one file: a zip of the database, of every revision and of the facts of its time, with their hashes.

It is taken while nobody can publish, and checked as a whole before it is believed: hashes, chain, and that files and
database say the same. Ids only, as in the store.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from iopsched.errors import ConflictError, UsageError
from iopsched.files import folders, plans
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.store import book, chain, snapshots, tables
from iopsched.store.faults import faults_of
from iopsched.store.place import CALENDARS, DATABASE, MOST_CALENDARS_BYTES, SNAPSHOTS
from iopsched.store.record import Record, moment_text, to_snapshot

SCHEMA = "iopsched.store/1"
MANIFEST = "manifest.json"
MOST_BYTES = 2_000_000_000
WAIT_S = 10.0
"""How long somebody may go on publishing before a backup is given up."""
_MOST_DATABASE_BYTES = 1_000_000_000
_PATH = re.compile(
    rf"{re.escape(DATABASE)}|{re.escape(CALENDARS)}|{SNAPSHOTS}/\d{{4}}-\d\d-\d\d/r\d{{3,6}}(?:-facts)?\.json", re.ASCII
)
_REPLACED = (f"{DATABASE}-journal", f"{DATABASE}-wal", f"{DATABASE}-shm", DATABASE, SNAPSHOTS, CALENDARS)
"""In this order: a journal that is left beside another database would be played back into it."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that the same store gives the same bytes


@dataclass(frozen=True, slots=True)
class Archive:
    """A store that was read as a whole: its files by their path in the clinic's folder, and its revisions in their order."""

    files: Mapping[str, bytes] = field(repr=False)
    records: Sequence[Record] = field(repr=False)
    made: str

    @property
    def site(self) -> str:
        """Return the identity of the clinic."""
        return str(self.records[0].content["site"])

    @property
    def anchor(self) -> str:
        """Return the hash of the last revision, which holds those of all before it."""
        return self.records[-1].sha

    @property
    def weeks(self) -> int:
        """Return how many weeks are published."""
        return len({record.place[0] for record in self.records})

    def to_bytes(self) -> bytes:
        """Return the zip."""
        manifest = {
            "schema": SCHEMA,
            "made": self.made,
            "revisions": len(self.records),
            "anchor": self.anchor,
            "files": {path: hashlib.sha256(data).hexdigest() for path, data in sorted(self.files.items())},
        }
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            listing = (json.dumps(manifest, indent=1) + "\n").encode()
            for path, data in ((MANIFEST, listing), *sorted(self.files.items())):
                archive.writestr(zipfile.ZipInfo(path, _LONG_AGO), data, zipfile.ZIP_DEFLATED)
        return target.getvalue()


def take(home: Path, now: datetime) -> Archive | None:
    """Return the store as it is, while nobody can publish; None where nothing is published.

    What a crash left undone is mended before.

    Raises
    ------
    ConflictError
        If the store is damaged, or somebody is writing there for long.
    """
    if not chain.read(home):
        return None
    with _held(home) as db:
        records = tables.records(db)
        chain.judge(home, records)
        files = {DATABASE: bytes(db.serialize())}
        for record in records:
            path = snapshots.path_of(home, *record.place)
            files[_inside(home, path)] = to_snapshot(record)
            facts = snapshots.read_facts(home, record)
            if facts is not None:
                files[_inside(home, snapshots.facts_path(home, record))] = facts
    with contextlib.suppress(UnreadableError):
        files[CALENDARS] = read_bytes(home / CALENDARS, MOST_CALENDARS_BYTES)
    return Archive(files, records, moment_text(now))


@contextlib.contextmanager
def _held(home: Path) -> Iterator[sqlite3.Connection]:
    """Open the store so that nobody publishes meanwhile."""
    with book.opened(home, WAIT_S) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        finally:
            db.execute("ROLLBACK")


def lacking(home: Path, archive: Archive) -> tuple[tuple[str, int], ...]:
    """Return the revisions of a store, by week and number, that an archive does not have as they are; damaged ones count."""
    has = {(record.place, record.sha) for record in archive.records}
    found: dict[tuple[str, int], str] = {}
    for place, path in snapshots.paths(home).items():
        found[place] = ""
        with contextlib.suppress(ConflictError):
            found[place] = snapshots.read(path).sha
    with contextlib.suppress(ConflictError):
        found |= {record.place: record.sha for record in chain.read_unjudged(home)[0]}
    return tuple(sorted(place for place, sha in found.items() if (place, sha) not in has))


def holds(home: Path, archive: Archive) -> bool:
    """Return whether a store is as in an archive, file by file."""
    known = {_inside(home, path) for path in snapshots.paths(home).values()}
    if known != {path for path in archive.files if path.startswith(SNAPSHOTS) and not path.endswith("-facts.json")}:
        return False
    try:
        with _held(home) as db:
            is_same = bytes(db.serialize()) == archive.files[DATABASE]
        rest = (path for path in archive.files if path != DATABASE)
        return is_same and all(read_bytes(home / path, snapshots.MOST_BYTES) == archive.files[path] for path in rest)
    except (UnreadableError, ConflictError):
        return False


def put_back(home: Path, archive: Archive) -> Path | None:
    """Put an archive in place of the store, all or nothing, and return where what was there is kept, None without any.

    Raises
    ------
    ConflictError
        If somebody is writing there.
    UsageError
        If the disk refuses.
    """
    with folders.tell_refusal(home, folders.UNCHANGED), folders.staging(home) as place, _silenced(home):
        plans.finish(home)
        kept = plans.prepare_swap(place, home, archive.files, _REPLACED, "store")
        plans.bind(place)
        with folders.tell_refusal(home, plans.AGAIN):
            plans.finish(home)
    chain.forget()
    return kept if kept.exists() else None


@contextlib.contextmanager
def _silenced(home: Path) -> Iterator[None]:
    """Keep everybody from reading and writing the database while it is replaced, where it is one."""
    with contextlib.ExitStack() as stack:
        try:
            with tables.sentences(home):
                if tables.is_there(home / DATABASE):
                    db = stack.enter_context(contextlib.closing(tables.connect(home / DATABASE, tables.BUSY_S)))
                    db.execute("BEGIN EXCLUSIVE")
        except tables.BusyError:
            raise
        except ConflictError:  # it is damaged: nobody can publish either
            pass
        yield


def _inside(home: Path, path: Path) -> str:
    return path.relative_to(home).as_posix()


def read(path: Path) -> Archive:
    """Return the store in a zip that :meth:`Archive.to_bytes` made, once all in it was held against each other.

    Raises
    ------
    UsageError
        If there is no file that can be read.
    ConflictError
        If anything in it is not as it was written.
    """
    try:
        return of_bytes(read_bytes(path, MOST_BYTES))
    except UnreadableError as error:
        raise UsageError(str(error)) from None
    except ValueError as error:
        raise ConflictError(f"{path} is no whole backup of iopsched: {error}. Take another one.") from None


def of_bytes(data: bytes) -> Archive:
    """Return the store in the bytes of a zip.

    Raises
    ------
    ValueError
        If anything in it is not as it was written; the text says what.
    """
    files = _unpacked(data)
    manifest = _manifest(files.pop(MANIFEST, b""))
    if {path: hashlib.sha256(own).hexdigest() for path, own in files.items()} != manifest.get("files"):
        raise ValueError("a file in it is damaged, missing or one too many")
    records = _records(files.get(DATABASE, b""))
    if not records or any(faults_of(records)):
        raise ValueError("the revisions in it do not follow each other")
    if (len(records), records[-1].sha) != (manifest.get("revisions"), manifest.get("anchor")):
        raise ValueError("the revisions in it are not those that were put in")
    expected = {path: own for path, own in files.items() if path in {DATABASE, CALENDARS}}
    here = Path()
    for record in records:
        expected[snapshots.path_of(here, *record.place).as_posix()] = to_snapshot(record)
        facts = snapshots.facts_path(here, record).as_posix()
        if facts in files and hashlib.sha256(files[facts]).hexdigest() == record.content.get("facts"):
            expected[facts] = files[facts]
    if files != expected:
        raise ValueError("its database and its files say different things")
    return Archive(files, records, str(manifest.get("made")))


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files in a zip; nothing is unpacked beyond what it says, and nothing that a store does not have."""
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise ValueError("it is larger than it can be")
            for entry in entries:
                if entry.filename in files or not (entry.filename == MANIFEST or _PATH.fullmatch(entry.filename)):
                    raise ValueError("there is something in it that no store has")
                with archive.open(entry) as stream:
                    files[entry.filename] = stream.read(entry.file_size + 1)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        raise ValueError("it cannot be unpacked") from None
    return files


def _manifest(data: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ValueError("it has no list of what is in it")
    return found


def _records(data: bytes) -> list[Record]:
    """Return the revisions in the bytes of a database."""
    if not 0 < len(data) <= _MOST_DATABASE_BYTES:
        raise ValueError("its database is missing or too large")
    try:
        with contextlib.closing(sqlite3.connect(":memory:")) as db:
            db.deserialize(data)
            tables.check(db)
            return tables.records(db)
    except (sqlite3.Error, ConflictError):
        raise ValueError("its database is damaged") from None
