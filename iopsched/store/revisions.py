"""From a schedule to a publication: sessions matched with the last revision, and what changed.

Pure functions. A session's key says what it is, never when, where or with whom of the staff: ``g:G1#2`` is the
second session of group G1, ``s:individual:P014#1`` a participant's own, ``s:process#3`` one of a service that forms
its groups freely. Keys are carried over by matching the sessions of two revisions with each other; counted anew by
time, dropping Monday would turn Wednesday into Monday, and every calendar would show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from urllib.parse import quote

from iopsched.domain.publication import DRAFT, Change, Publication, PublishedSession
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import day_index

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of a draft of a week that was never published."""
_Likeness = Callable[[Session, Session], bool]


def draft(site: str, schedule: Schedule, earlier: Publication | None = None) -> Publication:
    """Return a week that nobody has published.

    Its time, and that of whatever is new in it, is the one of ``earlier``; of
    a week that was never published :data:`LONG_AGO`. Calendars give what is
    new a time of its own when they are written.
    ``earlier`` is the last published revision of the week: sessions keep the
    identity they have there. A schedule that says the same is no draft: then
    ``earlier`` itself is returned, with the ids that its sessions have now.
    """
    known = _of_week(earlier, schedule.week).sessions if earlier is not None else ()
    stamped = earlier.published if earlier is not None else LONG_AGO
    rows = _rows(schedule, known, stamped)
    if earlier is not None and _is_same(rows, known):
        return replace(earlier, sessions=rows)
    told = set(map(_without_id, known))
    marked = tuple(replace(row, is_draft=_without_id(row) not in told) for row in rows)
    own = earlier if earlier is not None else Publication(site, schedule.week, DRAFT, stamped, ())
    return replace(own, revision=DRAFT, sessions=marked, follows=own.revision)


def publish(site: str, schedule: Schedule, earlier: Publication | None, published: datetime) -> Publication:
    """Return the next revision of the week, or ``earlier`` where the schedule says the same.

    ``published`` must know its time zone; it is told in whole seconds of UTC
    and never before the revision that it follows, whatever the computer's clock says.
    """
    stamped = published.astimezone(UTC).replace(microsecond=0)
    if earlier is None:
        return Publication(site, schedule.week, 1, stamped, _rows(schedule, (), stamped))
    stamped = max(stamped, earlier.published)
    rows = _rows(schedule, _of_week(earlier, schedule.week).sessions, stamped)
    if _is_same(rows, earlier.sessions):
        return replace(earlier, sessions=rows)
    return Publication(earlier.site, schedule.week, earlier.revision + 1, stamped, rows)


def changes(earlier: Publication, later: Publication | Schedule) -> tuple[Change, ...]:
    """Return the changes of each session since an earlier revision, by key.

    A session that had been cancelled and is held again counts as added.
    """
    after = later if isinstance(later, Publication) else draft(earlier.site, later, earlier)
    before, now = _held(earlier), _held(after)
    found = (_change(key, before.get(key), now.get(key)) for key in sorted(before.keys() | now.keys()))
    return tuple(change for change in found if change.kinds)


def _of_week(earlier: Publication, week: date) -> Publication:
    if earlier.week != week:
        msg = f"A revision of the week of {earlier.week} says nothing about the week of {week}."
        raise ValueError(msg)
    return earlier


def _is_same(rows: Sequence[PublishedSession], earlier: Sequence[PublishedSession]) -> bool:
    """Return whether nothing is new but, perhaps, the ids of sessions."""
    return list(map(_without_id, rows)) == list(map(_without_id, earlier))


def _without_id(row: PublishedSession) -> PublishedSession:
    return replace(row, session=replace(row.session, id=""))


def _held(publication: Publication) -> Mapping[str, Session]:
    return {row.key: row.session for row in publication.sessions if not row.is_cancelled}


def _change(key: str, before: Session | None, after: Session | None) -> Change:
    if before is None or after is None:
        return Change(key, ("added" if before is None else "cancelled",), before, after)
    differences = {
        "moved": (before.start, before.end) != (after.start, after.end),
        "room": before.room_id != after.room_id,
        "staff": before.therapist_ids != after.therapist_ids,
        "participants": before.participant_ids != after.participant_ids,
        "modality": before.modality != after.modality,
        "service": before.service_id != after.service_id,
    }
    return Change(key, tuple(kind for kind, differs in differences.items() if differs), before, after)


def _rows(schedule: Schedule, earlier: Sequence[PublishedSession], stamped: datetime) -> tuple[PublishedSession, ...]:
    """Return the sessions with their identities, and the sessions no longer held, by key."""
    sessions = sorted(schedule.sessions, key=lambda session: (session.start, session.end, session.id))
    kept = _matched(sessions, earlier)
    keys = _Keys(row.key for row in earlier)
    rows = [
        _carried(kept[place], session, stamped)
        if place in kept
        else PublishedSession(keys.new(session), session, 0, stamped)
        for place, session in enumerate(sessions)
    ]
    matched = {row.key for row in kept.values()}
    rows += [_cancelled(row, stamped) for row in earlier if row.key not in matched]
    return tuple(sorted(rows, key=lambda row: row.key))


def _carried(row: PublishedSession, session: Session, stamped: datetime) -> PublishedSession:
    if not row.is_cancelled and _is_equal(row.session, session):
        return replace(row, session=session)
    return PublishedSession(row.key, session, row.sequence + 1, stamped)


def _cancelled(row: PublishedSession, stamped: datetime) -> PublishedSession:
    if row.is_cancelled:
        return row
    return replace(row, sequence=row.sequence + 1, stamped=stamped, is_cancelled=True)


def _is_equal(one: Session, other: Session) -> bool:
    """Return whether everything but the id is the same."""
    return replace(one, id=other.id) == other


class _Keys:
    """Hands out keys that no revision of the week has used."""

    def __init__(self, used: Iterable[str]) -> None:
        self._used = set(used)

    def new(self, session: Session) -> str:
        """Return the stem of a session with its lowest free number."""
        stem = _stem(session)
        key = next(key for n in count(1) if (key := f"{stem}#{n}") not in self._used)
        self._used.add(key)
        return key


def _stem(session: Session) -> str:
    """Return what a session is; ids are quoted, so that no two stems can be mistaken for each other."""
    if session.group_id:
        return f"g:{_quoted(session.group_id)}"
    people = session.participant_ids if _is_own(session) else ()
    return ":".join(("s", *map(_quoted, (session.service_id, *people))))


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def _is_own(session: Session) -> bool:
    """Return whether a session belongs to one participant, as individual and family work does."""
    return session.group_id is None and len(session.participant_ids) == 1


def _matched(sessions: Sequence[Session], earlier: Sequence[PublishedSession]) -> Mapping[int, PublishedSession]:
    """Return by place the earlier row of each session that was there before.

    What is still held comes first; only then may a session that had been
    cancelled take its key back, where its time or its id says that it is the same.
    """
    found: dict[int, PublishedSession] = {}
    for is_cancelled, likeness in ((False, _is_alike), (True, _is_returned)):
        rows = [row for row in earlier if row.is_cancelled == is_cancelled]
        _match(sessions, rows, _kind, likeness, found)
        _match(sessions, rows, _loose_kind, likeness, found)
    return found


def _match(
    sessions: Sequence[Session],
    rows: Iterable[PublishedSession],
    kind: Callable[[Session], object],
    likeness: _Likeness,
    found: dict[int, PublishedSession],
) -> None:
    """Add the pairs within each kind of session, the surest first."""
    taken = {row.key for row in found.values()}
    offered: dict[object, list[PublishedSession]] = defaultdict(list)
    for row in rows:
        if row.key not in taken:
            offered[kind(row.session)].append(row)
    pairs = [
        (_distance(row.session, session), row.key, place, row)
        for place, session in enumerate(sessions)
        if place not in found
        for row in offered.get(kind(session), ())
        if likeness(row.session, session)
    ]
    for _, key, place, row in sorted(pairs, key=lambda pair: pair[:3]):
        if place not in found and key not in taken:
            found[place] = row
            taken.add(key)


def _kind(session: Session) -> object:
    """Return what must agree without question: the group, or the service and the one participant."""
    if session.group_id:
        return session.group_id
    return (session.service_id, session.participant_ids if _is_own(session) else None)


def _loose_kind(session: Session) -> object:
    """Return what must agree where a freely formed session has lost all but one of its people, or found a second."""
    return session.group_id or (session.service_id,)


def _is_alike(before: Session, now: Session) -> bool:
    """Return whether two sessions of a kind may be the same one.

    A participant's own session never becomes that of somebody else. One that
    is formed freely is the same where its start, its id or some of its people are.
    """
    if now.group_id is not None:
        return True
    if set(before.participant_ids) & set(now.participant_ids):
        return True
    has_none_of_its_own = not _is_own(before) and not _is_own(now)
    return has_none_of_its_own and _is_back(before, now)


def _is_returned(before: Session, now: Session) -> bool:
    return _is_alike(before, now) and _is_back(before, now)


def _is_back(before: Session, now: Session) -> bool:
    return before.start == now.start or before.id == now.id


def _distance(before: Session, now: Session) -> tuple[int, ...]:
    """Return how far two sessions of a kind are from being the same one; compared from left to right."""
    shared = 0 if now.group_id else len(set(before.participant_ids) & set(now.participant_ids))
    return (
        not _is_equal(before, now),
        before.start != now.start,
        -shared,
        before.id != now.id,
        abs(day_index(before.start) - day_index(now.start)),
        abs(before.start - now.start),
    )
