"""What a week becomes by a move. Nothing is judged here, and nothing refused but what names no session of the week."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from iopsched.board.draftweek import DraftWeek
from iopsched.board.gridmoves import (
    ChangeHelpers,
    ChangeRoster,
    GridMove,
    HoldUnplaced,
    LockSession,
    NewPlace,
    PlaceGroup,
    PlaceInstead,
    PlaceSession,
    ReplaceSessions,
    SwapSessions,
    TakeOut,
)
from iopsched.board.unplaced import held
from iopsched.domain.people import HeldModality
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, WEEK
from iopsched.errors import UsageError
from iopsched.verifier import session_modalities


def moved(problem: Problem, week: DraftWeek, move: GridMove) -> DraftWeek:
    """Return the week after a move.

    Raises
    ------
    UsageError
        If the move names something that is not there, or a session would leave the week.
    """
    return _APPLIED[type(move)](problem, week, move)


def placed(problem: Problem, session: Session, place: NewPlace) -> Session:
    """Return a session at another place, as long as it was. Raises :class:`UsageError` if it would leave the week.

    Without a room it is held by video, and with one again no longer by video, unless the place names a modality.
    """
    day, clock = divmod(session.start, DAY)
    start = (day if place.day is None else place.day) * DAY + (clock if place.clock is None else place.clock)
    if not 0 <= start <= WEEK - session.minutes:
        raise UsageError(f"Session {session.id} would not lie in this week.")
    room_id = session.room_id if place.room_id is None else place.room_id or None
    new = replace(session, start=start, end=start + session.minutes, room_id=room_id)
    if place.lead_id is not None and place.lead_id != session.lead_id:
        new = new.led_by(place.lead_id)
    if place.modality is None:
        return new if place.room_id is None else replace(new, modality=_modality(problem, new))
    if place.modality == "telehealth":  # which has no room
        return replace(new, room_id=place.room_id or None, modality=place.modality)
    return replace(new, modality=place.modality)


def _modality(problem: Problem, session: Session) -> HeldModality:
    """Return how a session is held that has just got or lost its room."""
    service = problem.service.get(session.service_id)
    if service is None or not service.needs_room:
        return session.modality
    if session.room_id is None:
        return "telehealth"
    if session.modality != "telehealth":
        return session.modality
    admitted = session_modalities(service, problem.group.get(session.group_id or ""))
    return "hybrid" if "hybrid" in admitted and "in_person" not in admitted else "in_person"


def _placed(problem: Problem, week: DraftWeek, move: PlaceSession) -> DraftWeek:
    checked(problem, move.place)
    return week.having(placed(problem, week.session(move.session_id), move.place))


def _placed_group(problem: Problem, week: DraftWeek, move: PlaceGroup) -> DraftWeek:
    checked(problem, move.place)
    first = week.session(move.session_id)
    rows = week.of_group(first.group_id) if first.group_id else (first,)
    days = 0 if move.place.day is None else move.place.day - first.start // DAY
    places = ((row, replace(move.place, day=row.start // DAY + days)) for row in rows)
    return week.having(*(placed(problem, row, place) for row, place in places))


def _taken_out(_: Problem, week: DraftWeek, move: TakeOut) -> DraftWeek:
    return week.without({week.session(move.session_id).id})


def _held(problem: Problem, week: DraftWeek, move: HoldUnplaced) -> DraftWeek:
    checked(problem, move.place)
    session, place = held(problem, week, move.unplaced_id, move.place)
    return week.having(placed(problem, session, place))


def _swapped(problem: Problem, week: DraftWeek, move: SwapSessions) -> DraftWeek:
    one, other = week.session(move.session_id), week.session(move.other_id)
    return week.having(placed(problem, one, _place_of(one, other)), placed(problem, other, _place_of(other, one)))


def _place_of(session: Session, other: Session) -> NewPlace:
    """Return the place of another session; how a session is held changes only where one of both has no room."""
    day, clock = divmod(other.start, DAY)
    has_changed = (session.room_id is None) != (other.room_id is None)
    return NewPlace(day, clock, other.room_id or "", modality=None if has_changed else session.modality)


def _placed_instead(problem: Problem, week: DraftWeek, move: PlaceInstead) -> DraftWeek:
    if move.session_id in move.taken_out:
        raise UsageError(f"Session {move.session_id} cannot be moved and taken out at once.")
    out = {week.session(key).id for key in move.taken_out}
    return _placed(problem, week.without(out), PlaceSession(move.session_id, move.place))


def _locked(_: Problem, week: DraftWeek, move: LockSession) -> DraftWeek:
    key = frozenset({week.session(move.session_id).id})
    return replace(week, locked=week.locked | key if move.is_locked else week.locked - key)


def _with_roster(problem: Problem, week: DraftWeek, move: ChangeRoster) -> DraftWeek:
    session, key = week.session(move.session_id), move.participant_id
    if move.is_in and key not in problem.participant:
        raise UsageError(f"There is no participant {key} in this week.")
    others = {row for row in session.participant_ids if row != key}
    people = tuple(sorted({*others, key} if move.is_in else others))
    return week.having(replace(session, participant_ids=people))


def _with_helpers(problem: Problem, week: DraftWeek, move: ChangeHelpers) -> DraftWeek:
    session, key = week.session(move.session_id), move.therapist_id
    if move.is_in and key not in problem.therapist:
        raise UsageError(f"There is no therapist {key}.")
    if key == session.lead_id:
        raise UsageError(f"Therapist {key} leads session {session.id}. Choose another lead first.")
    others = tuple(row for row in session.therapist_ids if row != key)
    return week.having(replace(session, therapist_ids=(*others, key) if move.is_in else others))


def _replaced(_: Problem, week: DraftWeek, move: ReplaceSessions) -> DraftWeek:
    return week.without({*move.dropped}).having(*move.put)


def checked(problem: Problem, place: NewPlace) -> None:
    """Raise :class:`UsageError` if a place names a room, a lead or a time that there is not."""
    if place.room_id and place.room_id not in problem.room:
        raise UsageError(f"There is no room {place.room_id}.")
    if place.lead_id and place.lead_id not in problem.therapist:
        raise UsageError(f"There is no therapist {place.lead_id}.")
    if not 0 <= (place.day or 0) < 7 or not 0 <= (place.clock or 0) < DAY:
        raise UsageError("A session starts on one of the seven days of its week, between 00:00 and 23:59.")


_APPLIED: Mapping[type[object], Callable[[Problem, DraftWeek, Any], DraftWeek]] = {
    PlaceSession: _placed,
    PlaceGroup: _placed_group,
    TakeOut: _taken_out,
    HoldUnplaced: _held,
    SwapSessions: _swapped,
    PlaceInstead: _placed_instead,
    LockSession: _locked,
    ChangeRoster: _with_roster,
    ChangeHelpers: _with_helpers,
    ReplaceSessions: _replaced,
}
