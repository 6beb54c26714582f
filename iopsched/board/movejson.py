"""Moves and sessions as JSON: what the page sends, and what the journal keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, cast

from iopsched.board.gridmoves import (
    ChangeHelpers,
    ChangeRoster,
    GridMove,
    HoldUnplaced,
    LockSession,
    NewPlace,
    PlaceGroup,
    PlaceInstead,
    PlaceSession,
    SwapSessions,
    TakeOut,
)
from iopsched.domain.people import HELD_MODALITIES, HeldModality
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import HOUR, clock, day_of
from iopsched.errors import UsageError

_MOST = 500
"""Letters of an id, and rows of a list, beyond which nothing of a clinic is meant."""


MOVE_KEYS = (
    "kind", "session", "unplaced", "date", "start", "room", "therapist", "modality", "other", "unplace", "participant",
)  # fmt: skip
"""All that a move can say; whatever else is sent with it is not kept."""


def move_from(week: date, facts: object) -> GridMove:
    """Return the move that the page asks for in the week of a Monday.

    Raises
    ------
    UsageError
        If it is none; it says what is wrong with it.
    """
    if not isinstance(facts, Mapping):
        raise UsageError("The move is no JSON object.")
    kind = facts.get("kind")
    if kind == "place" and "session" not in facts and "unplaced" in facts:
        kind = "hold"
    make = _MADE.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise UsageError(f"A move is one of: {', '.join(_MADE)}.")
    return make(week, facts)


def place_from(week: date, facts: Mapping[str, Any]) -> NewPlace:
    """Return the new place that a move names; what it does not name stays. Raises :class:`UsageError` if it is none."""
    modality = facts.get("modality")
    if modality not in (None, *HELD_MODALITIES):
        raise UsageError(f"A session is held {', '.join(HELD_MODALITIES)}.")
    room = facts.get("room", _ABSENT)
    lead = facts.get("therapist")
    return NewPlace(
        day=None if facts.get("date") is None else _day(week, facts["date"]),
        clock=None if facts.get("start") is None else _clock(facts["start"]),
        room_id=None if room is _ABSENT else "" if room is None else _text(room, "room", is_blank_allowed=True),
        lead_id=None if lead is None else _text(lead, "therapist"),
        modality=cast("HeldModality | None", modality),
    )


def place_facts(week: date, session: Session) -> dict[str, Any]:
    """Return where a session is, as a move names it."""
    return {
        "date": day_of(week, session.start).isoformat(),
        "start": clock(session.start),
        "room": session.room_id,
        "therapist": session.lead_id or None,
        "modality": session.modality,
    }


def session_facts(session: Session) -> dict[str, Any]:
    """Return a session as the journal keeps it: minutes of the week, ids, nothing else."""
    return {
        "id": session.id,
        "service": session.service_id,
        "start": session.start,
        "end": session.end,
        "therapists": list(session.therapist_ids),
        "participants": list(session.participant_ids),
        "modality": session.modality,
        "group": session.group_id,
        "room": session.room_id,
    }


def session_from(facts: Mapping[str, Any]) -> Session:
    """Return the session that :func:`session_facts` told. Raises ``KeyError`` or ``TypeError`` of anything else."""
    return Session(
        id=facts["id"],
        service_id=facts["service"],
        start=facts["start"],
        end=facts["end"],
        therapist_ids=tuple(facts["therapists"]),
        participant_ids=tuple(facts["participants"]),
        modality=facts["modality"],
        group_id=facts["group"],
        room_id=facts["room"],
    )


_ABSENT = object()


def _text(value: object, what: str, *, is_blank_allowed: bool = False) -> str:
    if not isinstance(value, str) or len(value) > _MOST or not (value or is_blank_allowed):
        raise UsageError(f"The move lacks its {what}.")
    return value


def _texts(value: object, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _MOST:
        raise UsageError(f"The move lacks its list {what}.")
    return tuple(_text(row, what) for row in value)


def _day(week: date, value: object) -> int:
    try:
        days = (date.fromisoformat(_text(value, "date")) - week) // timedelta(days=1)
    except ValueError:
        raise UsageError("A date is written such as 2026-11-30.") from None
    if not 0 <= days < 7:
        raise UsageError("The date does not lie in this week.")
    return days


def _clock(value: object) -> int:
    hour, colon, minute = _text(value, "start").partition(":")
    is_time = colon and all(part.isascii() and part.isdigit() and len(part) == 2 for part in (hour, minute))
    if not is_time or int(hour) > 23 or int(minute) > 59:
        raise UsageError("A start is written such as 09:30.")
    return int(hour) * HOUR + int(minute)


def _session(facts: Mapping[str, Any]) -> str:
    return _text(facts.get("session"), "session")


def _participant(facts: Mapping[str, Any]) -> str:
    return _text(facts.get("participant"), "participant")


def _therapist(facts: Mapping[str, Any]) -> str:
    return _text(facts.get("therapist"), "therapist")


_MADE: Mapping[str, Callable[[date, Mapping[str, Any]], GridMove]] = {
    "place": lambda week, facts: PlaceSession(_session(facts), place_from(week, facts)),
    "place_group": lambda week, facts: PlaceGroup(_session(facts), place_from(week, facts)),
    "unplace": lambda _, facts: TakeOut(_session(facts)),
    "hold": lambda week, facts: HoldUnplaced(_text(facts.get("unplaced"), "unplaced"), place_from(week, facts)),
    "swap": lambda _, facts: SwapSessions(_session(facts), _text(facts.get("other"), "other")),
    "instead": lambda week, facts: PlaceInstead(
        _session(facts), place_from(week, facts), _texts(facts.get("unplace"), "unplace")
    ),
    "pin": lambda _, facts: LockSession(_session(facts)),
    "unpin": lambda _, facts: LockSession(_session(facts), is_locked=False),
    "join": lambda _, facts: ChangeRoster(_session(facts), _participant(facts)),
    "leave": lambda _, facts: ChangeRoster(_session(facts), _participant(facts), is_in=False),
    "assist": lambda _, facts: ChangeHelpers(_session(facts), _therapist(facts)),
    "relieve": lambda _, facts: ChangeHelpers(_session(facts), _therapist(facts), is_in=False),
}
