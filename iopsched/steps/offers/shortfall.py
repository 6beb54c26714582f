"""What people lack in a week, and what of the clinic bears on it: where offers are looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property
from math import ceil

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import HOUR, day_index
from iopsched.domain.whereabouts import Rows
from iopsched.policy.needs import stated_sessions
from iopsched.policy.numbers import countable_minutes, in_force, is_supervisor, program_day_minutes, roles_of
from iopsched.steps.offers.opentimes import OpenTimes

_MINIMUMS = ("min_hours_per_week", "min_days_per_week", "max_gap_days")


class Shortfall(OpenTimes):
    """A problem, one of its schedules, and the people in it who lack something.

    What is told here decides only where offers are looked for. It errs on the side of too many: whether a step helps
    is found out by solving again.
    """

    def __init__(self, problem: Problem, schedule: Schedule, short: Collection[str], rows: Rows) -> None:
        super().__init__(problem)
        self.schedule = schedule
        self.rows = rows
        self.people = tuple(person for person in problem.participants if person.id in short)
        self._attended = Counter((key, row.service_id) for row in schedule.sessions for key in row.participant_ids)

    # --- what is lacking --------------------------------------------------
    @cached_property
    def lacking(self) -> Mapping[str, tuple[Participant, ...]]:
        """Return who could use one more session of a service, by its id, in the order of the services."""
        found: dict[str, list[Participant]] = {service.id: [] for service in self.problem.services}
        for person in self.people:
            for service_id in self._lacked_by(person):
                found[service_id].append(person)
        for group in self._groups_short_of_sessions:
            for person in self.problem.participants:
                if group in self.groups_for(person, self.problem.service[group.service_id]):
                    found[group.service_id].append(person)
        return {key: tuple(dict.fromkeys(people)) for key, people in found.items() if people}

    @cached_property
    def _groups_short_of_sessions(self) -> tuple[Group, ...]:
        """Return the groups that always meet and meet less often than their row says: everybody in them may lack something."""
        held = Counter(row.group_id for row in self.schedule.sessions)
        return tuple(
            group
            for group in self.problem.groups
            if group.meets == "always" and held[group.id] < group.sessions_per_week
        )

    def _lacked_by(self, person: Participant) -> list[str]:
        """Return the services of which somebody has less than is stated, or that only add hours; of none all they may have."""
        some, all_ = [], []
        wants_more = self._open_sessions(person) > 0
        for service in self.problem.services:
            stated = stated_sessions(self.problem, person, service)
            is_open = stated is None and self._adds_hours(person, service)
            if (is_open and wants_more) or (stated or 0) > self._attended[person.id, service.id]:
                some.append(service.id)
            if is_open or stated:
                all_.append(service.id)
        return some or all_

    @cached_property
    def most_minutes(self) -> int:
        """Return at most how many minutes of staff's time are missing: of groups as often as whoever lacks most of them."""
        return sum(self._minutes_lacking(service) for service in self.services)

    def _minutes_lacking(self, service: Service) -> int:
        numbers = []
        for person in self.lacking[service.id]:
            stated = stated_sessions(self.problem, person, service)
            hours = ceil(service.minutes / HOUR)
            left = (
                self._open_sessions(person) / hours
                if stated is None
                else stated - self._attended[person.id, service.id]
            )
            numbers.append(max(1, ceil(left)))
        groups = len([group for group in self.groups if group.service_id == service.id])
        return service.minutes * min(sum(numbers), max(numbers) * groups if groups else sum(numbers))

    def _open_sessions(self, person: Participant) -> int:
        """Return how many more sessions somebody may lack for hours, days, gaps or the phase; a short stay lowers none here."""
        held = [row for row in self.schedule.sessions if person.id in row.participant_ids]
        by_day: Counter[int] = Counter()
        for row in held:
            by_day[day_index(row.start)] += countable_minutes(self.clinic, self.problem.service[row.service_id])
        hours, days, gap = (in_force(self.clinic, person, key).value for key in _MINIMUMS)
        full_days = sum(minutes >= program_day_minutes(self.clinic, person) for minutes in by_day.values())
        phase = self.clinic.phases.get(person.phase or "")
        sessions = sum(self.problem.service[row.service_id].kind == "group" for row in held)
        return max(
            ceil((hours - by_day.total()) / HOUR),
            days - full_days,
            int(gap > 0),
            phase.min_group_sessions - sessions if phase is not None else 0,
        )

    def _adds_hours(self, person: Participant, service: Service) -> bool:
        if service.id in self.problem.groups_of:
            return bool(self.groups_for(person, service))
        return service.kind == "group"

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Return the services that somebody lacks, in their order."""
        return tuple(self.problem.service[key] for key in self.lacking)

    def groups_for(self, person: Participant, service: Service) -> tuple[Group, ...]:
        """Return the groups of a service that share population and track with a participant, or have their group_id."""
        groups = self.problem.groups_of.get(service.id, ())
        return tuple(group for group in groups if group.id in person.group_ids or is_of_group(person, group))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Return the groups in which somebody could have what they lack, by id."""
        found = {
            group.id: group
            for service in self.services
            for person in self.lacking[service.id]
            for group in self.groups_for(person, service)
        }
        return tuple(found[key] for key in sorted(found))

    def lackers_of(self, group: Group) -> tuple[Participant, ...]:
        """Return those who lack the service of a group and could be in it."""
        service = self.problem.service[group.service_id]
        people = self.lacking.get(service.id, ())
        return tuple(person for person in people if group in self.groups_for(person, service))

    # --- staff ------------------------------------------------------------
    @cached_property
    def staff(self) -> tuple[Therapist, ...]:
        """Return the staff who could be in sessions that somebody lacks or be primaries, or take over those of such staff; by id."""
        first = {row.id for row in self.problem.therapists if self.is_direct(row)}
        first |= {row.id for row in self.problem.therapists if self._could_be_primary(row)}
        held = [row for row in self.schedule.sessions if first.intersection(row.therapist_ids)]
        places = {(row.service_id, row.group_id) for row in held}
        taken = [(self.problem.service[key], self.problem.group.get(group_id or "")) for key, group_id in places]
        return tuple(
            row
            for row in self.problem.therapists
            if row.id in first or any(_has_role(row, service, group) for service, group in taken)
        )

    def is_direct(self, therapist: Therapist) -> bool:
        """Return whether somebody could be in a session that is lacking, must be, or must be in the house meanwhile."""
        is_asked = self.clinic.staff.supervisor_on_site and is_supervisor(therapist)
        return (
            is_asked
            or therapist.id in self._named
            or any(
                _has_role(therapist, service, group) and (group or self._suits_any(therapist, service))
                for service, group in self.offered
            )
        )

    @cached_property
    def _named(self) -> frozenset[str]:
        """Return the staff whom needs of a lacking service ask for, whatever their skills."""
        keys = ((person.id, service.id) for service in self.services for person in self.lacking[service.id])
        needs = (self.problem.need.get(key) for key in keys)
        return frozenset(key for need in needs if need is not None for key in need.therapist_ids)

    def _could_be_primary(self, therapist: Therapist) -> bool:
        return any(service.with_primary and may_lead(therapist, service, None) for service in self.services)

    @cached_property
    def offered(self) -> tuple[tuple[Service, Group | None], ...]:
        """Return the services that somebody lacks, each with the groups in which they could have it."""
        free = [(service, None) for service in self.services if service.id not in self.problem.groups_of]
        return (*free, *((self.problem.service[group.service_id], group) for group in self.groups))

    def _suits_any(self, therapist: Therapist, service: Service) -> bool:
        """Return whether somebody suits one of those who lack a service, given primaries considered."""
        return any(
            suits(therapist, person.population, person.tracks)
            and not (service.with_primary and person.primary_id not in {None, therapist.id})
            for person in self.lacking[service.id]
        )


def is_of_group(person: Participant, group: Group) -> bool:
    """Return whether participant and group share population and track."""
    return person.population == group.population and not set(person.tracks).isdisjoint(group.tracks)


def suits(therapist: Therapist, population: str, tracks: Collection[str]) -> bool:
    """Return whether somebody works with a population and one of the tracks."""
    has_population = not therapist.populations or population in therapist.populations
    return has_population and (not therapist.tracks or not tracks or not set(therapist.tracks).isdisjoint(tracks))


def may_lead(therapist: Therapist, service: Service, group: Group | None) -> bool:
    """Return whether somebody has the skill and the license of the lead."""
    return roles_of(service, group)[0].skill in therapist.skills and (therapist.licensed or not service.licensed_lead)


def _has_role(therapist: Therapist, service: Service, group: Group | None) -> bool:
    """Return whether somebody could be on the staff of a session, in whatever role."""
    if group is not None and not suits(therapist, group.population, group.tracks):
        return False
    return any(role.skill in therapist.skills for role in roles_of(service, group))
