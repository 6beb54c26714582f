"""Who needs or wishes which service how often, and which services and staff the week can use at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Need, Service
from iopsched.domain.timegrid import monday_of
from iopsched.model.terms.people import PersonTerms
from iopsched.model.terms.sessions import GROUP_KINDS


@dataclass(frozen=True, slots=True)
class Demand:
    """What one participant wants of one service this week.

    ``required`` and ``wished`` are sessions; ``most`` is the largest number
    allowed, None where there is no limit. ``per_day`` 0 means no limit.
    """

    required: int = 0
    wished: int = 0
    most: int | None = 0
    per_day: int = 1
    need: Need | None = None


class NeedTerms(PersonTerms):
    """Needs and wishes, and what the week can use at all."""

    def __init__(self, problem: Problem, waiting: frozenset[str] = frozenset()) -> None:
        super().__init__(problem, waiting)
        self._due: dict[str, int] = {}
        self._could_work: dict[tuple[str, bool], bool] = {}
        self._offered_freely = {service.id: self._is_offered_freely(service) for service in problem.services}

    def _first_of_kind(self, kind: str) -> str | None:
        return next((service.id for service in self.problem.services if service.kind == kind), None)

    def may_join(self, participant: Participant, group: Group) -> bool:
        """Return whether a group may have somebody as a member by its ``joins``."""
        service = self.problem.service[group.service_id]
        joins = group.joins or ("track" if service.kind == "group" else "need")
        is_asked_for = joins == "track" or group.id in participant.group_ids
        return is_asked_for or self.stated_per_week(participant, service) is not None

    def stated_per_week(self, participant: Participant, service: Service) -> int | None:
        """Return the number of sessions written for a participant and a service, None where blank."""
        need = self.problem.need.get((participant.id, service.id))
        if need is not None:
            return need.per_week
        own = {"individual": participant.individual_per_week, "family": participant.family_per_week}.get(service.kind)
        if own is not None and service.id == self._first_of_kind(service.kind):
            return own
        return service.per_week.get(participant.population)

    def _is_offered_freely(self, service: Service) -> bool:
        if service.kind != "group" or service.id in self.problem.groups_of:
            return False
        return not any(self.stated_per_week(person, service) for person in self.participants)

    def is_due(self, need: Need) -> bool:
        """Return whether a need that comes every few weeks comes this week."""
        if need.last_held is None:
            return True
        return (self.problem.week - monday_of(need.last_held)).days // 7 >= need.every_weeks

    def demand(self, participant: Participant, service: Service) -> Demand:
        """Return what a participant wants and may have of a service this week."""
        return self._demands[participant.id, service.id]

    @cached_property
    def _demands(self) -> dict[tuple[str, str], Demand]:
        return {
            (person.id, service.id): self._resolve_demand(person, service)
            for person in self.problem.participants
            for service in self.problem.services
        }

    def _resolve_demand(self, participant: Participant, service: Service) -> Demand:
        need = self.problem.need.get((participant.id, service.id))
        per_day = service.max_per_day
        if need is not None and need.max_per_day is not None:
            per_day = need.max_per_day
        stated = self.stated_per_week(participant, service)
        if stated is None:
            free = self._offered_freely[service.id] or service.id in self.problem.groups_of
            return Demand(most=None if free else 0, per_day=per_day, need=need)
        if need is not None and not self.is_due(need):
            return Demand(per_day=per_day, need=need)
        asked = self._prorated(participant, stated) if service.kind in GROUP_KINDS else stated
        if need is not None and need.optional:
            return Demand(wished=asked, most=stated, per_day=per_day, need=need)
        return Demand(required=asked, most=stated, per_day=per_day, need=need)

    @cached_property
    def services_in_use(self) -> tuple[Service, ...]:
        """Return services with groups, offered freely, or that anybody needs or wishes this week."""
        return tuple(
            service
            for service in self.problem.services
            if service.id in self.problem.groups_of
            or self._offered_freely[service.id]
            or any(self.demand(p, service).required or self.demand(p, service).wished for p in self.participants)
        )

    def could_work(self, therapist: Therapist, *, evening: bool = False) -> bool:
        """Return whether a member of staff could hold any session (that begins in the evening)."""
        key = therapist.id, evening
        if key not in self._could_work:
            self._could_work[key] = self._works(therapist, evening=evening)
        return self._could_work[key]

    def _works(self, therapist: Therapist, *, evening: bool) -> bool:
        free = self.therapist_free[therapist.id]
        day_limit, week_limit = self.therapist_limits(therapist)
        for service in self.services_in_use:
            if service.minutes > min(day_limit, week_limit):
                continue
            for skills, starts in self._starts_by_skills[service.id]:
                if not skills & set(therapist.skills):
                    continue
                for start in starts:
                    if evening and not self.evening.covers(start, start + 1):
                        continue
                    if free.covers(start, start + service.minutes):
                        return True
        return False

    @cached_property
    def _starts_by_skills(self) -> dict[str, list[tuple[frozenset[str], list[int]]]]:
        """Return, for each service in use, the skills and starts of its groups, each pair once."""
        found: dict[str, list[tuple[frozenset[str], list[int]]]] = {}
        for service in self.services_in_use:
            rows = []
            for group in self.problem.groups_of.get(service.id, (None,)):
                skills = frozenset(role.skill for role in self.roles(service, group))
                row = skills, self.starts(service, group)
                if row not in rows:
                    rows.append(row)
            found[service.id] = rows
        return found
