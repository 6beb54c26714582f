"""Call-outs on a published week: who is missing when, and whether each move that follows has a cause.

The cause of a move is looked for without a solver: what moved is put back as it was, alone, and the verifier says which
rule that breaks, or which goal it worsens. Where it does neither, the move had no cause.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from iopsched.domain.people import TimeOff
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations

KINDS = ("therapist", "therapist", "therapist", "participant", "room")
BEFORE_CHANGES = (GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.PEOPLE_SHORT)


@dataclass(frozen=True)
class CallOut:
    """Somebody, or a room, is missing for a day; ``problem`` is the clinic that knows it, with the published week."""

    kind: str
    id: str
    day: int
    problem: Problem

    def __str__(self) -> str:
        """Return for instance ``therapist T03 on day 2``, Monday being 0."""
        return f"{self.kind} {self.id} on day {self.day}"


def call_out(problem: Problem, published: Schedule, seed: int) -> CallOut:
    """Return the call-out of a seed: one of those in the week, on one of their days.

    One that a ``must`` pin forbids is drawn again.
    """
    chance = random.Random(seed)
    while True:
        kind = chance.choice(KINDS)
        known = sorted({key for session in published.sessions for key in _subjects(session, kind)})
        who = chance.choice(known)
        day = chance.choice(
            sorted({session.start // DAY for session in published.sessions if who in _subjects(session, kind)})
        )
        start = datetime.combine(problem.week, time()) + timedelta(days=day)
        absence = TimeOff(kind, who, start, start + timedelta(days=1))  # type: ignore[arg-type]
        changed = replace(problem, time_off=(*problem.time_off, absence), previous=published)
        pinned = {key for pin in problem.pins if pin.action == "must" for key in (pin.therapist_id, pin.room_id)}
        asked = {pin.participant_id for pin in problem.pins if pin.action == "must"}
        if who not in pinned | asked:
            return CallOut(kind, who, day, changed)


def _subjects(session: Session, kind: str) -> tuple[str, ...]:
    if kind == "therapist":
        return session.therapist_ids
    if kind == "participant":
        return session.participant_ids
    return () if session.room_id is None else (session.room_id,)


@dataclass(frozen=True)
class Move:
    """A session that is not as it was, and what is in the way of that; blank where nothing is."""

    session_id: str
    cause: str


def moves_without_cause(problem: Problem, week: Schedule) -> list[Move]:
    """Return the moves for which nothing was in the way of leaving things as they were."""
    return [move for move in moves(problem, week) if not move.cause]


def moves(problem: Problem, week: Schedule) -> Iterator[Move]:
    """Yield what is not as in the earlier week, session by session and person by person, with its cause."""
    before = {session.id: session for session in (problem.previous.sessions if problem.previous is not None else ())}
    now = {session.id: session for session in week.sessions}
    for session_id in sorted(before.keys() | now.keys()):
        old, new = before.get(session_id), now.get(session_id)
        if old == new:
            continue
        for trial in _back(old, new):
            sessions = tuple(sorted(row for key, row in {**now, session_id: trial}.items() if row is not None))
            yield Move(session_id, cause(problem, week, replace(week, sessions=sessions)))


def _back(old: Session | None, new: Session | None) -> Iterator[Session | None]:
    """Yield a session as it was, and, where it is held in both weeks, with each part of it as it was."""
    yield old
    if old is None or new is None:
        return
    if (old.start, old.end) == (new.start, new.end):
        yield replace(new, therapist_ids=old.therapist_ids)
        yield replace(new, room_id=old.room_id)
        for pid in sorted({*old.participant_ids} ^ {*new.participant_ids}):
            people = {*new.participant_ids} ^ {pid}
            yield replace(new, participant_ids=tuple(sorted(people))) if people else None
    else:
        yield replace(new, start=old.start, end=old.end)


def cause(problem: Problem, week: Schedule, trial: Schedule) -> str:
    """Return what speaks against a week in which something stayed as it was; blank where it is legal and better."""
    broken = violations(problem, trial)
    if broken:
        return f"{broken[0].rule}: {broken[0].sentence}"
    values, others = goal_values(problem, week), goal_values(problem, trial)
    for goal in BEFORE_CHANGES:
        if others[goal].value > values[goal].value:
            return f"{goal}: {others[goal].value} for {values[goal].value}"
    reached = [
        tuple(found[goal].value for goal in (*BEFORE_CHANGES, GoalId.CHANGES, GoalId.MOVES))
        for found in (values, others)
    ]
    return "" if reached[1] < reached[0] else "as many changes and moves"
