"""Rule ``seats``: room, equipment and modality of a session."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.places import Room
from iopsched.domain.timegrid import moment
from iopsched.rulebook import RuleId
from iopsched.verifier.modality import accepts, people_in_room, session_modalities, staff_in_room
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Meeting, Week, session_ids
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, ParticipantRef, RoomRef, Sentence, TherapistRef


def seats(week: Week) -> Iterator[Violation]:
    """Report sessions in the wrong room or none, too full, ill equipped, or of a modality somebody cannot accept."""
    for meeting in week.meetings:
        for sentence in (*_modality(meeting), *_place(meeting)):
            yield _broken(meeting, sentence)
        yield from _people(meeting)
        if meeting.room:
            for sentence in _heads(meeting, meeting.room):
                yield _broken(meeting, sentence)
            yield from _features(meeting, meeting.room)
    yield from _equipment(week)


def _broken(meeting: Meeting, sentence: Sentence, *people: str) -> Violation:
    return Violation(RuleId.SEATS, meeting.id, sentence, (meeting.id,), people)


def _modality(meeting: Meeting) -> Iterator[Sentence]:
    allowed = session_modalities(meeting.service, meeting.group)
    if meeting.session.modality not in allowed:
        group, service = meeting.group, meeting.service
        whose = Sentence("group {}", GroupRef(group.id)) if group else f"service {service.id}"
        listed = " or ".join(sorted(allowed)) or "no modality at all"
        told = "Session {} is {}; {} admits {} (modality)."
        yield Sentence(told, meeting.told, meeting.session.modality, whose, listed)


def _people(meeting: Meeting) -> Iterator[Violation]:
    modality = meeting.session.modality
    for person in meeting.people:
        if not accepts(person, modality):
            told = "Participant {} accepts {} only; session {} is {} (modality in participants.csv)."
            sentence = Sentence(told, ParticipantRef(person.id), person.modality, meeting.told, modality)
            yield _broken(meeting, sentence, person.id)
    for therapist in meeting.staff:
        if not accepts(therapist, modality):
            told = "Therapist {} accepts {} only; session {} is {} (modality in therapists.csv)."
            yield _broken(
                meeting, Sentence(told, TherapistRef(therapist.id), therapist.modality, meeting.told, modality)
            )
    if modality == "hybrid" and meeting.lead and meeting.lead.modality == "telehealth":
        told = "Lead {} of session {} must be in the room but accepts telehealth only."
        yield _broken(meeting, Sentence(told, TherapistRef(meeting.lead.id), meeting.told))


def _place(meeting: Meeting) -> Iterator[Sentence]:
    named, group = meeting.session.room_id, meeting.group
    has_room = meeting.session.modality != "telehealth" and meeting.service.needs_room
    if named and not has_room:
        reason = "needs_room = no in services.csv" if meeting.service.needs_room is False else "telehealth"
        yield Sentence("Session {} is in room {} but uses no room ({}).", meeting.told, RoomRef(named), reason)
    elif has_room and not named:
        yield Sentence("Session {} has no room.", meeting.told)
    elif named and meeting.room is None:
        yield Sentence("Room {} of session {} is not in rooms.csv.", RoomRef(named), meeting.told)
    elif named and group and group.room_id and named != group.room_id:
        told = "Session {} is in room {}; group {} meets in {} (room_id in groups.csv)."
        yield Sentence(told, meeting.told, RoomRef(named), GroupRef(group.id), RoomRef(group.room_id))


def _heads(meeting: Meeting, room: Room) -> Iterator[Sentence]:
    people, staff, guests = len(people_in_room(meeting)), len(staff_in_room(meeting)), meeting.service.guests
    heads = people * (1 + guests) + staff
    if heads > room.capacity:
        who = f"{count(people, 'participant')}, {count(people * guests, 'guest')}, {staff} staff"
        told = "Session {} has {} heads in room {} ({}); capacity is {} (rooms.csv)."
        yield Sentence(told, meeting.told, heads, RoomRef(room.id), who, room.capacity)
    if room.max_participants is not None and people > room.max_participants:
        told = "Session {} has {} in room {}; at most {} are allowed (max_participants in rooms.csv)."
        yield Sentence(told, meeting.told, count(people, "participant"), RoomRef(room.id), room.max_participants)


def _features(meeting: Meeting, room: Room) -> Iterator[Violation]:
    group = meeting.group
    asked: list[tuple[frozenset[str], tuple[str, object], tuple[str, ...]]] = [
        (meeting.service.room_features, ("service {} asks for in services.csv", meeting.service.id), ())
    ]
    if group:
        asked.append((group.room_features, ("group {} asks for in groups.csv", GroupRef(group.id)), ()))
    asked += [
        (row.needs_features, ("participant {} needs in participants.csv", ParticipantRef(row.id)), (row.id,))
        for row in people_in_room(meeting)
    ]
    for features, whose, people in asked:
        for feature in sorted(features - room.features):
            told = "Room {} of session {} lacks {}, which {}."
            yield _broken(meeting, Sentence(told, RoomRef(room.id), meeting.told, feature, Sentence(*whose)), *people)


def _equipment(week: Week) -> Iterator[Violation]:
    users = [meeting for meeting in week.meetings if meeting.service.equipment]
    for name in sorted({name for meeting in users for name in meeting.service.equipment}):
        owned = week.problem.clinic.equipment.get(name, 0)
        for start in sorted({meeting.start for meeting in users}):
            busy = [meeting for meeting in users if meeting.start <= start < meeting.end]
            used = sum(meeting.service.equipment.get(name, 0) for meeting in busy)
            if used > owned:
                told = "{} of {} are in use on {}; the clinic owns {} (equipment in clinic.toml)."
                yield Violation(RuleId.SEATS, name, Sentence(told, used, name, moment(start), owned), session_ids(busy))
