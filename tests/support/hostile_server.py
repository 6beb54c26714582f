"""A calendar server that answers one kind of request as no server should, and all others honestly.

``ROWS`` is the table: a name, the method whose answers are bent, and what is sent instead. Used by ``test_hostile.py``
and, with whole commands, by ``scripts/hostile_server.py``.
"""

import functools
import gzip
import itertools
import socket
import socketserver
import struct
import threading
import time
import zlib
from urllib.parse import unquote

from tests.support.fake_server import FakeServer

MOST_S = 150


class Wire:
    """What an answer is written to."""

    is_bent = False

    def __init__(self, handler, method, path, honest):
        self.send, self.method, self.path, self.honest = handler.wfile.write, method, path, honest
        self.socket, self.end = handler.connection, handler.server.end

    def answer(self, status, body=b"", *headers, length=None):
        text = "".join(f"{header}\r\n" for header in headers)
        size = len(body) if length is None else length
        head = f"HTTP/1.1 {status} Some\r\n{text}Content-Length: {size}\r\n"
        self.send(f"{head}Connection: {'close' if self.is_bent else 'keep-alive'}\r\n\r\n".encode("latin-1") + body)

    def begin(self, *headers):
        status = {"PROPFIND": 207, "PUT": 201, "GET": 200, "DELETE": 204}.get(self.method, 200)
        status = 200 if status == 204 else status
        self.send(f"HTTP/1.1 {status} Some\r\n{''.join(f'{header}{chr(13)}{chr(10)}' for header in headers)}".encode())

    def drip(self, data, pause=0.5):
        for byte in itertools.islice(itertools.cycle(data), MOST_S * 10):
            self.send(bytes([byte]))
            if self.end.wait(pause):
                return

    def flood(self, data):
        begin = time.monotonic()
        while time.monotonic() < begin + MOST_S and not self.end.is_set():
            self.send(data)

    def stall(self):
        self.end.wait(MOST_S)


def _reset(wire):
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _after(first, then):
    def act(wire):
        first(wire)
        then(wire)

    return act


def _said(data):
    return lambda wire: wire.send(data)


def _begun(*headers, then):
    def act(wire):
        wire.begin(*headers)
        then(wire)

    return act


def _told(status, body=b"", *headers, length=None):
    return lambda wire: wire.answer(status, body, *headers, length=length)


def _stored(then):
    """Do what was asked, and answer otherwise."""

    def act(wire):
        wire.honest()
        then(wire)

    return act


def _bent(*headers, change=lambda body: body, drop=()):
    """Answer honestly but for some headers or the body."""

    def act(wire):
        status, told, body = wire.honest()
        kept = [f"{name}: {value}" for name, value in told.items() if name not in drop]
        wire.answer(status, change(body), *kept, *headers)

    return act


@functools.cache
def _bomb():
    """Return 300 MB, packed."""
    packing = zlib.compressobj(1, wbits=31)
    return b"".join([*(packing.compress(b" " * 1_000_000) for _ in range(300)), packing.flush()])


_CHUNKED = "Transfer-Encoding: chunked"
TRANSPORT = {
    "silence": lambda wire: wire.stall(),
    "hang up": lambda wire: None,
    "reset": _reset,
    "hang up after doing it": _stored(lambda wire: None),
    "silence after doing it": _stored(lambda wire: wire.stall()),
    "half a status line": _after(_said(b"HTTP/1.1 20"), lambda wire: wire.stall()),
    "status line by drops": lambda wire: wire.drip(b"H"),
    "headers by drops": _begun(then=lambda wire: wire.drip(b"X-A: b\r\n")),
    "body by drops": _begun("Content-Length: 999999", "", then=lambda wire: wire.drip(b"<")),
    "chunks by drops": _begun(_CHUNKED, "", then=lambda wire: wire.drip(b"1\r\nx\r\n")),
    "headers without end": _begun(then=lambda wire: wire.flood(b"X-A: b\r\n" * 1000)),
    "a header without end": _begun(then=lambda wire: wire.flood(b"X" * 65536)),
    "a body without end": _begun("Connection: close", "", then=lambda wire: wire.flood(b"<a>" * 20000)),
    "chunks without end": _begun(_CHUNKED, "", then=lambda wire: wire.flood(b"4\r\n<a/>\r\n" * 9000)),
    "chunk extensions without end": _begun(_CHUNKED, "", then=lambda wire: wire.flood(b"4;x=y" * 9000)),
    "trailers without end": _begun(_CHUNKED, "", "0", then=lambda wire: wire.flood(b"X-T: 1\r\n" * 9000)),
    "continue without end": lambda wire: wire.flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "early hints without end": lambda wire: wire.flood(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 1000),
    "processing, then the answer": _after(_said(b"HTTP/1.1 102 Processing\r\n\r\n"), _bent()),
    "switching protocols": _said(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
    "too long a length": _begun("Content-Length: 5000", "", then=_said(b"short")),
    "too short a length": _begun("Content-Length: 3", "", then=_said(b"<html>and more")),
    "an enormous length": _begun("Content-Length: 99999999999999999999", "", then=_said(b"short")),
    "a length of 5000 digits": _begun(f"Content-Length: {'9' * 5000}", "", then=_said(b"short")),
    "a length below nothing": _begun("Content-Length: -7", "", then=_said(b"short")),
    "a length in words": _begun("Content-Length: many", "", then=_said(b"short")),
    "two lengths": _begun("Content-Length: 2", "Content-Length: 90", "", then=_said(b"abcdef")),
    "a chunk below nothing": _begun(_CHUNKED, "", "-5", then=_said(b"abcdef\r\n")),
    "a chunk of minus one": _begun(_CHUNKED, "", "-1", then=lambda wire: wire.flood(b"y" * 65536)),
    "a chunk in words": _begun(_CHUNKED, "", "many", then=_said(b"abcdef\r\n")),
    "an enormous chunk": _begun(_CHUNKED, "", "F" * 30, then=lambda wire: wire.flood(b"z" * 65536)),
    "a chunk without its end": _begun(_CHUNKED, "", "3", then=_said(b"abcXX")),
    "a zip bomb": _begun("Content-Encoding: gzip", "Connection: close", "", then=lambda wire: wire.send(_bomb())),
    "a zip that is none": _told(207, b"<html>", "Content-Encoding: gzip"),
    "an honest zip": _bent("Content-Encoding: gzip", change=gzip.compress),
    "a packing nobody knows": _bent("Content-Encoding: br"),
    "no headers at all": _said(b"<html>hello</html>"),
    "another version of HTTP": _said(b"HTTP/9.9 200 OK\r\n\r\n"),
    "status 0": _said(b"HTTP/1.1 0 No\r\nContent-Length: 0\r\n\r\n"),
    "status 99": _said(b"HTTP/1.1 99 No\r\nContent-Length: 0\r\n\r\n"),
    "status 999": _told(999),
    "status in words": _said(b"HTTP/1.1 fine\r\n\r\n"),
    "blank lines": _said(b"\r\n\r\n\r\n"),
    "garbage": _said(bytes(range(256)) * 50),
    "another protocol": _said(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a mail server": _said(b"220 mail.example.org ESMTP\r\n"),
    "encrypted at once": _said(b"\x15\x03\x01\x00\x02\x02\x28"),
    "headers without a colon": _begun("nonsense", "Content-Length: 0", "", then=_said(b"")),
    "a header of odd letters": _begun("X-\xff\xfe: \x00\x01", "Content-Length: 0", "", then=_said(b"")),
}
STATUSES = (
    200, 202, 204, 205, 206, 300, 304, 305, 306, 400, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 417,
    418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
    520, 522, 599,
)  # fmt: skip
PLACES = {
    "itself": "{path}",
    "http": "http://calendar.example.org{path}",
    "another host": "https://other.example{path}",
    "a page to sign in": "/login?next=Zyxcanary",
    "a user": "https://joe:Zyxcanary@other.example{path}",
    "nowhere": "",
    "an odd place": "https://[::1",
    "a script": "javascript:alert(1)",
    "another port": "http://127.0.0.1:1{path}",
    "a folder above": "../../..{path}",
    "a long way": "/" + "x" * 60000,
    "letters of the world": "/kalender/\xe4\xf6",
}
WAITS = ("0", "1", "-5", "999999999", "9" * 4000, "soon", "", "1.5", "nan", "Wed, 21 Oct 2015 07:28:00 GMT",
         "Fri, 31 Dec 9999 23:59:59 GMT", "Wed, 99 Foo 99999 99:99:99 GMT")  # fmt: skip
_ROW = (
    '<D:response><D:href>{}</D:href><D:propstat><D:prop><D:getetag>"1"</D:getetag></D:prop></D:propstat></D:response>'
)


def _list(*rows, head='<?xml version="1.0"?>'):
    return f'{head}<D:multistatus xmlns:D="DAV:">{"".join(rows)}</D:multistatus>'.encode()


def _encoded(name):
    return _list(_ROW.format("/x"), head=f'<?xml version="1.0" encoding="{name}"?>')


_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">{}]>'.format(
    "".join(f'<!ENTITY {chr(b + 1)} "{f"&{chr(b)};" * 10}">' for b in range(97, 107))
)
LISTS = {
    "nothing": b"",
    "laughs": _list("&k;", head=_LAUGHS),
    "an entity from a file": _list("&x;", head='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "an entity from elsewhere": _list(head='<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'),
    "a parameter entity": _list(head='<!DOCTYPE x [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>'),
    "depth": b"<a>" * 1_000_000,
    "depth inside": _list("<D:response>" * 100_000),
    "attributes": b"<a " + b" ".join(b'a%d=""' % i for i in range(400_000)) + b"/>",
    "a long attribute": b'<a b="' + b"x" * 9_000_000 + b'"/>',
    "a long name": b"<" + b"x" * 9_000_000 + b"/>",
    "a long comment": b"<!--" + b"x" * 9_000_000 + b"-->" + _list(),
    "many elements": _list("<D:x/>" * 1_000_000),
    "many rows": _list(*(_ROW.format(f"/cal/x/{i}.ics") for i in range(50_000))),
    "a long href": _list(_ROW.format("x" * 5_000_000)),
    "hrefs elsewhere": _list(*(_ROW.format(h) for h in ("https://other.example/cal/x.ics", "//other.example/x", "file:///etc/passwd"))),
    "hrefs above": _list(*(_ROW.format(h) for h in ("../../x.ics", "/cal/../../x.ics", "/cal/%2e%2e/%2e%2e/x.ics"))),
    "odd hrefs": _list(*(_ROW.format(h) for h in ("http://[::1", "javascript:1", "", " ", "%", "%zz", "%00", "%ff%fe", "\xe4\u4e2d"))),
    "no href": _list("<D:response/>", "<D:response><D:propstat/></D:response>"),
    "another namespace": b'<multistatus xmlns="X:"><response><href>/x</href></response></multistatus>',
    "no namespace": b"<multistatus><response><href>/x</href></response></multistatus>",
    "an unbound prefix": b"<D:multistatus><D:response/></D:multistatus>",
    "odd letters": _list("\x01\x02"),
    "odd bytes": _list() + b"\xff\xfe\x00",
    "bytes that are no UTF-8": b'<?xml version="1.0"?><a>\xff\xfe\xfd</a>',
    "UTF-16": _list().decode().encode("utf-16"),
    "half": _list(_ROW.format("/x"))[:-30],
    "two roots": _list() * 2,
    "HTML": b"<!DOCTYPE html><html><body>Sign in<br></body></html>",
    "JSON": b'{"error": "Zyxcanary"}',
    "a calendar": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "instructions": b"<?xml version='1.0'?>" + b"<?x y?>" * 100_000 + _list(),
    "CDATA": _list(_ROW.format("<![CDATA[/cal/]]>" * 10_000)),
    **{
        f"written in {name}": _encoded(name)
        for name in (
            "nonsense", "utf-7", "utf-32", "idna", "punycode", "rot13", "base64", "zlib", "unicode_escape", "undefined", "shift_jis",
            "mbcs", "x" * 900, "ebcdic-cp-us", "utf-8-sig", "raw_unicode_escape", "cp037", "big5", "../x", "",
        )
    },
}  # fmt: skip


def _ics(*lines, zone=()):
    body = ("BEGIN:VCALENDAR", "VERSION:2.0", *zone, "BEGIN:VEVENT", "UID:x", *lines, "END:VEVENT", "END:VCALENDAR", "")
    return "\r\n".join(body).encode()


_SECONDS = ("BEGIN:VTIMEZONE", "TZID:X", "BEGIN:STANDARD", "DTSTART:16010101T000000", "RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+0000",
            "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE")  # fmt: skip
OBJECTS = {
    "nothing": b"",
    "garbage": bytes(range(256)) * 1000,
    "a task": b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:x\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
    "HTML": b"<html>",
    "a zone of seconds": _ics("DTSTART;TZID=X:20261130T090000", zone=_SECONDS),
    **{
        f"the zone {name[:12]!r}": _ics(f"DTSTART;TZID={name}:20261130T090000")
        for name in ("../../etc/passwd", "/etc/localtime", "Custom 1", "", "x" * 100_000, "America", "\x01", "Eastern Standard Time")
    },
    "year 0": _ics("DTSTART:00000101T000000Z", "DTEND:99999999T999999Z"),
    "a long time": _ics("DTSTART:99991231T235959Z", "DURATION:P9999W"),
    "edges of time": _ics("DTSTART;TZID=Pacific/Kiritimati:00010101T000000", "DTEND;TZID=Pacific/Niue:99991231T235959"),
    "a million lines": _ics(*["X:1"] * 100_000),
    "deep": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 50_000,
    "ends only": b"END:VCALENDAR\r\n" * 50_000,
    "five megabytes": _ics("ATTACH:" + "A" * 5_000_000),
    "quotes": _ics('X;A="' + '"";' * 100_000 + ":1"),
    "one of a series": _ics("DTSTART:20261130T140000Z", "RECURRENCE-ID:20261130T140000Z", "RRULE:FREQ=SECONDLY"),
    "zeros": b"\0" * 900_000,
    "UTF-16": _ics().decode().encode("utf-16"),
}  # fmt: skip
TAGS = (
    "*",
    "",
    "W/",
    'W/"a"',
    "a b",
    '"' + "x" * 60_000 + '"',
    '"\xe4\xff"',
    '"a',
    "\x01",
    "a, b",
    '""',
    "a\r\n b",
    '"x-gzip"',
)

ROWS = {
    **{f"{method}: {name}": (method, act) for name, act in TRANSPORT.items() for method in ("PROPFIND", "PUT", "GET", "DELETE")},
    **{f"{method}: {status}": (method, _told(status, b"Zyxcanary")) for status in STATUSES for method in ("PROPFIND", "PUT", "DELETE")},
    **{f"PUT: {status} after doing it": ("PUT", _stored(_told(status))) for status in (400, 403, 408, 429, 500, 502, 503, 504, 507)},
    **{f"DELETE: {status} after doing it": ("DELETE", _stored(_told(status))) for status in (400, 403, 412, 500, 503)},
    **{f"MKCALENDAR: {status}": ("MKCALENDAR", _told(status)) for status in (200, 400, 403, 405, 409, 415, 500, 501, 507)},
    **{f"PROPFIND: sends us to {name}": ("PROPFIND", place) for name, place in PLACES.items()},
    **{f"PUT: sends us to {name}": ("PUT", place) for name, place in PLACES.items()},
    **{f"PUT: wait {wait[:9]!r}": ("PUT", _told(429, b"", f"Retry-After: {wait}")) for wait in WAITS},
    **{f"PROPFIND: wait {wait[:9]!r}": ("PROPFIND", _told(503, b"", f"Retry-After: {wait}")) for wait in WAITS},
    **{f"PROPFIND: lists {name[:30]}": ("PROPFIND", _told(207, body)) for name, body in LISTS.items()},
    **{f"GET: {name}": ("GET", _told(200, body, 'ETag: "other"')) for name, body in OBJECTS.items()},
    **{f"{method}: version {tag[:9]!r}": (method, _bent(f"ETag: {tag}", drop=("ETag",))) for tag in TAGS for method in ("PUT", "GET")},
}  # fmt: skip


class HostileServer(FakeServer):
    """Answers ``method`` by ``act`` until :meth:`reform`. Nobody's requests are counted."""

    def __init__(self, method="", act=None):
        self.objects, self.versions, self.collections = {}, 0, set()
        self.etag_on, self.rewrite = ("PROPFIND", "GET"), lambda data: data
        self.method, self.act, self.lock = method, act, threading.Lock()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self):
                while line := self.rfile.readline(65537):
                    method, path = line.decode("latin-1").split()[:2]
                    headers = {}
                    while (row := self.rfile.readline(65537).decode("latin-1").strip()) != "":
                        name, _, value = row.partition(":")
                        headers[name] = value.strip()
                    body = self.rfile.read(int(headers.get("Content-Length", 0)))
                    answer = functools.partial(outer.done, method, unquote(path), headers, body)
                    wire = Wire(self, method, path, answer)
                    if method == outer.method and outer.act is not None:
                        outer.bend(wire)
                        return
                    status, told, data = wire.honest()
                    wire.answer(status, data, *(f"{name}: {value}" for name, value in told.items()))

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            block_on_close = False
            end = threading.Event()

            def handle_error(self, *_):
                """A client that goes away is part of it."""

        self.httpd = Server(("127.0.0.1", 0), Handler)
        self.httpd.end = threading.Event()
        self.port = self.httpd.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/cal/"
        self.thread = threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def bend(self, wire):
        wire.is_bent = True
        if isinstance(self.act, str):
            wire.answer(302, b"", f"Location: {self.act.format(path=wire.path)}")
        else:
            self.act(wire)

    def done(self, method, path, headers, body):
        with self.lock:
            return self.answer(method, path, headers, body)

    def reform(self):
        """Be honest from now on."""
        self.act = None
        self.httpd.end.set()

    def stop(self):
        self.reform()
        super().stop()
