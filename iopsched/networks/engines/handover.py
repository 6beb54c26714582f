"""The tasks that a Dask cluster has at the moment: handed over one for each free worker, their news and answers taken in."""

from __future__ import annotations

import queue
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from iopsched.networks.engines import workerside
from iopsched.networks.engines.engine import TRIES, EngineLostError, Finished, Move, OnMove
from iopsched.networks.parcels import Failure, Parcel
from iopsched.networks.sealing import BrokenSealError, Seal

ANSWER_S = 10.0
"""So long fetching an answer may take; it waits at a worker that has ended its task."""
KILLED = "KilledWorker"


@dataclass(slots=True)
class HandedTask:
    """A task that the cluster has: how often it was begun, how often since it was last handed over, and how often it came back undone."""

    parcel: Parcel
    future: Any = None
    starts: int = 0
    starts_now: int = 0
    losses: int = 0
    since: float = field(default_factory=time.monotonic)

    def ended(self, answer: bytes | Failure) -> Finished:
        """Return the end of the task."""
        return Finished(self.parcel.key, answer, max(self.starts, 1), time.monotonic() - self.since)


End = tuple[HandedTask, bytes | Failure]
"""A task that has ended, and its answer."""


def failure(kind: str) -> Failure:
    """Return a failure of the cluster's, by its type."""
    return Failure(kind, is_lost=kind in (KILLED, EngineLostError.__name__))


class Handover:
    """Tasks on their way to a cluster and back; whoever uses it does so in one thread, the client in threads of its own."""

    def __init__(self, client: Any, seal: Seal | None, slots: int, on_move: OnMove) -> None:
        self.night = secrets.token_hex(8)
        self.owed = 0  # tasks handed over whose end has not been taken
        self._client, self._seal, self._slots, self._on_move = client, seal, slots, on_move
        self._ready: deque[HandedTask] = deque()
        self._under_way: dict[str, HandedTask] = {}
        self._ended: queue.SimpleQueue[End] = queue.SimpleQueue()
        self._lock = threading.RLock()
        self._is_open = True
        client.subscribe_topic(workerside.TOPIC, self._hear)

    @property
    def held(self) -> int:
        """Return how many tasks wait here or are under way."""
        return len(self._ready) + len(self._under_way)

    @property
    def has_ends(self) -> bool:
        """Return whether an end waits to be taken."""
        return not self._ended.empty()

    def add(self, parcel: Parcel) -> None:
        """Have a task done as soon as a worker is free."""
        with self._lock:
            self._ready.append(HandedTask(parcel))
        self._feed()

    def again(self, task: HandedTask) -> None:
        """Have a task done once more, before all that wait."""
        with self._lock:
            was_begun, task.starts_now, task.losses = task.starts_now > 0, 0, task.losses + 1
            self._ready.appendleft(task)
        if was_begun:
            self._on_move(Move(task.parcel.key, is_lost=True))
        self._feed()

    def take(self, seconds: float) -> End | None:
        """Return the next end, None where there is none in time."""
        try:
            end = self._ended.get(timeout=seconds)
        except queue.Empty:
            return None
        with self._lock:
            self.owed -= 1
        return end

    def close(self) -> list[HandedTask]:
        """Hand over nothing more, and return the tasks that are not begun."""
        with self._lock:
            self._is_open = False
            return [task for task in self._under_way.values() if not task.starts]

    def drop(self, starts: int = -1) -> list[HandedTask]:
        """Return the tasks that were begun more often than so, all if nothing is said; nobody waits for them any more."""
        with self._lock:
            dropped = {key: task for key, task in self._under_way.items() if task.starts > starts}
            for key in dropped:
                del self._under_way[key]
            self.owed -= len(dropped)
        return list(dropped.values())

    def _feed(self) -> None:
        with self._lock:
            while self._is_open and self._ready and len(self._under_way) < self._slots:
                self._submit(self._ready.popleft())

    def _submit(self, task: HandedTask) -> None:
        key, parcel = f"task-{secrets.token_hex(12)}", task.parcel
        data, sha256 = parcel.data, parcel.sha256 if self._seal is None else None
        if self._seal is not None:
            data = self._seal.closed(data, f"{workerside.TASK}:{self.night}:{key}")
        self._under_way[key] = task
        self.owed += 1
        task.since = time.monotonic()
        task.future = self._client.submit(
            workerside.perform_sealed, self.night, key, data, sha256, key=key, pure=False, retries=TRIES - 1
        )
        task.future.add_done_callback(partial(self._free, key))

    def _free(self, key: str, future: Any) -> None:
        """Use the free worker, then fetch the answer, which a worker that dies would take along: called in a thread of the client."""
        with self._lock:
            task = self._under_way.pop(key, None)
        self._feed()
        if task is not None:
            task.future = None
            self._ended.put((task, self._fetched(key, future)))

    def _fetched(self, key: str, future: Any) -> bytes | Failure:
        try:
            if future.status == "error":
                return failure(type(future.exception(timeout=ANSWER_S)).__name__)
            if future.status != "finished":  # cancelled: the scheduler is gone
                return failure(EngineLostError.__name__)
            return self._opened(key, future.result(timeout=ANSWER_S))
        except Exception as error:  # noqa: BLE001 - a connection that breaks now, in any of its ways
            return failure(type(error).__name__)

    def _opened(self, key: str, answer: bytes) -> bytes | Failure:
        if not answer:
            return failure("DamagedParcel")
        if self._seal is None:
            return answer
        try:
            return self._seal.opened(answer, f"{workerside.ANSWER}:{self.night}:{key}")
        except BrokenSealError as error:
            return failure(type(error).__name__)

    def _hear(self, event: tuple[float, Any]) -> None:
        """Pass on news: called in a thread of the client."""
        night, data = event[1]
        if night != self.night:
            return  # another caller's
        try:
            key, advance = workerside.news_of(data, night, self._seal)
        except ValueError:
            return
        task = self._under_way.get(key)
        if task is None:
            return
        if advance is None:
            task.starts, task.starts_now, task.since = task.starts + 1, task.starts_now + 1, time.monotonic()
            if task.starts_now > 1:  # the scheduler itself has tried again
                self._on_move(Move(task.parcel.key, is_lost=True))
        self._on_move(Move(task.parcel.key, advance))
