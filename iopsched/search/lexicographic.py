"""Search: goals one after another, each with a proven bound, and a verified schedule at the end.

The solver runs in a thread of its own while the caller's thread waits on
events, so that Ctrl-C and SIGTERM (whose handlers only set ``stop``) end a
solve at once with the best schedule so far: CP-SAT's own signal handling
would leave the process without a handler (observed with ortools 9.15).
"""

from __future__ import annotations

import contextlib
import logging
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from iopsched.domain.outcome import GoalResult, Infeasible, Outcome, OutOfTime, Solved, Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InternalError
from iopsched.model.build import Model, build_model
from iopsched.model.decisions import read_decisions, values_of
from iopsched.model.terms import Terms
from iopsched.params import OnProgress, Progress, SolveParams
from iopsched.rulebook import UNITS, GoalId
from iopsched.search.clock import Clock
from iopsched.search.contradiction import contradicting_pins
from iopsched.search.parts_of_week import LargeSearch, is_large
from iopsched.search.run import run_until
from iopsched.search.solver import configured, set_hints, whole_bound
from iopsched.search.start.first_week import first_week
from iopsched.search.workshop import Workshop
from iopsched.stopping import CUT_S, Late, have_a_week, looking_at, may_be_cut
from iopsched.verifier import GoalValue, goal_values, unmet_minutes, violations
from iopsched.why.reasons import CUT_SHORT, reasons

log = logging.getLogger(__name__)

# Share of the remaining time that a goal may use before the next one gets its turn.
SHARES = {
    GoalId.UNMET_NEED: 0.6,
    GoalId.PEOPLE_SHORT: 0.3,
    GoalId.CHANGES: 0.4,
    GoalId.PREFERENCES: 0.5,
    GoalId.WORKLOAD: 0.5,
    GoalId.COST: 1.0,
}


def solve(
    problem: Problem,
    params: SolveParams | None = None,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Make the best week there is, or as good a one as the time allows.

    The goals are minimized in rank order, each under the values reached
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
    InternalError
        If the verifier rejects the schedule, or its goal values contradict the solver's.
    """
    search = _Search(problem, params or SolveParams(), on_progress, stop or threading.Event())
    return search.run()


@dataclass(slots=True)
class _Tier:
    """What one goal's search ended with; ``values`` are by variable index, None where no schedule was found."""

    status: int
    values: Sequence[int] | None
    bound: int


class _Search:
    def __init__(
        self, problem: Problem, params: SolveParams, on_progress: OnProgress | None, stop: threading.Event
    ) -> None:
        self.problem = problem
        self.params = params
        self.on_progress = on_progress
        self.clock = Clock(params, stop)
        self.model: Model | None = None
        self.large: LargeSearch | None = None
        self.start: Schedule | None = None
        self.best: Schedule | None = None
        self.values: Sequence[int] | None = None
        self.reached: dict[GoalId, GoalValue] = {}
        self.bounds: dict[GoalId, int] = {}
        self.limits: dict[GoalId, int] = {}
        # reads a week that is perhaps better than the best, but that nobody has judged yet
        self.unjudged: Callable[[], Schedule] | None = None

    # --- the road ---------------------------------------------------------
    def run(self) -> Outcome:
        """Return the outcome; a search that does not stop when asked is left, with the best schedule so far."""
        try:
            with may_be_cut():
                ending = self._ending()
        except Late:
            self.on_progress = None  # a solver left behind may still have news
            ending = self._left_with()
        return self._finish() if ending is None else ending

    def _left_with(self) -> Outcome | None:
        """Return how a search ends that was left at any point; None where there is a schedule, whose numbers are taken anew."""
        if self.unjudged is not None:
            self._judge(self.unjudged())
        if self.best is None:
            return OutOfTime(self.clock.elapsed_s, was_interrupted=True)
        self.reached = dict(goal_values(self.problem, self.best))
        for goal_id in GoalId:
            self.bounds[goal_id] = min(self.bounds.get(goal_id, 0), self.reached[goal_id].value)
        return None

    def _judge(self, week: Schedule) -> None:
        """Take over a week if it keeps every rule and is better than the best."""
        if violations(self.problem, week):
            return
        values = goal_values(self.problem, week)
        if self.best is None or [values[goal].value for goal in GoalId] < [self.reached[goal].value for goal in GoalId]:
            self.best, self.reached = week, dict(values)

    def _keep(self, read: Callable[[], Schedule]) -> None:
        self.unjudged = read
        have_a_week()

    def _ending(self) -> Outcome | None:
        """Search goal by goal; return how it ended without a schedule, None where there is one."""
        if not self._begin_large():
            self._tell("build")
            self.model = build_model(self.problem)
            self._tell("construct")
            self._start_from(first_week(self.model.x))
        for goal_id in GoalId:
            if self._is_settled(goal_id):
                self.bounds[goal_id] = self.reached[goal_id].value
            elif self.clock.is_over:
                self.clock.ended_by_wall = self.clock.ended_by_wall or self.clock.left_s <= 0
                self.bounds.setdefault(goal_id, 0)
                if self.best is None:
                    return OutOfTime(self.clock.elapsed_s, self.clock.stop.is_set())
            elif self.large is not None:
                self._improve(self.large, goal_id)
            else:
                tier = self._minimize(goal_id, SHARES[goal_id])
                if tier.status == cp_model.UNKNOWN and self.best is None and not self.clock.is_over:
                    tier = self._minimize(goal_id, 1.0)  # without any schedule no other goal needs its share
                if tier.status == cp_model.INFEASIBLE:
                    if self.best is None:
                        return self._contradiction()
                    log.warning("goal %s was called impossible although a verified schedule exists", goal_id)
                self._accept(goal_id, tier)
                if self.best is None:
                    return OutOfTime(self.clock.elapsed_s, self.clock.stop.is_set())
            self._hold(goal_id)
        return None

    def _begin_large(self) -> bool:
        """Begin a large week, which has no model of the whole; return False if there is none to begin with."""
        workshop = Workshop(Terms(self.problem))
        if not is_large(workshop):
            return False
        self._tell("build")
        large = LargeSearch(workshop, self.clock)
        self._tell("construct")
        schedule = large.begin(self._keep)
        if schedule is None:
            if self.clock.stop.is_set() and self.unjudged is not None:
                raise Late
            return False
        self.large = large
        self._start_from(schedule)
        self._tell("goal", GoalId.UNMET_NEED, self.reached[GoalId.UNMET_NEED].value, 0)
        self._tell_size(large.workshop.largest)
        return True

    def _improve(self, large: LargeSearch, goal_id: GoalId) -> None:
        """Improve one goal of a large week."""
        assert self.best is not None  # noqa: S101

        def accept(schedule: Schedule, values: Mapping[GoalId, GoalValue]) -> None:
            self.best, self.reached = schedule, dict(values)

        def tell(goal_id: GoalId, value: int, bound: int) -> None:
            self._tell("goal", goal_id, value, bound)

        with looking_at(self.clock.stop):
            bound = large.minimize(goal_id, SHARES[goal_id], accept, tell)
        if bound > self.reached[goal_id].value:
            raise InternalError(
                f"Goal {goal_id}: a schedule has {self.reached[goal_id].value} where a bound of {bound} was proven."
            )
        self.bounds[goal_id] = bound
        self._tell_size(large.workshop.largest)

    def _start_from(self, schedule: Schedule) -> None:
        """Take a schedule as the best so far, if the verifier and the pins allow; it is a hint in any case."""
        self.start = schedule
        if not violations(self.problem, schedule):
            self.best = schedule
            self.reached = dict(goal_values(self.problem, schedule))
            self.unjudged = None
            have_a_week()

    def _is_settled(self, goal_id: GoalId) -> bool:
        """Return whether a goal needs no search: no goal is ever below 0."""
        return self.best is not None and self.reached[goal_id].value == 0

    def _hold(self, goal_id: GoalId) -> None:
        """Keep later goals from worsening this one, and those before it that this search has improved besides."""
        value = self.reached[goal_id].value
        bound = min(self.bounds[goal_id], value)
        self.bounds[goal_id] = bound
        if self.model is not None and not self.clock.is_over:
            for goal in list(GoalId)[: list(GoalId).index(goal_id) + 1]:
                self._limit(self.model, goal)
        self._tell("goal_done", goal_id, value, bound)

    def _limit(self, model: Model, goal_id: GoalId) -> None:
        value = self.reached[goal_id].value
        if self.limits.get(goal_id, value + 1) <= value:
            return
        self.limits[goal_id] = value
        held = model.goal(goal_id) <= value
        if held is not True:
            model.cp.add(held)

    # --- one goal ---------------------------------------------------------
    def _minimize(self, goal_id: GoalId, share: float) -> _Tier:
        assert self.model is not None  # noqa: S101
        goal = self.model.goal(goal_id)
        cp = self.model.cp
        cp.minimize(goal)
        self._tell_size((len(cp.proto.variables), len(cp.proto.constraints)))
        self._complete_start()
        self._hint()
        solver = self._new_solver(share)
        status = self._run(solver, goal_id)
        self.clock.deterministic += solver.deterministic_time
        if status == cp_model.MODEL_INVALID:
            raise InternalError(f"The model of goal {goal_id} is invalid: {cp.validate()[:200]}")
        found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
        bound = 0 if status == cp_model.INFEASIBLE else whole_bound(solver.best_objective_bound)
        if status not in {cp_model.OPTIMAL, cp_model.INFEASIBLE}:
            self.clock.ended_by_wall |= self._ended_by_wall(solver)
        return _Tier(status, list(solver.response_proto.solution) if found else None, bound)

    def _ended_by_wall(self, solver: cp_model.CpSolver) -> bool:
        if self.clock.stop.is_set() or self.params.deterministic_limit is None:
            return True
        return solver.deterministic_time < 0.99 * solver.parameters.max_deterministic_time

    def _new_solver(self, share: float) -> cp_model.CpSolver:
        solver = configured(cp_model.CpSolver(), self.params)
        parameters = solver.parameters
        left = self.clock.deterministic_left
        if left is None:
            parameters.max_time_in_seconds = max(0.01, self.clock.left_s * share)
        else:
            parameters.max_deterministic_time = max(1e-3, left * share)
            parameters.max_time_in_seconds = max(0.01, self.clock.left_s)
            # One worker alone would run no neighborhood search; in turns it does, and stays deterministic.
            parameters.interleave_search = self.params.workers == 1
            parameters.interleave_batch_size = 4
        return solver

    def _complete_start(self) -> None:
        """Give every variable a value that describes the best schedule so far: a partial hint is often lost.

        The deciding literals are fixed to it and the solver fills in the helper variables of the goal.
        """
        assert self.model is not None  # noqa: S101
        known = self._decided()
        if known is None:
            return
        self._set_hints(known)
        solver = self._new_solver(1.0)
        solver.parameters.num_workers = 1
        solver.parameters.interleave_search = False
        solver.parameters.fix_variables_to_their_hinted_value = True
        status = self._run(solver, None)
        self.clock.deterministic += solver.deterministic_time
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            self.values = list(solver.response_proto.solution)
        elif status == cp_model.INFEASIBLE and self.best is not None:
            log.warning("the model rejects the schedule found so far")

    def _decided(self) -> Mapping[int, int] | None:
        """Return values of the decisions behind the best schedule so far, None where there is none."""
        assert self.model is not None  # noqa: S101
        if self.values is not None:
            return dict(enumerate(self.values[: self.model.decisions]))
        return None if self.start is None else values_of(self.model.x, self.start)

    def _hint(self) -> None:
        self._set_hints(dict(enumerate(self.values)) if self.values is not None else self._decided() or {})

    def _set_hints(self, values: Mapping[int, int]) -> None:
        assert self.model is not None  # noqa: S101
        set_hints(self.model.cp, values)

    def _run(self, solver: cp_model.CpSolver, goal_id: GoalId | None) -> int:
        """Run the solver until it ends or somebody asks to stop; news are passed on where a goal is named."""
        assert self.model is not None  # noqa: S101
        callback = None
        if goal_id is not None:
            callback = _Listener(self, goal_id)
            solver.best_bound_callback = callback.on_bound
        return run_until(solver, self.model.cp, self.clock.stop, callback, CUT_S)

    def _accept(self, goal_id: GoalId, tier: _Tier) -> None:
        """Take over a better schedule and the bound that was proven, unless the verifier's numbers contradict them."""
        self.bounds[goal_id] = tier.bound
        if tier.values is not None:
            assert self.model is not None  # noqa: S101
            self._compare(goal_id, tier, read_decisions(self.model.x, tier.values))
        if self.best is not None and tier.bound > self.reached[goal_id].value:
            raise InternalError(
                f"Goal {goal_id}: a schedule has {self.reached[goal_id].value} where the solver claims a bound of "
                f"{tier.bound}."
            )

    def _compare(self, goal_id: GoalId, tier: _Tier, schedule: Schedule) -> None:
        """Make a schedule the best so far if it is as good in this goal; it must not be worse in those before."""
        reached = goal_values(self.problem, schedule)
        value = reached[goal_id].value
        if tier.bound > value or (tier.status == cp_model.OPTIMAL and tier.bound < value):
            raise InternalError(
                f"Goal {goal_id}: the verifier counts {value} where the solver claims a bound of {tier.bound}."
            )
        if self.best is not None:
            if value > self.reached[goal_id].value:
                return
            before = list(GoalId)[: list(GoalId).index(goal_id)]
            worse = [goal for goal in before if reached[goal].value > self.reached[goal].value]
            if worse:
                raise InternalError(f"Goal {worse[0]} was made worse by the search for {goal_id}.")
        self.best, self.values, self.reached = schedule, tier.values, dict(reached)
        self.unjudged = None
        have_a_week()

    # --- the end ----------------------------------------------------------
    def _contradiction(self) -> Outcome:
        pins = contradicting_pins(self.problem, self.params, self.clock.stop)
        if pins is None:
            return OutOfTime(self.clock.elapsed_s, self.clock.stop.is_set())
        if not pins:
            raise InternalError("The week was called impossible, but a second run disagrees.")
        return Infeasible(pins, self.clock.elapsed_s)

    def _finish(self) -> Outcome:
        self._tell("verify")
        schedule = self.best
        assert schedule is not None  # noqa: S101
        broken = violations(self.problem, schedule)
        if broken:
            raise InternalError(f"The verifier rejects the schedule: {broken[0].rule} of {broken[0].subject}.")
        if self.bounds[GoalId.UNMET_NEED] > 0:  # then somebody is short of it
            self.bounds[GoalId.PEOPLE_SHORT] = max(1, self.bounds[GoalId.PEOPLE_SHORT])
        goals = tuple(
            GoalResult(goal, self.reached[goal].value, self.bounds[goal], UNITS[goal], self.reached[goal].parts)
            for goal in GoalId
        )
        return Solved(
            schedule=schedule,
            goals=goals,
            unmet=self._unmet(schedule),
            was_interrupted=self.clock.stop.is_set(),
            is_repeatable=self._is_repeatable(goals),
            seconds=self.clock.elapsed_s,
        )

    def _is_repeatable(self, goals: tuple[GoalResult, ...]) -> bool:
        """Return whether the same command is certain to give the same files again."""
        if self.params.workers != 1 or self.clock.stop.is_set():
            return False
        if self.large is not None:
            return not self.clock.ended_by_wall
        by_effort = self.params.deterministic_limit is not None and not self.clock.ended_by_wall
        return by_effort or all(goal.is_proven for goal in goals)

    def _unmet(self, schedule: Schedule) -> tuple[Unmet, ...]:
        short = {pid: minutes for pid, minutes in unmet_minutes(self.problem, schedule).items() if minutes}
        is_proven = self.bounds[GoalId.UNMET_NEED] >= self.reached[GoalId.UNMET_NEED].value
        why = dict.fromkeys(short, CUT_SHORT)
        if self.large is None or not self.clock.stop.is_set():  # in a large week looking takes longer than a stop may
            with contextlib.suppress(Late), may_be_cut():  # a stop may come only now
                have_a_week()
                why = reasons(self.problem, schedule, sorted(short), is_proven=is_proven)
        return tuple(Unmet(pid, short[pid], why[pid]) for pid in sorted(short))

    def _tell(self, stage: str, goal: GoalId | None = None, value: int | None = None, bound: int | None = None) -> None:
        self._pass_on(Progress(stage, self.clock.elapsed_s, self.clock.left_s, goal, value, bound))

    def _tell_size(self, size: tuple[int, int]) -> None:
        variables, constraints = size
        left_s = self.clock.left_s
        self._pass_on(Progress("model", self.clock.elapsed_s, left_s, variables=variables, constraints=constraints))

    def _pass_on(self, news: Progress) -> None:
        """Pass news on; a broken display must not cost the schedule."""
        if self.on_progress is None:
            return
        try:
            self.on_progress(news)
        except Exception:  # noqa: BLE001 - whatever a display may raise
            log.debug("progress display failed")


class _Listener(cp_model.CpSolverSolutionCallback):
    """Passes values and bounds on, and hands over each schedule, should the solver not stop in time."""

    def __init__(self, search: _Search, goal_id: GoalId) -> None:
        super().__init__()
        self.search = search
        self.goal_id = goal_id
        self.latest_value: int | None = None
        self.latest_bound: int | None = None

    def on_solution_callback(self) -> None:
        self.latest_value = round(self.objective_value)
        model, values = self.search.model, list(self.response_proto.solution)
        assert model is not None  # noqa: S101
        self.search.unjudged = lambda: read_decisions(model.x, values)
        self.on_bound(self.best_objective_bound)

    def on_bound(self, bound: float) -> None:
        if math.isfinite(bound):
            self.latest_bound = whole_bound(bound)
        self.search._tell("goal", self.goal_id, self.latest_value, self.latest_bound)  # noqa: SLF001
