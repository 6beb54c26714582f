"""Which object belongs into which calendar: one calendar for each therapist and each room."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from iopsched.domain.publication import Publication, PublishedSession

Maker = Callable[[Publication, PublishedSession, str], bytes]
"""Makes the calendar object of a session of a revision for a therapist, blank for a room; the same bytes every time."""
Uid = Callable[[Publication, str], str]
"""Returns the identity, in calendars, of the session with a key."""

_ODD = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object that should be in a calendar."""

    uid: str
    row: PublishedSession
    data: bytes

    @property
    def sha(self) -> str:
        """Return the hash of the body that is sent."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Plan:
    """A revision as calendars. ``collections`` maps the name of each to its objects by uid, ``titles`` to its title."""

    publication: Publication
    collections: Mapping[str, Mapping[str, Wanted]]
    titles: Mapping[str, str]


def collection_name(kind: str, own_id: str) -> str:
    """Return for instance ``therapist-T01``; an id with unusual signs is spelled in plain ones and told apart."""
    if not _ODD.search(own_id):
        return f"{kind}-{own_id}"
    return f"{kind}-{_ODD.sub('-', own_id)}-{hashlib.sha256(own_id.encode()).hexdigest()[:8]}"


def plan_of(publication: Publication, make: Maker, uid: Uid, only: str | None = None) -> Plan:
    """Return the calendars of everybody and every room, or of one of them. Cancelled sessions are in none."""
    collections: dict[str, dict[str, Wanted]] = {}
    titles: dict[str, str] = {}
    for row in publication.sessions:
        if row.is_cancelled:
            continue
        session = row.session
        places = [("therapist", person) for person in session.therapist_ids]
        places += [("room", session.room_id)] if session.room_id else []
        places = [place for place in places if only in (None, place[1])]
        if not places:
            continue
        for kind, own_id in places:
            data = make(publication, row, own_id if kind == "therapist" else "")
            wanted = Wanted(uid(publication, row.key), row, data)
            name = collection_name(kind, own_id)
            titles[name] = f"{kind} {own_id}"
            collections.setdefault(name, {})[wanted.uid] = wanted
    return Plan(publication, collections, titles)
