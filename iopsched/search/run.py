"""The one way in which CP-SAT is called: with this project's settings, until it ends, its time is over, or a stop.

The solver runs in a thread while the caller's thread waits on events: signal handlers only run between the waits of
the main thread, and CP-SAT's own signal handling would leave the process without a handler (ortools 9.15).

A solver that loads a large model hears nothing for seconds. Whoever cannot wait for it leaves it behind: it ends by
itself as soon as it listens, and the process does not end before (a solver at work would abort it), unless by
``os._exit``.
"""

from __future__ import annotations

import atexit
import math
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from iopsched.errors import InternalError
from iopsched.model.posting import Expression
from iopsched.params import Effort, SolveParams
from iopsched.search.clock import Clock
from iopsched.stopping import CUT_S, Late, TimeOver, leave_behind

POLL_S = 0.02
LATE_S = 0.1
"""How long a solver may go on after time is over: most end within a few hundredths."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one call of the solver works, and what it may cost.

    ``seconds`` and ``deterministic``: its limits, beside what the clock has left. ``workers``: threads, 0 = those of the
    search. ``seed``: added to that of the search. ``is_beside``: whether another search runs meanwhile; its effort is
    not counted then. ``keeps_to_hint``: variables with a hint have no other value. ``presolves``, ``interleaves``,
    ``has_relaxation`` (a linear one) and ``subsolvers`` are those of CP-SAT; ``is_linear_throughout``: whether the
    relaxation has every constraint, clauses too, which is slow and proves most. ``is_core_guided``: whether the goal is
    asked for at its least and then at more, which is soon done where the least is nearly possible. ``is_shuffled``: whether
    the seed decides the order of variables, too: else few searches without a relaxation heed it.
    """

    seconds: float = math.inf
    deterministic: float = math.inf
    workers: int = 0
    seed: int = 0
    is_beside: bool = False
    keeps_to_hint: bool = False
    presolves: bool = True
    interleaves: bool = False
    has_relaxation: bool = True
    is_linear_throughout: bool = False
    is_core_guided: bool = False
    is_shuffled: bool = False
    subsolvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SolverResult:
    """What a search ended with; ``values`` are by variable index, None where no solution was found (``value`` is 0)."""

    status: int
    values: Sequence[int] | None
    value: int
    bound: int

    @property
    def is_proven(self) -> bool:
        """Return whether nothing better exists."""
        return self.status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}


def run(
    cp: cp_model.CpModel,
    clock: Clock,
    settings: Settings,
    *,
    name: str = "a part",
    hint: Mapping[int, int] | None = None,
    stop: threading.Event | None = None,
    is_over: Callable[[], bool] | None = None,
    listener: cp_model.CpSolverSolutionCallback | None = None,
    on_bound: Callable[[float], None] | None = None,
) -> SolverResult:
    """Search a model, beginning near a hint (values by variable index) that need not name every variable.

    ``stop`` is another event than the clock's where only this search is to be stopped: then it is waited for until it
    has ended; so it is where ``is_over`` is asked now and then and says yes. ``listener`` hears of solutions, ``on_bound`` of bounds.

    Raises
    ------
    InternalError
        If the model is invalid; ``name`` says of what.
    Late
        If the solver does not end in time after the clock's stop.
    TimeOver
        If it does not end when time is over.
    """
    set_hints(cp, hint or {})
    if clock.deterministic_left is not None and not settings.is_beside:
        settings = replace(settings, deterministic=max(1e-3, min(settings.deterministic, clock.deterministic_left)))
    solver = _solver(clock, settings)
    if on_bound is not None:
        solver.best_bound_callback = on_bound
    patience_s = CUT_S if stop is None or stop is clock.stop else math.inf
    status = run_until(solver, cp, stop or clock.stop, listener, patience_s, is_over, clock.turn_end_s + LATE_S)
    if status == cp_model.MODEL_INVALID:
        raise InternalError(f"The model of {name} is invalid: {cp.validate()[:200]}")
    if not settings.is_beside:
        clock.deterministic += solver.deterministic_time
        by_effort = solver.deterministic_time >= 0.99 * settings.deterministic
        clock.ended_by_wall |= status in {cp_model.FEASIBLE, cp_model.UNKNOWN} and not by_effort
    bound = 0 if status == cp_model.INFEASIBLE else whole_bound(solver.best_objective_bound)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return SolverResult(status, None, 0, bound)
    return SolverResult(status, list(solver.response_proto.solution), round(solver.objective_value), bound)


def _solver(clock: Clock, settings: Settings) -> cp_model.CpSolver:
    """Return a solver with the settings that every search shares; their reasons are in ``docs/measurements.md``."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = settings.workers or threads(clock.params)
    parameters.random_seed = (clock.params.seed + settings.seed) % 2**31
    # Presolve in several rounds with probing takes longer than the whole search.
    parameters.cp_model_probing_level = 0
    parameters.max_presolve_iterations = 1
    # Breaking symmetries in presolve took seconds that neither a stop nor a limit could end; no example gained by it.
    parameters.symmetry_level = 0
    parameters.cp_model_presolve = settings.presolves
    parameters.fix_variables_to_their_hinted_value = settings.keeps_to_hint
    if not settings.has_relaxation:
        parameters.linearization_level = 0
    parameters.optimize_with_core = settings.is_core_guided
    parameters.permute_variable_randomly = parameters.permute_presolve_constraint_order = settings.is_shuffled
    if settings.is_linear_throughout:
        parameters.linearization_level = 2
    if settings.interleaves:
        parameters.interleave_search = True
        parameters.interleave_batch_size = 4
    parameters.subsolvers.extend(settings.subsolvers)
    parameters.max_time_in_seconds = max(0.01, min(settings.seconds, clock.left_s))
    if math.isfinite(settings.deterministic):
        parameters.max_deterministic_time = settings.deterministic
    return solver


def threads(params: SolveParams) -> int:
    """Return the number of threads that a search has."""
    return params.workers or os.cpu_count() or 1


def processes(params: SolveParams) -> int:
    """Return how many processes solve parts of a week: none where threads are as fast, else one a thread that no proof needs."""
    workers, tuning = threads(params), params.tuning
    if workers < tuning.processes_from_workers:
        return 0
    return min(tuning.most_processes, max(1, workers - tuning.planning_workers))


def minimize(
    cp: cp_model.CpModel, goal: Expression, clock: Clock, effort: Effort, hint: Mapping[int, int] | None = None
) -> SolverResult:
    """Minimize a goal; with one worker only CP-SAT's own time ends the search, so that the same run ends alike again."""
    cp.minimize(goal)
    seconds = math.inf if clock.params.workers == 1 else effort.seconds
    return run(cp, clock, Settings(seconds, effort.deterministic), hint=hint)


def completed(
    cp: cp_model.CpModel,
    clock: Clock,
    hint: Mapping[int, int],
    effort: float,
    *,
    stop: threading.Event | None = None,
    is_beside: bool = False,
) -> Mapping[int, int]:
    """Return values of every variable that agree with a hint and are best then, only the hint if there are none.

    A hint of some variables is often lost in presolve, and the search then begins with a worse solution than is known; one
    of all is where it begins. ``effort`` is CP-SAT's own time.
    """
    settings = Settings(
        deterministic=effort,
        workers=1,
        is_beside=is_beside,
        keeps_to_hint=True,
        presolves=False,
        has_relaxation=False,
    )
    found = run(cp, clock, settings, hint=hint, stop=stop)
    return hint if found.values is None else dict(enumerate(found.values))


def whole_bound(bound: float) -> int:
    """Return a proven bound as an integer of at least 0; the solver's is a float just beside one."""
    return max(0, math.ceil(bound - 1e-6)) if math.isfinite(bound) else 0


def set_hints(cp: cp_model.CpModel, values: Mapping[int, int]) -> None:
    """Set hints through the protocol buffer: ``add_hint`` takes a hundred times as long."""
    cp.clear_hints()  # type: ignore[no-untyped-call]
    hint = cp.proto.solution_hint  # only now: clearing leaves an earlier reference to a message of nobody
    hint.vars.extend(list(values))
    hint.values.extend(list(values.values()))


def run_until(
    solver: cp_model.CpSolver,
    cp: cp_model.CpModel,
    stop: threading.Event,
    callback: cp_model.CpSolverSolutionCallback | None = None,
    patience_s: float = math.inf,
    is_over: Callable[[], bool] | None = None,
    end_s: float = math.inf,
) -> int:
    """Return the status with which the solver ends: by itself, by its limits, or soon after ``stop`` is set.

    ``is_over`` is asked now and then; where it says yes, the solver is asked to end, and waited for.

    An exception of the solver's thread is raised here. One that comes up
    while waiting, such as a KeyboardInterrupt, first ends that thread, if it
    ends in ``CUT_S``.

    Raises
    ------
    Late
        If the solver is still at work ``patience_s`` after ``stop`` was seen.
    TimeOver
        If it is at work at the moment ``end_s`` of the monotonic clock: what it does first looks at no limit.
    """
    box, done = _begin(solver, cp, callback)
    until = math.inf
    try:
        while not done.wait(POLL_S):
            if stop.is_set():
                solver.stop_search()
                until = min(until, time.monotonic() + patience_s)
                if time.monotonic() > until:
                    break
            elif time.monotonic() > end_s:
                break
            elif is_over is not None and is_over():
                solver.stop_search()
    except BaseException:
        _leave(solver, done, CUT_S)
        raise
    if not done.is_set():
        _leave(solver, done, 0.0)
        raise Late if stop.is_set() else TimeOver
    result = box[0]
    if isinstance(result, BaseException):
        raise result
    return result


def _begin(
    solver: cp_model.CpSolver, cp: cp_model.CpModel, callback: cp_model.CpSolverSolutionCallback | None
) -> tuple[list[int | BaseException], threading.Event]:
    """Have a thread solve the model; return where it puts what it ends with, and what is set when it has ended."""
    solver.parameters.catch_sigint_signal = False
    box: list[int | BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            box.append(int(solver.solve(cp, callback)))
        except BaseException as error:  # noqa: BLE001 - handed over to the waiting thread
            box.append(error)
        finally:
            done.set()

    threading.Thread(target=work, daemon=True).start()
    return box, done


def _leave(solver: cp_model.CpSolver, done: threading.Event, seconds: float) -> None:
    """End a solver that nobody waits for any more, and have the process wait for it if it takes longer."""
    until = time.monotonic() + seconds
    while not done.is_set():
        solver.stop_search()
        if time.monotonic() >= until:
            leave_behind()
            atexit.register(_end, solver, done)
            threading.Thread(target=_end, args=(solver, done), daemon=True).start()
            return
        done.wait(POLL_S)


def _end(solver: cp_model.CpSolver, done: threading.Event) -> None:
    while not done.wait(POLL_S):
        solver.stop_search()
