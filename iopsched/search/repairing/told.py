"""Who must be told of a change whatever is done, and what it costs at least to hold a session that the published week has not.

An *entry* is what somebody is told of one session: weekday, start, service, group, lead and room. Of each entry that is
still to come the facts say whether it can be there again: somebody is away, the room is closed, the lead is gone. Whoever has
one that cannot be must be told, whatever week is chosen; all others are *untroubled*. Both are counted here without a
solver, from the ways to hold sessions that the facts allow. So the numbers of people and entries are bounds of the goals
``changes`` and ``moves``; that people must be found a time for what they lost only adds to them.

An entry of a lead says nothing of who comes: with another participant at the same time, in the same room, it is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from iopsched.domain.schedule import Session
from iopsched.model.candidate import Candidate
from iopsched.model.filters import none
from iopsched.search.workshop import Opening, Visit, Workshop


@dataclass(slots=True)
class VisitsBefore:
    """What a participant has of a service in the published week: how many sessions have begun, and what can be again.

    ``leads`` are those of the latter; ``places`` are start and lead of all that is still to come.
    """

    begun: int = 0
    leads: list[str] = field(default_factory=list)
    places: set[tuple[int, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class VisitCost:
    """What a new visit costs at least: untroubled participants and staff who are told, and entries of its participant."""

    participants: int
    staff: int
    entries: int


class MustBeTold:
    """Participants and staff with an entry that cannot be there again, and how many such entries there are.

    ``vacated`` are the visits that their lead can hold again, but not with the participant who had them.
    """

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.problem = problem = workshop.problem
        previous = problem.previous
        self._rows = previous.sessions if previous is not None else ()
        census = previous.census if previous is not None else frozenset()
        seen = census.union(*(row.participant_ids for row in self._rows))
        self.compared = frozenset(row.id for row in workshop.terms.participants) & seen
        self.participants: set[str] = set()
        self.staff: set[str] = set()
        self.entries = 0
        self.vacated: list[Session] = []
        self.before: dict[Visit, VisitsBefore] = defaultdict(VisitsBefore)
        self.at_group: dict[tuple[str, str | None, int], set[str]] = defaultdict(set)
        self.at_lead: dict[tuple[str, str, int], str | None] = {}
        self._kinds: dict[str, list[str]] = defaultdict(list)
        for pid, service_id in workshop.visit_kinds:
            self._kinds[service_id].append(pid)
        self._several: dict[tuple[str, str | None, int], list[Candidate]] = defaultdict(list)
        for row in workshop.for_several:
            self._several[row.service.id, row.group_id, row.start].append(row)
        for session in self._rows:
            self._note(session)
        self._free_kinds = {key for key, people in self._kinds.items() if not all(map(self.is_untroubled, people))}

    @property
    def people(self) -> int:
        """Return how many people must be told: no week has fewer changes."""
        return len(self.participants) + len(self.staff)

    def is_untroubled(self, participant_id: str) -> bool:
        """Return whether nobody need tell a participant anything; who was admitted since is not counted at all."""
        return participant_id in self.compared and participant_id not in self.participants

    # --- the published week -------------------------------------------------
    def _note(self, session: Session) -> None:
        own = [self.before[pid, session.service_id] for pid in session.participant_ids] if not session.group_id else []
        if session.start < self.problem.first_start:
            for pid, visits in zip(session.participant_ids, own, strict=bool(own)):
                visits.begun += (pid, session.id) not in self.problem.missed
            return
        able, staff = self._able(session)
        gone = [pid for pid in session.participant_ids if pid in self.compared and pid not in able]
        missing = [key for key in session.therapist_ids if key in self.problem.therapist and key not in staff]
        self.participants.update(gone)
        self.staff.update(missing)
        self.entries += len(gone) + len(missing)
        for pid, visits in zip(session.participant_ids, own, strict=bool(own)):
            visits.places.add((session.start, session.lead_id))
            if pid in able:
                visits.leads.append(session.lead_id)
        if session.lead_id in staff:
            self._note_place(session, able)

    def _note_place(self, session: Session, able: set[str]) -> None:
        """Note where a lead may have the same entry again, and who was there and can be."""
        self.at_group[session.service_id, session.group_id, session.start].update(session.participant_ids)
        if session.group_id is None and session.service_id in self._kinds:
            there = next((pid for pid in session.participant_ids if pid in able), None)
            self.at_lead[session.service_id, session.lead_id, session.start] = there
            if there is None:
                self.vacated.append(session)

    def _able(self, session: Session) -> tuple[set[str], set[str]]:
        """Return the participants and the staff who could have this entry again: of the ways to hold it with its lead, in its room."""
        people: set[str] = set()
        staff: set[str] = set()
        for row in self._alike(session, session.participant_ids):
            people.update(row.participant_ids)
            staff.update(_staff_of(row))
        if session.group_id is None and not staff.issuperset(session.therapist_ids):
            for row in self._alike(session, self._kinds.get(session.service_id, ())):
                staff.update(_staff_of(row))
        return people, staff

    def _alike(self, session: Session, people: Iterable[str]) -> Iterator[Candidate]:
        """Yield the ways to hold a session of this service, group, start, lead and room; visits are those of these people."""
        filters, room = self.workshop.factory.filters, self.problem.room.get(session.room_id or "")
        for row in self._ways(session, people):
            if session.lead_id not in row.lead_ids or row.needs_room != (session.room_id is not None):
                continue
            if not row.needs_room or (room and none(filters.to_room(row, room, filters.room_demand(row)))):
                yield row

    def _ways(self, session: Session, people: Iterable[str]) -> Iterator[Candidate]:
        yield from self._several.get((session.service_id, session.group_id, session.start), ())
        if session.group_id is None:
            kinds = self._kinds.get(session.service_id, ())
            for pid in people:
                if pid in kinds:
                    yield from self._visits_at(pid, session)

    def _visits_at(self, participant_id: str, session: Session) -> Iterator[Candidate]:
        opening = Opening(leads={(participant_id, session.service_id): frozenset({session.lead_id})})
        return (row for row in self.workshop.visits(opening) if row.start == session.start)

    # --- what something new costs at least ---------------------------------
    def cost_of_visit(self, visit: Visit, lead_id: str, start: int | None = None) -> VisitCost:
        """Return what a visit costs at least that is new; with a ``start``, one where its lead has such a visit before.

        The participant is told, and the lead unless the entry is one that was there: then whoever was there is told. Who
        may have no more of a service gives one up. Its lead is told, too, or another who is there instead; where somebody
        who is told anyway could be that, it may cost nothing.
        """
        participants = int(self.is_untroubled(visit[0]))
        told = set() if start is not None else {lead_id} - self.staff
        if start is not None:
            there = self.at_lead.get((visit[1], lead_id, start))
            participants += there is not None and self.is_untroubled(there)
        lost = self._given_up(visit)
        least = 0
        if lost and start is None and visit[1] not in self._free_kinds:
            least = min(len({old} - self.staff - told) for old in lost)
        return VisitCost(participants, len(told) + least, (visit[0] in self.compared) * (2 if lost else 1))

    def lacking(self, visit: Visit) -> int:
        """Return how many needed sessions of a service a participant lacks where all is as before that can be."""
        person, service = self.problem.participant[visit[0]], self.problem.service[visit[1]]
        known = self.before.get(visit, VisitsBefore())
        return max(0, self.workshop.terms.demand(person, service).required - known.begun - len(known.leads))

    def _given_up(self, visit: Visit) -> list[str]:
        """Return the leads of the visits of which one is given up for another; none where one more is allowed."""
        known = self.before.get(visit)
        if known is None:
            return []
        person, service = self.problem.participant[visit[0]], self.problem.service[visit[1]]
        most = self.workshop.terms.demand(person, service).most
        return known.leads if most is not None and known.begun + len(known.leads) >= most else []


def _staff_of(row: Candidate) -> set[str]:
    """Return everybody who could be on the staff of a session."""
    return {*row.lead_ids, *row.surplus_ids}.union(*(ids for _, ids in row.other_roles))
