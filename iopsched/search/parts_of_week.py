"""A week searched part by part, with bounds proven beside it: a large week, or one whose whole model has stalled."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from iopsched.domain.schedule import Schedule
from iopsched.params import Effort
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.parts.bounds import LINEAR, PLANNED, Bounds
from iopsched.search.parts.improvement import Improvement, mended
from iopsched.search.parts.parallel import Parallel
from iopsched.search.parts.plan import realize
from iopsched.search.parts.pool import Pool
from iopsched.search.polish.large import PolishInParts
from iopsched.search.run import processes
from iopsched.search.turn import Turn
from iopsched.search.workshop import Workshop
from iopsched.stopping import TimeOver, looking_at


def is_large(workshop: Workshop) -> bool:
    """Return whether a week is searched part by part: a matter of size alone, so that the same clinic always is."""
    least = workshop.tuning.parts_from_choices
    return workshop.count_choices(least) >= least


class PartsOfWeek:
    """Searches one week, beginning with a legal one."""

    def __init__(self, workshop: Workshop, clock: Clock, incumbent: Incumbent, news: News, start: Schedule) -> None:
        self.workshop = workshop
        self.problem = problem = workshop.problem
        self.clock = clock
        self.incumbent = incumbent
        self.news = news
        self.tuning = workshop.tuning
        self.improvement = Improvement(workshop, clock, start)
        pairs = len(problem.participants) * len(problem.therapists)
        self.has_plans = pairs <= self.tuning.planned_pairs
        self.bounds = Bounds(workshop, clock) if pairs <= self.tuning.proven_pairs else None
        self._polish = PolishInParts(workshop, clock, incumbent)
        number = processes(clock.params)
        self._pool = Pool(number, problem, clock.params.seed, self.tuning) if number else None
        self._parallel = None if self._pool is None else Parallel(self.improvement, self._pool, clock)

    def close(self) -> None:
        """End the processes, if there are any."""
        if self._pool is not None:
            self._pool.close()

    @property
    def least_steps(self) -> int:
        """Return how many steps win nothing before a goal has stalled."""
        return self.tuning.least_steps

    def minimize(self, goal_id: GoalId, before: Sequence[GoalId], turn: Turn) -> int:
        """Search for a week that is better in one goal; see :class:`iopsched.search.way.Way`."""
        with contextlib.suppress(TimeOver), looking_at(self.clock.stop, self.clock.turn_end_s):
            self._search(goal_id, before, turn)
        self.news.tell_size(self.workshop.largest)
        return self._bound(goal_id)

    def polish(self) -> bool:
        """Improve the best week by single moves; see :class:`iopsched.search.way.Way`."""
        with looking_at(self.clock.stop, self.clock.end_s):
            is_done = self._polish.run()
        self.go_on()
        return is_done

    def go_on(self) -> None:
        """Go on from the best week; see :class:`iopsched.search.way.Way`."""
        if self.incumbent.week is not None:
            self.improvement.take(self.incumbent.week)

    def polish_effort(self) -> Effort:
        """Return about what that takes."""
        return self._polish.effort

    def _search(self, goal_id: GoalId, before: Sequence[GoalId], turn: Turn) -> None:
        improvement = self.improvement
        improvement.turn_to(goal_id, before)
        bounds = self.bounds if self.has_plans or goal_id != GoalId.UNMET_NEED else None
        if bounds is not None:
            bounds.prove(
                goal_id, {goal: improvement.values[goal].value for goal in before}, improvement.week, turn.part
            )
        try:
            if goal_id == GoalId.PREFERENCES and improvement.retime():
                self.incumbent.take_if_better(improvement.week, improvement.values)
                self.news.tell("goal", goal_id, improvement.values[goal_id].value, 0)
            if bounds is not None and self._is_planned(goal_id):
                bounds.wait(self._when_to_place(goal_id, bounds, turn))
                bounds.close()  # a loose week that is not proven best is still a plan
            turn.begin()
            while not (
                self.clock.is_over or improvement.values[goal_id].value <= self._bound(goal_id) or turn.is_over()
            ):
                self._step(goal_id, bounds)
                turn.note(improvement.values[goal_id].value, self._bound(goal_id))
            self._place_what_is_found(goal_id, bounds)
        finally:
            if self._parallel is not None:
                self._parallel.recall()
            if bounds is not None:
                bounds.close()
            self.go_on()  # steps that win nothing in this goal may have lost in one that follows

    def _place_what_is_found(self, goal_id: GoalId, bounds: Bounds | None) -> None:
        """Place the best loose week so far, should it promise more than parts have found until they stalled."""
        value = self.improvement.values[goal_id].value
        if bounds is None or goal_id not in LINEAR or self.clock.is_over or value <= self._bound(goal_id):
            return
        bounds.close()
        if bounds.heard is not None and bounds.heard < value:
            self._step(goal_id, bounds)

    def _when_to_place(self, goal_id: GoalId, bounds: Bounds, turn: Turn) -> Callable[[], bool]:
        """Return what says when a loose week is waited for no longer, because it does not become better."""
        loose = Turn(self.clock, self.improvement.values[goal_id].value, bounds.of(goal_id), turn.part)

        def is_over() -> bool:
            if bounds.heard is not None:
                loose.note(bounds.heard, bounds.of(goal_id))
            return self.clock.is_over or loose.is_over()

        return is_over

    def _step(self, goal_id: GoalId, bounds: Bounds | None) -> None:
        improvement = self.improvement
        plan = None if bounds is None else bounds.take_plan()
        if plan is not None:
            week = realize(self.workshop, self.clock, improvement.week, plan, goal_id)
            is_new = week is not None and improvement.offer(self._mended(week))
        else:
            is_new = improvement.step() if self._parallel is None else self._parallel.step()
        if is_new:
            self.incumbent.take_if_better(improvement.week, improvement.values)
        value = improvement.values[goal_id].value
        self.news.tell("goal", goal_id, value, min(value, self._bound(goal_id)))

    def _mended(self, week: Schedule) -> Schedule:
        return mended(self.workshop, self.clock, week, self.improvement.values[GoalId.UNMET_NEED].value)

    def _is_planned(self, goal_id: GoalId) -> bool:
        """Return whether a loose week is waited for: one of unmet need is found by one thread, while parts go on."""
        return self.has_plans and goal_id in PLANNED - LINEAR

    def _bound(self, goal_id: GoalId) -> int:
        return 0 if self.bounds is None else self.bounds.of(goal_id)
