"""CP-SAT as this project sets it, run until it ends, its time is over, or somebody asks to stop."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from iopsched.model.posting import Expression
from iopsched.params import SolveParams
from iopsched.search.clock import Clock
from iopsched.search.run import run_until
from iopsched.stopping import CUT_S

COMPLETING = 1.0


@dataclass(frozen=True, slots=True)
class Effort:
    """What one search may cost: wall-clock seconds, CP-SAT's deterministic time, threads."""

    seconds: float
    deterministic: float
    workers: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What a search ended with; ``values`` are by variable index, None where no solution was found (``value`` is 0)."""

    status: int
    values: Sequence[int] | None
    value: int
    bound: int

    @property
    def is_proven(self) -> bool:
        """Return whether nothing better exists."""
        return self.status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}


def new_solver(params: SolveParams, workers: int = 0) -> cp_model.CpSolver:
    """Return a solver with the settings that every search shares."""
    return configured(cp_model.CpSolver(), params, workers)


def configured(solver: cp_model.CpSolver, params: SolveParams, workers: int = 0) -> cp_model.CpSolver:
    """Return the solver with the settings that every search shares; their reasons are in ``docs/measurements.md``."""
    parameters = solver.parameters
    parameters.num_workers = workers or params.workers or os.cpu_count() or 1
    parameters.random_seed = params.seed
    # Presolve in several rounds with probing takes longer than the whole search.
    parameters.cp_model_probing_level = 0
    parameters.max_presolve_iterations = 1
    # Breaking symmetries in presolve took seconds that neither a stop nor a limit could end; no example gained by it.
    parameters.symmetry_level = 0
    return solver


def whole_bound(bound: float) -> int:
    """Return a proven bound as an integer of at least 0; the solver's is a float just beside one."""
    return max(0, math.ceil(bound - 1e-6)) if math.isfinite(bound) else 0


def minimize(
    cp: cp_model.CpModel, goal: Expression, clock: Clock, effort: Effort, hint: Mapping[int, int] | None = None
) -> Found:
    """Minimize a goal, beginning near a hint (values by variable index) that need not name every variable."""
    cp.minimize(goal)
    set_hints(cp, hint or {})
    solver = new_solver(clock.params, effort.workers)
    # with one worker only CP-SAT's own time ends a search: then the same run ends alike again
    seconds = clock.left_s if clock.params.workers == 1 else min(effort.seconds, clock.left_s)
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.max_deterministic_time = effort.deterministic
    status = run_until(solver, cp, clock.stop, patience_s=CUT_S)
    clock.deterministic += solver.deterministic_time
    has_values = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    if status != cp_model.OPTIMAL and solver.deterministic_time < 0.99 * effort.deterministic:
        clock.ended_by_wall |= status != cp_model.INFEASIBLE
    bound = 0 if status == cp_model.INFEASIBLE else whole_bound(solver.best_objective_bound)
    if not has_values:
        return Found(status, None, 0, bound)
    return Found(status, list(solver.response_proto.solution), round(solver.objective_value), bound)


def completed(
    cp: cp_model.CpModel, values: Mapping[int, int], clock: Clock, stop: threading.Event
) -> Mapping[int, int]:
    """Return values of every variable that agree with those given and are best then; only those given if there are none.

    A hint of some variables is often lost in presolve; one of all is where the solver begins.
    """
    set_hints(cp, values)
    solver = new_solver(clock.params, workers=1)
    solver.parameters.fix_variables_to_their_hinted_value = True
    solver.parameters.cp_model_presolve = False
    solver.parameters.linearization_level = 0
    solver.parameters.max_deterministic_time = COMPLETING
    solver.parameters.max_time_in_seconds = max(0.01, clock.left_s)
    status = run_until(solver, cp, stop, patience_s=patience_s(clock, stop))
    if clock.params.workers == 1:  # with more, this runs beside another search
        clock.deterministic += solver.deterministic_time
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return dict(enumerate(solver.response_proto.solution))
    return values


def patience_s(clock: Clock, stop: threading.Event) -> float:
    """Return how long to wait for a solver that was asked to stop: little for a person, else until it stops."""
    return CUT_S if stop is clock.stop else math.inf


def set_hints(cp: cp_model.CpModel, values: Mapping[int, int]) -> None:
    """Set hints through the protocol buffer: ``add_hint`` takes a hundred times as long."""
    cp.clear_hints()  # type: ignore[no-untyped-call]
    hint = cp.proto.solution_hint  # only now: clearing leaves an earlier reference to a message of nobody
    hint.vars.extend(list(values))
    hint.values.extend(list(values.values()))
