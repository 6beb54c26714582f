"""The tables of ``iopsched.db``, and how it is opened.

The journal is the rollback journal and never WAL: clinics keep their folders
on network shares, where WAL does not work.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from iopsched.errors import ConflictError, UsageError
from iopsched.store.place import DATABASE
from iopsched.store.record import Content, Record

VERSION = 1
BUSY_S = 2.0
_OLDEST_SQLITE = (3, 37)  # STRICT tables
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_REFUSED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)

_SCHEMA = """
CREATE TABLE publication (
  number INTEGER PRIMARY KEY, site TEXT NOT NULL, week TEXT NOT NULL, revision INTEGER NOT NULL CHECK (revision >= 1),
  published TEXT NOT NULL, actor TEXT NOT NULL, prev_sha TEXT NOT NULL, sha TEXT NOT NULL, UNIQUE (week, revision)
) STRICT;
CREATE TABLE session (
  number INTEGER NOT NULL REFERENCES publication, key TEXT NOT NULL, session_id TEXT NOT NULL, service_id TEXT NOT NULL,
  group_id TEXT, room_id TEXT, start_minute INTEGER NOT NULL, end_minute INTEGER NOT NULL, modality TEXT NOT NULL,
  sequence INTEGER NOT NULL, stamped TEXT NOT NULL, is_cancelled INTEGER NOT NULL CHECK (is_cancelled IN (0, 1)),
  PRIMARY KEY (number, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE staff (
  number INTEGER NOT NULL, key TEXT NOT NULL, place INTEGER NOT NULL, therapist_id TEXT NOT NULL,
  PRIMARY KEY (number, key, place), FOREIGN KEY (number, key) REFERENCES session
) STRICT, WITHOUT ROWID;
CREATE TABLE attendance (
  number INTEGER NOT NULL, key TEXT NOT NULL, place INTEGER NOT NULL, participant_id TEXT NOT NULL,
  PRIMARY KEY (number, key, place), FOREIGN KEY (number, key) REFERENCES session
) STRICT, WITHOUT ROWID;
CREATE TABLE pushed (
  target TEXT NOT NULL, uid TEXT NOT NULL, href TEXT NOT NULL, etag TEXT NOT NULL, sha TEXT NOT NULL,
  sequence INTEGER NOT NULL, week TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (target, uid)
) STRICT, WITHOUT ROWID;
"""
_PUBLICATION_COLUMNS = ("number", "site", "week", "revision", "published", "actor")
_SESSION_COLUMNS = (
    "key", "session_id", "service_id", "group_id", "room_id", "start", "end", "modality", "sequence", "stamped",
)  # fmt: skip


def make_database(path: Path) -> None:
    """Make an empty file that only its owner may read; the journal beside it inherits that."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def connect(path: Path, wait_s: float) -> sqlite3.Connection:
    """Open a database that is there; one that may not be written is opened for reading."""
    return _prepared(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", wait_s, isolation_level=None, uri=True))


def in_memory() -> sqlite3.Connection:
    """Return an empty store that leaves nothing behind."""
    db = _prepared(sqlite3.connect(":memory:", isolation_level=None))
    db.execute("BEGIN")
    prepare(db)
    db.execute("COMMIT")
    return db


def _prepared(db: sqlite3.Connection) -> sqlite3.Connection:
    db.execute("PRAGMA foreign_keys = ON")
    return db


def prepare(db: sqlite3.Connection) -> None:
    """Make the tables where there are none, inside the transaction that is open.

    Raises
    ------
    UsageError
        If the file is something else, or was made by a later version.
    """
    if not db.execute("PRAGMA user_version").fetchone()[0] and not _has_tables(db):
        _make_tables(db)
    check(db)


def check(db: sqlite3.Connection) -> None:
    """Raise :class:`UsageError` if this is no store that we can read."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise UsageError(f"{DATABASE} was made by a later iopsched. Install that version.")
    if version < VERSION:
        raise UsageError(f"{DATABASE} is a database of another program. Move it elsewhere.")


def _has_tables(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])


def _make_tables(db: sqlite3.Connection) -> None:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise UsageError(f"This Python has SQLite {sqlite3.sqlite_version}; 3.37 or later is needed.")
    for statement in _SCHEMA.split(";\n"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


@contextlib.contextmanager
def sentences(home: Path) -> Iterator[None]:
    """Turn what SQLite raises into errors with a sentence; no value of a row is shown."""
    path = home / DATABASE
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _BUSY:
            raise ConflictError(
                f"The store is busy: another program is writing {path}. Try again when it is done."
            ) from None
        if code in _REFUSED:
            raise UsageError(f"Cannot use {path}: the disk is full, or the system refuses to write there.") from None
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise UsageError(
                f"{path} is damaged. Move it elsewhere and publish: it is made again from the files beside it."
            ) from None
        raise


def insert(db: sqlite3.Connection, record: Record) -> None:
    """Add a revision."""
    content = record.content
    facts = [content[column] for column in _PUBLICATION_COLUMNS]
    db.execute("INSERT INTO publication VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*facts, record.prev_sha, record.sha))
    for row in content["sessions"]:
        values = (record.number, *(row[column] for column in _SESSION_COLUMNS), int(row["is_cancelled"]))
        db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        for table, column in (("staff", "therapist_ids"), ("attendance", "participant_ids")):
            people = ((record.number, row["key"], place, person) for place, person in enumerate(row[column]))
            db.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", people)  # noqa: S608 - our own two words


def records(db: sqlite3.Connection, where: str = "", *values: object) -> list[Record]:
    """Return revisions in the order of the chain; ``where`` is a condition on ``publication`` in our own words."""
    columns = f"{', '.join(_PUBLICATION_COLUMNS)}, prev_sha, sha"
    query = f"SELECT {columns} FROM publication {where} ORDER BY number"  # noqa: S608 - our own words
    return [_record(db, row) for row in db.execute(query, values).fetchall()]


def _record(db: sqlite3.Connection, row: tuple[object, ...]) -> Record:
    *facts, prev_sha, sha = row
    content: Content = dict(zip(_PUBLICATION_COLUMNS, facts, strict=True))
    number = content["number"]
    people = {table: _people(db, table, number) for table in ("staff", "attendance")}
    content["sessions"] = [
        {
            **dict(zip(_SESSION_COLUMNS, values, strict=True)),
            "is_cancelled": bool(is_cancelled),
            "therapist_ids": people["staff"].get(values[0], []),
            "participant_ids": people["attendance"].get(values[0], []),
        }
        for *values, is_cancelled in db.execute(
            "SELECT key, session_id, service_id, group_id, room_id, start_minute, end_minute, modality, sequence, "
            "stamped, is_cancelled FROM session WHERE number = ? ORDER BY key",
            (number,),
        )
    ]
    return Record(content, str(prev_sha), str(sha))


def _people(db: sqlite3.Connection, table: str, number: int) -> dict[str, list[str]]:
    column = {"staff": "therapist_id", "attendance": "participant_id"}[table]
    found: dict[str, list[str]] = {}
    query = f"SELECT key, {column} FROM {table} WHERE number = ? ORDER BY key, place"  # noqa: S608 - our own words
    for key, person in db.execute(query, (number,)):
        found.setdefault(key, []).append(person)
    return found
