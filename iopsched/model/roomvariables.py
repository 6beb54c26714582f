"""Variables: in which kind of room a session is.

Rooms that nobody names and that are equal in every respect form a
:class:`RoomClass` and are only counted: sessions are intervals, and intervals
of which at most n overlap fit n equal rooms (interval graphs are perfect), so
that the exact room can be chosen afterwards. Visits (sessions for one) with
plain staff need not even choose a class each: per start and choice of classes
an integer counts how many go to which class.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant
from iopsched.domain.places import Room
from iopsched.domain.timegrid import ALWAYS, Windows
from iopsched.model.candidate import Candidate
from iopsched.model.filters import RoomDemand, none
from iopsched.model.posting import Expression, Literal
from iopsched.rulebook import GoalId, RuleId, weights_of

if TYPE_CHECKING:
    from iopsched.model.variables import Variables


@dataclass(frozen=True, slots=True)
class RoomClass:
    """Rooms that are interchangeable this week."""

    index: int
    room_ids: tuple[str, ...]
    capacity: int
    max_participants: int | None
    features: frozenset[str]
    windows: Windows


@dataclass(slots=True)
class VisitRooms:
    """Visits that start together, are equally long and may use the same classes."""

    start: int
    minutes: int
    classes: tuple[int, ...]
    visits: list[tuple[Candidate, str]]
    count: dict[int, Expression]
    counts: dict[int, Literal]
    named: dict[int, list[Literal]] = field(default_factory=lambda: defaultdict(list))


class RoomVariables:
    """The rooms of the sessions that ``x`` has; made after its people and staff.

    ``choices`` holds a literal for each class that a session may be in; ``visits`` those that are only counted.
    ``name_all`` makes a class of each room; ``count_visits`` counts visits with plain staff. Equal rooms
    in which groups may meet are told apart, as goal ``rooms`` asks, if they are at most ``told_apart``; those that the terms name always are.
    """

    def __init__(self, x: Variables, *, name_all: bool, count_visits: bool, told_apart: float) -> None:
        self._x = x
        self._told_apart_at_most = told_apart
        self.classes = self._classify_rooms(name_all=name_all)
        self.class_of = {room_id: c.index for c in self.classes for room_id in c.room_ids}
        self.choices: dict[Candidate, dict[int, Literal]] = {}
        self.visits: list[VisitRooms] = []
        self.named: dict[tuple[Candidate, str, int], Literal] = {}
        self._rooms_of: dict[tuple[Candidate, str], VisitRooms] = {}
        self._barring = [
            (pin, x.terms.pin_days(pin))
            for pin in x.problem.pins
            if pin.action == "must_not" and pin.room_id is not None
        ]
        self._known_classes: dict[object, tuple[int, ...]] = {}
        self._add_rooms(count_visits=count_visits)

    def _named_room_ids(self, *, name_all: bool) -> set[str]:
        named = {pin.room_id for pin in self._x.problem.pins if self._x.terms.pin_days(pin)} | {
            group.room_id for group in self._x.problem.groups
        }
        if self._x.problem.previous is not None:
            named |= {session.room_id for session in self._x.problem.previous.sessions}
        named |= {session.room_id for session in self._x.problem.kept}
        if name_all:
            named |= {room.id for room in self._x.problem.rooms}
        named |= self._x.terms.rooms_apart
        return {room_id for room_id in named if room_id is not None}

    def _classify_rooms(self, *, name_all: bool) -> tuple[RoomClass, ...]:
        named = self._named_room_ids(name_all=name_all)
        alike: dict[object, list[Room]] = defaultdict(list)
        for room in self._x.problem.rooms:
            windows = self._x.terms.room_free[room.id] if RuleId.WINDOW in self._x.rules else ALWAYS
            features = tuple(sorted(room.features))
            own = room.id if room.id in named else ""
            alike[room.capacity, room.max_participants, features, windows, own, self._told_windows(room)].append(room)
        kinds = [kind for rooms in alike.values() for kind in self._told_apart(rooms)]
        return tuple(
            RoomClass(
                index=index,
                room_ids=tuple(room.id for room in rooms),
                capacity=rooms[0].capacity,
                max_participants=rooms[0].max_participants,
                features=rooms[0].features,
                windows=self._x.terms.room_free[rooms[0].id] if RuleId.WINDOW in self._x.rules else ALWAYS,
            )
            for index, rooms in enumerate(kinds)
        )

    def _told_windows(self, room: Room) -> object:
        """Return what a model with guards, in which rooms have no windows, has to tell rooms apart by."""
        is_told = RuleId.WINDOW not in self._x.rules
        return (room.availability, room.busy, self._x.terms.room_own[room.id]) if is_told else ()

    def _told_apart(self, rooms: list[Room]) -> list[list[Room]]:
        """Return equal rooms together, or each alone where goal ``rooms`` asks that groups keep theirs."""
        weights = weights_of(GoalId.PREFERENCES, self._x.problem.clinic.weights)
        if not 1 < len(rooms) <= self._told_apart_at_most or not weights["rooms"]:
            return [rooms]
        meetings = (
            c for c in self._x.candidates if c.group is not None and c.group.sessions_per_week > 1 and c.needs_room
        )
        is_for_groups = any(
            none(self._x.filters.to_room(c, rooms[0], self._x.filters.room_demand(c))) for c in meetings
        )
        return [[room] for room in rooms] if is_for_groups else [rooms]

    def _add_rooms(self, *, count_visits: bool) -> None:
        by_choice: dict[tuple[int, int, tuple[int, ...]], VisitRooms] = {}
        for candidate in self._x.candidates:
            if candidate.begun is not None:
                self._keep_room(candidate, candidate.begun.room_id)
            if candidate.is_loose or not candidate.needs_room or candidate.begun is not None:
                continue
            is_counted = count_visits and candidate.is_visit and candidate.has_plain_staff and not candidate.is_pooled
            if is_counted and not (self._barring and self._is_barred_from_rooms(candidate)):
                for participant_id in candidate.participant_ids:
                    self._add_visit_room(candidate, participant_id, by_choice)
            else:
                self._add_session_room(candidate)
        for rooms in by_choice.values():
            self.visits.append(rooms)
            self._count_visits(rooms)

    def _is_barred_from_rooms(self, candidate: Candidate) -> bool:
        """Return whether a pin forbids a room to such sessions: then the room must be a decision of its own."""
        return any(
            candidate.day in days
            and pin.service_id in {None, candidate.service.id}
            and (pin.participant_id is None or pin.participant_id in candidate.participant_ids)
            for pin, days in self._barring
        )

    def _keep_room(self, candidate: Candidate, room_id: str | None) -> None:
        """Leave a session that has begun where it is, if that room is still there."""
        if room_id in self.class_of:
            self.choices[candidate] = {self.class_of[room_id]: self._x.held[candidate]}

    def _add_session_room(self, candidate: Candidate) -> None:
        demand = self._x.filters.room_demand(candidate)
        choice = {
            room_class.index: self._x.cp.new_int_var(0, min(candidate.most_at_once or 1, len(room_class.room_ids)), "")
            for room_class in self.classes
            if self._is_allowed(candidate, room_class, demand)
        }
        self.choices[candidate] = choice
        self._x.cp.add(cp_model.LinearExpr.sum(list(choice.values())) == self._x.held[candidate])

    def _is_allowed(self, candidate: Candidate, room_class: RoomClass, demand: RoomDemand) -> bool:
        return none(self._x.filters.to_room(candidate, self._x.problem.room[room_class.room_ids[0]], demand))

    def _add_visit_room(
        self,
        candidate: Candidate,
        participant_id: str,
        by_choice: dict[tuple[int, int, tuple[int, ...]], VisitRooms],
    ) -> None:
        classes = self._classes_of_visit(candidate, self._x.problem.participant[participant_id])
        literal = self._x.attends[candidate, participant_id]
        if not classes:
            self._x.cp.add(literal == 0)
            return
        key = (candidate.start, candidate.service.minutes, classes)
        if key not in by_choice:
            by_choice[key] = VisitRooms(candidate.start, candidate.service.minutes, classes, [], {}, {})
        rooms = by_choice[key]
        rooms.visits.append((candidate, participant_id))
        self._rooms_of[candidate, participant_id] = rooms

    def _classes_of_visit(self, candidate: Candidate, person: Participant) -> tuple[int, ...]:
        """Return the classes that a visit with plain staff may use: the same for all that ask the same at the same time."""
        key = (
            candidate.service.id,
            candidate.start,
            candidate.modality,
            candidate.size,
            person.modality,
            person.needs_features,
        )
        if key not in self._known_classes:
            demand = self._x.filters.room_demand(candidate, person)
            self._known_classes[key] = tuple(c.index for c in self.classes if self._is_allowed(candidate, c, demand))
        return self._known_classes[key]

    def _count_visits(self, rooms: VisitRooms) -> None:
        total = cp_model.LinearExpr.sum([self._x.attends[c, pid] for c, pid in rooms.visits])
        if len(rooms.classes) == 1:
            rooms.count[rooms.classes[0]] = total
            return
        for index in rooms.classes:
            most = min(len(self.classes[index].room_ids), len(rooms.visits))
            if RuleId.OVERLAP not in self._x.rules:
                most = len(rooms.visits)
            rooms.counts[index] = rooms.count[index] = self._x.cp.new_int_var(0, most, "")
        self._x.cp.add(cp_model.LinearExpr.sum(list(rooms.count.values())) == total)

    def possible(self, candidate: Candidate, participant_id: str) -> list[str]:
        """Return the rooms that a session could be in; ``participant_id`` is somebody who attends."""
        rooms = self._rooms_of.get((candidate, participant_id))
        indexes = self.choices.get(candidate, ()) if rooms is None else rooms.classes
        return [room_id for index in indexes for room_id in self.classes[index].room_ids]

    def literal(self, candidate: Candidate, participant_id: str | None, room_id: str) -> Literal | None:
        """Return a literal that puts a session into a named room, None where it cannot be there.

        For a session that chooses its room the literal holds exactly when it
        is there; for a counted visit it may be false though the visit is there.
        """
        index = self.class_of[room_id]
        if candidate in self.choices:
            return self.choices[candidate].get(index)
        rooms = self._rooms_of.get((candidate, participant_id or ""))
        if rooms is None or index not in rooms.classes:
            return None
        key = (candidate, participant_id or "", index)
        if key not in self.named:
            literal = self._x.cp.new_bool_var("")
            self._x.cp.add_implication(literal, self._x.attends[candidate, participant_id or ""])
            elsewhere = [self.named[*key[:2], k] for k in rooms.classes if (*key[:2], k) in self.named]
            for other in elsewhere:
                self._x.cp.add_at_most_one([literal, other])
            self.named[key] = literal
            rooms.named[index].append(literal)
            self._x.cp.add(sum(rooms.named[index]) <= rooms.count[index])
        return self.named[key]
