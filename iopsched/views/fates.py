"""What becomes of each session of a published week in a repaired one: covered, moved, cancelled, in another room, new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from iopsched.domain.publication import Change
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import Minute, clock_of_end, moment
from iopsched.views.sessionwords import place, title
from iopsched.words.sentence import ParticipantRef, RoomRef, Sentence, TherapistRef

FateKind = Literal["cancelled", "new", "moved", "staff", "room", "people"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one session. ``start`` is when it was, of a new one when it is; ``what`` is said of ``title``."""

    session: Session
    kind: FateKind
    start: Minute
    title: Sentence
    what: Sentence


def fates(changes: Iterable[Change]) -> tuple[Fate, ...]:
    """Return what becomes of each changed session, in the order of time."""
    return tuple(sorted((_fate(change) for change in changes), key=lambda fate: (fate.start, fate.session.id)))


def _fate(change: Change) -> Fate:
    match change.before, change.after:
        case None, Session() as after:
            return Fate(after, "new", after.start, title(after), Sentence("is new: {}", place(after)))
        case Session() as before, None:
            return Fate(before, "cancelled", before.start, title(before), Sentence("is cancelled"))
        case Session() as before, Session() as after:
            return _changed(before, after)
        case _:
            raise ValueError("A change has a side.")


def _changed(before: Session, after: Session) -> Fate:
    parts = list(_differences(before, after))
    kinds: dict[FateKind, bool] = {
        "moved": (before.start, before.end) != (after.start, after.end),
        "staff": before.therapist_ids != after.therapist_ids,
        "room": (before.room_id, before.modality) != (after.room_id, after.modality),
        "people": True,
    }
    kind = next(name for name, is_so in kinds.items() if is_so)
    return Fate(after, kind, before.start, title(before), Sentence.joined(", ", parts or ["is held another way"]))


def _differences(before: Session, after: Session) -> Iterator[Sentence]:
    if before.start != after.start:
        is_elsewhere = after.room_id is not None and before.room_id != after.room_id
        where = Sentence(" in {}", RoomRef(after.room_id or "")) if is_elsewhere else ""
        yield Sentence("moves to {}{}", moment(after.start), where)
    if before.minutes != after.minutes:
        yield Sentence("ends at {}", clock_of_end(after.end))
    if before.therapist_ids != after.therapist_ids:
        yield staff_words(before.therapist_ids, after.therapist_ids)
    is_told = before.start != after.start and after.room_id is not None and before.modality == after.modality
    if (before.room_id, before.modality) != (after.room_id, after.modality) and not is_told:
        yield _where(before, after)
    gone, come = (
        sorted(set(a.participant_ids) - set(b.participant_ids)) for a, b in ((before, after), (after, before))
    )
    for ids, verb in ((gone, "without"), (come, "with")):
        if ids:
            yield Sentence("{} {}", verb, Sentence.joined(", ", map(ParticipantRef, ids)))


def staff_words(before: tuple[str, ...], after: tuple[str, ...]) -> Sentence:
    """Return for instance ``T02 covers for T03``, ``without T03``, ``T07 leads without T03``."""
    gone = [key for key in before if key not in after]
    come = [key for key in after if key not in before]
    out, into = (Sentence.joined(" and ", map(TherapistRef, ids)) for ids in (gone, come))
    if gone and come:
        told = Sentence("{} {} for {}", into, "covers" if len(come) == 1 else "cover", out)
        leads = after[:1] != before[:1] and after[0] not in come
        return Sentence("{}, {} leads", told, TherapistRef(after[0])) if leads else told
    if come:
        return Sentence("{} {} the staff", into, "joins" if len(come) == 1 else "join")
    if after and after[:1] != before[:1]:
        led = Sentence("{} leads", TherapistRef(after[0]))
        return Sentence("{} without {}", led, out) if gone else led
    return Sentence("without {}", out) if gone else Sentence("other staff")


def _where(before: Session, after: Session) -> Sentence:
    if after.modality == "telehealth":
        return Sentence("by video")
    if after.room_id is None:
        return Sentence("without a room")
    if before.room_id is None:
        return Sentence("in {}", RoomRef(after.room_id))
    if before.room_id == after.room_id:
        return Sentence("held {}", "in person" if after.modality == "in_person" else "in person and by video")
    return Sentence("in {} instead of {}", RoomRef(after.room_id), RoomRef(before.room_id))
