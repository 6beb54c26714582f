"""Goal ``changes``: people whose set of sessions differs from the previous week."""

from __future__ import annotations

from collections import defaultdict

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Schedule, Session
from iopsched.model.candidate import Candidate
from iopsched.model.posting import Expression, Literal
from iopsched.model.variables import Variables


def changes(x: Variables) -> Expression:
    """Return the number of participants and staff who would have to be told of a change."""
    previous = x.problem.previous
    return 0 if previous is None else participants(x, previous) + therapists(x, previous)


def participants(x: Variables, previous: Schedule) -> Expression:
    """Return the number of participants of both weeks whose sets of sessions differ."""
    before: dict[str, list[Session]] = defaultdict(list)
    for session in previous.sessions:
        for participant_id in session.participant_ids:
            before[participant_id].append(session)
    known = previous.census | set(before)
    told = []
    for person in x.participants:
        if person.id in known:
            all_of = [literal for _, literal in x.attending(person.id)]
            told.append(_differs(x, person.id, before[person.id], all_of, is_participant=True))
    return cp_model.LinearExpr.sum(told)


def therapists(x: Variables, previous: Schedule) -> Expression:
    """Return the number of members of staff whose sets of sessions differ."""
    before: dict[str, list[Session]] = defaultdict(list)
    for session in previous.sessions:
        for therapist_id in session.therapist_ids:
            before[therapist_id].append(session)
    told = []
    for therapist in x.problem.therapists:
        all_of = [literal for _, literal in x.working(therapist.id)]
        told.append(_differs(x, therapist.id, before[therapist.id], all_of, is_participant=False))
    return cp_model.LinearExpr.sum(told)


def _differs(
    x: Variables, person_id: str, before: list[Session], now: list[Literal], *, is_participant: bool
) -> Literal:
    """Return a literal that holds at least when the person's set of sessions differs.

    A person is in one session at a time, so the sets are equal exactly when
    every former session is there again and the numbers agree.
    """
    differs = x.cp.new_bool_var("")
    x.cp.add(cp_model.LinearExpr.sum(now) == len(before)).only_enforce_if(differs.negated())
    for session in before:
        ways = [
            way
            for c in _same_sessions(x, session)
            for way in _ways(x, c, session, person_id, is_participant=is_participant)
        ]
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
        same_group = (candidate.group.id if candidate.group else None) == session.group_id
        same_start = session.start in (candidate.starts or (candidate.start,))
        same_start = same_start and candidate.service.id == session.service_id
        if same_group and same_start and candidate.lead_id in {None, session.lead_id}:
            found.append(candidate)
    return found


def _ways(
    x: Variables,
    candidate: Candidate,
    session: Session,
    person_id: str,
    *,
    is_participant: bool,
) -> list[list[Literal]]:
    """Return sets of literals that put the person into this session with the same lead and room."""
    lead = x.leads[candidate].get(session.lead_id)
    if lead is None:
        return []
    if is_participant:
        if person_id not in candidate.participant_ids:
            return []
        present = [x.attends[candidate, person_id]]
    else:
        present = list(x.staff_literals(candidate).get(person_id, []))
    ways = [[literal, lead] for literal in present]
    return [
        [*way, *room]
        for way in ways
        for room in _rooms(x, candidate, session, person_id, is_participant=is_participant)
    ]


def _rooms(
    x: Variables,
    candidate: Candidate,
    session: Session,
    person_id: str,
    *,
    is_participant: bool,
) -> list[list[Literal]]:
    has_room = candidate.modality != "telehealth" and candidate.service.needs_room
    if session.room_id is None or not has_room:
        return [[]] if session.room_id is None and not has_room else []
    if session.room_id not in x.class_of:
        return []
    if candidate.is_loose:
        return [[]]
    if candidate in x.rooms:
        literal = x.room_literal(candidate, None, session.room_id)
        return [] if literal is None else [[literal]]
    people = [person_id] if is_participant else list(candidate.participant_ids)
    found = [x.room_literal(candidate, pid, session.room_id) for pid in people]
    return [[literal] for literal in found if literal is not None]
