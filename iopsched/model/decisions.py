"""Solver values to a schedule, and a schedule to solver values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY
from iopsched.errors import InternalError
from iopsched.model.candidate import Candidate
from iopsched.model.naming import name_sessions
from iopsched.model.posting import Literal
from iopsched.model.roomvariables import VisitRooms
from iopsched.model.variables import Variables, literals_of_past

Holds = Callable[[Literal], bool]
Key = TypeVar("Key")


def read_decisions(x: Variables, values: Sequence[int]) -> Schedule:
    """Return the schedule that the values (by variable index) describe, with ids and primaries.

    Values that describe none give some schedule that breaks a rule: the verifier is to say so.
    """

    def holds(literal: Literal) -> bool:
        return values[literal.index] == 1

    chosen = [c for c in x.open_candidates if holds(x.held[c]) and not c.is_pooled]
    dealt = [row for c in x.open_candidates if c.is_pooled for row in _dealt(x, values, c)]
    rooms = _choose_rooms(x, values, holds, chosen, dealt)
    sessions = []
    for candidate in chosen:
        roster = tuple(sorted(pid for pid, literal in x.roster(candidate).items() if holds(literal)))
        sessions.append(candidate.session(_staff(x, holds, candidate), roster, rooms.get(candidate)))
    sessions += [c.session(staff, c.participant_ids, rooms.get(c)) for c, staff, _ in dealt]
    census = frozenset(person.id for person in x.terms.participants)
    return named_week(x.problem, sessions, census)


def named_week(problem: Problem, sessions: Sequence[Session], census: frozenset[str]) -> Schedule:
    """Return the week of sessions that are still to come, with ids, beside those that have begun or are to be kept."""
    primaries = primaries_of(problem, [*problem.fixed, *sessions])
    named = name_sessions(Schedule(problem.week, tuple(sessions)), problem.previous, problem.fixed)
    return Schedule(problem.week, tuple(sorted([*problem.fixed, *named.sessions])), primaries, census)


Dealt = tuple[Candidate, tuple[str, ...], int | None]
"""One of several sessions that start together, with its own people; its staff, and the class of its room."""


def _dealt(x: Variables, values: Sequence[int], pooled: Candidate) -> Iterator[Dealt]:
    """Yield the sessions that a pooled candidate stands for, with the people dealt out evenly."""

    def taken(literals: Mapping[Key, Literal]) -> list[Key]:
        return [key for key, literal in literals.items() for _ in range(values[literal.index])]

    leads, people = taken(x.leads[pooled]), taken(x.roster(pooled))
    roles = [taken(chosen) for chosen in x.roles[pooled]]
    rooms = taken(x.rooms.choices.get(pooled, {}))
    rooms.sort(key=lambda index: -x.rooms.classes[index].capacity)
    for place, lead_id in enumerate(leads):
        own = tuple(sorted(people[place :: len(leads)]))
        others = sorted(therapist_id for staff in roles for therapist_id in staff[place :: len(leads)])
        row = replace(pooled, lead_id=lead_id, lead_ids=(lead_id,), participant_ids=own, most_at_once=0)
        yield row, (lead_id, *others), rooms[place] if place < len(rooms) else None


def held_of(x: Variables, values: Sequence[int]) -> Iterator[Candidate]:
    """Yield the sessions of a solution as candidates that leave nothing open; raise InternalError where one has no lead."""

    def chosen(literals: Mapping[str, Literal]) -> tuple[str, ...]:
        return tuple(key for key, literal in literals.items() if values[literal.index] == 1)

    for candidate in (row for row in x.open_candidates if values[x.held[row].index] == 1):
        if not (lead_ids := chosen(x.leads[candidate])):
            raise InternalError(f"The solver holds a session of {candidate.service.id} without a lead.")
        own = zip(candidate.other_roles, x.roles[candidate], strict=True)
        yield replace(
            candidate,
            lead_ids=lead_ids[:1],
            other_roles=tuple((role, chosen(literals)) for (role, _), literals in own),
            surplus_ids=chosen(x.surplus[candidate]),
            participant_ids=chosen(x.roster(candidate)),
        )


def primaries_of(problem: Problem, sessions: Sequence[Session]) -> dict[str, str]:
    """Return the primary of each participant: given, else whoever leads the sessions that ask for one."""
    found = {person.id: person.primary_id for person in problem.participants if person.primary_id is not None}
    for session in sorted(sessions, key=lambda s: s.start):
        service = problem.service.get(session.service_id)  # of what has begun, the service may be gone
        if service is not None and service.with_primary:
            for participant_id in session.participant_ids:
                found.setdefault(participant_id, session.lead_id)
    return dict(sorted(found.items()))


def _staff(x: Variables, holds: Holds, candidate: Candidate) -> tuple[str, ...]:
    lead = next((w for w, literal in x.leads[candidate].items() if holds(literal)), candidate.lead_ids[0])
    others = {
        w for w, literals in x.staff_literals(candidate).items() if w != lead and any(holds(lit) for lit in literals)
    }
    return (lead, *sorted(others))


def _choose_rooms(
    x: Variables, values: Sequence[int], holds: Holds, chosen: list[Candidate], dealt: Sequence[Dealt] = ()
) -> dict[Candidate, str]:
    """Give every session a room of the class it was counted in, and small sessions the smallest room that is free."""
    wanted: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in chosen:
        for index, literal in x.rooms.choices.get(candidate, {}).items():
            if holds(literal):
                wanted[index].append(candidate)
    for candidate, place in ((row, place) for row, _, place in dealt if place is not None):
        wanted[place].append(candidate)
    movable: dict[Candidate, VisitRooms] = {}
    for rooms in x.rooms.visits:
        for index, candidate, is_named in _place_visits(x, values, holds, rooms):
            wanted[index].append(candidate)
            if not (is_named or x.terms.is_wide):
                movable[candidate] = rooms
    found: dict[Candidate, str] = {}
    rank = {candidate: place for place, candidate in enumerate([*x.candidates, *(row for row, *_ in dealt)])}
    for index, candidates in wanted.items():
        found.update(_hand_out(x, index, sorted(candidates, key=lambda c: (c.start, c.end, rank[c]))))
    return _prefer_small(x, found, {c: movable[c] for c in sorted(movable, key=lambda c: (c.start, rank[c]))})


def _hand_out(x: Variables, index: int, candidates: list[Candidate]) -> dict[Candidate, str]:
    """Give sessions rooms of one class, by start. The model never holds more at once than there are rooms, so one is free.

    Of the free ones a group has its own, else one that is no other group's.
    """
    changeover = x.problem.clinic.staff.changeover_minutes
    found: dict[Candidate, str] = {}
    free_at = dict.fromkeys(x.rooms.classes[index].room_ids, -DAY)
    groups_in: dict[str, set[str | None]] = {room_id: set() for room_id in free_at}
    for candidate in candidates:
        free = [r for r, minute in free_at.items() if minute <= candidate.start]
        if free:
            own = candidate.group_id
            room_id = min(free, key=lambda r: (own is None or own not in groups_in[r], len(groups_in[r])))
        else:
            room_id = min(free_at, key=lambda r: (free_at[r], r))
        free_at[room_id] = candidate.end + changeover
        if candidate.group is not None:
            groups_in[room_id].add(candidate.group_id)
        found[candidate] = room_id
    return found


def _prefer_small(
    x: Variables, found: dict[Candidate, str], movable: dict[Candidate, VisitRooms]
) -> dict[Candidate, str]:
    """Move visits whose room nobody named to the smallest room they may use that is free: offices before halls."""
    changeover = x.problem.clinic.staff.changeover_minutes
    taken: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
    fixed = ((session.room_id, session.start, session.end) for session in x.problem.fixed)
    for room_id, start, end in (*((room_id, c.start, c.end) for c, room_id in found.items()), *fixed):
        taken[room_id].append((start, end))
    rooms = sorted(x.problem.rooms, key=lambda room: (room.capacity, len(room.features), room.id))
    for visit, choice in movable.items():
        own = x.problem.room[found[visit]]
        for room in rooms:
            if (room.capacity, len(room.features)) >= (own.capacity, len(own.features)):
                break
            busy = taken[room.id]
            is_free = all(visit.end + changeover <= start or end + changeover <= visit.start for start, end in busy)
            if is_free and x.rooms.class_of[room.id] in choice.classes:
                taken[own.id].remove((visit.start, visit.end))
                busy.append((visit.start, visit.end))
                found[visit] = room.id
                break
    return found


def _place_visits(
    x: Variables, values: Sequence[int], holds: Holds, rooms: VisitRooms
) -> Iterator[tuple[int, Candidate, bool]]:
    """Split visits that start together over the classes as counted, named rooms first; True marks the named."""
    held = [(c, pid) for c, pid in rooms.visits if holds(x.attends[c, pid])]
    left = {index: values[counter.index] for index, counter in rooms.counts.items()}
    if len(rooms.classes) == 1:
        left[rooms.classes[0]] = len(held)
    unnamed = []
    for candidate, pid in held:
        named = [k for k in rooms.classes if _is_named(x, holds, candidate, pid, k)]
        if named:
            left[named[0]] -= 1
            yield named[0], candidate, True
        else:
            unnamed.append(candidate)
    for candidate in unnamed:
        index = next((k for k in rooms.classes if left[k] > 0), rooms.classes[0])
        left[index] -= 1
        yield index, candidate, False


def _is_named(x: Variables, holds: Holds, candidate: Candidate, participant_id: str, index: int) -> bool:
    literal = x.rooms.named.get((candidate, participant_id, index))
    return literal is not None and holds(literal)


def values_of(x: Variables, schedule: Schedule) -> dict[int, int] | None:
    """Return values (by variable index) that describe a schedule, None where the model cannot express it.

    Every literal that decides who, when and with whom is set; rooms of
    sessions that choose one are set; helper variables are left to the solver.
    """
    values: dict[int, int] = {literal.index: 0 for literal in deciding(x)}
    taken: set[Candidate] = set()
    values |= {literal.index: 1 for literal in literals_of_past(x)}
    for session in schedule.sessions:
        if session in x.begun:
            continue
        candidate = find_candidate(x, session)
        literals = None if candidate is None else literals_of(x, candidate, session)
        if candidate is None or candidate in taken or literals is None:
            return None
        values |= {literal.index: 1 for literal in literals}
        taken.add(candidate)
    return values


def deciding(x: Variables) -> Iterator[Literal]:
    """Yield every literal that decides who, when, with whom and, where it is chosen, in which room."""
    yield from x.held.values()
    yield from x.attends.values()
    for staff in (*x.leads.values(), *x.surplus.values()):
        yield from staff.values()
    for choice in x.rooms.choices.values():
        yield from choice.values()
    for roles in x.roles.values():
        for chosen in roles:
            yield from chosen.values()


def find_candidate(x: Variables, session: Session) -> Candidate | None:
    """Return the candidate that this session is, whatever its room and further staff; None where there is none."""
    group_id = session.group_id
    if session in x.begun:
        return x.begun[session]
    for candidate in x.placed.get((session.service_id, group_id, session.start, session.modality), ()):
        has_lead = candidate.lead_id in {None, session.lead_id}
        has_people = session.participant_ids and set(session.participant_ids) <= set(candidate.participant_ids)
        if candidate.end == session.end and has_lead and has_people:
            return candidate
    return None


def literals_of(x: Variables, candidate: Candidate, session: Session) -> list[Literal] | None:
    """Return the literals that hold a session as this candidate, None where the model cannot express it."""
    lead = x.leads[candidate].get(session.lead_id)
    roles = _match_roles(x, candidate, list(session.therapist_ids[1:]))
    seats = [x.attends.get((candidate, pid)) for pid in session.participant_ids]
    if (
        lead is None
        or roles is None
        or any(seat is None for seat in seats)
        or candidate.needs_room != (session.room_id is not None)
    ):
        return None
    found = [x.held[candidate], *(seat for seat in seats if seat is not None), lead, *roles]
    choice = x.rooms.choices.get(candidate)
    if choice is not None:
        room = choice.get(x.rooms.class_of.get(session.room_id or "", -1))
        if room is None:
            return None
        found.append(room)
    return found


def _match_roles(x: Variables, candidate: Candidate, staff: list[str]) -> list[Literal] | None:
    """Return role and surplus literals that place the staff beyond the lead, None where there are none.

    Roles without anybody left stay empty: the model has words for that, and the rule ``staffed`` forbids it.
    """
    slots: list[dict[str, Literal]] = []
    for (role, _), chosen in zip(candidate.other_roles, x.roles[candidate], strict=True):
        slots.extend([chosen] * role.number)
    return _fill(slots, x.surplus[candidate], staff)


def _fill(slots: list[dict[str, Literal]], surplus: dict[str, Literal], staff: list[str]) -> list[Literal] | None:
    if not slots:
        if all(w in surplus for w in staff):
            return [surplus[w] for w in staff]
        return None
    for therapist_id in staff:
        if therapist_id in slots[0]:
            rest = _fill(slots[1:], surplus, [w for w in staff if w != therapist_id])
            if rest is not None:
                return [slots[0][therapist_id], *rest]
    return _fill(slots[1:], surplus, staff)
