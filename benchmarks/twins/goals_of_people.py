"""Goals about what participants have: unmet need, the worst off, preferences. Each function is named as its goal or sub-term.

A function adds the variables and rows that it needs, and returns what is to be minimized.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from benchmarks.twins.facts import TALKS
from benchmarks.twins.formulation import Ints, Terms
from benchmarks.twins.layout import DAYS, Layout
from benchmarks.twins.rules_sessions import leads_for
from benchmarks.twins.sessions import NONE, Entries
from iopsched.domain.people import Participant, Therapist

A_DAY_SHORT, A_GAP, A_PHASE_SESSION = 60, 60, 180


class UnmetNeed:
    """What everybody lacks, in minutes: the parts of each participant, and of groups that always meet."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.model = layout, layout.model
        self.parts: dict[int, list[Terms]] = defaultdict(list)
        self._most: dict[int, int] = defaultdict(int)
        for who in sorted(layout.present):
            self._hours(who)
            self._days(who)
            self._gaps(who)
            self._sessions(who)
            self._phase(who)

    def _short(self, who: int, terms: Terms, least: int, price: int = 1) -> None:
        """Count what terms lack to a number, at a price in minutes."""
        if least > 0:
            short = self.model.variables(1, 0, least)
            self.model.require(terms + Terms.of(short), lower=least)
            self.parts[who].append(Terms.of(short, 0, price))
            self._most[who] += price * least

    def _hours(self, who: int) -> None:
        layout, mine = self.layout, self.layout.attends_of[who]
        person = layout.people[who]
        least = layout.openings.prorated(person, layout.facts.level(person).min_minutes_per_week)
        self._short(who, Terms.of(mine.variable, 0, layout.countable[layout.kind(mine)]), least)

    def _days(self, who: int) -> None:
        layout, mine = self.layout, self.layout.attends_of[who]
        level = layout.facts.level(layout.people[who])
        least = layout.openings.prorated(layout.people[who], level.min_days_per_week)
        if least:
            days, inverse = np.unique(layout.day(mine), return_inverse=True)
            full = self.model.variables(len(days))
            minutes = Terms.of(mine.variable, inverse, layout.countable[layout.kind(mine)])
            price = max(1, level.program_day_minutes)
            self.model.require(minutes + Terms.of(full, np.arange(len(days)), -price), lower=0)
            self._short(who, Terms.of(full), least, A_DAY_SHORT)

    def _gaps(self, who: int) -> None:
        """Count runs of days without a countable session that are too long; the days of the stay are a circle."""
        layout, mine = self.layout, self.layout.attends_of[who]
        person = layout.people[who]
        longest, stay = layout.facts.level(person).max_gap_days, layout.openings.stay_days(person)
        if not longest or len(stay) <= longest:
            return
        counts = np.array([row.counts for row in layout.services], bool)
        keys, there = layout.days_with(mine.where(counts[layout.kind(mine)]), exact=True)
        has = {int(key) % DAYS: int(variable) for key, variable in zip(keys, there, strict=True)}
        terms = [Terms.of(np.array([has[day]])) if day in has else Terms.joined([]) for day in stay]
        broken = self.model.variables(len(stay) + 1)
        for place in range(len(stay)):
            run = [terms[(place + step) % len(stay)] * -1 for step in range(longest + 1)]
            self.model.require(Terms.joined([terms[place - 1], *run, Terms.of(broken[place], 0, -1)]), upper=0)
        self.model.require(Terms.joined([*terms, Terms.of(broken[-1])]), lower=1)
        self.parts[who].append(Terms.of(broken, 0, A_GAP))
        self._most[who] += A_GAP * len(broken)

    def _sessions(self, who: int) -> None:
        layout, mine = self.layout, self.layout.attends_of[who]
        for kind, service in enumerate(layout.services):
            own = mine.where(layout.kind(mine) == kind)
            needed = layout.facts.demand(layout.people[who], service).needed
            self._short(who, Terms.of(own.variable), needed, service.minutes)

    def _phase(self, who: int) -> None:
        layout = self.layout
        stage = layout.problem.clinic.phases.get(layout.people[who].phase or "")
        if stage is not None:
            own = layout.of_kinds(layout.attends_of[who], ("group",))
            least = layout.openings.prorated(layout.people[who], stage.min_group_sessions)
            self._short(who, Terms.of(own.variable), least, A_PHASE_SESSION)

    def unmet_need(self) -> list[Terms]:
        """Return everything that participants and groups lack."""
        layout = self.layout
        found = [part for parts in self.parts.values() for part in parts]
        for place, group in enumerate(layout.groups):
            due = layout.facts.due_meetings(group)
            if due:
                lacking = self.model.variables(1, 0, due)
                held = layout.candidates.variable[layout.candidates.group == place]
                self.model.require(Terms.of(held) + Terms.of(lacking), lower=due)
                found.append(Terms.of(lacking, 0, layout.facts.service_of(group).minutes))
        return found

    def worst_off(self) -> list[Terms]:
        """Return the largest unmet need of any one participant."""
        largest = self.model.variables(1, 0, max(self._most.values(), default=0))
        for parts in self.parts.values():
            self.model.require(Terms.joined(parts) + Terms.of(largest, 0, -1), upper=0)
        return [Terms.of(largest)]

    def people_short(self) -> list[Terms]:
        """Return participants with any unmet need."""
        found = []
        for who, parts in self.parts.items():
            short = self.model.variables(1)
            self.model.require(Terms.joined(parts) + Terms.of(short, 0, -self._most[who]), upper=0)
            found.append(Terms.of(short))
        return found


# --- sub-terms of preferences -------------------------------------------------
def skipped(layout: Layout) -> Terms:
    """Return the minutes of held sessions of their own group that members do not attend."""
    found, groups = layout.candidates, layout.candidates.group
    attends = {
        (int(w), int(at)): int(v)
        for w, at, v in zip(layout.attends.who, layout.attends.at, layout.attends.variable, strict=True)
    }
    rows: list[tuple[int, int, int]] = []  # row, variable, coefficient
    minutes = []
    for (who, place), member in layout.members.items():
        group = layout.groups[place]
        is_member = group.membership == "closed" or layout.is_given(who, place)
        if group.attend != "all" or who not in layout.present or not is_member:
            continue
        for at in np.flatnonzero(groups == place).tolist():
            row = len(minutes)
            minutes.append(layout.facts.service_of(group).minutes)
            rows += [(row, member, 1), (row, int(found.variable[at]), 1)]
            if (who, at) in attends:
                rows.append((row, attends[who, at], -1))
    skips = layout.model.variables(len(minutes))
    table = np.array(rows, np.int64).reshape(-1, 3)
    terms = Terms.of(table[:, 1], table[:, 0], table[:, 2])
    layout.model.require(terms + Terms.of(skips, np.arange(len(skips)), -1), upper=1)
    return Terms.of(skips, 0, np.array(minutes, np.int64))


def outside_preferred(layout: Layout) -> Terms:
    """Return the minutes of sessions outside the preferred times of each participant and member of staff."""
    parts = _outside(layout, layout.people, layout.attends_of) + _outside(layout, layout.workers, layout.staff_of)
    return Terms.joined(parts)


def _outside(layout: Layout, rows: Sequence[Participant | Therapist], tables: Sequence[Entries]) -> list[Terms]:
    parts = []
    for row, mine in zip(rows, tables, strict=True):
        if row.preferred is None or not len(mine.at):
            continue
        times = zip(layout.start(mine).tolist(), layout.length(mine).tolist(), strict=True)
        lost = [length - row.preferred.minutes_inside(start, start + length) for start, length in times]
        parts.append(Terms.of(mine.variable, 0, np.array(lost, np.int64)))
    return parts


def leads(layout: Layout) -> Terms:
    """Return leads beyond the first of groups and needs that would rather have one."""
    parts = []
    groups = layout.candidates.group[layout.leads.at]
    for place, group in enumerate(layout.groups):
        own = layout.leads.where(groups == place)
        if group.one_lead == "prefer":
            parts.append(layout.beyond_first(own.variable, own.who, layout.start(own)))
    for need in layout.problem.needs:
        if need.same_therapist == "prefer":
            _, used = leads_for(layout, need.participant_id, need.service_id)
            if len(used) > 1:
                beyond = layout.model.variables(1, 0, len(used))
                layout.model.require(Terms.of(used) + Terms.of(beyond, 0, -1), upper=1)
                parts.append(Terms.of(beyond))
    return Terms.joined(parts)


def therapists(layout: Layout) -> Terms:
    """Return the staff beyond the first among each participant's individual and family sessions."""
    parts = []
    for who in range(len(layout.people)):
        own = layout.of_kinds(layout.attends_of[who], TALKS)
        first, second = layout.pairs(own, layout.staff)
        staff = layout.staff.where(second)
        if len(np.unique(staff.who)) < 2:
            continue
        visits = layout.candidates.person[staff.at] != NONE
        found, inverse = np.unique(staff.who, return_inverse=True)
        used = layout.model.variables(len(found))
        alone = staff.where(visits)
        keys = inverse[visits] * (DAYS * 1440) + layout.start(alone)
        rows, place = np.unique(keys, return_index=True)
        layout.model.require(Terms.of(alone.variable, keys) + Terms.of(used[inverse[visits][place]], rows, -1), upper=0)
        many = np.flatnonzero(~visits)
        both = staff.where(many)
        keys = np.arange(len(many))
        held = (
            Terms.of(layout.held(both), keys, -1)
            + Terms.of(own.variable[first[many]], keys)
            + Terms.of(both.variable, keys)
        )
        layout.model.require(held + Terms.of(used[inverse[many]], keys, -1), upper=0)
        beyond = layout.model.variables(1, 0, len(used))
        layout.model.require(Terms.of(used) + Terms.of(beyond, 0, -1), upper=1)
        parts.append(Terms.of(beyond))
    return Terms.joined(parts)


def wishes(layout: Layout) -> Terms:
    """Return sessions lacking of what is wished."""
    parts = []
    for who, person in enumerate(layout.people):
        mine = layout.attends_of[who]
        for kind, service in enumerate(layout.services):
            wished = layout.facts.demand(person, service).wished
            if wished:
                lacking = layout.model.variables(1, 0, wished)
                own = mine.where(layout.kind(mine) == kind)
                layout.model.require(Terms.of(own.variable) + Terms.of(lacking), lower=wished)
                parts.append(Terms.of(lacking))
    return Terms.joined(parts)


def primary(layout: Layout, primaries: dict[int, dict[int, int]]) -> Terms:
    """Return participants with a primary who is not that of the earlier week."""
    before, always = layout.problem.primaries_before, layout.model.variables(1, 1, 1)
    parts = []
    for who in sorted(layout.present):
        person = layout.people[who]
        if person.id not in before:
            continue
        if person.primary_id is not None:
            parts += [Terms.of(always)] * (person.primary_id != before[person.id])
            continue
        others = [v for worker, v in primaries.get(who, {}).items() if layout.workers[worker].id != before[person.id]]
        parts.append(Terms.of(np.array(others, np.int64)))
    return Terms.joined(parts)


def language(layout: Layout) -> Terms:
    """Return individual and family sessions with a lead who shares no language with the participant."""
    if layout.problem.clinic.match_language == "no":
        return Terms.joined([])
    own = layout.of_kinds(layout.attends, TALKS)
    first, second = layout.pairs(own, layout.leads)
    people, staff = own.where(first), layout.leads.where(second)
    foreign = np.array(
        [[not layout.facts.share_language(row, person) for row in layout.workers] for person in layout.people], bool
    )
    rows = foreign[people.who, staff.who] if len(first) else np.zeros(0, bool)
    people, staff = people.where(rows), staff.where(rows)
    alone = layout.candidates.person[people.at] != NONE
    both = layout.model.variables(int((~alone).sum()))
    many, leads_many, keys = people.where(~alone), staff.where(~alone), np.arange(len(both))
    held = Terms.of(layout.held(many), keys, -1) + Terms.of(many.variable, keys) + Terms.of(leads_many.variable, keys)
    layout.model.require(held + Terms.of(both, keys, -1), upper=0)
    return Terms.of(staff.variable[alone]) + Terms.of(both)


def short_days(layout: Layout) -> Terms:
    """Return days on which a participant comes in for less than the minutes that are worth the way."""
    least = layout.problem.clinic.short_day_minutes
    inside = layout.attends.where(~layout.by_video(layout.attends, layout.people))
    days, comes = layout.days_with(inside)
    short = layout.model.variables(len(days))
    minutes = Terms.of(inside.variable, layout.on_day(inside), layout.length(inside))
    layout.model.require(minutes + Terms.of(short, days, least) + Terms.of(comes, days, -least), lower=0)
    return Terms.of(short)


def mixed_days(layout: Layout) -> Terms:
    """Return days on which a participant has sessions both in the building and by video."""
    video = layout.by_video(layout.attends, layout.people)
    sides = [layout.days_with(layout.attends.where(chosen)) for chosen in (video, ~video)]
    both = np.intersect1d(sides[0][0], sides[1][0])
    mixed = layout.model.variables(len(both))
    there = [there[np.searchsorted(days, both)] for days, there in sides]
    rows = np.arange(len(both))
    layout.model.require(Terms.joined([*(Terms.of(row, rows) for row in there), Terms.of(mixed, rows, -1)]), upper=1)
    return Terms.of(mixed)


def rooms(layout: Layout) -> Terms:
    """Return the rooms beyond the first of each group."""
    groups = layout.candidates.group[layout.rooms.at]
    parts = []
    for place in range(len(layout.groups)):
        own = layout.rooms.where(groups == place)
        parts.append(layout.beyond_first(own.variable, own.who, layout.start(own)))
    return Terms.joined(parts)


def apart_days(layout: Layout) -> Terms:
    """Return pairs of sessions of one individual or family service on a day and the next."""
    parts = []
    for who in range(len(layout.people)):
        mine = layout.of_kinds(layout.attends_of[who], TALKS)
        for kind in np.unique(layout.kind(mine)).tolist():
            person, service = layout.people[who], layout.services[kind]
            demand = layout.facts.demand(person, service)
            most = demand.most or 0
            a_day = layout.facts.most_a_day(person, service) or most
            if most > 1:
                own = mine.where(layout.kind(mine) == kind)
                parts.append(_pairs(layout, own.variable, layout.day(own), min(most, a_day)))
    return Terms.joined(parts)


def _pairs(layout: Layout, variables: Ints, days: Ints, a_day: int) -> Terms:
    """Return pairs of sessions on a day and the next, of which there are at most so many a day."""
    held = layout.model.variables(DAYS * a_day).reshape(DAYS, a_day)  # at least so many are 1 as there are sessions
    rows = np.repeat(np.arange(DAYS), a_day)
    layout.model.require(Terms.of(variables, days) + Terms.of(held.ravel(), rows, -1), upper=0)
    pairs = [(one, other) for day, after in pairwise(range(DAYS)) for one in held[day] for other in held[after]]
    both, keys = layout.model.variables(len(pairs)), np.arange(len(pairs))
    table = np.array(pairs, np.int64)
    sides = Terms.of(table[:, 0], keys) + Terms.of(table[:, 1], keys)
    layout.model.require(sides + Terms.of(both, keys, -1), upper=1)
    return Terms.of(both)
