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
from iopsched.params import OnProgress, SolveParams, Tuning
from iopsched.rulebook import UNITS, GoalId
from iopsched.search.clock import Clock
from iopsched.search.contradiction import contradicting_pins
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.parts_of_week import PartsOfWeek, is_large
from iopsched.search.putback import restored
from iopsched.search.start.first_week import first_large_week, first_week
from iopsched.search.start.near import near_week
from iopsched.search.way import Way
from iopsched.search.whole_week import WholeWeek
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late, have_a_week, may_be_cut
from iopsched.verifier import goal_values, unmet_minutes, violations
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
        self.is_polished = False

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
            if number == 1:
                self._prepare(way)
            if self.incumbent.week is not None and self.incumbent.value(goal_id) == 0:  # no goal is ever below 0
                self._note(goal_id, 0)
                continue
            if self.clock.is_over:
                self.clock.ended_by_wall = self.clock.ended_by_wall or self.clock.left_s <= 0
                bound = 0
            else:
                found = way.minimize(goal_id, before, _share(number, self.incumbent, self.clock.params.tuning))
                if found is None and self.incumbent.week is None:
                    return self._contradiction()
                if found is None:
                    log.warning("goal %s was called impossible although a verified schedule exists", goal_id)
                bound = found or 0
            if self.incumbent.week is None:
                return None
            if goal_id in (GoalId.CHANGES, GoalId.MOVES):
                self._restore(way, bound, goal_id)
            self._note(goal_id, bound)
        self._polish(way)
        return None

    def _restore(self, way: Way, bound: int, goal_id: GoalId) -> None:
        """Put back what moved for nothing, where the search of the changes has not come to an end."""
        week = self.incumbent.week
        if week is None or bound >= self.incumbent.value(goal_id):
            return
        found = restored(self.problem, week, self.goals, self.clock)
        if found is not week:
            self.incumbent.take(found, goal_values(self.problem, found))
            way.go_on()

    def _prepare(self, way: Way) -> None:
        """Keep time for the single moves at the end; of a week searched as a whole, make a first round of them."""
        tuning, effort = self.clock.params.tuning, way.polish_effort()
        has_time = self.clock.params.workers == 1 or 2 * tuning.polish_share * self.clock.left_s >= effort.seconds
        is_first_round = not self.is_in_parts  # there other times for all visits and a loose plan win more, sooner
        if is_first_round and has_time and effort.deterministic >= tuning.least_polish:
            with self.clock.within(tuning.polish_share, effort.deterministic):
                if not self.clock.is_over:
                    self.news.tell("polish")
                    way.polish()
        left_s, left = self.clock.left_s, self.clock.deterministic_left or 0.0
        self.clock.reserve(
            min(tuning.polish_share * left_s, effort.seconds), min(tuning.polish_share * left, effort.deterministic)
        )

    def _polish(self, way: Way) -> None:
        """Improve the week by single moves unless every goal is proven: no time limit excuses a move that anybody sees.

        Values only become better, goal by goal. A bound stays one: it holds for all weeks whose earlier goals are no
        worse than they were, and those whose earlier goals are no worse than they are now are some of these.
        """
        self.clock.release()
        if all(self.bounds[goal] >= self.incumbent.value(goal) for goal in self.goals):
            self.is_polished = True
            return
        if self.clock.is_over:
            return
        self.news.tell("polish")
        self.is_polished = way.polish()
        for goal in self.goals:
            self._note(goal, self.bounds[goal])
        if not self.is_polished:
            log.info("time ended before every single move had been tried")

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
        near = near_week(workshop, self.clock, self.goals)
        if near is not None:
            self.incumbent.take_if_legal(near)
        if is_large(workshop):
            self.news.tell("construct")
            start, is_tight = first_large_week(workshop, self.clock, self.incumbent.keep, self.goals, near)
            if start is not None:
                return self._begin_in_parts(workshop, start, is_tight=is_tight)
            if self.clock.stop.is_set() and self.incumbent.unjudged is not None:
                raise Late
        begun_s = self.clock.elapsed_s
        model = build_model(self.problem)
        build_s = self.clock.elapsed_s - begun_s
        self.news.tell("construct")
        start = first_week(model.x, self.goals, near)
        self.incumbent.take_if_legal(start)
        return WholeWeek(model, self.clock, self.incumbent, self.news, start, build_s=build_s)

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
            is_polished=self.is_polished,
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


def _share(number: int, incumbent: Incumbent, tuning: Tuning) -> float:
    """Return the share of the time left that a goal may use, beside those that follow and are not at 0.

    The first goal, whichever it is, has at least the largest share that there is.
    """
    shares = tuning.shares
    following = [g for g in incumbent.goals[number + 1 :] if incumbent.week is None or incumbent.value(g) > 0]
    own = shares[incumbent.goals[number]]
    share = own / max(1e-9, own + sum(shares[goal] for goal in following))
    return share if number else max(share, *shares.values())
