"""Every way in which a session could be held, as parallel arrays of Booleans.

A *candidate* is a session that could be: of a group one for each start and modality; a visit (a session for one) one for
each participant, start and modality; other sessions without a group one for each start, modality, population and lead, as
nobody leads two sessions at once. Beside each candidate stand Booleans for whoever could attend it, be on its staff in one
part or another, and for each room. Left out is what a window, skill or room size forbids, as anybody would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.twins.facts import HYBRID, Facts, accepts
from benchmarks.twins.formulation import Formulation, Ints
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.pins import Pin
from iopsched.domain.services import Group, Service

# What somebody is on the staff for: a role by its place (0 is the lead), or one of these.
LEAD, RATIO, TWO, BEFORE, NAMED, PINNED = 0, -1, -2, -3, -4, -5
NONE = -1
Mask = NDArray[np.bool_]


class Columns:
    """Parallel arrays of whole numbers under the names of the class."""

    __slots__ = ()

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """Return the arrays of all parts, one after the other."""
        columns = ([getattr(part, name) for part in parts] for name in cls.__slots__)
        return cls(*(np.concatenate([np.empty(0, np.int64), *column]) for column in columns))

    def where(self, chosen: Mask | Ints) -> Columns:
        """Return the entries chosen."""
        return type(self)(*(getattr(self, name)[chosen] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Candidates(Columns):
    """Sessions that could be; ``group``, ``person`` and ``population`` are places, -1 where there is none."""

    variable: Ints
    kind: Ints
    group: Ints
    start: Ints
    mode: Ints
    person: Ints
    population: Ints


@dataclass(frozen=True, slots=True)
class Entries(Columns):
    """Somebody (or a room) in a candidate: ``at`` is its number, ``who`` the place of the row, ``part`` the part on the staff."""

    variable: Ints
    at: Ints
    who: Ints
    part: Ints


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the candidates of one kind have in common."""

    kind: int
    group: int
    mode: int
    population: int
    people: tuple[int, ...]
    lead: int = NONE
    is_visit: bool = False


class Sessions:
    """The candidates of a clinic with their attendance, staff and rooms."""

    def __init__(self, facts: Facts, model: Formulation) -> None:
        self.facts, self.model, self.problem = facts, model, facts.problem
        self.openings = facts.openings
        self.populations = sorted({row.population for row in (*self.problem.participants, *self.problem.groups)})
        found: list[Columns] = []
        attends: list[Columns] = []
        staff: list[Columns] = []
        rooms: list[Columns] = []
        number = 0
        for shape in self._shapes():
            for part, entries in self._held(shape, number):
                number += len(part.variable)
                found.append(part)
                attends += entries[0]
                staff += entries[1]
                rooms += entries[2]
        self.candidates = Candidates.joined(found)
        self.attends, self.staff, self.rooms = (Entries.joined(rows) for rows in (attends, staff, rooms))

    # --- kinds of candidates ----------------------------------------------
    def _shapes(self) -> Iterator[_Shape]:
        for kind, service in enumerate(self.problem.services):
            if service.id in self.problem.groups_of:
                for place, group in enumerate(self.problem.groups):
                    if group.service_id == service.id:
                        people = self._places(p for p in self.problem.participants if self.facts.may_join(p, group))
                        population = self.populations.index(group.population)
                        for mode in self.facts.modes(service, group):
                            yield _Shape(kind, place, mode, population, people)
                continue
            wanted = [p for p in self.problem.participants if self.facts.demand(p, service).most != 0]
            for mode in self.facts.modes(service):
                for place, population in enumerate(self.populations):
                    people = self._places(p for p in wanted if p.population == population)
                    yield from self._without_group(kind, service, mode, place, people)

    def _without_group(
        self, kind: int, service: Service, mode: int, population: int, people: tuple[int, ...]
    ) -> Iterator[_Shape]:
        if self.facts.most(service, None, self.populations[population]) == 1:
            yield from (_Shape(kind, NONE, mode, population, (who,), is_visit=True) for who in people)
        elif people:
            workers = range(len(self.problem.therapists))
            yield from (_Shape(kind, NONE, mode, population, people, lead=worker) for worker in workers)

    def _places(self, people: Iterable[Participant]) -> tuple[int, ...]:
        place = {person.id: number for number, person in enumerate(self.problem.participants)}
        return tuple(place[person.id] for person in people)

    # --- one kind -----------------------------------------------------------
    def _held(self, shape: _Shape, number: int) -> Iterator[tuple[Candidates, tuple[list[Entries], ...]]]:
        """Yield the candidates of a kind with their attendance, staff and rooms, unless there are none."""
        service, group = self.problem.services[shape.kind], self._group(shape)
        population = self.populations[shape.population]
        starts = self.openings.starts(service, group, ("in_person", "telehealth", "hybrid")[shape.mode])
        there = {who: self._comes(who, shape, starts) for who in shape.people}
        leads = self._leads(shape, starts)
        rooms = self._rooms(shape, starts)
        fewest = self.facts.fewest(service, group)
        possible = np.sum(list(there.values()), axis=0) >= fewest if there else np.zeros(len(starts), bool)
        possible &= np.any(list(leads.values()), axis=0) if leads else False
        if self.facts.needs_room(service, shape.mode):
            possible &= np.any(list(rooms.values()), axis=0) if rooms else False
        if not possible.any() or self.facts.most(service, group, population) < fewest:
            return
        starts = starts[possible]
        variable = self.model.variables(len(starts))
        at = np.arange(number, number + len(starts))
        columns = (
            shape.kind,
            shape.group,
            starts,
            shape.mode,
            shape.people[0] if shape.is_visit else NONE,
            shape.population,
        )
        held = Candidates(variable, *(np.broadcast_to(np.asarray(row, np.int64), len(starts)) for row in columns))
        # whoever is in every session of a kind needs no Boolean beside that of the session
        attends = [
            self._entries(who, at, mask[possible], 0, variable, own=shape.is_visit) for who, mask in there.items()
        ]
        lead = [
            self._entries(who, at, mask[possible], LEAD, variable, own=shape.lead == who) for who, mask in leads.items()
        ]
        others = [self._entries(who, at, mask[possible], part, variable) for part, who, mask in self._others(shape)]
        places = [self._entries(place, at, mask[possible], 0, variable) for place, mask in rooms.items()]
        yield held, (attends, lead + others, places)

    def _entries(self, who: int, at: Ints, mask: Mask, part: int, variable: Ints, *, own: bool = False) -> Entries:
        """Return entries of somebody at the candidates chosen; ``own``: with the variables of the candidates themselves."""
        chosen = at[mask]
        variables = variable[mask] if own else self.model.variables(len(chosen))
        return Entries(variables, chosen, np.full(len(chosen), who), np.full(len(chosen), part))

    def _group(self, shape: _Shape) -> Group | None:
        return None if shape.group == NONE else self.problem.groups[shape.group]

    def _comes(self, who: int, shape: _Shape, starts: Ints) -> Mask:
        """Return at which starts a participant could attend."""
        person, service = self.problem.participants[who], self.problem.services[shape.kind]
        found = self.openings.fits(person, starts, service)
        if shape.lead != NONE:
            found = found & self.suited(self.problem.therapists[shape.lead], person, service, starts, leads=True)
        return found & accepts(person, shape.mode)

    def _leads(self, shape: _Shape, starts: Ints) -> dict[int, Mask]:
        """Return at which starts each therapist could lead, by place; nobody who never could."""
        service, group = self.problem.services[shape.kind], self._group(shape)
        skill = self.facts.roles(service, group)[0]
        found = {}
        for worker, therapist in enumerate(self.problem.therapists):
            if shape.lead not in (NONE, worker) or skill not in therapist.skills:
                continue
            if (service.licensed_lead and not therapist.licensed) or (
                shape.mode == HYBRID and therapist.modality == "telehealth"
            ):
                continue
            mask = self._works(worker, shape, starts, leads=True)
            if group is not None:
                mask = mask & self._is_named(therapist, group, starts)
                mask = mask & (not group.language or not therapist.languages or self._speaks(therapist, group.language))
            if mask.any():
                found[worker] = mask
        return found

    @staticmethod
    def _speaks(therapist: Therapist, language: str) -> bool:
        return any(word.strip().casefold() == language.strip().casefold() for word in therapist.languages)

    def _is_named(self, therapist: Therapist, group: Group, starts: Ints) -> Mask:
        """Return at which starts a group may be led by somebody: a lead named, or a cover of one who is away."""
        if not group.lead_ids or therapist.id in group.lead_ids:
            return np.ones(len(starts), bool)
        minutes = self.facts.service_of(group).minutes
        ways = [self.facts.stands_in(therapist, self.problem.therapist[key], starts, minutes) for key in group.lead_ids]
        return np.any(ways, axis=0)

    def _works(self, worker: int, shape: _Shape, starts: Ints, *, leads: bool) -> Mask:
        """Return at which starts somebody could be on the staff, whatever for."""
        therapist, service = self.problem.therapists[worker], self.problem.services[shape.kind]
        group = self._group(shape)
        mask = self.openings.fits(therapist, starts, service) & accepts(therapist, shape.mode)
        mask = (
            mask
            & (service.minutes <= min(self.facts.limits(therapist)))
            & self._rested(therapist, starts, service.minutes)
        )
        if group is not None:
            return mask & self.facts.suits(therapist, group.population, group.tracks)
        if shape.is_visit:
            return mask & self.suited(
                therapist, self.problem.participants[shape.people[0]], service, starts, leads=leads
            )
        return mask & self.facts.suits(therapist, self.populations[shape.population], ())

    def _rested(self, therapist: Therapist, starts: Ints, minutes: int) -> Mask:
        """Return at which starts somebody is rested over the borders of the week."""
        border, rest = self.problem.border.get(therapist.id), self.problem.clinic.staff.min_rest_minutes
        found = np.ones(len(starts), bool)
        if border is not None and border.last_end is not None:
            found &= (starts >= 1440) | (starts - border.last_end >= rest)
        if border is not None and border.first_start is not None:
            found &= (starts < 6 * 1440) | (border.first_start - (starts + minutes) >= rest)
        return found

    def suited(self, therapist: Therapist, person: Participant, service: Service, starts: Ints, *, leads: bool) -> Mask:
        """Return at which starts a therapist may be in a session without a group with a participant."""
        fits = self.facts.suits(therapist, person.population, person.tracks)
        fits = fits and (therapist.id, person.id) not in self.facts.apart
        if leads:
            return fits & self.may_lead_for(therapist, person, service, starts)
        return np.full(len(starts), fits)

    def may_lead_for(self, therapist: Therapist, person: Participant, service: Service, starts: Ints) -> Mask:
        """Return at which starts a therapist may lead a session with a participant in it, by language, need and given primary."""
        found = np.full(len(starts), self.facts.may_lead_for(therapist, person, service))
        if service.with_primary and person.primary_id not in (None, therapist.id):
            primary = self.problem.therapist[person.primary_id]
            found &= self.facts.stands_in(therapist, primary, starts, service.minutes)
        return found

    def _others(self, shape: _Shape) -> Iterator[tuple[int, int, Mask]]:
        """Yield part, therapist and starts of everybody who could be on the staff beside the lead."""
        service, group = self.problem.services[shape.kind], self._group(shape)
        every = self.openings.starts(service, group, ("in_person", "telehealth", "hybrid")[shape.mode])
        skills = self.facts.roles(service, group)
        parts = {part: {skill} for part, skill in enumerate(dict.fromkeys(skills[1:]), 1)}
        parts |= {part: set(skills) for part in self._reasons(shape)}
        for worker, therapist in enumerate(self.problem.therapists):
            masks = None
            for part, listed in parts.items():
                if worker == shape.lead or not (part in (NAMED, PINNED) or listed & set(therapist.skills)):
                    continue
                if part == RATIO and not therapist.counts_for_ratio:
                    continue
                if part == NAMED and not self.naming(worker, shape.kind, shape.people):
                    continue
                if part == PINNED and not self.pins_for(therapist):
                    continue
                masks = self._works(worker, shape, every, leads=False) if masks is None else masks
                if part == BEFORE:
                    yield part, worker, masks & self._was_there(therapist, shape, every)
                else:
                    yield part, worker, masks

    def _reasons(self, shape: _Shape) -> Iterator[int]:
        """Yield what could ask for more staff than the roles."""
        service, group = self.problem.services[shape.kind], self._group(shape)
        population = self.populations[shape.population]
        ratio = self.facts.ratio(service, group, population)
        most = min(self.facts.most(service, group, population), len(shape.people))
        roles = len(self.facts.roles(service, group))
        skills = set(self.facts.roles(service, group))
        # not everybody who fills a role may count for the ratio
        counting = all(row.counts_for_ratio for row in self.problem.therapists if skills & set(row.skills))
        if ratio is not None and ratio * (roles if counting else 0) < most:
            yield RATIO
        if population in self.problem.clinic.staff.two_staff and roles < 2 <= most:
            yield TWO
        if self.problem.helpers_before:
            yield BEFORE
        yield NAMED
        yield PINNED

    def pins_for(self, therapist: Therapist) -> list[Pin]:
        """Return the rows that fix a session with somebody on its staff."""
        return [row for row in self.problem.pins if row.action == "must" and row.therapist_id == therapist.id]

    def naming(self, worker: int, kind: int, people: Iterable[int]) -> list[int]:
        """Return the participants, by place, whose need of a service asks for somebody on its staff."""
        key, service = self.problem.therapists[worker].id, self.problem.services[kind]
        needs = {who: self.problem.need.get((self.problem.participants[who].id, service.id)) for who in people}
        return [who for who, need in needs.items() if need is not None and key in need.therapist_ids]

    def _was_there(self, therapist: Therapist, shape: _Shape, starts: Ints) -> Mask:
        group = self._group(shape)
        key = (self.problem.services[shape.kind].id, group.id if group else None)
        before = [self.problem.helpers_before.get((*key, start), {}) for start in starts.tolist()]
        return np.array([any(therapist.id in row for row in leads.values()) for leads in before], bool)

    def _rooms(self, shape: _Shape, starts: Ints) -> dict[int, Mask]:
        """Return at which starts each room could be used, by place; none where the session needs none."""
        service, group = self.problem.services[shape.kind], self._group(shape)
        if not self.facts.needs_room(service, shape.mode):
            return {}
        asked = service.room_features | (group.room_features if group else frozenset())
        people = 0 if shape.mode == HYBRID else self.facts.fewest(service, group)
        staff = 1 if shape.mode == HYBRID else len(self.facts.roles(service, group))
        found = {}
        for place, room in enumerate(self.problem.rooms):
            fits = room.capacity >= people * (1 + service.guests) + staff and asked <= room.features
            fits = fits and (room.max_participants is None or people <= room.max_participants)
            fits = fits and (group is None or group.room_id in (None, room.id))
            if shape.is_visit and shape.mode != HYBRID:
                fits = fits and self.problem.participants[shape.people[0]].needs_features <= room.features
            mask = self.openings.fits(room, starts, service) & fits
            if mask.any():
                found[place] = mask
        return found
