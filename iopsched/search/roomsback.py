"""Rooms as they were: a part of a week is read with rooms handed out anew, and nobody is to hear of a room that need not change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.sessionpattern import SessionPattern
from iopsched.model.naming import name_sessions
from iopsched.rulebook import RuleId
from iopsched.verifier import CHECKS, goal_values, violations
from iopsched.verifier.week import Week


def with_rooms_back(
    problem: Problem,
    before: Schedule,
    week: Schedule,
    must: Collection[SessionPattern],
    never: Collection[SessionPattern],
) -> Schedule:
    """Return a week with the ids of the sessions of the week ``before``, and their rooms where that worsens nothing.

    Sessions that are as they ``must`` be stay so, and none becomes as it ``never`` is.
    """
    old = {session.id: session for session in before.sessions}
    ahead = tuple(row for row in week.sessions if row not in problem.fixed)
    fresh = name_sessions(replace(week, sessions=ahead), replace(before, week=week.week), problem.fixed)
    named = replace(fresh, sessions=tuple(sorted([*problem.fixed, *fresh.sessions])))
    ranks = _ranks(problem, week)
    for with_groups in (True, False):  # a group whose room is another one may be better off there all week
        found = replace(week, sessions=_back(problem, old, named.sessions, must, never, with_groups=with_groups))
        if not violations(problem, found) and _ranks(problem, found) <= ranks:
            return found
    return replace(week, sessions=named.sessions)


def _back(
    problem: Problem,
    old: Mapping[str, Session],
    sessions: Sequence[Session],
    must: Collection[SessionPattern],
    never: Collection[SessionPattern],
    *,
    with_groups: bool,
) -> tuple[Session, ...]:
    fixed = [row for row in sessions if any(one.matches(row) for one in must)]
    rows = []
    for session in sessions:
        back = session
        if with_groups or session.group_id is None:
            back = _in_old_room(session, old.get(session.id), never)
        rows.append(session if session in fixed or any(_are_at_once(back, row) for row in fixed) else back)
    for session in rows[:]:
        is_moved = session.id not in old or old[session.id].start != session.start
        if is_moved and session not in fixed:
            rows = _in_free_room(problem, rows, session)
    return tuple(sorted(rows))


def _ranks(problem: Problem, week: Schedule) -> list[int]:
    return [found.value for found in goal_values(problem, week).values()]


def _in_old_room(session: Session, before: Session | None, never: Collection[SessionPattern]) -> Session:
    if before is None or before.start != session.start or not before.room_id or not session.room_id:
        return session
    found = replace(session, room_id=before.room_id)
    return session if any(row.matches(found) for row in never) else found


def _are_at_once(one: Session, other: Session) -> bool:
    return one.room_id == other.room_id and one.start < other.end and other.start < one.end


def _in_free_room(problem: Problem, rows: list[Session], session: Session) -> list[Session]:
    """Return the sessions with one of them in the smallest room that is free then and suits, if its own is not free."""
    gap = problem.clinic.staff.changeover_minutes
    taken = {
        row.room_id
        for row in rows
        if row.id != session.id and row.start < session.end + gap and session.start < row.end + gap
    }
    if session.room_id is None or session.room_id not in taken:
        return rows
    for room in sorted(problem.rooms, key=lambda room: (room.capacity, room.id)):
        moved = replace(session, room_id=room.id)
        if room.id not in taken and not _is_unfit(problem, moved):
            return [moved if row.id == session.id else row for row in rows]
    return rows


def _is_unfit(problem: Problem, session: Session) -> bool:
    """Return whether a room is not there then, or has not what a session asks for."""
    week = Week(problem, Schedule(problem.week, (session,)), ())
    return any(
        session.room_id in (row.subject, *row.rooms) or row.rule == RuleId.SEATS
        for rule in (RuleId.SEATS, RuleId.WINDOW)
        for row in CHECKS[rule](week)
    )
