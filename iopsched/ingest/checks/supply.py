"""Warnings about staff and seats: skills that nobody has, and more demand than supply."""

from __future__ import annotations

from iopsched.domain.people import Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.ingest.checks.offers import lacks
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.policy.needs import stated_sessions
from iopsched.policy.numbers import is_supervisor, roles_of
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


def tell_never_free(sheet: SoundRows, at: At, own_id: str) -> None:
    """Warn of somebody or a room without any time in the open hours of this week."""
    sheet.report.tell_of(
        own_id,
        "W-NEVER-FREE",
        at.cell("availability"),
        "{} has no usable time this week.",
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
