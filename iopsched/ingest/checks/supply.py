"""Warnings about staff and seats: skills that nobody has, and more demand than supply."""

from __future__ import annotations

from collections.abc import Iterable

from iopsched.domain.people import Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import hours
from iopsched.ingest.checks.offers import lacks, most_people
from iopsched.ingest.checks.sheet import SoundRows, minutes_by_day
from iopsched.ingest.report import At
from iopsched.policy.needs import may_join, stated_sessions
from iopsched.policy.numbers import is_supervisor, largest, roles_of, staff_limit
from iopsched.words.phrases import count
from iopsched.words.wording import joined, quoted
from iopsched.words.wordings import said


def check_supply(problem: Problem, sheet: SoundRows) -> None:
    """Warn where staff, rooms or seats cannot be enough."""
    for service in problem.services:
        if is_in_use(problem, service):
            _skills(problem, sheet, service)
    for group in problem.groups:
        _lead(problem, sheet, group)
    for entry in sheet.therapists.values():
        if not sheet.free_of_therapist(entry.value):
            tell_never_free(sheet, entry.at, entry.value.id)
    for room in sheet.rooms.values():
        if not sheet.free_of_room(room.value):
            tell_never_free(sheet, room.at, room.value.id)
    _supervisor(problem, sheet)
    _staff_hours(problem, sheet)
    _seats(problem, sheet)


def tell_never_free(sheet: SoundRows, at: At, own_id: str) -> None:
    """Warn of somebody or a room without any time in the open hours of this week."""
    sheet.report.tell(
        "W-NEVER-FREE",
        at.cell("availability"),
        f"{quoted(own_id)} has no usable time this week.",
        said("Check availability, busy and {time_off.csv} against the opening hours."),
    )


def _supervisor(problem: Problem, sheet: SoundRows) -> None:
    if problem.clinic.staff.supervisor_on_site and not any(map(is_supervisor, problem.therapists)):
        sheet.report.tell(
            "W-SUPERVISOR",
            At("therapists.csv", 0, "supervisor"),
            "The clinic asks for a supervisor on site, but no licensed therapist who comes to the building is a supervisor.",
            "Write yes in supervisor for one of them, or set supervisor_on_site to false; otherwise no session can be held in the building.",
        )


def is_in_use(problem: Problem, service: Service) -> bool:
    """Return whether a service has groups, is offered freely, or anybody needs it."""
    if service.id in problem.groups_of:
        return True
    if any(stated_sessions(problem, person, service) for person in problem.participants):
        return True
    return service.kind == "group"


def _place(sheet: SoundRows, service: Service) -> At:
    return sheet.service_places.get(service.id, At("therapists.csv"))


def _skills(problem: Problem, sheet: SoundRows, service: Service) -> None:
    held = sorted({skill for person in problem.therapists for skill in person.skills})
    for role in service.staff:
        able = [person for person in problem.therapists if role.skill in person.skills]
        if len(able) < role.number:
            count = {0: "nobody has", 1: "only 1 has"}.get(len(able), f"only {len(able)} have")
            sheet.report.tell(
                "W-NO-STAFF",
                _place(sheet, service).cell("staff"),
                f"A session of {quoted(service.id)} needs {role.number} with the skill {quoted(role.skill)}, {count} it.",
                joined(
                    "" if able else sheet.report.hint(role.skill, held, is_word=True),
                    said("Add the skill in {therapists.csv}."),
                ),
            )
        elif role is service.staff[0] and service.licensed_lead and not any(person.licensed for person in able):
            sheet.report.tell(
                "W-NO-LICENSED",
                _place(sheet, service).cell("staff"),
                f"Nobody with the skill {quoted(role.skill)} is licensed, so nobody can lead {quoted(service.id)}.",
                said("Correct licensed in {therapists.csv}, or write no in licensed_lead."),
            )


def _lead(problem: Problem, sheet: SoundRows, group: Group) -> None:
    service = problem.service[group.service_id]
    skill = roles_of(service, group)[0].skill
    able = [person for person in problem.therapists if skill in person.skills]
    if not able or (service.licensed_lead and not any(person.licensed for person in able)):
        return
    if not any(may_lead(person, group, service) for person in able):
        sheet.report.tell(
            "W-GROUP-LEAD",
            sheet.groups[group.id].at,
            f"Nobody may lead the group {quoted(group.id)}.",
            said("Check lead here, and skills, license, populations, tracks and language in {therapists.csv}."),
        )


def may_lead(person: Therapist, group: Group, service: Service) -> bool:
    """Return whether license, language, track and population let somebody lead a group that may name its leads."""
    return (
        not (person.languages and lacks(group.language, person.languages))
        and (person.licensed or not service.licensed_lead)
        and (not group.lead_ids or person.id in group.lead_ids)
        and (not person.populations or group.population in person.populations)
        and (not person.tracks or bool(set(person.tracks) & set(group.tracks)))
    )


def _usable(sheet: SoundRows, person: Therapist) -> int:
    """Return the minutes a therapist can be in sessions this week."""
    daily, weekly = (staff_limit(sheet.clinic, person, f"max_hours_per_{span}").value for span in ("day", "week"))
    free = sheet.free_of_therapist(person)
    return min(weekly, sum(min(minutes, daily) for minutes in minutes_by_day(free)))


def _staff_hours(problem: Problem, sheet: SoundRows) -> None:
    """Compare minutes needed with minutes available, for each skill of a lead."""
    demand: dict[str, int] = {}
    here = [person for person in problem.participants if sheet.is_here(person)]
    for service in problem.services:
        skill = service.staff[0].skill
        if service.kind in ("individual", "family"):
            sessions = sum(stated_sessions(problem, person, service) or 0 for person in here)
            most = largest(sheet.clinic, service, None, ()).value
            demand[skill] = demand.get(skill, 0) + -(-sessions // max(1, most)) * service.minutes
    members = {group_id for person in here for group_id in person.group_ids}
    for group in problem.groups:
        if group.id in members:
            service = problem.service[group.service_id]
            skill = roles_of(service, group)[0].skill
            demand[skill] = demand.get(skill, 0) + group.sessions_per_week * service.minutes
    for skill, minutes in sorted(demand.items()):
        supply = sum(_usable(sheet, person) for person in problem.therapists if skill in person.skills)
        if 0 < supply < minutes:
            sheet.report.tell(
                "W-STAFF-SHORT",
                At("therapists.csv", 0, "skills"),
                f"Sessions that need the skill {quoted(skill)} take {hours(minutes)}, its staff have {hours(supply)}.",
                "Some needs will stay unmet; add staff or hours.",
            )


def _told_by_group(sheet: SoundRows, service: Service, groups: Iterable[Group]) -> int:
    """Return how many given members the groups have beyond their places, which is told of each group."""
    given = {key: len(members) for key, members in sheet.given_members().items()}
    most = {group.id: most_people(sheet, service, group) for group in groups}
    return sum(max(0, given.get(key, 0) - places) for key, places in most.items())


def _seats(problem: Problem, sheet: SoundRows) -> None:
    """Compare participants with the places in the closed groups of each service and population."""
    here = [person for person in problem.participants if sheet.is_here(person)]
    for service_id, groups in problem.groups_of.items():
        service = problem.service[service_id]
        for population in problem.clinic.populations:
            own = [group for group in groups if group.population == population]
            if not own or any(group.membership == "open" for group in own):
                continue
            tracks = {track for group in own for track in group.tracks}
            heads = sum(
                person.population == population
                and bool(set(person.tracks) & tracks)
                and stated_sessions(problem, person, service) != 0
                and any(may_join(problem, person, group) for group in own)
                for person in here
            )
            places = sum(most_people(sheet, service, group) for group in own)
            if heads > places + _told_by_group(sheet, service, own):
                sheet.report.tell(
                    "W-SEATS-SHORT",
                    At("groups.csv", 0, "max_size"),
                    f"The groups of {quoted(service_id)} for '{population}' have {count(places, 'place')} for {heads} people.",
                    "Some needs will stay unmet; add a group or raise max_size.",
                )
