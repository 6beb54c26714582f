"""Running CP-SAT so that it can be stopped: in a thread, while the caller's thread waits on events.

Signal handlers only run between the waits of the main thread; CP-SAT's own
signal handling would leave the process without a handler (ortools 9.15).

A solver that loads a large model hears nothing for seconds. Whoever cannot wait for it leaves it behind: it ends by
itself as soon as it listens, and the process does not end before (a solver at work would abort it), unless by
``os._exit``.
"""

from __future__ import annotations

import atexit
import math
import threading
import time

from ortools.sat.python import cp_model

from iopsched.stopping import CUT_S, Late

POLL_S = 0.02


def run_until(
    solver: cp_model.CpSolver,
    cp: cp_model.CpModel,
    stop: threading.Event,
    callback: cp_model.CpSolverSolutionCallback | None = None,
    patience_s: float = math.inf,
) -> int:
    """Return the status with which the solver ends: by itself, by its limits, or soon after ``stop`` is set.

    An exception of the solver's thread is raised here. One that comes up
    while waiting, such as a KeyboardInterrupt, first ends that thread, if it
    ends in ``CUT_S``.

    Raises
    ------
    Late
        If the solver is still at work ``patience_s`` after ``stop`` was seen.
    """
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
    until = math.inf
    try:
        while not done.wait(POLL_S):
            if stop.is_set():
                solver.stop_search()
                until = min(until, time.monotonic() + patience_s)
                if time.monotonic() > until:
                    break
    except BaseException:
        _leave(solver, done, CUT_S)
        raise
    if not done.is_set():
        _leave(solver, done, 0.0)
        raise Late
    result = box[0]
    if isinstance(result, BaseException):
        raise result
    return result


def _leave(solver: cp_model.CpSolver, done: threading.Event, seconds: float) -> None:
    """End a solver that nobody waits for any more, and have the process wait for it if it takes longer."""
    until = time.monotonic() + seconds
    while not done.is_set():
        solver.stop_search()
        if time.monotonic() >= until:
            atexit.register(_end, solver, done)
            threading.Thread(target=_end, args=(solver, done), daemon=True).start()
            return
        done.wait(POLL_S)


def _end(solver: cp_model.CpSolver, done: threading.Event) -> None:
    while not done.wait(POLL_S):
        solver.stop_search()
