"""The objects sent to each calendar, so that a later push can tell them from people's own entries."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from iopsched.errors import ConflictError
from iopsched.store import book, tables
from iopsched.store.place import DATABASE

_SHA = 64
"""Letters of a hash. The column ``sha`` holds that of the bytes and, after a blank, that of the meaning: older tables
have no column for it."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """One object as it was sent last.

    ``etag`` is what the server then called its version, blank where somebody
    may have changed it since. ``sha`` is of the bytes that we sent;
    ``revision`` is that of the week at that time. ``meaning`` is a digest of what
    the object said when it was there, blank where that is not known.
    """

    uid: str
    href: str
    etag: str
    sha: str
    sequence: int
    week: date
    revision: int
    meaning: str = ""


class PushState:
    """The memory of pushes. Whatever is written is final at once, so that a push may be killed at any moment."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def objects(self, target: str) -> Mapping[str, Pushed]:
        """Return the remembered objects of a calendar, by uid, of every week."""
        query = "SELECT uid, href, etag, sha, sequence, week, revision FROM pushed WHERE target = ? ORDER BY uid"
        try:
            return {uid: _pushed(uid, *row) for uid, *row in self._db.execute(query, (target,))}
        except ValueError:
            raise ConflictError(f"The memory of pushes in {DATABASE} was edited. {tables.REMEDY}") from None

    def targets(self, week: date) -> tuple[str, ...]:
        """Return the calendars in which there is something of a week."""
        query = "SELECT DISTINCT target FROM pushed WHERE week = ? ORDER BY target"
        return tuple(target for (target,) in self._db.execute(query, (week.isoformat(),)))

    def remember(self, target: str, pushed: Pushed) -> None:
        """Write down how an object was sent."""
        hashes = f"{pushed.sha} {pushed.meaning}".strip()
        values = (pushed.uid, pushed.href, pushed.etag, hashes, pushed.sequence, pushed.week.isoformat())
        row = (target, *values, pushed.revision)
        self._db.execute("INSERT OR REPLACE INTO pushed VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def forget(self, target: str, uid: str) -> None:
        """Strike an object that is no longer in the calendar."""
        self._db.execute("DELETE FROM pushed WHERE target = ? AND uid = ?", (target, uid))


def _pushed(uid: str, href: str, etag: str, sha: str, sequence: int, week: str, revision: int) -> Pushed:
    return Pushed(uid, href, etag, sha[:_SHA], sequence, date.fromisoformat(week), revision, sha[_SHA:].strip())


@contextlib.contextmanager
def push_state(home: Path, wait_s: float = tables.BUSY_S) -> Iterator[PushState]:
    """Open the memory of pushes for writing."""
    with book.opened(home, wait_s) as db:
        yield PushState(db)
