"""Requests of somebody who means harm: none gets data, none is answered with a fault of ours, nothing is logged."""

import http.client
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from iopsched.page import guard
from iopsched.page.asked import RequestWay
from iopsched.page.guard import MOST_BODY_BYTES
from iopsched.page.server import SCREENS
from tests.support.page_world import RunningPage, running_page

SECRETS = (b"Harbor", b"P001", b"Traceback", b'"token"')


def raw(running, text, wait_s=1.0):
    """Send bytes and return what comes back; whoever waits for more of the request learns that there is no more."""
    with socket.create_connection(("127.0.0.1", running.page.port), timeout=wait_s) as sender:
        try:
            sender.sendall(text)
            answer = http.client.HTTPResponse(sender, method="HEAD" if text.startswith(b"HEAD") else None)
            answer.begin()
            head = f"HTTP/1.1 {answer.status}\n{answer.headers}".encode()
            return head + answer.read()
        except (TimeoutError, ConnectionError, http.client.HTTPException):  # what is broken or too long is cut off
            return b""


def requests_of(host, token):
    """Return what is sent: broken HTTP, paths, methods, bodies; the last ones by somebody who has a token."""
    own, key = f"Host: {host}\r\n", f"Authorization: Bearer {token}\r\n"
    post = f"{own}Origin: http://{host}\r\nContent-Type: application/json\r\n"

    def posted(path, body, head=""):
        data = body if isinstance(body, bytes) else body.encode()
        return f"POST {path} HTTP/1.1\r\n{post}{head}Content-Length: {len(data)}\r\n\r\n".encode() + data

    paths = [
        "/..", "/../clinic.toml", "/static/../server.py", "/static/..%2f..%2fasked.py", "/static/%2e%2e/index.html", "/static/",
        "/static/none.js", "//evil.com/", "/api", "/api/", "/api/open", "/api/clinic?clinic=1", "/api/events", "/%00", "/\x7f",
        "http://evil.com/", "/api/../static/main.js", "/.env", "/api/open?clinic=" + "9" * 5000, "*", "/API/OPEN", "/api//open",
    ]  # fmt: skip
    for path in paths:
        yield f"GET {path} HTTP/1.1\r\n{own}\r\n".encode("latin-1")
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "PROPFIND", "HEAD"):
        yield f"{method} /api/open HTTP/1.1\r\n{own}\r\n".encode()
    yield b"GET / HTTP/1.1\r\n\r\n"
    yield b"GET / HTTP/1.0\r\n\r\n"
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    yield b"GET\r\n\r\n"
    yield f"GET / HTTP/9.9\r\n{own}\r\n".encode()
    yield f"GET / HTTP/1.1\r\n{own}{own}\r\n".encode()
    yield f"GET / HTTP/1.1\r\n{own}X: {'a' * 200_000}\r\n\r\n".encode()
    yield f"GET / HTTP/1.1\r\n{own}{''.join(f'X{number}: 1{chr(13)}{chr(10)}' for number in range(9000))}\r\n".encode()
    yield f"GET / HTTP/1.1\r\n{own}X: a\r\n b\r\n\r\n".encode()
    yield f"GET /api/open HTTP/1.1\r\n{own}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eA==\r\n\r\n".encode()
    yield f"POST /api/login HTTP/1.1\r\n{post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode()
    yield f"POST /api/login HTTP/1.1\r\n{post}Content-Length: -1\r\n\r\n".encode()
    yield f"POST /api/login HTTP/1.1\r\n{post}Transfer-Encoding: chunked\r\n\r\nzz\r\n".encode()
    yield posted("/api/login", "{}", "Content-Length: 9\r\n")
    yield posted("/api/login", '{"launch": "x"}')
    yield posted("/api/login", '{"launch": ["x"]}')
    yield posted("/api/knock", '{"name": "../recent.json"}')
    yield posted("/api/open/list", "{}")
    for body in (
        "", "{", "[]", "null", "1e999", '{"place": NaN}', '{"place": 1e999}', b"\xff\xfe", "[" * 100_000, '{"place": "\\ud800"}', '{"place": "\\u0000"}',
        '{"place": -1}', '{"place": 99999999999999999999}', '{"place": true}', '{"place": [1]}', '{"place": ' + "9" * 5000 + "}", '{"a":' * 5_000,
    ):  # fmt: skip
        yield posted("/api/open/list", body, key)
    for name in ("", "../..", "complete/../..", "x" * 5_000, "/etc", "\\\\server\\share"):
        yield posted("/api/open/example", json.dumps({"name": name}), key)
    for query in (
        "",
        "?clinic=",
        "?clinic=-1",
        "?clinic=2",
        "?clinic=²",
        "?clinic=1&week=x",
        "?clinic=1&week=9999-12-31",
    ):
        yield f"GET /api/clinic{query} HTTP/1.1\r\n{own}{key}\r\n".encode()


def test_no_request_gets_data_or_meets_a_bug(running, capfd):
    sent = list(requests_of(running.host, running.log_in()))
    assert len(sent) > 60
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda text: raw(running, text), sent))
    for text, answer in zip(sent, answers, strict=True):
        status = int(answer[9:12]) if answer else 0
        assert status < 500, (text[:200], answer)
        assert answer or b"Content-Length: 5\r" in text or len(text) > 65_536, text[:200]
        told = answer.replace(b"Harbor Bend IOP", b"") if b"/api/clinic?clinic=1&week=9999" in text else answer
        assert not [secret for secret in SECRETS if secret in told], (text[:200], answer)
        if status:
            assert b"no-store" in answer, text[:200]
    assert running.thread.is_alive()
    assert running.bugs == []
    assert capfd.readouterr() == ("", "")


def test_a_large_body_is_refused_by_count(running):
    token = running.log_in()
    status, _, data = running.ask(
        "POST", "/api/open/list", {}, {"Content-Length": str(MOST_BODY_BYTES + 1)}, token=token, raw=b"{}"
    )
    assert (status, json.loads(data)["error"]) == (413, "large")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = (
        f"POST /api/open/list HTTP/1.1\r\nHost: {running.host}\r\nOrigin: http://{running.host}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    answer = raw(running, head + chunk * 40)
    assert answer.startswith(b"HTTP/1.1 413")
    assert running.ask("POST", "/api/open/list", {"place": None, "more": " " * 1_900_000}, token=token)[0] == 200


def test_a_slow_body_is_given_up(personal, clinic):
    with (
        running_page(personal / "page", clinic, body_s=0.3) as slow,
        socket.create_connection(("127.0.0.1", slow.page.port)) as sender,
    ):
        head = f"POST /api/login HTTP/1.1\r\nHost: {slow.host}\r\nOrigin: http://{slow.host}\r\nContent-Type: application/json\r\n"
        sender.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        sender.settimeout(5)
        begun = time.monotonic()
        assert sender.recv(100).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - begun < 3


def test_a_connection_that_says_nothing_is_closed(personal, clinic, monkeypatch):
    monkeypatch.setattr("iopsched.page.serving.IDLE_S", 0.3)
    with (
        running_page(personal / "page", clinic) as patient,
        socket.create_connection(("127.0.0.1", patient.page.port)) as sender,
    ):
        sender.sendall(b"GET / HTTP/1.1\r\nHost: ")
        sender.settimeout(5)
        assert sender.recv(100) == b""


def test_more_requests_at_once_than_any_page_makes_are_put_off(running, monkeypatch):
    monkeypatch.setattr(guard, "MOST_IN_FLIGHT", 3)
    token = running.log_in()
    head = f"GET /api/events HTTP/1.1\r\nHost: {running.host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    streams = [socket.create_connection(("127.0.0.1", running.page.port)) for _ in range(3)]
    for stream in streams:
        stream.sendall(head)
        assert stream.recv(100).startswith(b"HTTP/1.1 200")
    status, _, data = running.ask("GET", "/")
    assert (status, json.loads(data)["error"]) == (429, "busy")
    for stream in streams:
        stream.close()
    until = time.monotonic() + 5
    while running.ask("GET", "/")[0] != 200:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_fault_of_ours_is_told_by_a_code_and_no_value(personal, clinic, monkeypatch):
    def broken(_asked):
        raise ValueError("invalid literal for int(): 'Jane Doe'")

    monkeypatch.setattr(SCREENS[1], "WAYS", (*SCREENS[1].WAYS, RequestWay("GET", "/broken", broken)))
    running = RunningPage(personal / "page", clinic)
    status, headers, data = running.ask("GET", "/api/broken", token=running.log_in())
    running.stop()
    assert (status, json.loads(data)["error"], headers["cache-control"]) == (500, "bug", "no-store")
    assert [type(error) for error in running.bugs] == [ValueError]
    assert b"Jane" not in data
