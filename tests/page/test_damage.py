"""Files that the page rests on are damaged in every way: it says so in a sentence, meets no bug, waits for nothing, and loses no saved week."""

import os
import shutil
import subprocess

import pytest

from iopsched import work
from iopsched.page.server import SCREENS
from tests.page.conftest import WEEK
from tests.support.editing_world import clinic_at, hold, place
from tests.support.page_world import PageClient, running_page

DRAFT = "clinic/schedules/.2026-11-30.draft.jsonl"
FOUND = "clinic/schedules/.2026-11-30.found"
SAVED = "clinic/schedules/2026-11-30.r2"
PLACES = (
    DRAFT, FOUND, f"{FOUND}/sessions.csv", f"{FOUND}/summary.json", SAVED, f"{SAVED}/sessions.csv", f"{SAVED}/roster.csv", f"{SAVED}/summary.json",
    "clinic/.iopsched-input", "clinic/.iopsched-input/changes.jsonl", "clinic/iopsched.db", "clinic/published", "clinic/schedules",
    "clinic/schedules/.iopsched-lock", "clinic/schedules/.iopsched-tmp", "clinic/.iopsched-lock", "clinic/rooms.csv", "clinic/clinic.toml",
    "personal/iopsched/recent.json", "personal/iopsched/language", "page/server.json",
)  # fmt: skip
DISK_BYTES = 1_000_000
GETS = [
    "/api" + way.path.replace("{name}", "rooms.csv") for screen in SCREENS for way in screen.WAYS if way.method == "GET"
]


def halved(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path):
    path.write_bytes(b"")


def scribbled(path):
    path.write_bytes(bytes(range(256)) * 9)


def made(make):
    def damage(path):
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        make(path)

    return damage


WAYS = {
    "half": halved,
    "empty": emptied,
    "scribbled": scribbled,
    "a folder": made(lambda path: path.mkdir()),
    "a file": made(lambda path: path.write_bytes(b"x")),
    "a link to nowhere": made(lambda path: path.symlink_to("/nowhere/at/all")),
    "a pipe": made(os.mkfifo),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Return the home of somebody with a published week, a saved draft of its second revision, unsaved moves, and typed cells."""
    home = tmp_path_factory.mktemp("damages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(home / "personal"))
        work.openings.remember(clinic_at(home / "clinic"))
        work.openings.remember_language("en")
        with running_page(home / "page", home / "clinic") as running:
            client = PageClient(running, running.page.first, WEEK)
            moves = [hold("11-30", "09:00"), hold("12-01", "09:00"), hold("12-01", "10:00", "P02")]
            for path, move in (
                *(("move", move) for move in moves),
                ("publish", None),
                ("move", place("individual-001", start="11:00")),
                ("save", None),
                ("move", place("individual-002", start="12:00")),
            ):
                revision = client.get("/api/week")["revision"]
                client.post(
                    "/api/publish" if path == "publish" else f"/api/week/{path}", {"revision": revision, "move": move}
                )
            seats = client.get("/api/input/table/rooms.csv")
            client.post(
                "/api/input/change", {"table": "rooms.csv", "revision": seats["revision"], "cells": [[2, 1, "7"]]}
            )
    shutil.copytree(home / SAVED, home / FOUND)
    (home / "page" / "server.json").write_text("{}", encoding="utf-8")
    return home


def asked(client, method, path, body=None):
    """Return the answer, or None where it is refused in a sentence."""
    status, answer = client.answer(method, path, body)
    assert status < 500, (path, answer)
    assert status == 200 or answer["message"].endswith("."), (path, answer)
    return answer if status == 200 else None


def use(client):
    """Do with the page what somebody would."""
    week = asked(client, "GET", "/api/week")
    steps = [
        ("settle", {"side": "mine"}),
        ("move", {"move": place("individual-003", start="15:00")}),
        ("undo", {}),
        ("save", {}),
    ]
    for name, body in steps if week is not None else ():
        week = asked(client, "POST", f"/api/week/{name}", {"revision": week["revision"], **body}) or client.get(
            "/api/week"
        )
    if week is not None:
        asked(client, "POST", "/api/publish", {"revision": week["revision"]})
    for path, body in (("change", {"table": "rooms.csv", "cells": [[2, 1, "8"]]}), ("undo", {})):
        seen = asked(client, "GET", "/api/input/table/rooms.csv" if path == "change" else "/api/input/revision")
        if seen is not None:
            asked(client, "POST", f"/api/input/{path}", {**body, "revision": seen["revision"]})
    asked(client, "POST", "/api/solve/discard", {})


def weeks(home, pattern):
    """Return the bytes of every file of the folders of weeks."""
    return {path: path.read_bytes() for path in (home / "clinic").glob(f"schedules/{pattern}/*.*") if path.is_file()}


def survive(template, home, where, way):
    """Damage one file and use the page: looking changes no week, and nothing touches what is published."""
    shutil.copytree(template, home)
    path = home / where
    if way in (halved, emptied, scribbled) and not path.is_file():
        return
    way(path)
    published, saved = weeks(home, "2026-11-30"), weeks(home, "2026-11-30.r2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(home / "personal"))
        with running_page(home / "page", home / "clinic") as running:
            client = PageClient(running, running.page.first, WEEK)
            for address in GETS:
                asked(client, "GET", address)
            assert weeks(home, "2026-11-30.r2") == saved
            use(client)
    assert weeks(home, "2026-11-30") == published


@pytest.mark.parametrize(
    ("where", "way"), [(DRAFT, "scribbled"), (f"{SAVED}/summary.json", "empty"), ("clinic/.iopsched-input", "a pipe")]
)
def test_one_damage(template, tmp_path, where, way):
    survive(template, tmp_path / "damaged", where, WAYS[way])


@pytest.mark.slow  # a hundred and thirty pages
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_damage(template, tmp_path, way):
    for number, where in enumerate(PLACES):
        survive(template, tmp_path / str(number), where, way)


@pytest.fixture
def disk(tmp_path):
    """Return a small disk of its own."""
    home, mount = tmp_path / "disk", shutil.which("mount")
    home.mkdir()
    command = [mount, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", home]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield home
    subprocess.run([shutil.which("umount"), "--lazy", home], check=True)


def fill(home, left):
    """Fill a disk but for so many bytes."""
    free = os.statvfs(home)
    (home / "filler").write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - left))


@pytest.mark.slow  # a disk is mounted
@pytest.mark.parametrize("left", [0, 4096, 8192, 16384, 32768])
def test_a_full_disk_loses_nothing_and_the_page_goes_on_when_there_is_room(template, disk, left, monkeypatch, tmp_path):
    """Everything is refused in a sentence or done whole; what was acknowledged is there at the next start."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "personal"))
    clinic = shutil.copytree(template / "clinic", disk / "clinic")
    with running_page(tmp_path / "page", clinic) as running:
        client = PageClient(running, running.page.first, WEEK)
        client.get("/api/week")
        fill(disk, left)
        refused = 0
        for hour in range(9, 19):
            for path, body in (
                ("move", {"move": place("individual-003", start=f"{hour:02}:30")}),
                ("save", {}),
                ("undo", {}),
            ):
                week = client.get("/api/week")
                answer = asked(client, "POST", f"/api/week/{path}", {"revision": week["revision"], **body})
                refused += answer is None
                if answer is None:
                    assert client.get("/api/week")["sessions"] == week["sessions"]
        assert refused or left
        known = client.get("/api/week")["sessions"]
    with running_page(tmp_path / "again", clinic) as running:
        client = PageClient(running, running.page.first, WEEK)
        assert client.get("/api/week")["sessions"] == known
        (disk / "filler").unlink()
        use(client)
        assert not client.get("/api/week")["state"]["damaged"]
