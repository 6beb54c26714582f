"""What could be held at all, as the model sees it: the ways of groups, of people and of staff, each worked out once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from iopsched.domain.people import Participant, kept_apart
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, Windows
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.filters import Filters, RoomDemand, none
from iopsched.model.scope import Scope
from iopsched.model.terms import Terms

NO_LIMIT = 10_000


class Ways:
    """The ways to hold the sessions of a problem; everybody counted here could really come."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.terms = Terms(problem)
        self.scope = Scope.whole(self.terms)
        self.filters = Filters(self.terms, self.scope)
        self.apart = kept_apart(problem.keep_apart)
        self._rooms: dict[tuple[RoomDemand, str | None], list[str]] = {}
        self._alone: dict[tuple[Windows, str, int], dict[int, int]] = {}
        self._joinable: dict[str, frozenset[str]] = {}

    @cached_property
    def of_group(self) -> Mapping[str, tuple[Candidate, ...]]:
        """Return the ways to hold a session of each group that have staff, people and a room."""
        factory, service = CandidateFactory(self.terms, self.scope), self.problem.service
        return {
            group.id: tuple(
                candidate
                for candidate in factory.of_group(service[group.service_id], group)
                if self.is_staffed(candidate) and self.has_room(candidate)
            )
            for group in self.problem.groups
        }

    def is_staffed(self, candidate: Candidate) -> bool:
        """Return whether different people can fill all roles, and enough of those who could come count for the ratio."""
        slots = [candidate.lead_ids, *(ids for role, ids in candidate.other_roles for _ in range(role.number))]
        if len(slots) > 1 and not can_fill(slots):
            return False
        return candidate.ratio is None or candidate.size[0] <= candidate.ratio * self.counting(candidate)

    def counting(self, candidate: Candidate) -> int:
        """Return how many who could be on the staff count for the ratio."""
        return sum(self.problem.therapist[key].counts_for_ratio for key in staff_of(candidate))

    def has_room(self, candidate: Candidate) -> bool:
        """Return whether the smallest session needs no room or has one."""
        return not candidate.needs_room or bool(self.rooms_of(candidate))

    def rooms_of(self, candidate: Candidate) -> list[str]:
        """Return the rooms in which the smallest session could be held."""
        demand = self.filters.room_demand(candidate)
        own = self.terms.room_own
        return [key for key in self.suited(candidate, demand) if own[key].covers(candidate.start, candidate.end)]

    def suited(self, candidate: Candidate, demand: RoomDemand) -> list[str]:
        """Return the rooms that have what a session asks for, at whatever hour."""
        return self.rooms_for(demand, candidate.group.room_id if candidate.group is not None else None)

    def rooms_for(self, demand: RoomDemand, named: str | None) -> list[str]:
        """Return the rooms with the seats and features, only the named one where one is named."""
        if (demand, named) not in self._rooms:
            self._rooms[demand, named] = [
                room.id for room in self.problem.rooms if named in {None, room.id} and suits(room, demand)
            ]
        return self._rooms[demand, named]

    def may_join(self, person: Participant, group: Group) -> bool:
        """Return whether a participant may be in a group, whenever it meets."""
        return person.id in self.joiners(group)

    def joiners(self, group: Group) -> frozenset[str]:
        """Return the participants who may be in a group, whenever it meets."""
        if group.id not in self._joinable:
            service = self.problem.service[group.service_id]
            self._joinable[group.id] = frozenset(
                person.id for person in self.terms.participants if none(self.filters.to_joining(person, service, group))
            )
        return self._joinable[group.id]

    def possible(self, group: Group, leads: Mapping[int, Collection[str]]) -> int:
        """Return the most sessions that a group can hold at these starts, each with those who could lead it there."""
        service = self.problem.service[group.service_id]
        if group.one_lead == "require":
            everybody = {key for ids in leads.values() for key in ids}
            each = [[start for start, ids in leads.items() if key in ids] for key in everybody]
        else:
            each = [[start for start, ids in leads.items() if ids]]
        if group.same_start:
            each = [[s for s in starts if s % DAY == clock] for starts in each for clock in {s % DAY for s in starts}]
        return max((sum(most_on_days(starts, service).values()) for starts in each), default=0)

    @cached_property
    def held(self) -> Mapping[str, int]:
        """Return the most sessions that each group can hold this week, by what it needs alone."""
        return {
            group.id: min(group.sessions_per_week, self.possible(group, leads_at(self.of_group[group.id])))
            for group in self.problem.groups
        }

    @cached_property
    def starts_of(self) -> Mapping[tuple[str, str], frozenset[int]]:
        """Return the starts at which a participant could be in a session of a group: by (participant id, group id)."""
        found: dict[tuple[str, str], set[int]] = defaultdict(set)
        for group_id, candidates in self.of_group.items():
            for candidate in candidates:
                for person_id in candidate.participant_ids:
                    if not self.apart[person_id].issuperset(candidate.lead_ids):
                        found[person_id, group_id].add(candidate.start)
        return {key: frozenset(starts) for key, starts in found.items()}

    def days_alone(self, person: Participant, service: Service, per_day: int) -> dict[int, int]:
        """Return how many sessions of a service fit into each day of a participant's free time."""
        free = self.free(person, service)
        key = free, service.id, per_day
        if key not in self._alone:
            grid, found = self.terms.clinic.grid_minutes, dict[int, int]()
            for item in free:
                for day in range(item.start // DAY, (item.end - 1) // DAY + 1):
                    first = -(-max(item.start, day * DAY) // grid) * grid
                    number = max(0, min(item.end, (day + 1) * DAY) - first) // service.minutes
                    if number:
                        found[day] = found.get(day, 0) + number
            self._alone[key] = {day: min(number, per_day or number) for day, number in found.items()}
        return self._alone[key]

    def free(self, person: Participant, service: Service) -> Windows:
        """Return when a participant may be in a session of a service while the clinic is open."""
        return self.terms.participant_free(person.id, service)


def suits(room: Room, demand: RoomDemand) -> bool:
    """Return whether a room has the seats, the places for participants and the features that a session asks for."""
    has_place = room.max_participants is None or demand.heads <= room.max_participants
    return demand.seats <= room.capacity and has_place and demand.features <= room.features


def leads_at(candidates: Iterable[Candidate]) -> dict[int, set[str]]:
    """Return who could lead at each start."""
    found: dict[int, set[str]] = defaultdict(set)
    for candidate in candidates:
        found[candidate.start].update(candidate.lead_ids)
    return found


def can_fill(slots: Sequence[Collection[str]]) -> bool:
    """Return whether different people can fill all places of a staff, each of which lists who may."""
    filled: dict[str, int] = {}

    def place(slot: int, seen: set[str]) -> bool:
        for key in slots[slot]:
            if key not in seen:
                seen.add(key)
                if key not in filled or place(filled[key], seen):
                    filled[key] = slot
                    return True
        return False

    return all(place(slot, set()) for slot in range(len(slots)))


def staff_of(candidate: Candidate) -> set[str]:
    """Return everybody who could be on the staff of a session."""
    return {*candidate.lead_ids, *candidate.surplus_ids, *(key for _, ids in candidate.other_roles for key in ids)}


def most_on_days(starts: Iterable[int], service: Service, limit: int | None = None) -> dict[int, int]:
    """Return the most sessions of a service on each day: they do not overlap, and ``max_per_day`` holds."""
    per_day = service.max_per_day if limit is None else limit
    found: dict[int, int] = defaultdict(int)
    free = -1
    for start in sorted(starts):
        if start >= free and (not per_day or found[start // DAY] < per_day):
            found[start // DAY] += 1
            free = start + service.minutes
    return dict(found)
