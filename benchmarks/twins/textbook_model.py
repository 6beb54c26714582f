"""The model a competent engineer writes first: a Boolean for every way in which a session can be held.

A visit has a Boolean for each participant, service, start and therapist, and one for each participant, service, start
and room; a group session likewise for each group, start and lead or room. Besides there are membership (participant
and group) and attendance (participant, group and start). One Boolean for start, therapist and room together was tried
and is worse: at 30 participants unmet need 0 took 40 s instead of 14 s, both with default settings of CP-SAT.

Hard rules are linear rows over these, at most one session for each person, room and moment of the grid. Variables are
left out where a window, skill or room size forbids them, as anybody would; nothing else is done for speed: rooms are
not pooled, nothing alike is made one, no bound is added.

The model belongs to no solver (:mod:`benchmarks.twins.formulation`). Variables and rows that only one goal needs are
added when that goal's turn comes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.twins.clinic import Facts
from benchmarks.twins.earlier_week import Booleans, EarlierWeek, by_key
from benchmarks.twins.formulation import Formulation, Ints, Terms
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, Windows
from iopsched.rulebook import GoalId

Row = TypeVar("Row", Participant, Therapist, Room)
MINUTES_PER_DAY_SHORT, IDLE_ALLOWED, LONGEST_RUN = 60, 60, 240
TALKS = ("individual", "family")
DAYS = 7


@dataclass(frozen=True, slots=True)
class Sessions:
    """Parallel arrays, one entry a Boolean: its variable and what it stands for.

    ``who`` is the place of the participant (visits, attendance) or the group (sessions of groups, second staff);
    ``kind`` the place of the service; ``therapist`` and ``room`` are places too, -1 where the Boolean has none.
    """

    variable: Ints
    who: Ints
    kind: Ints
    start: Ints
    therapist: Ints
    room: Ints

    @classmethod
    def joined(cls, parts: Sequence[Sessions]) -> Sessions:
        """Return the arrays of all parts, one after the other."""
        columns = ([getattr(part, name) for part in parts] for name in cls.__slots__)
        return cls(*(np.concatenate([np.empty(0, np.int64), *column]) for column in columns))

    def where(self, chosen: NDArray[np.bool_]) -> Sessions:
        """Return the entries chosen."""
        return Sessions(*(getattr(self, name)[chosen] for name in self.__slots__))


class TextbookModel:
    """The week of a clinic as a linear model, and the way back from a solution to a schedule."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.facts = Facts(problem)
        self.model = Formulation()
        self.people, self.staff, self.rooms = problem.participants, problem.therapists, problem.rooms
        self.groups, self.services = problem.groups, problem.services
        self.minutes = np.array([row.minutes for row in self.services], np.int64)
        self.countable = np.array([row.minutes * row.counts for row in self.services], np.int64)
        self.grid = problem.clinic.grid_minutes
        self._fitting: dict[tuple[Windows, int], NDArray[np.bool_]] = {}
        self._free = {row: self.facts.free(row) for row in (*self.people, *self.staff, *self.rooms)}
        self._coming: tuple[Ints, Ints] | None = None
        self._add_variables()
        self._add_rules()

    # --- variables --------------------------------------------------------
    def _fits(self, row: Participant | Therapist | Room, starts: Ints, minutes: int) -> NDArray[np.bool_]:
        """Return at which of the starts a person or room is free for a whole session."""
        free = self._free[row]
        if (free, minutes) not in self._fitting:
            begins = np.arange(0, DAYS * DAY, self.grid)
            self._fitting[free, minutes] = np.array([free.covers(start, start + minutes) for start in begins.tolist()])
        return self._fitting[free, minutes][starts // self.grid]

    def _add_variables(self) -> None:
        found = [self._visits_of(service) for service in self.facts.visits]
        self.visits = Sessions.joined([part for parts, _ in found for part in parts])
        self.visit_rooms = Sessions.joined([part for _, parts in found for part in parts])
        self.members: dict[tuple[int, int], int] = {}
        held, lead, rooms, second, attendance = [], [], [], [], []
        for place, group in enumerate(self.groups):
            opened = self._group_starts(group)
            held.append(self._new(place, group, opened))
            lead += self._staffed(place, group, opened, self.facts.may_lead)
            rooms += self._rooms_for(place, group, opened, 1 + self.facts.fewest(group))
            if self.facts.needs_second(group):
                second += self._staffed(place, group, opened, self.facts.may_help)
            for person in self.facts.candidates(group):
                who = self.people.index(person)
                given = int(group.id in person.group_ids)
                self.members[who, place] = int(self.model.variables(1, given, 1)[0])
                starts = opened[self._fits(person, opened, self.facts.service_of(group).minutes)]
                attendance.append((place, self._new(who, group, starts)))
        self.held, self.lead, self.second = (Sessions.joined(parts) for parts in (held, lead, second))
        self.group_rooms = Sessions.joined(rooms)
        self.attends = Sessions.joined([part for _, part in attendance])
        self.attended_group = np.concatenate(
            [np.empty(0, np.int64), *(np.full(len(part.variable), place) for place, part in attendance)]
        )
        self._held_at = {
            (int(who), int(start)): int(variable)
            for who, start, variable in zip(self.held.who, self.held.start, self.held.variable, strict=True)
        }
        # where an attendance happens: the variable that says whether that session is held
        self.attended_held = np.array(
            [
                self._held_at[int(group), int(start)]
                for group, start in zip(self.attended_group, self.attends.start, strict=True)
            ],
            np.int64,
        )

    def _visits_of(self, service: Service) -> tuple[list[Sessions], list[Sessions]]:
        """Return Booleans for each participant, start and therapist, and for each participant, start and room."""
        starts = np.array(self.facts.starts(service), np.int64)
        held, placed = [], []
        for who, person in enumerate(self.people):
            if not self.facts.needed(person, service):
                continue
            comes, somebody = self._fits(person, starts, service.minutes), np.zeros(len(starts), bool)
            for worker, therapist in enumerate(self.staff):
                if self.facts.may_see(therapist, person, service):
                    both = comes & self._fits(therapist, starts, service.minutes)
                    held.append(self._new(who, service, starts[both], worker))
                    somebody |= both
            placed += self._rooms_for(who, service, starts[somebody], 2 + service.guests)
        return held, placed

    def _rooms_for(self, who: int, kind: Group | Service, starts: Ints, heads: int) -> list[Sessions]:
        """Return Booleans for each start and room that seats so many."""
        minutes = (self.facts.service_of(kind) if isinstance(kind, Group) else kind).minutes
        return [
            self._new(who, kind, starts[self._fits(room, starts, minutes)], room=number)
            for number, room in enumerate(self.rooms)
            if room.capacity >= heads
        ]

    def _group_starts(self, group: Group) -> Ints:
        """Return the starts at which enough of those who may be members are free."""
        minutes = self.facts.service_of(group).minutes
        starts = np.array(self.facts.starts(self.facts.service_of(group), group), np.int64)
        come = [self._fits(person, starts, minutes) for person in self.facts.candidates(group)]
        return starts[np.sum(come, axis=0) >= self.facts.fewest(group)] if come else starts[:0]

    def _staffed(
        self, place: int, group: Group, starts: Ints, may: Callable[[Therapist, Group], bool]
    ) -> list[Sessions]:
        """Return Booleans of a group for each start and therapist who may."""
        minutes = self.facts.service_of(group).minutes
        return [
            self._new(place, group, starts[self._fits(therapist, starts, minutes)], worker)
            for worker, therapist in enumerate(self.staff)
            if may(therapist, group)
        ]

    def _new(self, who: int, kind: Group | Service, starts: Ints, therapist: int = -1, room: int = -1) -> Sessions:
        service = self.facts.service_of(kind) if isinstance(kind, Group) else kind
        number = len(starts)
        same = (np.full(number, value, np.int64) for value in (who, self.services.index(service), therapist, room))
        place, kind_of, worker, room_of = same
        return Sessions(self.model.variables(number), place, kind_of, starts, worker, room_of)

    # --- rules ------------------------------------------------------------
    def _add_rules(self) -> None:
        self.staffing = staffing = Sessions.joined([self.visits, self.lead, self.second])
        self.seen = Sessions.joined([self.visits, self.attends])
        require = self.model.require
        # nobody and no room is in two sessions at once
        require(self._moments(self.seen, self.seen.who), upper=1)
        require(self._moments(staffing, staffing.therapist), upper=1)
        used = Sessions.joined([self.visit_rooms, self.group_rooms])
        require(self._moments(used, used.room), upper=1)
        self._add_group_rules()
        self._add_visit_rules()
        self._add_hours()

    def _moments(self, sessions: Sessions, keys: Ints) -> Terms:
        """Return every session once for each moment of the grid that it covers, by key and moment."""
        grid, parts = self.grid, []
        cells = -(-self.minutes[sessions.kind] // grid)
        for step in range(int(cells.max(initial=0))):
            on = cells > step
            moment = sessions.start[on] // grid + step
            parts.append(Terms.of(sessions.variable[on], keys[on] * (DAYS * DAY // grid) + moment))
        return Terms.joined(parts)

    def _at_start(self, sessions: Sessions, keys: Ints) -> Ints:
        """Return keys that tell apart both the given keys and the starts."""
        return keys * (DAYS * DAY) + sessions.start

    def _on_day(self, sessions: Sessions, keys: Ints) -> Ints:
        """Return keys that tell apart both the given keys and the weekdays."""
        return keys * DAYS + sessions.start // DAY

    def _add_group_rules(self) -> None:
        require, held, attends = self.model.require, self.held, self.attends
        at = self._at_start(held, held.who)
        # a session is held with exactly one lead and in one room
        for chosen in (self.lead, self.group_rooms):
            one = Terms.of(chosen.variable, self._at_start(chosen, chosen.who))
            require(one + Terms.of(held.variable, at, -1), 0, 0)
        require(Terms.of(held.variable, self._on_day(held, held.who)), upper=1)
        for place, group in enumerate(self.groups):
            own = held.where(held.who == place)
            require(Terms.of(own.variable), upper=group.sessions_per_week)
            if group.same_start:
                clocks, inverse = np.unique(own.start % DAY, return_inverse=True)
                chosen = self.model.variables(len(clocks))
                require(Terms.of(chosen), upper=1)
                rows = np.arange(len(own.variable))
                require(Terms.of(own.variable, rows) + Terms.of(chosen[inverse], rows, -1), upper=0)
        # members attend sessions that are held; who is no member attends none
        rows = np.arange(len(attends.variable))
        belongs = np.array(
            [self.members[int(w), int(g)] for w, g in zip(attends.who, self.attended_group, strict=True)], np.int64
        )
        require(Terms.of(attends.variable, rows) + Terms.of(self.attended_held, rows, -1), upper=0)
        require(Terms.of(attends.variable, rows) + Terms.of(belongs, rows, -1), upper=0)
        self._add_membership(belongs)
        self._add_sizes(at)

    def _add_membership(self, belongs: Ints) -> None:
        """Let everybody be in one group of a service; nobody joins one to attend nothing."""
        require = self.model.require
        keys, variables, free = [], [], []
        for (who, place), variable in self.members.items():
            service = self.services.index(self.facts.service_of(self.groups[place]))
            keys.append(who * len(self.services) + service)
            variables.append(variable)
            if self.groups[place].id not in self.people[who].group_ids:
                free.append(variable)
        require(Terms.of(np.array(variables, np.int64), np.array(keys, np.int64)), upper=1)
        chosen = np.isin(belongs, free)
        joins = np.array(free, np.int64)
        require(Terms.of(joins, joins) + Terms.of(self.attends.variable[chosen], belongs[chosen], -1), upper=0)

    def _add_sizes(self, at: Ints) -> None:
        require, held, attends, second, rooms = (
            self.model.require,
            self.held,
            self.attends,
            self.second,
            self.group_rooms,
        )
        heads = Terms.of(attends.variable, self._at_start(attends, self.attended_group))
        extra = Terms.of(second.variable, self._at_start(second, second.who))
        fewest = np.array([self.facts.fewest(group) for group in self.groups], np.int64)
        most = np.array([self.facts.most(group) for group in self.groups], np.int64)
        alone = np.array([self.facts.ratio(group) or self.facts.most(group) for group in self.groups], np.int64)
        require(heads + Terms.of(held.variable, at, -fewest[held.who]), lower=0)
        require(heads + Terms.of(held.variable, at, -most[held.who]), upper=0)
        with_ratio = Terms.of(second.variable, extra.keys, -alone[second.who])
        require(heads + Terms.of(held.variable, at, -alone[held.who]) + with_ratio, upper=0)
        # a second member of staff comes only where the first alone would be too few
        require(extra + Terms.of(held.variable, at, -1), upper=0)
        needed = np.isin(heads.keys, extra.keys)
        some = Terms(heads.keys[needed], heads.variables[needed], heads.coefficients[needed])
        require(some + Terms.of(second.variable, extra.keys, -alone[second.who] - 1), lower=0)
        seats = np.array([room.capacity for room in self.rooms], np.int64)
        require(
            heads + extra + Terms.of(rooms.variable, self._at_start(rooms, rooms.who), 1 - seats[rooms.room]), upper=0
        )

    def _add_visit_rules(self) -> None:
        """Never more than needed, a week and a day; with the primary therapist where asked."""
        require, visits, rooms = self.model.require, self.visits, self.visit_rooms
        # every visit is in one room
        same = [self._at_start(row, row.who * len(self.services) + row.kind) for row in (visits, rooms)]
        require(Terms.of(visits.variable, same[0]) + Terms.of(rooms.variable, same[1], -1), 0, 0)
        self._primaries: dict[int, dict[int, int]] = defaultdict(dict)
        number = len(self.services)
        for kind, service in enumerate(self.services):
            own = visits.where(visits.kind == kind)
            for who in np.unique(own.who).tolist():
                person = self.people[who]
                needed, a_day = self.facts.needed(person, service), self.facts.most_a_day(person, service)
                mine = own.where(own.who == who)
                if a_day < needed:
                    require(Terms.of(mine.variable, mine.start // DAY), upper=a_day)
                if service.with_primary and not person.primary_id:
                    workers, inverse = np.unique(mine.therapist, return_inverse=True)
                    primary = self._primary_of(who, workers)
                    seen = Terms.of(mine.variable, inverse)
                    require(seen + Terms.of(primary, np.arange(len(workers)), -needed), upper=0)
        self.lacking: list[tuple[int, int, int]] = []
        keys = visits.who * number + visits.kind
        missing = []
        for who, person in enumerate(self.people):
            for kind, service in enumerate(self.services):
                needed = 0 if service.id in self.problem.groups_of else self.facts.needed(person, service)
                if needed:
                    short = int(self.model.variables(1, 0, needed)[0])
                    self.lacking.append((short, who, kind))
                    missing.append((who * number + kind, short, needed))
        table = np.array(missing, np.int64).reshape(-1, 3)
        require(Terms.of(visits.variable, keys) + Terms.of(table[:, 1], table[:, 0]), table[:, 2], table[:, 2])

    def _primary_of(self, who: int, workers: Ints) -> Ints:
        """Return a Boolean for each possible primary therapist of a participant, at most one of them true."""
        known = self._primaries[who]
        for worker in workers.tolist():
            if worker not in known:
                known[worker] = int(self.model.variables(1)[0])
        self.model.require(Terms.of(np.array(list(known.values()), np.int64)), upper=1)
        return np.array([known[worker] for worker in workers.tolist()], np.int64)

    def _add_hours(self) -> None:
        """Keep the limits of everybody's minutes a day and a week."""
        seen, staffing, require = self.seen, self.staffing, self.model.require
        counting = self.countable[seen.kind]
        for who, person in enumerate(self.people):
            level, mine = self.facts.level(person), seen.who == who
            minutes = Terms.of(seen.variable[mine], 0, counting[mine])
            require(minutes, upper=level.max_minutes_per_week)
            by_day = Terms.of(seen.variable[mine], seen.start[mine] // DAY, counting[mine])
            require(by_day, upper=level.max_minutes_per_day)
        worked = self.minutes[staffing.kind]
        for worker, therapist in enumerate(self.staff):
            mine = staffing.therapist == worker
            require(Terms.of(staffing.variable[mine], 0, worked[mine]), upper=self.facts.week_limit(therapist))
            by_day = Terms.of(staffing.variable[mine], staffing.start[mine] // DAY, worked[mine])
            require(by_day, upper=self.facts.day_limit(therapist))

    # --- goals ------------------------------------------------------------
    @cached_property
    def earlier(self) -> EarlierWeek | None:
        """Return the rows about the earlier week, None where there is none."""
        if self.problem.previous is None:
            return None
        visits, rooms, lead, second, attends = self.visits, self.visit_rooms, self.lead, self.second, self.attends
        chosen = self.group_rooms
        now = {("participant", who): self.seen.variable[self.seen.who == who] for who in range(len(self.people))}
        workers = range(len(self.staff))
        now |= {("therapist", who): self.staffing.variable[self.staffing.therapist == who] for who in workers}
        booleans = Booleans(
            visits=by_key(visits.variable, visits.who, visits.kind, visits.start, visits.therapist),
            visit_rooms=by_key(rooms.variable, rooms.who, rooms.kind, rooms.start, rooms.room),
            leads=by_key(lead.variable, lead.who, lead.start, lead.therapist),
            seconds=by_key(second.variable, second.who, second.start, second.therapist),
            group_rooms=by_key(chosen.variable, chosen.who, chosen.start, chosen.room),
            attends=by_key(attends.variable, attends.who, self.attended_group, attends.start),
            now=now,
        )
        return EarlierWeek(self.problem, self.problem.previous, self.model, booleans)

    def goal(self, goal: GoalId) -> Terms:
        """Add what a goal needs and return what is to be minimized; asked once for each goal, in rank order."""
        build = {
            GoalId.UNMET_NEED: self._unmet_need,
            GoalId.WORST_OFF: self._worst_off,
            GoalId.PEOPLE_SHORT: self._people_short,
            GoalId.CHANGES: self.earlier.changes if self.earlier else list,
            GoalId.MOVES: self.earlier.moves if self.earlier else list,
            GoalId.PREFERENCES: self._preferences,
            GoalId.WORKLOAD: self._workload,
            GoalId.COST: self._cost,
        }
        return Terms.joined([Terms.of(part.variables, 0, part.coefficients) for part in build[goal]()]).merged()

    def _unmet_need(self) -> list[Terms]:
        """Return needed visits that are not held, and hours and program days below the minimum."""
        require, seen = self.model.require, self.seen
        counting = self.countable[seen.kind]
        self.unmet: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for short, who, kind in self.lacking:
            self.unmet[who].append((short, self.services[kind].minutes))
        for who, person in enumerate(self.people):
            level, mine = self.facts.level(person), seen.who == who
            if level.min_minutes_per_week:
                short = self.model.variables(1, 0, level.min_minutes_per_week)
                total = Terms.of(seen.variable[mine], 0, counting[mine]) + Terms.of(short)
                require(total, lower=level.min_minutes_per_week)
                self.unmet[who].append((int(short[0]), 1))
            if level.min_days_per_week:
                day = seen.start[mine] // DAY
                days, inverse = np.unique(day, return_inverse=True)
                counts = self.model.variables(len(days))
                minutes = Terms.of(seen.variable[mine], inverse, counting[mine])
                full = Terms.of(counts, np.arange(len(days)), -max(1, level.program_day_minutes))
                require(minutes + full, lower=0)
                short = self.model.variables(1, 0, level.min_days_per_week)
                require(Terms.of(counts) + Terms.of(short), lower=level.min_days_per_week)
                self.unmet[who].append((int(short[0]), MINUTES_PER_DAY_SHORT))
        pairs = np.array([pair for mine in self.unmet.values() for pair in mine], np.int64).reshape(-1, 2)
        return [Terms.of(pairs[:, 0], 0, pairs[:, 1])]

    def _worst_off(self) -> list[Terms]:
        upper = self.model.upper
        pairs = [np.array(mine, np.int64) for mine in self.unmet.values()]
        largest = self.model.variables(1, 0, max((int(upper[row[:, 0]] @ row[:, 1]) for row in pairs), default=0))
        for row in pairs:
            self.model.require(Terms.of(row[:, 0], 0, row[:, 1]) + Terms.of(largest, 0, -1), upper=0)
        return [Terms.of(largest)]

    def _people_short(self) -> list[Terms]:
        upper = self.model.upper
        short = []
        for mine in self.unmet.values():
            pairs = np.array(mine, np.int64)
            most = int(upper[pairs[:, 0]] @ pairs[:, 1])
            short.append(self.model.variables(1))
            self.model.require(Terms.of(pairs[:, 0], 0, pairs[:, 1]) + Terms.of(short[-1], 0, -most), upper=0)
        return [Terms.of(variable) for variable in short]

    def _preferences(self) -> list[Terms]:
        """Return what members skip, what lies outside preferred times, and everything that there is once too often, weighted."""
        names = "skipped outside_preferred leads therapists primary language short_days rooms apart_days"
        weight = {name: self.facts.weight(GoalId.PREFERENCES, name) for name in names.split()}
        outside = self._outside(self.people, self.seen, self.seen.who)
        outside += self._outside(self.staff, self.staffing, self.staffing.therapist)
        return [
            self._skipped() * weight["skipped"],
            outside * weight["outside_preferred"],
            self._leads() * weight["leads"],
            self._therapists() * weight["therapists"],
            self._other_primaries() * weight["primary"],
            self._without_language() * weight["language"],
            self._short_days() * weight["short_days"],
            self._rooms_beyond_first() * weight["rooms"],
            self._days_in_a_row() * weight["apart_days"],
        ]

    def _skipped(self) -> Terms:
        """Return the minutes of held sessions of their own group that members do not attend."""
        require = self.model.require
        attends = {
            (int(w), int(g), int(s)): int(v)
            for w, g, s, v in zip(
                self.attends.who, self.attended_group, self.attends.start, self.attends.variable, strict=True
            )
        }
        rows: list[tuple[int, int, int]] = []  # row, variable, coefficient
        minutes = []
        for (who, place), member in self.members.items():
            own = self.held.where(self.held.who == place)
            for start, held in zip(own.start.tolist(), own.variable.tolist(), strict=True):
                row = len(minutes)
                minutes.append(self.facts.service_of(self.groups[place]).minutes)
                rows += [(row, member, 1), (row, held, 1)]
                if (who, place, start) in attends:
                    rows.append((row, attends[who, place, start], -1))
        skips = self.model.variables(len(minutes))
        table = np.array(rows, np.int64).reshape(-1, 3)
        terms = Terms.of(table[:, 1], table[:, 0], table[:, 2])
        require(terms + Terms.of(skips, np.arange(len(skips)), -1), upper=1)
        return Terms.of(skips, 0, np.array(minutes, np.int64))

    def _outside(self, rows: Sequence[Participant | Therapist], sessions: Sessions, places: Ints) -> Terms:
        """Return the minutes of sessions outside the preferred times of the person in the place."""
        parts = []
        for place, row in enumerate(rows):
            mine = places == place
            if row.preferred is None or not mine.any():
                continue
            starts, minutes = sessions.start[mine], self.minutes[sessions.kind[mine]]
            lost = [
                length - row.preferred.minutes_inside(start, start + length)
                for start, length in zip(starts.tolist(), minutes.tolist(), strict=True)
            ]
            parts.append(Terms.of(sessions.variable[mine], 0, np.array(lost, np.int64)))
        return Terms.joined(parts)

    def _leads(self) -> Terms:
        """Return the leads beyond the first of each group that would rather have one."""
        parts = []
        for place, group in enumerate(self.groups):
            own = self.lead.where(self.lead.who == place)
            if group.one_lead == "prefer" and len(own.variable):
                # a group meets at one start at a time: rows by therapist and start
                parts.append(self._beyond_first(own.variable, own.therapist, own.start, own.variable))
        return Terms.joined(parts)

    def _therapists(self) -> Terms:
        """Return the therapists beyond the first among each participant's individual and family sessions."""
        talks = np.array([row.kind in TALKS for row in self.services])
        parts = []
        for who, person in enumerate(self.people):
            own = self.visits.where((self.visits.who == who) & talks[self.visits.kind])
            needed = sum(
                self.facts.needed(person, service)
                for kind, service in enumerate(self.services)
                if talks[kind] and service.id not in self.problem.groups_of
            )
            if needed > 1 and len(own.variable):
                # a participant is in one visit at a start, a session of each service is enough for a row
                parts.append(self._beyond_first(own.variable, own.therapist, own.start, own.variable))
        return Terms.joined(parts)

    def _other_primaries(self) -> Terms:
        """Return participants with a primary therapist who is not that of the earlier week."""
        before, always = self.problem.primaries_before, self.model.variables(1, 1, 1)
        parts = []
        for who, person in enumerate(self.people):
            if person.id not in before:
                continue
            if person.primary_id:
                parts += [Terms.of(always)] * (person.primary_id != before[person.id])
                continue
            primaries = self._primaries[who].items()
            others = [variable for worker, variable in primaries if self.staff[worker].id != before[person.id]]
            parts.append(Terms.of(np.array(others, np.int64)))
        return Terms.joined(parts)

    def _without_language(self) -> Terms:
        """Return individual and family sessions with somebody who shares no language with the participant."""
        visits = self.visits
        talks = np.array([row.kind in TALKS for row in self.services])
        foreign = np.array(
            [
                not self.facts.share_language(self.staff[worker], self.people[who])
                for worker, who in zip(visits.therapist.tolist(), visits.who.tolist(), strict=True)
            ],
            bool,
        )
        return Terms.of(visits.variable[talks[visits.kind] & foreign])

    def _days_with(self, sessions: Sessions, keys: Ints) -> tuple[Ints, Ints]:
        """Return the days (key x 7 + weekday) on which there could be sessions, and Booleans that are 1 if there are."""
        moments = self._moments(sessions, keys)
        days = moments.keys // (DAY // self.grid)  # a week has a whole number of days
        found, inverse = np.unique(days, return_inverse=True)
        there = self.model.variables(len(found))
        rows, first = np.unique(moments.keys, return_index=True)
        self.model.require(moments + Terms.of(there[inverse[first]], rows, -1), upper=0)
        return found, there

    def _trips(self) -> tuple[Ints, Ints]:
        """Return the days of participants, and Booleans that are 1 if they come; made once for all goals."""
        if self._coming is None:
            self._coming = self._days_with(self.seen, self.seen.who)
        return self._coming

    def _short_days(self) -> Terms:
        """Return days on which a participant comes for less than the minutes that are worth the way."""
        least = self.problem.clinic.short_day_minutes
        days, comes = self._trips()
        short = self.model.variables(len(days))
        minutes = Terms.of(self.seen.variable, self._on_day(self.seen, self.seen.who), self.minutes[self.seen.kind])
        self.model.require(minutes + Terms.of(short, days, least) + Terms.of(comes, days, -least), lower=0)
        return Terms.of(short)

    def _rooms_beyond_first(self) -> Terms:
        """Return the rooms beyond the first of each group."""
        parts = []
        for place in range(len(self.groups)):
            own = self.group_rooms.where(self.group_rooms.who == place)
            if len(own.variable):
                parts.append(self._beyond_first(own.variable, own.room, own.start, own.variable))
        return Terms.joined(parts)

    def _days_in_a_row(self) -> Terms:
        """Return pairs of individual or family sessions of one service on a day and the next."""
        parts = []
        for who, person in enumerate(self.people):
            for kind, service in enumerate(self.services):
                if service.kind in TALKS and self.facts.needed(person, service) > 1:
                    own = self.visits.where((self.visits.who == who) & (self.visits.kind == kind))
                    parts.append(self._pairs(own, self.facts.most_a_day(person, service)))
        return Terms.joined(parts)

    def _pairs(self, sessions: Sessions, a_day: int) -> Terms:
        """Return pairs of sessions on a day and the next, of which there are at most so many a day."""
        days = sessions.start // DAY
        held = self.model.variables(DAYS * a_day).reshape(DAYS, a_day)  # at least so many are 1 as there are sessions
        rows = np.repeat(np.arange(DAYS), a_day)
        self.model.require(Terms.of(sessions.variable, days) + Terms.of(held.ravel(), rows, -1), upper=0)
        pairs = [(one, other) for day in range(DAYS - 1) for one in held[day] for other in held[day + 1]]
        both, keys = self.model.variables(len(pairs)), np.arange(len(pairs))
        table = np.array(pairs, np.int64)
        sides = Terms.of(table[:, 0], keys) + Terms.of(table[:, 1], keys)
        self.model.require(sides + Terms.of(both, keys, -1), upper=1)
        return Terms.of(both)

    def _beyond_first(self, variables: Ints, workers: Ints, starts: Ints, every: Ints) -> Terms:
        """Return the number of different workers less one, 0 where nothing is held."""
        require = self.model.require
        found, inverse = np.unique(workers, return_inverse=True)
        used, some = self.model.variables(len(found)), self.model.variables(1)
        keys = inverse * (DAYS * DAY) + starts
        rows, first = np.unique(keys, return_index=True)
        require(Terms.of(variables, keys) + Terms.of(used[inverse[first]], rows, -1), upper=0)
        require(Terms.of(some) + Terms.of(every, 0, -1), upper=0)
        return Terms.of(used) + Terms.of(some, 0, -1)

    def _workload(self) -> list[Terms]:
        """Return spreads of minutes, of evenings and of group sizes, and waiting staff, all weighted."""
        names = "imbalance evenings idle sizes no_pause"
        weight = {name: self.facts.weight(GoalId.WORKLOAD, name) for name in names.split()}
        staffing = self.staffing
        worked = self.minutes[staffing.kind]
        evening = np.array([self.facts.is_evening(start) for start in range(0, DAYS * DAY, self.grid)], np.int64)
        late = evening[staffing.start // self.grid]
        anytime = [place for place, row in enumerate(self.staff) if self.facts.could_hold(row)]
        evenings = [place for place, row in enumerate(self.staff) if self.facts.could_hold(row, evening=True)]
        targets = np.array([self.facts.target(self.staff[place]) for place in anytime], np.int64)
        total = Terms.of(staffing.variable, staffing.therapist, worked)
        return [
            self._spread(anytime, total, targets.max(initial=1), targets) * weight["imbalance"],
            self._spread(evenings, Terms.of(staffing.variable, staffing.therapist, late)) * weight["evenings"],
            self._waiting(staffing, staffing.therapist, IDLE_ALLOWED) * weight["idle"],
            self._uneven_sizes() * weight["sizes"],
            self._without_pause() * weight["no_pause"],
        ]

    def _without_pause(self) -> Terms:
        """Return the minutes beyond four hours of each run of sessions of staff without a pause.

        A piece of time belongs to a run if a session covers it or if it lies in a gap that is shorter than a pause; it lies
        beyond four hours if all pieces of the four hours before it belong to the run, too.
        """
        staffing, pause = self.staffing, self.problem.clinic.staff.break_minutes
        minutes = self.minutes[staffing.kind]
        if not pause:
            return Terms.of(staffing.variable, 0, np.maximum(0, minutes - LONGEST_RUN))
        unit = int(np.gcd.reduce([self.grid, LONGEST_RUN, *minutes.tolist()]))
        cells = DAYS * DAY // unit
        runs = self.model.variables(len(self.staff) * cells)
        steps = range(int((minutes // unit).max(initial=0)))
        covers = [(minutes // unit > step, staffing.start // unit + step) for step in steps]
        busy = Terms.joined(
            [Terms.of(staffing.variable[on], (staffing.therapist * cells + at)[on]) for on, at in covers]
        )
        rows = np.unique(busy.keys)
        self.model.require(busy + Terms.of(runs[rows], rows, -1), upper=0)
        every = np.arange(len(runs))
        for gap in range(1, -(-pause // unit)):
            before = every[: -gap - 1]
            for between in range(1, gap + 1):
                # a run's piece on either side; that both are of one day matters not: no session crosses midnight
                sides = Terms.of(runs[before], before) + Terms.of(runs[before + gap + 1], before)
                self.model.require(sides + Terms.of(runs[before + between], before, -1), upper=1)
        window = LONGEST_RUN // unit
        last = every[(every % (DAY // unit)) >= window]
        beyond = self.model.variables(len(last))
        within = Terms.joined([Terms.of(runs[last - step], last) for step in range(window + 1)])
        self.model.require(within + Terms.of(beyond, last, -1), upper=window)
        return Terms.of(beyond, 0, unit)

    def _spread(self, keys: Sequence[int], terms: Terms, factor: int = 1, divisors: Ints | int = 1) -> Terms:
        """Return the largest less the smallest total of the keys named, also of those without any term.

        A total counts times the factor, divided by the divisor of its key, rounded down.
        """
        if len(keys) < 2:
            return Terms.joined([])
        # In lowest terms, so that equal targets leave plain totals.
        common = np.gcd(factor, np.broadcast_to(divisors, len(keys)))
        times, over = factor // common, divisors // common
        highest = DAYS * DAY * (int(max(times // over)) + 1)
        high, low = self.model.variables(1, 0, highest), self.model.variables(1, 0, highest)
        chosen = np.isin(terms.keys, keys)
        place = np.searchsorted(keys, terms.keys[chosen])
        totals = Terms(terms.keys[chosen], terms.variables[chosen], terms.coefficients[chosen] * times[place])
        every = np.array(keys, np.int64)
        self.model.require(totals + Terms.of(np.repeat(high, len(every)), every, -over), upper=over - 1)
        self.model.require(totals + Terms.of(np.repeat(low, len(every)), every, -over), lower=0)
        return Terms.of(high) + Terms.of(low, 0, -1)

    def _waiting(self, sessions: Sessions, keys: Ints, allowed: int) -> Terms:
        """Return, by key and day, the minutes beyond those allowed from first start to last end without a session."""
        require = self.model.require
        days = self._on_day(sessions, keys)
        found, inverse = np.unique(days, return_inverse=True)
        if not len(found):
            return Terms.joined([])
        minutes = self.minutes[sessions.kind]
        ends = sessions.start + minutes
        first, last = np.full(len(found), DAYS * DAY), np.zeros(len(found), np.int64)
        np.minimum.at(first, inverse, sessions.start)
        np.maximum.at(last, inverse, ends)
        begin, end = self.model.variables(len(found), first, last), self.model.variables(len(found), first, last)
        wait = self.model.variables(len(found), 0, last - first)
        # begin <= last - (last - start) for whatever starts then; likewise for the end
        for moment, edge, bound in ((sessions.start, begin, last), (ends, end, first)):
            rows = inverse * (DAYS * DAY + 1) + moment
            kinds, place = np.unique(rows, return_index=True)
            reached = Terms.of(edge[inverse[place]], kinds) + Terms.of(sessions.variable, rows, bound[inverse] - moment)
            limits = bound[inverse[place]]
            require(reached, upper=limits) if edge is begin else require(reached, lower=limits)
        rows = np.arange(len(found))
        span = Terms.of(wait, rows) + Terms.of(end, rows, -1) + Terms.of(begin, rows)
        require(span + Terms.of(sessions.variable, inverse, minutes), lower=-allowed)
        return Terms.of(wait)

    def _uneven_sizes(self) -> Terms:
        """Return, per service and population, members of the largest less the smallest held group."""
        alike: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, group in enumerate(self.groups):
            alike[group.service_id, group.population].append(place)
        parts = []
        for places in alike.values():
            if len(places) < 2:
                continue
            most = len(self.people)
            high, low = self.model.variables(1, 0, most), self.model.variables(1, 0, most)
            for place in places:
                held = self.model.variables(1)
                own = self.held.variable[self.held.who == place]
                rows = np.arange(len(own))
                self.model.require(Terms.of(own, rows) + Terms.of(np.repeat(held, len(own)), rows, -1), upper=0)
                members = Terms.of(np.array([v for (_, g), v in self.members.items() if g == place], np.int64))
                self.model.require(members + Terms.of(high, 0, -1) + Terms.of(held, 0, most), upper=most)
                self.model.require(members + Terms.of(low, 0, -1) + Terms.of(held, 0, -most), lower=-most)
            spread = Terms.of(high) + Terms.of(low, 0, -1)
            self.model.require(spread, lower=0)
            parts.append(spread)
        return Terms.joined(parts)

    def _cost(self) -> list[Terms]:
        """Return staff minutes, days with a trip, minutes of waiting participants and days of staff, all weighted."""
        names = "staff trips waits staff_days"
        weight = {name: self.facts.weight(GoalId.COST, name) for name in names.split()}
        staffing, seen = self.staffing, self.seen
        _, trips = self._trips()
        _, staff_days = self._days_with(staffing, staffing.therapist)
        return [
            Terms.of(staffing.variable, 0, self.minutes[staffing.kind]) * weight["staff"],
            Terms.of(trips) * weight["trips"],
            self._waiting(seen, seen.who, 0) * weight["waits"],
            Terms.of(staff_days) * weight["staff_days"],
        ]

    # --- the way back -----------------------------------------------------
    def schedule(self, solution: Ints) -> Schedule:
        """Return the week that a solution describes."""
        count: Counter[str] = Counter()
        sessions = []

        def add(stem: str, service: Service, start: int, staff: list[int], room: int, people: list[int]) -> None:
            count[stem] += 1
            sessions.append(
                Session(
                    id=f"{stem}-{count[stem]}",
                    service_id=service.id,
                    start=start,
                    end=start + service.minutes,
                    therapist_ids=tuple(self.staff[place].id for place in staff),
                    participant_ids=tuple(sorted(self.people[place].id for place in people)),
                    group_id=stem if stem in self.problem.group else None,
                    room_id=self.rooms[room].id,
                )
            )

        room_of = {row[:3]: row[4] for row in self._chosen(self.visit_rooms, solution)}
        for who, kind, start, worker, _ in self._chosen(self.visits, solution):
            room = room_of[who, kind, start]
            add(self.services[kind].id, self.services[kind], start, [worker], room, [who])
        is_there = solution[self.attends.variable] > 0
        room_of = {row[:3]: row[4] for row in self._chosen(self.group_rooms, solution)}
        for place, kind, start, worker, _ in self._chosen(self.lead, solution):
            room = room_of[place, kind, start]
            there = is_there & (self.attended_group == place) & (self.attends.start == start)
            seconds = self.second.where((self.second.who == place) & (self.second.start == start))
            helpers = seconds.therapist[solution[seconds.variable] > 0].tolist()
            people = self.attends.who[there].tolist()
            add(self.groups[place].id, self.services[kind], start, [worker, *helpers], room, people)
        return Schedule(self.problem.week, tuple(sorted(sessions)))

    @staticmethod
    def _chosen(sessions: Sessions, solution: Ints) -> list[tuple[int, int, int, int, int]]:
        """Return who, kind, start, therapist and room of the sessions that are held, by start."""
        held = sessions.where(solution[sessions.variable] > 0)
        table = np.stack([held.who, held.kind, held.start, held.therapist, held.room], axis=1)
        return sorted(map(tuple, table.tolist()), key=lambda row: (row[2], row[1], row[0]))
