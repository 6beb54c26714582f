"""What a person can do to a week at the grid, as data: one move is one step to undo."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.domain.people import HeldModality
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import Minute


@dataclass(frozen=True, slots=True)
class NewPlace:
    """When, where and with whom as the lead; None leaves it as it is.

    ``day`` is a weekday (0 is Monday), ``clock`` a minute of the day. A blank ``room_id`` takes the room away: the
    session is held by video unless ``modality`` says otherwise.
    """

    day: int | None = None
    clock: Minute | None = None
    room_id: str | None = None
    lead_id: str | None = None
    modality: HeldModality | None = None


AS_IT_IS = NewPlace()


@dataclass(frozen=True, slots=True)
class PlaceSession:
    """Hold a session at another time, in another room or with another lead."""

    session_id: str
    place: NewPlace


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Move all sessions of a session's group alike: by as many days, to the same clock, room and lead."""

    session_id: str
    place: NewPlace


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Take a session out of the week; it can be held again as it was."""

    session_id: str


@dataclass(frozen=True, slots=True)
class HoldUnplaced:
    """Hold something that the week lacks; ``unplaced_id`` is that of :class:`iopsched.board.unplaced.Unplaced`."""

    unplaced_id: str
    place: NewPlace


@dataclass(frozen=True, slots=True)
class SwapSessions:
    """Exchange time and room of two sessions; the people stay."""

    session_id: str
    other_id: str


@dataclass(frozen=True, slots=True)
class PlaceInstead:
    """Move a session and take out those that are in its way."""

    session_id: str
    place: NewPlace
    taken_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LockSession:
    """Pin a session in the draft, or no longer: a search around the draft leaves it as it is."""

    session_id: str
    is_locked: bool = True


@dataclass(frozen=True, slots=True)
class ChangeRoster:
    """Have a participant join a session, or leave it."""

    session_id: str
    participant_id: str
    is_in: bool = True


@dataclass(frozen=True, slots=True)
class ChangeHelpers:
    """Have a member of staff help in a session beside its lead, or no longer."""

    session_id: str
    therapist_id: str
    is_in: bool = True


@dataclass(frozen=True, slots=True)
class ReplaceSessions:
    """Put whole sessions into the week, over those with their ids, and take others out: a week that was found, or a row undone."""

    put: tuple[Session, ...] = ()
    dropped: tuple[str, ...] = ()


GridMove = (
    PlaceSession
    | PlaceGroup
    | TakeOut
    | HoldUnplaced
    | SwapSessions
    | PlaceInstead
    | LockSession
    | ChangeRoster
    | ChangeHelpers
    | ReplaceSessions
)
