"""Who may ask: a launch token opens the page once, a session token comes with each request after that."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LAUNCH_S = 60.0
"""How long a launch token may be used."""
MOST_FAILURES = 20
FAILURES_S = 60.0
_BYTES = 32


@dataclass
class PageSession:
    """One person at the page: all tabs of a browser share it. Names are hidden until they are asked for."""

    token: str
    shows_names: bool = False


class TooManyFailuresError(Exception):
    """So many wrong launch tokens came within a minute that none is looked at."""


class Doorkeeper:
    """Hands out tokens of 256 bits and knows them again; safe in threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._launches: dict[str, float] = {}
        self._sessions: dict[str, PageSession] = {}
        self._failures: list[float] = []

    def launch(self) -> str:
        """Return a new launch token, good once and for a minute."""
        token = secrets.token_urlsafe(_BYTES)
        with self._lock:
            now = self._clock()
            self._launches = {key: end for key, end in self._launches.items() if end > now}
            self._launches[token] = now + LAUNCH_S
        return token

    def log_in(self, launch: str) -> PageSession | None:
        """Return a new session for a launch token, which is used up then; None for one that is not good.

        Raises
        ------
        TooManyFailuresError
            If too many wrong ones came before.
        """
        with self._lock:
            now = self._clock()
            self._failures = [moment for moment in self._failures if moment > now - FAILURES_S]
            if len(self._failures) >= MOST_FAILURES:
                raise TooManyFailuresError
            found = _same(launch, self._launches)
            if found is None or self._launches.pop(found) <= now:
                self._failures.append(now)
                return None
            session = PageSession(secrets.token_urlsafe(_BYTES))
            self._sessions[session.token] = session
            return session

    def session(self, token: str) -> PageSession | None:
        """Return the session of a token."""
        with self._lock:
            found = _same(token, self._sessions)
            return None if found is None else self._sessions[found]


def _same(token: str, known: dict[str, float] | dict[str, PageSession]) -> str | None:
    """Return the known token that this one is, comparing in constant time."""
    given = token.encode("utf-8", "replace")
    found = None
    for key in known:
        if secrets.compare_digest(given, key.encode()):
            found = key
    return found
