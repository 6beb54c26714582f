"""Bounds of a large week, from the model in which visits may begin at any of their starts; beside the search.

Every schedule is a solution of that model and costs no more there
(:mod:`iopsched.model.loose`), so that what is proven of it holds for the week.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Mapping

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Schedule
from iopsched.model.build import Model, build_model
from iopsched.model.candidate import Candidate
from iopsched.model.decisions import held_of
from iopsched.model.loose import loose_candidates, loose_values
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.run import POLL_S, run_until
from iopsched.search.solver import completed, new_solver, patience_s, set_hints, whole_bound
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late, looking_at

log = logging.getLogger(__name__)

# Goals that a loose week sees as they are: it is worth finding one, and it is found sooner than parts improve the real
# week. Of workload it sees no waiting, and of cost neither; there it only proves, beside the search.
PLANNED = frozenset({GoalId.UNMET_NEED, GoalId.PEOPLE_SHORT, GoalId.CHANGES, GoalId.PREFERENCES})
# Subsolvers of CP-SAT (none = its own choice, which finds most) and least number of threads. With a fuller linear
# relaxation more is proven in the end, with this one more in the first half minute (docs/measurements.md).
PLANNING: tuple[tuple[str, ...], int] = (), 2
PROVING: tuple[tuple[str, ...], int] = ("default_lp",), 1
EFFORT_ALONE = 10.0
PATIENCE_S = 0.1


class Bounds:
    """Proves, for one goal at a time, how good a week could be whose earlier goals are no worse than reached."""

    def __init__(self, workshop: Workshop, clock: Clock) -> None:
        self.workshop = workshop
        self.clock = clock
        self._model: Model | None = None
        self._bound: dict[GoalId, int] = {}
        self._plan: list[Candidate] | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._building = threading.Lock()
        self._error: BaseException | None = None

    def of(self, goal_id: GoalId) -> int:
        """Return what is proven of a goal so far."""
        return self._bound.get(goal_id, 0)

    def take_plan(self) -> list[Candidate] | None:
        """Return the sessions of the best loose week once, when the search for it has ended."""
        plan, self._plan = self._plan, None
        return plan

    def prove(self, goal_id: GoalId, reached: Mapping[GoalId, int], week: Schedule) -> None:
        """Begin to prove a bound of a goal from a week; with one worker alone, come back when that is done."""
        self._plan = None
        if self.clock.params.workers == 1:
            self._work(goal_id, dict(reached), week, self.clock.stop)
            return
        self._stop = stop = threading.Event()
        self._thread = threading.Thread(target=self._guarded, args=(goal_id, dict(reached), week, stop), daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Come back when the proof has ended, or after so many seconds, or when somebody asks to stop."""
        until = time.monotonic() + seconds
        while self._thread is not None and self._thread.is_alive() and time.monotonic() < until:
            if self.clock.stop.wait(POLL_S):
                return

    def close(self) -> None:
        """End the proof that is under way, and keep what it has shown; a model that is still being built is left at that.

        Raises
        ------
        BaseException
            Whatever the thread of the proof ended with.
        """
        self._stop.set()
        if self._thread is not None:
            is_waited_for = self._model is not None and not self.clock.stop.is_set()
            self._thread.join(None if is_waited_for else PATIENCE_S)
            self._thread = None
        if self._error is not None:
            raise self._error

    def _guarded(self, goal_id: GoalId, reached: Mapping[GoalId, int], week: Schedule, stop: threading.Event) -> None:
        try:
            with looking_at(self.clock.stop):
                self._work(goal_id, reached, week, stop)
        except Late:
            log.debug("a proof was left behind")
        except BaseException as error:  # noqa: BLE001 - raised by close
            self._error = error

    def _work(self, goal_id: GoalId, reached: Mapping[GoalId, int], week: Schedule, stop: threading.Event) -> None:
        with self._building:
            if self._model is None:
                self._model = self._build()
        if stop.is_set() or self.clock.is_over:
            return
        model = self._model
        for goal in list(GoalId)[: list(GoalId).index(goal_id)]:
            held = model.goal(goal) <= reached[goal]
            if held is not True:
                model.cp.add(held)
        model.cp.minimize(model.goal(goal_id))
        self.workshop.note(model)
        set_hints(model.cp, completed(model.cp, loose_values(model.x, week), self.clock, stop))
        solver = new_solver(self.clock.params)
        solver.best_bound_callback = lambda bound: self._note(goal_id, bound)
        if self.clock.params.workers == 1:
            left = self.clock.deterministic_left
            solver.parameters.max_deterministic_time = EFFORT_ALONE if left is None else min(EFFORT_ALONE, left / 2)
        else:
            subsolvers, workers = PLANNING if goal_id in PLANNED else PROVING
            solver.parameters.subsolvers.extend(subsolvers)
            solver.parameters.num_workers = workers if subsolvers else max(workers, solver.parameters.num_workers)
        solver.parameters.max_time_in_seconds = max(0.01, self.clock.left_s)
        status = run_until(solver, model.cp, stop, patience_s=patience_s(self.clock, stop))
        if self.clock.params.workers == 1:
            self.clock.deterministic += solver.deterministic_time
        if status == cp_model.INFEASIBLE:
            log.warning("a loose week was called impossible although there is a week")
        else:
            self._note(goal_id, solver.best_objective_bound)
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            self._plan = list(held_of(model.x, list(solver.response_proto.solution)))

    def _note(self, goal_id: GoalId, bound: float) -> None:
        if math.isfinite(bound):
            self._bound[goal_id] = max(self.of(goal_id), whole_bound(bound))

    def _build(self) -> Model:
        workshop = self.workshop
        candidates = loose_candidates(workshop.factory)
        return build_model(workshop.problem, terms=workshop.terms, candidates=candidates)
