"""The server as a process: what it loads, how soon it answers and ends, and that nobody else gets in."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from iopsched.page.searchjobs import SearchJob
from tests.support.page_world import RunningPage

START = (sys.executable, "-m", "iopsched", "serve", "--no-browser", "--json")
LOADED = "import iopsched.page.serving, sys; from iopsched import work; work.clinics; work.weeks; print(*sys.modules)"


def test_neither_solver_nor_tables_are_in_the_server():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"starlette", "uvicorn"} <= loaded
    assert not {"ortools", "pandas", "numpy", "iopsched.search"} & loaded


@pytest.fixture
def server(clinic):
    """Return a server as a process of its own, with the clinic open, its port and the seconds until it was ready."""
    begun = time.monotonic()
    process = subprocess.Popen([*START, str(clinic)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    told = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")
    port = int(told["address"].split(":")[2].strip("/"))
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.01)
    yield process, port, told, time.monotonic() - begun
    process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()


def asked(port, method, path, body=None, token=None):
    """Return the answer to a request of the page."""
    host = f"127.0.0.1:{port}"
    headers = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    return connection, connection.getresponse()


def told_of(*words, **more):
    """Return the object that a request is answered with."""
    connection, answer = asked(*words, **more)
    found = json.loads(answer.read())
    connection.close()
    return found


def test_it_is_small_and_ends_at_once_with_a_stream_open(server):
    process, port, told, _ready_s = server
    launch = told["link"].partition("launch=")[2]
    token = told_of(port, "POST", "/api/login", {"launch": launch})["token"]
    about = told_of(port, "GET", "/api/clinic?clinic=1", token=token)
    assert about["clinic"]["label"] == "Harbor Bend IOP"
    if sys.platform == "linux":
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        (peak,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
        assert peak < 80_000  # kB
    stream, answer = asked(port, "GET", "/api/events", token=token)
    assert answer.read(7) == b": here\n"
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0
    assert time.monotonic() - begun < 2
    assert b"closing" in answer.read()
    answer.close()
    stream.close()
    assert "Traceback" not in process.stderr.read()


@pytest.mark.slow
def test_it_is_ready_soon(server):
    """1.5 seconds on a machine that does little else."""
    assert server[3] < 1.5


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act as somebody else")
def test_another_user_of_the_machine_gets_in_nowhere(server, personal):
    """They can reach the port and read neither the file with the key nor the one with the port."""
    _, port, _, _ = server
    code = f"""
import os, http.client, pathlib, encodings.idna
os.setgid(65534); os.setuid(65534)
for path in {[str(path) for path in personal.rglob("*") if path.is_file()]}:
    try:
        pathlib.Path(path).read_bytes()
        print("read", path)
    except PermissionError:
        pass
connection = http.client.HTTPConnection("127.0.0.1", {port})
connection.request("GET", "/api/clinic?clinic=1")
print(connection.getresponse().status)
"""
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "401\n"


def test_it_ends_by_itself_when_nobody_is_there(personal, clinic, monkeypatch):
    alone = RunningPage(personal / "page", clinic, alone_s=0.2)
    alone.thread.join(5)
    assert not alone.thread.is_alive()
    monkeypatch.setattr(SearchJob, "run", lambda self, command: time.sleep(2))
    busy = RunningPage(personal / "page", clinic, alone_s=0.2)
    busy.page.searches.start(1, None, {}, lambda _: None)
    busy.thread.join(1.5)
    assert busy.thread.is_alive()
    busy.stop()
