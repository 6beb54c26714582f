"""What was published when: one chain of revisions, in a database and in a file for each.

A revision is first entered into the database, then its file is written, then
the entry is made final. A crash in between leaves a file without an entry,
which the next writer enters; a lost database is made again in the same way,
from all files. Reading makes nothing.
"""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from iopsched import folders, publishing
from iopsched.domain.clinic import Clinic
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.errors import UsageError
from iopsched.store import snapshots, tables
from iopsched.store.place import DATABASE, SNAPSHOTS
from iopsched.store.record import Record, make_record, moment_of, publication_of, to_snapshot

_SITES = uuid.UUID("5b1f5f0e-6e1c-4f52-9a34-2f6d1b8c7e10")
_MADE = "made-"


@dataclass(frozen=True, slots=True)
class Published:
    """A week beside what was published of it.

    ``earlier`` is the last revision, None of a first; ``is_new`` whether the
    publication is another than that one.
    """

    publication: Publication
    earlier: Publication | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision in the history: when, by whom, how many sessions are held and how many were cancelled."""

    week: date
    revision: int
    published: datetime
    actor: str
    held: int
    cancelled: int
    sha: str


class Harm(StrEnum):
    """What may have happened to a revision after it was published."""

    EDITED = "edited"
    """Its rows are not what was published."""
    OUT_OF_ORDER = "out of order"
    """It does not follow the revision that it was published after: that one was replaced, or is gone."""
    NO_FILE = "no file"
    """Its snapshot is gone."""
    FILE_EDITED = "file edited"
    """Its snapshot is not what was published."""
    NO_ENTRY = "no entry"
    """There is a snapshot of a revision of which the database knows nothing."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A revision that is no longer as it was published."""

    week: str
    revision: int
    harm: Harm


def site_of(home: Path, clinic: Clinic) -> str:
    """Return the clinic's identity: that of the store, else ``clinic_id``, else one made from the name for drafts.

    Raises
    ------
    UsageError
        If the store belongs to another clinic.
    """
    with _reading(home) as db:
        known = _site(db) if db is not None else None
    return _checked_site(known, clinic, home) or clinic.clinic_id or str(uuid.uuid5(_SITES, clinic.name))


def draft(home: Path, clinic: Clinic, schedule: Schedule) -> Published:
    """Return the week as a draft, or as its last revision where the schedule says the same; record nothing.

    Raises
    ------
    UsageError
        If the store belongs to another clinic.
    """
    earlier = latest(home, schedule.week)
    publication = publishing.draft(site_of(home, clinic), schedule, earlier)
    return Published(publication, earlier, is_new=publication.is_draft)


def foresee(home: Path, clinic: Clinic, schedule: Schedule, now: datetime) -> Published:
    """Return what :func:`publish` would record; record nothing.

    Raises
    ------
    UsageError
        If the store belongs to another clinic.
    """
    return _next(site_of(home, clinic), schedule, latest(home, schedule.week), now)


def latest(home: Path, week: date) -> Publication | None:
    """Return the last revision of a week, None where it was never published."""
    with _reading(home) as db:
        record = _latest(db, week) if db is not None else None
        return _publication(record) if record is not None else None


def since(home: Path, week: date) -> tuple[Publication, ...]:
    """Return every revision of a week and of all later ones, by week and revision."""
    with _reading(home) as db:
        records = tables.records(db, "WHERE week >= ?", week.isoformat()) if db is not None else []
        found = map(_publication, records)
        return tuple(sorted(found, key=lambda publication: (publication.week, publication.revision)))


def revision_of(home: Path, week: date, revision: int) -> Publication | None:
    """Return one revision of a week, None where there is none."""
    with _reading(home) as db:
        if db is None:
            return None
        found = tables.records(db, "WHERE week = ? AND revision = ?", week.isoformat(), revision)
        return _publication(found[0]) if found else None


def publish(
    home: Path, clinic: Clinic, schedule: Schedule, *, now: datetime, actor: str, wait_s: float = tables.BUSY_S
) -> Published:
    """Record a schedule as the next revision of its week; one that says the same as the last is not recorded.

    ``now`` must know its time zone; ``actor`` is who did it.

    Raises
    ------
    ConflictError
        If somebody else is writing there.
    UsageError
        If the store belongs to another clinic, or cannot be written.
    """
    with _writing(home, wait_s) as (db, written):
        record = _latest(db, schedule.week)
        earlier = _publication(record) if record is not None else None
        site = _checked_site(_site(db), clinic, home) or clinic.clinic_id or f"{_MADE}{uuid.uuid4()}"
        found = _next(site, schedule, earlier, now)
        if found.is_new:
            _enter(db, home, found.publication, actor, written)
        return found


def _next(site: str, schedule: Schedule, earlier: Publication | None, now: datetime) -> Published:
    publication = publishing.publish(site, schedule, earlier, now)
    is_new = earlier is None or publication.revision != earlier.revision
    return Published(publication, earlier, is_new=is_new)


def history(home: Path) -> tuple[Entry, ...]:
    """Return every revision in the order in which they were published."""
    query = """
        SELECT week, revision, published, actor, sum(1 - is_cancelled), sum(is_cancelled), sha
        FROM publication LEFT JOIN session USING (number) GROUP BY number ORDER BY number
        """
    with _reading(home) as db:
        rows = db.execute(query).fetchall() if db is not None else []
    return tuple(
        Entry(date.fromisoformat(monday), revision, moment_of(published), actor, held or 0, cancelled or 0, sha)
        for monday, revision, published, actor, held, cancelled, sha in rows
    )


def verify(home: Path) -> tuple[Fault, ...]:
    """Return the revisions that were edited after they were published, in the database or in their file."""
    found: list[Fault] = []
    with _reading(home) as db:
        records = tables.records(db) if db is not None else []
    files = snapshots.paths(home)
    before = Record({"number": 0}, "", "")
    for record in records:
        if not record.is_whole:
            found.append(Fault(*record.place, Harm.EDITED))
        if (record.number, record.prev_sha) != (before.number + 1, before.sha):
            found.append(Fault(*record.place, Harm.OUT_OF_ORDER))
        path = files.pop(record.place, None)
        if path is None:
            found.append(Fault(*record.place, Harm.NO_FILE))
        elif record.is_whole and path.read_bytes() != to_snapshot(record):
            found.append(Fault(*record.place, Harm.FILE_EDITED))
        before = record
    found += [Fault(week, revision, Harm.NO_ENTRY) for week, revision in files]
    return tuple(found)


@contextlib.contextmanager
def _reading(home: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the store for reading; where there are only files, a copy in memory; None where there is nothing."""
    path = home / DATABASE
    with tables.sentences(home):
        if path.is_file() and path.stat().st_size:
            db = tables.connect(path, tables.BUSY_S)
            tables.check(db)
        elif files := snapshots.paths(home):
            db = tables.in_memory()
            _enter_all(db, files.values())
        else:
            yield None
            return
        with contextlib.closing(db):
            yield db


@contextlib.contextmanager
def _writing(home: Path, wait_s: float) -> Iterator[tuple[sqlite3.Connection, list[Path]]]:
    """Open the store for one transaction, which ends with the block.

    Files named in the list that is yielded are taken away again where the transaction fails.
    """
    with opened(home, wait_s) as db:
        written: list[Path] = []
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db, written
            db.execute("COMMIT" if written else "ROLLBACK")  # an empty one would wait for readers all the same
        except BaseException:
            if db.in_transaction:  # else it is final, and only the news of it was cut off
                db.execute("ROLLBACK")
                for path in written:
                    path.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def opened(home: Path, wait_s: float = tables.BUSY_S) -> Iterator[sqlite3.Connection]:
    """Open the store for writing, made where there is none and mended after a crash; every statement is final."""
    path = home / DATABASE
    with tables.sentences(home):
        folders.make_folders(home)
        tables.make_database(path)
        with contextlib.closing(tables.connect(path, wait_s)) as db:
            if not tables.is_prepared(db) or _strays(db, home):
                db.execute("BEGIN IMMEDIATE")
                tables.prepare(db)
                _mend(db, home)
                db.execute("COMMIT")
            if db.execute("PRAGMA journal_mode").fetchone()[0] != "delete":  # asking for it anew waits for every reader
                db.execute("PRAGMA journal_mode = DELETE")
            yield db


def _mend(db: sqlite3.Connection, home: Path) -> None:
    """Enter revisions whose file is there and whose entry a crash has cut off; all of them where there are no entries."""
    strays = _strays(db, home)
    if not db.execute("SELECT count(*) FROM publication").fetchone()[0]:
        _enter_all(db, strays)
        return
    number, sha = db.execute("SELECT number, sha FROM publication ORDER BY number DESC LIMIT 1").fetchone()
    for record in sorted(map(snapshots.read, strays), key=lambda record: record.number):
        if (record.number, record.prev_sha) == (number + 1, sha) and record.is_whole:
            tables.insert(db, record)
            number, sha = record.number, record.sha


def _strays(db: sqlite3.Connection, home: Path) -> list[Path]:
    """Return the files of revisions that have no entry."""
    known = set(db.execute("SELECT week, revision FROM publication"))
    return [path for place, path in snapshots.paths(home).items() if place not in known]


def _enter_all(db: sqlite3.Connection, paths: Iterable[Path]) -> None:
    """Enter what the files say, edited or not: :func:`verify` tells which was."""
    numbers: set[int] = set()
    for record in sorted(map(snapshots.read, paths), key=lambda record: record.number):
        if record.number not in numbers:
            numbers.add(record.number)
            tables.insert(db, record)


def _enter(db: sqlite3.Connection, home: Path, publication: Publication, actor: str, written: list[Path]) -> None:
    last = db.execute("SELECT number, sha FROM publication ORDER BY number DESC LIMIT 1").fetchone() or (0, "")
    record = make_record(publication, last[0] + 1, actor, last[1])
    tables.insert(db, record)
    written.append(snapshots.write(home, record))


def _latest(db: sqlite3.Connection, week: date) -> Record | None:
    monday = week.isoformat()
    where = "WHERE number = (SELECT number FROM publication WHERE week = ? ORDER BY revision DESC LIMIT 1)"
    found = tables.records(db, where, monday)
    return found[0] if found else None


def _publication(record: Record) -> Publication:
    try:
        return publication_of(record.content)
    except (KeyError, TypeError, ValueError):
        week, revision = record.place
        raise UsageError(
            f"Revision {revision} of the week of {week} was edited in {DATABASE} and cannot be read. Move {DATABASE} "
            "elsewhere: it is made again from the files beside it."
        ) from None


def _site(db: sqlite3.Connection) -> str | None:
    found = db.execute("SELECT site FROM publication ORDER BY number LIMIT 1").fetchone()
    return str(found[0]) if found else None


def _checked_site(known: str | None, clinic: Clinic, home: Path) -> str | None:
    """Return the site of the store; calendars live on it, so it never changes, but is not shared by two clinics either."""
    if known and clinic.clinic_id and known != clinic.clinic_id and not known.startswith(_MADE):
        raise UsageError(
            f"What is published in {home} belongs to a clinic with another clinic_id. Was the folder copied? Then "
            f"delete {DATABASE} and {SNAPSHOTS} here. If clinic_id was changed, change it back: calendars live on it."
        )
    return known
