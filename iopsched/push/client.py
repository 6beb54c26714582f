"""Requests to a CalDAV server: what goes wrong becomes a sentence, and no sentence holds a secret."""

from __future__ import annotations

import base64
import http.client
import math
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from iopsched.errors import UsageError
from iopsched.push.address import Address
from iopsched.push.redirects import advice
from iopsched.push.transport import Connection
from iopsched.push.versions import version_of

TIMEOUT_S = 20.0
"""The longest that one request may take, from the look-up of the server's name to the last byte of its answer."""
_MOST_WAIT_S = 25.0
"""The longest that we wait, in all, for a server that is busy."""
_PUSH_S, _OBJECT_S = 40.0, 1.0
"""The longest that a whole push may take: so long, and so long for each appointment."""
_MOST_BYTES = {"PROPFIND": 16_000_000, "GET": 1_000_000}
_MOST_ERROR_BYTES = 100_000
_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
_BUSY = (429, 503)
_FULL = 507
CUT = 0
"""Instead of a status: the connection broke, and nobody knows whether the server did what we asked."""
DOUBTFUL = (CUT, 408, 423, 425, 500, 502, 504)
"""After these the same request may do better, but it may also have been done."""


class ServerError(UsageError):
    """A calendar server that cannot be reached, or with which nothing more can be done."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to the server. The password is never shown."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. ``etag`` is blank where it named none; ``is_cut`` tells that the body is longer."""

    status: int
    etag: str = ""
    body: bytes = field(default=b"", repr=False)
    is_cut: bool = False
    place: str = field(default="", repr=False)
    wait: str = ""


class Client:
    """One connection to one server; use it in a ``with`` block. Redirects are never followed."""

    def __init__(self, address: Address, login: Login | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._root = address
        self._timeout_s = timeout_s
        self._connection = Connection(address)
        self._allowed_s, self._end_s = math.inf, math.inf
        self._headers = {"User-Agent": "iopsched"}
        if login is not None:
            token = base64.b64encode(f"{login.user}:{login.password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._connection.close()

    def allow(self, objects: int) -> None:
        """Set when the push ends at the latest, by how many appointments it is about."""
        self._allowed_s = _PUSH_S + objects * _OBJECT_S
        self._end_s = time.monotonic() + self._allowed_s

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and return the answer.

        A busy server is waited for, as it asks, up to 25 seconds. What changes
        nothing is asked again where the answer is doubtful; a PUT is not,
        because it may have been done: look first.

        Raises
        ------
        ServerError
            If there is no answer in time, or one after which nothing else makes sense.
        """
        began_s, tries = time.monotonic(), 0
        while True:
            answer = self._attempt(method, path, body, {**self._headers, **(headers or {})})
            if answer.status in _BUSY:
                pause_s = _asked_s(answer.wait, default_s=_PAUSES_S[min(tries, len(_PAUSES_S) - 1)])
                if time.monotonic() + pause_s - began_s > _MOST_WAIT_S:
                    raise self.error(f"is busy ({answer.status}){_for(pause_s)}. Try again later")
            elif answer.status in DOUBTFUL and method != "PUT" and tries < 2:
                pause_s = _PAUSES_S[tries] if answer.status else 0.0
            elif answer.status == CUT and method != "PUT":
                raise self.error("cannot be reached, or hangs up")
            else:
                return answer
            tries += 1
            self.pause(pause_s)

    def pause(self, pause_s: float) -> None:
        """Wait before the next request, or stop where the push would take too long."""
        if time.monotonic() + pause_s > self._end_s:
            raise self._too_slow()
        if pause_s:
            self._connection.close()  # a server need not keep it so long
            time.sleep(pause_s)

    def _attempt(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Send a request once; an answer of status ``CUT`` where the connection broke."""
        connection, most_bytes = self._connection, _MOST_BYTES.get(method, _MOST_ERROR_BYTES)
        connection.begin(min(time.monotonic() + self._timeout_s, self._end_s), most_bytes)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            response = connection.answered()
            found, is_cut = connection.body_of(response, most_bytes)
        except TimeoutError:
            if time.monotonic() >= self._end_s:
                raise self._too_slow() from None
            raise self.error(f"does not answer within {self._timeout_s:g} seconds") from None
        except ssl.SSLCertVerificationError:
            raise self.error("shows a certificate that this computer does not trust") from None
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            connection.close()
            return Answer(CUT)
        except ssl.SSLError:
            raise self.error("does not speak https as it should. Check the address and its port") from None
        except (ConnectionError, http.client.BadStatusLine, http.client.IncompleteRead):
            connection.close()
            return Answer(CUT)
        except OSError:
            raise self.error("cannot be reached. Check the address and the network") from None
        except (http.client.HTTPException, ValueError, OverflowError):
            raise self.error("answers in a way that is no HTTP. Check the address") from None
        told = response.headers
        return self._checked(
            Answer(
                response.status,
                version_of(str(told.get("ETag", ""))),
                found,
                is_cut,
                str(told.get("Location", "")),
                str(told.get("Retry-After", "")),
            ),
            path,
        )

    def _checked(self, answer: Answer, path: str) -> Answer:
        status = answer.status
        if status in (300, 301, 302, 303, 305, 307, 308):
            raise self.error(advice(self._root, path, status, answer.place))
        if status == http.client.UNAUTHORIZED:
            raise self.error("does not accept this user and password (401)")
        if status == _FULL:
            raise self.error("is full (507). Delete there what nobody needs, or ask for more room")
        return answer

    def _too_slow(self) -> ServerError:
        return self.error(f"is too slow: a push of this size may take {self._allowed_s:.0f} seconds")

    def error(self, what: str) -> ServerError:
        """Return the error that the server does this, and hang up."""
        self._connection.close()
        return ServerError(f"The calendar server {self._root.host}:{self._root.port} {what}.")


def _asked_s(wait: str, default_s: float) -> float:
    """Return how long a server asks us to wait (``Retry-After``: seconds, or a date); never less than nothing."""
    text = wait.strip()
    if text.isascii() and text.isdigit():
        return max(_PAUSES_S[0], float(text[:9]))
    try:
        moment = parsedate_to_datetime(text)
        asked_s = (moment - datetime.now(moment.tzinfo and UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return default_s
    return max(_PAUSES_S[0], asked_s)


def _for(pause_s: float) -> str:
    """Return for instance `` and asks us to wait 20 minutes``; more than a day is told as that."""
    minutes = math.ceil(pause_s / 60)
    if minutes < 2:
        return ""
    if minutes > 24 * 60:
        return " and asks us to wait more than a day"
    told = f"{minutes} minutes" if minutes <= 120 else f"{math.ceil(minutes / 60)} hours"
    return f" and asks us to wait {told}"
