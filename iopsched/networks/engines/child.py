"""A process that does tasks: it reads them from its standard input and writes news and answers to its standard output.

:mod:`iopsched.networks.engines.processes` starts it. It holds everything in memory only, and ends as soon as its standard
input does: whoever started it is gone then, or has no more use for it.
"""

from __future__ import annotations

import queue
import threading
import time

from iopsched.freshpython import OtherSide
from iopsched.networks.engines.processes import PREPARED, READY, STOP
from iopsched.networks.parcels import Advance, Tell, solved_task
from iopsched.preparing import prepare_search

NEWS_S = 0.2
"""Not sooner than so is the same goal told again."""


def main() -> None:
    """Do tasks until there is nobody any more to do them for."""
    asking = OtherSide()
    if asking.read() == PREPARED:
        prepare_search()  # while the first clinic is read
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    stop = threading.Event()

    def take(message: bytes | str) -> None:
        if isinstance(message, bytes):
            tasks.put(message)
        elif message == STOP:
            stop.set()

    asking.listen(take)
    asking.send(READY)
    tell = _sparing(asking)
    while True:
        asking.send(solved_task(tasks.get(), tell, stop))


def _sparing(asking: OtherSide) -> Tell:
    """Return what passes on how far a task is, but not every step of it."""
    told: tuple[int | None, float] = (None, 0.0)

    def tell(advance: Advance) -> None:
        nonlocal told
        now = time.monotonic()
        if advance.goal != told[0] or now - told[1] >= NEWS_S:
            told = (advance.goal, now)
            asking.send(advance)

    return tell


if __name__ == "__main__":
    main()
