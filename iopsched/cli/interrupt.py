"""Ctrl-C and SIGTERM ask the solve to end with the best schedule so far; a second one ends at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from iopsched.cli.exits import Exit

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SENTENCE = b"\nStopping with the best schedule so far. Press Ctrl-C again to end at once.\n"


def quit_at_once(_signal: int, _frame: FrameType | None) -> None:
    """End without a word: for a Ctrl-C while the program is still being loaded."""
    os._exit(Exit.INTERRUPTED)


@contextlib.contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """Yield an event that is set by the first signal. Only the main thread may call this."""
    stop = threading.Event()

    def handle(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(Exit.INTERRUPTED)
        stop.set()
        with contextlib.suppress(OSError):
            os.write(2, _SENTENCE)

    before = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
