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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from iopsched.domain.clinic import Clinic
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.errors import ConflictError
from iopsched.files import folders, locks
from iopsched.store import chain, revisions, snapshots, tables
from iopsched.store.faults import Damage, Harm, faults_of, is_readable
from iopsched.store.place import DATABASE, SNAPSHOTS, drafted_site
from iopsched.store.record import Record, make_record, moment_of

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
class RevisionSummary:
    """One revision in the history: its time and author, and how many sessions are held and were cancelled."""

    week: date
    revision: int
    published: datetime
    actor: str
    held: int
    cancelled: int
    sha: str


def site_of(home: Path, clinic: Clinic) -> str:
    """Return the clinic's identity: that of the store, else ``clinic_id``, else that of drafts.

    Drafts go on under the identity of the first one exported; that is made from the clinic's name.
    """
    return _site_of(home, clinic, chain.read(home))


def _site_of(home: Path, clinic: Clinic, records: Sequence[Record]) -> str:
    known = _site(records)
    return (
        _checked_site(known, clinic, home)
        or clinic.clinic_id
        or drafted_site(home)
        or f"{_MADE}{uuid.uuid5(_SITES, clinic.name)}"
    )


def draft(home: Path, clinic: Clinic, schedule: Schedule) -> Published:
    """Return the week as a draft, or as its last revision where the schedule says the same; record nothing."""
    records = chain.read(home, schedule.week.isoformat())
    earlier = _latest(records, schedule.week)
    publication = revisions.draft(_site_of(home, clinic, records), schedule, earlier)
    return Published(publication, earlier, is_new=publication.is_draft)


def foresee(home: Path, clinic: Clinic, schedule: Schedule, now: datetime) -> Published:
    """Return what :func:`publish` would record; record nothing."""
    records = chain.read(home, schedule.week.isoformat())
    return _next(_site_of(home, clinic, records), schedule, _latest(records, schedule.week), now)


def latest(home: Path, week: date) -> Publication | None:
    """Return the last revision of a week, None where it was never published."""
    return _latest(chain.read(home, week.isoformat()), week)


def since(home: Path, week: date) -> tuple[Publication, ...]:
    """Return every revision of a week and of all later ones, by week and revision."""
    records = [record for record in chain.read(home, week.isoformat()) if record.place[0] >= week.isoformat()]
    return tuple(record.publication for record in sorted(records, key=lambda record: record.place))


def revisions_of(home: Path, week: date) -> tuple[Publication, ...]:
    """Return every revision of one week, the last one last."""
    found = [record for record in chain.read(home, week.isoformat()) if record.place[0] == week.isoformat()]
    return tuple(record.publication for record in sorted(found, key=lambda record: record.place))


def facts_of(home: Path, week: date, revision: int) -> bytes | None:
    """Return the clinic's facts as they were when a revision was published, None where none were kept."""
    record = _record(home, week, revision)
    return snapshots.read_facts(home, record) if record is not None else None


def revision_of(home: Path, week: date, revision: int) -> Publication | None:
    """Return one revision of a week, None where there is none."""
    record = _record(home, week, revision)
    return record.publication if record is not None else None


def _record(home: Path, week: date, revision: int) -> Record | None:
    place = week.isoformat(), revision
    return next((record for record in chain.read(home, place[0]) if record.place == place), None)


def publish(
    home: Path,
    clinic: Clinic,
    schedule: Schedule,
    *,
    now: datetime,
    actor: str,
    facts: bytes | None = None,
    wait_s: float = tables.BUSY_S,
) -> Published:
    """Record a schedule as the next revision of its week; one that says the same as the last is not recorded.

    ``now`` must know its time zone; ``actor`` is who did it; ``facts`` are what
    :func:`facts_of` returns of this revision later.
    """
    with _writing(home, wait_s) as (db, written):
        records = tables.records(db)
        chain.judge(home, records)
        earlier = _latest(records, schedule.week)
        known = _checked_site(_site(records), clinic, home)
        site = known or clinic.clinic_id or drafted_site(home) or f"{_MADE}{uuid.uuid4()}"
        found = _next(site, schedule, earlier, now)
        if found.is_new:
            last = records[-1] if records else Record({"number": 0}, "", "")
            record = make_record(found.publication, last.number + 1, actor, last.sha, facts)
            tables.insert(db, record)
            if facts is not None:
                written.append(snapshots.write_facts(home, record, facts))
            written.append(snapshots.write(home, record))
            return replace(found, publication=record.publication)
        return found


def _next(site: str, schedule: Schedule, earlier: Publication | None, now: datetime) -> Published:
    publication = revisions.publish(site, schedule, earlier, now)
    is_new = earlier is None or publication.revision != earlier.revision
    return Published(publication, earlier, is_new=is_new)


def history(home: Path, *, is_checked: bool = True) -> tuple[RevisionSummary, ...]:
    """Return every revision in the order in which they were published.

    Where ``is_checked`` is False, those that cannot be read are left out, for :func:`verify` to tell.
    """
    records = chain.read(home) if is_checked else filter(is_readable, chain.read_unjudged(home)[0])
    return tuple(map(_entry, records))


def _entry(record: Record) -> RevisionSummary:
    rows, moment = record.content["sessions"], moment_of(record.content["published"])
    cancelled = sum(row["is_cancelled"] for row in rows)
    week, revision = record.place
    held = len(rows) - cancelled
    return RevisionSummary(
        date.fromisoformat(week), revision, moment, record.content["actor"], held, cancelled, record.sha
    )


def verify(home: Path) -> tuple[Damage, ...]:
    """Return the revisions that were edited after they were published, in the database or in their file, with what mends each."""
    records, entries = chain.read_unjudged(home)
    found = list(faults_of(records))
    files, known = snapshots.paths(home), {record.place for record in records}
    # first, because nothing can be published while they are there
    found += [Damage(week, revision, Harm.NO_ENTRY) for week, revision in files if (week, revision) not in known]
    for record in records:
        path = files.get(record.place)
        if path is None:
            found.append(Damage(*record.place, Harm.NO_FILE))
        elif record.is_whole and not snapshots.holds(path, record):
            found.append(Damage(*record.place, Harm.FILE_EDITED))
    return chain.remedied(home, found, records, entries)


@contextlib.contextmanager
def _writing(home: Path, wait_s: float) -> Iterator[tuple[tables.Database, list[Path]]]:
    """Open the store for one transaction, which ends with the block.

    Files named in the list that is yielded are taken away again where the transaction fails.
    """
    with opened(home, wait_s) as db:
        written: list[Path] = []
        db.execute("BEGIN IMMEDIATE")
        try:
            db.check_place(home / DATABASE)
            yield db, written
            db.execute("COMMIT" if written else "ROLLBACK")  # an empty one would wait for readers all the same
        except BaseException:
            if db.in_transaction:  # else it is final, and only the news of it was cut off
                db.execute("ROLLBACK")
                for path in written:
                    path.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def opened(home: Path, wait_s: float = tables.BUSY_S) -> Iterator[tables.Database]:
    """Open the store for writing, made where there is none and mended after a crash; every statement is final."""
    path = home / DATABASE
    with tables.sentences(home):
        folders.make_folders(home)
        with _alone(home, wait_s), contextlib.closing(_opened(path, wait_s)) as db:
            chain.forget()
            if not tables.is_prepared(db) or set(snapshots.paths(home)) != tables.places(db):
                db.execute("BEGIN IMMEDIATE")
                tables.prepare(db)
                _mend(db, home)
                db.execute("COMMIT")
            if db.execute("PRAGMA journal_mode").fetchone()[0] != "delete":  # asking for it anew waits for every reader
                db.execute("PRAGMA journal_mode = DELETE")
            yield db


def _opened(path: Path, wait_s: float) -> tables.Database:
    tables.make_database(path)
    tables.is_there(path)
    return tables.connect(path, wait_s)


@contextlib.contextmanager
def _alone(home: Path, wait_s: float) -> Iterator[None]:
    """Keep other writers out, also on a network share where the database cannot."""
    folders.make_folders(home / SNAPSHOTS)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locks.lock(home / SNAPSHOTS, wait_s))
        except ConflictError as error:
            raise tables.BusyError(f"The store is busy. {error}") from None
        yield


def _mend(db: sqlite3.Connection, home: Path) -> None:
    """Enter revisions whose file is there and whose entry a crash has cut off, and write files that are lost.

    All of the files are entered where there are no entries.
    """
    records, files = tables.records(db), snapshots.paths(home)
    known = {record.place for record in records}
    entered = chain.chained(records, [files[place] for place in files.keys() - known], is_all=not records)
    if not records:
        chain.judge(home, entered, is_lost=True)
    for record in entered:
        tables.insert(db, record)
    chain.judge(home, [*records, *entered])
    for record in records:
        if record.place not in files:
            snapshots.write(home, record)


def _latest(records: Sequence[Record], week: date) -> Publication | None:
    found = [record for record in records if record.place[0] == week.isoformat()]
    last = max(found, key=lambda record: record.place, default=None)
    return last.publication if last is not None else None


def _site(records: Sequence[Record]) -> str | None:
    return str(records[0].content["site"]) if records else None


def _checked_site(known: str | None, clinic: Clinic, home: Path) -> str | None:
    """Return the site of the store; calendars live on it, so it never changes, but is not shared by two clinics either."""
    if known and clinic.clinic_id and known != clinic.clinic_id and not known.startswith(_MADE):
        raise ConflictError(
            f"What is published in {home} belongs to a clinic with another clinic_id. Was the folder copied? Then "
            f"delete {DATABASE} and {SNAPSHOTS} here. If clinic_id was changed, change it back: calendars live on it."
        )
    return known
