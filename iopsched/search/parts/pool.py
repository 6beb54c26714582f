"""Worker processes that solve parts of a week: half of a step is Python, which threads cannot share.

A process is a fresh Python (:mod:`iopsched.freshpython`) that runs :mod:`iopsched.search.parts.worker`.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from typing import Protocol

from iopsched.domain.problem import Problem
from iopsched.freshpython import BROKEN, FreshPython
from iopsched.params import Tuning
from iopsched.search.parts.tasks import OpenPart, SolvedPart

log = logging.getLogger(__name__)
MODULE = "iopsched.search.parts.worker"
READY, STOP = "ready", "stop"


class Solvers(Protocol):
    """Whoever solves parts elsewhere, several at once, each known by a number."""

    @property
    def is_lost(self) -> bool:
        """Return whether nobody is there any more."""
        ...

    def idle(self) -> list[int]:
        """Return who is ready and has nothing to do."""
        ...

    def give(self, number: int, task: OpenPart) -> None:
        """Have somebody who is idle solve a part."""
        ...

    def hear(self, seconds: float) -> list[tuple[int, SolvedPart | None]]:
        """Return the answers there are, waiting so long for the first one; None from whoever is lost."""
        ...

    def recall(self) -> None:
        """Have everybody stop: answers to what was asked so far come soon, or never."""
        ...


class Pool:
    """So many worker processes for one problem; use it as long as it is not closed."""

    def __init__(self, number: int, problem: Problem, seed: int, tuning: Tuning) -> None:
        self._answers: queue.SimpleQueue[tuple[int, SolvedPart | None]] = queue.SimpleQueue()
        self._workers: dict[int, _Worker] = {}
        for place in range(number):
            with contextlib.suppress(OSError):  # as on a system that lets nobody start another process
                self._workers[place] = _Worker(place, (problem, seed, tuning), self._answers)

    @property
    def is_lost(self) -> bool:
        """Return whether no process is left."""
        return not self._workers

    @property
    def process_ids(self) -> list[int]:
        """Return the ids of the processes that are left."""
        return [worker.python.process.pid for worker in self._workers.values()]

    def idle(self) -> list[int]:
        """Return the workers that are ready and have nothing to do."""
        return [number for number, worker in self._workers.items() if worker.is_idle]

    def give(self, number: int, task: OpenPart) -> None:
        """Have a worker solve a part."""
        self._workers[number].give(task)

    def hear(self, seconds: float) -> list[tuple[int, SolvedPart | None]]:
        """Return the answers there are, waiting so long for the first one; None from a process that has ended."""
        found: list[tuple[int, SolvedPart | None]] = []
        with contextlib.suppress(queue.Empty):
            found.append(self._answers.get(timeout=seconds))
            while True:
                found.append(self._answers.get_nowait())
        for number, answer in found:
            if answer is None:
                log.debug("a worker process is lost")
                self._workers.pop(number).end()
        return found

    def recall(self) -> None:
        """Stop all work: answers come soon."""
        for worker in self._workers.values():
            worker.stop()

    def close(self) -> None:
        """End all processes at once: they hold nothing that is not known here."""
        for worker in self._workers.values():
            worker.end()
        self._workers.clear()


class _Worker:
    """One process, and the thread that talks to it: whoever gives a task waits for nothing."""

    def __init__(
        self, number: int, start: tuple[Problem, int, Tuning], answers: queue.SimpleQueue[tuple[int, SolvedPart | None]]
    ) -> None:
        self.number = number
        self.python = FreshPython(MODULE)
        self.is_idle = self._has_task = False
        self._answers = answers
        self._tasks: queue.SimpleQueue[OpenPart | None] = queue.SimpleQueue()
        threading.Thread(target=self._talk, args=(start,), daemon=True).start()

    def give(self, task: OpenPart) -> None:
        """Have the process solve a part."""
        self.is_idle, self._has_task = False, True
        self._tasks.put(task)

    def stop(self) -> None:
        """Have the process stop its work, if it has any."""
        if self._has_task and not self.is_idle:
            with contextlib.suppress(OSError, ValueError):
                self.python.send(STOP)

    def end(self) -> None:
        """End the process, and the thread."""
        self._tasks.put(None)
        self.python.end()

    def _talk(self, start: tuple[Problem, int, Tuning]) -> None:
        try:
            self.python.send(start)
            self.python.read()  # it is ready
            self.is_idle = True
            while (task := self._tasks.get()) is not None:
                self.python.send(task)
                answer = self.python.read()
                self.is_idle = True
                self._answers.put((self.number, answer))
        except BROKEN:
            self._answers.put((self.number, None))
