"""One line of a terminal that renews itself while something is at work."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Self

_EVERY_S = 0.25


class LiveLine:
    """A line on stderr; nothing at all where that is no terminal.

    Parameters
    ----------
    text
        What the line says now, asked every quarter of a second while the line is used as a context; nothing is drawn while it says
        nothing. It is asked under ``lock``.
    is_wanted
        Whether a person wants to see it.
    """

    def __init__(self, text: Callable[[], str] | None = None, *, is_wanted: bool) -> None:
        self.is_live = is_wanted and sys.stderr.isatty()
        self.lock = threading.RLock()
        self._text = text
        self._drawn = 0
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self.is_live and self._text is not None:
            self._thread = threading.Thread(target=self._renew, args=(self._text,), daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        self.wipe()

    def draw(self, text: str) -> None:
        """Show this in place of what was there."""
        if self.is_live:
            text = text[:78]
            sys.stderr.write("\r" + text.ljust(self._drawn))
            sys.stderr.flush()
            self._drawn = len(text)

    def wipe(self) -> None:
        """Leave the line blank."""
        if self.is_live:
            sys.stderr.write("\r" + " " * self._drawn + "\r")
            sys.stderr.flush()
            self._drawn = 0

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Let something else be said in place of the line."""
        with self.lock:
            self.wipe()
            yield

    def _renew(self, text: Callable[[], str]) -> None:
        while not self._done.wait(_EVERY_S):
            with self.lock:
                if said := text():
                    self.draw(said)
