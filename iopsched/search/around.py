"""The part of a week around somebody who lacks something: what is chosen anew there, and what few restrictions forbid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iopsched.domain.people import Participant
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.model.candidate import Candidate
from iopsched.model.reach import Reach
from iopsched.model.switches import Switches
from iopsched.search.guardedpart import GuardedPart
from iopsched.search.workshop import Leads, Opening, Workshop


def part_around(
    workshop: Workshop, week: Schedule, person: Participant, reach: Reach, *, opens_others: bool = False
) -> GuardedPart:
    """Return a part with everything of a person open: visits, the own groups at any time, others as they are held.

    The visits of whoever could be in these groups may have another start with the same lead, too; where it
    ``opens_others`` also those of whoever the person's possible leads see.
    """
    around = _Around(workshop, week, person, reach)
    around.open_visits()
    around.open_sessions()
    around.open_visits_of_others(of_leads=opens_others)
    return around.part()


class _Around:
    def __init__(self, workshop: Workshop, week: Schedule, person: Participant, reach: Reach) -> None:
        self.workshop = workshop
        self.problem = workshop.problem
        self.terms = workshop.terms
        self.week = week
        self.person = person
        self.reach = reach
        self.begun = frozenset(self.problem.begun)
        self.opened: set[Session] = set()
        self.free: list[Candidate] = []

    def open_visits(self) -> None:
        """Open the person's own sessions with one member of staff."""
        for service in self.problem.services:
            if self.workshop.factory.visits.are_plain(self.person, service):
                self._open(row for row in self.week.sessions if row.service_id == service.id and self._has(row))
                self.free += self.reach.visits(self.person, service)

    def open_sessions(self) -> None:
        """Open the sessions for several that the person could come to."""
        for service in self.problem.services:
            groups = self.problem.groups_of.get(service.id)
            if not groups and not self.workshop.factory.visits.are_plain(self.person, service):
                self._open_freely_formed(service)
            for group in groups or ():
                self._open_group(service, group)

    def _open_freely_formed(self, service: Service) -> None:
        if self.terms.demand(self.person, service).most == 0:
            return
        held = [row for row in self.week.sessions if row.service_id == service.id and row not in self.begun]
        people = {self.person.id, *(key for row in held for key in row.participant_ids)}
        self._open(held)
        self.free += self.reach.freely_formed(service, [self.problem.participant[key] for key in sorted(people)])

    def _open_group(self, service: Service, group: Group) -> None:
        held = [row for row in self.week.sessions if row.group_id == group.id and row not in self.begun]
        elsewhere = {
            key
            for row in self.week.sessions
            if row.service_id == service.id and row.group_id != group.id and group.membership == "closed"
            for key in row.participant_ids
        }
        others = [row for row in self.terms.participants if row.id not in elsewhere or row.id == self.person.id]
        found = list(self.reach.of_group(service, group, [self.person], others))
        if not any(self.person.id in row.participant_ids for row in found):
            return
        if not self.reach.is_free_to_join(self.person, service, group):
            starts = {row.start: row for row in held}
            found = [
                replace(
                    row,
                    participant_ids=tuple(key for key in row.participant_ids if self._is_in(key, starts[row.start])),
                )
                for row in found
                if row.start in starts and row.modality == starts[row.start].modality
            ]
        self._open(held)
        self.free += found

    def _is_in(self, participant_id: str, row: Session) -> bool:
        return participant_id == self.person.id or participant_id in row.participant_ids

    def open_visits_of_others(self, *, of_leads: bool) -> None:
        """Open the visits of those who could be in what is open, and of those whom the person's possible leads see."""
        people = {key for row in self.free for key in row.participant_ids} - {self.person.id}
        leads = {key for row in self.free if self.person.id in row.participant_ids for key in row.lead_ids}
        visits: dict[tuple[str, str], Leads] = {}
        for participant_id, service_id in self.workshop.visit_kinds:
            held = [
                row
                for row in self.week.sessions
                if row.group_id is None and row.service_id == service_id and participant_id in row.participant_ids
            ]
            is_seen = of_leads and any(row.lead_id in leads for row in held)
            if participant_id != self.person.id and (participant_id in people or is_seen):
                visits[participant_id, service_id] = frozenset(row.lead_id for row in held) or None
                self._open(held)
        self.free += self.workshop.visits(Opening(leads=visits))

    def _open(self, rows: Iterable[Session]) -> None:
        self.opened.update(row for row in rows if row not in self.begun)

    def _has(self, row: Session) -> bool:
        return self.person.id in row.participant_ids

    def part(self) -> GuardedPart:
        """Return the part."""
        kept = [row for row in self.week.sessions if row not in self.begun and row not in self.opened]
        held = [self.workshop.as_held(row) for row in kept]
        about = {key for row in self.free for key in row.participant_ids}
        about |= {key for row in self.opened for key in row.participant_ids}
        return GuardedPart(Switches(self.terms, held, self.free, about | {self.person.id}))
