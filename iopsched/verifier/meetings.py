"""Sessions that groups lack which always meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, Windows, day_of
from iopsched.policy.needs import may_join
from iopsched.policy.numbers import smallest
from iopsched.verifier.matching import takes
from iopsched.verifier.modality import accepts, session_modalities
from iopsched.verifier.week import Week


def lacking_sessions(week: Week) -> Mapping[str, int]:
    """Return the sessions that each group lacks with ``meets = always``, by its id; groups that lack none are missing.

    Due are as many as its row says, but no more than there are days on which ``min_size`` people could come at one time.
    """
    found = {}
    for group in week.problem.groups:
        if group.meets == "always" and (lacks := _due(week, group) - len(week.of_group.get(group.id, ()))) > 0:
            found[group.id] = lacks
    return found


def lacking_minutes(week: Week) -> int:
    """Return the minutes of unmet need of groups that always meet."""
    problem = week.problem
    return sum(
        number * problem.service[problem.group[key].service_id].minutes
        for key, number in lacking_sessions(week).items()
    )


def meeting_list(problem: Problem, schedule: Schedule) -> list[dict[str, object]]:
    """Return the groups that always meet and lack sessions, as ``summary.json`` tells it."""
    minutes = {group.id: problem.service[group.service_id].minutes for group in problem.groups}
    lacking = (
        lacking_sessions(Week(problem, schedule)) if any(group.meets == "always" for group in problem.groups) else {}
    )
    return [{"group_id": key, "sessions": number, "minutes": number * minutes[key]} for key, number in lacking.items()]


def _due(week: Week, group: Group) -> int:
    service = week.problem.service[group.service_id]
    people = {person.id: _free(week, person, service) for person in _joining(week, group, service)}
    days = [
        day for day in range(7) if any(_enough(week, group, service, people, at) for at in _starts(week, service, day))
    ]
    possible = len(days) * service.max_per_day if service.max_per_day else len(days) * group.sessions_per_week
    return min(group.sessions_per_week, possible)


def _joining(week: Week, group: Group, service: Service) -> Iterator[Participant]:
    """Yield the people of the week who may be in sessions of a group."""
    for person in week.problem.participants:
        own = [week.problem.group[key] for key in person.group_ids]
        beside = [row for row in own if row.service_id == service.id and row.id != group.id]
        is_elsewhere = any(row.membership == "closed" or group.membership == "closed" for row in beside)
        wanted = week.calendars.is_present(person) and week.needs.demand(person, service).most != 0
        if wanted and not is_elsewhere and takes(group, person) and may_join(week.problem, person, group):
            yield person


def _free(week: Week, person: Participant, service: Service) -> Windows:
    """Return when a participant may come to sessions of a service."""
    family = person.family_availability if service.kind in ("family", "multifamily") else None
    windows = person.availability if family is None else family
    absent = person.busy.union(week.calendars.off("participant", person.id))
    return windows.minus(absent).intersection(week.calendars.stay(person)).intersection(week.calendars.open)


def _starts(week: Week, service: Service, day: int) -> Iterator[int]:
    """Yield the starts on a day from which a session ends on it, with a block where the service asks for that."""
    clinic = week.problem.clinic
    for clock in range(0, DAY - service.minutes + 1, clinic.grid_minutes):
        in_block = any(
            block.start == clock and clock + service.minutes <= block.end and day in block.days
            for block in clinic.blocks
        )
        if in_block or service.starts != "blocks" or not clinic.blocks:
            yield day * DAY + clock


def _enough(week: Week, group: Group, service: Service, people: Mapping[str, Windows], start: int) -> bool:
    """Return whether ``min_size`` people could come to one session at a start."""
    end = start + service.minutes
    if group.times is not None and not group.times.allow(start, end):
        return False
    on = day_of(week.problem.week, start)
    able = []
    for key, free in people.items():
        person = week.problem.participant[key]
        paid = (person.authorized_from or on) <= on <= (person.authorized_until or on)
        if free.covers(start, end) and (paid or not service.counts):
            able.append(person)
    least = smallest(service, group).value
    return any(
        sum(accepts(person, modality) for person in able) >= least for modality in session_modalities(service, group)
    )
