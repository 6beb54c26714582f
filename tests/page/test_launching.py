"""Being let in once, a second start, and what a server that was killed leaves."""

import json
import signal
import stat
import subprocess
import sys
import time

import pytest

from iopsched import work
from iopsched.page.launching import LaunchFolder
from iopsched.page.tokens import LAUNCH_S, MOST_FAILURES, Doorkeeper, TooManyFailuresError

START = (sys.executable, "-m", "iopsched", "serve", "--no-browser", "--json")


def test_a_launch_token_works_once_and_for_a_minute():
    now = [0.0]
    doorkeeper = Doorkeeper(lambda: now[0])
    first, late = doorkeeper.launch(), doorkeeper.launch()
    session = doorkeeper.log_in(first)
    assert doorkeeper.session(session.token) is session
    assert doorkeeper.log_in(first) is None
    now[0] = LAUNCH_S
    assert doorkeeper.log_in(late) is None
    assert len(first) >= 43  # 256 bits
    assert doorkeeper.session(first) is None


def test_guessing_ends_soon():
    doorkeeper = Doorkeeper(lambda: 0.0)
    for number in range(MOST_FAILURES):
        assert doorkeeper.log_in(f"guess {number}") is None
    with pytest.raises(TooManyFailuresError):
        doorkeeper.log_in("guess")


@pytest.fixture
def start():
    """Return how a server is started as a process of its own; what still runs at the end is killed."""
    started = []

    def begin(*words):
        process = subprocess.Popen([*START, *map(str, words)], stdout=subprocess.PIPE, text=True)
        started.append(process)
        lines = ""
        while not lines.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line
            lines += line
        return process, json.loads(lines)

    yield begin
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_second_start_opens_the_one_that_runs(start, clinic, personal):
    first, told = start()
    second, again = start(clinic)
    assert second.wait(5) == 0
    assert (again["was_running"], again["link"].split("#")[0]) == (True, told["address"])
    assert [row.path for row in work.openings.recent()] == [clinic]
    lock = personal / "page/server.json"
    assert json.loads(lock.read_text()).keys() == {"pid", "port", "computer"}
    for path in (lock, personal / "recent.json", *personal.glob("page/open-*.html")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((personal / "page").stat().st_mode) == 0o700

    begun = time.monotonic()
    first.send_signal(signal.SIGINT)
    assert first.wait(5) == 0
    assert time.monotonic() - begun < 2
    assert {path.name for path in (personal / "page").iterdir()} == {"starting"}


def test_the_next_start_after_a_kill_sweeps_and_serves(start, personal):
    first, _ = start()
    first.kill()
    first.wait()
    left = personal / "page/server.json"
    assert left.exists()
    _, told = start()
    assert told["was_running"] is False
    assert json.loads(left.read_text())["pid"] == told["pid"]
    assert len(list(personal.glob("page/open-*.html"))) == 1


def test_only_who_can_write_in_the_private_folder_is_heard(running, personal, tmp_path):
    for name in ("", "../recent.json", "knock-x.json", "knock-" + "A" * 22 + ".json", "server.json"):
        status, _, data = running.ask("POST", "/api/knock", {"name": name})
        assert (status, json.loads(data)["error"]) == (403, "knock")
    other = tmp_path / "elsewhere.json"
    other.write_text('{"clinic": null}')
    link = personal / "page" / ("knock-" + "B" * 22 + ".json")
    link.symlink_to(other)
    assert running.ask("POST", "/api/knock", {"name": link.name})[0] == 403


def test_the_file_for_the_browser_leads_to_the_page_and_goes_when_it_was_used(running, personal):
    launches = LaunchFolder(personal / "page")
    path = launches.write_redirect(running.page.port, running.page.doorkeeper.launch())
    link = launches.link_in(path)
    status, _, data = running.ask("POST", "/api/login", {"launch": link.partition("launch=")[2]})
    assert status == 200
    assert json.loads(data)["clinic"] == running.page.first
    assert not path.exists()
