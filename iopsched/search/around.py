"""The part of a week around somebody who lacks something: what is chosen anew there, and what few restrictions forbid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import IntEnum

from iopsched.domain.people import Participant
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.model.candidate import Candidate
from iopsched.model.reach import Reach
from iopsched.model.switches import Switches
from iopsched.search.guardedpart import GuardedPart
from iopsched.search.workshop import Leads, Opening, Workshop


class Ring(IntEnum):
    """How much around somebody is chosen anew."""

    OWN = 0
    """The own visits; and whether they come to sessions for several that are held anyway."""
    LEADS = 1
    """The visits of those whom the possible leads see, too, with the same lead."""
    GROUPS = 2
    """The sessions for several that they could come to, and the visits of those who could be there, with the same lead."""
    ALL = 3
    """All that, and who belongs to which group."""


def part_around(workshop: Workshop, week: Schedule, person: Participant, reach: Reach, ring: Ring) -> GuardedPart:
    """Return the part of a week around a participant."""
    around = _Around(workshop, week, person, reach, ring)
    around.open_visits()
    around.open_sessions()
    if ring > Ring.OWN:
        around.open_visits_of_others()
    return around.part()


class _Around:
    def __init__(self, workshop: Workshop, week: Schedule, person: Participant, reach: Reach, ring: Ring) -> None:
        self.workshop = workshop
        self.problem = workshop.problem
        self.terms = workshop.terms
        self.week = week
        self.person = person
        self.reach = reach
        self.ring = ring
        self.begun = frozenset(self.problem.fixed)
        self.opened: set[Session] = set()
        self.free: list[Candidate] = []
        self.joined: list[Candidate] = []
        self.joiners = {person.id}

    def open_visits(self) -> None:
        """Open the person's own sessions with one member of staff."""
        for service in self.problem.services:
            if self._has_visits(service):
                self._open(row for row in self.week.sessions if row.service_id == service.id and self._has(row))
                self.free += self.reach.visits(self.person, service)

    def _has_visits(self, service: Service) -> bool:
        return self.workshop.factory.visits.are_plain(self.person, service)

    def open_sessions(self) -> None:
        """Open the sessions for several that the person could come to."""
        for service in self.problem.services:
            if self._has_visits(service):
                continue
            groups = self.problem.groups_of.get(service.id)
            if not groups:
                self._open_freely_formed(service)
            own = [row for row in groups or () if self.reach.is_free_to_join(self.person, service, row)]
            for group in (*own, *(row for row in groups or () if row not in own)):
                self._open_group(service, group, is_own=group in own)

    def _held(self, service: Service, group: Group | None) -> list[Session]:
        group_id = group.id if group is not None else None
        rows = (row for row in self.week.sessions if row.service_id == service.id and row.group_id == group_id)
        return [row for row in rows if row not in self.begun]

    def _open_freely_formed(self, service: Service) -> None:
        if self.terms.demand(self.person, service).most == 0:
            return
        held = self._held(service, None)
        if self.ring < Ring.GROUPS:
            self._join(held)
            people = [self.person]
        else:
            self._open(held)
            found = {self.person.id, *(key for row in held for key in row.participant_ids)}
            people = [self.problem.participant[key] for key in sorted(found)]
        starts = {(row.start, row.lead_id) for row in held} if self.ring < Ring.GROUPS else set()
        made = self.reach.freely_formed(service, people)
        self.free += (row for row in made if (row.start, row.lead_id) not in starts)

    def _open_group(self, service: Service, group: Group, *, is_own: bool) -> None:
        held = self._held(service, group)
        if self.ring < Ring.GROUPS or (self.ring == Ring.GROUPS and not is_own):
            self._join(held)
            return
        found = list(self.reach.of_group(service, group, [self.person], self.terms.participants))
        if not any(self.person.id in row.participant_ids for row in found):
            return
        if not is_own:
            starts = {(row.start, row.modality) for row in held}
            found = [row for row in found if (row.start, row.modality) in starts]
        self._open(held)
        self.free += found
        self.joiners.update(key for row in found for key in row.participant_ids)

    def _join(self, held: Iterable[Session]) -> None:
        """Leave sessions as they are but for whether the person comes, and who would rather be in a group that is open."""
        for row in held:
            kept = self.workshop.as_held(row)
            if self._has(row) or self.reach.may_join(self.person, kept):
                people = tuple(dict.fromkeys((*kept.participant_ids, self.person.id)))
                self.joined.append(replace(kept, participant_ids=people))
                self.opened.add(row)
            elif not self.joiners.isdisjoint(kept.participant_ids):
                self.joined.append(kept)
                self.opened.add(row)

    def open_visits_of_others(self) -> None:
        """Open the visits of those who could be in what is open, and of those whom the person's possible leads see."""
        people = {key for row in self.free for key in row.participant_ids} - {self.person.id}
        leads: set[str] = set()
        if self.ring in {Ring.LEADS, Ring.ALL}:
            leads = {key for row in self.free if self.person.id in row.participant_ids for key in row.lead_ids}
        visits: dict[tuple[str, str], Leads] = {}
        for participant_id, service_id in self.workshop.visit_kinds:
            held = [
                row
                for row in self.week.sessions
                if row.group_id is None and row.service_id == service_id and participant_id in row.participant_ids
            ]
            is_seen = any(row.lead_id in leads for row in held)
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
        about = {self.person.id, *(key for row in self.free for key in row.participant_ids)}
        joined = {(row.service.id, row.group_id, row.start, row.lead_ids) for row in self.joined}
        for row in self.opened:
            if (row.service_id, row.group_id, row.start, (row.lead_id,)) not in joined:
                about.update(row.participant_ids)
        return GuardedPart(Switches(self.terms, held, self.free, about, self.joined, self.joiners))
