"""What a Dask worker runs: a task of ours, and what the caller asks of a worker. No scheduler needs more of us than this.

The module is also a preload of the workers that ``--cluster`` starts (:func:`dask_setup`).
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import signal
import threading
import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from iopsched.networks.engines.engine import cores_here
from iopsched.networks.parcels import Advance, solved_task
from iopsched.networks.sealing import KEY, BrokenSealError, Seal, seal_of_environment

TASK, ANSWER, NEWS = "task", "answer", "news"
TOPIC = "iopsched"
"""Where workers tell news: one place for all nights, of which a scheduler keeps the newest 100,000 or so."""
NEWS_S = 0.5
"""Not sooner than so does a task tell how far it is in one goal."""


@dataclass(slots=True)
class _Nights:
    """The nights whose tasks are at work in this process, each with what stops them."""

    stops: dict[str, threading.Event] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stop_of(self, night: str) -> threading.Event:
        with self.lock:
            return self.stops.setdefault(night, threading.Event())


_nights = _Nights()


@functools.cache
def _seal() -> Seal | None:
    """Return the seal of this process, None where it has no key."""
    return seal_of_environment()


def mark_of(text: str) -> str | None:
    """Return what shows which key this worker has, None where it has none, blank where what is named is no key."""
    try:
        seal = _seal()
    except Exception:  # noqa: BLE001 - whatever it is, it is told to the caller without a traceback
        return ""
    return seal.mark(text) if seal is not None else None


@dataclass(frozen=True, slots=True)
class About:
    """What a worker or scheduler says of itself: its versions, its machine with the cores of it, and its mark of the key."""

    versions: tuple[tuple[str, str], ...]
    machine: str
    cores: int
    mark: str | None


def about(text: str) -> About:
    """Return what this process is; ``text`` is what the mark is of."""
    output = import_module("iopsched.files.output")
    return About(tuple(sorted(output.versions().items())), platform.node(), cores_here(), mark_of(text))


def stop_night(night: str) -> None:
    """Have the tasks of a night end soon, also one that begins only now."""
    _nights.stop_of(night).set()


def perform_sealed(night: str, key: str, data: bytes, sha256: str | None) -> bytes:
    """Do a task and return its answer: sealed where the task is, whose hash is None then; blank where the task was damaged.

    Nothing is raised, so that the scheduler hears of no error: what breaks in a task is told in its answer.
    """
    seal = _seal() if sha256 is None else None
    try:
        parcel = seal.opened(data, f"{TASK}:{night}:{key}") if seal is not None else data
    except BrokenSealError:
        return b""
    if seal is None and hashlib.sha256(parcel).hexdigest() != sha256:
        return b""
    told = _Teller(night, key, seal)
    told.begun()
    answer = solved_task(parcel, told.advance, _nights.stop_of(night))
    return seal.closed(answer, f"{ANSWER}:{night}:{key}") if seal is not None else answer


class _Teller:
    """Sends news of one task to the caller: each new goal, and a value of it twice a second."""

    def __init__(self, night: str, key: str, seal: Seal | None) -> None:
        self._night, self._key, self._seal = night, key, seal
        self._worker = import_module("distributed").get_worker()
        self._goal: int | None = None
        self._told = 0.0

    def begun(self) -> None:
        """Tell that the task has begun."""
        self._send(None)

    def advance(self, news: Advance) -> None:
        """Tell how far it is."""
        now = time.monotonic()
        if news.goal != self._goal or now - self._told > NEWS_S:
            self._goal, self._told = news.goal, now
            self._send([news.goal, news.value, news.bound])

    def _send(self, what: list[int | None] | None) -> None:
        data = json.dumps([self._key, what]).encode()
        if self._seal is not None:
            data = self._seal.closed(data, f"{NEWS}:{self._night}")
        self._worker.log_event(TOPIC, (self._night, data))


def news_of(data: bytes, night: str, seal: Seal | None) -> tuple[str, Advance | None]:
    """Return the key of a task and how far it is, None where it has begun.

    Raises
    ------
    ValueError
        If these are no news of the night.
    """
    plain = seal.opened(data, f"{NEWS}:{night}") if seal is not None else data
    key, what = json.loads(plain)
    return str(key), Advance(*what) if what is not None else None


def dask_setup(_worker: Any) -> None:
    """Prepare a worker process of ours: an interrupt is the caller's matter, no core file is left, no child knows the key."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    _seal()
    os.environ.pop(KEY, None)
    try:
        limits = import_module("resource")
    except ImportError:  # Windows
        return
    limits.setrlimit(limits.RLIMIT_CORE, (0, limits.getrlimit(limits.RLIMIT_CORE)[1]))
