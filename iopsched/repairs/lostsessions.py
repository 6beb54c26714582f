"""Sessions still to come that lose a member of staff or their room by what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from iopsched.domain.happenings import Discharge, Happening
from iopsched.domain.people import TimeOff
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.verifier.calendars import Calendars

LostKind = Literal["therapist", "room"]


@dataclass(frozen=True, slots=True)
class LostSession:
    """A session that loses the therapist or room ``who``; of its participants only those are in it who still can come."""

    session: Session
    kind: LostKind
    who: str


def still_held(problem: Problem, base: Schedule) -> tuple[Session, ...]:
    """Return the sessions of a published week without whoever is away or has left by now.

    What has begun stays as it is, and what nobody can come to, or is to be held while the clinic is closed, is left out.
    """
    calendars = Calendars(problem)
    found = (_with_present(problem, calendars, session) for session in base.sessions)
    return tuple(session for session in found if session is not None)


def _with_present(problem: Problem, calendars: Calendars, session: Session) -> Session | None:
    if session.start < problem.first_start:
        return session
    people = tuple(key for key in session.participant_ids if _can_come(problem, calendars, session, key))
    if not people or not calendars.open.covers(session.start, session.end):
        return None
    return replace(session, participant_ids=people)


def _can_come(problem: Problem, calendars: Calendars, session: Session, key: str) -> bool:
    person = problem.participant.get(key)
    if person is None or not calendars.stay(person).covers(session.start, session.end):
        return False
    return not calendars.off("participant", key).overlaps(session.start, session.end)


def lost_sessions(
    problem: Problem, held: Iterable[Session], happenings: Iterable[Happening]
) -> tuple[LostSession, ...]:
    """Return what each absence of staff or of a room takes from the sessions still to come, by their start."""
    absences = sorted({row for row in happenings if isinstance(row, TimeOff)}, key=lambda row: (row.kind, row.id))
    rows = tuple(held)
    found = {lost for absence in absences for lost in _lost_to(problem, rows, absence)}
    return tuple(sorted(found, key=lambda lost: (lost.session.start, lost.session.id, lost.kind, lost.who)))


def hit_sessions(problem: Problem, base: Schedule, happenings: Iterable[Happening]) -> frozenset[str]:
    """Return the ids of the published sessions, still to come, that what happened takes staff, a room, somebody or the day from."""
    rows = tuple(happenings)
    absences = [row for row in rows if isinstance(row, TimeOff)]
    coming = [session for session in base.sessions if session.start >= problem.first_start]
    found = {lost.session.id for absence in absences for lost in _lost_to(problem, coming, absence)}
    calendars = Calendars(replace(problem, time_off=tuple(absences)))
    gone = {row.participant_id for row in rows if isinstance(row, Discharge)}
    gone |= {row.id for row in absences if row.kind == "participant"}
    for session in coming:
        leaves = any(
            not _can_come(problem, calendars, session, key) for key in gone.intersection(session.participant_ids)
        )
        if leaves or calendars.closures.overlaps(session.start, session.end):
            found.add(session.id)
    return frozenset(found)


def stay_as_begun(problem: Problem, base: Schedule, happenings: Iterable[Happening]) -> tuple[Session, ...]:
    """Return what had begun and stays as it was published, although it is during an absence of its staff, room or the clinic."""
    absences = [row for row in happenings if isinstance(row, TimeOff)]
    earlier = replace(problem, now=None)
    begun = [session for session in base.sessions if session.start < problem.first_start]
    found = {lost.session for absence in absences for lost in _lost_to(earlier, begun, absence)}
    closed = Calendars(replace(problem, time_off=tuple(row for row in absences if row.kind == "clinic"))).closures
    found.update(session for session in begun if closed.overlaps(session.start, session.end))
    return tuple(sorted(found, key=lambda session: (session.start, session.id)))


def _lost_to(problem: Problem, held: Iterable[Session], absence: TimeOff) -> Iterator[LostSession]:
    away = Calendars(replace(problem, time_off=(absence,))).off(absence.kind, absence.id)
    for session in held:
        if session.start < problem.first_start or not away.overlaps(session.start, session.end):
            continue
        if absence.kind == "therapist" and absence.id in session.therapist_ids:
            yield LostSession(session, "therapist", absence.id)
        if absence.kind == "room" and session.room_id == absence.id:
            yield LostSession(session, "room", absence.id)
