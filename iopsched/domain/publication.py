"""A week as it was told to the world: each session with the identity and the revision that calendars live on.

Calendars recognize an appointment by its identity (RFC 5545 3.8.4.7), never
by its time: a session that moves keeps its ``key``. The key is the group (or
the service, for a participant's own sessions with the participant) and a
running number, and is carried over from revision to revision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from iopsched.domain.schedule import Schedule, Session

DRAFT = 0


@dataclass(frozen=True, slots=True)
class PublishedSession:
    """A session with its identity within the week.

    ``sequence`` counts the published revisions in which anything written of it
    changed, from 0 on (RFC 5546 2.1.4: at least where start, end or status
    do), ``stamped`` is the time of the last one, in UTC.
    A cancelled one was published once and is no longer held; it stays until
    the week is over, so that calendars take it out. ``is_draft``: it says
    something that nobody has published.
    """

    key: str
    session: Session
    sequence: int
    stamped: datetime
    is_cancelled: bool = False
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Publication:
    """One revision of a week. ``revision`` counts from 1; 0 is a draft that nobody has published.

    ``site`` is the clinic's secret-free identity, ``published`` the time in
    UTC (of a draft: that of the last revision of its week).
    ``sessions`` are sorted by key, cancelled ones among them.
    ``anchor`` is the hash under which the revision was recorded, which holds those of all before it; blank where nothing
    was. A draft has that of the revision which it ``follows``.
    """

    site: str
    week: date
    revision: int
    published: datetime
    sessions: tuple[PublishedSession, ...]
    anchor: str = field(default="", compare=False)
    follows: int = field(default=DRAFT, compare=False)

    @property
    def is_draft(self) -> bool:
        """Return whether nobody has published this week as it is here."""
        return self.revision == DRAFT

    @property
    def recorded_revision(self) -> int:
        """Return which revision the anchor is of."""
        return self.follows if self.is_draft else self.revision

    @property
    def schedule(self) -> Schedule:
        """Return the sessions that are held."""
        held = (row.session for row in self.sessions if not row.is_cancelled)
        return Schedule(self.week, tuple(sorted(held, key=lambda session: session.id)))


@dataclass(frozen=True, slots=True)
class Change:
    """What is different about one session since an earlier revision.

    ``kinds`` are words such as ``added``, ``cancelled``, ``moved``, ``room``,
    ``staff``, ``participants``, ``modality``; ``before`` and ``after`` are None for a session
    that was added or cancelled.
    """

    key: str
    kinds: tuple[str, ...]
    before: Session | None
    after: Session | None
