"""What calendars were told last: SEQUENCE and time of every entry, so that neither ever goes back.

A draft that was exported has no revision in the store, and calendars may know
it all the same. The memory holds identities, numbers and hashes: no id and no
name. Without it, what is told follows from the store alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from iopsched.domain.publication import Publication, PublishedSession
from iopsched.errors import ConflictError, UsageError
from iopsched.export.edition import Edition
from iopsched.export.events import uid
from iopsched.files.folders import replace_file
from iopsched.files.reading import Reason, UnreadableError, read_bytes
from iopsched.store.place import CALENDARS, MOST_CALENDARS_BYTES

SCHEMA = "iopsched.calendars/1"
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it was written last: its number and time, the hash of what it said, and the week it is of."""

    sequence: int
    stamped: datetime
    sha: str
    week: date


Memory = Mapping[str, Told]
"""What was told, by the identity of the entry."""


def told_on(edition: Edition, memory: Memory, now: datetime) -> Edition:
    """Return the edition with the numbers and times that follow what calendars were told before."""
    return replace(
        edition,
        publication=continued(edition.publication, memory, now),
        running=tuple(replace(one, publication=continued(one.publication, memory, now)) for one in edition.running),
    )


def continued(publication: Publication, memory: Memory, now: datetime) -> Publication:
    """Return a week whose numbers and times go on from what calendars were told.

    What was told so before keeps number and time. ``now``, which must know
    its time zone, is the time of what nobody has published or told yet.
    """
    stamped = now.astimezone(UTC).replace(microsecond=0)
    rows = (_continued(row, memory.get(uid(publication, row.key)), stamped) for row in publication.sessions)
    return replace(publication, sessions=tuple(rows))


def _continued(row: PublishedSession, told: Told | None, now: datetime) -> PublishedSession:
    if told is None:
        return replace(row, stamped=max(row.stamped, now)) if row.is_draft else row
    if told.sha == _sha(row):
        return replace(row, sequence=max(row.sequence, told.sequence), stamped=max(row.stamped, told.stamped))
    is_news = row.is_draft or row.stamped <= told.stamped
    stamped = max(row.stamped, told.stamped, now) if is_news else row.stamped
    return replace(row, sequence=max(row.sequence, told.sequence + 1), stamped=stamped)


def remembered(memory: Memory, publications: Iterable[Publication], now: datetime) -> Memory:
    """Return the memory after these weeks were written; weeks long gone are forgotten."""
    oldest = (now - KEPT).date()
    found = {key: told for key, told in memory.items() if told.week >= oldest}
    for publication in publications:
        for row in publication.sessions:
            found[uid(publication, row.key)] = Told(row.sequence, row.stamped, _sha(row), publication.week)
    return found


def _sha(row: PublishedSession) -> str:
    """Return the hash of all that an entry says; the id of a session is not told."""
    what = (replace(row.session, id=""), row.is_cancelled, row.is_draft)
    return hashlib.sha256(repr(what).encode("utf-8", "surrogatepass")).hexdigest()


def read_memory(home: Path) -> Memory:
    """Return what is remembered in a clinic's folder, nothing where there is no such file.

    Raises
    ------
    ValueError
        If it is not as it was written; the message says no more than that.
    """
    try:
        whole = json.loads(read_bytes(home / CALENDARS, MOST_CALENDARS_BYTES))
        if whole["schema"] != SCHEMA:
            msg = "another schema"
            raise ValueError(msg)
        return {str(key): _told(row) for key, row in whole["entries"].items()}
    except UnreadableError as error:
        if error.reason is Reason.MISSING:
            return {}
        raise ValueError(str(error.reason)) from None
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(type(error).__name__) from None


def _told(row: Mapping[str, object]) -> Told:
    sequence, stamped, sha, week = row["sequence"], row["stamped"], row["sha"], row["week"]
    if type(sequence) is not int or not 0 <= sequence < 2**31:
        msg = "no number"
        raise ValueError(msg)
    moment = datetime.fromisoformat(str(stamped))
    return Told(sequence, moment.astimezone(UTC), str(sha), date.fromisoformat(str(week)))


def write_memory(home: Path, memory: Memory, site: str) -> bool:
    """Write what is remembered into a clinic's folder; return whether the disk let us.

    ``site`` is the clinic's identity in these calendars, which its first publication takes over.
    """
    entries = {
        key: {
            "sequence": told.sequence,
            "stamped": told.stamped.isoformat(),
            "sha": told.sha,
            "week": told.week.isoformat(),
        }
        for key, told in memory.items()
    }
    data = json.dumps({"schema": SCHEMA, "site": site, "entries": entries}, indent=0, sort_keys=True) + "\n"
    try:
        replace_file(home / CALENDARS, data.encode())
    except (UsageError, ConflictError):
        return False
    return True
