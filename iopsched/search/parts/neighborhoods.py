"""Neighborhoods: the parts of a week that are opened together, of about a given number of (start, lead) choices."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping

from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY
from iopsched.rulebook import GoalId
from iopsched.search.workshop import Leads, Opening, Visit, Workshop
from iopsched.verifier import unmet_minutes


class Neighborhoods:
    """Opens parts of a week by chance: people, staff, groups or days. ``most`` is the number of choices aimed at."""

    def __init__(self, workshop: Workshop, chance: random.Random) -> None:
        self.workshop = workshop
        self.problem = workshop.problem
        self.tuning = workshop.tuning
        self.random = chance

    def open_people(self, week: Snapshot, most: float) -> Opening:
        """Open the visits of participants who share staff, with whoever can hold them."""
        people = week.short or week.people
        first = self.random.sample(people, min(len(people), self.tuning.sample_size))
        visits = [visit for pid in first for visit in week.visits_of[pid]]
        staff = {w for visit in visits for w in self._sample(visit, week)}
        near = [visit[0] for visit, lead in week.lead.items() if lead in staff]
        self.random.shuffle(near)
        chosen = list(dict.fromkeys([*first, *near]))
        return self._limited({visit: None for pid in chosen for visit in week.visits_of[pid]}, week, most)

    def lots_of_people(self) -> Iterator[frozenset[str]]:
        """Yield all participants, so many at once as a part with all their visits may have."""
        people = [person.id for person in self.workshop.terms.participants]
        number = max(1, round(len(people) / self.tuning.people_at_once))
        for place in range(number):
            yield frozenset(people[len(people) * place // number : len(people) * (place + 1) // number])

    def open_times(self, week: Snapshot, people: Container[str]) -> Opening:
        """Open the visits of these people, each with the lead whom it has."""
        return Opening(leads={visit: frozenset({lead}) for visit, lead in week.lead.items() if visit[0] in people})

    def open_staff(self, week: Snapshot, most: float) -> Opening:
        """Open what some members of staff hold, among themselves; half of the time with the groups they lead."""
        staff = self._some_staff(week, most)
        leads: dict[Visit, Leads] = {visit: staff for visit, lead in week.lead.items() if lead in staff}
        leads |= {visit: staff for pid in week.short for visit in week.visits_of[pid] if visit not in week.lead}
        groups = week.groups_led_by(staff) if self.random.random() < self.tuning.group_probability else frozenset()
        if len(groups) * self.tuning.group_choices > most:
            groups = frozenset(self.random.sample(sorted(groups), int(most / self.tuning.group_choices)))
        return self._limited(leads, week, most, groups)

    def _some_staff(self, week: Snapshot, most: float) -> frozenset[str]:
        """Return staff with a skill in common, as many as can share their visits in so many choices."""
        staff = sorted(self.problem.therapist.keys() & week.lead.values())  # who has left leads only what has begun
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
            if sum(self._choices(visit, len(chosen) + 1) for visit in visits) > most and len(chosen) > 1:
                break
            chosen.append(therapist_id)
        return frozenset(chosen)

    def open_groups(self, week: Snapshot, most: float) -> Opening:
        """Open groups that share people, and the visits of their members with the staff who hold them."""
        if not self.problem.groups:
            return self.open_people(week, most)
        short = frozenset(week.short)
        of_short = [group for group in self.problem.groups if week.members[group.id] & short]
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
        choices = 0.0
        for group_id in [first.id, *alike]:
            visits = [visit for pid in sorted(week.members[group_id]) for visit in week.visits_of[pid]]
            choices += self.tuning.group_choices + sum(self._choices(visit, 1) for visit in visits)
            if groups and choices > most:
                break
            groups.append(group_id)
            leads |= {visit: frozenset({week.lead[visit]}) if visit in week.lead else None for visit in visits}
        return self._limited(leads, week, most, frozenset(groups))

    def open_days(self, week: Snapshot, most: float) -> Opening:
        """Open the visits of some days, among these days."""
        open_days = self.workshop.terms.open_days
        order = self.random.sample(open_days, len(open_days))
        days: list[int] = []
        for day in order:
            visits = [visit for visit, own in week.day.items() if own in {*days, day}]
            share = (len(days) + 1) / len(open_days)
            if len(days) >= self.tuning.min_open_days and share * sum(self._choices(visit) for visit in visits) > most:
                break
            days.append(day)
        lacking = [visit for pid in week.short for visit in week.visits_of[pid] if visit not in week.lead]
        held = [visit for visit, day in week.day.items() if day in days]
        return self._limited(dict.fromkeys([*lacking, *held]), week, most, days=frozenset(days))

    def _choices(self, visit: Visit, number: int | None = None) -> int:
        starts, leads = self.workshop.choices(*visit)
        return starts * (len(leads) if number is None else min(len(leads), number))

    def _sample(self, visit: Visit, week: Snapshot) -> frozenset[str]:
        """Return the lead of a visit, a few who could be where there is none yet."""
        if visit in week.lead:
            return frozenset({week.lead[visit]})
        able = self.workshop.choices(*visit)[1]
        return frozenset(self.random.sample(able, min(len(able), self.tuning.sample_size)))

    def _limited(
        self,
        leads: Mapping[Visit, Leads],
        week: Snapshot,
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
        choices = 0.0
        for visit in visits:
            own = leads[visit]
            number = None if own is None else len(own)
            if choices + share * self._choices(visit, number) > most:
                own = self._sample(visit, week)
                number = len(own)
            if choices + share * self._choices(visit, number) <= most:
                chosen[visit] = own
                choices += share * self._choices(visit, number)
        on = {pid: days for pid, _ in chosen} if days is not None else {}
        return Opening(group_ids=group_ids, leads=chosen, days=on)


class Snapshot:
    """A week as neighborhoods see it; ``short`` are those whose need is unmet, where the goal is about that."""

    def __init__(self, workshop: Workshop, schedule: Schedule, goal_id: GoalId) -> None:
        terms = workshop.terms
        self.schedule = schedule
        known = set(workshop.visit_kinds)
        self.lead: dict[Visit, str] = {}
        self.day: dict[Visit, int] = {}
        for session in schedule.sessions:
            visit = session.participant_ids[0], session.service_id
            if session.group_id is None and visit in known:
                self.lead[visit] = session.lead_id
                self.day[visit] = session.start // DAY
        self.people = [person.id for person in terms.participants]
        self.visits_of: dict[str, list[Visit]] = defaultdict(list)
        for visit in workshop.visit_kinds:
            self.visits_of[visit[0]].append(visit)
        self.members: dict[str, set[str]] = defaultdict(set)
        for session in schedule.sessions:
            if session.group_id is not None:
                self.members[session.group_id].update(session.participant_ids)
        for person in terms.participants:
            for group_id in person.group_ids:
                self.members[group_id].add(person.id)
        self.short: list[str] = []
        if goal_id in {GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.PEOPLE_SHORT}:
            short = unmet_minutes(workshop.problem, schedule)
            self.short = sorted(pid for pid, minutes in short.items() if minutes)

    def groups_led_by(self, staff: frozenset[str]) -> frozenset[str]:
        """Return the groups with a session that one of these leads."""
        return frozenset(s.group_id for s in self.schedule.sessions if s.group_id is not None and s.lead_id in staff)
