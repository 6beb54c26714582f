"""A complete decision: who meets whom, when and where, in one week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from iopsched.domain.people import HeldModality
from iopsched.domain.timegrid import DAY, WEEK, Minute, moment


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """One meeting. ``therapist_ids`` has the lead first; ``participant_ids`` are sorted.

    ``start`` and ``end`` are minutes of the week. ``group_id`` and
    ``room_id`` are None where there is none.
    """

    id: str
    service_id: str
    start: Minute
    end: Minute
    therapist_ids: tuple[str, ...]
    participant_ids: tuple[str, ...]
    modality: HeldModality = "in_person"
    group_id: str | None = None
    room_id: str | None = None

    @property
    def minutes(self) -> int:
        """Return the clock length in minutes."""
        return self.end - self.start

    @property
    def lead_id(self) -> str:
        """Return the therapist who leads, blank where none is named."""
        return self.therapist_ids[0] if self.therapist_ids else ""

    def led_by(self, lead_id: str) -> Session:
        """Return the session with another lead, whose helpers stay."""
        others = tuple(key for key in self.therapist_ids[1:] if key != lead_id)
        return replace(self, therapist_ids=(lead_id, *others))

    def __str__(self) -> str:
        """Return for instance ``G1-1 (Mon 09:00)``."""
        return f"{self.id} ({moment(self.start)})"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The sessions of the week that begins on the Monday ``week``, sorted by id.

    ``primaries`` maps a participant to the primary therapist of that week and
    ``census`` holds everybody with a row in ``hours.csv``; both are known
    where the schedule was read from, or is about to become, a schedule folder.
    """

    week: date
    sessions: tuple[Session, ...] = ()
    primaries: Mapping[str, str] = field(default_factory=dict)
    census: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Border:
    """When a therapist's sessions end on the Sunday before the week, and begin on the Monday after it.

    Minutes of this week: ``last_end`` is at most 0, ``first_start`` at least
    a week; None where there is no session on that day.
    """

    therapist_id: str
    last_end: int | None = None
    first_start: int | None = None


def borders(before: Schedule | None, after: Schedule | None) -> tuple[Border, ...]:
    """Return what the week before and the week after say of the days at this week's border, by therapist."""
    ends: dict[str, int] = {}
    starts: dict[str, int] = {}
    for session in before.sessions if before is not None else ():
        if session.start >= WEEK - DAY:
            ends |= {key: max(ends.get(key, -DAY), session.end - WEEK) for key in session.therapist_ids}
    for session in after.sessions if after is not None else ():
        if session.start < DAY:
            starts |= {key: min(starts.get(key, WEEK + DAY), session.start + WEEK) for key in session.therapist_ids}
    return tuple(Border(key, ends.get(key), starts.get(key)) for key in sorted(ends.keys() | starts.keys()))


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One row of ``hours.csv``: what a participant should have, has, and lacks.

    ``missing`` names needed sessions that are not scheduled, such as ``family:1``.
    ``clock_minutes`` and ``contact_minutes`` are those of the countable
    sessions with and without breaks; ``scheduled_minutes`` is what counts.
    """

    participant_id: str
    level: str
    required_minutes: int
    scheduled_minutes: int
    required_days: int
    scheduled_days: int
    unmet_minutes: int
    missing: str
    therapist_id: str
    group_ids: tuple[str, ...]
    status: Literal["met", "short"]
    clock_minutes: int = 0
    contact_minutes: int = 0


@dataclass(frozen=True, slots=True)
class DayRow:
    """One row of ``days.csv``: what a participant has on one day, for payers that bill by the day.

    All numbers are of countable sessions. ``services`` are modules, or
    sessions that have none; ``kinds`` of them, each once. ``asked`` is what
    the payer wants to see, 0 where it asks nothing.
    """

    participant_id: str
    date: date
    payer: str
    clock_minutes: int
    contact_minutes: int
    countable_minutes: int
    services: int
    asked: int
    kinds: tuple[str, ...]
    is_program_day: bool
