"""What of the earlier week stays as it was: literals behind the goals ``changes`` and ``moves``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.schedule import Schedule, Session
from iopsched.model.candidate import Candidate
from iopsched.model.ownsessions import Attendance, by_day
from iopsched.model.posting import Expression, Literal
from iopsched.model.rules.hours import at_once
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId


@dataclass(frozen=True, slots=True)
class KeptEntries:
    """What a person had in the earlier week, and has now.

    ``kept`` has for each earlier entry the literals of which one holds only if it is there again. ``others`` are lists of
    literals, of which at most one holds, of entries that the earlier week had not; ``same`` are pairs: an entry that may be
    an earlier one, and the literals of which one holds only if it is. Several are those of a loose visit, whose starts may
    be those of several earlier entries of a day. ``now`` is the number of entries.
    """

    kept: tuple[tuple[Literal, ...], ...]
    others: tuple[tuple[Literal, ...], ...]
    same: tuple[tuple[Literal, tuple[Literal, ...]], ...]
    now: Expression


def participant_rows(x: Variables, previous: Schedule) -> list[KeptEntries]:
    """Return the entries of whoever is in both weeks."""
    seen = previous.census.union(*(session.participant_ids for session in previous.sessions))
    return [_entries(x, previous, row, x.attending(row.id)) for row in x.participants if row.id in seen]


def therapist_rows(x: Variables, previous: Schedule) -> list[KeptEntries]:
    """Return the entries of everybody on the staff."""
    return [_entries(x, previous, row, x.working(row.id)) for row in x.problem.therapists]


def _entries(x: Variables, previous: Schedule, person: Participant | Therapist, now: Attendance) -> KeptEntries:
    kind = "therapist" if isinstance(person, Therapist) else "participant"
    if (kind, person.id) not in x.entries:
        who = [(s, s.therapist_ids if kind == "therapist" else s.participant_ids) for s in previous.sessions]
        first = x.problem.first_start
        before = [session for session, people in who if person.id in people and session.start >= first]
        ways = [list(_ways(x, session, person)) for session in before]
        kept = tuple(tuple(literal for _, literal in row) for row in ways)
        for row in kept:
            if len(row) > 1:
                x.cp.add_at_most_one(row)
        again: dict[Candidate, list[Literal]] = defaultdict(list)
        for candidate, literal in (way for row in ways for way in row):
            again[candidate].append(literal)
        for literals in again.values():
            if len(literals) > 1:  # one visit is one entry
                x.cp.add_at_most_one(literals)
        coming = [(c, literal) for c, literal in now if c.begun is None or c.start >= first]
        others = _at_once(x, person, [(c, literal) for c, literal in coming if c not in again])
        same = [
            (literal, tuple(again[c]))
            for c, literal in coming
            if c in again and not any(literal is one for one in again[c])
        ]
        total = cp_model.LinearExpr.sum([literal for _, literal in coming])
        x.entries[kind, person.id] = KeptEntries(kept, tuple(map(tuple, others)), tuple(same), total)
    return x.entries[kind, person.id]


def _at_once(x: Variables, person: Participant | Therapist, sessions: Attendance) -> Iterable[list[Literal]]:
    """Return lists of literals of which at most one holds: of a service on a day, or with one start."""
    if isinstance(person, Participant):
        return [literals for own in by_day(sessions).values() for _, literals in at_once(x, person, own)]
    by_start: dict[object, list[Literal]] = defaultdict(list)
    for candidate, literal in sessions:
        is_alone = candidate.is_loose or RuleId.OVERLAP not in x.rules
        by_start[literal.index if is_alone else (candidate.start,)].append(literal)
    return by_start.values()


def _ways(x: Variables, session: Session, person: Participant | Therapist) -> Iterator[tuple[Candidate, Literal]]:
    """Yield what this session can be again, with a literal that holds only if it is and the person is there."""
    for candidate, same in as_earlier(x, session):
        if isinstance(person, Therapist):
            present = x.staff_literals(candidate).get(person.id, [])
            is_there = person.id == session.lead_id
        else:
            present = [x.attends[candidate, person.id]] if person.id in candidate.participant_ids else []
            is_there = candidate.is_visit and candidate.participant_ids == (person.id,)
        if is_there and not candidate.is_loose:
            yield candidate, same
        elif is_there:  # which of several loose visits is the one at that start is left open
            stays = x.cp.new_bool_var("")
            x.cp.add_implication(stays, same)
            yield candidate, stays
        elif present:
            stays = x.cp.new_bool_var("")
            x.cp.add_implication(stays, same)
            x.cp.add_bool_or([*present, stays.negated()])
            yield candidate, stays


def as_earlier(x: Variables, session: Session) -> list[tuple[Candidate, Literal]]:
    """Return the candidates that this session can be again, each with a literal that holds only if it is."""
    if session not in x.again:
        x.again[session] = list(_made_again(x, session))
    return x.again[session]


def _made_again(x: Variables, session: Session) -> Iterator[tuple[Candidate, Literal]]:
    for candidate in _same_sessions(x, session):
        lead = x.leads[candidate].get(session.lead_id)
        rooms = _rooms(x, candidate, session)
        if lead is None or rooms is None:
            continue
        if not rooms:
            yield candidate, lead
            continue
        if candidate.lead_id is not None and len(rooms) == 1:
            yield candidate, rooms[0]  # a room only holds where the session is held, by its one lead
            continue
        same = x.cp.new_bool_var("")
        x.cp.add_implication(same, lead)
        x.cp.add_bool_or([*rooms, same.negated()])
        yield candidate, same


def _same_sessions(x: Variables, session: Session) -> Iterator[Candidate]:
    for candidate in x.starting.get((session.service_id, session.group_id, session.start), ()):
        if candidate.lead_id in {None, session.lead_id}:
            yield candidate


def _rooms(x: Variables, candidate: Candidate, session: Session) -> list[Literal] | None:
    """Return literals of which one puts a session into its earlier room, none where it needs none, None if it cannot be."""
    if not candidate.needs_room or session.room_id is None:
        return [] if not candidate.needs_room and session.room_id is None else None
    if session.room_id not in x.rooms.class_of:
        return None
    if candidate.is_loose:
        return []
    people = [None] if candidate in x.rooms.choices else list(candidate.participant_ids)
    found = [x.rooms.literal(candidate, pid, session.room_id) for pid in people]
    return [literal for literal in found if literal is not None] or None
