"""Who must be told of a change whatever is done, and what it costs at least to hold a session that the published week has not.

An *entry* is what somebody is told of one session: weekday, start, service, group, lead and room. Of each entry that is
still to come the facts say whether it can be there again: somebody is away, the room is closed, the lead is gone. Whoever has
one that cannot be must be told, whatever week is chosen; all others are *untroubled*. Both are counted here without a
solver, from the ways to hold sessions that the facts allow. So the numbers of people and entries are bounds of the goals
``changes`` and ``moves``; that people must be found a time for what they lost only adds to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from iopsched.domain.schedule import Session
from iopsched.model.candidate import Candidate
from iopsched.model.filters import none
from iopsched.search.workshop import Opening, Visit, Workshop


@dataclass(slots=True)
class VisitsBefore:
    """What a participant has of a service in the published week: sessions that have begun, and leads of what can be again.

    ``places`` are start and lead of all that is still to come.
    """

    begun: int = 0
    leads: list[str] = field(default_factory=list)
    places: set[tuple[int, str]] = field(default_factory=set)


class MustBeTold:
    """Participants and staff with an entry that cannot be there again, and how many such entries there are.

    ``slots`` say who has the visits of a member of staff in the published week, by service and lead, then by start.
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
        self.before: dict[Visit, VisitsBefore] = defaultdict(VisitsBefore)
        self.at_group: dict[tuple[str, str | None, int], set[str]] = defaultdict(set)
        self.slots: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        self._visit_kinds = frozenset(workshop.visit_kinds)
        self._several: dict[tuple[str, str | None, int], list[Candidate]] = defaultdict(list)
        for row in workshop.for_several:
            self._several[row.service.id, row.group_id, row.start].append(row)
        for session in self._rows:
            self._note(session)

    @property
    def people(self) -> int:
        """Return how many people must be told: no week has fewer changes."""
        return len(self.participants) + len(self.staff)

    def is_untroubled(self, participant_id: str) -> bool:
        """Return whether nobody need tell a participant anything; who was admitted since is not counted at all."""
        return participant_id in self.compared and participant_id not in self.participants

    def _note(self, session: Session) -> None:
        own = [self.before[pid, session.service_id] for pid in session.participant_ids] if not session.group_id else []
        if session.start < self.problem.first_start:
            for pid, visits in zip(session.participant_ids, own, strict=bool(own)):
                visits.begun += (pid, session.id) not in self.problem.missed
            return
        able = self._able(session, session.participant_ids)
        if session.group_id is None:
            self.slots[session.service_id, session.lead_id][session.start] = session.participant_ids[0]
            if session.lead_id not in able:  # an entry of staff says nothing of who comes: it may be somebody else
                able |= self._able(session, self.problem.participant) - set(session.participant_ids)
        gone = [pid for pid in session.participant_ids if pid in self.compared and pid not in able]
        missing = [key for key in session.therapist_ids if key in self.problem.therapist and key not in able]
        self.participants.update(gone)
        self.staff.update(missing)
        self.entries += len(gone) + len(missing)
        for pid, visits in zip(session.participant_ids, own, strict=bool(own)):
            visits.places.add((session.start, session.lead_id))
            if pid in able:
                visits.leads.append(session.lead_id)
        if able:
            self.at_group[session.service_id, session.group_id, session.start].update(session.participant_ids)

    def _able(self, session: Session, people: Iterable[str]) -> set[str]:
        """Return who could have this entry again: participants and staff of the ways to hold it with its lead, in its room.

        Of visits those of these ``people`` are looked at.
        """
        filters, room = self.workshop.factory.filters, self.problem.room.get(session.room_id or "")
        found: set[str] = set()
        for row in self._ways(session, people):
            if session.lead_id not in row.lead_ids or row.needs_room != (session.room_id is not None):
                continue
            if row.needs_room and (room is None or not none(filters.to_room(row, room, filters.room_demand(row)))):
                continue
            others = (key for _, ids in row.other_roles for key in ids)
            found.update(row.participant_ids, (session.lead_id,), row.surplus_ids, others)
        return found

    def _ways(self, session: Session, people: Iterable[str]) -> Iterator[Candidate]:
        """Yield the ways to hold a session of this service, group and start."""
        yield from self._several.get((session.service_id, session.group_id, session.start), ())
        for visit in ((pid, session.service_id) for pid in people if session.group_id is None):
            if visit in self._visit_kinds:
                rows = self.workshop.visits(Opening(leads={visit: frozenset({session.lead_id})}))
                yield from (row for row in rows if row.start == session.start)

    # --- what something new costs at least ---------------------------------
    def people_of_visit(self, visit: Visit, lead_id: str, start: int | None = None) -> int:
        """Return how many untroubled people are told at least of a visit that is new: participant, lead, and who loses one for it.

        A lead who had somebody else at this ``start`` has the same entry as before, and that other person has it no more;
        without a start, there was nobody. Somebody who may have no more of a service gives up one that could have been there
        again, and its lead is told, unless somebody of whom nothing is counted could take the place.
        """
        owner = self._owner(visit, lead_id, start)
        if owner is not None:
            return self.is_untroubled(visit[0]) + self.is_untroubled(owner)
        told = {lead_id} - self.staff
        free = self._leads_of_free[visit[1]]
        least = min((len({old} - self.staff - told - free) for old in self._given_up(visit)), default=0)
        return self.is_untroubled(visit[0]) + len(told) + least

    def entries_of_visit(self, visit: Visit, lead_id: str, start: int | None = None) -> int:
        """Return how many entries are other than before at least for a visit that is new, besides those that must be."""
        given = self._given_up(visit)
        own = (visit[0] in self.compared) * (1 + bool(given))
        owner = self._owner(visit, lead_id, start)
        if owner is not None:
            return own + self.is_untroubled(owner)
        is_lost = bool(given) and not self._leads_of_free[visit[1]].intersection(given)
        return own + 1 + is_lost

    def _owner(self, visit: Visit, lead_id: str, start: int | None) -> str | None:
        """Return who else had a visit with a lead at a start, None where nobody had."""
        found = self.slots[visit[1], lead_id].get(start) if start is not None else None
        return None if found == visit[0] else found

    @cached_property
    def _leads_of_free(self) -> Mapping[str, set[str]]:
        """Return by service whom those could see of whom nothing is counted: newcomers, and who is told anyway."""
        found: dict[str, set[str]] = defaultdict(set)
        for participant_id, service_id in self.workshop.visit_kinds:
            if not self.is_untroubled(participant_id):
                found[service_id].update(self.workshop.choices(participant_id, service_id)[1])
        return found

    def _given_up(self, visit: Visit) -> list[str]:
        """Return the leads of the visits of which one is given up for another; none where one more is allowed."""
        known = self.before.get(visit)
        if known is None:
            return []
        person, service = self.problem.participant[visit[0]], self.problem.service[visit[1]]
        most = self.workshop.terms.demand(person, service).most
        return known.leads if most is not None and known.begun + len(known.leads) >= most else []
