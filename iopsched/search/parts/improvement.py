"""Large neighborhood search: a part of the week is opened and solved exactly, again and again.

Shaw 1998 (doi:10.1007/3-540-49481-2_30); which kind of part is opened next
follows what each kind has won so far per second (adaptive, Ropke & Pisinger
2006, doi:10.1287/trsc.1050.0135). Every part is the ordinary model, see
:mod:`iopsched.search.workshop`, so that no step can break a rule or an earlier goal.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY
from iopsched.model.decisions import read_decisions, values_of
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.solver import Effort, minimize
from iopsched.search.workshop import Leads, Opening, Workshop
from iopsched.verifier import GoalValue, goal_values, unmet_minutes

STEP = Effort(seconds=3.0, deterministic=1.0)
# So many choices of a start and a lead are open at once to begin with; more where parts are solved to the end, else
# fewer, so that a part takes about a second whatever the clinic.
PLACES = 4000.0
LEAST_PLACES, MOST_PLACES = 1000.0, 40_000.0
GROWTH, DECLINE = 1.3, 0.6
LEAST_CHANCE = 0.3
FADING = 0.7
LEAST_SECONDS = 0.01
# A group that is opened with all who could belong to it is as much work as so many choices of a visit.
GROUP_PLACES = 1500.0
FEW = 3
HALF = 0.5
DAYS = 2
Values = dict[GoalId, GoalValue]
Visit = tuple[str, str]


@dataclass(slots=True)
class _Kind:
    """A kind of part, with what it has won and cost so far."""

    open: Callable[[_Week, float], Opening]
    wins: float = 0.1
    seconds: float = 1.0
    places: float = PLACES

    @property
    def weight(self) -> float:
        return self.wins / self.seconds


class Improvement:
    """Improves one goal after another of a week that keeps every rule; ``week`` and ``values`` are the best so far."""

    def __init__(self, workshop: Workshop, clock: Clock, week: Schedule) -> None:
        self.workshop = workshop
        self.problem = workshop.problem
        self.clock = clock
        self.random = random.Random(clock.params.seed)  # noqa: S311 - chance, no secret
        self.week = week
        self.values: Values = dict(goal_values(self.problem, week))
        self._kinds: list[_Kind] = []

    def turn_to(self, goal_id: GoalId) -> None:
        """Begin with another goal: what was learned about kinds of parts was learned about the one before."""
        openers = self._open_people, self._open_staff, self._open_groups, self._open_days
        self._kinds = [_Kind(opener) for opener in openers]
        self._goal_id = goal_id

    def offer(self, week: Schedule) -> bool:
        """Take over a week that is no worse up to the present goal; return whether it was."""
        reached = dict(goal_values(self.problem, week))
        is_taken = all(reached[goal].value <= self.values[goal].value for goal in _up_to(self._goal_id))
        if is_taken:
            self.week, self.values = week, reached
        return is_taken

    def step(self) -> bool:
        """Open one part and solve it; return whether the week is now another one, in this goal no worse."""
        least = LEAST_CHANCE * max(kind.weight for kind in self._kinds)
        kind = self.random.choices(self._kinds, [max(least, kind.weight) for kind in self._kinds])[0]
        begun, before = self._now(), self.values[self._goal_id].value
        opening = kind.open(_Week(self.workshop, self.week, self._goal_id), kind.places)
        found, is_proven = self._solve(opening)
        kind.places = min(MOST_PLACES, max(LEAST_PLACES, kind.places * (GROWTH if is_proven else DECLINE)))
        is_taken = found is not None and self.offer(found)
        won = 1 - self.values[self._goal_id].value / max(1, before)
        kind.wins = FADING * kind.wins + won
        kind.seconds = FADING * kind.seconds + self._now() - begun + LEAST_SECONDS
        return is_taken

    def _now(self) -> float:
        """Return seconds, of CP-SAT's deterministic time where runs have to be repeatable."""
        return self.clock.deterministic if self.clock.params.workers == 1 else time.monotonic()

    def _solve(self, opening: Opening) -> tuple[Schedule | None, bool]:
        """Return the best week in which only this is chosen anew, if one was found, and whether that is proven."""
        if self._goal_id == GoalId.UNMET_NEED:
            people = self.workshop.people(opening)
            short = unmet_minutes(self.problem, self.week)
            model = self.workshop.open_part(self.week, opening, people)
            limits = {GoalId.UNMET_NEED: sum(short.get(pid, 0) for pid in people)}
        else:
            model = self.workshop.open_part(self.week, opening)
            limits = {goal: self.values[goal].value for goal in _up_to(self._goal_id)}
        for goal, most in limits.items():
            held = model.goal(goal) <= most
            if held is not True:
                model.cp.add(held)
        hint, objective = values_of(model.x, self.week), model.goal(self._goal_id)
        self.workshop.note(model)
        found = minimize(model.cp, objective, self.clock, STEP, hint)
        schedule = None if found.values is None else read_decisions(model.x, found.values)
        return schedule, found.is_proven

    # --- what is opened ---------------------------------------------------
    def _open_people(self, week: _Week, most: float) -> Opening:
        """Open the visits of participants who share staff, with whoever can hold them."""
        people = week.short or week.people
        first = self.random.sample(people, min(len(people), FEW))
        visits = [visit for pid in first for visit in week.visits_of[pid]]
        staff = {w for visit in visits for w in self._few(visit, week)}
        near = [visit[0] for visit, lead in week.lead.items() if lead in staff]
        self.random.shuffle(near)
        chosen = list(dict.fromkeys([*first, *near]))
        return self._limited({visit: None for pid in chosen for visit in week.visits_of[pid]}, week, most)

    def _open_staff(self, week: _Week, most: float) -> Opening:
        """Open what some members of staff hold, among themselves; half of the time with the groups they lead."""
        staff = self._some_staff(week, most)
        leads: dict[Visit, Leads] = {visit: staff for visit, lead in week.lead.items() if lead in staff}
        leads |= {visit: staff for pid in week.short for visit in week.visits_of[pid] if visit not in week.lead}
        groups = week.groups_led_by(staff) if self.random.random() < HALF else frozenset()
        if len(groups) * GROUP_PLACES > most:
            groups = frozenset(self.random.sample(sorted(groups), int(most / GROUP_PLACES)))
        return self._limited(leads, week, most, groups)

    def _some_staff(self, week: _Week, most: float) -> frozenset[str]:
        """Return staff with a skill in common, as many as can share their visits in so many choices."""
        staff = sorted(set(week.lead.values()))
        if not staff:
            return frozenset()
        lacking = [visit for pid in week.short for visit in week.visits_of[pid] if visit not in week.lead]
        if lacking:
            staff = sorted({*staff, *(able := self.workshop.choices(*self.random.choice(lacking))[1])})
            first = self.random.choice(able or staff)
        else:
            first = self.random.choice(staff)
        skills = set(self.problem.therapist[first].skills)
        alike = [w for w in staff if w != first and skills & set(self.problem.therapist[w].skills)]
        self.random.shuffle(alike)
        chosen = [first]
        for therapist_id in alike:
            visits = [visit for visit, lead in week.lead.items() if lead in {*chosen, therapist_id}]
            if sum(self._places(visit, len(chosen) + 1) for visit in visits) > most and len(chosen) > 1:
                break
            chosen.append(therapist_id)
        return frozenset(chosen)

    def _open_groups(self, week: _Week, most: float) -> Opening:
        """Open groups that share people, and the visits of their members with the staff who hold them."""
        if not self.problem.groups:
            return self._open_people(week, most)
        of_short = [self.problem.group[gid] for gid, own in sorted(week.members.items()) if own & set(week.short)]
        first = self.random.choice(of_short or self.problem.groups)
        alike = [
            group.id
            for group in self.problem.groups
            if group.id != first.id
            and (group.service_id, group.population, group.tracks) == (first.service_id, first.population, first.tracks)
        ]
        self.random.shuffle(alike)
        groups: list[str] = []
        leads: dict[Visit, Leads] = {}
        places = 0.0
        for group_id in [first.id, *alike]:
            visits = [visit for pid in sorted(week.members[group_id]) for visit in week.visits_of[pid]]
            places += GROUP_PLACES + sum(self._places(visit, 1) for visit in visits)
            if groups and places > most:
                break
            groups.append(group_id)
            leads |= {visit: frozenset({week.lead[visit]}) if visit in week.lead else None for visit in visits}
        return self._limited(leads, week, most, frozenset(groups))

    def _open_days(self, week: _Week, most: float) -> Opening:
        """Open the visits of some days, among these days."""
        open_days = self.workshop.terms.open_days
        order = self.random.sample(open_days, len(open_days))
        days: list[int] = []
        for day in order:
            visits = [visit for visit, own in week.day.items() if own in {*days, day}]
            share = (len(days) + 1) / len(open_days)
            if len(days) >= DAYS and share * sum(self._places(visit) for visit in visits) > most:
                break
            days.append(day)
        lacking = [visit for pid in week.short for visit in week.visits_of[pid] if visit not in week.lead]
        held = [visit for visit, day in week.day.items() if day in days]
        return self._limited(dict.fromkeys([*lacking, *held]), week, most, days=frozenset(days))

    def _places(self, visit: Visit, number: int | None = None) -> int:
        starts, leads = self.workshop.choices(*visit)
        return starts * (len(leads) if number is None else min(len(leads), number))

    def _few(self, visit: Visit, week: _Week) -> frozenset[str]:
        """Return the lead of a visit, a few who could be where there is none yet."""
        if visit in week.lead:
            return frozenset({week.lead[visit]})
        able = self.workshop.choices(*visit)[1]
        return frozenset(self.random.sample(able, min(len(able), FEW)))

    def _limited(
        self,
        leads: Mapping[Visit, Leads],
        week: _Week,
        most: float,
        group_ids: frozenset[str] = frozenset(),
        days: frozenset[int] | None = None,
    ) -> Opening:
        """Return an opening with as many of these visits and leads as can be looked at together."""
        visits = list(leads)
        if days is not None:
            self.random.shuffle(visits)
            visits.sort(key=lambda visit: visit in week.lead)
        share = 1.0 if days is None else len(days) / max(1, len(self.workshop.terms.open_days))
        chosen: dict[Visit, Leads] = {}
        places = 0.0
        for visit in visits:
            own = leads[visit]
            number = None if own is None else len(own)
            if places + share * self._places(visit, number) > most:
                own = self._few(visit, week)
                number = len(own)
            if places + share * self._places(visit, number) <= most:
                chosen[visit] = own
                places += share * self._places(visit, number)
        on = {pid: days for pid, _ in chosen} if days is not None else {}
        return Opening(group_ids=group_ids, leads=chosen, days=on)


class _Week:
    """What the choice of a part asks about a week."""

    def __init__(self, workshop: Workshop, schedule: Schedule, goal_id: GoalId) -> None:
        terms = workshop.terms
        self.schedule = schedule
        self.visits: list[Visit] = [
            (person.id, service.id)
            for person in terms.participants
            for service in workshop.problem.services
            if terms.demand(person, service).most != 0 and workshop.factory.visits.are_plain(person, service)
        ]
        known = set(self.visits)
        self.lead: dict[Visit, str] = {}
        self.day: dict[Visit, int] = {}
        for session in schedule.sessions:
            visit = session.participant_ids[0], session.service_id
            if session.group_id is None and visit in known:
                self.lead[visit] = session.lead_id
                self.day[visit] = session.start // DAY
        self.people = [person.id for person in terms.participants]
        self.visits_of: dict[str, list[Visit]] = defaultdict(list)
        for visit in self.visits:
            self.visits_of[visit[0]].append(visit)
        self.members: dict[str, set[str]] = defaultdict(set)
        for session in schedule.sessions:
            if session.group_id is not None:
                self.members[session.group_id].update(session.participant_ids)
        for person in terms.participants:
            for group_id in person.group_ids:
                self.members[group_id].add(person.id)
        self.short: list[str] = []
        if goal_id in {GoalId.UNMET_NEED, GoalId.PEOPLE_SHORT}:
            short = unmet_minutes(workshop.problem, schedule)
            self.short = sorted(pid for pid, minutes in short.items() if minutes)

    def groups_led_by(self, staff: frozenset[str]) -> frozenset[str]:
        """Return the groups with a session that one of these leads."""
        return frozenset(s.group_id for s in self.schedule.sessions if s.group_id is not None and s.lead_id in staff)


def _up_to(goal_id: GoalId) -> list[GoalId]:
    goals = list(GoalId)
    return goals[: goals.index(goal_id) + 1]
