"""Local search: Timefold 1.24, its community edition in Python, on the model of :mod:`benchmarks.twins.timefold_score`.

    python -m benchmarks.twins.timefold_twin FOLDER --week 2026-11-30 --seconds 120 --workers 2 --seed 1 --out OUT

Needs the package ``timefold`` and a Java 17 runtime; where either is missing it says so and ends with code 9. The
community edition searches with one thread, whatever ``--workers`` says (the virtual machine uses the second core for
its own compiler and memory). Local search proves no bound: the bound of every goal is 0. Besides what all twins refuse
(:mod:`benchmarks.twins.timefold_clinic`) it knows no visits more often than once a week; groups are never given a second member
of staff, so that they stay as small as one may care for. It counts all sub-terms but ``rooms``: rooms are handed out
afterwards, to each group its own where that is free, and the values told at the end have those.
"""

from __future__ import annotations

import itertools
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence

from benchmarks.twins.common import NotInstalledError, Task, UnsupportedClinicError, run
from benchmarks.twins.timefold_clinic import PlantedFacts, refuse_unsupported
from benchmarks.twins.timefold_score import GroupWeek, Planned, Rules, Slot, Visit
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values

WEEK_MINUTES = 7 * DAY
SECONDS_TO_END = 1.0
LEVELS = (GoalId.UNMET_NEED, GoalId.PEOPLE_SHORT, GoalId.PREFERENCES, GoalId.WORKLOAD, GoalId.COST)


class Planner:
    """Turns a problem into a plan of the solver's classes, and back."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.facts = problem, PlantedFacts(problem)
        self.people, self.staff, self.groups = problem.participants, problem.therapists, problem.groups
        self.rooms = sorted(problem.rooms, key=lambda room: (room.capacity, room.id))
        self.largest = max(room.capacity for room in self.rooms)
        self._slots: dict[tuple[int, int, int], int] = {}
        self._weeks: dict[object, list[int]] = {}
        self.slots: list[Slot] = []
        self.weeks: list[GroupWeek] = []

    def check(self) -> None:
        """Refuse what only this twin does not know."""
        if self.problem.previous is not None:
            raise UnsupportedClinicError("This twin does not know the goals changes and moves against an earlier week.")
        if self.problem.clinic.grid_minutes % 30:
            raise UnsupportedClinicError("This twin knows planted clinics only; their grid is half an hour.")
        if any(self.facts.openings.free(room) != self.facts.openings.open for room in self.rooms):
            raise UnsupportedClinicError("This twin knows planted clinics only; it does not know windows of rooms.")
        for service in self.facts.visits:
            if any(self.facts.needed(person, service) > 1 for person in self.people):
                raise UnsupportedClinicError("This twin knows planted clinics only; it does not know repeated visits.")
        services = {group.service_id for group in self.groups}
        if (
            any(not self.problem.service[key].counts for key in services)
            or len(services) > 1
            or any(not group.same_start for group in self.groups)
        ):
            raise UnsupportedClinicError(
                "This twin knows planted clinics only; their groups are alike in every service."
            )

    # --- there ------------------------------------------------------------
    def planned(self) -> Planned:
        """Return everything that is to be planned, with nothing assigned."""
        members, choices, given = [], [], [-1] * len(self.people)
        for who, person in enumerate(self.people):
            may = [place for place, group in enumerate(self.groups) if person in self.facts.candidates(group)]
            if len(may) == 1 or person.group_ids:
                given[who] = may[0]
            elif may:
                members.append(who)
                choices.append(may)
        visits = [
            Visit(
                id=f"{service.id}/{person.id}",
                person=who,
                service=self.problem.services.index(service),
                minutes=service.minutes,
                heads=2 + service.guests,
                is_talk=int(service.kind in ("individual", "family")),
                counts=int(service.counts),
                options=self._slots_of(person, service),
            )
            for service in self.facts.visits
            for who, person in enumerate(self.people)
            if self.facts.needed(person, service)
        ]
        groups = [self._weeks_of(group) for group in self.groups]
        return Planned(self._rules(given), self.weeks, self.slots, groups, members, choices, visits)

    def most(self, group: Group) -> int:
        """Return how many participants a group may hold."""
        service = self.facts.service_of(group)
        limits = [self.facts.most(service, group), self.largest - 1]
        ratio = self.facts.ratio(service, group)
        return min(limits if ratio is None else [*limits, ratio])

    def _rules(self, given: list[int]) -> Rules:
        levels = [self.facts.asked(person) for person in self.people]
        kinds = sorted({(group.service_id, group.population) for group in self.groups})
        group_heads = [1 + self.most(group) for group in self.groups]
        heads = sorted({*group_heads, *(2 + service.guests for service in self.facts.visits)})
        pairs = [(GoalId.PREFERENCES, "skipped outside_preferred therapists")]
        pairs += [(GoalId.WORKLOAD, "imbalance evenings idle sizes"), (GoalId.COST, "staff trips waits")]
        pairs += [
            (GoalId.PREFERENCES, "language short_days"),
            (GoalId.WORKLOAD, "no_pause"),
            (GoalId.COST, "staff_days"),
        ]
        return Rules(
            people=len(self.people),
            staff=len(self.staff),
            groups=len(self.groups),
            required_minutes=[level.min_minutes_per_week for level in levels],
            required_days=[level.min_days_per_week for level in levels],
            program_minutes=[max(1, level.program_day_minutes) for level in levels],
            most_a_day=[level.max_minutes_per_day for level in levels],
            most_a_week=[level.max_minutes_per_week for level in levels],
            staff_day=[self.facts.limits(row)[0] for row in self.staff],
            staff_week=[self.facts.limits(row)[1] for row in self.staff],
            fewest=[self.facts.fewest(self.facts.service_of(group), group) for group in self.groups],
            most=[self.most(group) for group in self.groups],
            kind_of_group=[kinds.index((group.service_id, group.population)) for group in self.groups],
            kinds=len(kinds),
            room_heads=heads,
            rooms=[sum(room.capacity >= number for room in self.rooms) for number in heads],
            group_heads=group_heads,
            cannot_attend=self._cannot_attend(),
            outside=self._outside(),
            given=given,
            kept=[bool(person.group_ids) for person in self.people],
            anytime=[place for place, row in enumerate(self.staff) if self.facts.could_hold(row)],
            target=[max(1, self.facts.target(row)) for row in self.staff],
            evening=[place for place, row in enumerate(self.staff) if self.facts.could_hold(row, evening=True)],
            weights=[self.facts.weight(goal, name) for goal, names in pairs for name in names.split()],
            foreign={
                who * len(self.staff) + place
                for who, person in enumerate(self.people)
                for place, row in enumerate(self.staff)
                if not self.facts.share_language(row, person)
            },
            short_day=self.problem.clinic.short_day_minutes,
            pause=self.problem.clinic.staff.break_minutes,
        )

    def _cannot_attend(self) -> set[int]:
        return {
            who * WEEK_MINUTES + start
            for group in self.groups
            for person in self.facts.candidates(group)
            for who in [self.people.index(person)]
            for start in self.facts.starts(self.facts.service_of(group), group)
            if not self.is_free(person, start, self.facts.service_of(group))
        }

    def _outside(self) -> dict[int, int]:
        """Return minutes outside preferred times, by participant and start; visits after the sessions of groups."""
        found = {}
        for who, person in enumerate(self.people):
            if person.preferred is None:
                continue
            for place, service in enumerate(self.problem.services):
                row = 0 if service.id in self.problem.groups_of else place + 1
                for start in self.facts.starts(service):
                    lost = _minutes_outside(person, start, service)
                    if lost:
                        found[(row * len(self.people) + who) * WEEK_MINUTES + start] = lost
        return found

    def is_free(self, row: Participant | Therapist, start: int, service: Service) -> bool:
        """Return whether a person is there for a session of the service at this start."""
        return self.facts.is_free(row, start, service)

    def _weeks_of(self, group: Group) -> list[int]:
        """Return every week of a group: as many days as it meets, one start, one lead who is free at all of them."""
        service, candidates = self.facts.service_of(group), self.facts.candidates(group)
        fewest = self.facts.fewest(service, group)
        starts = tuple(
            start
            for start in self.facts.starts(service, group)
            if sum(self.is_free(person, start, service) for person in candidates) >= fewest
        )
        leads = tuple(place for place, row in enumerate(self.staff) if self.facts.may_lead(row, group))
        key = (starts, leads, group.sessions_per_week)
        if key not in self._weeks:
            found = [
                week
                for clock in sorted({start % DAY for start in starts})
                for lead in leads
                for week in self._weeks_at(clock, self.staff[lead], starts, service, group.sessions_per_week)
            ]
            self._weeks[key] = list(range(len(self.weeks), len(self.weeks) + len(found)))
            self.weeks += found
        return self._weeks[key]

    def _weeks_at(
        self, clock: int, lead: Therapist, starts: Sequence[int], service: Service, number: int
    ) -> list[GroupWeek]:
        days = [s // DAY for s in starts if s % DAY == clock and self.is_free(lead, s, service)]
        return [
            GroupWeek(
                lead=self.staff.index(lead),
                days=list(chosen),
                start=clock,
                end=clock + service.minutes,
                is_evening=int(self.facts.openings.is_evening(chosen[0] * DAY + clock)),
                outside=sum(_minutes_outside(lead, day * DAY + clock, service) for day in chosen),
            )
            for chosen in itertools.combinations(days, number)
        ]

    def _slots_of(self, person: Participant, service: Service) -> list[int]:
        """Return every start and therapist of a visit; slots are shared between visits."""
        found = []
        starts = [start for start in self.facts.starts(service) if self.is_free(person, start, service)]
        for place, therapist in enumerate(self.staff):
            if not self.facts.may_see(therapist, person, service):
                continue
            for start in starts:
                if not self.is_free(therapist, start, service):
                    continue
                key = (place, start, service.minutes)
                if key not in self._slots:
                    self._slots[key] = len(self.slots)
                    slot = Slot(
                        therapist=place,
                        day=start // DAY,
                        start=start % DAY,
                        end=start % DAY + service.minutes,
                        is_evening=int(self.facts.openings.is_evening(start)),
                        outside=_minutes_outside(therapist, start, service),
                    )
                    self.slots.append(slot)
                found.append(self._slots[key])
        return found

    # --- and back ---------------------------------------------------------
    def schedule(self, planned: Planned, weeks: list[int], choices: list[int], slots: list[int]) -> Schedule:
        """Return the week that values describe, without the sessions that would break a rule."""
        week = _Week(self)
        members: dict[int, list[int]] = defaultdict(list)
        for who, group in [*enumerate(planned.rules.given), *zip(planned.members, choices, strict=True)]:
            if group >= 0:
                members[group].append(who)
        for place, number in enumerate(weeks):
            if number >= 0:
                chosen = self.weeks[number]
                for day in chosen.days:
                    week.hold_group(self.groups[place], day * DAY + chosen.start, chosen.lead, members[place])
        visits = zip(planned.visits, slots, strict=True)
        for visit, number in sorted(visits, key=lambda row: -row[0].heads):
            if number >= 0:
                service, slot = self.problem.services[visit.service], self.slots[number]
                week.hold_visit(service, slot.day * DAY + slot.start, slot.therapist, visit.person)
        return Schedule(self.problem.week, tuple(sorted(week.sessions)))


class _Week:
    """Sessions that break no rule, in the order in which they are offered; each gets the smallest free room."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.sessions, self.count = planner, [], Counter[str]()
        self.taken: set[tuple[object, int]] = set()
        self.room_of: dict[str, Room] = {}
        self.minutes: Counter[tuple[object, int]] = Counter()

    def hold_group(self, group: Group, start: int, lead: int, members: list[int]) -> None:
        planner, service = self.planner, self.planner.facts.service_of(group)
        people = [
            person
            for person in (planner.people[who] for who in members)
            if planner.is_free(person, start, service) and self._may_come(person, start, service)
        ]
        if planner.facts.fewest(service, group) <= len(people) <= planner.most(group):
            self._hold(service, group, start, planner.staff[lead], people)

    def hold_visit(self, service: Service, start: int, therapist: int, who: int) -> None:
        person = self.planner.people[who]
        if self._may_come(person, start, service):
            self._hold(service, None, start, self.planner.staff[therapist], [person])

    def _moments(self, row: object, start: int, service: Service) -> list[tuple[object, int]]:
        grid = self.planner.problem.clinic.grid_minutes
        return [(row, moment) for moment in range(start, start + service.minutes, grid)]

    def _is_taken(self, row: object, start: int, service: Service) -> bool:
        return not self.taken.isdisjoint(self._moments(row, start, service))

    def _fits(self, row: object, start: int, service: Service, a_day: int, a_week: int) -> bool:
        if self._is_taken(row, start, service):
            return False
        week = sum(self.minutes[row, day] for day in range(7))
        return self.minutes[row, start // DAY] + service.minutes <= a_day and week + service.minutes <= a_week

    def _may_come(self, person: Participant, start: int, service: Service) -> bool:
        level = self.planner.facts.level(person)
        if not service.counts:
            return not self._is_taken(person, start, service)
        return self._fits(person, start, service, level.max_minutes_per_day, level.max_minutes_per_week)

    def _hold(
        self, service: Service, group: Group | None, start: int, worker: Therapist, people: list[Participant]
    ) -> None:
        facts = self.planner.facts
        if not self._fits(worker, start, service, *facts.limits(worker)):
            return
        heads = 1 + len(people) * (1 + service.guests)
        usual = self.room_of.get(group.id) if group else None
        rooms = sorted(self.planner.rooms, key=lambda row: row is not usual)  # else in their order, by size
        room = next((row for row in rooms if self._seats(row, heads, start, service)), None)
        if room is None:
            return
        if group:
            self.room_of.setdefault(group.id, room)
        for row in (worker, room, *people):
            self.taken.update(self._moments(row, start, service))
            if service.counts or row is worker:
                self.minutes[row, start // DAY] += service.minutes
        stem = group.id if group else service.id
        self.count[stem] += 1
        self.sessions.append(
            Session(
                id=f"{stem}-{self.count[stem]}",
                service_id=service.id,
                start=start,
                end=start + service.minutes,
                therapist_ids=(worker.id,),
                participant_ids=tuple(sorted(person.id for person in people)),
                group_id=group.id if group else None,
                room_id=room.id,
            )
        )

    def _seats(self, room: Room, heads: int, start: int, service: Service) -> bool:
        return room.capacity >= heads and not self._is_taken(room, start, service)


def _minutes_outside(row: Participant | Therapist, start: int, service: Service) -> int:
    return service.minutes - row.preferred.minutes_inside(start, start + service.minutes) if row.preferred else 0


def solve(task: Task) -> Schedule | None:
    """Return the best week found."""
    refuse_unsupported(task.problem)
    planner = Planner(task.problem)
    planner.check()
    planned = planner.planned()
    try:
        from benchmarks.twins import timefold_search
    except Exception as reason:  # whatever a missing package or Java runtime raises
        raise NotInstalledError(f"Timefold cannot be used here: {reason}.") from reason
    variables = len(planned.groups) + len(planned.members) + len(planned.visits)
    best = timefold_search.search(
        planned, task, _News(task), SECONDS_TO_END, lambda: task.trace.built(variables, 0, hints=0)
    )
    schedule = planner.schedule(planned, *best)
    for goal, value in goal_values(task.problem, schedule).items():
        if goal in task.goals:
            task.trace.goal(goal, value.value, 0)
    return schedule


class _News:
    """Passes values on, from weeks in which nothing is broken: only these are the values that the week will have."""

    def __init__(self, task: Task) -> None:
        self._task = task

    def __call__(self, levels: Sequence[int]) -> bool:
        """Tell the levels of a score, the last of which is what is broken; return whether the last goal asked for cannot get better."""
        if levels[-1]:
            return False
        values: dict[GoalId, int | None] = dict(zip(LEVELS, levels, strict=False)) | {
            GoalId.CHANGES: 0,
            GoalId.MOVES: 0,
        }
        values[GoalId.WORST_OFF] = None if values[GoalId.UNMET_NEED] else 0  # no level of the score
        for goal in self._task.goals:
            self._task.trace.goal(goal, values[goal], 0)
        return not any(values[goal] for goal in self._task.goals)


if __name__ == "__main__":
    sys.exit(run(solve, __doc__ or ""))
