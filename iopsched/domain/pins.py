"""What the director has fixed or forbidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Pin:
    """A row of ``pins.csv``: ``must`` asks for a matching session, ``must_not`` forbids any.

    None matches anything. ``day`` is a weekday (0 is Monday), ``start`` a
    minute of the day, ``from_date`` and ``until_date`` the dates (inclusive)
    between which the pin holds. ``row`` is the row of the file, for messages.
    """

    action: Literal["must", "must_not"]
    participant_id: str | None = None
    therapist_id: str | None = None
    room_id: str | None = None
    group_id: str | None = None
    service_id: str | None = None
    day: int | None = None
    start: int | None = None
    from_date: date | None = None
    until_date: date | None = None
    row: int = 0
