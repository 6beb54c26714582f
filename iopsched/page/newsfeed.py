"""What the page is told without asking: kept in order, so that a late tab or a reload misses nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

MOST_KEPT = 20_000
ALIVE_S = 15.0
"""After so long without news a comment is sent, so that the reader knows that the stream lives."""
PAUSE_S = 0.2
"""News are sent together, at most so often."""


class NewsFeed:
    """The news of one server; posted from any thread, read by streams in the server's loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: list[dict[str, Any]] = []
        self._last = 0
        self._streams: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._left_s = clock()
        self.is_over = False

    def post(self, kind: str, **facts: object) -> int:
        """Tell all tabs something; return its number."""
        with self._lock:
            self._last += 1
            self._kept.append({"n": self._last, "kind": kind, **facts})
            del self._kept[:-MOST_KEPT]
            number = self._last
        self._wake()
        return number

    def close(self) -> None:
        """Tell all tabs that the server ends, and end their streams."""
        self.post("closing")
        self.is_over = True
        self._wake()

    @property
    def last(self) -> int:
        """Return the number of the last news."""
        return self._last

    @property
    def alone_s(self) -> float:
        """Return for how many seconds nobody has been listening."""
        with self._lock:
            return 0.0 if self._streams else self._clock() - self._left_s

    def stay(self) -> None:
        """Note that somebody has just asked something, whether they listen or not."""
        with self._lock:
            self._left_s = self._clock()

    def since(self, number: int) -> list[dict[str, Any]]:
        """Return the kept news after a number."""
        with self._lock:
            return [row for row in self._kept if row["n"] > number]

    async def stream(self, since: int) -> AsyncIterator[bytes]:
        """Yield the news after a number as server-sent events, for as long as somebody reads."""
        woken = asyncio.Event()
        with self._lock:
            self._streams[woken] = asyncio.get_running_loop()
            number = min(since, self._last)
        try:
            yield b": here\n\n"
            while True:
                woken.clear()
                rows = self.since(number)
                if rows:
                    number = rows[-1]["n"]
                    yield b"".join(f"id: {row['n']}\ndata: {json.dumps(row)}\n\n".encode() for row in rows)
                if self.is_over:
                    return
                if rows:
                    await asyncio.sleep(PAUSE_S)
                    continue
                try:
                    await asyncio.wait_for(woken.wait(), ALIVE_S)
                except TimeoutError:
                    yield b": alive\n\n"
        finally:
            with self._lock:
                self._streams.pop(woken, None)
                self._left_s = self._clock()

    def _wake(self) -> None:
        with self._lock:
            streams = list(self._streams.items())
        for woken, loop in streams:
            with contextlib.suppress(RuntimeError):  # its loop has ended meanwhile
                loop.call_soon_threadsafe(woken.set)
