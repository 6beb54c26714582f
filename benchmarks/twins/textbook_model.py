"""The model a competent engineer writes first: a Boolean for every way in which a session can be held.

Sessions that could be held have a Boolean, and one beside it for each participant who could attend, each member of staff in
each part, and each room (:mod:`benchmarks.twins.sessions`). One Boolean for start, therapist and room together was tried
and is worse: at 30 participants unmet need 0 took 40 s instead of 14 s, both with default settings of CP-SAT.

Hard rules are linear rows over these, at most one session for each person, room and moment of the grid. Variables are
left out where a window, skill or room size forbids them, as anybody would; nothing else is done for speed: rooms are
not pooled, nothing alike is made one, no bound is added.

The model belongs to no solver (:mod:`benchmarks.twins.formulation`). Variables and rows that only one goal needs are
added when that goal's turn comes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property

from benchmarks.twins import goals_of_people as people
from benchmarks.twins import goals_of_work as work
from benchmarks.twins import rules_people, rules_pins, rules_rooms, rules_sessions
from benchmarks.twins.earlier_week import EarlierWeek
from benchmarks.twins.facts import MODES
from benchmarks.twins.formulation import Formulation, Ints, Terms
from benchmarks.twins.goals_of_people import UnmetNeed
from benchmarks.twins.layout import Layout
from benchmarks.twins.sessions import LEAD, Entries
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.rulebook import GoalId


class TextbookModel:
    """The week of a clinic as a linear model, and the way back from a solution to a schedule."""

    def __init__(self, problem: Problem) -> None:
        self.layout = Layout(problem)
        self.problem = problem
        numbers = rules_sessions.Numbers(self.layout)
        for rule in (rules_sessions.overlap, rules_sessions.window, rules_sessions.apart, rules_pins.pin):
            rule(self.layout)
        for of_session in (rules_sessions.staffed, rules_sessions.size, rules_sessions.ratio, rules_rooms.seats):
            of_session(self.layout, numbers)
        rules_sessions.two_staff(self.layout, numbers)
        for rule in (rules_people.cohort, rules_people.together, rules_people.week_max, rules_people.day_max):
            rule(self.layout)
        for rule in (rules_people.day_min, rules_people.phase, rules_people.staff_load):
            rule(self.layout)
        self.primaries = rules_people.primary(self.layout)

    @property
    def model(self) -> Formulation:
        """Return the variables and rows."""
        return self.layout.model

    # --- goals --------------------------------------------------------------
    @cached_property
    def earlier(self) -> EarlierWeek | None:
        """Return the rows about the earlier week, None where there is none."""
        previous = self.problem.previous
        return None if previous is None else EarlierWeek(self.layout, previous)

    @cached_property
    def _needs(self) -> UnmetNeed:
        return UnmetNeed(self.layout)

    def goal(self, goal: GoalId) -> Terms:
        """Add what a goal needs and return what is to be minimized; asked once for each goal, in rank order."""
        is_strict = self.earlier is not None and self.problem.comparison == "strict"
        build = {
            GoalId.UNMET_NEED: self._needs.unmet_need,
            GoalId.WORST_OFF: self._needs.worst_off,
            GoalId.PEOPLE_SHORT: self._needs.people_short,
            GoalId.CHANGES: self.earlier.changes if self.earlier and is_strict else list,
            GoalId.MOVES: self.earlier.moves if self.earlier and is_strict else list,
            GoalId.PREFERENCES: self._preferences,
            GoalId.WORKLOAD: self._workload,
            GoalId.COST: self._cost,
        }
        return Terms.joined([Terms.of(part.variables, 0, part.coefficients) for part in build[goal]()]).merged()

    def _weighted(self, goal: GoalId, terms: dict[str, object]) -> list[Terms]:
        """Return the sub-terms of a goal times their weights; what has none is not built."""
        weights = {name: self.layout.facts.weight(goal, name) for name in terms}
        return [terms[name]() * weight for name, weight in weights.items() if weight]  # type: ignore[operator]

    def _preferences(self) -> list[Terms]:
        names = "skipped outside_preferred leads therapists wishes language short_days mixed_days rooms apart_days"
        terms = {name: lambda name=name: getattr(people, name)(self.layout) for name in names.split()}
        terms["primary"] = lambda: people.primary(self.layout, self.primaries)
        terms["steadiness"] = self._steadiness
        return self._weighted(GoalId.PREFERENCES, terms)

    def _steadiness(self) -> Terms:
        return Terms.joined(self.earlier.moves() if self.earlier and self.problem.comparison == "weighed" else [])

    def _workload(self) -> list[Terms]:
        names = "imbalance evenings idle sizes no_pause"
        return self._weighted(
            GoalId.WORKLOAD, {name: lambda name=name: getattr(work, name)(self.layout) for name in names.split()}
        )

    def _cost(self) -> list[Terms]:
        names = "staff trips waits staff_days"
        return self._weighted(
            GoalId.COST, {name: lambda name=name: getattr(work, name)(self.layout) for name in names.split()}
        )

    # --- the way back ---------------------------------------------------------
    def schedule(self, solution: Ints) -> Schedule:
        """Return the week that a solution describes."""
        layout, problem = self.layout, self.problem
        found, count = layout.candidates, Counter[str]()
        people = self._chosen(layout.attends, solution)
        staff = self._chosen(layout.staff, solution)
        rooms = self._chosen(layout.rooms, solution)
        held = [at for at, variable in enumerate(found.variable.tolist()) if solution[variable] > 0]
        sessions = []
        for at in sorted(held, key=lambda at: (found.start[at], found.kind[at], found.person[at], at)):
            service, group, start = layout.services[found.kind[at]], int(found.group[at]), int(found.start[at])
            stem = problem.groups[group].id if group >= 0 else service.id
            count[stem] += 1
            workers = sorted(staff[at], key=lambda row: (row[0] != LEAD, row[1]))
            sessions.append(
                Session(
                    id=f"{stem}-{count[stem]}",
                    service_id=service.id,
                    start=start,
                    end=start + service.minutes,
                    therapist_ids=tuple(layout.workers[who].id for _, who in workers),
                    participant_ids=tuple(sorted(layout.people[who].id for _, who in people[at])),
                    modality=MODES[found.mode[at]],
                    group_id=stem if group >= 0 else None,
                    room_id=problem.rooms[rooms[at][0][1]].id if at in rooms else None,
                )
            )
        return Schedule(problem.week, tuple(sorted(sessions)))

    @staticmethod
    def _chosen(entries: Entries, solution: Ints) -> dict[int, list[tuple[int, int]]]:
        """Return part and place of whoever is there, by candidate."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        there = entries.where(solution[entries.variable] > 0)
        for at, who, part in zip(there.at.tolist(), there.who.tolist(), there.part.tolist(), strict=True):
            found[at].append((part, who))
        return found
