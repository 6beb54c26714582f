"""How many sessions of each service a participant needs, wishes and may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Need, Service
from iopsched.domain.timegrid import monday_of


@dataclass(frozen=True, slots=True)
class ServiceNeed:
    """Sessions of one service for one participant this week.

    ``needed`` costs unmet need where lacking, ``wished`` only the goal
    ``wishes``; ``most`` is None where there is no limit. ``source`` is where
    the number stands.
    """

    needed: int
    wished: int
    most: int | None
    source: str


def stated_sessions(problem: Problem, participant: Participant, service: Service) -> int | None:
    """Return the number of sessions a week written for the participant; None if blank."""
    stated = _stated(problem, participant, service)
    return None if stated is None else stated[0]


def may_join(problem: Problem, participant: Participant, group: Group) -> bool:
    """Return whether a group may have somebody by its ``joins``: a member, somebody with a need, or anyone at all."""
    service = problem.service[group.service_id]
    if (group.joins or ("track" if service.kind == "group" else "need")) == "track":
        return True
    return group.id in participant.group_ids or stated_sessions(problem, participant, service) is not None


def _stated(problem: Problem, participant: Participant, service: Service) -> tuple[int, str] | None:
    """Return the stated number and where it stands; columns speak of the first service of their kind."""
    need = problem.need.get((participant.id, service.id))
    if need:
        return need.per_week, "per_week in needs.csv"
    column = getattr(participant, f"{service.kind}_per_week", None)
    if column is not None and service.id == next(row.id for row in problem.services if row.kind == service.kind):
        return column, f"{service.kind}_per_week in participants.csv"
    default = service.per_week.get(participant.population)
    return None if default is None else (default, f"{participant.population}_per_week in services.csv")


class Needs:
    """The needs of everybody, resolved: needs.csv, then the participant's columns, then the service.

    ``is_present`` tells whether a stay touches an open weekday of the week; ``prorated`` is the part of a weekly
    number that a stay is asked for, here of needs of group sessions.
    """

    def __init__(
        self,
        problem: Problem,
        is_present: Callable[[Participant], bool],
        prorated: Callable[[Participant, int], int],
    ) -> None:
        self._problem = problem
        self._is_present = is_present
        self._prorated = prorated

    def is_due(self, need: Need) -> bool:
        """Return whether a need falls into this week: never held, or at least ``every_weeks`` weeks ago."""
        if need.last_held is None:
            return True
        return (self._problem.week - monday_of(need.last_held)).days >= 7 * need.every_weeks

    @cached_property
    def offered_freely(self) -> frozenset[str]:
        """Return the services of kind group without groups of which nobody has a stated need above 0."""
        return frozenset(
            service.id
            for service in self._problem.services
            if service.kind == "group" and service.id not in self._problem.groups_of and not self._anybody(service)
        )

    def _anybody(self, service: Service) -> bool:
        present = (person for person in self._problem.participants if self._is_present(person))
        return any(stated_sessions(self._problem, person, service) for person in present)

    def demand(self, participant: Participant, service: Service) -> ServiceNeed:
        """Return what the participant needs, wishes and may have of the service this week."""
        stated = _stated(self._problem, participant, service)
        if stated is None:
            is_open = service.id in self._problem.groups_of or service.id in self.offered_freely
            return ServiceNeed(0, 0, None if is_open else 0, "no need is stated")
        need = self._problem.need.get((participant.id, service.id))
        if need and not self.is_due(need):
            return ServiceNeed(0, 0, 0, f"every_weeks {need.every_weeks} and last_held in needs.csv")
        number, source = stated
        asked = self._prorated(participant, number) if service.kind in ("group", "multifamily") else number
        if need and need.optional:
            return ServiceNeed(0, asked, number, source)
        return ServiceNeed(asked, 0, number, source)
