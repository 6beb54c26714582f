"""The local page, measured from outside: a server as a process of its own, asked as its page asks it.

    python -m benchmarks.page                                 60 participants, without a browser
    python -m benchmarks.page --participants 300 1000         larger clinics
    python -m benchmarks.page --browser                       also what Chromium paints, and when
    python -m benchmarks.page --solving                       with a search at work beside

One line a figure: what, how much, the target. Each clinic is planted, its week full and without a broken rule.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles
from typing import IO, Any, cast

from benchmarks.planted import WEEK, plant, planted_folder
from iopsched.ingest import read_schedule
from iopsched.work.editing import EditedWeek

CHROMIUM = Path("/usr/bin/chromium")
TRIES, MAPS = 60, 20
MOST_IDLE_S = 5.0
"""After so long without a request a new connection is made: the server closes old ones."""
MOST_S = {60: (0.2, 0.25), 300: (0.4, 0.4)}
"""Targets of a verdict and of a map by participants; a larger clinic need only be shown."""


class ServedPage:
    """A server in a process of its own, and somebody who is logged in."""

    def __init__(self, clinic: Path, personal: Path, week: date = WEEK) -> None:
        self.week = week
        begun = time.monotonic()
        command = (sys.executable, "-m", "iopsched", "serve", "--no-browser", "--json", str(clinic))
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "XDG_CONFIG_HOME": str(personal)}
        )
        told = json.loads("".join(iter(cast("IO[str]", self.process.stdout).readline, "}\n")) + "}")
        self.link: str = told["link"]
        self.port = int(told["address"].split(":")[2].strip("/"))
        self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._token = ""
        self._asked_s = begun
        while True:
            try:
                self._line.request("GET", "/", headers={"Host": f"127.0.0.1:{self.port}"})
                self._line.getresponse().read()
                break
            except OSError:
                self._line.close()
                time.sleep(0.005)
        self.ready_s = time.monotonic() - begun

    def kill(self) -> None:
        """End the server as a crash does."""
        self.process.kill()
        self.ended()

    def ended(self) -> None:
        """Wait until the server has ended, and leave nothing open."""
        self.process.wait()
        self._line.close()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def log_in(self, link: str) -> None:
        """Use a link that lets somebody in."""
        self._token = self.ask("POST", "/api/login", {"launch": link.partition("launch=")[2]})["token"]

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return what a request is answered, read as JSON; of an answer in lines the last one."""
        status, found = self.answer(method, path, body)
        if status != HTTPStatus.OK:
            raise RuntimeError(f"{path}: {status} {found}")
        return found

    def answer(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Return the status of a request and what it is answered, a refusal too."""
        host = f"127.0.0.1:{self.port}"
        headers = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"}
        headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body)
        if time.monotonic() - self._asked_s > MOST_IDLE_S:
            self._line.close()
        self._asked_s = time.monotonic()
        self._line.request(method, f"{path}?clinic=1&week={self.week.isoformat()}", data, headers)
        answer = self._line.getresponse()
        return answer.status, json.loads(answer.read().splitlines()[-1])

    @property
    def peak_mb(self) -> float:
        """Return the most memory that the server has had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1000

    def interrupt(self) -> float:
        """End the server as Ctrl-C does and return how many seconds that took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        return time.monotonic() - begun


@contextmanager
def served(clinic: Path, personal: Path, week: date = WEEK) -> Iterator[ServedPage]:
    """Yield a server that is killed at the end where it still runs."""
    page = ServedPage(clinic, personal, week)
    try:
        yield page
    finally:
        page.kill()


def full_clinic(folder: Path, participants: int = 60, monday: date = WEEK) -> Path:
    """Make a clinic in whose folder a week without a broken rule is saved, and return the folder."""
    plant(folder, participants, seed=1)

    def opened(day: date) -> EditedWeek:
        return EditedWeek(folder, day, lambda: datetime(2026, 11, 27, 12, tzinfo=UTC))

    schedule = read_schedule(planted_folder(folder), opened(WEEK).state().opened.problem)
    week = opened(monday)
    taken = week.take(week.state().revision, replace(schedule, week=monday), {"kind": "take"})
    if week.save(taken.revision).broken:
        raise RuntimeError("The planted week breaks a rule.")
    return folder


def say(what: str, value: float, unit: str, most: float | None = None) -> None:
    """Print one figure."""
    told = "" if most is None else f"  (at most {most:g}{'' if value <= most else ', MISSED'})"
    print(f"{what:<58}{value:>10.3f} {unit}{told}", flush=True)


def spread(what: str, seconds: list[float], most: float | None) -> None:
    """Print the median and the 95th percentile."""
    say(f"{what}, median", median(seconds), "s")
    say(f"{what}, p95", quantiles(seconds, n=20)[-1], "s", most)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def random_move(week: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a move of a session to any day, start and room."""
    return {
        "kind": "place",
        "session": chance.choice(week["sessions"])["id"],
        "date": chance.choice(week["days"])["date"],
        "start": f"{chance.randrange(8, 20):02d}:{chance.choice(('00', '30'))}",
        "room": chance.choice(week["rooms"])["id"],
    }


def measure_requests(page: ServedPage, participants: int) -> None:
    """Ask for weeks, verdicts, maps, moves and places as the Week screen does."""
    chance, path = random.Random(1), "/api/week"
    verdict_s, map_s = MOST_S.get(participants, (None, None))
    say("the week, first time", timed(lambda: page.ask("GET", path)), "s")
    say("the frame", timed(lambda: page.ask("GET", "/api/clinic")), "s")
    say("the input", timed(lambda: page.ask("GET", "/api/input")), "s")
    week = page.ask("GET", path)
    say("the week, bytes", len(json.dumps(week)) / 1000, "kB")

    def body(**more: Any) -> dict[str, Any]:
        return {"revision": week["revision"], **more}

    tries = [body(move=random_move(week, chance)) for _ in range(TRIES)]
    spread("a verdict", [timed(lambda one=one: page.ask("POST", f"{path}/try", one)) for one in tries], verdict_s)
    maps = [body(session=chance.choice(week["sessions"])["id"]) for _ in range(MAPS)]
    spread("a map of starts", [timed(lambda one=one: page.ask("POST", f"{path}/map", one)) for one in maps], map_s)
    say("the best places", timed(lambda: page.ask("POST", f"{path}/best", maps[0])), "s")
    moves = []
    for _ in range(MAPS):
        one = body(move=random_move(week, chance))
        begun = time.perf_counter()
        week = page.ask("POST", f"{path}/move", one)
        moves.append(time.perf_counter() - begun)
    spread("a move, on the disk", moves, None)


def measure_paint(page: ServedPage) -> None:
    """Look at what Chromium asks for and when it paints."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as api:
        browser = api.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1366, "height": 768})
        sizes: list[int] = []
        tab.on("requestfinished", lambda one: "/api/events" in one.url or sizes.append(_bytes(one)))
        begun = time.perf_counter()
        tab.goto(page.link)
        tab.locator("#week").wait_for()
        tab.locator(".wk-toolbar").wait_for()
        say("the first week drawn, from the address", time.perf_counter() - begun, "s", 0.8)
        tab.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
        paint = tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        say("first paint", paint / 1000, "s", 0.6)
        say("requests of the first load", len(sizes), "", 12)
        say("sent for the first load", sum(sizes) / 1000, "kB", 200)
        begun = time.perf_counter()
        tab.evaluate(f"import('/static/main.js').then(({{app}}) => app.setWeek('{WEEK.isoformat()}'))")
        tab.locator(".wk-block").first.wait_for()
        say("a full week drawn", time.perf_counter() - begun, "s", 0.8)
        browser.close()


def _bytes(request: Any) -> int:
    found = request.sizes()
    return int(found["responseBodySize"] + found["responseHeadersSize"])


def measure(participants: int, folder: Path, *, has_browser: bool, is_solving: bool) -> None:
    """Measure the page of one clinic."""
    print(f"--- {participants} participants{', a search at work' if is_solving else ''}")
    clinic, personal = full_clinic(folder / "clinic", participants), folder / "personal"
    with served(clinic, personal) as page:
        say("ready, from the start of the process", page.ready_s, "s", 1.5)
        if has_browser:
            measure_paint(page)
    with served(clinic, personal) as page:
        page.log_in(page.link)
        if is_solving:
            page.ask("POST", "/api/solve/start", {"time_limit_s": 600})
            while not page.ask("GET", "/api/solve")["goals"]:
                time.sleep(0.2)
        measure_requests(page, participants)
        say("memory, at most", page.peak_mb, "MB", 80 if participants <= min(MOST_S) else None)
        say("Ctrl-C", page.interrupt(), "s", 2.0)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--participants", type=int, nargs="*", default=[60])
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--solving", action="store_true")
    asked = parser.parse_args()
    for participants in asked.participants:
        with tempfile.TemporaryDirectory() as folder:
            measure(participants, Path(folder), has_browser=asked.browser, is_solving=asked.solving)


if __name__ == "__main__":
    main()
