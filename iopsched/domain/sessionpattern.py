"""Sessions that are asked for or ruled out, by what is said of them."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.domain.people import HeldModality
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY


@dataclass(frozen=True, slots=True)
class SessionPattern:
    """What a session has to be; None is anything. ``day`` is a weekday, ``clock`` a minute of the day."""

    participant_id: str | None = None
    lead_id: str | None = None
    room_id: str | None = None
    group_id: str | None = None
    service_id: str | None = None
    day: int | None = None
    clock: int | None = None
    modality: HeldModality | None = None

    @classmethod
    def at(cls, session: Session, lead_id: str | None = None, room_id: str | None = None) -> SessionPattern:
        """Return the time of a session of the same group, or of the same participant and service."""
        who = None if session.group_id else session.participant_ids[0]
        day, clock = divmod(session.start, DAY)
        return cls(who, lead_id, room_id, session.group_id, session.service_id, day, clock)

    def matches(self, session: Session) -> bool:
        """Return whether a session is one of those."""
        asked = (
            (self.lead_id, session.lead_id),
            (self.room_id, session.room_id),
            (self.group_id, session.group_id),
            (self.service_id, session.service_id),
            (self.day, session.start // DAY),
            (self.clock, session.start % DAY),
            (self.modality, session.modality),
        )
        return all(wanted in (None, found) for wanted, found in asked) and (
            self.participant_id is None or self.participant_id in session.participant_ids
        )
