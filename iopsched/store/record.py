"""One revision as plain values, the same in a database row, in a snapshot and in the hash chain.

The hash of a revision is taken over the hash of the one before it and the
canonical JSON of its content: keys sorted, no blanks, ASCII only. Whoever
edits a revision must rewrite every later one, in two places, to hide it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from iopsched.domain.people import HELD_MODALITIES
from iopsched.domain.publication import Publication, PublishedSession
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, is_planned

SCHEMA = "iopsched.publication/1"
Content = dict[str, Any]
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_MOST = 1_000_000  # of whatever is counted here: more is no number that we wrote
_CONTENT = {"number", "site", "week", "revision", "published", "actor", "sessions"}
_FACTS = ("service_id", "group_id", "room_id", "start", "end", "modality")  # of a session, under its own names
_PEOPLE = ("therapist_ids", "participant_ids")
_SESSION = {"key", "session_id", *_FACTS, *_PEOPLE, "sequence", "stamped", "is_cancelled"}


@dataclass(frozen=True, slots=True)
class Record:
    """A revision as it is kept. ``content`` has ``number``, its place among all revisions of the store, from 1 on.

    Of a week before those that were asked for it lacks ``sessions``: then the revision is a link of the chain only.
    """

    content: Content
    prev_sha: str
    sha: str

    @property
    def number(self) -> int:
        """Return the place of the revision in the chain."""
        return int(self.content["number"])

    @property
    def place(self) -> tuple[str, int]:
        """Return week and revision."""
        return str(self.content["week"]), int(self.content["revision"])

    @property
    def publication(self) -> Publication:
        """Return the publication that was recorded; of a revision that was judged to be sound."""
        return publication_of(self.content, self.sha)

    @property
    def is_link(self) -> bool:
        """Return whether only its place in the chain is known."""
        return "sessions" not in self.content

    @property
    def is_whole(self) -> bool:
        """Return whether the content is still what was hashed, as far as it is known."""
        return self.is_link or sha_of(self.prev_sha, self.content) == self.sha


def make_record(publication: Publication, number: int, actor: str, prev_sha: str, facts: bytes | None = None) -> Record:
    """Return the record of a publication; it has the hash of the clinic's facts."""
    content = {
        "number": number,
        "site": publication.site,
        "week": publication.week.isoformat(),
        "revision": publication.revision,
        "published": moment_text(publication.published),
        "actor": actor,
        "sessions": [_session_content(row) for row in publication.sessions],
    }
    if facts is not None:
        content["facts"] = hashlib.sha256(facts).hexdigest()
    return Record(content, prev_sha, sha_of(prev_sha, content))


def sha_of(prev_sha: str, content: Content) -> str:
    """Return the hash of a revision that follows the one with the hash ``prev_sha``."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256((prev_sha + canonical).encode()).hexdigest()


def publication_of(content: Content, anchor: str = "") -> Publication:
    """Return the publication that was recorded, ``anchor`` being the hash of its record.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is not as it was written.
    """
    check(content)
    return Publication(
        site=content["site"],
        week=date.fromisoformat(content["week"]),
        revision=content["revision"],
        published=moment_of(content["published"]),
        sessions=tuple(_published_session(row) for row in content["sessions"]),
        anchor=anchor,
    )


def check(content: Content) -> None:
    """Raise as :func:`publication_of` where a value has another type or range than we write; SQLite and JSON hold anything."""
    moment_of(content["published"])
    rows = content["sessions"]
    week = date.fromisoformat(content["week"])
    sound = [
        set(content) - {"facts"} == _CONTENT,
        all(isinstance(content[column], str) for column in ("site", "published", "actor")),
        all(_is_count(content[column], 1) for column in ("number", "revision")),
        week.weekday() == 0 and is_planned(week),
        re.fullmatch("[0-9a-f]{64}", content.get("facts", "0" * 64)),
        len({row["key"] for row in rows}) == len(rows),
        *(_is_sound(row) for row in rows),
    ]
    if not all(sound):
        raise ValueError("not as it was written")


def _is_sound(row: Content) -> bool:
    moment_of(row["stamped"])
    people = [*row["therapist_ids"], *row["participant_ids"]]
    texts = [row[column] for column in ("key", "session_id", "service_id", "modality", "stamped")]
    texts += [row[column] for column in ("group_id", "room_id") if row[column] is not None]
    return (
        set(row) == _SESSION
        and all(isinstance(text, str) and text for text in [*texts, *people])
        and row["modality"] in HELD_MODALITIES
        and _is_count(row["sequence"], 0)
        and _is_count(row["start"], 0)
        and _is_count(row["end"], row["start"] + 1)
        and row["end"] <= 8 * DAY
        and isinstance(row["is_cancelled"], bool)
    )


def _is_count(value: object, least: int) -> bool:
    return type(value) is int and least <= value <= _MOST


def to_snapshot(record: Record) -> bytes:
    """Return the file in which a revision is kept beside the database."""
    whole = {"schema": SCHEMA, **record.content, "prev_sha": record.prev_sha, "sha": record.sha}
    return (json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode()


def from_snapshot(data: bytes) -> Record:
    """Return the revision in a file, whether it was edited or not.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        whole = json.loads(data)
        if whole.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        record = Record(prev_sha=str(whole.pop("prev_sha")), sha=str(whole.pop("sha")), content=whole)
        publication_of(record.content)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(type(error).__name__) from None
    return record


def moment_text(moment: datetime) -> str:
    """Return for instance ``2026-11-20T15:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """Return the moment that was written by :func:`moment_text`.

    Raises
    ------
    ValueError
        If it was written in another way.
    """
    if not _MOMENT.fullmatch(text):
        raise ValueError("not as it was written")
    return datetime.fromisoformat(text)  # ten times as fast as strptime, and years of sessions are read at once


def _session_content(row: PublishedSession) -> Content:
    session = row.session
    return {
        **{name: getattr(session, name) for name in _FACTS},
        **{name: list(getattr(session, name)) for name in _PEOPLE},
        "key": row.key,
        "session_id": session.id,
        "sequence": row.sequence,
        "stamped": moment_text(row.stamped),
        "is_cancelled": row.is_cancelled,
    }


def _published_session(row: Content) -> PublishedSession:
    people: Content = {name: tuple(row[name]) for name in _PEOPLE}
    session = Session(id=row["session_id"], **people, **{name: row[name] for name in _FACTS})
    return PublishedSession(row["key"], session, row["sequence"], moment_of(row["stamped"]), row["is_cancelled"])
