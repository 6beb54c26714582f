"""The best week in which something is otherwise than now: what the next best choice costs, goal by goal.

Parts of the week around the choice are opened, the smallest first; all else stays as it is. A small week is then searched
whole, which proves what it costs. What is as good as the present week is proven by the bounds of that.

Where the present week is proven best, the week found is the best of all in the order of the goals. Where it is not, a search
would mend what has nothing to do with the choice, and nobody could tell what that costs: there only what becomes worse
than now is made as little as can be, and then as little as can be is moved.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ortools.sat.python import cp_model

from iopsched.domain.outcome import GoalId
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.build import Model
from iopsched.model.decisions import read_decisions, values_of
from iopsched.model.forcing import at_least
from iopsched.model.posting import Expression
from iopsched.model.terms import Terms
from iopsched.params import Effort, SolveParams
from iopsched.search.clock import Clock
from iopsched.search.condition import Around, Condition, insist, opening_beside, opening_of, opening_of_moved
from iopsched.search.roomsback import with_rooms_back
from iopsched.search.run import completed, minimize
from iopsched.search.workshop import Leads, Opening, Visit, Workshop
from iopsched.stopping import Late
from iopsched.verifier import goal_values, violations

WHOLE_CHOICES = 4000
"""Weeks of so many choices of a start and a lead are searched whole; above it no proof ends in the time of an answer."""
TINY_CHOICES = 300
"""Weeks of so many are searched whole also for what is not proven of the present one."""
EFFORT = Effort(10.0, 2.0)
"""What one goal may cost in a part, and in a whole week while others wait."""


@dataclass(frozen=True, slots=True)
class NextWeek:
    """A legal week in which it is otherwise: the value of each goal, and what no such week can be below."""

    schedule: Schedule
    values: Mapping[GoalId, int]
    bounds: Mapping[GoalId, int]

    @property
    def is_proven(self) -> bool:
        """Return whether no such week is better in any goal."""
        return all(self.bounds[goal] >= self.values[goal] for goal in GoalId)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a search came to: a week, or none. Without one ``is_proven`` says that there is none.

    ``alone`` is the best week in which nothing but the choice is otherwise, where the other one moves more.
    """

    week: NextWeek | None
    is_proven: bool
    alone: NextWeek | None = None


@dataclass(slots=True)
class _Trial:
    """A model of a part, or of all, that is solved goal by goal."""

    model: Model
    is_whole: bool
    bounds: dict[GoalId, int] = field(default_factory=dict)
    is_impossible: bool = False


class NextBest:
    """Searches next best weeks of one problem beside its present week; ``floor`` is what is proven of that one, by goal."""

    def __init__(self, problem: Problem, schedule: Schedule, floor: Mapping[GoalId, int] | None = None) -> None:
        self.problem = problem
        self.schedule = schedule
        self.now = {goal: found.value for goal, found in goal_values(problem, schedule).items()}
        self._floor = dict(floor or {})
        self.is_best = all(self._floor.get(goal, 0) >= value for goal, value in self.now.items())
        self._workshop = Workshop(Terms(problem))
        choices = self._workshop.count_choices(WHOLE_CHOICES + 1)
        self.is_small, self.is_tiny = choices <= WHOLE_CHOICES, choices <= TINY_CHOICES

    @property
    def workshop(self) -> Workshop:
        """Return what builds parts of this week."""
        return self._workshop

    def find(
        self, condition: Condition, around: Around, params: SolveParams, stop: threading.Event, *, proves: bool = True
    ) -> Sought:
        """Return the best week under a condition that is found in time; with ``proves`` a small week is searched whole."""
        workshop = self._workshop
        if condition.pins:
            workshop = Workshop(Terms(replace(self.problem, pins=(*self.problem.pins, *condition.pins))))
        hunt = _Hunt(self, workshop, Clock(params, stop), condition)
        with contextlib.suppress(Late):
            hunt.run(around, proves=proves and self.is_small)
        best = hunt.best
        alone = None if hunt.alone is best else hunt.alone
        return Sought(best, hunt.is_impossible if best is None else best.is_proven, alone)

    def values(self, week: Schedule) -> Mapping[GoalId, int]:
        """Return the value of each goal of a week."""
        return {goal: found.value for goal, found in goal_values(self.problem, week).items()}

    def least(self, goal: GoalId, reached: Mapping[GoalId, int]) -> int:
        """Return what no week is below in a goal whose earlier goals are no worse than ``reached``."""
        before = list(GoalId)[: list(GoalId).index(goal)]
        holds = all(earlier in reached and reached[earlier] <= self.now[earlier] for earlier in before)
        return self._floor.get(goal, 0) if holds else 0

    def rank(self, week: NextWeek) -> list[int]:
        """Return by what weeks are compared."""
        return [week.values[goal] if self.is_best else max(week.values[goal], now) for goal, now in self.now.items()]


class _Hunt:
    """The search for one condition: what it is about alone, then with what stands beside it, then all."""

    def __init__(self, about: NextBest, workshop: Workshop, clock: Clock, condition: Condition) -> None:
        self.about = about
        self.problem = about.problem
        self.present = about.schedule
        self.workshop = workshop
        self.clock = clock
        self.condition = condition
        self.best: NextWeek | None = None
        self.alone: NextWeek | None = None
        self.is_impossible = False

    def run(self, around: Around, *, proves: bool) -> None:
        """Search until a week is proven to be best, all is tried, or time is over."""
        own = opening_of(self.workshop, around)
        self._try(own)
        self.alone = self.best
        if self._is_done():
            return
        wide = opening_beside(self.workshop, self.present, around, own)
        if self.best is None:
            self._try_with_few_moves(wide, own)
        if not self._is_done():
            self._try(wide, own, is_wide=True)
        if proves and not self._is_done() and self._is_worth_a_proof():
            every: dict[Visit, Leads] = dict.fromkeys(self.workshop.visit_kinds)
            self._try(Opening(frozenset(self.problem.group), every, keeps_freely_formed=False), own, is_whole=True)

    def _is_worth_a_proof(self) -> bool:
        """Return whether a search of all would say more: that the other week is best, or that need must be unmet.

        What a week that is not proven could have besides is no matter of the choice.
        """
        unmet = GoalId.UNMET_NEED
        if self.about.is_best or self.about.is_tiny or self.best is None:
            return True
        return self.best.values[unmet] > self.about.now[unmet]

    def _is_done(self) -> bool:
        if self.clock.is_over or self.is_impossible:
            return True
        now = list(self.about.now.values())
        return self.best is not None and (
            self.best.is_proven or (not self.about.is_best and self.about.rank(self.best) == now)
        )

    # --- trials -----------------------------------------------------------
    def _try(
        self, opening: Opening, own: Opening | None = None, *, is_wide: bool = False, is_whole: bool = False
    ) -> None:
        """Take the best week of a part if it is better; of a large part only what has to move for it moves."""
        trial = self._trial(opening, is_whole=is_whole)
        found = self._by_goals(trial, completes=is_wide or is_whole)
        self.is_impossible = trial.is_impossible and is_whole and self.best is None
        if found is not None and self._takes(found) and is_wide and own is not None and not self.clock.is_over:
            again = self._by_goals(
                self._trial(opening_of_moved(self.workshop, self.present, found.schedule, own), is_whole=False),
                completes=False,
            )
            if again is not None and self.about.rank(again) <= self.about.rank(found):
                self.best = again

    def _takes(self, found: NextWeek) -> bool:
        if self.best is None or self.about.rank(found) < self.about.rank(self.best):
            self.best = found
            return True
        if list(found.values.values()) == list(
            self.best.values.values()
        ):  # what is proven of it holds of the other, too
            self.best = replace(self.best, bounds={g: max(b, self.best.bounds[g]) for g, b in found.bounds.items()})
        return False

    def _try_with_few_moves(self, wide: Opening, own: Opening) -> None:
        """Find a week in which as little as can be is otherwise, and make the best of what is."""
        trial = self._trial(wide, is_whole=False)
        read, hint = None, self._hint(trial.model)
        for goal in list(GoalId)[: list(GoalId).index(GoalId.CHANGES)]:
            found = minimize(trial.model.cp, trial.model.goal(goal), self.clock, EFFORT, hint)
            if found.values is None:
                return
            hint, read = dict(enumerate(found.values)), read_decisions(trial.model.x, found.values)
            trial.model.limit(goal, found.value)
        if read is None or self.clock.is_over:
            return
        few = self._steadied(trial.model, hint, read)
        again = self._by_goals(
            self._trial(opening_of_moved(self.workshop, self.present, few, own), is_whole=False), completes=False
        )
        if (best := again or self._taken(few, trial)) is not None:
            self._takes(best)

    def _trial(self, opening: Opening, *, is_whole: bool) -> _Trial:
        """Return the model of a part under the condition."""
        model = self.workshop.open_part(self.present, opening, told_apart=self.workshop.tuning.told_apart)
        insist(model, self.condition)
        return _Trial(model, is_whole)

    def _hint(self, model: Model) -> Mapping[int, int]:
        known = None if self.best is None else values_of(model.x, self.best.schedule)
        return known or values_of(model.x, self.present) or {}

    def _by_goals(self, trial: _Trial, *, completes: bool) -> NextWeek | None:
        """Return the best week of a part; None where there is none, or time ended before any was found."""
        model, hint = trial.model, self._hint(trial.model)
        read: Schedule | None = None
        counted: Mapping[GoalId, int] = {}
        for goal in GoalId:
            least = self.about.least(goal, counted)
            trial.bounds[goal] = least
            enough = least if self.about.is_best else max(least, self.about.now[goal])
            if read is not None and counted[goal] <= enough:
                model.limit(goal, max(counted[goal], enough))
                continue
            above = self._above(model, goal, enough)
            if completes:
                model.cp.minimize(above)
                hint = completed(model.cp, self.clock, hint, self.workshop.tuning.completion_effort)
            found = minimize(model.cp, above, self.clock, EFFORT, hint)
            if found.values is None:
                trial.is_impossible = found.status == cp_model.INFEASIBLE and read is None
                return None if read is None else self._taken(read, trial)
            hint = dict(enumerate(found.values))
            read = read_decisions(model.x, found.values)
            counted = self.about.values(read)
            if trial.is_whole and (self.about.is_best or found.bound > enough):
                trial.bounds[goal] = max(least, found.bound)
            model.limit(goal, found.value)
            if self.clock.is_over or self._is_settled(trial, goal):
                break
        if read is None:
            return None
        return self._taken(read if self.clock.is_over else self._steadied(model, hint, read), trial)

    def _is_settled(self, trial: _Trial, goal: GoalId) -> bool:
        """Return whether a search of all has said what it was asked for: how much need must be unmet."""
        if (
            not trial.is_whole
            or self.about.is_best
            or self.about.is_tiny
            or self.best is None
            or goal != GoalId.UNMET_NEED
        ):
            return False
        return trial.bounds[goal] >= self.best.values[goal]

    def _above(self, model: Model, goal: GoalId, enough: int) -> Expression:
        """Return what a search minimizes: the goal, or, where less than ``enough`` is no gain, the larger of the two."""
        return model.goal(goal) if self.about.is_best else at_least(model.cp, model.goal(goal), enough)

    def _steadied(self, model: Model, hint: Mapping[int, int], read: Schedule) -> Schedule:
        """Return the week, as good in every goal, that has the most of the present one."""
        own = values_of(model.x, self.present)
        if own is None:
            return read
        kept = [model.cp.get_bool_var_from_proto_index(index) for index, value in own.items() if value == 1]
        lost = len(kept) - cp_model.LinearExpr.sum(kept)
        found = minimize(model.cp, lost, self.clock, EFFORT, hint)
        return read if found.values is None else read_decisions(model.x, found.values)

    def _taken(self, read: Schedule, trial: _Trial) -> NextWeek | None:
        """Return a week if the verifier accepts it, with its rooms as they were wherever nothing keeps them from it."""
        if violations(self.problem, read):
            return None
        week = with_rooms_back(self.problem, self.present, read, self.condition.must, self.condition.never)
        values = self.about.values(week)
        bounds = {goal: min(values[goal], trial.bounds.get(goal, 0)) for goal in GoalId}
        return NextWeek(week, values, bounds)
