"""What the twins know of a clinic: who could be where and when, how often, how many; and what they refuse.

Known are the rules and columns that planted clinics use: closed groups whose members attend all, with one lead, or a
second member of staff where the ratio asks for one; one-to-one visits with one member of staff; availability, busy and
preferred times; primary therapists; levels of care with hours, days and program days; staff hours; seats and guests.
Anything else is refused by :func:`refuse_unsupported` rather than left out: pins, pairs kept apart or together, absences, what has
begun of a week, phases, payers, modules, telehealth, features, equipment, caseloads, changeover, meal and rest rules that bind,
services that form groups freely, several roles, wishes, and needs of certain staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from functools import cached_property

from benchmarks.twins.common import UnsupportedClinicError
from iopsched.domain.clinic import Level
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, Windows
from iopsched.rulebook import DEFAULT_WEIGHTS, GoalId

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
        "lead_ids one_lead"
    ),
    Level: ("id min_minutes_per_week max_minutes_per_week min_days_per_week max_minutes_per_day program_day_minutes"),
}
FEWEST = {"individual": 1, "family": 1, "group": 2, "other": 1}
MOST = {"individual": 1, "family": 1, "other": 12}


@dataclass(frozen=True)
class Facts:
    """A problem with its numbers resolved: the group's before the service's before the clinic's."""

    problem: Problem

    # --- services ---------------------------------------------------------
    @cached_property
    def visits(self) -> tuple[Service, ...]:
        """Return the one-to-one services that somebody needs this week."""
        return tuple(
            row
            for row in self.problem.services
            if row.id not in self.problem.groups_of and any(self.needed(p, row) for p in self.problem.participants)
        )

    def service_of(self, group: Group) -> Service:
        """Return the service of a group."""
        return self.problem.service[group.service_id]

    def needed(self, person: Participant, service: Service) -> int:
        """Return how many sessions a week a participant needs, which is also the most they may get."""
        row = self.problem.need.get((person.id, service.id))
        if row:
            return row.per_week
        first = next(other for other in self.problem.services if other.kind == service.kind)
        columns = {"individual": person.individual_per_week, "family": person.family_per_week}
        own = columns.get(service.kind) if first is service else None
        return service.per_week.get(person.population, 0) if own is None else own

    def most_a_day(self, person: Participant, service: Service) -> int:
        """Return the most sessions of a service a day, the weekly need where there is no limit."""
        row = self.problem.need.get((person.id, service.id))
        limit = service.max_per_day if row is None or row.max_per_day is None else row.max_per_day
        return min(limit or 99, self.needed(person, service))

    # --- groups -----------------------------------------------------------
    def fewest(self, group: Group) -> int:
        """Return the fewest participants of a held session."""
        own, service = group.min_size, self.service_of(group)
        number = own if own is not None else service.min_participants
        return max(1, FEWEST[service.kind] if number is None else number)

    def most(self, group: Group) -> int:
        """Return the most participants of a session, whatever the staff."""
        caps = {"adolescent": 10}
        for number in (group.max_size, self.service_of(group).max_participants):
            if number is not None:
                return number
        return self.problem.clinic.caps.get(group.population, caps.get(group.population, 12))

    def ratio(self, group: Group) -> int | None:
        """Return participants per member of staff, None where no ratio holds."""
        for number in (group.participants_per_staff, self.service_of(group).participants_per_staff):
            if number is not None:
                return number
        return self.problem.clinic.ratios.get(group.population)

    def needs_second(self, group: Group) -> bool:
        """Return whether a second member of staff would let more participants in."""
        ratio = self.ratio(group)
        return ratio is not None and ratio < min(self.most(group), len(self.candidates(group)))

    def candidates(self, group: Group) -> list[Participant]:
        """Return who may be a member: same population, a track in common, no other group of the service."""
        return [
            person
            for person in self.problem.participants
            if person.population == group.population
            and set(person.tracks) & set(group.tracks)
            and all(
                other == group.id or self.problem.group[other].service_id != group.service_id
                for other in person.group_ids
            )
        ]

    # --- who may staff what -----------------------------------------------
    @staticmethod
    def suits(therapist: Therapist, population: str, tracks: tuple[str, ...]) -> bool:
        """Return whether somebody works with a population and one of the tracks; blanks match any."""
        if therapist.populations and population not in therapist.populations:
            return False
        return not (therapist.tracks and tracks and not set(therapist.tracks) & set(tracks))

    def may_help(self, therapist: Therapist, group: Group) -> bool:
        """Return whether somebody may be second staff of a group."""
        service = self.service_of(group)
        return (
            self.suits(therapist, group.population, group.tracks)
            and service.staff[0].skill in therapist.skills
            and service.minutes <= min(self.day_limit(therapist), self.week_limit(therapist))
        )

    def may_lead(self, therapist: Therapist, group: Group) -> bool:
        """Return whether somebody may lead a group."""
        if self.service_of(group).licensed_lead and not therapist.licensed:
            return False
        return self.may_help(therapist, group) and (not group.lead_ids or therapist.id in group.lead_ids)

    def may_see(self, therapist: Therapist, person: Participant, service: Service) -> bool:
        """Return whether somebody may hold a participant's visits."""
        if service.with_primary and person.primary_id not in (None, therapist.id):
            return False
        return (
            self.suits(therapist, person.population, person.tracks)
            and service.staff[0].skill in therapist.skills
            and (therapist.licensed or not service.licensed_lead)
            and service.minutes <= min(self.day_limit(therapist), self.week_limit(therapist))
        )

    def share_language(self, therapist: Therapist, person: Participant) -> bool:
        """Return whether two people have a language in common, where the clinic asks; a blank cell has every one."""
        if not therapist.languages or not person.languages or self.problem.clinic.match_language == "no":
            return True
        return bool({word.casefold() for word in therapist.languages} & {word.casefold() for word in person.languages})

    def day_limit(self, therapist: Therapist) -> int:
        """Return the most session minutes a day."""
        own = therapist.max_minutes_per_day
        return self.problem.clinic.staff.max_minutes_per_day if own is None else own

    def week_limit(self, therapist: Therapist) -> int:
        """Return the most session minutes a week."""
        own = therapist.max_minutes_per_week
        return self.problem.clinic.staff.max_minutes_per_week if own is None else own

    def target(self, therapist: Therapist) -> int:
        """Return the fair share of session minutes a week."""
        own = therapist.target_minutes_per_week
        return self.week_limit(therapist) if own is None else own

    # --- when -------------------------------------------------------------
    def free(self, row: Participant | Therapist | Room) -> Windows:
        """Return when a person or room could be in a session."""
        return row.availability.minus(row.busy).intersection(self.problem.clinic.open)

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        return {service.id: list(self._allowed_starts(service)) for service in self.problem.services}

    def starts(self, service: Service, group: Group | None = None) -> list[int]:
        """Return the minutes of the week at which a session may start, as far as the clinic and group say."""
        times = group.times if group else None
        found = self._starts[service.id]
        return found if times is None else [start for start in found if times.allow(start, start + service.minutes)]

    def _allowed_starts(self, service: Service) -> Iterator[int]:
        clinic = self.problem.clinic
        if service.starts == "blocks" and clinic.blocks:
            possible: Iterable[int] = sorted(
                {
                    day * DAY + block.start
                    for block in clinic.blocks
                    for day in block.days
                    if block.start + service.minutes <= block.end and block.start % clinic.grid_minutes == 0
                }
            )
        else:
            possible = range(0, 7 * DAY, clinic.grid_minutes)
        for start in possible:
            end = start + service.minutes
            if (end - 1) // DAY == start // DAY and clinic.open.covers(start, end):
                yield start

    def is_evening(self, start: int) -> bool:
        """Return whether a minute of the week lies in a block of the evening, on a day of that block."""
        return any(
            block.part == "evening" and start // DAY in block.days and block.start <= start % DAY < block.end
            for block in self.problem.clinic.blocks
        )

    def could_hold(self, therapist: Therapist, *, evening: bool = False) -> bool:
        """Return whether somebody has a skill of some work of this week and is free at an allowed start of it."""
        free, longest = self.free(therapist), min(self.day_limit(therapist), self.week_limit(therapist))
        work = [(self.service_of(group), group) for group in self.problem.groups]
        work += [(service, None) for service in self.visits]
        return any(
            service.staff[0].skill in therapist.skills
            and service.minutes <= longest
            and (self.is_evening(start) or not evening)
            and free.covers(start, start + service.minutes)
            for service, group in work
            for start in self.starts(service, group)
        )

    # --- levels and goals -------------------------------------------------
    def level(self, person: Participant) -> Level:
        """Return the level of care with the participant's own numbers in it."""
        levels = self.problem.clinic.levels
        level = levels.get(person.level) or levels[f"iop-{person.population}"]
        own = {
            name: getattr(person, name)
            for name in ("min_minutes_per_week", "max_minutes_per_week", "min_days_per_week")
            if getattr(person, name) is not None
        }
        kept = {field.name: getattr(level, field.name) for field in fields(level)}
        return Level(**{**kept, **own})

    def weight(self, goal: GoalId, term: str) -> int:
        """Return the weight of a sub-term: the clinic's own, else the default."""
        return self.problem.clinic.weights.get(goal, {}).get(term, DEFAULT_WEIGHTS[goal][term])


def refuse_unsupported(problem: Problem) -> None:
    """Refuse a clinic with rules that the twins do not know.

    Raises
    ------
    UnsupportedClinicError
        With a sentence that names everything that is not known.
    """
    found = sorted(set(_unsupported(problem)))
    if found:
        raise UnsupportedClinicError(f"This twin knows planted clinics only; it does not know {', '.join(found)}.")


def _unsupported(problem: Problem) -> Iterator[str]:
    tables = {
        "time_off.csv": problem.time_off,
        "keep_apart.csv": problem.keep_apart,
        "keep_together.csv": problem.keep_together,
        "covers.csv": problem.covers,
        "pins.csv": problem.pins,
        "modules.csv": problem.modules,
        "what has begun of a published week": problem.now is not None,
        "goals.against_last_week in clinic.toml": problem.clinic.against_last_week != "strict",
        "weeks published before or after": problem.borders,
        "caseload in clinic.toml": problem.clinic.caseload,
        "match.language in clinic.toml": problem.clinic.match_language == "require",
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
    facts = Facts(problem)
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
        elif (service.max_participants or MOST[service.kind]) != 1 or (service.min_participants or 1) != 1:
            yield f"visits of several participants, such as of service {service.id}"
    for group in problem.groups:
        ratio = facts.ratio(group)
        if ratio is not None and 2 * ratio < facts.most(group):
            yield f"groups that may need more than two staff, such as {group.id}"
        if group.one_lead == "require":
            yield "one_lead = require in groups.csv"
    for need in problem.needs:
        if need.therapist_ids or need.same_therapist != "no" or need.gender or need.language:
            yield "demands on staff in needs.csv"
        if need.every_weeks != 1 or need.last_held or need.optional:
            yield "every_weeks, last_held and optional of needs.csv"


def _unsupported_staff_rules(problem: Problem) -> Iterator[str]:
    staff, facts = problem.clinic.staff, Facts(problem)
    rules = {
        "changeover_minutes": staff.changeover_minutes,
        "meal_minutes": staff.meal_minutes,
        "supervisor_on_site": staff.supervisor_on_site,
        "two_staff": staff.two_staff,
    }
    yield from (f"{name} in clinic.toml [staff]" for name, value in rules.items() if value)
    for therapist in problem.therapists:
        free = facts.free(therapist).ranges
        for evening, morning in ((a, b) for a in free for b in free if b.start // DAY == a.start // DAY + 1):
            if morning.start - evening.end < staff.min_rest_minutes:
                yield "windows of staff that leave less rest overnight than min_rest_hours"
