"""Where each number of a session comes from: the group's before the service's before the clinic's."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Role, Service
from iopsched.verifier.week import Meeting
from iopsched.words.sentence import GroupRef, Sentence

_SMALLEST = {"individual": 1, "family": 1, "group": 2, "multifamily": 2, "other": 1}


@dataclass(frozen=True, slots=True)
class Limit:
    """A number and, in words, whose it is and the setting in which it stands."""

    value: int
    owner: str
    setting: str


def smallest(meeting: Meeting) -> Limit:
    """Return the fewest participants that a held session may have, at least one."""
    group, service = meeting.group, meeting.service
    if group and group.min_size is not None:
        return Limit(max(1, group.min_size), Sentence("group {}", GroupRef(group.id)), "min_size in groups.csv")
    if service.min_participants is not None:
        return Limit(max(1, service.min_participants), f"service {service.id}", "min_participants in services.csv")
    return Limit(_SMALLEST[service.kind], f"kind {service.kind}", "default of min_participants")


def largest(problem: Problem, meeting: Meeting) -> Limit:
    """Return the most participants that a session may have."""
    group, service = meeting.group, meeting.service
    if group and group.max_size is not None:
        return Limit(group.max_size, Sentence("group {}", GroupRef(group.id)), "max_size in groups.csv")
    if service.max_participants is not None:
        return Limit(service.max_participants, f"service {service.id}", "max_participants in services.csv")
    if service.kind in ("individual", "family"):
        return Limit(1, f"kind {service.kind}", "default of max_participants")
    if service.kind == "other":
        return Limit(12, "kind other", "default of max_participants")
    return _cap(problem, meeting)


def _cap(problem: Problem, meeting: Meeting) -> Limit:
    # Mixed populations are the business of ``match``: here the widest of their caps holds.
    caps = {
        population: problem.clinic.caps.get(population, 10 if population == "adolescent" else 12)
        for population in meeting.populations or ("",)
    }
    population = max(caps, key=lambda key: caps[key])
    return Limit(caps[population], f"population {population}", "caps in clinic.toml")


def staff_ratio(problem: Problem, meeting: Meeting) -> Limit | None:
    """Return participants per counting member of staff; None where no ratio holds."""
    group, service = meeting.group, meeting.service
    if service.kind in ("individual", "family"):
        return None
    if group and group.participants_per_staff is not None:
        return Limit(
            group.participants_per_staff,
            Sentence("group {}", GroupRef(group.id)),
            "participants_per_staff in groups.csv",
        )
    if service.participants_per_staff is not None:
        return Limit(service.participants_per_staff, f"service {service.id}", "participants_per_staff in services.csv")
    ratios = {key: problem.clinic.ratios[key] for key in meeting.populations if key in problem.clinic.ratios}
    if not ratios:
        return None
    population = max(ratios, key=lambda key: ratios[key])
    return Limit(ratios[population], f"population {population}", "ratios in clinic.toml")


def roles_of(service: Service, group: Group | None) -> tuple[Role, ...]:
    """Return the roles of a session of the service, and of the group if any, the lead's first."""
    asked = group.staff if group and group.staff else service.staff
    return asked or (Role(service.kind, 1),)


def role_skills(service: Service, group: Group | None) -> frozenset[str]:
    """Return the skills that the roles list."""
    return frozenset(role.skill for role in roles_of(service, group))
