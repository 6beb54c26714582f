"""Who and what is free when in a written week, and what else stands in the way of somebody's being there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from iopsched.domain.people import Participant
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.model.filters import Filters, Frame
from iopsched.model.owner import Owner
from iopsched.model.scope import Scope
from iopsched.model.terms import Terms
from iopsched.rulebook import RuleId
from iopsched.verifier.calendars import Calendars
from iopsched.why.cause import CauseKind
from iopsched.why.trial import Flag

# In this order staff are looked for: first those who are named, and so on; the first that nobody passes is what is told.
STAGES = (
    (RuleId.PRIMARY, ""),
    (RuleId.STAFFED, "lead_ids"),
    (RuleId.STAFFED, "skills"),
    (RuleId.STAFFED, "licensed"),
    (RuleId.STAFFED, "populations"),
    (RuleId.MATCH, ""),
)
QUALITIES = frozenset({RuleId.STAFFED, RuleId.PRIMARY, RuleId.MATCH})
FAMILY = frozenset({"family", "multifamily"})


class World:
    """A problem and one of its schedules. Flags are hints: what they say is tried before anybody is told."""

    def __init__(self, problem: Problem, schedule: Schedule, terms: Terms) -> None:
        self.problem = problem
        self.schedule = schedule
        self.terms = terms
        self.calendars = Calendars(problem)
        self._filters = Filters(terms, Scope.whole(terms, QUALITIES))
        self._busy: dict[tuple[str, str], list[Session]] = defaultdict(list)
        for session in schedule.sessions:
            for kind, keys in (
                ("participant", session.participant_ids),
                ("therapist", session.therapist_ids),
                ("room", (session.room_id,) if session.room_id else ()),
            ):
                for key in keys:
                    self._busy[kind, key].append(session)
        self._rooms: dict[tuple[str, str | None, frozenset[str], int, int], list[Room]] = {}
        self._flags: dict[tuple[str, str, bool, int, int], tuple[Flag, ...]] = {}

    def held(self, kind: str, row_id: str) -> list[Session]:
        """Return the sessions of a ``participant``, ``therapist`` or ``room``."""
        return self._busy.get((kind, row_id), [])

    @cached_property
    def of_group(self) -> dict[str, list[Session]]:
        """Return the sessions of each group."""
        found: dict[str, list[Session]] = defaultdict(list)
        for session in self.schedule.sessions:
            if session.group_id:
                found[session.group_id].append(session)
        return found

    def starts(self, service: Service, group: Group | None) -> list[int]:
        """Return the starts that program and opening hours allow; closures are left to the flags."""
        return [
            start
            for start in self.terms.starts_on_grid(service)
            if self.problem.clinic.open.covers(start, start + service.minutes)
            and self.terms.fits_blocks(service, start, start + service.minutes)
            and (group is None or group.times is None or group.times.allow(start, start + service.minutes))
        ]

    # --- who is there -----------------------------------------------------
    def of_week(self, start: int, end: int) -> tuple[Flag, ...]:
        """Return a flag where the clinic is closed, and one where the time has begun."""
        closed = ((CauseKind.CLOSED_DAY, "clinic"),) if self.calendars.closures.overlaps(start, end) else ()
        return (*closed, (CauseKind.BEGUN, "week")) if start < self.problem.first_start else closed

    def of_person(self, person: Participant, service: Service, start: int, end: int) -> tuple[Flag, ...]:
        """Return what keeps a participant away, the other sessions apart."""
        key = "participant", person.id, service.kind in FAMILY, start, end
        if key not in self._flags:
            availability = person.availability
            if service.kind in FAMILY and person.family_availability is not None:
                availability = person.family_availability
            found = []
            if not self.calendars.stay(person).covers(start, end):
                found.append((CauseKind.STAY, person.id))
            if self.calendars.off("participant", person.id).overlaps(start, end):
                found.append((CauseKind.PERSON_OFF, person.id))
            if person.busy.overlaps(start, end):
                found.append((CauseKind.PERSON_BUSY, person.id))
            if not availability.covers(start, end):
                found.append((CauseKind.PERSON_WINDOW, person.id))
            self._flags[key] = tuple(found)
        return self._flags[key]

    def of_staff(self, therapist_id: str, start: int, end: int) -> tuple[Flag, ...]:
        """Return what keeps a member of staff away, other sessions too."""
        key = "therapist", therapist_id, False, start, end
        if key not in self._flags:
            row = self.problem.therapist[therapist_id]
            found = []
            if self.calendars.off("therapist", row.id).overlaps(start, end):
                found.append((CauseKind.STAFF_OFF, row.id))
            if row.busy.overlaps(start, end):
                found.append((CauseKind.STAFF_BUSY, row.id))
            if not row.availability.covers(start, end):
                found.append((CauseKind.STAFF_WINDOW, row.id))
            if self.is_taken("therapist", row.id, start, end):
                found.append((CauseKind.STAFF_TAKEN, row.id))
            self._flags[key] = tuple(found)
        return self._flags[key]

    def of_room(self, room: Room, start: int, end: int) -> tuple[Flag, ...]:
        """Return why a room cannot be used, other sessions too."""
        key = "room", room.id, False, start, end
        if key not in self._flags:
            found = []
            if self.calendars.off("room", room.id).overlaps(start, end):
                found.append((CauseKind.ROOM_OFF, room.id))
            if room.busy.overlaps(start, end):
                found.append((CauseKind.ROOM_BUSY, room.id))
            if not room.availability.covers(start, end):
                found.append((CauseKind.ROOM_WINDOW, room.id))
            if self.is_taken("room", room.id, start, end):
                found.append((CauseKind.ROOM_TAKEN, room.id))
            self._flags[key] = tuple(found)
        return self._flags[key]

    def is_taken(self, kind: str, row_id: str, start: int, end: int) -> bool:
        """Return whether a person or room is in a session at that time."""
        return any(row.start < end and start < row.end for row in self.held(kind, row_id))

    # --- who and what suits -----------------------------------------------
    def leads(
        self, person: Participant, service: Service, group: Group | None, starts: list[int]
    ) -> dict[int, list[str]]:
        """Return who comes into question as the lead at each start: whoever passes the most stages.

        Covers come into question only while they stand in.
        """
        passed = {
            (start, row.id): self._stage(person, service, group, start, row.id)
            for start in starts
            for row in self.problem.therapists
        }
        best = max(passed.values(), default=0)
        return {start: [row.id for row in self.problem.therapists if passed[start, row.id] == best] for start in starts}

    def _stage(self, person: Participant, service: Service, group: Group | None, start: int, lead_id: str) -> int:
        lead = self.problem.therapist[lead_id]
        modality = self.terms.modalities(service, group)[0] if self.terms.modalities(service, group) else "in_person"
        frame = Frame(service, group, person.population, start, modality)
        owners = list(self._filters.to_lead(lead, frame))
        if group is None:
            owners += self._filters.to_meeting(person, lead, service)
            owners += self._filters.to_covering(person, lead, service, start)
        return min(map(_place, owners), default=len(STAGES))

    def helpers(self, service: Service, group: Group | None, start: int, taken: set[str]) -> Iterator[str]:
        """Yield who could help beside the lead, free at that time and counting for the ratio first."""
        skills = {role.skill for role in self.terms.roles(service, group)}
        frame = Frame(service, group, "" if group is None else group.population, start, "in_person")
        rows = sorted(self.problem.therapists, key=lambda row: (not row.counts_for_ratio, row.id))
        for row in rows:
            if row.id in taken or not skills.intersection(row.skills) or next(self._filters.to_staff(row, frame), None):
                continue
            if not self.of_staff(row.id, start, start + service.minutes):
                yield row.id

    def rooms(self, service: Service, group: Group | None, people: list[Participant], staff: int) -> list[Room]:
        """Return the rooms that come into question: those that pass the most of place, seats and features."""
        asked = self.terms.features(service, group).union(*(row.needs_features for row in people))
        key = service.id, group.id if group is not None else None, asked, len(people), staff
        if key not in self._rooms:
            self._rooms[key] = self._suiting(service, group, asked, len(people), staff)
        return self._rooms[key]

    def _suiting(
        self, service: Service, group: Group | None, asked: frozenset[str], heads: int, staff: int
    ) -> list[Room]:
        seats = heads * (1 + service.guests) + staff

        def stage(room: Room) -> int:
            if group is not None and group.room_id not in {None, room.id}:
                return 0
            if seats > room.capacity or heads > (room.max_participants or heads):
                return 1
            return 3 if asked <= room.features else 2

        best = max(map(stage, self.problem.rooms), default=0)
        found = [room for room in self.problem.rooms if stage(room) == best]
        return sorted(found, key=lambda room: (-room.capacity, room.id)) if best == 1 else found

    def room_options(self, rooms: list[Room], start: int, end: int) -> list[tuple[str, tuple[Flag, ...]]]:
        """Return a free room, or one for each way in which none is."""
        found: dict[tuple[CauseKind, ...], tuple[str, tuple[Flag, ...]]] = {}
        for room in rooms:
            flags = self.of_room(room, start, end)
            if not flags:
                return [(room.id, ())]
            found.setdefault(tuple(kind for kind, _ in flags), (room.id, flags))
        return list(found.values())


def _place(owner: Owner) -> int:
    """Return the stage at which an objection stands; what is not named belongs to the last."""
    return next((place for place, stage in enumerate(STAGES) if stage == (owner.rule, owner.column)), len(STAGES) - 1)
