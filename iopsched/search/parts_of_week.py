"""The search of a large week: sketched, then improved part by part, with bounds proven beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from iopsched.domain.schedule import Schedule
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.parts.bounds import PLANNED, Bounds
from iopsched.search.parts.improvement import Improvement
from iopsched.search.start.first_week import keep_previous, rank
from iopsched.search.start.sketch import Keep, is_poor, realize, sketch
from iopsched.search.workshop import Workshop
from iopsched.verifier import GoalValue, violations

# From so many choices of a start and a lead for visits on, the model of the whole week is slower than its parts.
MANY_PLACES = 9000
# Above so many (participant, member of staff) pairs, no bound is proven in the time that a week is given: even the loose model is too large.
TOO_MANY_PAIRS = 30_000

# Up to so many, a loose week is waited for where one is planned, most of a goal's time; above, it comes when it comes.
FEW_PAIRS = 10_000
PLANNING_SHARE = 0.85
MENDING_STEPS = 8

Tell = Callable[[GoalId, int, int], None]
Accept = Callable[[Schedule, Mapping[GoalId, GoalValue]], None]


def is_large(workshop: Workshop) -> bool:
    """Return whether a week is searched part by part: a matter of size alone, so that the same clinic always is."""
    places = 0
    for person in workshop.terms.participants:
        for service in workshop.problem.services:
            if places > MANY_PLACES:
                return True
            if workshop.factory.visits.are_plain(person, service) and workshop.terms.demand(person, service).most != 0:
                starts, leads = workshop.choices(person.id, service.id)
                places += starts * len(leads)
    return places > MANY_PLACES


class LargeSearch:
    """Searches one large week."""

    def __init__(self, workshop: Workshop, clock: Clock) -> None:
        self.workshop = workshop
        self.problem = problem = workshop.problem
        self.clock = clock
        self.pairs = len(problem.participants) * len(problem.therapists)
        self.is_tight = False
        self.bounds = Bounds(self.workshop, clock) if self.pairs <= TOO_MANY_PAIRS else None

    def begin(self, keep: Keep) -> Schedule | None:
        """Return a week that keeps every rule, None where neither the sketch nor the previous week gives one.

        ``keep`` is given what reads a week that nobody has judged yet, for whoever cannot wait.
        """
        found = [sketch(self.workshop, self.clock, keep)]
        self.is_tight = found[0] is None or is_poor(self.problem, found[0])
        if (first := found[0]) is not None:
            keep(lambda: first)
        if self.pairs <= FEW_PAIRS and self.is_tight:
            found.append(sketch(self.workshop, self.clock, is_careful=True))
        if self.problem.previous is not None:
            found.append(keep_previous(self.problem))
        weeks = [week for week in found if week is not None and not violations(self.problem, week)]
        if not weeks:
            return None
        best = weeks[0] if len(weeks) == 1 else min(weeks, key=lambda week: rank(self.problem, week))
        self.improvement = Improvement(self.workshop, self.clock, best)
        return best

    def minimize(
        self,
        goal_id: GoalId,
        share: float,
        accept: Accept,
        tell: Tell,
    ) -> int:
        """Improve one goal in a share of the time that is left, and return its proven bound.

        ``accept`` is called with every week that is no worse, ``tell`` with value and bound whenever there is news.
        """
        until = time.monotonic() + share * self.clock.left_s
        effort = None
        if self.clock.deterministic_left is not None:
            effort = self.clock.deterministic + share * self.clock.deterministic_left

        def is_enough(now: int) -> bool:
            if now <= self._bound(goal_id):
                return True
            if effort is not None and self.clock.deterministic >= effort:
                return True
            if time.monotonic() >= until:
                self.clock.ended_by_wall = True
                return True
            return False

        improvement = self.improvement
        improvement.turn_to(goal_id)
        bounds = None if goal_id == GoalId.UNMET_NEED and self.pairs > FEW_PAIRS else self.bounds
        if bounds is not None:
            bounds.prove(goal_id, {goal: improvement.values[goal].value for goal in GoalId}, improvement.week)
        try:
            if bounds is not None and self._is_planned(goal_id):
                bounds.wait(PLANNING_SHARE * (until - time.monotonic()))
                bounds.close()  # a loose week that is not proven best is still a plan
            while not self.clock.is_over and not is_enough(improvement.values[goal_id].value):
                plan = None if bounds is None else bounds.take_plan()
                if plan is not None:
                    week = realize(self.workshop, self.clock, improvement.week, plan, goal_id)
                    is_new = week is not None and improvement.offer(self._mend(week))
                else:
                    is_new = improvement.step()
                if is_new:
                    accept(improvement.week, improvement.values)
                value = improvement.values[goal_id].value
                tell(goal_id, value, min(value, self._bound(goal_id)))
        finally:
            if bounds is not None:
                bounds.close()
        return self._bound(goal_id)

    def _mend(self, week: Schedule) -> Schedule:
        """Return a week in which, after a few steps, as much of the need is met as in the best, if that is to be had."""
        mending = Improvement(self.workshop, self.clock, week)
        mending.turn_to(GoalId.UNMET_NEED)
        allowed = self.improvement.values[GoalId.UNMET_NEED].value
        for _ in range(MENDING_STEPS):
            if mending.values[GoalId.UNMET_NEED].value <= allowed or self.clock.is_over:
                break
            mending.step()
        return mending.week

    def _is_planned(self, goal_id: GoalId) -> bool:
        """Return whether a loose week is waited for: unmet need is found sooner by parts where there is much slack."""
        if self.pairs > FEW_PAIRS or goal_id not in PLANNED:
            return False
        return self.is_tight or goal_id != GoalId.UNMET_NEED

    def _bound(self, goal_id: GoalId) -> int:
        return 0 if self.bounds is None else self.bounds.of(goal_id)
