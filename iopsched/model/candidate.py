"""A candidate: one way to hold one session."""

from __future__ import annotations

from dataclasses import dataclass, field

from iopsched.domain.people import HeldModality
from iopsched.domain.schedule import Session
from iopsched.domain.services import Group, Role, Service
from iopsched.domain.timegrid import DAY, moment
from iopsched.model.owner import CandidateRef


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One way to hold one session.

    ``lead_id`` is None where the lead is a decision. ``participant_ids``,
    ``lead_ids`` and ``staff_ids`` (for each role beyond the lead, and for
    surplus staff at the end) are those who could be in it. ``countable_minutes``
    are 0 where the service does not count. ``starts`` are given where the
    start is left open (:mod:`iopsched.model.loose`); ``start`` is the first.
    ``begun`` is the session where it has begun or is to be kept, and is no decision any more.
    ``most_at_once`` is given where it stands for a number of sessions that start
    together (:mod:`iopsched.model.pooled`).
    Two candidates are never equal: each is the key of its own decisions.
    """

    service: Service
    group: Group | None
    population: str
    start: int
    modality: HeldModality
    lead_id: str | None
    participant_ids: tuple[str, ...]
    lead_ids: tuple[str, ...]
    other_roles: tuple[tuple[Role, tuple[str, ...]], ...] = ()
    surplus_ids: tuple[str, ...] = ()
    size: tuple[int, int] = (1, 1)
    ratio: int | None = field(default=None)
    countable_minutes: int = 0
    starts: tuple[int, ...] = ()
    begun: Session | None = None
    most_at_once: int = 0

    @property
    def is_loose(self) -> bool:
        """Return whether its start is left open."""
        return bool(self.starts)

    @property
    def is_pooled(self) -> bool:
        """Return whether it stands for a number of sessions, none to ``most_at_once``."""
        return self.most_at_once > 0

    @property
    def end(self) -> int:
        """Return the minute of the week at which it ends, at the earliest where the start is open."""
        return self.start + self.service.minutes

    @property
    def latest_start(self) -> int:
        """Return the last minute at which it may start."""
        return self.starts[-1] if self.starts else self.start

    @property
    def day(self) -> int:
        """Return the weekday, 0 is Monday."""
        return self.start // DAY

    @property
    def is_visit(self) -> bool:
        """Return whether it holds one participant: then it is held exactly when that one attends."""
        return self.group is None and self.size == (1, 1)

    @property
    def has_plain_staff(self) -> bool:
        """Return whether the lead is the only staff it can ever have."""
        return not self.other_roles and not self.surplus_ids

    @property
    def needs_room(self) -> bool:
        """Return whether it is held in a room."""
        return self.modality != "telehealth" and self.service.needs_room

    @property
    def group_id(self) -> str | None:
        """Return the id of its group, if it has one."""
        return self.group.id if self.group is not None else None

    @property
    def ref(self) -> CandidateRef:
        """Return what owners and sentences know it by."""
        return CandidateRef(str(self), self.service.id, self.group_id, self.start)

    def session(self, therapist_ids: tuple[str, ...], participant_ids: tuple[str, ...], room_id: str | None) -> Session:
        """Return the session, not named yet, that it is with these people in this room; the lead comes first."""
        return Session(
            id="",
            service_id=self.service.id,
            start=self.start,
            end=self.end,
            therapist_ids=therapist_ids,
            participant_ids=participant_ids,
            modality=self.modality,
            group_id=self.group_id,
            room_id=room_id,
        )

    def __str__(self) -> str:
        """Return a name with ids only, for tests and debugging."""
        who = self.group_id or f"{self.service.id}/{self.lead_id}"
        return f"{who}@{moment(self.start)}/{self.modality}"
