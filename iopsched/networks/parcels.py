"""One task a site, as bytes: what is sent to whoever solves it, and what comes back. Nothing else of a clinic leaves the caller.

Whoever runs a task reads and writes no file. A problem knows people by ids only; the clinic's name stays at home.
"""

from __future__ import annotations

import gc
import hashlib
import pickle
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from iopsched.errors import InternalError, place_of
from iopsched.params import Progress
from iopsched.rulebook import GoalId

TASKS = {
    "week": "iopsched.networks.weektask",
    "linked": "iopsched.networks.sharing.linkedtask",
    "growth": "iopsched.networks.growthtask",
}
"""The module of each kind of task; its ``perform(payload, tell, stop)`` returns what comes back."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done for a site, or for several that are linked: ``payload`` is what its ``kind`` asks for."""

    kind: str
    payload: Any


@dataclass(frozen=True, slots=True)
class Parcel:
    """A task as bytes with their hash. ``key`` says nothing of the clinic; ``limit_s`` is the time that its search may take at most."""

    key: str
    data: bytes
    sha256: str
    limit_s: float


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a task is: the rank of the goal that is searched, from 0, and its value and bound; None while unknown."""

    goal: int | None
    value: int | None
    bound: int | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer: a type of exception and a place in our code, never an exception's text, which may hold a name.

    ``sentence`` is what a check of our own says, with ids at most. ``is_lost`` is whether whoever ran the task was lost.
    """

    kind: str
    place: str = ""
    sentence: str = ""
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a task came to: the result of its kind, or why there is none, and the seconds that it took."""

    result: Any
    seconds: float


Tell = Callable[[Advance], None]


def packed(content: object) -> bytes:
    """Return an object as bytes."""
    return zlib.compress(pickle.dumps(content, pickle.HIGHEST_PROTOCOL))


def unpacked(data: bytes) -> Any:
    """Return the object of :func:`packed`. Only for bytes of our own: a pickle can run anything."""
    return pickle.loads(zlib.decompress(data))  # noqa: S301 - between our own processes


def parcel_of(key: str, task: Task, limit_s: float) -> Parcel:
    """Return a task ready to travel."""
    data = packed(task)
    return Parcel(key, data, hashlib.sha256(data).hexdigest(), limit_s)


def solved_task(data: bytes, tell: Tell, stop: threading.Event) -> bytes:
    """Do the task of a parcel and return its :class:`Reply` as bytes; nothing is written or read, and nothing is raised.

    Setting ``stop`` ends it soon, with the best so far. ``tell`` is called from other threads.
    """
    begun = time.monotonic()
    try:
        task: Task = unpacked(data)
        perform = import_module(TASKS[task.kind]).perform
        gc.freeze()  # whatever was there before the task is not looked through after it
        result = perform(task.payload, tell, stop)
    except Exception as error:  # noqa: BLE001 - told without its text, which may hold anything
        result = failure_of(error)
    reply = packed(Reply(result, time.monotonic() - begun))
    gc.collect()  # what a search leaves is in circles, 100 MB and more, and the collector seldom looks
    return reply


def failure_of(error: BaseException) -> Failure:
    """Return what may be told of an exception."""
    sentence = str(error) if isinstance(error, InternalError) else ""
    return Failure(type(error).__name__, place_of(error.__traceback__, __name__), sentence)


def advance_of(news: Progress) -> Advance | None:
    """Return what of a search's news is told, None where that is nothing."""
    if news.goal is None:
        return None
    return Advance(tuple(GoalId).index(news.goal), news.value, news.bound)
