"""How a search is asked to stop, and cut short where it does not.

Asking sets an event that the search looks at between its steps. Some steps last seconds and look at nothing: building
a large model in Python, loading one into the solver. The former calls :func:`look` as it goes, which raises
:class:`Late`; where the search is still at work after a while, that is raised in the main thread from outside. The search
catches it and returns the best week it has. A week that is there has yet to be
verified and written within the second that a stop may take, so that the search is cut sooner than one without any.
"""

from __future__ import annotations

import _thread
import contextlib
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Self

CUT_S = 0.35
CUT_WITHOUT_A_WEEK_S = 0.5


class Late(BaseException):
    """The search was asked to stop and has not stopped in time; no :class:`Exception`, so that nobody else catches it."""


class TimeOver(Late):
    """Time is over, and something was under way that is not worth finishing."""


class _Watched(threading.local):
    stop: threading.Event | None = None
    end_s: float = math.inf


_watched = _Watched()


@contextlib.contextmanager
def looking_at(stop: threading.Event | None, end_s: float = math.inf) -> Iterator[None]:
    """Have :func:`look` raise inside, in this thread, as soon as this event is set or a moment of the monotonic clock is over."""
    before = _watched.stop, _watched.end_s
    _watched.stop, _watched.end_s = stop, end_s
    try:
        yield
    finally:
        _watched.stop, _watched.end_s = before


def look() -> None:
    """Leave a long loop where somebody has asked this thread's search to stop, or time is over; costs a tenth of a microsecond.

    Raises
    ------
    Late
        If so.
    TimeOver
        If it is over.
    """
    if _watched.stop is not None and _watched.stop.is_set():
        raise Late
    if time.monotonic() > _watched.end_s:
        raise TimeOver


class _Left:
    is_any = False


def leave_behind() -> None:
    """Note that something is at work that nobody waits for, and that only the end of the process ends."""
    _Left.is_any = True


def is_any_left() -> bool:
    """Return whether that has happened: then the process is ended at once when all is written."""
    return _Left.is_any


class _Cutting:
    """Whether the main thread is at work that may be left at any point, and how long after it was asked to stop."""

    is_allowed = False
    after_s = CUT_WITHOUT_A_WEEK_S


def have_a_week() -> None:
    """Say that the search under way has a week to return."""
    _Cutting.after_s = CUT_S


@contextlib.contextmanager
def may_be_cut() -> Iterator[None]:
    """Allow :class:`Late` to be raised inside, where this is the main thread: only there signals are heard."""
    is_main = threading.current_thread() is threading.main_thread()
    try:
        if is_main:
            _Cutting.is_allowed, _Cutting.after_s = True, CUT_WITHOUT_A_WEEK_S
        yield
    finally:
        if is_main:
            _Cutting.is_allowed = False


class Request:
    """A handler of signals that asks a search to stop; use as a context around the search and what follows on it.

    The first signal sets ``stop`` and calls ``say``; another one calls ``end``.
    """

    def __init__(self, stop: threading.Event, end: Callable[[], None], say: Callable[[], None] = lambda: None) -> None:
        self.stop = stop
        self._end = end
        self._say = say
        self._is_over = threading.Event()
        self._is_own = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        """Handle one signal, a person's or our own."""
        if self._is_own:
            self._is_own = False
            if _Cutting.is_allowed:
                raise Late
            return
        if self.stop.is_set():
            self._end()
        self.stop.set()
        self._say()
        threading.Thread(target=self._cut, args=(number,), daemon=True).start()

    def _cut(self, number: int) -> None:
        """Have the main thread raise: again and again, because an exception can get lost in a call back from C."""
        begun = time.monotonic()
        while not self._is_over.wait(0.05):
            if not _Cutting.is_allowed or time.monotonic() - begun < _Cutting.after_s:
                continue
            begun += 0.25
            self._is_own = True
            _thread.interrupt_main(signal.Signals(number))
