"""A worker process: reads parts from its standard input, solves them, writes what it found to its standard output.

:mod:`iopsched.search.parts.pool` starts it and speaks to it in pickles. It holds one problem, in memory only, and ends
as soon as its standard input does: whoever started it is gone then, or has no more use for it.
"""

from __future__ import annotations

import queue
import threading

from iopsched.freshpython import OtherSide
from iopsched.search.parts.pool import READY, STOP
from iopsched.search.parts.tasks import OpenPart, PartSolver


def main() -> None:
    """Solve parts until there is nobody any more to solve them for."""
    asking = OtherSide()
    tasks: queue.SimpleQueue[OpenPart] = queue.SimpleQueue()
    stop = threading.Event()

    def take(message: OpenPart | str) -> None:
        if isinstance(message, OpenPart):
            stop.clear()  # here, as the task comes: a stop that follows it is for it
            tasks.put(message)
        elif message == STOP:
            stop.set()

    problem, seed, tuning = asking.read()
    asking.listen(take)
    solver = PartSolver(problem, seed, tuning)
    asking.send(READY)
    while True:
        asking.send(solver.solve(tasks.get(), stop))


if __name__ == "__main__":
    main()
