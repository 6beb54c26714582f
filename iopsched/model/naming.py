"""Ids of sessions: what a session is and a running number, kept from one revision of a week to the next."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import count

from iopsched.domain.schedule import Schedule, Session


def name_sessions(schedule: Schedule, previous: Schedule | None = None, others: Sequence[Session] = ()) -> Schedule:
    """Return the schedule with session ids: the group (or service) and a running number.

    Never made of time, room or therapist: a moved session keeps its identity.
    Where ``previous`` is an earlier revision of the same week, sessions of the
    same group, or of the same service for the same participants, keep its ids:
    first those that did not move, then the others in order of time. Those of ``others`` are theirs.
    """
    old = previous.sessions if previous is not None and previous.week == schedule.week else ()
    taken = {session.id for session in others}
    old = tuple(session for session in old if session.id not in taken)
    kept = _kept_ids(sorted(schedule.sessions, key=_order), sorted(old, key=lambda s: (s.start, s.id)))
    used = {session.id for session in (*old, *others)}
    names: dict[str, Iterator[str]] = {}
    named = [
        replace(session, id=kept.get(place) or _next_id(session, names, used))
        for place, session in enumerate(sorted(schedule.sessions, key=_order))
    ]
    return Schedule(schedule.week, tuple(sorted(named)), schedule.primaries, schedule.census)


def _kept_ids(sessions: list[Session], old: list[Session]) -> dict[int, str]:
    """Return, by place, the earlier id of each session that was there before."""
    found: dict[int, str] = {}
    for likeness in (_is_unmoved, _is_moved, _is_regrouped):
        for place, session in enumerate(sessions):
            alike = [s for s in old if likeness(s, session)]
            if place not in found and alike:
                before = max(alike, key=lambda s: len(set(s.participant_ids) & set(session.participant_ids)))
                found[place] = before.id
                old = [s for s in old if s.id != before.id]
    return found


def _is_unmoved(before: Session, now: Session) -> bool:
    return _is_moved(before, now) and before.start == now.start


def _is_moved(before: Session, now: Session) -> bool:
    return _identity(before) == _identity(now)


def _is_regrouped(before: Session, now: Session) -> bool:
    """Return whether a freely formed session has kept some of its people, and its start or its lead."""
    same_service = (before.service_id, before.group_id) == (now.service_id, None)
    shared = set(before.participant_ids) & set(now.participant_ids)
    return same_service and bool(shared) and (before.start == now.start or before.lead_id == now.lead_id)


def _identity(session: Session) -> tuple[str, str | None, tuple[str, ...]]:
    return session.service_id, session.group_id, () if session.group_id else session.participant_ids


def _order(session: Session) -> tuple[object, ...]:
    people = () if session.group_id else session.participant_ids
    return session.service_id, session.group_id or "", people, session.start, session.therapist_ids


def new_id(service_id: str, group_id: str | None, used: Container[str]) -> str:
    """Return the id of a further session: the group (or service) and the first number that is not used."""
    return next(name for name in _numbered(service_id, group_id) if name not in used)


def _numbered(service_id: str, group_id: str | None) -> Iterator[str]:
    stem, width = (group_id, 1) if group_id else (service_id, 3)
    return (f"{stem}-{number:0{width}d}" for number in count(1))


def _next_id(session: Session, names: dict[str, Iterator[str]], used: set[str]) -> str:
    """Return the next free id; each stem goes on from where it was."""
    own = names.setdefault(session.group_id or session.service_id, _numbered(session.service_id, session.group_id))
    found = next(name for name in own if name not in used)
    used.add(found)
    return found
