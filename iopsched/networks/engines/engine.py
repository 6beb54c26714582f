"""What every engine does: it takes parcels one by one, as it has room for them, and gives back an answer for each."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from iopsched.errors import IopschedError
from iopsched.networks.parcels import Advance, Failure, Parcel, Tell

TRIES = 3
"""How often a task is tried whose worker is lost: once, and twice again."""


@dataclass(frozen=True, slots=True)
class Move:
    """News of one task: it was begun (``advance`` None), has got further, or its worker was lost (``is_lost``) and it waits again."""

    key: str
    advance: Advance | None = None
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of one task: the bytes of its answer, or why there are none; in how many tries, and the seconds of the last."""

    key: str
    answer: bytes | Failure
    tries: int
    seconds: float


class EngineLostError(IopschedError):
    """Whoever does the tasks is gone in the middle of a night, for good. What has ended is done; all else has no end."""


OnMove = Callable[[Move], None]


class Engine(Protocol):
    """Whoever does the tasks of a night."""

    @property
    def slots(self) -> int:
        """Return how many tasks it does at once."""
        ...

    def run(self, parcels: Iterable[Parcel], on_move: OnMove, stop: threading.Event) -> Iterator[Finished]:
        """Do all tasks; yield each end as soon as it is known, in any order.

        ``parcels`` is asked for the next one in the caller's thread, when there is room or soon will be. ``on_move`` may
        be called from any thread. After ``stop`` is set nothing new is begun; tasks under way end within a second or
        two, with what they have or without an end of their own. Whoever leaves the iterator early ends the rest.
        """
        ...


def telling(key: str, on_move: OnMove) -> Tell:
    """Return what passes on the steps of one task."""

    def tell(advance: Advance) -> None:
        on_move(Move(key, advance))

    return tell


def cores_here() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
