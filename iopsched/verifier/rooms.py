"""Rule ``seats``: room, equipment and modality of a session."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.places import Room
from iopsched.domain.timegrid import moment
from iopsched.rulebook import RuleId
from iopsched.verifier.modality import accepts, people_in_room, session_modalities, staff_in_room
from iopsched.verifier.violation import Violation, counted
from iopsched.verifier.week import Meeting, Week, session_ids


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


def _broken(meeting: Meeting, sentence: str, *people: str) -> Violation:
    return Violation(RuleId.SEATS, meeting.id, sentence, (meeting.id,), people)


def _modality(meeting: Meeting) -> Iterator[str]:
    allowed = session_modalities(meeting.service, meeting.group)
    if meeting.session.modality not in allowed:
        whose = f"group {meeting.group.id}" if meeting.group else f"service {meeting.service.id}"
        listed = " or ".join(sorted(allowed)) or "no modality at all"
        yield f"Session {meeting} is {meeting.session.modality}; {whose} admits {listed} (modality)."


def _people(meeting: Meeting) -> Iterator[Violation]:
    modality = meeting.session.modality
    for noun, rows in (("Participant", meeting.people), ("Therapist", meeting.staff)):
        for row in rows:
            if not accepts(row, modality):
                sentence = (
                    f"{noun} {row.id} accepts {row.modality} only; session {meeting} is {modality} "
                    f"(modality in {noun.lower()}s.csv)."
                )
                yield _broken(meeting, sentence, *((row.id,) if noun == "Participant" else ()))
    if modality == "hybrid" and meeting.lead and meeting.lead.modality == "telehealth":
        sentence = f"Lead {meeting.lead.id} of session {meeting} must be in the room but accepts telehealth only."
        yield _broken(meeting, sentence)


def _place(meeting: Meeting) -> Iterator[str]:
    named, group = meeting.session.room_id, meeting.group
    has_room = meeting.session.modality != "telehealth" and meeting.service.needs_room
    if named and not has_room:
        reason = "needs_room = no in services.csv" if meeting.service.needs_room is False else "telehealth"
        yield f"Session {meeting} is in room {named} but uses no room ({reason})."
    elif has_room and not named:
        yield f"Session {meeting} has no room."
    elif named and meeting.room is None:
        yield f"Room {named} of session {meeting} is not in rooms.csv."
    elif named and group and group.room_id and named != group.room_id:
        yield f"Session {meeting} is in room {named}; group {group.id} meets in {group.room_id} (room_id in groups.csv)."


def _heads(meeting: Meeting, room: Room) -> Iterator[str]:
    people, staff, guests = len(people_in_room(meeting)), len(staff_in_room(meeting)), meeting.service.guests
    heads = people * (1 + guests) + staff
    if heads > room.capacity:
        yield (
            f"Session {meeting} has {heads} heads in room {room.id} ({counted(people, 'participant')}, {counted(people * guests, 'guest')}, "
            f"{staff} staff); capacity is {room.capacity} (rooms.csv)."
        )
    if room.max_participants is not None and people > room.max_participants:
        yield (
            f"Session {meeting} has {counted(people, 'participant')} in room {room.id}; "
            f"at most {room.max_participants} are allowed (max_participants in rooms.csv)."
        )


def _features(meeting: Meeting, room: Room) -> Iterator[Violation]:
    group = meeting.group
    asked: list[tuple[frozenset[str], str, tuple[str, ...]]] = [
        (meeting.service.room_features, f"service {meeting.service.id} asks for in services.csv", ())
    ]
    if group:
        asked.append((group.room_features, f"group {group.id} asks for in groups.csv", ()))
    asked += [
        (row.needs_features, f"participant {row.id} needs in participants.csv", (row.id,))
        for row in people_in_room(meeting)
    ]
    for features, whose, people in asked:
        for feature in sorted(features - room.features):
            yield _broken(meeting, f"Room {room.id} of session {meeting} lacks {feature}, which {whose}.", *people)


def _equipment(week: Week) -> Iterator[Violation]:
    users = [meeting for meeting in week.meetings if meeting.service.equipment]
    for name in sorted({name for meeting in users for name in meeting.service.equipment}):
        owned = week.problem.clinic.equipment.get(name, 0)
        for start in sorted({meeting.start for meeting in users}):
            busy = [meeting for meeting in users if meeting.start <= start < meeting.end]
            used = sum(meeting.service.equipment.get(name, 0) for meeting in busy)
            if used > owned:
                sentence = f"{used} of {name} are in use on {moment(start)}; the clinic owns {owned} (equipment in clinic.toml)."
                yield Violation(RuleId.SEATS, name, sentence, session_ids(busy))
