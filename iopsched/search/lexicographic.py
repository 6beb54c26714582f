"""Lexicographic search: goals one after another, each with a proven bound, and a verified schedule at the end."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence

from iopsched.domain.outcome import Infeasible, Outcome, OutOfTime, Solved
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InternalError
from iopsched.model.terms import Terms
from iopsched.params import OnProgress, SolveParams
from iopsched.rulebook import GoalId
from iopsched.search.beginning import Beginning
from iopsched.search.clock import Clock
from iopsched.search.conclusion import conclude, kept_for_reasons_s
from iopsched.search.contradiction import contradicting_pins
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.polish.last import LastMoves
from iopsched.search.proofs import Proofs
from iopsched.search.putback import restored
from iopsched.search.start.pinned import musts
from iopsched.search.turn import Agenda, Turn
from iopsched.search.way import Way
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late, TimeOver, looking_at, may_be_cut
from iopsched.verifier import goal_values

log = logging.getLogger(__name__)


def solve(
    problem: Problem,
    params: SolveParams | None = None,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    *,
    goals: Sequence[GoalId] = tuple(GoalId),
    start: Schedule | None = None,
    last: GoalId | None = None,
) -> Outcome:
    """Make the best week there is, or as good a one as the time allows.

    The goals are minimized in the order given, each under the values reached
    before it; a need that cannot be met costs the first goal and breaks no
    rule. ``on_progress`` is called from a thread of the solver. Setting
    ``stop`` ends the search within a second, keeping the best so far.
    ``start`` is a schedule to begin with, which need not be legal here.
    ``last`` ends the search with this goal: those after it are counted only,
    single moves are not tried and no reasons are looked for.

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
    return solve_by(Beginning, problem, params or SolveParams(), on_progress, stop, goals=goals, start=start, last=last)


def solve_by(
    beginning: Callable[..., Beginning],
    problem: Problem,
    params: SolveParams,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    *,
    goals: Sequence[GoalId] = tuple(GoalId),
    start: Schedule | None = None,
    last: GoalId | None = None,
) -> Outcome:
    """Do the same with another choice of the ways to search, which may leave out weeks."""
    if sorted(goals) != sorted(GoalId):
        raise ValueError("A search needs every goal once, in the order of their rank.")
    clock = Clock(params, stop or threading.Event())
    searched = tuple(goals) if last is None else tuple(goals)[: list(goals).index(last) + 1]
    return _Search(beginning, problem, tuple(goals), searched, clock, News(on_progress, clock), start).run()


class _Search:
    def __init__(
        self,
        beginning: Callable[..., Beginning],
        problem: Problem,
        goals: tuple[GoalId, ...],
        searched: tuple[GoalId, ...],
        clock: Clock,
        news: News,
        start: Schedule | None,
    ) -> None:
        self.problem = problem
        self.goals = goals
        self.searched = searched
        self.clock = clock
        self.news = news
        self.incumbent = Incumbent(problem, goals)
        self.proofs = Proofs(goals)
        self.agenda = Agenda(searched, clock.params.tuning)
        self.moves = LastMoves(clock, news)
        self.is_impossible = False
        self.is_polished = False
        self.closing = contextlib.ExitStack()
        workshop = Workshop(Terms(problem), clock.params.tuning)
        self.beginning = beginning(workshop, clock, self.incumbent, news, self.closing, start)

    def run(self) -> Outcome:
        """Return the outcome; a search that does not stop when asked is left, with the best schedule so far."""
        with self.closing:
            return self._run()

    def _run(self) -> Outcome:
        pins = None
        try:
            with may_be_cut():
                way = self.beginning.way()
                with looking_at(None, self.clock.end_s):
                    pins = self._search(way)
        except Late:
            self.news.mute()
            self.clock.ended_by_wall = True
            self.incumbent.judge()
        if pins is not None:
            return Infeasible(pins, self.clock.elapsed_s)
        if self.incumbent.week is None:
            return OutOfTime(self.clock.elapsed_s, self.clock.stop.is_set())
        return self._conclude(self.incumbent.week)

    def _search(self, way: Way) -> tuple[Pin, ...] | None:
        """Search goal by goal; return pins that cannot hold, None where there is a schedule or time is over."""
        for number, goal_id in enumerate(self.searched):
            if number == 1:
                self.proofs.note_least_cost(self.beginning.workshop.terms)
                if self.searched == self.goals:
                    self.moves.prepare(way, is_whole=not (self.beginning.is_in_parts or self.beginning.is_narrow))
            if not self._minimize(way, goal_id):
                return self._contradiction() if self.is_impossible else None
            way = self.beginning.way_after(goal_id, way, self.proven(goal_id))
        self._go_round(way)
        if self.searched == self.goals:
            self._polish(way)
        return None

    def _go_round(self, way: Way) -> None:
        """Give what is left to the goals with the largest gaps, until each is proven or time is over."""
        while not self.clock.is_over:
            goal_id = self.agenda.next(self._reached, {goal: self.proven(goal) for goal in self.goals})
            if goal_id is None:
                return
            before = self.incumbent.ranks
            self._minimize(way, goal_id)
            if self.incumbent.ranks != before:
                self.agenda.begin_anew_after(goal_id)

    def _minimize(self, way: Way, goal_id: GoalId) -> bool:
        """Let a goal have its turn; return whether there is a week then."""
        bound = 0
        if self.clock.is_over:
            self.clock.ended_by_wall = self.clock.ended_by_wall or self.clock.left_s <= 0
            self._begin_late(way)
        elif self.incumbent.week is None or self.incumbent.value(goal_id) > 0:  # no goal is ever below 0
            turn = self._turn(way, goal_id)
            self.agenda.had_turn(goal_id)
            found = self._have_turn(way, goal_id, turn)
            if found is None and self.incumbent.week is None:
                self.is_impossible = True
                return False
            if found is None:
                log.warning("goal %s was called impossible although a verified schedule exists", goal_id)
            bound = found or 0
            if not turn.is_over() and not self.clock.is_over:
                self.agenda.finished.add(goal_id)
        if self.incumbent.week is None:
            return False
        self._note(goal_id, bound)
        if goal_id in (GoalId.CHANGES, GoalId.MOVES):
            self._restore(way, bound, goal_id)
        self._tell(goal_id)
        return True

    def _have_turn(self, way: Way, goal_id: GoalId, turn: Turn) -> int | None:
        """Return what is proven then; what is not done when the turn is over at the latest proves nothing."""
        try:
            return way.minimize(goal_id, self.goals[: self.goals.index(goal_id)], turn)
        except TimeOver:
            self._begin_late(way)
            if self.incumbent.week is None:
                raise
            return 0

    def _begin_late(self, way: Way) -> None:
        """Have a way that began without any week lay one out, which takes a moment, also where time is over."""
        if self.incumbent.week is None and not self.clock.stop.is_set():
            with looking_at(None):
                way.go_on()

    def _turn(self, way: Way, goal_id: GoalId) -> Turn:
        """Return the turn of a goal, beside those that are not proven yet; in the first round, beside those that follow."""
        if self.incumbent.week is None:
            return Turn(self.clock, None, 0, least_steps=way.least_steps)
        begin = self.searched.index(goal_id) if self.agenda.turns[self.searched[-1]] == 0 else 0
        is_open = [goal for goal in self.searched[begin:] if self.proven(goal) < self.incumbent.value(goal)]
        part = self.agenda.part(goal_id, is_open)
        value, bound = self.incumbent.value(goal_id), self.proven(goal_id)
        return Turn(self.clock, value, bound, part, least_steps=way.least_steps)

    @property
    def _reached(self) -> dict[GoalId, int]:
        return {goal: self.incumbent.value(goal) for goal in self.goals}

    def proven(self, goal_id: GoalId) -> int:
        """Return what is proven of a goal, where those before it are as they are now."""
        return 0 if self.incumbent.week is None else self.proofs.bound(goal_id, self._reached)

    def _restore(self, way: Way, bound: int, goal_id: GoalId) -> None:
        """Put back what moved for nothing, where the search of the changes has not come to an end."""
        week = self.incumbent.week
        if week is None or bound >= self.incumbent.value(goal_id):
            return
        found = restored(self.problem, week, self.goals, self.clock)
        if found is not week:
            self.incumbent.take(found, goal_values(self.problem, found))
            way.go_on()

    def _polish(self, way: Way) -> None:
        """Improve the week by single moves unless every goal is proven: no time limit excuses a move that anybody sees.

        A move may make a goal worse for the sake of an earlier one. What was proven of it before may hold no longer.
        """
        self.clock.release()
        proven = self.proven(GoalId.UNMET_NEED)
        self.clock.reserve(kept_for_reasons_s(self.incumbent, self.clock.params.time_limit_s, proven), 0.0)
        if all(self.proven(goal) >= self.incumbent.value(goal) for goal in self.goals):
            self.is_polished = True
        elif not self.clock.is_over:
            self.is_polished = self.moves.make(way)
            for goal in self.goals:
                self._tell(goal)

    def _note(self, goal_id: GoalId, bound: int) -> None:
        """Record a goal's proven bound, unless the verifier's numbers contradict it."""
        value = self.incumbent.value(goal_id)
        if bound > value:
            raise InternalError(f"Goal {goal_id}: a schedule has {value} where the solver claims at least {bound}.")
        self.proofs.note(goal_id, bound, self._reached)

    def _tell(self, goal_id: GoalId) -> None:
        value = self.incumbent.value(goal_id)
        self.news.tell("goal_done", goal_id, value, min(value, self.proven(goal_id)))

    # --- the end ----------------------------------------------------------
    def _contradiction(self) -> tuple[Pin, ...] | None:
        if self.beginning.is_narrow:
            return tuple(musts(self.beginning.workshop))
        pins = contradicting_pins(self.problem, self.clock.params, self.clock.stop)
        if pins == ():
            raise InternalError("The week was called impossible, but a second run disagrees.")
        return pins

    def _conclude(self, schedule: Schedule) -> Solved:
        self.news.tell("verify")
        bounds = {goal: self.proven(goal) for goal in self.goals}
        tried = {self.searched[0], *(goal for goal, turns in self.agenda.turns.items() if turns)}
        is_polished, is_large = self.is_polished, self.beginning.is_in_parts
        return conclude(
            self.incumbent,
            schedule,
            bounds,
            self.clock,
            tried=tried,
            is_polished=is_polished,
            is_large=is_large,
            has_reasons=self.searched == self.goals,
            reasons_s=self.beginning.reasons_s,
            only_reason=self.beginning.only_reason,
        )
