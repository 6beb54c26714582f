"""The tables of ``iopsched.db``, and how it is opened.

The journal is the rollback journal and never WAL: clinics keep their folders
on network shares, where WAL does not work.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from iopsched.errors import ConflictError, UsageError
from iopsched.files.reading import UnreadableError, read_beginning
from iopsched.store.place import DATABASE, SNAPSHOTS
from iopsched.store.record import Content, Record

VERSION = 2


class BusyError(ConflictError):
    """Somebody else is reading or writing the store."""


REMEDY = (
    f"Move {DATABASE}, and {DATABASE}-journal or {DATABASE}-wal if there is one, elsewhere: what was published is read "
    f"from the files in {SNAPSHOTS}, and the next publication makes the database again."
)
BUSY_S = 2.0
_MAGIC = b"SQLite format 3\0"
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
CREATE TABLE facts (number INTEGER PRIMARY KEY REFERENCES publication, sha TEXT NOT NULL) STRICT;
CREATE TABLE pushed (
  target TEXT NOT NULL, uid TEXT NOT NULL, href TEXT NOT NULL, etag TEXT NOT NULL, sha TEXT NOT NULL,
  sequence INTEGER NOT NULL, week TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (target, uid)
) STRICT, WITHOUT ROWID;
"""
_FACTS = 4  # the place of the table that version 1 lacks
_PUBLICATION_COLUMNS = ("number", "site", "week", "revision", "published", "actor")
_SESSION_COLUMNS = (
    "key", "session_id", "service_id", "group_id", "room_id", "start", "end", "modality", "sequence", "stamped",
)  # fmt: skip


def make_database(path: Path) -> None:
    """Make an empty file that only its owner may read; the journal beside it inherits that."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def is_there(path: Path) -> bool:
    """Return whether there is a database; an empty file, which a crash may leave, is none.

    Raises
    ------
    ConflictError
        If something else stands there. SQLite would wait for a pipe, and take a directory for a full disk.
    """
    if not os.path.lexists(path):
        return False
    try:
        begin = read_beginning(path, len(_MAGIC))
    except UnreadableError as error:
        raise ConflictError(f"{error} {REMEDY}") from None
    if begin not in (b"", _MAGIC):
        raise ConflictError(f"{path} is damaged or no database. {REMEDY}")
    return bool(begin)


class Database(sqlite3.Connection):
    """A database that was opened, and which file that was: another one may be put in its place."""

    file: object = None

    def check_place(self, path: Path) -> None:
        """Raise :class:`BusyError` where another file lies in the place now: what is written here would be lost."""
        if _file(path) != self.file:
            raise BusyError("The store was replaced by a backup in this moment. Run the command again.")


def _file(path: Path) -> object:
    facts = path.stat()
    return facts.st_dev, facts.st_ino


def connect(path: Path, wait_s: float) -> Database:
    """Open a database that is there; one that may not be written is opened for reading."""
    file = _file(path)
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", timeout=wait_s, isolation_level=None, uri=True, factory=Database
    )
    db.file = file
    db.execute("PRAGMA foreign_keys = ON")
    return db


def is_prepared(db: sqlite3.Connection) -> bool:
    """Return whether the tables are there, as this version knows them; what is there already is checked."""
    if not is_empty(db):
        check(db)
    return version_of(db) == VERSION


def is_empty(db: sqlite3.Connection) -> bool:
    """Return whether there is nothing in the database yet."""
    return not version_of(db) and not _shape(db)


def places(db: sqlite3.Connection) -> set[tuple[str, int]]:
    """Return the weeks and revisions that have an entry."""
    return set(db.execute("SELECT week, revision FROM publication"))


def prepare(db: sqlite3.Connection) -> None:
    """Make the tables where there are none, and those that an earlier version lacks, inside the open transaction.

    Raises
    ------
    ConflictError
        If the file is something else, or was made by a later version.
    """
    if is_empty(db):
        _make_tables(db, _statements())
    check(db)
    if version_of(db) < VERSION:
        _make_tables(db, [_statements()[_FACTS]])


def check(db: sqlite3.Connection) -> None:
    """Raise :class:`ConflictError` if this is no store that we can read, or not as SQLite wrote it."""
    version = version_of(db)
    if version > VERSION:
        raise ConflictError(f"{DATABASE} was made by a later iopsched. Install that version.")
    expected = _statements()
    if version == 1:
        del expected[_FACTS]
    if version < 1 or _shape(db) != sorted(expected):
        raise ConflictError(f"{DATABASE} is a database of another program, or was changed by one. {REMEDY}")
    if db.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise ConflictError(f"{DATABASE} is damaged. {REMEDY}")
    if db.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise ConflictError(f"{DATABASE} holds rows of a revision that is not there. {REMEDY}")


def version_of(db: sqlite3.Connection) -> int:
    """Return the version of the tables, 0 where there are none of ours."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _shape(db: sqlite3.Connection) -> list[str]:
    """Return how whatever is in the database was made."""
    query = "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY sql"
    return [str(sql) for (sql,) in db.execute(query)]


def _statements() -> list[str]:
    return [statement.strip() for statement in _SCHEMA.split(";\n") if statement.strip()]


def _make_tables(db: sqlite3.Connection, statements: Iterable[str]) -> None:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise UsageError(f"This Python has SQLite {sqlite3.sqlite_version}; 3.37 or later is needed.")
    for statement in statements:
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
            raise BusyError(
                f"The store is busy: another program is writing {path}. Try again when it is done."
            ) from None
        if code in _REFUSED:
            raise ConflictError(
                f"Cannot use {path}: the disk is full, or the system refuses to write there. Make room, or ask for "
                "permission to write in this folder."
            ) from None
        if isinstance(error, sqlite3.ProgrammingError):  # ours
            raise
        raise ConflictError(f"{path} is damaged. {REMEDY}") from None


def insert(db: sqlite3.Connection, record: Record) -> None:
    """Add a revision."""
    content = record.content
    own = [content[column] for column in _PUBLICATION_COLUMNS]
    db.execute("INSERT INTO publication VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*own, record.prev_sha, record.sha))
    if "facts" in content:
        db.execute("INSERT INTO facts VALUES (?, ?)", (record.number, content["facts"]))
    for row in content["sessions"]:
        values = (record.number, *(row[column] for column in _SESSION_COLUMNS), int(row["is_cancelled"]))
        db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        for table, column in (("staff", "therapist_ids"), ("attendance", "participant_ids")):
            people = ((record.number, row["key"], place, person) for place, person in enumerate(row[column]))
            db.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", people)  # noqa: S608 - our own two words


def records(db: sqlite3.Connection, since: str = "") -> list[Record]:
    """Return all revisions in the order of the chain; those of weeks before ``since`` as links of the chain only."""
    columns = f"{', '.join(_PUBLICATION_COLUMNS)}, prev_sha, sha"
    query = f"SELECT {columns} FROM publication ORDER BY number"  # noqa: S608 - our own words
    facts = dict(db.execute("SELECT number, sha FROM facts")) if version_of(db) > 1 else {}
    found = []
    for *own, prev_sha, sha in db.execute(query).fetchall():
        content: Content = dict(zip(_PUBLICATION_COLUMNS, own, strict=True))
        if content["number"] in facts:
            content["facts"] = facts[content["number"]]
        if str(content["week"]) >= since:
            content["sessions"] = _sessions(db, content["number"])
        found.append(Record(content, str(prev_sha), str(sha)))
    return found


def _sessions(db: sqlite3.Connection, number: int) -> list[Content]:
    staff, attendance = _people(db, "staff", number), _people(db, "attendance", number)
    return [
        {
            **dict(zip(_SESSION_COLUMNS, values, strict=True)),
            "is_cancelled": bool(is_cancelled),
            "therapist_ids": staff.get(values[0], []),
            "participant_ids": attendance.get(values[0], []),
        }
        for _, *values, is_cancelled in db.execute("SELECT * FROM session WHERE number = ? ORDER BY key", (number,))
    ]


def _people(db: sqlite3.Connection, table: str, number: int) -> dict[str, list[str]]:
    column = {"staff": "therapist_id", "attendance": "participant_id"}[table]
    found: dict[str, list[str]] = {}
    query = f"SELECT key, {column} FROM {table} WHERE number = ? ORDER BY key, place"  # noqa: S608 - our own words
    for key, person in db.execute(query, (number,)):
        found.setdefault(key, []).append(person)
    return found
