"""How much time a search has left, and whether somebody has asked it to stop."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from iopsched.params import SolveParams


@dataclass(slots=True)
class Clock:
    """Wall and deterministic time left, and whether somebody asked to stop.

    ``least_s``: until when there is time in any case, in seconds since the start. ``reserved_s`` and ``reserved_deterministic`` are kept for later and not counted as left; all is over from
    ``most_deterministic`` on.
    """

    params: SolveParams
    stop: threading.Event
    started: float = field(default_factory=time.monotonic)
    deterministic: float = 0.0
    ended_by_wall: bool = False
    reserved_s: float = 0.0
    reserved_deterministic: float = 0.0
    most_deterministic: float = math.inf
    least_s: float = 0.0

    @property
    def elapsed_s(self) -> float:
        """Return seconds since the start."""
        return time.monotonic() - self.started

    @property
    def left_s(self) -> float:
        """Return seconds left, never negative."""
        return max(0.0, self.params.time_limit_s - self.elapsed_s - self.reserved_s, self.least_s - self.elapsed_s)

    @property
    def deterministic_left(self) -> float | None:
        """Return deterministic time left, None where it is not limited."""
        limit = self.params.deterministic_limit
        return None if limit is None else max(0.0, limit - self.deterministic - self.reserved_deterministic)

    @property
    def is_repeatable(self) -> bool:
        """Return whether the clock may decide nothing before all time is over: one worker is to do the same again."""
        return self.params.workers == 1

    @property
    def spent(self) -> float:
        """Return what is spent so far: seconds, with one worker deterministic time, because there the clock decides nothing."""
        return self.deterministic if self.is_repeatable else self.elapsed_s

    @property
    def left(self) -> float:
        """Return what is left, counted in the same; where only the seconds are limited, as if one were as long as the other."""
        if not self.is_repeatable:
            return self.left_s if self.deterministic_left is None else min(self.left_s, self.deterministic_left)
        left = self.deterministic_left
        if left is None:
            limit = self.params.time_limit_s
            left = max(limit - self.deterministic, limit / 10)
        return left

    @contextlib.contextmanager
    def at_least(self, seconds: float) -> Iterator[None]:
        """Let whoever works inside have so many seconds also where less is left: for what a result depends on."""
        before, self.least_s = self.least_s, self.elapsed_s + seconds
        try:
            yield
        finally:
            self.least_s = before

    @contextlib.contextmanager
    def within(self, share: float, most: float) -> Iterator[None]:
        """Leave whoever works inside only a share of what is left; with one worker, only so much deterministic time.

        A run with one worker has to be repeatable: there the clock decides nothing.
        """
        before = self.reserved_s, self.reserved_deterministic, self.most_deterministic
        if self.is_repeatable:
            left = self.deterministic_left
            self.most_deterministic = self.deterministic + (most if left is None else min(most, share * left))
        else:
            self.reserve((1 - share) * self.left_s, 0.0)
        try:
            yield
        finally:
            self.reserved_s, self.reserved_deterministic, self.most_deterministic = before

    def reserve(self, seconds: float, deterministic: float) -> None:
        """Keep so much more of what is left for later."""
        self.reserved_s += seconds
        self.reserved_deterministic += deterministic

    def release(self) -> None:
        """Count all as left again, also where the solver has used more effort than it should."""
        if self.params.deterministic_limit is not None:
            most = self.params.deterministic_limit - self.reserved_deterministic
            self.deterministic = min(self.deterministic, most)
        self.reserved_s = self.reserved_deterministic = 0.0

    @property
    def end_s(self) -> float:
        """Return the moment of the monotonic clock at which all time is over, what is kept for later included."""
        return self.started + max(self.params.time_limit_s, self.least_s)

    @property
    def turn_end_s(self) -> float:
        """Return the moment at which a goal's turn is over at the latest: what is kept for later is not its own."""
        return self.end_s - self.reserved_s

    @property
    def is_over(self) -> bool:
        """Return whether nothing more may be tried."""
        if self.stop.is_set() or self.left_s <= 0 or self.deterministic >= self.most_deterministic:
            return True
        left = self.deterministic_left
        return left is not None and left <= 0
