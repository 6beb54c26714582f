"""What the director has fixed or forbidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from iopsched.domain.ids import GroupId, ParticipantId, RoomId, ServiceId, StaffId
from iopsched.domain.integrity import NotBelow, Range, Weekday
from iopsched.domain.timegrid import DAY, WEEKDAYS, clock


@dataclass(frozen=True, slots=True)
class Pin:
    """A row of ``pins.csv``: ``must`` asks for a matching session, ``must_not`` forbids any.

    None matches anything. ``day`` is a weekday (0 is Monday), ``start`` a
    minute of the day, ``from_date`` and ``until_date`` the dates (inclusive)
    between which the pin holds. ``row`` is the row of the file, for messages.
    """

    action: Literal["must", "must_not"]
    participant_id: ParticipantId | None = None
    therapist_id: StaffId | None = None
    room_id: RoomId | None = None
    group_id: GroupId | None = None
    service_id: ServiceId | None = None
    day: Weekday | None = None
    start: Annotated[int, Range(0, DAY - 1)] | None = None
    from_date: date | None = None
    until_date: Annotated[date | None, NotBelow("from_date")] = None
    row: int = 0

    def __str__(self) -> str:
        """Return the pin as its row reads: ``pins.csv:2: must P014 individual Tue 15:00``."""
        cells = [self.participant_id, self.therapist_id, self.room_id, self.group_id, self.service_id]
        if self.day is not None:
            cells.append(WEEKDAYS[self.day])
        if self.start is not None:
            cells.append(clock(self.start))
        place = f"pins.csv:{self.row}: " if self.row else ""
        return f"{place}{self.action} {' '.join(cell for cell in cells if cell)}"
