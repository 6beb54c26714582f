"""Goal ``changes``: people whose set of sessions differs from the previous week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.schedule import Schedule, Session
from iopsched.model.candidate import Candidate
from iopsched.model.posting import Expression, Literal
from iopsched.model.variables import Attendance, Variables


def changes(x: Variables) -> Expression:
    """Return the number of participants and staff who would have to be told of a change."""
    previous = x.problem.previous
    return 0 if previous is None else participants(x, previous) + therapists(x, previous)


def participants(x: Variables, previous: Schedule) -> Expression:
    """Return the number of participants of both weeks whose sets of sessions differ."""
    before = _by_person((session, session.participant_ids) for session in previous.sessions)
    known = [person for person in x.participants if person.id in previous.census or person.id in before]
    return cp_model.LinearExpr.sum([_differs(x, row, before[row.id], x.attending(row.id)) for row in known])


def therapists(x: Variables, previous: Schedule) -> Expression:
    """Return the number of members of staff whose sets of sessions differ."""
    before = _by_person((session, session.therapist_ids) for session in previous.sessions)
    staff = x.problem.therapists
    return cp_model.LinearExpr.sum([_differs(x, row, before[row.id], x.working(row.id)) for row in staff])


def _by_person(sessions: Iterable[tuple[Session, tuple[str, ...]]]) -> dict[str, list[Session]]:
    found: dict[str, list[Session]] = defaultdict(list)
    for session, person_ids in sessions:
        for person_id in person_ids:
            found[person_id].append(session)
    return found


def _differs(x: Variables, person: Participant | Therapist, before: list[Session], now: Attendance) -> Literal:
    """Return a literal that holds at least when the person's set of sessions differs.

    A person is in one session at a time, so the sets are equal exactly when
    every former session is there again and the numbers agree.
    """
    differs = x.cp.new_bool_var("")
    number = cp_model.LinearExpr.sum([literal for _, literal in now])
    x.cp.add(number == len(before)).only_enforce_if(differs.negated())
    for session in before:
        ways = [way for c in _same_sessions(x, session) for way in _ways(x, c, session, person)]
        kept: list[Literal] = []
        for parts in ways:
            literal = x.cp.new_bool_var("")
            for part in parts:
                x.cp.add_implication(literal, part)
            kept.append(literal)
        x.cp.add_bool_or([*kept, differs])
    return differs


def _same_sessions(x: Variables, session: Session) -> list[Candidate]:
    found = []
    for candidate in x.candidates:
        same_group = candidate.group_id == session.group_id
        same_start = session.start in (candidate.starts or (candidate.start,))
        same_start = same_start and candidate.service.id == session.service_id
        if same_group and same_start and candidate.lead_id in {None, session.lead_id}:
            found.append(candidate)
    return found


def _ways(x: Variables, candidate: Candidate, session: Session, person: Participant | Therapist) -> list[list[Literal]]:
    """Return sets of literals that put the person into this session with the same lead and room."""
    lead = x.leads[candidate].get(session.lead_id)
    if lead is None:
        return []
    if isinstance(person, Therapist):
        present = x.staff_literals(candidate).get(person.id, [])
    else:
        present = [x.attends[candidate, pid] for pid in candidate.participant_ids if pid == person.id]
    ways = [[literal, lead] for literal in present]
    return [[*way, *room] for way in ways for room in _rooms(x, candidate, session, person)]


def _rooms(
    x: Variables, candidate: Candidate, session: Session, person: Participant | Therapist
) -> list[list[Literal]]:
    if session.room_id is None or not candidate.needs_room:
        return [[]] if session.room_id is None and not candidate.needs_room else []
    if session.room_id not in x.rooms.class_of:
        return []
    if candidate.is_loose:
        return [[]]
    if candidate in x.rooms.choices:
        literal = x.rooms.literal(candidate, None, session.room_id)
        return [] if literal is None else [[literal]]
    people = candidate.participant_ids if isinstance(person, Therapist) else (person.id,)
    found = [x.rooms.literal(candidate, pid, session.room_id) for pid in people]
    return [[literal] for literal in found if literal is not None]
