"""Requests to a CalDAV server: what goes wrong becomes a sentence, and no sentence holds a secret."""

from __future__ import annotations

import base64
import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from iopsched.errors import UsageError
from iopsched.push.address import Address

TIMEOUT_S = 30.0
_MOST_BYTES = 50_000_000


class ServerError(UsageError):
    """A calendar server that cannot be reached, or refuses."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to the server. The password is never shown."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. ``etag`` is blank where it named none."""

    status: int
    etag: str
    body: bytes = field(repr=False)


class Client:
    """One connection to one server; use it in a ``with`` block. Redirects are never followed."""

    def __init__(self, address: Address, login: Login | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._where = f"{address.host}:{address.port}"
        self._timeout_s = timeout_s
        if address.scheme == "https":
            context = ssl.create_default_context()
            self._connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                address.host, address.port, timeout=timeout_s, context=context
            )
        else:
            self._connection = http.client.HTTPConnection(address.host, address.port, timeout=timeout_s)
        self._headers = {"User-Agent": "iopsched"}
        if login is not None:
            token = base64.b64encode(f"{login.user}:{login.password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._connection.close()

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and return the answer.

        A connection that broke is made anew once. Every change that we ask for
        is bound to a version, so that asking twice does nothing twice.

        Raises
        ------
        ServerError
            If there is no answer, or one after which nothing else makes sense.
        """
        for is_last in (False, True):
            try:
                answer, place = self._once(method, path, body, {**self._headers, **(headers or {})})
            except TimeoutError:
                raise self._error(f"does not answer within {self._timeout_s:g} seconds") from None
            except ssl.SSLCertVerificationError:
                raise self._error("shows a certificate that this computer does not trust") from None
            except (ConnectionError, http.client.BadStatusLine, http.client.IncompleteRead):
                self._connection.close()
                if is_last:
                    raise self._error("cannot be reached, or hangs up") from None
            except (OSError, http.client.HTTPException):
                raise self._error("cannot be reached. Check the address and the network") from None
            else:
                return self._checked(answer, place)
        raise AssertionError

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[Answer, str]:
        self._connection.request(method, path, body=body, headers=dict(headers))
        response = self._connection.getresponse()
        found = response.read(_MOST_BYTES)
        if response.read(1):
            raise self._error("sends more than can be right")
        return Answer(response.status, response.getheader("ETag", ""), found), response.getheader("Location", "")

    def _checked(self, answer: Answer, place: str) -> Answer:
        status = answer.status
        if 300 <= status < 400:
            where = place.partition("?")[0] if "@" not in place else ""
            raise self._error(f"sends us elsewhere ({status}{f', {where}' if where else ''}). Name that address itself")
        if status == http.client.UNAUTHORIZED:
            raise self._error("does not accept this user and password (401)")
        if status == http.client.TOO_MANY_REQUESTS or status >= 500:
            raise self._error(f"is busy or in trouble ({status}). Try again later")
        return answer

    def _error(self, what: str) -> ServerError:
        return ServerError(f"The calendar server {self._where} {what}.")
