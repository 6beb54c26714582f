"""What the local search knows of a clinic beside the numbers of all twins, and what it refuses.

Known are the rules and columns that planted clinics of the first make use: closed groups whose members attend all, with one
lead; one-to-one visits with one member of staff, once a week; availability, busy and preferred times, absences; primary
therapists; levels of care with hours, days and program days; staff hours; seats and guests; languages. Anything else is
refused by :func:`refuse_unsupported` rather than left out: pins, pairs kept apart or together, covers, stays that begin or end,
what has begun of a week, phases, payers, modules, telehealth, features, equipment, caseloads, changeover, meal and rest rules
that bind, groups that always meet or name a size to aim at, services that form groups freely, several roles, wishes, and needs of certain staff.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, replace
from functools import cached_property

from benchmarks.twins.common import refuse
from benchmarks.twins.facts import Facts
from iopsched.domain.clinic import Level
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY

KNOWN = {
    Participant: (
        "id population tracks availability preferred busy age age_override level group_ids primary_id "
        "individual_per_week family_per_week min_minutes_per_week max_minutes_per_week min_days_per_week gender "
        "languages certified modules_met"
    ),
    Therapist: (
        "id skills availability busy preferred tracks populations licensed max_minutes_per_day max_minutes_per_week "
        "target_minutes_per_week gender languages supervisor"
    ),
    Room: "id capacity availability busy features",
    Service: (
        "id kind minutes contact_minutes counts staff licensed_lead min_participants max_participants "
        "participants_per_staff guests starts with_primary per_week max_per_day"
    ),
    Group: (
        "id service_id tracks population sessions_per_week times same_start min_size max_size participants_per_staff "
        "lead_ids one_lead joins"
    ),
    Level: ("id min_minutes_per_week max_minutes_per_week min_days_per_week max_minutes_per_day program_day_minutes"),
}
MOST_IN_A_VISIT = {"individual": 1, "family": 1, "other": 12}


@dataclass(frozen=True)
class PlantedFacts(Facts):
    """The numbers of a clinic, for a search that knows groups and visits only."""

    @cached_property
    def visits(self) -> tuple[Service, ...]:
        """Return the one-to-one services that somebody needs this week."""
        return tuple(
            row
            for row in self.problem.services
            if row.id not in self.problem.groups_of and any(self.needed(p, row) for p in self.problem.participants)
        )

    def needed(self, person: Participant, service: Service) -> int:
        """Return how many sessions a week a participant needs, which is also the most they may get."""
        return self.demand(person, service).needed

    def candidates(self, group: Group) -> list[Participant]:
        """Return who may be a member."""
        return [person for person in self.problem.participants if self.may_join(person, group)]

    def may_lead(self, therapist: Therapist, group: Group) -> bool:
        """Return whether somebody may lead a group."""
        service = self.service_of(group)
        return (
            (therapist.licensed or not service.licensed_lead)
            and (not group.lead_ids or therapist.id in group.lead_ids)
            and self.suits(therapist, group.population, group.tracks)
            and self.roles(service, group)[0] in therapist.skills
            and service.minutes <= min(self.limits(therapist))
        )

    def may_see(self, therapist: Therapist, person: Participant, service: Service) -> bool:
        """Return whether somebody may hold a participant's visits."""
        return (
            (not service.with_primary or person.primary_id in (None, therapist.id))
            and (therapist.licensed or not service.licensed_lead)
            and self.suits(therapist, person.population, person.tracks)
            and self.may_lead_for(therapist, person, service)
            and self.roles(service)[0] in therapist.skills
            and service.minutes <= min(self.limits(therapist))
        )

    def starts(self, service: Service, group: Group | None = None) -> list[int]:
        """Return the minutes of the week at which a session may start, as far as the clinic and group say."""
        return self.openings.starts(service, group).tolist()

    def is_free(self, row: Participant | Therapist, start: int, service: Service) -> bool:
        """Return whether a person is there for a session of the service at this start."""
        return self.openings.free(row, service.kind).covers(start, start + service.minutes)

    def asked(self, person: Participant) -> Level:
        """Return the level with its weekly minimums as they are asked this week."""
        level = self.level(person)
        least = {
            name: self.openings.prorated(person, getattr(level, name))
            for name in ("min_minutes_per_week", "min_days_per_week")
        }
        return replace(level, **least)


def refuse_unsupported(problem: Problem) -> None:
    """Refuse a clinic with rules that the local search does not know."""
    refuse("This twin knows planted clinics only; it does not know", _unsupported(problem))


def _unsupported(problem: Problem) -> Iterator[str]:
    tables = {
        "keep_apart.csv": problem.keep_apart,
        "keep_together.csv": problem.keep_together,
        "covers.csv": problem.covers,
        "pins.csv": problem.pins,
        "modules.csv": problem.modules,
        "what has begun of a published week": problem.now is not None,
        "goals.against_last_week in clinic.toml": problem.clinic.against_last_week != "strict",
        "weeks published before or after": problem.borders,
        "caseload in clinic.toml": problem.clinic.caseload,
    }
    yield from (name for name, content in tables.items() if content)
    files = (
        ("participants.csv", problem.participants),
        ("therapists.csv", problem.therapists),
        ("rooms.csv", problem.rooms),
        ("services.csv", problem.services),
        ("groups.csv", problem.groups),
        ("clinic.toml [levels]", problem.clinic.levels.values()),
    )
    for file, rows in files:
        yield from (f"{name} of {file}" for row in rows for name in _unknown_fields(row))
    yield from _unsupported_services(problem)
    yield from _unsupported_staff_rules(problem)


def _unknown_fields(row: object) -> Iterator[str]:
    known = KNOWN[type(row)].split()
    for field in fields(row):  # type: ignore[arg-type]
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if field.name not in known and getattr(row, field.name) != default:
            yield field.name


def _unsupported_services(problem: Problem) -> Iterator[str]:
    facts = PlantedFacts(problem)
    for service in problem.services:
        if service.contact_minutes != service.minutes:
            yield "contact_minutes of services.csv"
        if len(service.staff) != 1 or service.staff[0].number != 1:
            yield "several roles in staff of services.csv"
        groups = problem.groups_of.get(service.id, ())
        if groups:
            if service.kind != "group" or service.max_per_day != 1 or service.with_primary or service.guests:
                yield f"groups of a service such as {service.id}"
            if any(facts.needed(person, service) for person in problem.participants):
                yield f"stated needs of {service.id}, a service with groups"
        elif service.kind in ("group", "multifamily"):
            yield f"groups formed freely, such as of service {service.id}"
        elif (service.max_participants or MOST_IN_A_VISIT[service.kind]) != 1 or (service.min_participants or 1) != 1:
            yield f"visits of several participants, such as of service {service.id}"
    for group in problem.groups:
        ratio = facts.ratio(facts.service_of(group), group)
        if ratio is not None and 2 * ratio < facts.most(facts.service_of(group), group):
            yield f"groups that may need more than two staff, such as {group.id}"
        if group.one_lead == "require":
            yield "one_lead = require in groups.csv"
    for need in problem.needs:
        if need.therapist_ids or need.same_therapist != "no" or need.gender or need.language:
            yield "demands on staff in needs.csv"
        if need.every_weeks != 1 or need.last_held or need.optional:
            yield "every_weeks, last_held and optional of needs.csv"


def _unsupported_staff_rules(problem: Problem) -> Iterator[str]:
    staff, facts = problem.clinic.staff, PlantedFacts(problem)
    rules = {
        "changeover_minutes": staff.changeover_minutes,
        "meal_minutes": staff.meal_minutes,
        "supervisor_on_site": staff.supervisor_on_site,
        "two_staff": staff.two_staff,
    }
    yield from (f"{name} in clinic.toml [staff]" for name, value in rules.items() if value)
    for therapist in problem.therapists:
        free = facts.openings.free(therapist).ranges
        for evening, morning in ((a, b) for a in free for b in free if b.start // DAY == a.start // DAY + 1):
            if morning.start - evening.end < staff.min_rest_minutes:
                yield "windows of staff that leave less rest overnight than min_rest_hours"
