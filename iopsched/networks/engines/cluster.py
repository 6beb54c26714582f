"""The engine that hands the tasks of a night to a Dask cluster, whichever way that was started.

The scheduler is given as many tasks as there are free workers, and those read ahead wait here: whatever holds up one
worker delays no task behind it, and the scheduler never holds more than is under way. What it holds is sealed.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from iopsched.networks.engines import workerside
from iopsched.networks.engines.engine import TRIES, EngineLostError, Finished, OnMove
from iopsched.networks.engines.handover import KILLED, End, HandedTask, Handover, failure
from iopsched.networks.parcels import Parcel
from iopsched.networks.sealing import Seal

LOOK_S = 0.1
STOP_S = 2.0
"""So long the tasks under way get to end with what they have once the night is stopped."""
ASK_S = 1.0
"""So long the cluster is waited for when it is asked to stop something."""
LONELY_S = 30.0
"""So long the night waits for a worker where all are gone."""
MOST_AHEAD = 32
MOST_LOSSES = 10
"""So often workers may be lost that a task only waits at; those that were at it count as tries."""


class OnCluster:
    """Does tasks on the workers of a cluster.

    ``cores`` is what each task may use of a worker's machine; ``page`` a sentence about Dask's page, if it is on.
    """

    def __init__(self, client: Any, slots: int, cores: int, seal: Seal | None) -> None:
        self.slots, self.cores, self.is_sealed = slots, cores, seal is not None
        self.page = ""
        self._client, self._seal = client, seal

    def run(self, parcels: Iterable[Parcel], on_move: OnMove, stop: threading.Event) -> Iterator[Finished]:
        """Do all tasks.

        Raises
        ------
        EngineLostError
            If the scheduler, or every worker, is gone. What has ended before is told; the tasks under way have no end.
        """
        night = _Night(self._client, Handover(self._client, self._seal, self.slots, on_move), self.slots)
        try:
            yield from night.run(iter(parcels), stop)
        finally:
            night.end()


class _Night:
    """The tasks of one night on a cluster."""

    def __init__(self, client: Any, tasks: Handover, slots: int) -> None:
        self._client, self._tasks = client, tasks
        self._most = slots + min(slots, MOST_AHEAD)
        self._seen = time.monotonic()
        self._is_stopped = False

    def run(self, parcels: Iterator[Parcel], stop: threading.Event) -> Iterator[Finished]:
        """Do all tasks."""
        while not stop.is_set():
            self._fill(parcels)
            if not self._tasks.owed:
                return
            end = self._tasks.take(LOOK_S)
            why = self._loss(end)
            if why is not None:
                yield from self._lost()
                raise EngineLostError(why)
            finished = self._judged(end) if end is not None else None
            if finished is not None:
                yield finished
            yield from self._give_up_hopeless()
        yield from self._wind_down()

    def end(self) -> None:
        """Leave nothing at work on the cluster."""
        self._tasks.close()
        left = self._tasks.drop()
        if self._client.status == "running":
            if left and not self._is_stopped:
                self._stop_all()
            self._cancel(left)
            with contextlib.suppress(ValueError):
                self._client.unsubscribe_topic(workerside.TOPIC)

    def _fill(self, parcels: Iterator[Parcel]) -> None:
        """Read ahead, one task at a time, as an end may wait meanwhile."""
        for parcel in islice(parcels, max(self._most - self._tasks.held, 0)):
            self._tasks.add(parcel)
            if self._tasks.has_ends:
                return

    def _judged(self, end: End) -> Finished | None:
        """Return the end of a task; None where it is tried again."""
        task, answer = end
        if answer != failure(KILLED):
            return task.ended(answer)
        if task.starts >= TRIES or task.losses >= MOST_LOSSES:
            return task.ended(answer)
        self._tasks.again(task)
        return None

    def _give_up_hopeless(self) -> Iterator[Finished]:
        """Give up the tasks that were begun more often than they may be, whatever the scheduler allows."""
        for task in self._tasks.drop(TRIES):
            self._cancel([task])
            task.starts = TRIES
            yield task.ended(failure(KILLED))

    def _loss(self, end: End | None) -> str | None:
        """Return what is lost so that the night cannot go on."""
        is_cut = end is not None and end[1] == failure(EngineLostError.__name__)
        if is_cut or self._client.status != "running":
            return "The scheduler is lost."
        now = time.monotonic()
        if now - self._seen < LONELY_S / 3:
            return None
        if self._has_workers():
            self._seen = now
        return "No worker of the cluster is left." if now - self._seen > LONELY_S else None

    def _has_workers(self) -> bool:
        with contextlib.suppress(Exception):  # a connection that breaks is seen at the next look
            return bool(self._client.nthreads())
        return False

    def _lost(self) -> Iterator[Finished]:
        """Tell what ended just before."""
        self._tasks.close()
        self._tasks.drop()
        while self._tasks.owed and (end := self._tasks.take(STOP_S)) is not None:
            task, answer = end
            if answer != failure(EngineLostError.__name__):
                yield task.ended(answer)

    def _wind_down(self) -> Iterator[Finished]:
        """Have the tasks under way end with what they have; those that do not in time have no end."""
        waiting = self._tasks.close()
        if self._client.status == "running":
            self._stop_all()
            self._cancel(waiting)
        until = time.monotonic() + STOP_S
        while self._tasks.owed and time.monotonic() < until:
            end = self._tasks.take(LOOK_S)
            if end is not None and isinstance(end[1], bytes):
                task, answer = end
                yield task.ended(answer)

    def _stop_all(self) -> None:
        self._is_stopped = True
        _briefly(partial(self._client.run, workerside.stop_night, self._tasks.night, on_error="ignore"))

    def _cancel(self, tasks: list[HandedTask]) -> None:
        futures = [task.future for task in tasks if task.future is not None]
        if futures:
            _briefly(partial(self._client.cancel, futures, force=True))


def _briefly(ask: Callable[[], object]) -> None:
    """Ask something of the cluster and wait a moment: a cluster that hangs holds up nobody."""

    def asking() -> None:
        with contextlib.suppress(Exception):
            ask()

    thread = threading.Thread(target=asking, daemon=True)
    thread.start()
    thread.join(ASK_S)
