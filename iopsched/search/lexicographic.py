"""Lexicographic search: goals one after another, each with a proven bound, and a verified schedule at the end."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Mapping, Sequence

from iopsched.domain.outcome import GoalResult, Infeasible, Outcome, OutOfTime, Solved, Unmet
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InternalError
from iopsched.model.build import FOLLOWS, build_model
from iopsched.model.goals.unmet_need import most_of_groups
from iopsched.model.terms import Terms
from iopsched.params import OnProgress, SolveParams
from iopsched.rulebook import UNITS, GoalId
from iopsched.search.clock import Clock
from iopsched.search.contradiction import contradicting_pins
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.parts_of_week import PartsOfWeek, is_large
from iopsched.search.start.first_week import first_large_week, first_week
from iopsched.search.way import Way
from iopsched.search.whole_week import WholeWeek
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late, have_a_week, may_be_cut
from iopsched.verifier import unmet_minutes, violations
from iopsched.why.reasons import CUT_SHORT, reasons

log = logging.getLogger(__name__)


def solve(
    problem: Problem,
    params: SolveParams | None = None,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    *,
    goals: Sequence[GoalId] = tuple(GoalId),
) -> Outcome:
    """Make the best week there is, or as good a one as the time allows.

    The goals are minimized in the order given, each under the values reached
    before it; a need that cannot be met costs the first goal and breaks no
    rule. ``on_progress`` is called from a thread of the solver. Setting
    ``stop`` ends the search within a second, keeping the best so far.

    Returns
    -------
    Solved
        With a schedule that the verifier accepts.
    Infeasible
        If ``must`` pins cannot hold; confirmed by a second run with other settings.
    OutOfTime
        If there are ``must`` pins and no schedule was found in time.

    Raises
    ------
    ValueError
        If the goals are not all goals, each once.
    InternalError
        If the verifier rejects the schedule, or its goal values contradict the solver's.
    """
    if sorted(goals) != sorted(GoalId):
        raise ValueError("A search needs every goal once, in the order of their rank.")
    clock = Clock(params or SolveParams(), stop or threading.Event())
    return _Search(problem, tuple(goals), clock, News(on_progress, clock)).run()


class _Search:
    def __init__(self, problem: Problem, goals: tuple[GoalId, ...], clock: Clock, news: News) -> None:
        self.problem = problem
        self.goals = goals
        self.clock = clock
        self.news = news
        self.incumbent = Incumbent(problem, goals)
        self.bounds: dict[GoalId, int] = {}
        self.is_in_parts = False

    def run(self) -> Outcome:
        """Return the outcome; a search that does not stop when asked is left, with the best schedule so far."""
        pins = None
        try:
            with may_be_cut():
                pins = self._search()
        except Late:
            self.news.mute()
            self.incumbent.judge()
            if self.incumbent.week is None:
                return OutOfTime(self.clock.elapsed_s, was_interrupted=True)
        if pins is not None:
            return Infeasible(pins, self.clock.elapsed_s)
        if self.incumbent.week is None:
            return OutOfTime(self.clock.elapsed_s, self.clock.stop.is_set())
        return self._conclude(self.incumbent.week)

    def _search(self) -> tuple[Pin, ...] | None:
        """Search goal by goal; return pins that cannot hold, None where there is a schedule or time is over."""
        way = self._begin()
        for number, goal_id in enumerate(self.goals):
            before = self.goals[:number]
            if self.incumbent.week is not None and self.incumbent.value(goal_id) == 0:  # no goal is ever below 0
                self._note(goal_id, 0)
                continue
            if self.clock.is_over:
                self.clock.ended_by_wall = self.clock.ended_by_wall or self.clock.left_s <= 0
                bound = 0
            else:
                found = way.minimize(goal_id, before)
                if found is None and self.incumbent.week is None:
                    return self._contradiction()
                if found is None:
                    log.warning("goal %s was called impossible although a verified schedule exists", goal_id)
                bound = found or 0
            if self.incumbent.week is None:
                return None
            self._note(goal_id, bound)
        return None

    def _note(self, goal_id: GoalId, bound: int) -> None:
        """Record a goal's proven bound, unless the verifier's numbers contradict it."""
        value = self.incumbent.value(goal_id)
        if bound > value:
            raise InternalError(f"Goal {goal_id}: a schedule has {value} where the solver claims at least {bound}.")
        self.bounds[goal_id] = bound
        self.news.tell("goal_done", goal_id, value, bound)

    def _begin(self) -> Way:
        """Return the way to search: part by part where the week is large and there is one to begin with, else whole."""
        workshop = Workshop(Terms(self.problem), self.clock.params.tuning)
        self.news.tell("build")
        if is_large(workshop):
            self.news.tell("construct")
            start, is_tight = first_large_week(workshop, self.clock, self.incumbent.keep, self.goals)
            if start is not None:
                return self._begin_in_parts(workshop, start, is_tight=is_tight)
            if self.clock.stop.is_set() and self.incumbent.unjudged is not None:
                raise Late
        model = build_model(self.problem)
        self.news.tell("construct")
        start = first_week(model.x, self.goals)
        self.incumbent.take_if_legal(start)
        return WholeWeek(model, self.clock, self.incumbent, self.news, start)

    def _begin_in_parts(self, workshop: Workshop, start: Schedule, *, is_tight: bool) -> Way:
        self.is_in_parts = True
        self.incumbent.take_if_legal(start)
        way = PartsOfWeek(workshop, self.clock, self.incumbent, self.news, start, is_tight=is_tight)
        self.news.tell("goal", self.goals[0], self.incumbent.value(self.goals[0]), 0)
        self.news.tell_size(workshop.largest)
        return way

    # --- the end ----------------------------------------------------------
    def _contradiction(self) -> tuple[Pin, ...] | None:
        pins = contradicting_pins(self.problem, self.clock.params, self.clock.stop)
        if pins == ():
            raise InternalError("The week was called impossible, but a second run disagrees.")
        return pins

    def _conclude(self, schedule: Schedule) -> Solved:
        self.news.tell("verify")
        broken = violations(self.problem, schedule)
        if broken:
            raise InternalError(f"The verifier rejects the schedule: {broken[0].rule} of {broken[0].subject}.")
        values = self.incumbent.values
        known = {goal: min(self.bounds.get(goal, 0), values[goal].value) for goal in self.goals}
        bounds = {goal: max(known[goal], self._implied(goal, known)) for goal in self.goals}
        goals = tuple(
            GoalResult(goal, values[goal].value, bounds[goal], UNITS[goal], values[goal].parts) for goal in self.goals
        )
        unmet = self._unmet(schedule, is_proven=bounds[GoalId.UNMET_NEED] >= values[GoalId.UNMET_NEED].value)
        is_interrupted = self.clock.stop.is_set()  # asked last: a stop may come while reasons are looked for
        return Solved(
            schedule=schedule,
            goals=goals,
            unmet=unmet,
            was_interrupted=is_interrupted,
            is_repeatable=self.clock.params.workers == 1 and not is_interrupted and not self.clock.ended_by_wall,
            seconds=self.clock.elapsed_s,
        )

    def _implied(self, goal: GoalId, known: Mapping[GoalId, int]) -> int:
        """Return what the bound of another goal, searched before, says of this one: 0 where it says nothing."""
        if goal not in FOLLOWS or self.goals.index(FOLLOWS[goal]) > self.goals.index(goal):
            return 0
        bound = known[FOLLOWS[goal]]
        if FOLLOWS[goal] is GoalId.UNMET_NEED:
            bound = max(0, bound - most_of_groups(self.problem))
        match goal:
            case GoalId.WORST_OFF:  # somebody lacks at least the average
                return -(-bound // max(1, len(self.problem.participants)))
            case GoalId.PEOPLE_SHORT:  # somebody is short of it
                return min(1, bound)
            case _:  # each person with a change has one entry at least that differs
                return bound

    def _unmet(self, schedule: Schedule, *, is_proven: bool) -> tuple[Unmet, ...]:
        short = {pid: minutes for pid, minutes in unmet_minutes(self.problem, schedule).items() if minutes}
        why = dict.fromkeys(short, CUT_SHORT)
        if not self.is_in_parts or not self.clock.stop.is_set():  # in a large week looking takes longer than a stop may
            with contextlib.suppress(Late), may_be_cut():  # a stop may come only now
                have_a_week()
                why = reasons(self.problem, schedule, sorted(short), is_proven=is_proven)
        return tuple(Unmet(pid, short[pid], why[pid]) for pid in sorted(short))
