"""A legal week before the solver begins, made by simple choices.

It is the solver's first hint and what is left when time runs out at once:
groups first, at the starts that most members can attend, then everybody's
other sessions, most constrained person first. It looks ahead nowhere. What it
does not look at (pins that name several things at once) the verifier finds,
and such sessions are dropped: see :mod:`iopsched.search`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.decisions import find_candidate, named_week
from iopsched.model.rules.pins import could_match
from iopsched.model.variables import Variables
from iopsched.search.start.board import Board
from iopsched.search.start.placing import Placing


def construct(x: Variables, kept: Schedule | None = None) -> Schedule:
    """Return a week that keeps the common rules; a few sessions may break a rare one.

    ``kept`` are sessions to begin with, which break no rule among themselves.
    """
    constructor = _Constructor(x)
    _lay_out_past(constructor.board)
    constructor.lay_out(kept.sessions if kept is not None else ())
    return constructor.run()


def _lay_out_past(board: Board) -> None:
    """Hold what has begun, as it is."""
    for session, candidate in board.x.begun.items():
        known = [w for w in session.therapist_ids if w in board.x.problem.therapist] or [session.lead_id]
        board.record(candidate, list(candidate.participant_ids), known, session.room_id)


def _starts_by_participant(x: Variables, group: Group) -> dict[str, int]:
    days: dict[str, set[int]] = defaultdict(set)
    for candidate in x.of_group(group.id):
        for participant_id in candidate.participant_ids:
            days[participant_id].add(candidate.day)
    return {participant_id: len(found) for participant_id, found in days.items()}


@dataclass(slots=True)
class _Wish:
    """One participant's outstanding sessions of one service."""

    participant_id: str
    service: Service
    number: int
    options: list[Candidate]


class _Constructor:
    def __init__(self, x: Variables) -> None:
        self.x = x
        self.terms = x.terms
        self.board = Board(x)
        self.placing = Placing(self.board)
        self.sessions: list[Session] = []

    def lay_out(self, sessions: tuple[Session, ...]) -> None:
        """Hold these sessions as they are, as far as the model can express them: staff nobody needs are left out."""
        met = set()
        for session in sessions:
            candidate = find_candidate(self.x, session)
            if candidate is None or candidate in met or candidate.begun is not None:
                continue
            people = list(session.participant_ids)
            staff = self.placing.staffing.needed_staff(candidate, people, list(session.therapist_ids), session.room_id)
            if staff is not None:
                met.add(candidate)
                self.board.record(candidate, people, staff, session.room_id)
                self.sessions.append(replace(session, therapist_ids=(staff[0], *sorted(staff[1:]))))

    def run(self) -> Schedule:
        """Lay out pins, groups and visits; then the groups that are too short for a day without its visits."""
        for pin in self.x.problem.pins:
            if pin.action == "must":
                self._keep_pin(pin)
        for service in self.x.problem.services:
            self._hold_groups(service)
        for wish in sorted(self._wishes(), key=lambda w: (len(w.options), w.participant_id, w.service.id)):
            self._grant(wish)
        if any(self.terms.least_on_group_days(person) for person in self.terms.participants):
            for service in self.x.problem.services:
                self._hold_groups(service)
        census = frozenset(person.id for person in self.terms.participants)
        return named_week(self.x.problem, self.sessions, census)

    # --- pins -------------------------------------------------------------
    def _keep_pin(self, pin: Pin) -> None:
        """Hold the first session without a group that a pin asks for; groups see to theirs themselves."""
        if pin.participant_id is None:
            return
        for candidate in self._asked_by(pin):
            if candidate.group is not None or (pin.therapist_id is not None and pin.therapist_id != candidate.lead_id):
                continue
            session = self.placing.place(candidate, [pin.participant_id], None, room_id=pin.room_id)
            if session is not None:
                self.sessions.append(session)
                return

    def _pinned(self, group: Group) -> dict[Candidate, Pin]:
        """Return, by candidate, the pins that ask for a session of this group."""
        return {
            candidate: pin
            for pin in self.x.problem.pins
            if pin.action == "must" and pin.group_id == group.id
            for candidate in self._asked_by(pin)
        }

    def _asked_by(self, pin: Pin) -> list[Candidate]:
        days = self.terms.pin_days(pin)
        return [c for c in self.x.open_candidates if c.day in days and could_match(pin, c)]

    # --- groups -----------------------------------------------------------
    def _hold_groups(self, service: Service) -> None:
        groups = self.x.problem.groups_of.get(service.id, ())
        members = self._choose_members(service, groups)
        met = {session.group_id for session in self.sessions}
        for group in sorted((g for g in groups if g.id not in met), key=lambda g: (len(self.x.of_group(g.id)), g.id)):
            self._hold(group, members[group.id])

    def _choose_members(self, service: Service, groups: tuple[Group, ...]) -> dict[str, list[str]]:
        members: dict[str, list[str]] = defaultdict(list)
        starts = {g.id: _starts_by_participant(self.x, g) for g in groups}
        undecided = []
        for person in self.terms.participants:
            own = [g for g in groups if g.id in person.group_ids]
            if own:
                members[own[0].id].append(person.id)
            else:
                choice = [g for g in groups if starts[g.id].get(person.id)]
                if choice and self._wants_group(person.id, service):
                    undecided.append((len(choice), person.id, choice))
        for _, participant_id, choice in sorted(undecided, key=lambda row: row[:2]):
            joined = self.x.problem.kept_together.get(participant_id, frozenset())
            shared = [g for g in groups if joined.intersection(members[g.id])]
            room_left = [g for g in choice if len(members[g.id]) < self._most(g) and shared in ([], [g])]
            if room_left:
                best = max(
                    room_left,
                    key=lambda g: (min(g.sessions_per_week, starts[g.id][participant_id]), -len(members[g.id]), g.id),
                )
                members[best.id].append(participant_id)
        return members

    def _wants_group(self, participant_id: str, service: Service) -> bool:
        person = self.x.problem.participant[participant_id]
        demand = self.terms.demand(person, service)
        hours = service.counts and self.terms.required_minutes(person) > 0
        return demand.required > 0 or (demand.most is None and hours)

    def _most(self, group: Group) -> int:
        service = self.x.problem.service[group.service_id]
        return self.terms.size(service, group, group.population)[1]

    def _hold(self, group: Group, members: list[str]) -> None:
        by_clock: dict[int, list[Candidate]] = defaultdict(list)
        begun = [candidate for candidate in self.x.begun.values() if candidate.group is group]
        clocks = {candidate.start % DAY for candidate in begun}
        for candidate in self.x.of_group(group.id):
            if candidate.begun is None and not (group.same_start and clocks and candidate.start % DAY not in clocks):
                by_clock[candidate.start % DAY if group.same_start else 0].append(candidate)
        if not by_clock or not members:
            return
        wanted = set(members)

        pinned = self._pinned(group)

        def reach(candidate: Candidate) -> int:
            return len(members) * (candidate in pinned) + sum(
                self.placing.attendance.may_attend(pid, candidate) for pid in candidate.participant_ids if pid in wanted
            )

        def total(candidates: list[Candidate]) -> int:
            per_day: dict[int, int] = defaultdict(int)
            for candidate in candidates:
                if self.placing.staffing.leads(candidate):
                    per_day[candidate.day] = max(per_day[candidate.day], reach(candidate))
            return sum(sorted(per_day.values(), reverse=True)[: group.sessions_per_week])

        best = max(sorted(by_clock), key=lambda minute: total(by_clock[minute]))
        lead: str | None = None
        left = group.sessions_per_week - len(begun)
        days = Counter(candidate.day for candidate in begun)
        per_day = self.x.problem.service[group.service_id].max_per_day or left
        for candidate in sorted(by_clock[best], key=lambda c: (-reach(c), c.start)):
            if left <= 0 or days[candidate.day] >= per_day:
                continue
            people = [pid for pid in members if pid in candidate.participant_ids]
            pin = pinned.get(candidate)
            session = self.placing.place(
                candidate,
                people,
                pin.therapist_id if pin is not None and pin.therapist_id in candidate.lead_ids else lead,
                must_have_lead=pin is not None or group.one_lead == "require",
                room_id=pin.room_id if pin is not None else None,
            )
            if session is not None:
                self.sessions.append(session)
                lead = lead or session.lead_id
                left -= 1
                days[candidate.day] += 1

    # --- everything else --------------------------------------------------
    def _wishes(self) -> list[_Wish]:
        found = []
        options: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
        for candidate in self.x.open_candidates:
            if candidate.group is None:
                for participant_id in candidate.participant_ids:
                    options[participant_id, candidate.service.id].append(candidate)
        for person in self.terms.participants:
            for service in self.x.problem.services:
                number = self.terms.demand(person, service).required
                if number and options[person.id, service.id]:
                    found.append(_Wish(person.id, service, number, options[person.id, service.id]))
        return found

    def _grant(self, wish: _Wish) -> None:
        left = wish.number - self.board.count(wish.participant_id, wish.service.id)
        days = self.board.days_of(wish.participant_id)
        for candidate in sorted(wish.options, key=lambda c: (c.day not in days, c.start, c.lead_id or "")):
            if left <= 0:
                return
            if not self.placing.attendance.may_attend(wish.participant_id, candidate):
                continue
            people = [wish.participant_id]
            if not candidate.is_visit:
                people = self._company(wish, candidate)
            session = self.placing.place(candidate, people, None)
            if session is not None:
                self.sessions.append(session)
                left -= 1

    def _company(self, wish: _Wish, candidate: Candidate) -> list[str]:
        """Return the person and others who still need such a session and can come."""
        others = [
            pid
            for pid in candidate.participant_ids
            if pid != wish.participant_id
            and self.board.count(pid, wish.service.id)
            < self.terms.demand(self.x.problem.participant[pid], wish.service).required
        ]
        return [wish.participant_id, *others]
