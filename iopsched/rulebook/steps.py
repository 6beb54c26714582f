"""Every kind of step that an answer may offer: what it changes, what it costs by default, and who decides on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Decider(StrEnum):
    """Who decides on a step, from the nearest to the farthest: ways out are told in this order where prices are equal."""

    COORDINATOR = "coordinator"
    THERAPIST = "therapist"
    DIRECTOR = "director"
    OWNER = "owner"


class StepKind(StrEnum):
    """The kinds of steps, in the order in which equal ones are told."""

    MOVE_PARTICIPANT = "move_participant"
    TELEHEALTH = "telehealth"
    ROOM_WINDOW = "room_window"
    PARTICIPANT_WINDOW = "participant_window"
    RAISE_SIZE = "raise_size"
    DROP_PIN = "drop_pin"
    OTHER_PRIMARY = "other_primary"
    COVER = "cover"
    EXTRA_SESSION = "extra_session"
    STAFF_HOURS = "staff_hours"
    STAFF_WINDOW = "staff_window"
    DROP_TIME_OFF = "drop_time_off"
    EXTRA_STAFF = "extra_staff"
    NEW_GROUP = "new_group"
    NEW_SKILL = "new_skill"
    EXTRA_ROOM = "extra_room"


@dataclass(frozen=True, slots=True)
class KindOfStep:
    """What a kind of step is.

    ``price`` are points of trouble by default; ``[prices]`` of ``clinic.toml`` may name others, 0 = never offered.
    ``column`` is the cell that changes, blank where a row is added or taken out.
    """

    file: str
    column: str
    price: int
    decider: Decider
    meaning: str


KINDS: Mapping[StepKind, KindOfStep] = {
    StepKind.MOVE_PARTICIPANT: KindOfStep(
        "participants.csv", "group_id", 1, Decider.COORDINATOR, "A participant belongs to another group, or to any."
    ),
    StepKind.TELEHEALTH: KindOfStep(
        "participants.csv", "modality", 1, Decider.COORDINATOR, "A participant may also come by video."
    ),
    StepKind.ROOM_WINDOW: KindOfStep(
        "rooms.csv", "availability", 1, Decider.COORDINATOR, "A room is free for an hour more."
    ),
    StepKind.PARTICIPANT_WINDOW: KindOfStep(
        "participants.csv", "availability", 2, Decider.COORDINATOR, "A participant can come at one more time."
    ),
    StepKind.RAISE_SIZE: KindOfStep(
        "groups.csv", "max_size", 2, Decider.DIRECTOR, "A group takes one more, inside ratio, cap and seats."
    ),
    StepKind.DROP_PIN: KindOfStep("pins.csv", "", 2, Decider.DIRECTOR, "A pin is taken out."),
    StepKind.OTHER_PRIMARY: KindOfStep(
        "participants.csv", "therapist_id", 3, Decider.DIRECTOR, "A participant has another primary therapist."
    ),
    StepKind.COVER: KindOfStep("covers.csv", "", 3, Decider.DIRECTOR, "Somebody covers for a therapist who is away."),
    StepKind.EXTRA_SESSION: KindOfStep(
        "groups.csv", "sessions_per_week", 3, Decider.DIRECTOR, "A group meets once more each week."
    ),
    StepKind.STAFF_HOURS: KindOfStep(
        "therapists.csv", "max_hours_per_week", 3, Decider.THERAPIST, "A therapist has one more hour of sessions."
    ),
    StepKind.STAFF_WINDOW: KindOfStep(
        "therapists.csv", "availability", 4, Decider.THERAPIST, "A therapist is there for an hour more."
    ),
    StepKind.DROP_TIME_OFF: KindOfStep("time_off.csv", "", 5, Decider.DIRECTOR, "An absence is called off."),
    StepKind.EXTRA_STAFF: KindOfStep(
        "therapists.csv", "", 6, Decider.OWNER, "Somebody with a skill comes in besides, priced by the hour."
    ),
    StepKind.NEW_GROUP: KindOfStep("groups.csv", "", 8, Decider.DIRECTOR, "A further group is opened."),
    StepKind.NEW_SKILL: KindOfStep(
        "therapists.csv", "skills", 10, Decider.OWNER, "A therapist is trained for a further kind of session."
    ),
    StepKind.EXTRA_ROOM: KindOfStep("rooms.csv", "", 10, Decider.OWNER, "A further room is rented."),
}

DEFAULT_PRICES: Mapping[str, int] = {kind: text.price for kind, text in KINDS.items()}


def price_of(kind: StepKind, own: Mapping[str, int]) -> int:
    """Return the points of trouble of a kind of step: the clinic's own, else the product's; 0 = never offered."""
    return own.get(kind, KINDS[kind].price)
