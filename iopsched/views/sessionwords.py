"""A session in a few words of a sentence: what it is, where and with whom, for whom."""

from __future__ import annotations

from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import moment
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, RoomRef, Sentence, SessionRef, TherapistRef


def place(session: Session, *, with_people: bool = False) -> Sentence:
    """Return for instance ``Tue 15:00 with T02 in R1``."""
    told = Sentence(
        "{} with {}", moment(session.start), Sentence.joined(" + ", map(TherapistRef, session.therapist_ids))
    )
    where = " by video" if session.modality == "telehealth" else ""
    if session.room_id:
        told = Sentence("{} in {}", told, RoomRef(session.room_id))
    if with_people:
        told = Sentence("{} for {}", told, people(session))
    return Sentence("{}{}", told, where)


def people(session: Session) -> Sentence:
    """Return the participants of a session, or how many they are."""
    if len(session.participant_ids) > 4:
        return Sentence("{}", count(len(session.participant_ids), "participant"))
    return Sentence.joined(", ", map(ParticipantRef, session.participant_ids))


def title(session: Session) -> Sentence:
    """Return for instance ``individual-014 (P014)`` or ``A1-1``."""
    if session.group_id is not None:
        return Sentence("{}", SessionRef(session.id))
    return Sentence("{} ({})", SessionRef(session.id), people(session))
