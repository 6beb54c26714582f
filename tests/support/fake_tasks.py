"""Tasks of a night that solve nothing: they take a while, tell what a search would tell, and may end their process.

Workers know them as soon as they read one: whatever unpacks a payload loads this module.
"""

import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from iopsched.networks import parcels

parcels.TASKS["fake"] = __name__


@dataclass(frozen=True)
class FakeAsked:
    """A task: its answer, its seconds, how often it kills its worker (counted in a folder), and whether it breaks."""

    answer: str
    seconds: float = 0.0
    deaths: int = 0
    counted_in: str = ""
    breaks: bool = False
    ballast: bytes = b""


def fake_parcel(key, answer="", limit_s=60.0, **what):
    return parcels.parcel_of(key, parcels.Task("fake", FakeAsked(answer or f"answer of {key}", **what)), limit_s)


def perform(asked, tell, stop: threading.Event):
    """Take the time, and say who did it."""
    tell(parcels.Advance(0, 100, 0))
    if asked.breaks:
        raise ValueError(asked.answer)
    until = time.monotonic() + asked.seconds
    while time.monotonic() < until and not stop.is_set():
        time.sleep(min(0.02, asked.seconds))
    deaths = Path(asked.counted_in)
    if asked.deaths and asked.deaths > len(list(deaths.iterdir())):
        (deaths / str(time.monotonic_ns())).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    tell(parcels.Advance(0, 50, 50))
    return asked.answer
