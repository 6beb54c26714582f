"""Rules of people's weeks as linear rows: groups, hours, days, primaries, and the load of staff.

Each function is named as its rule; :mod:`iopsched.rulebook.rules` has the sentences.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from benchmarks.twins.formulation import Ints, Terms
from benchmarks.twins.layout import Layout
from benchmarks.twins.sessions import NONE, Entries
from iopsched.domain.timegrid import DAY

GROUP_KINDS = ("group", "multifamily")


def cohort(layout: Layout) -> None:
    """Everybody attends the groups that they are members of; groups meet no more often than they may."""
    require, found, attends = layout.model.require, layout.candidates, layout.attends
    groups = found.group[attends.at]
    own = attends.where(groups != NONE)
    rows = np.arange(len(own.at))
    belongs = np.array(
        [layout.members[int(who), int(group)] for who, group in zip(own.who, groups[groups != NONE], strict=True)],
        np.int64,
    )
    require(Terms.of(own.variable, rows) + Terms.of(belongs, rows, -1), upper=0)
    free = {variable for (who, place), variable in layout.members.items() if not layout.is_given(who, place)}
    chosen = np.isin(belongs, list(free))
    joins = np.array(sorted(free), np.int64)
    require(Terms.of(joins, joins) + Terms.of(own.variable[chosen], belongs[chosen], -1), upper=0)
    _one_group(layout)
    for place, group in enumerate(layout.groups):
        at = np.flatnonzero(found.group == place)
        require(Terms.of(found.variable[at]), upper=group.sessions_per_week)
        a_day = layout.facts.service_of(group).max_per_day
        if a_day:
            require(Terms.of(found.variable[at], found.start[at] // DAY), upper=a_day)


def _one_group(layout: Layout) -> None:
    """Whoever is in a closed group of a service attends no other one of it."""
    of_person: dict[tuple[int, str], list[int]] = defaultdict(list)
    for who, place in layout.members:
        of_person[who, layout.groups[place].service_id].append(place)
    for (who, _), places in of_person.items():
        closed = [place for place in places if layout.groups[place].membership == "closed"]
        variables = np.array([layout.members[who, place] for place in closed], np.int64)
        layout.model.require(Terms.of(variables), upper=1)
        for place in set(places) - set(closed):
            both = Terms.of(variables) + Terms.of(layout.members[who, place])
            # whoever is given an open group is in no closed one, which is left out beforehand
            layout.model.require(both, upper=1)


def together(layout: Layout) -> None:
    """Two people kept together are in the same group of each service that both attend."""
    goes: dict[tuple[int, int], int] = {}
    place_of = {row.id: who for who, row in enumerate(layout.people)}
    groups = layout.candidates.group[layout.attends.at]
    for row in layout.problem.keep_together:
        both = [place_of.get(key, NONE) for key in (row.participant_id, row.other_participant_id)]
        if NONE in both:
            continue
        for who in both:
            for place in range(len(layout.groups)):
                own = layout.attends.where((layout.attends.who == who) & (groups == place))
                if len(own.at) and (who, place) not in goes:
                    goes[who, place] = int(layout.any_of(Terms.of(own.variable))[1][0])
        for one, first in enumerate(layout.groups):
            for other, second in enumerate(layout.groups):
                pair = [goes.get((both[0], one)), goes.get((both[1], other))]
                if one != other and first.service_id == second.service_id and None not in pair:
                    layout.model.require(Terms.of(np.array(pair, np.int64)), upper=1)


def week_max(layout: Layout) -> None:
    """No participant has more countable minutes a week and a day, or days, than allowed."""
    require = layout.model.require
    counts = np.array([row.counts for row in layout.services], bool)
    for who, person in enumerate(layout.people):
        level, mine = layout.facts.level(person), layout.attends_of[who]
        minutes = layout.countable[layout.kind(mine)]
        most = level.max_minutes_per_week
        if level.php_guard_minutes:
            most = min(most, level.php_guard_minutes - (0 if level.php_guard_is_inclusive else 1))
        require(Terms.of(mine.variable, 0, minutes), upper=most)
        require(Terms.of(mine.variable, layout.day(mine), minutes), upper=level.max_minutes_per_day)
        days = layout.facts.authorized_days(person)
        if days is not None:
            require(Terms.of(layout.days_with(mine.where(counts[layout.kind(mine)]))[1]), upper=days)


def day_max(layout: Layout) -> None:
    """No participant has more sessions of a service than needed or allowed a day, nor too many in all or in a row."""
    require = layout.model.require
    for who, person in enumerate(layout.people):
        level, mine = layout.facts.level(person), layout.attends_of[who]
        for kind, service in enumerate(layout.services):
            own = mine.where(layout.kind(mine) == kind)
            most, a_day = layout.facts.demand(person, service).most, layout.facts.most_a_day(person, service)
            if most is not None:
                require(Terms.of(own.variable), upper=most)
            if a_day and (most is None or a_day < most):
                require(Terms.of(own.variable, layout.day(own)), upper=a_day)
        if level.max_sessions_per_day:
            require(Terms.of(mine.variable, layout.day(mine)), upper=level.max_sessions_per_day)
        if level.max_minutes_in_a_row:
            _no_longer_run(layout, mine, layout.problem.clinic.staff.break_minutes, level.max_minutes_in_a_row)


def _no_longer_run(layout: Layout, entries: Entries, pause: int, longest: int) -> None:
    """Let no run of sessions without a pause be longer."""
    if len(entries.at):
        beyond, _ = layout.without_pause(entries, entries.who, pause, longest)
        layout.model.require(Terms.of(beyond.variables, 0, beyond.coefficients), upper=0)


def day_min(layout: Layout) -> None:
    """Keep enough countable minutes on each day with a countable group session."""
    for who, person in enumerate(layout.people):
        least, mine = layout.facts.level(person).min_minutes_on_group_days, layout.attends_of[who]
        if not least:
            continue
        chosen = np.array([row.kind in GROUP_KINDS and row.counts for row in layout.services], bool)
        own = mine.where(chosen[layout.kind(mine)])
        days, there = layout.any_of(Terms.of(own.variable, layout.day(own)))
        minutes = Terms.of(mine.variable, layout.day(mine), layout.countable[layout.kind(mine)])
        layout.model.require(minutes + Terms.of(there, days, -least), lower=0)


def phase(layout: Layout) -> None:
    """Nobody has more group sessions than their phase allows."""
    for who, person in enumerate(layout.people):
        stage = layout.problem.clinic.phases.get(person.phase or "")
        if stage is not None:
            own = layout.of_kinds(layout.attends_of[who], ("group",))
            layout.model.require(Terms.of(own.variable), upper=stage.max_group_sessions)


def staff_load(layout: Layout) -> None:
    """Staff have no more session minutes a day and a week than allowed, rest overnight and eat in time."""
    require, limits = layout.model.require, layout.problem.clinic.staff
    for worker, therapist in enumerate(layout.workers):
        mine = layout.staff_of[worker]
        a_day, a_week = layout.facts.limits(therapist)
        require(Terms.of(mine.variable, 0, layout.length(mine)), upper=a_week)
        require(Terms.of(mine.variable, layout.day(mine), layout.length(mine)), upper=a_day)
        _rest(layout, mine, limits.min_rest_minutes)
        if limits.meal_minutes:
            _no_longer_run(layout, mine, limits.meal_minutes, limits.meal_after_minutes)


def _rest(layout: Layout, mine: Entries, rest: int) -> None:
    """Let nobody start before they have rested since the day before."""
    starts, days = layout.start(mine), layout.day(mine)
    ends = starts + layout.length(mine)
    for start in np.unique(starts[days > 0]).tolist():
        late = mine.where((days == start // DAY - 1) & (ends > start - rest))
        if len(late.at):
            was_late = layout.any_of(Terms.of(late.variable))[1]
            early = mine.where(starts == start)
            layout.model.require(Terms.of(early.variable) + Terms.of(was_late), upper=1)


def primary(layout: Layout) -> dict[int, dict[int, int]]:
    """Keep sessions with the primary, and caseloads; return a Boolean for each possible primary of each participant.

    Primaries that are given are no Boolean: sessions with anybody else are left out beforehand.
    """
    found: dict[int, dict[int, int]] = {}
    chosen = np.array([row.with_primary for row in layout.services], bool)
    for who, person in enumerate(layout.people):
        mine = layout.attends_of[who]
        mine = mine.where(chosen[layout.kind(mine)])
        if person.primary_id is None and len(mine.at):
            found[who] = _primary_of(layout, who, mine)
    _caseload(layout, found)
    return found


def _primary_of(layout: Layout, who: int, mine: Entries) -> dict[int, int]:
    """Return a Boolean for each possible primary of a participant; each session is led by theirs, or by a cover."""
    first, second = layout.pairs(mine, layout.leads)
    attends, leads = mine.where(first), layout.leads.where(second)
    ways: dict[tuple[int, int], list[tuple[int, np.ndarray]]] = defaultdict(list)
    for kind in np.unique(layout.kind(leads)).tolist():
        for lead in np.unique(leads.who).tolist():
            rows = np.flatnonzero((layout.kind(leads) == kind) & (leads.who == lead))
            for other in _covered_by(layout, lead):
                mask = _leads_for(
                    layout, lead, other, who, kind, layout.start(leads)[rows], layout.candidates.group[leads.at[rows]]
                )
                if mask.any():
                    ways[kind, lead].append((other, rows[mask]))
    possible = sorted({other for row in ways.values() for other, _ in row})
    primary = dict(zip(possible, layout.model.variables(len(possible)).tolist(), strict=True))
    layout.model.require(Terms.of(np.array(list(primary.values()), np.int64)), upper=1)
    rows = np.arange(len(leads.at))
    needed = Terms.of(attends.variable, rows) + Terms.of(leads.variable, rows) + Terms.of(layout.held(leads), rows, -1)
    allowed = [Terms.of(np.full(len(keys), primary[other]), keys, -1) for row in ways.values() for other, keys in row]
    layout.model.require(needed + Terms.joined(allowed), upper=0)
    return primary


def _covered_by(layout: Layout, lead: int) -> list[int]:
    """Return somebody and those for whom they may stand in, by place."""
    key, covers = layout.workers[lead].id, layout.problem.covers_between
    return [other for other, row in enumerate(layout.workers) if other == lead or (key, row.id) in covers]


def _leads_for(layout: Layout, lead: int, other: int, who: int, kind: int, starts: Ints, groups: Ints) -> np.ndarray:
    """Return at which starts somebody leads as the primary, or in place of another who could lead it, too."""
    if lead == other:
        return np.ones(len(starts), bool)
    therapist, person, service = layout.workers[other], layout.people[who], layout.services[kind]
    found = layout.facts.stands_in(layout.workers[lead], therapist, starts, service.minutes)
    fits = layout.facts.suits(therapist, person.population, person.tracks)
    fits = (
        fits
        and (therapist.licensed or not service.licensed_lead)
        and (person.id, therapist.id) not in layout.facts.apart
    )
    skills = [layout.facts.roles(service, layout.groups[place] if place >= 0 else None)[0] for place in groups.tolist()]
    return found & fits & np.array([skill in therapist.skills for skill in skills], bool)


def _caseload(layout: Layout, found: dict[int, dict[int, int]]) -> None:
    """Keep each therapist primary of no more people, and people of a population, than allowed."""
    given = Counter(
        (person.primary_id, person.population) for who, person in enumerate(layout.people) if who in layout.present
    )
    limits = layout.problem.clinic.caseload
    for worker, therapist in enumerate(layout.workers):
        chosen = [(who, row[worker]) for who, row in found.items() if worker in row and who in layout.present]
        for population in (None, *limits):
            most = therapist.max_caseload if population is None else limits[population]
            if most is None:
                continue
            own = [variable for who, variable in chosen if population in (None, layout.people[who].population)]
            have = sum(n for (key, name), n in given.items() if key == therapist.id and population in (None, name))
            layout.model.require(Terms.of(np.array(own, np.int64)), upper=most - have)
