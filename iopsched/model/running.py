"""Running CP-SAT so that it can be stopped: in a thread, while the caller's thread waits on events.

Signal handlers only run between the waits of the main thread; CP-SAT's own
signal handling would leave the process without a handler (ortools 9.15).
"""

from __future__ import annotations

import threading

from ortools.sat.python import cp_model

POLL_S = 0.02


def run_until(
    solver: cp_model.CpSolver,
    cp: cp_model.CpModel,
    stop: threading.Event,
    callback: cp_model.CpSolverSolutionCallback | None = None,
) -> int:
    """Return the status with which the solver ends: by itself, by its limits, or soon after ``stop`` is set.

    An exception of the solver's thread is raised here. One that comes up
    while waiting, such as a KeyboardInterrupt, first ends that thread.
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
    try:
        while not done.wait(POLL_S):
            if stop.is_set():
                solver.stop_search()
    except BaseException:
        while not done.wait(POLL_S):  # a solver left running aborts the process at its end
            solver.stop_search()
        raise
    result = box[0]
    if isinstance(result, BaseException):
        raise result
    return result
