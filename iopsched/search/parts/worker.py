"""A worker process: reads parts from its standard input, solves them, writes what it found to its standard output.

:mod:`iopsched.search.parts.pool` starts it and speaks to it in pickles. It holds one problem, in memory only, and ends
as soon as its standard input does: whoever started it is gone then, or has no more use for it.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from typing import BinaryIO

from iopsched.search.parts.pool import READY, STOP
from iopsched.search.parts.tasks import OpenPart, PartSolver


def main() -> None:
    """Solve parts until there is nobody any more to solve them for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells everybody; who started this process decides
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing else may come between the answers
    tasks: queue.SimpleQueue[OpenPart] = queue.SimpleQueue()
    stop = threading.Event()
    problem, seed, tuning = pickle.load(source)
    threading.Thread(target=_listen, args=(source, tasks, stop), daemon=True).start()
    solver = PartSolver(problem, seed, tuning)
    _write(target, READY)
    while True:
        _write(target, solver.solve(tasks.get(), stop))


def _listen(source: BinaryIO, tasks: queue.SimpleQueue[OpenPart], stop: threading.Event) -> None:
    """Pass tasks on, and end the process with its input, whatever it is doing."""
    try:
        while True:
            message = pickle.load(source)
            if message == STOP:
                stop.set()
            else:
                stop.clear()  # here, as the task comes: a stop that follows it is for it
                tasks.put(message)
    finally:
        os._exit(0)


def _write(target: BinaryIO, message: object) -> None:
    pickle.dump(message, target, pickle.HIGHEST_PROTOCOL)
    target.flush()


if __name__ == "__main__":
    main()
