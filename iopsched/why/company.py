"""Who else would be in a session that is tried for somebody."""

from __future__ import annotations

from iopsched.domain.people import Participant, kept_apart
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY
from iopsched.model.terms import GROUP_KINDS, matches_group
from iopsched.why.world import World


class Company:
    """The people and staff beside one person; ``short`` are those who lack something, and would come for that."""

    def __init__(self, world: World, person: Participant, short: frozenset[str]) -> None:
        self.world = world
        self.problem = world.problem
        self.terms = world.terms
        self.person = person
        self.short = short
        self._apart = kept_apart(self.problem.keep_apart)
        self._known: dict[tuple[str, str | None], list[Participant]] = {}

    def is_other_closed(self, group: Group, other_id: str) -> bool:
        """Return whether nobody is in both groups."""
        other = self.problem.group[other_id]
        is_closed = "closed" in (group.membership, other.membership)
        return other.id != group.id and other.service_id == group.service_id and is_closed

    def staff(
        self, service: Service, group: Group | None, start: int, people: tuple[str, ...], staff: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Return the staff with all who are asked for, and with helpers who are free where roles or ratio want more."""
        need = self.problem.need.get((self.person.id, service.id))
        found = list(dict.fromkeys((*staff, *(need.therapist_ids if need is not None else ()))))
        wanted = sum(role.number for role in self.terms.roles(service, group))
        ratio = self.terms.ratio(service, group, self.person.population)
        if ratio is not None:
            wanted = max(wanted, -(-len(people) // ratio))
        if len(people) > 1 and self.terms.needs_two_staff(self.person.id):
            wanted = max(wanted, 2)
        if len(found) < wanted:
            helpers = self.world.helpers(service, group, start, set(found))
            found += [key for key, _ in zip(helpers, range(wanted - len(found)), strict=False)]
        return tuple(found)

    def people(self, service: Service, group: Group | None, start: int, lead_id: str) -> tuple[str, ...]:
        """Return the person and those who would come to the session: all who lack something, others as needed."""
        least, most = self.terms.size(service, group, self.person.population)
        if most <= 1:
            return (self.person.id,)
        apart = set(self._apart[self.person.id] | self._apart[lead_id])
        others = self._joiners(service, group)
        end = start + service.minutes
        chosen: list[str] = []
        for row in sorted(others, key=lambda row: row.id in apart) if apart else others:
            most_now = most if row.id in self.short and row.id not in apart else least
            if len(chosen) + 1 < most_now and self._is_free(row, service, start, end):
                chosen.append(row.id)
                apart |= self._apart[row.id]
        return tuple(sorted([self.person.id, *chosen]))

    def _joiners(self, service: Service, group: Group | None) -> list[Participant]:
        """Return who else could be in sessions of a service or group at some time, those who lack something first."""
        key = service.id, group.id if group is not None else None
        if key not in self._known:
            found = [
                row for row in self.terms.participants if row is not self.person and self._may_come(row, service, group)
            ]
            self._known[key] = sorted(found, key=lambda row: (row.id not in self.short, row.id))
        return self._known[key]

    def _is_free(self, row: Participant, service: Service, start: int, end: int) -> bool:
        if self.world.of_person(row, service, start, end) or self.world.is_taken("participant", row.id, start, end):
            return False
        return not service.counts or service.kind not in GROUP_KINDS or self.terms.is_authorized(row, start // DAY)

    def _may_come(self, row: Participant, service: Service, group: Group | None) -> bool:
        demand = self.terms.demand(row, service)
        held = [session for session in self.world.held("participant", row.id) if session.service_id == service.id]
        if demand.most is not None and len(held) >= demand.most:
            return False
        if group is None:
            return row.population == self.person.population
        if not matches_group(row, group) or not self.terms.may_join(row, group):
            return False
        keys = {session.group_id for session in held}.union(row.group_ids)
        return group.id in keys or not any(self.is_other_closed(group, key) for key in keys if key)
