"""A clinic's numbers as the twins resolve them: the group's before the service's before the clinic's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.twins.formulation import Ints
from benchmarks.twins.openings import Openings
from iopsched.domain.clinic import NO_PAYER, Level
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, WEEK
from iopsched.rulebook import DEFAULT_WEIGHTS, GoalId

TALKS = ("individual", "family")
MODES = ("in_person", "telehealth", "hybrid")
IN_PERSON, TELEHEALTH, HYBRID = range(3)
OF_SERVICE = {
    "in_person": {IN_PERSON},
    "telehealth": {TELEHEALTH},
    "hybrid": {HYBRID},
    "either": {IN_PERSON, TELEHEALTH},
}
OF_PERSON = {"in_person": {IN_PERSON, HYBRID}, "telehealth": {TELEHEALTH, HYBRID}}
FEWEST = {"group": 2, "multifamily": 2}
MOST = {"individual": 1, "family": 1, "other": 12}
CAPS, OTHER_CAP = {"adolescent": 10}, 12
UNLIMITED = Level("", 0, WEEK, 0, DAY, 0)


@dataclass(frozen=True, slots=True)
class Demand:
    """Sessions of a service that somebody needs, wishes, and may have; ``most`` None = no limit."""

    needed: int = 0
    wished: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Facts:
    """A problem with its numbers resolved."""

    problem: Problem

    @cached_property
    def openings(self) -> Openings:
        """Return the calendar."""
        return Openings(self.problem)

    # --- services ---------------------------------------------------------
    def service_of(self, group: Group) -> Service:
        """Return the service of a group."""
        return self.problem.service[group.service_id]

    def countable(self, service: Service) -> int:
        """Return the minutes of a session that count: contact, and as much of its breaks as the clinic allows."""
        allowed = service.minutes * self.problem.clinic.break_allowance_minutes // 180
        breaks = service.minutes - service.contact_minutes
        return (service.contact_minutes + max(0, min(breaks, allowed))) * service.counts

    def roles(self, service: Service, group: Group | None = None) -> list[str]:
        """Return the skill of each place on the staff of a session, the lead's first."""
        asked = (group.staff if group else None) or service.staff
        return [role.skill for role in asked for _ in range(role.number)] or [service.kind]

    def fewest(self, service: Service, group: Group | None = None) -> int:
        """Return the fewest participants of a held session."""
        own = group.min_size if group and group.min_size is not None else service.min_participants
        return max(1, FEWEST.get(service.kind, 1) if own is None else own)

    def most(self, service: Service, group: Group | None = None, population: str = "") -> int:
        """Return the most participants of a session, whatever the staff."""
        own = group.max_size if group and group.max_size is not None else service.max_participants
        if own is not None:
            return own
        population = group.population if group else population
        caps = self.problem.clinic.caps
        return MOST.get(service.kind) or caps.get(population, CAPS.get(population, OTHER_CAP))

    def ratio(self, service: Service, group: Group | None = None, population: str = "") -> int | None:
        """Return participants per counting member of staff, None where no ratio holds."""
        if service.kind in TALKS:
            return None
        own = group.participants_per_staff if group else None
        own = service.participants_per_staff if own is None else own
        return own if own is not None else self.problem.clinic.ratios.get(group.population if group else population)

    def modes(self, service: Service, group: Group | None = None) -> list[int]:
        """Return how sessions may be held: in person, by video or both."""
        admitted = OF_SERVICE[service.modality]
        if group is None or group.modality in (None, "either"):
            return sorted(admitted)
        if group.modality == "hybrid" and service.modality == "either":
            return [HYBRID]
        return sorted(admitted & OF_SERVICE[group.modality])

    def needs_room(self, service: Service, mode: int) -> bool:
        """Return whether a session is in a room."""
        return service.needs_room and mode != TELEHEALTH

    # --- needs ------------------------------------------------------------
    def stated(self, person: Participant, service: Service) -> int | None:
        """Return the sessions a week that are written for somebody, None where all cells are blank."""
        row = self.problem.need.get((person.id, service.id))
        if row:
            return row.per_week
        first = next(other for other in self.problem.services if other.kind == service.kind)
        columns = {"individual": person.individual_per_week, "family": person.family_per_week}
        own = columns.get(service.kind) if first is service else None
        return service.per_week.get(person.population) if own is None else own

    @cached_property
    def _demands(self) -> dict[tuple[str, str], Demand]:
        return {(p.id, s.id): self._demand(p, s) for p in self.problem.participants for s in self.problem.services}

    def demand(self, person: Participant, service: Service) -> Demand:
        """Return what somebody needs, wishes and may have of a service this week."""
        return self._demands[person.id, service.id]

    def _demand(self, person: Participant, service: Service) -> Demand:
        number, row = self.stated(person, service), self.problem.need.get((person.id, service.id))
        if number is None:
            return Demand(most=None if service.id in self.problem.groups_of or self._is_offered(service) else 0)
        if row and row.last_held is not None:
            monday = row.last_held - timedelta(days=row.last_held.weekday())
            if (self.problem.week - monday).days < 7 * row.every_weeks:
                return Demand(most=0)
        asked = number
        if service.kind in ("group", "multifamily"):
            asked = self.openings.prorated(person, number)
        if not self.openings.is_present(person):
            asked = 0
        is_wish = row is not None and row.optional
        return Demand(0 if is_wish else asked, asked if is_wish else 0, number)

    def _is_offered(self, service: Service) -> bool:
        """Return whether sessions of a service are formed freely for anybody: no groups, and nobody has a stated need."""
        present = [person for person in self.problem.participants if self.openings.is_present(person)]
        is_free = service.kind == "group" and service.id not in self.problem.groups_of
        return is_free and not any(self.stated(person, service) for person in present)

    def is_used(self, service: Service) -> bool:
        """Return whether a service has groups, is offered freely, or is needed or wished by anybody."""
        wanted = (self.demand(person, service) for person in self.problem.participants)
        return (
            service.id in self.problem.groups_of
            or self._is_offered(service)
            or any(row.needed or row.wished for row in wanted)
        )

    def most_a_day(self, person: Participant, service: Service) -> int:
        """Return the most sessions of a service a day, 0 where there is no limit."""
        row = self.problem.need.get((person.id, service.id))
        return service.max_per_day if row is None or row.max_per_day is None else row.max_per_day

    # --- groups -----------------------------------------------------------
    def may_join(self, person: Participant, group: Group) -> bool:
        """Return whether somebody may be in sessions of a group, as far as their rows say."""
        service = self.service_of(group)
        joins = group.joins or ("track" if service.kind == "group" else "need")
        return (
            person.population == group.population
            and not set(person.tracks).isdisjoint(group.tracks)
            and (not group.gender or same(person.gender, group.gender))
            and (not group.language or speaks(person.languages, group.language))
            and (joins == "track" or group.id in person.group_ids or self.stated(person, service) is not None)
            and self.demand(person, service).most != 0
            and not self._is_elsewhere(person, group)
        )

    def _is_elsewhere(self, person: Participant, group: Group) -> bool:
        """Return whether a given group of the same service keeps somebody from this one: either of them is closed."""
        given = (self.problem.group[key] for key in person.group_ids)
        beside = [row for row in given if row.service_id == group.service_id and row.id != group.id]
        return any("closed" in (row.membership, group.membership) for row in beside)

    # --- staff ------------------------------------------------------------
    @staticmethod
    def suits(therapist: Therapist, population: str, tracks: tuple[str, ...]) -> bool:
        """Return whether somebody works with a population and one of the tracks; blanks match any."""
        if therapist.populations and population not in therapist.populations:
            return False
        return not (therapist.tracks and tracks and set(therapist.tracks).isdisjoint(tracks))

    def share_language(self, therapist: Therapist, person: Participant) -> bool:
        """Return whether two people have a language in common; a blank cell has every one."""
        own = {word.strip().casefold() for word in therapist.languages}
        return not own or not person.languages or any(word.strip().casefold() in own for word in person.languages)

    def may_lead_for(self, therapist: Therapist, person: Participant, service: Service) -> bool:
        """Return whether somebody may lead a session with a participant in it, apart from the primary."""
        need = self.problem.need.get((person.id, service.id))
        is_asked = service.kind in TALKS and self.problem.clinic.match_language == "require"
        if is_asked and not self.share_language(therapist, person):
            return False
        return need is None or (
            (not need.gender or same(therapist.gender, need.gender))
            and (not need.language or not therapist.languages or speaks(therapist.languages, need.language))
        )

    @cached_property
    def apart(self) -> frozenset[tuple[str, str]]:
        """Return pairs of people who share no session, in both orders."""
        pairs = {
            (row.participant_id, row.other_participant_id or row.therapist_id or "") for row in self.problem.keep_apart
        }
        return frozenset(pairs | {(other, one) for one, other in pairs})

    def stands_in(self, cover: Therapist, covered: Therapist, starts: Ints, minutes: int) -> NDArray[np.bool_]:
        """Return at which starts somebody may lead in place of another, who is busy or off."""
        found = np.zeros(len(starts), bool)
        away = covered.busy.union(self.openings.off("therapist", covered.id))
        for row in self.problem.covers_between.get((cover.id, covered.id), ()):
            for place, start in enumerate(starts.tolist()):
                on = self.openings.date_of(start // DAY)
                holds = (row.first_day or on) <= on <= (row.last_day or on)
                found[place] |= holds and away.overlaps(start, start + minutes)
        return found

    def limits(self, therapist: Therapist) -> tuple[int, int]:
        """Return the most session minutes a day and a week."""
        own, usual = (therapist.max_minutes_per_day, therapist.max_minutes_per_week), self.problem.clinic.staff
        return (
            usual.max_minutes_per_day if own[0] is None else own[0],
            usual.max_minutes_per_week if own[1] is None else own[1],
        )

    def target(self, therapist: Therapist) -> int:
        """Return the fair share of session minutes a week."""
        return therapist.target_minutes_per_week or self.limits(therapist)[1]

    def could_hold(self, therapist: Therapist, *, evening: bool = False) -> bool:
        """Return whether somebody has a skill of some work of this week and is free at an allowed start of it."""
        longest, openings = min(self.limits(therapist)), self.openings
        work = [(self.service_of(group), group) for group in self.problem.groups]
        work += [
            (row, None) for row in self.problem.services if row.id not in self.problem.groups_of and self.is_used(row)
        ]
        for service, group in work:
            if service.minutes > longest or set(self.roles(service, group)).isdisjoint(therapist.skills):
                continue
            starts = openings.starts(service, group)
            free = starts[openings.fits(therapist, starts, service)].tolist()
            if any(openings.is_evening(start) or not evening for start in free):
                return True
        return False

    # --- levels and goals -------------------------------------------------
    def level(self, person: Participant) -> Level:
        """Return the level of care with the participant's own numbers, and the payer's where they are stricter."""
        clinic = self.problem.clinic
        level = clinic.levels.get(person.level) or clinic.levels.get(f"iop-{person.population}") or UNLIMITED
        names = "min_minutes_per_week max_minutes_per_week min_days_per_week max_sessions_per_day max_minutes_in_a_row"
        own = {name: getattr(person, name) for name in names.split() if getattr(person, name) is not None}
        level = replace(level, **own)
        payer = clinic.payers.get(person.payer or "", NO_PAYER)
        least = "min_minutes_per_week min_days_per_week program_day_minutes min_minutes_on_group_days"
        stricter = {name: max(getattr(level, name), getattr(payer, name)) for name in least.split()}
        for name in ("max_minutes_per_week", "max_minutes_per_day"):
            if getattr(payer, name):
                stricter[name] = min(getattr(level, name), getattr(payer, name))
        gaps = [days for days in (level.max_gap_days, payer.max_gap_days) if days]
        return replace(level, **stricter, max_gap_days=min(gaps, default=0))

    def authorized_days(self, person: Participant) -> int | None:
        """Return the most days with countable sessions, None where there is no limit."""
        return min((row for row in (person.authorized_days, person.units_left) if row is not None), default=None)

    def due_meetings(self, group: Group) -> int:
        """Return how many sessions a group with ``meets = always`` owes: days on which enough people could come."""
        if group.meets != "always":
            return 0
        service = self.service_of(group)
        people = [p for p in self.problem.participants if self.openings.is_present(p) and self.may_join(p, group)]
        starts = self.openings.starts(service, group)
        enough = np.zeros(len(starts), bool)
        for mode in self.modes(service, group):
            there = [self.openings.fits(person, starts, service) for person in people if accepts(person, mode)]
            if there:
                enough |= np.sum(there, axis=0) >= self.fewest(service, group)
        days = Counter((starts[enough] // DAY).tolist())
        return min(group.sessions_per_week, len(days) * (service.max_per_day or group.sessions_per_week))

    def weight(self, goal: GoalId, term: str) -> int:
        """Return the weight of a sub-term: the clinic's own, else the default."""
        return self.problem.clinic.weights.get(goal, {}).get(term, DEFAULT_WEIGHTS[goal][term])


def same(one: str | None, other: str) -> bool:
    """Return whether two cells say the same, without regard to case."""
    return (one or "").strip().casefold() == other.strip().casefold()


def speaks(languages: tuple[str, ...], asked: str) -> bool:
    """Return whether a language is among those of a cell."""
    return any(same(word, asked) for word in languages)


def accepts(person: Participant | Therapist, mode: int) -> bool:
    """Return whether somebody takes part in sessions that are held so."""
    return mode in OF_PERSON.get(person.modality, {IN_PERSON, TELEHEALTH, HYBRID})


def is_remote(person: Participant | Therapist, mode: int) -> bool:
    """Return whether somebody, no lead, takes part by video."""
    return mode == TELEHEALTH or (mode == HYBRID and person.modality == "telehealth")
