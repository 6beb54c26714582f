"""Rooms."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.domain.integrity import Count
from iopsched.domain.timegrid import ALWAYS, NEVER, Windows


@dataclass(frozen=True, slots=True)
class Room:
    """A room: ``capacity`` seats everybody, staff and guests included.

    ``max_participants`` (None = no limit) counts participants only.
    ``availability`` is filled with the clinic's opening hours where blank.
    """

    id: str
    capacity: Count
    max_participants: Count | None = None
    features: frozenset[str] = frozenset()
    availability: Windows = ALWAYS
    busy: Windows = NEVER
