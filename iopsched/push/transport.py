"""One connection whose every step ends in time, and which never takes in more than was agreed.

The standard library bounds each read; a server that sends a byte a second
would keep us for ever. Here a moment is set at which the whole exchange ends,
from the look-up of the name to the last byte of the answer.
"""

from __future__ import annotations

import http.client
import io
import queue
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from typing import Any

from iopsched.push.address import PORTS, Address

_PIECE_BYTES = 1 << 16
_MOST_HEADER_BYTES = 1 << 20
_ZIPPED = 47  # zlib's word for gzip or zlib, whichever it is


@dataclass
class Limits:
    """What one exchange may take. ``end_s`` is a moment of the monotonic clock, ``left_bytes`` counts headers, too."""

    end_s: float = 0.0
    left_bytes: int = 0

    def left_s(self) -> float:
        """Return the seconds left.

        Raises
        ------
        TimeoutError
            If there are none.
        """
        left_s = self.end_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        return left_s


class _Incoming(io.RawIOBase):
    """What comes in. At the limit it ends as if the server had hung up."""

    def __init__(self, line: socket.socket, limits: Limits) -> None:
        self._line, self._limits = line, limits
        self._raw: Any = line.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(self._limits.left_s())
        if self._limits.left_bytes <= 0:
            return 0
        count: int = self._raw.readinto(buffer)
        self._limits.left_bytes -= count
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Socket:
    """A socket as far as the standard library's client needs one."""

    def __init__(self, line: socket.socket, limits: Limits) -> None:
        self._line, self._limits = line, limits

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._line, self._limits))

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._line.settimeout(self._limits.left_s())
            rest = rest[self._line.send(rest) :]

    def close(self) -> None:
        self._line.close()


class Connection(http.client.HTTPConnection):
    """A connection to one server; ``limits`` hold for whatever is done on it next."""

    def __init__(self, address: Address) -> None:
        super().__init__(address.host, address.port)
        self.default_port = PORTS[address.scheme]
        self.limits = Limits()
        self._context = ssl.create_default_context() if address.scheme == "https" else None

    def connect(self) -> None:
        """Look the name up, connect, and encrypt."""
        line = self._dialled()
        if self._context is not None:
            line.settimeout(self.limits.left_s())
            line = self._context.wrap_socket(line, server_hostname=self.host)
        self.sock = _Socket(line, self.limits)

    def _dialled(self) -> socket.socket:
        places = _places(self.host, self.port, self.limits.left_s())
        for number, (family, kind, protocol, _, place) in enumerate(places):
            line = socket.socket(family, kind, protocol)
            try:
                line.settimeout(self.limits.left_s() / (len(places) - number))
                line.connect(place)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError:
                line.close()
                if number == len(places) - 1:
                    raise
            else:
                return line
        raise OSError

    def body_of(self, response: http.client.HTTPResponse, most_bytes: int) -> tuple[bytes, bool]:
        """Return the body of an answer, unpacked, at most so many bytes of it, and whether there is more.

        Raises
        ------
        http.client.IncompleteRead
            If it ends before it is whole.
        """
        found = bytearray()
        while len(found) <= most_bytes and (piece := response.read(_PIECE_BYTES)):
            found += piece
        if len(found) > most_bytes or self.limits.left_bytes <= 0:
            self.close()
            return bytes(found[:most_bytes]), True
        if response.length:
            raise http.client.IncompleteRead(bytes(found[:0]), response.length)
        if response.getheader("Content-Encoding", "identity").strip().lower() in ("", "identity"):
            return bytes(found), False
        try:
            unpacked = zlib.decompressobj(_ZIPPED).decompress(found, most_bytes + 1)
        except zlib.error:
            raise http.client.HTTPException from None
        return unpacked[:most_bytes], len(unpacked) > most_bytes

    def begin(self, end_s: float, most_bytes: int) -> None:
        """Allow the next exchange so much time and so large a body."""
        self.limits.end_s = end_s
        self.limits.left_bytes = most_bytes + _MOST_HEADER_BYTES

    def answered(self) -> http.client.HTTPResponse:
        """Return the answer; what a server says in between (1xx) is none."""
        response = self.getresponse()
        while 100 < response.status < 200:
            response.headers = None  # type: ignore[assignment] # so that begin() reads on
            response.begin()
        return response


def _places(host: str, port: int, most_s: float) -> list[Any]:
    """Look a name up. The system's own look-up knows no time limit and hears no Ctrl-C, hence the thread."""
    found: queue.Queue[list[Any] | OSError] = queue.Queue()

    def look() -> None:
        try:
            found.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except UnicodeError:  # a part of the name is blank or too long
            found.put(socket.gaierror())
        except OSError as error:
            found.put(error)

    threading.Thread(target=look, daemon=True).start()
    try:
        places = found.get(timeout=most_s)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(places, OSError):
        raise places
    return places
