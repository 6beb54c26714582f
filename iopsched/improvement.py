"""Large neighborhood search: a part of the week is opened and solved exactly, again and again.

Shaw 1998 (doi:10.1007/3-540-49481-2_30); which kind of part is opened next
follows what each kind has won so far per second (adaptive, Ropke & Pisinger
2006, doi:10.1287/trsc.1050.0135). Every part is the ordinary model, see
:mod:`iopsched.model.part`, so that no step can break a rule or an earlier goal.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from iopsched.clock import Clock
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY
from iopsched.model.decisions import read_decisions, values_of
from iopsched.model.part import Leads, Opening, Workshop
from iopsched.rulebook import GoalId
from iopsched.solver import Effort, minimize
from iopsched.verifier import GoalValue, goal_values, unmet_minutes

STEP = Effort(seconds=4.0, deterministic=0.8)
# So many choices of a start and a lead are open at once: a part is built and solved in about a second.
MOST_PLACES = 5000
PEOPLE = 10
STAFF = 3
DAYS = 2
Values = Mapping[GoalId, GoalValue]
Visit = tuple[str, str]


@dataclass(slots=True)
class _Kind:
    """A kind of part, with what it has won and cost so far."""

    open: Callable[[_Week], Opening]
    wins: float = 1.0
    seconds: float = 1.0

    @property
    def weight(self) -> float:
        return max(0.05, self.wins / self.seconds)


class Improvement:
    """Improves one goal after another of a week that keeps every rule."""

    def __init__(self, workshop: Workshop, clock: Clock) -> None:
        self.workshop = workshop
        self.problem = workshop.problem
        self.clock = clock
        self.random = random.Random(clock.params.seed)  # noqa: S311 - chance, no secret

    def improve(
        self, week: Schedule, goal_id: GoalId, is_enough: Callable[[int], bool]
    ) -> Iterator[tuple[Schedule, Values]]:
        """Yield better weeks (or equal ones in this goal) with their values, until one is enough or time is over.

        ``is_enough`` is asked with the goal's value before each step.
        """
        kinds = [_Kind(kind) for kind in (self._open_people, self._open_staff, self._open_groups, self._open_days)]
        values: Values = dict(goal_values(self.problem, week))
        while not self.clock.is_over and not is_enough(values[goal_id].value):
            kind = self.random.choices(kinds, [kind.weight for kind in kinds])[0]
            begun = time.monotonic()
            opening = kind.open(_Week(self.workshop, week, goal_id))
            found = self._step(week, values, goal_id, opening)
            won = 0.0
            if found is not None:
                reached = dict(goal_values(self.problem, found))
                won = float(reached[goal_id].value < values[goal_id].value)
                if all(reached[goal].value <= values[goal].value for goal in _up_to(goal_id)):
                    week, values = found, reached
                    yield week, values
            kind.wins = 0.8 * kind.wins + won
            kind.seconds = 0.8 * kind.seconds + time.monotonic() - begun

    def _step(self, week: Schedule, values: Values, goal_id: GoalId, opening: Opening) -> Schedule | None:
        model = self.workshop.open_part(week, opening)
        for goal in _up_to(goal_id):
            held = model.goal(goal) <= values[goal].value
            if held is not True:
                model.cp.add(held)
        found = minimize(model.cp, model.goal(goal_id), self.clock, STEP, values_of(model.x, week))
        return None if found.values is None else read_decisions(model.x, found.values)

    # --- what is opened ---------------------------------------------------
    def _open_people(self, week: _Week) -> Opening:
        """Open the visits of a few participants, with whoever can hold them."""
        people = week.short or [person.id for person in self.workshop.terms.participants]
        chosen = self.random.sample(people, min(len(people), max(1, PEOPLE // 3)))
        staff = {week.lead[visit] for visit in week.visits if visit[0] in chosen and visit in week.lead}
        near = [visit[0] for visit, lead in week.lead.items() if lead in staff]
        self.random.shuffle(near)
        chosen = list(dict.fromkeys([*chosen, *near]))[:PEOPLE]
        return self._limited({visit: None for visit in week.visits if visit[0] in chosen}, week)

    def _open_staff(self, week: _Week) -> Opening:
        """Open what a few members of staff hold, among themselves."""
        staff = self._some_staff(week)
        leads: dict[Visit, Leads] = {visit: staff for visit, lead in week.lead.items() if lead in staff}
        leads |= {visit: staff for visit in week.visits if visit[0] in week.short and visit not in week.lead}
        groups = week.groups_led_by(staff) if self.random.random() < 0.5 else frozenset()
        return self._limited(leads, week, groups)

    def _some_staff(self, week: _Week) -> frozenset[str]:
        staff = sorted(set(week.lead.values()))
        if not staff:
            return frozenset()
        first = self.random.choice(staff)
        skills = set(self.problem.therapist[first].skills)
        alike = [w for w in staff if w != first and skills & set(self.problem.therapist[w].skills)]
        return frozenset([first, *self.random.sample(alike, min(len(alike), STAFF - 1))])

    def _open_groups(self, week: _Week) -> Opening:
        """Open one or two groups that share people, with the visits of their members."""
        if not self.problem.groups:
            return self._open_people(week)
        first = self.random.choice(self.problem.groups)
        alike = [
            group.id
            for group in self.problem.groups
            if group.id != first.id
            and (group.service_id, group.population, group.tracks) == (first.service_id, first.population, first.tracks)
        ]
        groups = frozenset([first.id, *self.random.sample(alike, min(len(alike), 1))])
        people = {pid for s in week.schedule.sessions if s.group_id in groups for pid in s.participant_ids}
        leads: dict[Visit, Leads] = {}
        for visit in week.visits:
            if visit[0] in people:
                leads[visit] = frozenset({week.lead[visit]}) if visit in week.lead else None
        return self._limited(leads, week, groups)

    def _open_days(self, week: _Week) -> Opening:
        """Open the visits of two days, among these days."""
        days = frozenset(self.random.sample(self.workshop.terms.open_days, min(DAYS, len(self.workshop.terms.open_days))))
        leads: dict[Visit, Leads] = {visit: None for visit, day in week.day.items() if day in days}
        return self._limited(leads, week, days=days)

    def _limited(
        self,
        leads: Mapping[Visit, Leads],
        week: _Week,
        group_ids: frozenset[str] = frozenset(),
        days: frozenset[int] | None = None,
    ) -> Opening:
        """Return an opening with as many of these visits and leads as can be looked at together."""
        visits = list(leads)
        self.random.shuffle(visits)
        everybody = len(self.problem.therapists)
        share = 1.0 if days is None else len(days) / max(1, len(self.workshop.terms.open_days))
        chosen: dict[Visit, Leads] = {}
        places = 0.0
        for visit in visits:
            own = leads[visit]
            starts = share * week.starts_per_week
            number = everybody if own is None else len(own)
            if visit in week.lead and places + number * starts > MOST_PLACES:
                own, number = frozenset({week.lead[visit]}), 1
            if places + number * starts > MOST_PLACES:
                break
            chosen[visit] = own
            places += number * starts
        on = {pid: days for pid, _ in chosen} if days is not None else {}
        return Opening(group_ids=group_ids, leads=chosen, days=on)


class _Week:
    """What the choice of a part asks about a week."""

    starts_per_week = 40

    def __init__(self, workshop: Workshop, schedule: Schedule, goal_id: GoalId) -> None:
        terms = workshop.terms
        self.schedule = schedule
        self.visits: list[Visit] = [
            (person.id, service.id)
            for person in terms.participants
            for service in workshop.problem.services
            if terms.demand(person, service).most != 0 and workshop.factory.has_plain_visits(person, service)
        ]
        known = set(self.visits)
        self.lead: dict[Visit, str] = {}
        self.day: dict[Visit, int] = {}
        for session in schedule.sessions:
            visit = session.participant_ids[0], session.service_id
            if session.group_id is None and visit in known:
                self.lead[visit] = session.lead_id
                self.day[visit] = session.start // DAY
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
