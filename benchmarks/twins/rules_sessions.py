"""Rules of single sessions as linear rows: who staffs them, how many are in them, and where.

Each function is named as its rule; :mod:`iopsched.rulebook.rules` has the sentences.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.twins.facts import Facts
from benchmarks.twins.formulation import Ints, Terms
from benchmarks.twins.layout import Layout
from benchmarks.twins.sessions import BEFORE, LEAD, NAMED, NONE, RATIO, TWO, Entries
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY

Mask = NDArray[np.bool_]


class Numbers:
    """Numbers of each candidate, as arrays."""

    def __init__(self, layout: Layout) -> None:
        found = layout.candidates
        self.layout, self.facts = layout, layout.facts
        keys = np.stack([found.kind, found.group, found.population, found.mode])
        self.shapes, self.shape = np.unique(keys, axis=1, return_inverse=True)
        self.shape = self.shape.ravel()
        self.is_visit = found.person != NONE
        number = len(layout.people)
        self.fewest = self._each(lambda service, group, _: self.facts.fewest(service, group))
        most = self._each(self.facts.most)
        self.most = np.minimum(most, number)
        self.ratio = self._each(lambda *row: self.facts.ratio(*row) or -1)
        self.guests = self._each(lambda service, *_: service.guests)
        self.in_room = np.array(
            [self.facts.needs_room(layout.services[kind], mode) for kind, _, _, mode in self.shapes.T.tolist()], bool
        )[self.shape]

    def rows(self) -> list[tuple[Service, Group | None, str]]:
        """Return service, group and population of each shape."""
        layout, populations = self.layout, self.layout.sessions.populations
        return [
            (layout.services[kind], layout.groups[group] if group >= 0 else None, populations[population])
            for kind, group, population, _ in self.shapes.T.tolist()
        ]

    def _each(self, number: object) -> Ints:
        found = [number(*row) for row in self.rows()]  # type: ignore[operator]
        return np.array(found, np.int64)[self.shape] if found else np.empty(0, np.int64)


def overlap(layout: Layout) -> None:
    """Nobody and no room is in two sessions at once, nor without changeover between; no group meets twice at once."""
    between = layout.problem.clinic.staff.changeover_minutes
    for entries, beyond in ((layout.attends, 0), (layout.staff, between), (layout.rooms, between)):
        layout.model.require(layout.moments(entries, entries.who, beyond), upper=1)
    found = layout.candidates
    at = np.flatnonzero(found.group != NONE)
    of_groups = Entries(found.variable[at], at, found.group[at], np.zeros(len(at), np.int64))
    layout.model.require(layout.moments(of_groups, of_groups.who), upper=1)


def staffed(layout: Layout, numbers: Numbers) -> None:
    """Every role is filled; whoever is there beyond the roles is there for a reason."""
    require, found, staff = layout.model.require, layout.candidates, layout.staff
    every = Terms.of(found.variable, np.arange(len(found.variable)), -1)
    require(Terms.of(layout.leads.variable, layout.leads.at) + every, 0, 0)
    shapes = numbers.rows()
    counts = [Counter(layout.facts.roles(service, group)[1:]) for service, group, _ in shapes]
    for part in range(1, max((len(row) for row in counts), default=0) + 1):
        asked = np.array([list(row.values())[part - 1] if len(row) >= part else 0 for row in counts], np.int64)
        asked = asked[numbers.shape]
        at = np.flatnonzero(asked)
        own = staff.where(staff.part == part)
        require(Terms.of(own.variable, own.at) + Terms.of(found.variable[at], at, -asked[at]), 0, 0)
    surplus = staff.where(staff.part < 0)
    rows = np.arange(len(surplus.at))
    require(Terms.of(surplus.variable, rows) + Terms.of(layout.held(surplus), rows, -1), upper=0)
    _one_lead(layout)
    _named(layout)
    _reasons(layout, numbers)


def _one_lead(layout: Layout) -> None:
    """One lead where a group or a need requires it."""
    groups = layout.candidates.group[layout.leads.at]
    for place, group in enumerate(layout.groups):
        if group.one_lead == "require":
            own = layout.leads.where(groups == place)
            _, used = layout.any_of(Terms.of(own.variable, own.who))
            layout.model.require(Terms.of(used), upper=1)
    for need in layout.problem.needs:
        if need.same_therapist == "require":
            layout.model.require(Terms.of(leads_for(layout, need.participant_id, need.service_id)[1]), upper=1)


def leads_for(layout: Layout, participant_id: str, service_id: str) -> tuple[Ints, Ints]:
    """Return therapists by place and Booleans that are 1 if they lead a session of a service with a participant."""
    who = next((who for who, row in enumerate(layout.people) if row.id == participant_id), NONE)
    kind = next(kind for kind, row in enumerate(layout.services) if row.id == service_id)
    empty = np.empty(0, np.int64)
    if who == NONE:
        return empty, empty
    own = layout.attends_of[who]
    own = own.where(layout.kind(own) == kind)
    first, second = layout.pairs(own, layout.leads)
    leads = layout.leads.where(second)
    found, inverse = np.unique(leads.who, return_inverse=True)
    used = layout.model.variables(len(found))
    rows = np.arange(len(first))
    both = Terms.of(own.variable[first], rows) + Terms.of(leads.variable, rows) + Terms.of(layout.held(leads), rows, -1)
    layout.model.require(both + Terms.of(used[inverse], rows, -1), upper=0)
    return found, used


def _named(layout: Layout) -> None:
    """Whom a need names is on the staff of every session that serves it; they may be there for that alone."""
    require, staff = layout.model.require, layout.staff
    for need in layout.problem.needs:
        who = next((who for who, row in enumerate(layout.people) if row.id == need.participant_id), NONE)
        if who == NONE:
            continue
        kind = next(kind for kind, row in enumerate(layout.services) if row.id == need.service_id)
        own = layout.attends_of[who]
        own = own.where(layout.kind(own) == kind)
        for worker, row in enumerate(layout.workers):
            if row.id in need.therapist_ids:
                theirs = staff.where((staff.who == worker) & np.isin(staff.at, own.at))
                require(Terms.of(own.variable, own.at) + Terms.of(theirs.variable, theirs.at, -1), upper=0)
    named = staff.where(staff.part == NAMED)
    for place, (at, worker) in enumerate(zip(named.at.tolist(), named.who.tolist(), strict=True)):
        people = layout.sessions.naming(worker, int(layout.candidates.kind[at]), range(len(layout.people)))
        asking = layout.attends.where((layout.attends.at == at) & np.isin(layout.attends.who, people))
        require(Terms.of(named.variable[place]) + Terms.of(asking.variable, 0, -1), upper=0)


def _reasons(layout: Layout, numbers: Numbers) -> None:
    """More staff than the roles come only where ratio, ``two_staff`` or the earlier week asks for them."""
    require, attends, staff = layout.model.require, layout.attends, layout.staff
    counting = np.array([row.counts_for_ratio for row in layout.workers], bool)[staff.who]
    for part in (RATIO, TWO):
        extra = staff.where(staff.part == part)
        rows, ratio = np.arange(len(extra.at)), numbers.ratio[extra.at]
        one, other = layout.pairs(extra, attends)
        heads = Terms.of(attends.variable[other], one)
        chosen = staff.where(counting if part == RATIO else staff.part != LEAD)
        one, other = layout.pairs(extra, chosen)
        if part == RATIO:  # without this one the others would be too few
            there = Terms.of(chosen.variable[other], one, -ratio[one])
            loose = ratio * len(layout.workers) + 1
            require(heads + there + Terms.of(extra.variable, rows, -loose), lower=1 - ratio - loose)
        else:
            require(heads + Terms.of(extra.variable, rows, -2), lower=0)
            most = len(layout.workers)
            there = Terms.of(chosen.variable[other], one)
            require(there + Terms.of(extra.variable, rows, most), upper=1 + most)
    again = staff.where(staff.part == BEFORE)
    one, other = layout.pairs(again, layout.leads)
    leads = layout.leads.where(other)
    was_lead = [
        _was_beside(layout, int(at), int(who), int(lead))
        for at, who, lead in zip(again.at[one], again.who[one], leads.who, strict=True)
    ]
    chosen = np.array(was_lead, bool)
    with_lead = Terms.of(leads.variable[chosen], one[chosen], -1)
    require(Terms.of(again.variable, np.arange(len(again.at))) + with_lead, upper=0)


def _was_beside(layout: Layout, at: int, who: int, lead: int) -> bool:
    found = layout.candidates
    group = int(found.group[at])
    key = (layout.services[found.kind[at]].id, layout.groups[group].id if group >= 0 else None, int(found.start[at]))
    beside = layout.problem.helpers_before.get(key, {}).get(layout.workers[lead].id, frozenset())
    return layout.workers[who].id in beside


def size(layout: Layout, numbers: Numbers) -> None:
    """No session has too few or too many participants; nobody attends what is not held."""
    require, found = layout.model.require, layout.candidates
    attends = layout.attends.where(~numbers.is_visit[layout.attends.at])
    rows = np.arange(len(attends.at))
    require(Terms.of(attends.variable, rows) + Terms.of(layout.held(attends), rows, -1), upper=0)
    at = np.flatnonzero(~numbers.is_visit)
    heads = Terms.of(attends.variable, attends.at)
    require(heads + Terms.of(found.variable[at], at, -numbers.fewest[at]), lower=0)
    require(heads + Terms.of(found.variable[at], at, -numbers.most[at]), upper=0)


def ratio(layout: Layout, numbers: Numbers) -> None:
    """No more participants than the staff who count may care for."""
    attends, staff, limit = layout.attends, layout.staff, numbers.ratio
    attends = attends.where(limit[attends.at] > 0)
    counting = np.array([row.counts_for_ratio for row in layout.workers], bool)
    staff = staff.where(counting[staff.who] & np.isin(staff.at, attends.at))
    heads = Terms.of(attends.variable, attends.at)
    layout.model.require(heads + Terms.of(staff.variable, staff.at, -limit[staff.at]), upper=0)


def two_staff(layout: Layout, numbers: Numbers) -> None:
    """Two participants of a population named are never left to one member of staff."""
    found, populations = layout.candidates, layout.sessions.populations
    asked = np.array([name in layout.problem.clinic.staff.two_staff for name in populations], bool)[found.population]
    attends = layout.attends.where(asked[layout.attends.at])
    others = layout.staff.where((layout.staff.part != LEAD) & np.isin(layout.staff.at, attends.at))
    heads = Terms.of(attends.variable, attends.at) + Terms.of(others.variable, others.at, -numbers.most[others.at])
    layout.model.require(heads, upper=1)


def apart(layout: Layout) -> None:
    """Who is kept apart, or does not suit each other, shares no session."""
    require, attends = layout.model.require, layout.attends
    place = {row.id: who for who, row in enumerate(layout.people)}
    for row in layout.problem.keep_apart:
        if row.participant_id in place and row.other_participant_id in place:
            both = [layout.attends_of[place[key]] for key in (row.participant_id, row.other_participant_id)]
            one, other = layout.pairs(*both)
            rows = np.arange(len(one))
            require(Terms.of(both[0].variable[one], rows) + Terms.of(both[1].variable[other], rows), upper=1)
    many = attends.where(layout.candidates.person[attends.at] == NONE)
    one, other = layout.pairs(many, layout.staff)
    people, staff = many.where(one), layout.staff.where(other)
    rows = np.flatnonzero(_unsuited(layout, people, staff))
    people, staff, keys = people.where(rows), staff.where(rows), np.arange(len(rows))
    both = Terms.of(people.variable, keys) + Terms.of(staff.variable, keys) + Terms.of(layout.held(people), keys, -1)
    require(both, upper=0)


def _unsuited(layout: Layout, people: Entries, staff: Entries) -> Mask:
    """Return which participants and staff of the same session cannot be in it together."""
    kinds, is_lead = layout.kind(people), staff.part == LEAD
    grouped = layout.candidates.group[people.at] != NONE
    keys = np.stack([people.who, staff.who, kinds, is_lead, grouped])
    found, inverse = np.unique(keys, axis=1, return_inverse=True)
    inverse = inverse.ravel()
    result = np.zeros(len(people.at), bool)
    starts = layout.start(people)
    order = np.argsort(inverse, kind="stable")
    bounds = np.searchsorted(inverse[order], np.arange(found.shape[1] + 1))
    for place, (who, worker, kind, leads, in_group) in enumerate(found.T.tolist()):
        rows = order[bounds[place] : bounds[place + 1]]
        person, therapist, service = layout.people[who], layout.workers[worker], layout.services[kind]
        if leads:
            result[rows] = ~layout.sessions.may_lead_for(therapist, person, service, starts[rows])
        if (person.id, therapist.id) in layout.facts.apart:
            result[rows] = True
        if not in_group and not Facts.suits(therapist, person.population, person.tracks):
            result[rows] = True
    return result


def window(layout: Layout) -> None:
    """All sessions of a group start at the same time of day where that is asked."""
    found = layout.candidates
    for place, group in enumerate(layout.groups):
        at = np.flatnonzero(found.group == place)
        if group.same_start and len(at):
            clocks, inverse = np.unique(found.start[at] % DAY, return_inverse=True)
            chosen, rows = layout.model.variables(len(clocks)), np.arange(len(at))
            layout.model.require(Terms.of(chosen), upper=1)
            layout.model.require(Terms.of(found.variable[at], rows) + Terms.of(chosen[inverse], rows, -1), upper=0)
