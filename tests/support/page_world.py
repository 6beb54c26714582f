"""A running page for tests: the server in a thread, a client that asks it, a tab that fails on any complaint."""

import asyncio
import http.client
import json
import threading
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import uvicorn.server

from iopsched import work
from iopsched.page.launching import LaunchFolder
from iopsched.page.searchjobs import SearchJob
from iopsched.page.server import Page
from iopsched.page.serving import Serving
from iopsched.page.staticfiles import own_files

WAIT_MS = 20_000
"""So long a tab waits for what must come: a busy machine takes its time."""
FRIDAY = datetime(2026, 11, 27, 12, tzinfo=UTC)
"""The page's moment in tests: nothing of the week of the examples has begun."""


async def _nap(seconds):
    """Sleep as the server does between two looks whether it is time to end, a tenth as long: a hundred tests wait for that."""
    await asyncio.sleep(seconds / 10)


uvicorn.server.asyncio = SimpleNamespace(**{**vars(asyncio), "sleep": _nap})


class AskedPage:
    """A page that somebody serves at a port."""

    port = 0

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    def ask(self, method, path, body=None, headers=None, *, token=None, raw=None):
        """Return status, headers and bytes of one request, with the headers that the page itself sends unless told otherwise."""
        sent = {"Host": self.host}
        if method == "POST":
            sent |= {
                "Origin": f"http://{self.host}",
                "Content-Type": "application/json",
                "Sec-Fetch-Site": "same-origin",
            }
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        sent |= headers or {}
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            if data is not None and "Content-Length" not in sent:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def log_in(self, launch=None):
        """Return a session token."""
        status, _, data = self.ask("POST", "/api/login", {"launch": launch or self.page.doorkeeper.launch()})
        assert status == 200
        return json.loads(data)["token"]


class RunningPage(AskedPage):
    """A page that is served; ``bugs`` are the exceptions that no handler expected, ``moment`` is what its clock says."""

    def __init__(self, folder, clinic=None, static=None, **options):
        self.bugs = []
        self.moment = FRIDAY
        self.page = Page(LaunchFolder(folder), clock=lambda: self.moment, static=static or own_files())
        if clinic is not None:
            self.page.first = self.page.open(clinic)
        self.serving = Serving(self.page, 0, self.bugs.append, **options)
        self.thread = threading.Thread(target=self.serving.run, daemon=True)
        self.thread.start()
        while not self.serving.has_begun:
            time.sleep(0.005)

    @property
    def port(self):
        return self.page.port

    def link(self):
        """Return an address that lets a browser in once."""
        return f"http://{self.host}/#launch={self.page.doorkeeper.launch()}"

    def stop(self):
        self.serving.end()
        self.thread.join(5)
        assert not self.thread.is_alive()


class PageClient:
    """One person who is logged in, and whose requests name a clinic and a week."""

    def __init__(self, running, clinic=None, week=None, launch=None):
        self.running, self.clinic, self.week = running, clinic, week
        self.token = running.log_in(launch)

    def _address(self, path):
        extra = [
            f"{name}={value}" for name, value in (("clinic", self.clinic), ("week", self.week)) if value is not None
        ]
        return path + ("&" if "?" in path else "?") + "&".join(extra) if extra else path

    def answer(self, method, path, body=None):
        """Return status and what came, read as JSON (a list of objects where it came in lines)."""
        status, headers, data = self.running.ask(method, self._address(path), body, token=self.token)
        if headers.get("content-type") == "application/jsonl":
            return status, [json.loads(line) for line in data.splitlines()]
        return status, json.loads(data)

    def get(self, path):
        status, found = self.answer("GET", path)
        assert status == 200, found
        return found

    def post(self, path, body=None):
        status, found = self.answer("POST", path, body or {})
        assert status == 200, found
        return found

    def move(self, revision, asked):
        """Make a move and return the week as it is then."""
        return self.post("/api/week/move", {"revision": revision, "move": asked})


def know_answer(client, task, rows, result):
    """Have the page know the answer to a task for the tables as they lie now, without a search."""
    page = client.running.page
    asked = {
        "time_limit_s": 45,
        "input": work.inputediting.read_input(page.clinics.numbered(str(client.clinic)).path).files_sha256,
    }
    job = SearchJob(client.clinic, date.fromisoformat(client.week), asked, lambda row: None)
    job._rows, job.state, job.result = rows, "ended", result
    page.searches._jobs[client.clinic, task] = job


def until(ask, is_so, seconds=10):
    """Ask until something is so."""
    end = time.monotonic() + seconds
    while not is_so(found := ask()):
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return found


@contextmanager
def running_page(folder, clinic=None, **options):
    """Yield a page that is served until the block ends; no handler may have met a bug."""
    found = RunningPage(folder, clinic, **options)
    try:
        yield found
    finally:
        found.stop()
    assert found.bugs == []


def _complaint(refused):
    """Return how a browser complains of a status, or of a request that was broken off."""
    return refused if isinstance(refused, str) else f"with a status of {refused}"


@contextmanager
def watched_tab(browser, running, **options):
    """Yield a tab in a context of its own; any message in the console and any request to elsewhere fails the test.

    A test that has something refused puts the status into ``tab.refused``, or the browser's word for a request that was broken off: browsers complain of that by themselves.
    """
    context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
    tab = context.new_page()
    tab.set_default_timeout(WAIT_MS)
    complaints, outside = [], []
    tab.asked, tab.refused, tab.left_out = [], set(), []
    context.on("request", lambda request: tab.asked.append(request.url))
    context.on("console", lambda message: complaints.append(f"{message.text} {message.location['url']}"))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    try:
        yield tab
        outside = [url for url in tab.asked if not url.startswith((f"http://{running.host}/", "data:"))]
        own = [text for text in complaints if not any(_complaint(code) in text for code in tab.refused)]
        assert not own + outside, (own, outside)
    finally:
        context.close()
    if tab.left_out:
        pytest.skip(tab.left_out[0])


@contextmanager
def week_tab(browser, client):
    """Yield a watched tab, logged in at the week that a client asks about."""
    expect = pytest.importorskip("playwright.sync_api").expect
    with watched_tab(browser, client.running) as tab:
        tab.goto(client.running.link())
        expect(tab.locator("#week")).to_be_visible()  # the frame of an open clinic
        tab.evaluate(f"import('/static/main.js').then(({{app}}) => app.setWeek('{client.week}'))")
        expect(tab.locator("#week")).to_have_value(client.week)
        yield tab
