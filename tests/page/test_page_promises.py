"""What the page promises of itself whatever the screen: headers, modes of files, the address, fields that no service reads along."""

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.page import ServedPage
from iopsched.cli.app import build
from iopsched.page.bundling import sent_files
from tests.page.conftest import WEEK
from tests.support.editing_world import clinic_at, hold, place
from tests.support.page_world import PageClient, running_page

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "iopsched" / "page" / "static"
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def test_every_answer_has_all_headers_and_no_cookie(running, client):
    asked = [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("GET", "/api/week"),
        ("POST", "/api/login"),
        ("PUT", "/"),
        ("GET", "/api/open"),
    ]
    asked += [("GET", f"/static/{name}") for name in sent_files() if name != "index.html"]
    for method, path in asked:
        for token in (None, client.token):
            _, headers, _ = running.ask(method, path, {} if method == "POST" else None, token=token)
            told = {name.lower(): value for name, value in headers.items()}
            assert told.items() >= HEADERS.items(), (method, path)
            assert not {name for name in told if name == "set-cookie" or name.startswith("access-control")}, (
                method,
                path,
            )


def test_nobody_else_may_read_what_the_page_writes(personal, tmp_path):
    """Whatever the umask; what was there before keeps its mode."""
    clinic = clinic_at(tmp_path / "clinic")
    before, umask = {*tmp_path.rglob("*")}, os.umask(0)
    try:
        with running_page(personal / "page", clinic) as running:
            client = PageClient(running, running.page.first, WEEK)
            for path, move in (
                ("week/move", hold("11-30", "09:00")),
                ("week/save", None),
                ("publish", None),
                ("week/move", place("individual-001", start="11:00")),
                ("publish", None),
            ):
                client.post(f"/api/{path}", {"revision": client.get("/api/week")["revision"], "move": move})
            client.post(
                "/api/week/move",
                {"revision": client.get("/api/week")["revision"], "move": place("individual-001", start="12:00")},
            )
            client.post("/api/handout", {"revision": client.get("/api/week")["revision"], "formats": ["csv", "ics"]})
            seats = client.get("/api/input/table/rooms.csv")
            client.post(
                "/api/input/change", {"table": "rooms.csv", "revision": seats["revision"], "cells": [[2, 1, "7"]]}
            )
    finally:
        os.umask(umask)
    made = {path for path in tmp_path.rglob("*") if path not in before and not path.is_symlink()} - {personal.parent}
    names = {path.name for path in made}
    assert names >= {
        ".2026-11-30.draft.jsonl",
        "sessions.csv",
        "exports",
        "call-list-2026-11-30-r2.csv",
        "iopsched.db",
        "changes.jsonl",
    }
    wrong = {
        str(path.relative_to(tmp_path)): oct(path.stat().st_mode)
        for path in made
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    }
    assert wrong == {}


def test_it_is_reached_from_this_machine_only(running):
    assert running.serving._socket.getsockname()[0] == "127.0.0.1"
    for option in ("--host", "--bind", "--address"):
        assert CliRunner().invoke(build(), ["serve", option, "127.0.0.1"]).exit_code == 2, option


def test_no_test_switches_the_policy_of_the_page_off():
    """It would hide what breaks it."""
    sources = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]
    assert not [path for path in sources if "bypass" + "_csp" in path.read_text(encoding="utf-8")]


def test_fields_are_made_in_one_place_which_keeps_services_out():
    """A spelling service of the browser would get every name that is typed."""
    quiet = ("spellcheck", "autocomplete", "autocorrect", "autocapitalize", "translate")
    kit = (STATIC / "kit.js").read_text(encoding="utf-8")
    assert all(f'["{name}", ' in kit for name in quiet)
    for path in STATIC.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert path.name == "kit.js" or not re.search(
            r"createElement|innerHTML|contenteditable|contentEditable|insertAdjacentHTML", text
        ), path


@pytest.mark.slow  # two servers and a browser
def test_a_tab_of_a_killed_server_says_so_and_does_not_go_on_with_another(browser, clinic, tmp_path, personal):
    """The next server gets the same port and opens another clinic."""
    expect = pytest.importorskip("playwright.sync_api").expect
    first = ServedPage(clinic, personal.parent)
    context = browser.new_context()
    try:
        tab = context.new_page()
        tab.goto(first.link)
        expect(tab.locator(".brand")).to_have_text("Harbor Bend IOP")
        tab.locator(".wk-toolbar").wait_for()
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        expect(tab.locator("h1")).to_have_text("The program does not answer")
        assert "Harbor" not in tab.locator("body").inner_text()
        command = [
            sys.executable,
            "-m",
            "iopsched",
            "serve",
            "--no-browser",
            "--port",
            str(first.port),
            str(clinic_at(tmp_path / "other")),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as second:
            second.stdout.readline()
            tab.reload()
            expect(tab.locator("h1")).to_have_text("The program was started anew")
            assert "Harbor" not in tab.locator("body").inner_text()
            assert tab.evaluate("sessionStorage.length") == 0
            second.kill()
    finally:
        context.close()
        first.process.kill()
