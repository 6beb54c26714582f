"""What keeps people and rooms from a session at a time, cell by cell: each is an objection of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.services import Service
from iopsched.domain.timegrid import DAY
from iopsched.model.owner import Owner
from iopsched.model.terms import Terms
from iopsched.model.terms.time import FAMILY_KINDS
from iopsched.rulebook import RuleId
from iopsched.words.sentence import ParticipantRef, RoomRef, TherapistRef


def participant_away(terms: Terms, person: Participant, service: Service, start: int, end: int) -> Iterator[Owner]:
    """Yield windows, stay, busy time and absences of a participant who has no time then."""
    is_family = service.kind in FAMILY_KINDS and person.family_availability is not None
    windows = person.family_availability if is_family else person.availability
    columns = []
    if windows is not None and not windows.covers(start, end):
        columns.append("family_availability" if is_family else "availability")
    if start // DAY not in terms.stay_days(person):
        columns.append("stay")
    columns += _taken(terms, "participant", person, start, end)
    yield from (Owner(RuleId.WINDOW, ParticipantRef(person.id), column) for column in columns)


def therapist_away(terms: Terms, therapist: Therapist, start: int, end: int) -> Iterator[Owner]:
    """Yield windows, busy time and absences of a member of staff who has no time then."""
    columns = [] if therapist.availability.covers(start, end) else ["availability"]
    columns += _taken(terms, "therapist", therapist, start, end)
    yield from (Owner(RuleId.WINDOW, TherapistRef(therapist.id), column) for column in columns)


def room_away(terms: Terms, room: Room, start: int, end: int) -> Iterator[Owner]:
    """Yield windows, other use and closures of a room that is not there then; one without a seat never is."""
    columns = [] if room.availability.covers(start, end) else ["availability"]
    if room.capacity <= 0:
        columns.append("capacity")
    columns += _taken(terms, "room", room, start, end)
    yield from (Owner(RuleId.WINDOW, RoomRef(room.id), column) for column in columns)


def _taken(terms: Terms, kind: str, row: Participant | Therapist | Room, start: int, end: int) -> Iterable[str]:
    if row.busy.overlaps(start, end):
        yield "busy"
    if terms.time_off(kind, row.id).overlaps(start, end):
        yield "time_off"
