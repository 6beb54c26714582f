"""What every request has to pass before anything looks at it, and the headers of every answer.

The server listens on this machine only, but every web page that somebody opens can send requests here. So the ``Host`` must be
exactly ours (no other name may lead here), the origin ours, and a secret must come in a header that no other page can set.
Bodies are counted as they arrive and read before the answer begins, so that no handler waits for a slow sender.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from iopsched.page.asked import Refused
from iopsched.page.tokens import Doorkeeper

MOST_BODY_BYTES = 2_000_000
BODY_S = 10.0
MOST_IN_FLIGHT = 100
MOST_ADDRESS_BYTES = 4_000
FREE = frozenset({"/api/login", "/api/knock"})
"""What is asked before there is a session: each has a secret of its own."""

BUG = {"error": "bug", "message": "This is a bug in iopsched, not in your files."}
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]


class Guard:
    """Stands before the application. ``server_id`` goes out with each answer, so that a page notices another server."""

    def __init__(
        self,
        app: Application,
        host: str,
        doorkeeper: Doorkeeper,
        server_id: str,
        on_bug: Callable[[Exception], None] = lambda _: None,
        body_s: float = BODY_S,
    ) -> None:
        self._app = app
        self._host = host
        self._doorkeeper = doorkeeper
        self._headers = (*HEADERS, (b"x-iopsched-server", server_id.encode()))
        self._on_bug = on_bug
        self._body_s = body_s
        self._in_flight = 0

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] != "http":
            return
        has_begun = False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        self._in_flight += 1
        try:
            self._judge(scope)
            body = await self._body(scope, receive)
            if body is None:
                return
            scope["iopsched.body"] = body
            await self._app(scope, _after(body, receive), answer)
        except Refused as refused:
            if not has_begun:
                await _send_json(answer, refused.status, refused.body)
        except Exception as error:  # noqa: BLE001 - whatever it is, no value of it may go out
            self._on_bug(error)
            if not has_begun:
                await _send_json(answer, 500, BUG)
        finally:
            self._in_flight -= 1

    def _judge(self, scope: Any) -> None:
        """Raise why a request is refused, without looking at its body."""
        if self._in_flight > MOST_IN_FLIGHT:
            raise Refused(429, "busy", "Too many requests at once. Wait a moment.")
        headers = _Headers(scope["headers"])
        method, path = scope["method"], scope["path"]
        if headers.every(b"host") != [self._host.encode()]:
            raise Refused(421, "host", "This address is not the page's.")
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MOST_ADDRESS_BYTES:
            raise Refused(400, "address", "The address is too long.")
        if method not in ("GET", "HEAD", "POST"):
            raise Refused(405, "method", "The page only reads (GET) and asks (POST).")
        self._judge_origin(headers, method, path)
        if method == "POST":
            if headers.one(b"content-type").split(";")[0].strip().lower() != "application/json":
                raise Refused(415, "type", "A request must be JSON.")
            if headers.one(b"content-encoding"):
                raise Refused(415, "type", "A request must not be compressed.")
        if path.startswith("/api") and path not in FREE:
            scheme, _, token = headers.one(b"authorization").partition(" ")
            session = self._doorkeeper.session(token.strip()) if scheme.lower() == "bearer" else None
            if session is None:
                raise Refused(401, "session", "This page is not logged in. Start it again with: iopsched serve")
            scope["iopsched.session"] = session

    def _judge_origin(self, headers: _Headers, method: str, path: str) -> None:
        """Refuse what another site asks; only the page itself may be opened from elsewhere, and in no frame."""
        origins = headers.every(b"origin")
        if origins not in ([], [f"http://{self._host}".encode()]) or (method == "POST" and not origins):
            raise Refused(403, "origin", "Another page asks. Only the page itself may.")
        site, mode, wanted = (headers.one(name) for name in (b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest"))
        allowed = {"", "same-origin"} if path.startswith("/api") or method == "POST" else {"", "same-origin", "none"}
        is_opened = path == "/" and mode == "navigate" and wanted == "document" and method == "GET"
        if (site not in allowed and not is_opened) or wanted in ("iframe", "frame", "embed", "object"):
            raise Refused(403, "origin", "Another page asks. Only the page itself may.")

    async def _body(self, scope: Any, receive: Receive) -> bytes | None:
        """Return the whole body, None if whoever sent it has gone.

        Raises
        ------
        Refused
            If it is too large or too slow.
        """
        length = _Headers(scope["headers"]).one(b"content-length")
        too_large = Refused(413, "large", f"A request may have {MOST_BODY_BYTES:,} bytes.")
        if length.isdigit() and int(length[:20]) > MOST_BODY_BYTES:
            raise too_large
        parts, size = [], 0
        try:
            async with asyncio.timeout(self._body_s):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        return None
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > MOST_BODY_BYTES:
                        raise too_large
                    if not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError:
            raise Refused(408, "slow", "The request took too long.") from None


class _Headers:
    """The headers of a request, names in lower case as the server gives them."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._raw = raw

    def every(self, name: bytes) -> list[bytes]:
        """Return each value of a header."""
        return [value for key, value in self._raw if key == name]

    def one(self, name: bytes) -> str:
        """Return the value of a header, blank where there is none, or where it came twice."""
        found = self.every(name)
        return found[0].decode("latin-1") if len(found) == 1 else ""


def _after(body: bytes, receive: Receive) -> Receive:
    """Return how the application learns of the body, which is there already, and then of the end."""
    waiting = [body]

    async def next_message() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return next_message


async def _send_json(send: Send, status: int, content: Mapping[str, object]) -> None:
    data = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(data)).encode())]
    if status in (408, 413):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
