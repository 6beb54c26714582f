"""Facts behind the rule ``seats``: rooms, equipment and modalities."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.schedule import Session
from iopsched.verifier import Violation
from iopsched.why.cause import CauseKind, Fact
from iopsched.why.edits import NO_LIMIT, changed_clinic, changed_row
from iopsched.why.scene import Scene
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, ParticipantRef, RoomRef, TherapistRef
from iopsched.words.wordings import said


def seats(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the modality that somebody does not accept, and what the room lacks."""
    session = scene.session_of(violation.sessions)
    if violation.subject in scene.problem.clinic.equipment:
        owned = scene.problem.clinic.equipment[violation.subject]
        clause = said("{} {} are in use then ({clinic.toml}, equipment)", owned, violation.subject)
        edit = changed_clinic(equipment={**scene.problem.clinic.equipment, violation.subject: NO_LIMIT})
        yield Fact(CauseKind.EQUIPMENT, violation.subject, clause, edit)
    yield from _modalities(scene, session)
    yield from _room(scene, session)


def _modalities(scene: Scene, session: Session) -> Iterator[Fact]:
    person, mode = scene.person, session.modality.replace("_", " ")
    clause = said("{} does not come {} ({participants.csv}, modality)", ParticipantRef(person.id), _come(mode))
    yield Fact(CauseKind.MODALITY, person.id, clause, changed_row("participants", person.id, modality="either"))
    for key in session.therapist_ids:
        clause = said("{} does not work {} ({therapists.csv}, modality)", TherapistRef(key), _come(mode))
        yield Fact(CauseKind.MODALITY, key, clause, changed_row("therapists", key, modality="either"))


def _come(mode: str) -> str:
    return "by video" if mode == "telehealth" else mode


def _room(scene: Scene, session: Session) -> Iterator[Fact]:
    room, service, group = (
        scene.problem.room.get(session.room_id or ""),
        scene.service_of(session),
        scene.group_of(session),
    )
    if room is None:
        return
    ref = RoomRef(room.id)
    heads = len(session.participant_ids) * (1 + service.guests) + len(session.therapist_ids)
    clause = said("room {} has {}, and {} are needed ({rooms.csv}, capacity)", ref, count(room.capacity, "seat"), heads)
    yield Fact(CauseKind.SEATS, room.id, clause, changed_row("rooms", room.id, capacity=NO_LIMIT))
    if room.max_participants is not None:
        admitted = count(room.max_participants, "participant")
        clause = said("room {} admits {} ({rooms.csv}, max_participants)", ref, admitted)
        yield Fact(CauseKind.SEATS, room.id, clause, changed_row("rooms", room.id, max_participants=None))
    people = [scene.problem.participant[key] for key in session.participant_ids]
    asked = service.room_features.union(*(row.needs_features for row in people))
    asked |= group.room_features if group is not None else frozenset()
    if not asked <= room.features:
        clause = said("no room that it may use has {} ({rooms.csv}, features)", " and ".join(sorted(asked)))
        edit = changed_row("rooms", room.id, features=room.features | asked)
        yield Fact(CauseKind.FEATURES, ";".join(sorted(asked)), clause, edit)
    if group is not None and group.room_id is not None:
        clause = said("group {} meets in room {} ({groups.csv}, room_id)", GroupRef(group.id), RoomRef(group.room_id))
        yield Fact(CauseKind.ROOM_OF_GROUP, group.id, clause, changed_row("groups", group.id, room_id=None))
