"""Running the page: a socket on this machine only, the server's loop, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from iopsched import stopping, work
from iopsched.errors import UsageError
from iopsched.page.filewatch import FileWatch
from iopsched.page.guard import HEADERS
from iopsched.page.launching import LaunchFolder, address_of, show
from iopsched.page.server import Page, application

ALONE_S = 30 * 60.0
"""So long after the last tab the program ends by itself."""
IDLE_S = 10.0
"""So long a connection may say nothing before its request is whole, and between two requests."""
MOST_CONNECTIONS = 250


class Serving:
    """A page that is served: made with its socket bound, so that its address is known before it runs."""

    def __init__(
        self,
        page: Page,
        port: int = 0,
        on_bug: Callable[[Exception], None] = lambda _: None,
        alone_s: float = ALONE_S,
        body_s: float = IDLE_S,
    ) -> None:
        self.page = page
        self._alone_s = alone_s
        self._socket = _bound(port)
        page.port = self._socket.getsockname()[1]
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)  # no log holds what somebody asked
        config = uvicorn.Config(
            application(page, on_bug, body_s),
            http=_PatientProtocol,
            ws="none",
            lifespan="off",
            loop="asyncio",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=int(IDLE_S),
            timeout_graceful_shutdown=1,
            backlog=64,
        )
        self._server = _EndingServer(config, self._on_tick, page.news.close)
        page.end = self.end

    @property
    def address(self) -> str:
        """Return the plain address of the page."""
        return address_of(self.page.port)

    @property
    def has_begun(self) -> bool:
        """Return whether requests are answered."""
        return self._server.started

    def run(self) -> None:
        """Serve until somebody ends it, by the page, a signal or :meth:`end`."""
        watch = FileWatch(self.page)
        watch.start()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self.page.searches.end()
            watch.stop()
            self._socket.close()
            if any(thread.name.startswith("AnyIO") and thread.is_alive() for thread in threading.enumerate()):
                stopping.leave_behind()

    def end(self) -> None:
        """End the server soon; safe in every thread."""
        self._server.end()

    def _on_tick(self) -> None:
        if self.page.searches.is_any_running:
            self.page.news.stay()
        elif self.page.news.alone_s > self._alone_s:
            self.end()


_PORT_OPTION = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
"""Nobody else may have the port; elsewhere than on Windows, connections of a server that has ended do not hold it for a minute."""


def _bound(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, _PORT_OPTION, 1)
    try:
        found.bind(("127.0.0.1", port))
    except (OSError, OverflowError):
        found.close()
        raise UsageError(f"Port {port} is taken or not allowed. Leave --port out: a free one is found.") from None
    found.listen(64)
    return found


class _EndingServer(uvicorn.Server):
    """A server that ends its streams first, and leaves signals to whoever had them before."""

    def __init__(self, config: uvicorn.Config, on_tick: Callable[[], None], on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._own_tick = on_tick
        self._on_end = on_end

    def end(self) -> None:
        """End soon."""
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Look every tenth of a second whether it is time to end."""
        if counter % 10 == 0:
            self._own_tick()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell all tabs, which ends their streams, and then close."""
        self._on_end()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Have the first signal end the server in order, and the second one at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._signaled) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _signaled(self, _number: int, _frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


class _PatientProtocol(H11Protocol):
    """One connection, which has to say something in time, and whose broken requests are answered with our headers."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request; too many connections are none."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.close()
            return
        self._waiting = self.loop.call_later(IDLE_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; a request that is whole is no longer waited for."""
        before = self.scope
        super().data_received(data)
        if self.scope is not before:
            self._stop_waiting()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that is no HTTP."""
        self._stop_waiting()
        lines = [b"HTTP/1.1 400 Bad Request", b"content-type: text/plain; charset=utf-8", b"connection: close"]
        lines += [name + b": " + value for name, value in HEADERS]
        self.transport.write(b"\r\n".join([*lines, b"", msg.encode()]))
        self.transport.close()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self.transport.close()


@dataclass(frozen=True, slots=True)
class Started:
    """Where the page is: its plain address, the link that lets a browser in once, and whether it ran already."""

    address: str
    link: str
    was_running: bool


def serve(
    clinic: Path | None,
    port: int,
    on_start: Callable[[Started], None],
    on_bug: Callable[[Exception], None],
    *,
    opens_browser: bool,
    alone_s: float = ALONE_S,
) -> None:
    """Serve the page of a clinic, or of none, until it is ended; where one runs already, only open that.

    ``on_start`` is called as soon as the page can be opened.

    Raises
    ------
    UsageError
        If there is no such clinic, or the port is taken.
    """
    if clinic is not None and not work.openings.is_clinic(clinic):
        raise UsageError(f"There is no clinic {clinic}: a clinic is a folder with clinic.toml, or a workbook.")
    launches = LaunchFolder(work.openings.personal_folder() / "page")
    with launches.held():
        if (redirect := _let_in(launches, clinic)) is not None:
            on_start(Started("", launches.link_in(redirect) or "", was_running=True))
            if opens_browser:
                show(redirect)
            return
        page = Page(launches)
        if clinic is not None:
            page.first = page.open(clinic)
            work.openings.remember(clinic)
        serving = Serving(page, port, on_bug, alone_s)
        launches.announce(page.port)
    try:
        _launch(serving, on_start, opens_browser=opens_browser)
        serving.run()
    finally:
        launches.withdraw()


def _let_in(launches: LaunchFolder, clinic: Path | None) -> Path | None:
    """Return the file that leads to the running page, None where none runs."""
    running = launches.running()
    return None if running is None else launches.knock(running, clinic)


def _launch(serving: Serving, on_start: Callable[[Started], None], *, opens_browser: bool) -> None:
    """Write the file for the browser and open it as soon as the server answers."""
    page = serving.page
    redirect = page.launches.write_redirect(page.port, page.doorkeeper.launch())
    on_start(Started(serving.address, page.launches.link_in(redirect) or "", was_running=False))
    if opens_browser:
        threading.Thread(target=show, args=(redirect,), daemon=True).start()
