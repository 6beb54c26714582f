"""A week searched as one model: each goal is minimized, beginning with the best week so far as a complete hint."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Schedule
from iopsched.errors import InternalError
from iopsched.model.build import Model
from iopsched.model.decisions import read_decisions, values_of
from iopsched.params import Effort
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.outline import outline
from iopsched.search.polish.rounds import Polish
from iopsched.search.run import Settings, SolverResult, run, whole_bound
from iopsched.search.turn import Turn
from iopsched.search.workshop import Workshop
from iopsched.stopping import TimeOver, looking_at
from iopsched.verifier import goal_values

log = logging.getLogger(__name__)


class WholeWeek:
    """Searches the model of the whole week; ``start`` is a week to begin near, legal or not.

    ``build_s``: how many seconds the model took to build. ``is_outlined``: whether unmet need is proven with a loose week first.
    ``tuned``: how the solver works for some goals, where it is not as for all.
    """

    def __init__(
        self,
        model: Model,
        workshop: Workshop,
        clock: Clock,
        incumbent: Incumbent,
        news: News,
        start: Schedule,
        *,
        build_s: float = 0.0,
        is_outlined: bool = True,
        tuned: Mapping[GoalId, Settings] | None = None,
    ) -> None:
        self.model = model
        self.workshop = workshop
        self._is_outlined = not is_outlined
        self._tuned = tuned or {}
        self.clock = clock
        self.incumbent = incumbent
        self.news = news
        self._start = start
        self._values: Sequence[int] | None = None  # of the variables, behind the best week
        self._build_s = build_s
        self._is_being_read = False  # by a solver that was left behind: the model must stay as it is
        self._polish = Polish(model, clock, incumbent)

    @property
    def is_being_read(self) -> bool:
        """Return whether a solver that was left behind still reads the model: then it must stay as it is."""
        return self._is_being_read

    @property
    def least_steps(self) -> int:
        """Return how many steps win nothing before a goal has stalled: the search is one step."""
        return 0

    def minimize(self, goal_id: GoalId, before: Sequence[GoalId], turn: Turn) -> int | None:
        """Search for the best week in one goal that is no worse in those before; see :class:`iopsched.search.way.Way`."""
        if self._is_being_read:
            return 0
        if self.incumbent.week is not None:
            self.model.limit_only({goal: self.incumbent.value(goal) for goal in before})
        bound = self._outlined(goal_id, turn) if goal_id == GoalId.UNMET_NEED and not before else 0
        if self.incumbent.week is not None and bound >= self.incumbent.value(goal_id):
            return bound
        for effort in self._efforts(turn):
            until = self.clock.deterministic + 0.9 * effort
            try:
                found = self._search(goal_id, turn, effort)
            except TimeOver:
                self._is_being_read = True
                break
            if found.status == cp_model.INFEASIBLE:
                return None
            if found.values is not None:
                self._compare(goal_id, before, found, found.values)
            bound = max(bound, found.bound)
            turn.note(found.value if found.values is not None else None, bound)
            if found.status == cp_model.OPTIMAL or self.clock.is_over or self.clock.deterministic < until:
                break
        return bound

    def _outlined(self, goal_id: GoalId, turn: Turn) -> int:
        """Prove a bound of unmet need with a loose week, once; the whole model ends as soon as it comes down to it."""
        if self._is_outlined or self.incumbent.week is None:
            return 0
        self._is_outlined = True
        with looking_at(self.clock.stop, self.clock.end_s):
            bound = outline(self.workshop, self.clock, self.incumbent)
        self.go_on()
        value = self.incumbent.value(goal_id)
        self.news.tell("goal", goal_id, value, bound)
        turn.note(value, bound)
        self.model.reach_at_least(goal_id, bound)
        return bound

    def _efforts(self, turn: Turn) -> Iterator[float]:
        """Yield the deterministic time of one search after another, each longer than all before it together.

        The clock may end a search with several workers when the goal has stalled. One worker has to be repeatable: it looks
        only between searches whether anything became better.
        """
        if not self.clock.is_repeatable:
            left = self.clock.deterministic_left
            yield math.inf if left is None else max(1e-3, left)
            return
        turn.begin()
        spent = 0.0
        while not turn.is_over():
            effort = max(1e-3, min(max(turn.wait, spent), self.clock.left))
            spent += effort
            yield effort

    def polish(self) -> bool:
        """Improve the best week by single moves; see :class:`iopsched.search.way.Way`."""
        if self._is_being_read:
            return False
        before = self.incumbent.week
        is_done = self._polish.run()
        if self.incumbent.week is not before:
            self.go_on()
        return is_done

    def go_on(self) -> None:
        """Go on from the best week; see :class:`iopsched.search.way.Way`."""
        if self.incumbent.week is not None:
            self._start, self._values = self.incumbent.week, None

    def polish_effort(self) -> Effort:
        """Return about what that takes, from the size of the model and the time that it took to build it."""
        tuning = self.clock.params.tuning
        return Effort(tuning.polish_per_build * self._build_s, tuning.polish_effort * self.model.size[1])

    def _search(self, goal_id: GoalId, turn: Turn, effort: float) -> SolverResult:
        cp = self.model.cp
        cp.minimize(self.model.goal(goal_id))
        self.news.tell_size(self.model.size)
        self._complete_start()
        hint = self._decided() if self._values is None else dict(enumerate(self._values))
        listener = _Listener(self, goal_id, turn)
        return run(
            cp,
            self.clock,
            replace(self._tuned[goal_id], deterministic=effort) if goal_id in self._tuned else self._usual(effort),
            name=f"goal {goal_id}",
            hint=hint,
            is_over=None if self.clock.is_repeatable else turn.is_over,
            listener=listener,
            on_bound=listener.on_bound,
        )

    def _usual(self, effort: float) -> Settings:
        """Return how the solver works: one worker alone would run no neighborhood search; in turns it does, and stays deterministic."""
        return Settings(deterministic=effort, interleaves=self.clock.is_repeatable)

    def _complete_start(self) -> None:
        """Give every variable a value that describes the best week so far: a partial hint is often lost.

        The deciding literals are fixed to it and the solver fills in the helper variables of the goal.
        """
        known = self._decided()
        if known is None:
            return
        left = self.clock.deterministic_left
        fixed = Settings(deterministic=math.inf if left is None else max(1e-3, left), workers=1, keeps_to_hint=True)
        found = run(self.model.cp, self.clock, fixed, hint=known)
        if found.values is not None:
            self._values = found.values
        elif found.status == cp_model.INFEASIBLE and self.incumbent.week is not None:
            log.info("the model rejects the schedule found so far")

    def _decided(self) -> Mapping[int, int] | None:
        """Return values of the decisions behind the best week so far, None where the model cannot express it."""
        week = self._start if self.incumbent.week is None else self.incumbent.week
        known = values_of(self.model.x, week)
        if known is None and self._values is not None:
            return dict(enumerate(self._values[: self.model.decisions]))
        return known

    def _compare(self, goal_id: GoalId, before: Sequence[GoalId], found: SolverResult, values: Sequence[int]) -> None:
        """Make a week the incumbent if it is as good in this goal; it must not be worse in those before."""
        week = read_decisions(self.model.x, values)
        counted = goal_values(self.incumbent.problem, week)
        value = counted[goal_id].value
        if found.bound > value or (found.status == cp_model.OPTIMAL and found.bound < value):
            raise InternalError(
                f"Goal {goal_id}: the verifier counts {value} where the solver claims at least {found.bound}."
            )
        if self.incumbent.week is not None:
            if value > self.incumbent.value(goal_id):
                return
            worse = [goal for goal in before if counted[goal].value > self.incumbent.value(goal)]
            if worse:
                raise InternalError(f"Goal {worse[0]} was made worse by the search for {goal_id}.")
            # a week as good in this goal may have moved everybody: what the later goals say of the two decides
            if [counted[goal].value for goal in self.incumbent.goals] > self.incumbent.ranks:
                return
        self._values = values
        self.incumbent.take(week, counted)


class _Listener(cp_model.CpSolverSolutionCallback):
    """Passes values and bounds on, and hands over each schedule, should the solver not stop in time."""

    def __init__(self, way: WholeWeek, goal_id: GoalId, turn: Turn) -> None:
        super().__init__()
        self.way = way
        self.turn = turn
        self.goal_id = goal_id
        self.latest_value: int | None = None
        self.latest_bound: int | None = None

    def on_solution_callback(self) -> None:
        self.latest_value = round(self.objective_value)
        x, values = self.way.model.x, list(self.response_proto.solution)
        self.way.incumbent.unjudged = lambda: read_decisions(x, values)
        self.on_bound(self.best_objective_bound)

    def on_bound(self, bound: float) -> None:
        if math.isfinite(bound):
            self.latest_bound = whole_bound(bound)
        if not self.way.clock.is_repeatable:
            self.turn.note(self.latest_value, self.latest_bound)
        self.way.news.tell("goal", self.goal_id, self.latest_value, self.latest_bound)
