"""The engine that does several tasks at once in processes of this machine.

Each slot has one process, so that one that is killed harms no other task: the slot starts a new one and tries the task again.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Iterable, Iterator

from iopsched.freshpython import BROKEN, FreshPython
from iopsched.networks.engines.engine import TRIES, Finished, Move, OnMove
from iopsched.networks.parcels import Advance, Failure, Parcel

MODULE = "iopsched.networks.engines.child"
READY, STOP, PREPARED, BARE = "ready", "stop", "prepared", "bare"
STOP_S = 0.7
"""So long tasks under way get to end with what they have once the night is stopped."""
LOOK_S = 0.1


class InProcesses:
    """Does so many tasks at once, each in a process of its own, which has the solver loaded unless ``is_bare``."""

    def __init__(self, slots: int, *, is_bare: bool = False) -> None:
        self.slots = slots
        self._first = BARE if is_bare else PREPARED

    def run(self, parcels: Iterable[Parcel], on_move: OnMove, stop: threading.Event) -> Iterator[Finished]:
        """Do all tasks; one more for each slot is read ahead, so that none waits for the disk."""
        waiting: queue.SimpleQueue[Parcel | None] = queue.SimpleQueue()
        ends: queue.SimpleQueue[Finished] = queue.SimpleQueue()
        slots: list[_Slot] = []
        source = iter(parcels)
        owed, is_all_read = 0, False
        try:
            while not stop.is_set():
                while not is_all_read and owed < 2 * self.slots and ends.empty() and not stop.is_set():
                    parcel = next(source, None)
                    is_all_read = parcel is None
                    if parcel is not None:
                        waiting.put(parcel)
                        owed += 1
                        if len(slots) < self.slots:  # no more processes than tasks
                            slots.append(_Slot(waiting, ends, on_move, self._first))
                if not owed:
                    return
                with contextlib.suppress(queue.Empty):
                    finished = ends.get(timeout=LOOK_S)
                    owed -= 1
                    yield finished
            yield from _wind_down(slots, ends)
        finally:
            for slot in slots:
                slot.end()


def _wind_down(slots: list[_Slot], ends: queue.SimpleQueue[Finished]) -> Iterator[Finished]:
    """Have tasks under way end with what they have, for a moment."""
    for slot in slots:
        slot.stop()
    until = time.monotonic() + STOP_S
    while (left := until - time.monotonic()) > 0 and (any(slot.is_busy for slot in slots) or not ends.empty()):
        with contextlib.suppress(queue.Empty):
            yield ends.get(timeout=min(left, LOOK_S))


class _Slot:
    """One process at a time, and the thread that talks to it."""

    def __init__(
        self,
        waiting: queue.SimpleQueue[Parcel | None],
        ends: queue.SimpleQueue[Finished],
        on_move: OnMove,
        first: str,
    ) -> None:
        self.is_busy = False
        self._waiting, self._ends, self._on_move = waiting, ends, on_move
        self._first = first
        self._lock = threading.Lock()
        self._is_over = False
        self._python: FreshPython | None = None
        threading.Thread(target=self._work, daemon=True).start()

    def stop(self) -> None:
        """Take no further task, and have the one under way end soon."""
        with self._lock:
            self._is_over = True
            python = self._python
        if python is not None and self.is_busy:
            with contextlib.suppress(*BROKEN):
                python.send(STOP)

    def end(self) -> None:
        """End the process and the thread at once."""
        with self._lock:
            self._is_over = True
            python, self._python = self._python, None
        if python is not None:
            python.end()
        self._waiting.put(None)

    def _work(self) -> None:
        with contextlib.suppress(
            *BROKEN
        ):  # a process that cannot be started now is needed, and told, with the first task
            self._start()
        while not self._is_over and (parcel := self._waiting.get()) is not None:
            if self._is_over:
                return
            self.is_busy = True
            self._do(parcel)
            self.is_busy = False

    def _start(self) -> FreshPython:
        """Return the process of this slot, a new one where there is none."""
        with self._lock:
            if self._is_over:
                raise EOFError
            if self._python is None:
                self._python = FreshPython(MODULE)
                is_new = True
            else:
                is_new = False
            python = self._python
        if is_new:
            python.send(self._first)
            python.read()  # it is ready
        return python

    def _do(self, parcel: Parcel) -> None:
        """Do a task, in as many tries as it may take, and tell its end; of a slot that is ended meanwhile nothing is told."""
        for tries in range(1, TRIES + 1):
            begun = time.monotonic()
            try:
                answer = self._try(parcel)
            except BROKEN:
                if self._is_over:
                    return
                self._lose()
                self._on_move(Move(parcel.key, is_lost=True))
            else:
                self._ends.put(Finished(parcel.key, answer, tries, time.monotonic() - begun))
                return
        lost = Failure("WorkerLost", is_lost=True)
        self._ends.put(Finished(parcel.key, lost, TRIES, time.monotonic() - begun))

    def _try(self, parcel: Parcel) -> bytes:
        """Return the answer; one of :data:`BROKEN` is raised where the process is lost."""
        python = self._start()
        self._on_move(Move(parcel.key))
        python.send(parcel.data)
        while True:
            message = python.read()
            if isinstance(message, Advance):
                self._on_move(Move(parcel.key, message))
            else:
                answer: bytes = message
                return answer

    def _lose(self) -> None:
        """Let go of a process that has ended."""
        with self._lock:
            python, self._python = self._python, None
        if python is not None:
            python.end()
