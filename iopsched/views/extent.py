"""How large a clinic's week is: people, rooms, groups, and the sessions that it needs."""

from __future__ import annotations

from typing import Any

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.verifier.week import Week
from iopsched.words.phrases import count, long_date


def clinic_line(problem: Problem) -> str:
    """Return the clinic in one line."""
    facts = clinic_facts(problem)
    needed = ", ".join(f"{number} {service}" for service, number in facts["sessions_needed"].items()) or "none"
    return (
        f"{problem.clinic.name}, week of {long_date(problem.week)}: "
        f"{count(facts['participants'], 'participant')}, {facts['staff']} staff, {count(facts['rooms'], 'room')}, "
        f"{count(facts['groups'], 'group')}; sessions needed: {needed}."
    )


def clinic_facts(problem: Problem) -> dict[str, Any]:
    """Return the numbers of the clinic's week; sessions are those that groups hold and participants need."""
    week = Week(problem, Schedule(problem.week))
    present = [person for person in problem.participants if week.calendars.is_present(person)]
    sessions: dict[str, int] = {}
    for service in problem.services:
        groups = problem.groups_of.get(service.id)
        if groups:
            sessions[service.id] = sum(group.sessions_per_week for group in groups)
        else:
            sessions[service.id] = sum(week.needs.demand(person, service).needed for person in present)
    return {
        "name": problem.clinic.name,
        "participants": len(present),
        "staff": len(problem.therapists),
        "rooms": len(problem.rooms),
        "groups": len(problem.groups),
        "sessions_needed": {service: number for service, number in sessions.items() if number},
    }
