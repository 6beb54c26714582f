"""How much time a search has left, and whether somebody has asked it to stop."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from iopsched.params import SolveParams


@dataclass(slots=True)
class Clock:
    """Wall and deterministic time left, and whether somebody asked to stop."""

    params: SolveParams
    stop: threading.Event
    started: float = field(default_factory=time.monotonic)
    deterministic: float = 0.0
    ended_by_wall: bool = False

    @property
    def elapsed_s(self) -> float:
        """Return seconds since the start."""
        return time.monotonic() - self.started

    @property
    def left_s(self) -> float:
        """Return seconds left, never negative."""
        return max(0.0, self.params.time_limit_s - self.elapsed_s)

    @property
    def deterministic_left(self) -> float | None:
        """Return deterministic time left, None where it is not limited."""
        limit = self.params.deterministic_limit
        return None if limit is None else max(0.0, limit - self.deterministic)

    @property
    def is_over(self) -> bool:
        """Return whether nothing more may be tried."""
        if self.stop.is_set() or self.left_s <= 0:
            return True
        left = self.deterministic_left
        return left is not None and left <= 0
