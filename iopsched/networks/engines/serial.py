"""The engine that needs nothing: one task after the other in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator

from iopsched.networks.engines.engine import Finished, Move, OnMove, telling
from iopsched.networks.parcels import Parcel, solved_task


class InThisProcess:
    """Does one task after the other, in the caller's thread."""

    slots = 1

    def run(self, parcels: Iterable[Parcel], on_move: OnMove, stop: threading.Event) -> Iterator[Finished]:
        """Do all tasks."""
        for parcel in parcels:
            if stop.is_set():
                return
            begun = time.monotonic()
            on_move(Move(parcel.key))
            answer = solved_task(parcel.data, telling(parcel.key, on_move), stop)
            yield Finished(parcel.key, answer, 1, time.monotonic() - begun)
