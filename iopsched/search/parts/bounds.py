"""Bounds of a large week, from the model in which visits may begin at any of their starts; beside the search.

Every schedule is a solution of that model and costs no more there
(:mod:`iopsched.model.loose`), so that what is proven of it holds for the week.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Schedule
from iopsched.model.build import Model, build_model
from iopsched.model.cuts import strengthen
from iopsched.model.decisions import held_of
from iopsched.model.loose import loose_candidates, loose_values
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.parts.plan import LoosePlan
from iopsched.search.run import POLL_S, Settings, completed, processes, run, threads, whole_bound
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late, looking_at

log = logging.getLogger(__name__)

# Goals that a loose week sees as they are: it is worth finding one, and it is found sooner than parts improve the real
# week. Of workload it sees no waiting, and of cost only what no start avoids; there it only proves, beside the search.
PLANNED = frozenset(
    {
        GoalId.UNMET_NEED,
        GoalId.WORST_OFF,
        GoalId.PEOPLE_SHORT,
        GoalId.CHANGES,
        GoalId.MOVES,
        GoalId.PREFERENCES,
    }
)


# Goals of which the linear relaxation proves most once it has every constraint and the cuts.
LINEAR = frozenset({GoalId.UNMET_NEED, GoalId.WORKLOAD, GoalId.COST})


class Bounds:
    """Proves, for one goal at a time, how good a week could be whose earlier goals are no worse than reached.

    ``heard`` is the value of the best loose week so far, None before there is one.
    """

    def __init__(self, workshop: Workshop, clock: Clock) -> None:
        self.workshop = workshop
        self.clock = clock
        self._model: Model | None = None
        self.heard: int | None = None
        self._bound: dict[GoalId, int] = {}
        self._reached: dict[GoalId, dict[GoalId, int]] = {}
        self._plan: LoosePlan | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._building = threading.Lock()
        self._error: BaseException | None = None
        self._part = 1.0

    def of(self, goal_id: GoalId) -> int:
        """Return the bound proven for a goal so far."""
        return self._bound.get(goal_id, 0)

    def take_plan(self) -> LoosePlan | None:
        """Return the best loose week once, when the search for it has ended."""
        plan, self._plan = self._plan, None
        return plan

    def prove(self, goal_id: GoalId, reached: Mapping[GoalId, int], week: Schedule, part: float = 1.0) -> None:
        """Begin to prove a bound of a goal from a week, beside the search; with one worker, come back when that is done.

        ``reached`` are the values of the goals before it, which a week must not exceed. One worker takes half of this
        ``part`` of what is left.
        """
        self._part = part
        self._plan = None
        self.heard = None
        if any(most > self._reached.get(goal_id, reached).get(goal, most) for goal, most in reached.items()):
            self._bound.pop(goal_id, None)  # what was proven of other weeks says nothing of these
        self._reached[goal_id] = dict(reached)
        if self.clock.params.workers == 1:
            self._work(goal_id, dict(reached), week, self.clock.stop)
            return
        self._stop = stop = threading.Event()
        self._thread = threading.Thread(target=self._guarded, args=(goal_id, dict(reached), week, stop), daemon=True)
        self._thread.start()

    def wait(self, is_over: Callable[[], bool]) -> None:
        """Come back when the proof has ended, or ``is_over`` says so, or when somebody asks to stop."""
        while self._thread is not None and self._thread.is_alive() and not is_over():
            if self.clock.stop.wait(POLL_S):
                return

    def close(self) -> None:
        """Stop the proof and keep its bound; abandon a model that is still being built.

        Raises
        ------
        BaseException
            Whatever the thread of the proof ended with.
        """
        self._stop.set()
        if self._thread is not None:
            is_waited_for = self._model is not None and not self.clock.stop.is_set()
            most_s = max(0.0, self.clock.end_s - time.monotonic()) if is_waited_for else 0.0
            self._thread.join(max(self.workshop.tuning.join_timeout_s, most_s))
            self._thread = None
        if self._error is not None:
            raise self._error

    def _guarded(self, goal_id: GoalId, reached: Mapping[GoalId, int], week: Schedule, stop: threading.Event) -> None:
        try:
            with looking_at(self.clock.stop, self.clock.end_s):
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
        model.limit_only(reached)
        strengthen(model, goal_id)
        model.cp.minimize(model.goal(goal_id))
        self.workshop.note(model)
        found = run(
            model.cp,
            self.clock,
            self._settings(goal_id),
            hint=completed(
                model.cp,
                self.clock,
                loose_values(model.x, week),
                self.workshop.tuning.completion_effort,
                stop=stop,
                is_beside=self._is_beside,
            ),
            stop=stop,
            listener=_LooseListener(self),
            on_bound=lambda bound: self._note(goal_id, bound),
        )
        if found.status == cp_model.INFEASIBLE:
            log.warning("a loose week was called impossible although there is a week")
        else:
            self._note(goal_id, found.bound)
        if found.values is not None and goal_id in PLANNED:
            self._plan = LoosePlan(list(held_of(model.x, found.values)), found.value)

    @property
    def _is_beside(self) -> bool:
        """Return whether proofs run beside another search; one worker does one after the other."""
        return self.clock.params.workers != 1

    def _settings(self, goal_id: GoalId) -> Settings:
        tuning = self.workshop.tuning
        is_linear = goal_id in LINEAR
        if not self._is_beside:
            effort = min(tuning.effort_alone, self._part * self.clock.left / 2)
            return Settings(deterministic=effort, is_linear_throughout=is_linear)
        if is_linear:
            return Settings(workers=1, is_beside=True, is_linear_throughout=True)
        if goal_id in PLANNED:
            own = tuning.planning_workers if processes(self.clock.params) else threads(self.clock.params)
            workers = max(tuning.planning_workers, own)
            return Settings(workers=workers, is_beside=True)
        return Settings(workers=tuning.proving_workers, is_beside=True, subsolvers=tuning.proving_subsolvers)

    def _note(self, goal_id: GoalId, bound: float) -> None:
        if math.isfinite(bound):
            self._bound[goal_id] = max(self.of(goal_id), whole_bound(bound))

    def _build(self) -> Model:
        workshop = self.workshop
        candidates = loose_candidates(workshop.factory)
        return build_model(workshop.problem, terms=workshop.terms, candidates=candidates, told_apart=0)


class _LooseListener(cp_model.CpSolverSolutionCallback):
    """Hears of loose weeks as they become better."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__()
        self._bounds = bounds

    def on_solution_callback(self) -> None:
        self._bounds.heard = round(self.objective_value)
