"""Variables: who attends, who is on the staff, what is held, in which kind of room.

Rooms that nobody names and that are equal in every respect form a
:class:`RoomClass` and are only counted: sessions are intervals, and intervals
of which at most n overlap fit n equal rooms (interval graphs are perfect), so
that the exact room can be chosen afterwards. Visits (sessions for one) with
plain staff need not even choose a class each: per start and choice of classes
an integer counts how many go to which class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property

from ortools.sat.python import cp_model

from iopsched.domain.places import Room
from iopsched.domain.timegrid import ALWAYS, Windows
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.filters import RoomDemand, none
from iopsched.model.posting import Expression, Literal
from iopsched.model.scope import Scope
from iopsched.model.terms import Terms
from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.stopping import look
from iopsched.words.sentence import ParticipantRef, Reference, TherapistRef

Attendance = list[tuple[Candidate, Literal]]
"""Sessions that could be somebody's, each with its literal."""


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


class Variables:
    """Every decision of the model, behind questions in words. Order depends on ids and times only.

    ``about`` restricts ``participants``, for whom rules and goals are posted; the sessions of everybody else stay as they
    are and no rule is posted for them. None = everybody.
    """

    def __init__(
        self,
        terms: Terms,
        cp: cp_model.CpModel,
        rules: frozenset[RuleId] = ALL_RULES,
        *,
        name_rooms: bool = False,
        choose_rooms: bool = False,
        candidates: list[Candidate] | None = None,
        about: Container[str] | None = None,
    ) -> None:
        self.terms = terms
        self.problem = terms.problem
        self.participants = tuple(p for p in terms.participants if about is None or p.id in about)
        self.cp = cp
        self.rules = rules
        factory = CandidateFactory(terms, Scope.whole(terms, rules))
        self.filters = factory.filters
        self.candidates = factory.all() if candidates is None else candidates
        self.held: dict[Candidate, Literal] = {c: cp.new_bool_var("") for c in self.candidates}
        self.attends: dict[tuple[Candidate, str], Literal] = {}
        self.attendance: dict[str, Attendance] = defaultdict(list)
        self.leads: dict[Candidate, dict[str, Literal]] = {}
        self.roles: dict[Candidate, list[dict[str, Literal]]] = {}
        self.surplus: dict[Candidate, dict[str, Literal]] = {}
        self.work: dict[str, Attendance] = defaultdict(list)
        self.members: dict[tuple[str, str], Literal] = {}
        self.primaries: dict[tuple[str, str], Literal] = {}
        # by (participant, day): holds only where the day is a program day; made by goal ``unmet_need``
        self.program_days: dict[tuple[str, int], Literal] = {}
        for candidate in self.candidates:
            look()
            self._add_people(candidate)
            self._add_staff(candidate)
        self._add_members()
        self._add_primaries()
        self.room_classes = self._classify_rooms(name_all=name_rooms or choose_rooms)
        self.class_of = {room_id: c.index for c in self.room_classes for room_id in c.room_ids}
        self.rooms: dict[Candidate, dict[int, Literal]] = {}
        self.visit_rooms: list[VisitRooms] = []
        self.named_rooms: dict[tuple[Candidate, str, int], Literal] = {}
        self._visit_rooms_of: dict[tuple[Candidate, str], VisitRooms] = {}
        self._add_rooms(count_visits=not choose_rooms)

    @cached_property
    def placed(self) -> dict[tuple[str, str | None, int, str], list[Candidate]]:
        """Return the candidates by service, group, start and modality."""
        found: dict[tuple[str, str | None, int, str], list[Candidate]] = defaultdict(list)
        for candidate in self.candidates:
            found[candidate.service.id, candidate.group_id, candidate.start, candidate.modality].append(candidate)
        return found

    # --- people -----------------------------------------------------------
    def _add_people(self, candidate: Candidate) -> None:
        held = self.held[candidate]
        is_sole = candidate.is_visit and len(candidate.participant_ids) == 1
        for participant_id in candidate.participant_ids:
            literal = held if is_sole else self.cp.new_bool_var("")
            self.attends[candidate, participant_id] = literal
            self.attendance[participant_id].append((candidate, literal))
        if is_sole:
            return
        heads = self.heads(candidate)
        if candidate.is_visit:
            self.cp.add(heads == self.held[candidate])
        else:
            for literal in self.roster(candidate).values():
                self.cp.add_implication(literal, self.held[candidate])

    def roster(self, candidate: Candidate) -> dict[str, Literal]:
        """Return the literal of each participant who could be in a session."""
        return {pid: self.attends[candidate, pid] for pid in candidate.participant_ids}

    def heads(self, candidate: Candidate) -> Expression:
        """Return the number of participants in a session."""
        return cp_model.LinearExpr.sum(list(self.roster(candidate).values()))

    # --- staff ------------------------------------------------------------
    def _add_staff(self, candidate: Candidate) -> None:
        held = self.held[candidate]
        if candidate.lead_id is not None and candidate.has_plain_staff:
            self.leads[candidate] = {candidate.lead_id: held}
            self.roles[candidate] = []
            self.surplus[candidate] = {}
            self.work[candidate.lead_id].append((candidate, held))
            return
        if candidate.lead_id is not None:
            self.leads[candidate] = {candidate.lead_id: held}
        else:
            self.leads[candidate] = {w: self.cp.new_bool_var("") for w in candidate.lead_ids}
            self.cp.add(sum(self.leads[candidate].values()) == held)
        self.roles[candidate] = [{w: self.cp.new_bool_var("") for w in staff} for _, staff in candidate.other_roles]
        self.surplus[candidate] = {w: self.cp.new_bool_var("") for w in candidate.surplus_ids}
        for therapist_id, literals in self.staff_literals(candidate).items():
            for literal in literals:
                self.work[therapist_id].append((candidate, literal))
                if literal is not held:
                    self.cp.add_implication(literal, held)
            if len(literals) > 1:
                self.cp.add_at_most_one(literals)

    def staff_literals(self, candidate: Candidate) -> dict[str, list[Literal]]:
        """Return, for each therapist who could be on the staff, the literals of which one says so."""
        if candidate.lead_id is not None and candidate.has_plain_staff:
            return {candidate.lead_id: [self.held[candidate]]}
        found: dict[str, list[Literal]] = defaultdict(list)
        parts = [self.leads[candidate], *self.roles[candidate], self.surplus[candidate]]
        for part in parts:
            for therapist_id, literal in part.items():
                found[therapist_id].append(literal)
        return found

    def on_staff(self, candidate: Candidate, therapist_id: str) -> Expression:
        """Return 1 where the therapist is on the staff of the session, else 0."""
        return cp_model.LinearExpr.sum(self.staff_literals(candidate).get(therapist_id, []))

    def staff_count(self, candidate: Candidate, weight: dict[str, int] | None = None) -> Expression:
        """Return the number of staff; ``weight`` counts each therapist so many times (missing = 1)."""
        return sum(
            (weight or {}).get(therapist_id, 1) * literal
            for therapist_id, literals in self.staff_literals(candidate).items()
            for literal in literals
        )

    def _add_members(self) -> None:
        for group in self.problem.groups:
            if group.membership == "open":
                continue
            for participant_id in self._possible_members(group.id):
                self.members[participant_id, group.id] = self.cp.new_bool_var("")

    def _possible_members(self, group_id: str) -> list[str]:
        found = dict.fromkeys(pid for c in self.of_group(group_id) for pid in c.participant_ids)
        for person in self.participants:
            if group_id in person.group_ids:
                found.setdefault(person.id)
        return sorted(found)

    def _add_primaries(self) -> None:
        """Make one literal per participant without a primary and therapist who could become it."""
        for candidate in self.candidates:
            if not candidate.service.with_primary:
                continue
            for participant_id in candidate.participant_ids:
                for therapist_id in self.leads[candidate]:
                    if (participant_id, therapist_id) not in self.primaries:
                        self.primaries[participant_id, therapist_id] = self.cp.new_bool_var("")

    # --- rooms ------------------------------------------------------------
    def _named_room_ids(self, *, name_all: bool) -> set[str]:
        named = {pin.room_id for pin in self.problem.pins if self.terms.pin_days(pin)} | {
            group.room_id for group in self.problem.groups
        }
        if self.problem.previous is not None:
            named |= {session.room_id for session in self.problem.previous.sessions}
        if name_all:
            named |= {room.id for room in self.problem.rooms}
        return {room_id for room_id in named if room_id is not None}

    def _classify_rooms(self, *, name_all: bool) -> tuple[RoomClass, ...]:
        named = self._named_room_ids(name_all=name_all)
        alike: dict[object, list[Room]] = defaultdict(list)
        for room in self.problem.rooms:
            windows = self.terms.room_free[room.id] if RuleId.WINDOW in self.rules else ALWAYS
            features = tuple(sorted(room.features))
            own = room.id if room.id in named else ""
            alike[room.capacity, room.max_participants, features, windows, own].append(room)
        return tuple(
            RoomClass(
                index=index,
                room_ids=tuple(room.id for room in rooms),
                capacity=rooms[0].capacity,
                max_participants=rooms[0].max_participants,
                features=rooms[0].features,
                windows=self.terms.room_free[rooms[0].id] if RuleId.WINDOW in self.rules else ALWAYS,
            )
            for index, rooms in enumerate(alike.values())
        )

    def _add_rooms(self, *, count_visits: bool) -> None:
        by_choice: dict[tuple[int, int, tuple[int, ...]], VisitRooms] = {}
        for candidate in self.candidates:
            if candidate.is_loose or not candidate.needs_room:
                continue
            is_counted = count_visits and candidate.is_visit and candidate.has_plain_staff
            if is_counted and not self._is_barred_from_rooms(candidate):
                for participant_id in candidate.participant_ids:
                    self._add_visit_room(candidate, participant_id, by_choice)
            else:
                self._add_session_room(candidate)
        for rooms in by_choice.values():
            self.visit_rooms.append(rooms)
            self._count_visits(rooms)

    def _is_barred_from_rooms(self, candidate: Candidate) -> bool:
        """Return whether a pin forbids a room to such sessions: then the room must be a decision of its own."""
        return any(
            pin.action == "must_not"
            and pin.room_id is not None
            and candidate.day in self.terms.pin_days(pin)
            and pin.service_id in {None, candidate.service.id}
            and (pin.participant_id is None or pin.participant_id in candidate.participant_ids)
            for pin in self.problem.pins
        )

    def _add_session_room(self, candidate: Candidate) -> None:
        demand = self.filters.room_demand(candidate)
        choice = {
            room_class.index: self.cp.new_bool_var("")
            for room_class in self.room_classes
            if self._is_allowed(candidate, room_class, demand)
        }
        self.rooms[candidate] = choice
        self.cp.add(sum(choice.values()) == self.held[candidate])

    def _is_allowed(self, candidate: Candidate, room_class: RoomClass, demand: RoomDemand) -> bool:
        return none(self.filters.to_room(candidate, self.problem.room[room_class.room_ids[0]], demand))

    def _add_visit_room(
        self,
        candidate: Candidate,
        participant_id: str,
        by_choice: dict[tuple[int, int, tuple[int, ...]], VisitRooms],
    ) -> None:
        demand = self.filters.room_demand(candidate, self.problem.participant[participant_id])
        classes = tuple(c.index for c in self.room_classes if self._is_allowed(candidate, c, demand))
        literal = self.attends[candidate, participant_id]
        if not classes:
            self.cp.add(literal == 0)
            return
        key = (candidate.start, candidate.service.minutes, classes)
        rooms = by_choice.setdefault(key, VisitRooms(candidate.start, candidate.service.minutes, classes, [], {}, {}))
        rooms.visits.append((candidate, participant_id))
        self._visit_rooms_of[candidate, participant_id] = rooms

    def _count_visits(self, rooms: VisitRooms) -> None:
        total = cp_model.LinearExpr.sum([self.attends[c, pid] for c, pid in rooms.visits])
        if len(rooms.classes) == 1:
            rooms.count[rooms.classes[0]] = total
            return
        for index in rooms.classes:
            most = min(len(self.room_classes[index].room_ids), len(rooms.visits))
            if RuleId.OVERLAP not in self.rules:
                most = len(rooms.visits)
            rooms.counts[index] = rooms.count[index] = self.cp.new_int_var(0, most, "")
        self.cp.add(sum(rooms.count.values()) == total)

    def room_literal(self, candidate: Candidate, participant_id: str | None, room_id: str) -> Literal | None:
        """Return a literal that puts a session into a named room, None where it cannot be there.

        For a session that chooses its room the literal holds exactly when it
        is there; for a counted visit it may be false though the visit is there.
        """
        index = self.class_of[room_id]
        if candidate in self.rooms:
            return self.rooms[candidate].get(index)
        rooms = self._visit_rooms_of.get((candidate, participant_id or ""))
        if rooms is None or index not in rooms.classes:
            return None
        key = (candidate, participant_id or "", index)
        if key not in self.named_rooms:
            literal = self.cp.new_bool_var("")
            self.cp.add_implication(literal, self.attends[candidate, participant_id or ""])
            for (visit, pid, _), other in self.named_rooms.items():
                if (visit, pid) == key[:2]:
                    self.cp.add_at_most_one([literal, other])
            self.named_rooms[key] = literal
            named = [
                other
                for (visit, pid, k), other in self.named_rooms.items()
                if k == index and self._visit_rooms_of.get((visit, pid)) is rooms
            ]
            self.cp.add(sum(named) <= rooms.count[index])
        return self.named_rooms[key]

    # --- solver to people -------------------------------------------------
    def sessions_by_person(self) -> Iterator[tuple[Reference, Attendance]]:
        """Yield each participant, then each member of staff, with every session that could be theirs."""
        yield from ((ParticipantRef(row.id), self.attending(row.id)) for row in self.participants)
        yield from ((TherapistRef(row.id), self.working(row.id)) for row in self.problem.therapists)

    def attending(self, participant_id: str) -> Attendance:
        """Return every session a participant could attend, with its literal."""
        return self.attendance.get(participant_id, [])

    def working(self, therapist_id: str) -> Attendance:
        """Return every session a therapist could be on the staff of, with its literal (one session, several roles)."""
        return self.work.get(therapist_id, [])

    def of_group(self, group_id: str) -> list[Candidate]:
        """Return the candidates of a group."""
        return self._by_group.get(group_id, [])

    @cached_property
    def _by_group(self) -> dict[str, list[Candidate]]:
        found: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in self.candidates:
            if candidate.group_id is not None:
                found[candidate.group_id].append(candidate)
        return found
