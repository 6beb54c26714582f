"""Questions: what filters are asked about each decision, so that they can be asked by other facts than the model's own.

A model with guards asks them to name who objects; a model with priced changes asks them by the facts before each change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from iopsched.domain.services import Group
from iopsched.model.candidate import Candidate
from iopsched.model.filters import Filters, Frame, Objections
from iopsched.model.posting import Expression
from iopsched.model.variables import Variables
from iopsched.stopping import look
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, RoomRef, TherapistRef

Place = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What filters are asked about a decision.

    ``decision`` is 0 where what is asked about is not so. Questions with the same ``place`` have the same answer. ``about``
    are the rows whose facts may decide it, ``of`` is the session. ``is_single``: of the decisions of one place at most one can hold.
    """

    of: Candidate
    decision: Expression
    place: Place
    about: tuple[Reference, ...]
    ask: Callable[[Filters], Objections]
    is_single: bool = False


def questions(x: Variables) -> Iterator[Query]:
    """Yield every question about the sessions that are still to be decided."""
    for candidate in x.open_candidates:
        look()
        place = "start", candidate.service.id, candidate.group_id, candidate.modality, candidate.start
        yield Query(candidate, x.held[candidate], place, _group_ref(candidate), partial(_to_start, candidate))
        yield from _of_participants(x, candidate)
        yield from _of_staff(x, candidate)
        for index, literal in x.rooms.choices.get(candidate, {}).items():
            yield _of_room(x, candidate, None, index, literal)
    for rooms in x.rooms.visits:
        candidate, participant_id = rooms.visits[0]
        for index, number in rooms.count.items():
            yield _of_room(x, candidate, participant_id, index, number)


def _of_participants(x: Variables, candidate: Candidate) -> Iterator[Query]:
    service, start, modality, lead_id = candidate.service, candidate.start, candidate.modality, candidate.lead_id
    group_ref = _group_ref(candidate)
    for key, attends in x.roster(candidate).items():
        ref = ParticipantRef(key)
        joining = "joining", key, service.id, candidate.group_id
        yield Query(candidate, attends, joining, (ref, *group_ref), partial(_to_joining, candidate, key))
        coming = "coming", key, service.id, start, modality
        yield Query(candidate, attends, coming, (ref,), partial(_to_coming, candidate, key), is_single=True)
        if lead_id is not None:
            both = ref, TherapistRef(lead_id)
            meeting = "meeting", key, lead_id, service.id
            yield Query(candidate, attends, meeting, both, partial(_to_meeting, candidate, key, lead_id))
            covering = "covering", key, lead_id, service.id, start
            yield Query(
                candidate, attends, covering, both, partial(_to_covering, candidate, key, lead_id), is_single=True
            )


def _of_staff(x: Variables, candidate: Candidate) -> Iterator[Query]:
    group_ref = _group_ref(candidate)
    session = candidate.service.id, candidate.group_id, candidate.population, candidate.start, candidate.modality
    for key, literal in x.leads[candidate].items():
        about = TherapistRef(key), *group_ref
        yield Query(
            candidate, literal, ("lead", key, *session), about, partial(_to_lead, candidate, key), is_single=True
        )
    for (role, _), chosen in zip(candidate.other_roles, x.roles[candidate], strict=True):
        for key, literal in chosen.items():
            about = TherapistRef(key), *group_ref
            yield Query(
                candidate, literal, ("staff", key, *session), about, partial(_to_staff, candidate, key), is_single=True
            )
            yield Query(candidate, literal, ("skill", key, role.skill), about, partial(_to_skill, key, role.skill))
    for key, literal in x.surplus[candidate].items():
        about = TherapistRef(key), *group_ref
        yield Query(
            candidate, literal, ("staff", key, *session), about, partial(_to_staff, candidate, key), is_single=True
        )


def _of_room(x: Variables, candidate: Candidate, person_id: str | None, index: int, number: Expression) -> Query:
    """Ask for a room by what the session, or the visit of this person, asks; what participants add is posted by ``seats``."""
    room_id = x.rooms.classes[index].room_ids[0]
    place = "room", room_id, candidate.start, candidate.service.id, candidate.group_id, candidate, person_id
    about = RoomRef(room_id), *_group_ref(candidate)
    return Query(candidate, number, place, about, partial(_to_room, candidate, person_id, room_id))


def _group_ref(candidate: Candidate) -> tuple[Reference, ...]:
    return () if candidate.group is None else (GroupRef(candidate.group.id),)


def _group(filters: Filters, candidate: Candidate) -> Group | None:
    """Return the group of a session as the filters know it."""
    return None if candidate.group is None else filters.problem.group[candidate.group.id]


def _to_start(row: Candidate, filters: Filters) -> Objections:
    return filters.to_start(row.service, _group(filters, row), row.modality, row.start)


def _to_joining(row: Candidate, key: str, filters: Filters) -> Objections:
    return filters.to_joining(filters.problem.participant[key], row.service, _group(filters, row))


def _to_coming(row: Candidate, key: str, filters: Filters) -> Objections:
    return filters.to_coming(filters.problem.participant[key], row.service, row.start, row.modality)


def _to_meeting(row: Candidate, key: str, lead_id: str, filters: Filters) -> Objections:
    return filters.to_meeting(filters.problem.participant[key], filters.problem.therapist[lead_id], row.service)


def _to_covering(row: Candidate, key: str, lead_id: str, filters: Filters) -> Objections:
    person, lead = filters.problem.participant[key], filters.problem.therapist[lead_id]
    return filters.to_covering(person, lead, row.service, row.start)


def _to_lead(row: Candidate, key: str, filters: Filters) -> Objections:
    return filters.to_lead(filters.problem.therapist[key], _frame(row, filters))


def _to_staff(row: Candidate, key: str, filters: Filters) -> Objections:
    return filters.to_staff(filters.problem.therapist[key], _frame(row, filters))


def _to_skill(key: str, skill: str, filters: Filters) -> Objections:
    return filters.to_skill(filters.problem.therapist[key], skill)


def _frame(row: Candidate, filters: Filters) -> Frame:
    return Frame(row.service, _group(filters, row), row.population, row.start, row.modality)


def _to_room(row: Candidate, person_id: str | None, room_id: str, filters: Filters) -> Objections:
    person = None if person_id is None else filters.problem.participant[person_id]
    return filters.to_room(row, filters.problem.room[room_id], filters.room_demand(row, person))
