"""Large neighborhood search: a part of the week is opened and solved exactly, again and again.

Shaw 1998 (doi:10.1007/3-540-49481-2_30); which kind of part is opened next
follows what each kind has won so far per second (adaptive, Ropke & Pisinger
2006, doi:10.1287/trsc.1050.0135). Every part is the ordinary model, see
:mod:`iopsched.search.workshop`, so that no step can break a rule or an earlier goal.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from iopsched.domain.schedule import Schedule
from iopsched.model.decisions import read_decisions, values_of
from iopsched.model.variables import Variables
from iopsched.params import Effort
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.parts.neighborhoods import Neighborhoods, Snapshot
from iopsched.search.run import completed, minimize
from iopsched.search.workshop import Opening, Workshop
from iopsched.verifier import GoalValue, goal_values


@dataclass(slots=True)
class Kind:
    """A kind of neighborhood, with what it has won and cost so far; ``choices`` are opened at a time."""

    open: Callable[[Snapshot, float], Opening]
    choices: float
    wins: float = 0.1
    seconds: float = 1.0

    @property
    def weight(self) -> float:
        """Return what it has won per second."""
        return self.wins / self.seconds


class Improvement:
    """Improves one goal after another of a week that keeps every rule; ``week`` and ``values`` are the best so far.

    ``kinds`` are the kinds of parts with what was learned about them for the present goal.
    """

    def __init__(self, workshop: Workshop, clock: Clock, week: Schedule) -> None:
        self.workshop = workshop
        self.problem = workshop.problem
        self.clock = clock
        self.tuning = workshop.tuning
        self.random = random.Random(clock.params.seed)
        self.neighborhoods = Neighborhoods(workshop, self.random)
        self.values: dict[GoalId, GoalValue] = {}
        self.take(week)
        self.kinds: list[Kind] = []

    @property
    def goal_id(self) -> GoalId:
        """Return the goal that is improved."""
        return self._goal_id

    @property
    def before(self) -> tuple[GoalId, ...]:
        """Return the goals that must not become worse."""
        return self._before

    def turn_to(self, goal_id: GoalId, before: Sequence[GoalId] = ()) -> None:
        """Begin with another goal: what was learned about kinds of parts was learned about the one before.

        ``before`` are the goals that must not become worse.
        """
        near = self.neighborhoods
        openers = near.open_people, near.open_staff, near.open_groups, near.open_days
        self.kinds = [Kind(opener, self.tuning.part_choices) for opener in openers]
        self._goal_id = goal_id
        self._before = tuple(before)

    def take(self, week: Schedule) -> None:
        """Go on from a week that keeps every rule."""
        self.week = week
        self.values = dict(goal_values(self.problem, week))

    def offer(self, week: Schedule) -> bool:
        """Take over a week that is no worse up to the present goal; return whether it was."""
        reached = dict(goal_values(self.problem, week))
        is_taken = all(reached[goal].value <= self.values[goal].value for goal in (*self._before, self._goal_id))
        if is_taken:
            self.week, self.values = week, reached
        return is_taken

    def retime(self) -> bool:
        """Choose the times of all visits anew, each with its lead, some people at once; return whether that won anything.

        It takes less than a second for sixty people, and most visits find a time on a day on which their person comes anyway.
        """
        before = self.values[self._goal_id].value
        for people in self.neighborhoods.lots_of_people():
            if self.clock.is_over:
                break
            found, _ = self.solve(
                self.neighborhoods.open_times(Snapshot(self.workshop, self.week, self._goal_id), people)
            )
            if found is not None:
                self.offer(found)
        return self.values[self._goal_id].value < before

    def step(self) -> bool:
        """Open one part and solve it; return whether the week is now another one, in this goal no worse."""
        begun, before = self.now(), self.values[self._goal_id].value
        least_effort = self.clock.deterministic + self.tuning.least_seconds
        kind, opening = self.open()
        found, is_proven = self.solve(opening)
        self.clock.deterministic = max(self.clock.deterministic, least_effort)  # presolve alone counts next to nothing
        is_taken = found is not None and self.offer(found)
        won = 1 - self.values[self._goal_id].value / max(1, before)
        self.learn(kind, won, self.now() - begun, is_proven=is_proven)
        return is_taken

    def open(self) -> tuple[Kind, Opening]:
        """Return the part to open next, of a kind that has won much for its time."""
        least = self.tuning.least_chance * max(kind.weight for kind in self.kinds)
        kind = self.random.choices(self.kinds, [max(least, kind.weight) for kind in self.kinds])[0]
        return kind, kind.open(Snapshot(self.workshop, self.week, self._goal_id), kind.choices)

    def learn(self, kind: Kind, won: float, seconds: float, *, is_proven: bool) -> None:
        """Note what share of the goal a part of a kind has won, and what it cost; parts grow while they are proven."""
        tuning = self.tuning
        choices = kind.choices * (tuning.growth if is_proven else tuning.decline)
        kind.choices = min(tuning.most_part_choices, max(tuning.least_part_choices, choices))
        kind.wins = tuning.decay * kind.wins + won
        kind.seconds = tuning.decay * kind.seconds + seconds + tuning.least_seconds

    def now(self) -> float:
        """Return seconds, of CP-SAT's deterministic time where runs have to be repeatable."""
        return self.clock.deterministic if self.clock.params.workers == 1 else time.monotonic()

    @property
    def _effort(self) -> Effort:
        """Return what a step may cost: never so much that little is left for others."""
        most, step = self.tuning.step_share * self.clock.left, self.tuning.step
        return Effort(min(step.seconds, most), min(step.deterministic, most))

    def solve(self, opening: Opening) -> tuple[Schedule | None, bool]:
        """Return the best week in which only this is chosen anew, if one was found, and whether that is proven."""
        goals = (*self._before, self._goal_id)
        told_apart = self.tuning.told_apart if GoalId.PREFERENCES in goals else 0
        model = self.workshop.open_part(self.week, opening, told_apart=told_apart, is_about_all=False)
        for goal, most in self._reached(model.x).items():
            if goal in goals:
                model.limit(goal, most)
        known, objective = values_of(model.x, self.week) or {}, model.goal(self._goal_id)
        self.workshop.note(model)
        model.cp.minimize(objective)
        hint = completed(model.cp, self.clock, known, self.tuning.completion_effort)
        found = minimize(model.cp, objective, self.clock, self._effort, hint)
        schedule = None if found.values is None else read_decisions(model.x, found.values)
        return schedule, found.is_proven

    def _reached(self, x: Variables) -> dict[GoalId, int]:
        """Return what the goals of a part, which is about some participants, are in the present week."""
        found = goal_values(self.problem, self.week, {person.id for person in x.participants})
        reached = {goal: value.value for goal, value in found.items()}
        # whoever is worst off is perhaps not in the part: so much anybody may lack, but nobody more than all together
        worst = self.values[GoalId.WORST_OFF].value
        return {**reached, GoalId.WORST_OFF: min(worst, reached[GoalId.UNMET_NEED])}


def mended(workshop: Workshop, clock: Clock, week: Schedule, allowed: int) -> Schedule:
    """Return the week after a few steps on unmet need, which end once it is at most as allowed."""
    improvement = Improvement(workshop, clock, week)
    improvement.turn_to(GoalId.UNMET_NEED)
    for _ in range(workshop.tuning.mending_steps):
        if improvement.values[GoalId.UNMET_NEED].value <= allowed or clock.is_over:
            break
        improvement.step()
    return improvement.week
