"""Whatever stands in a field of a request, of whatever kind, is refused or carried out: never a fault of ours."""

import shutil
import sys

import pytest

from benchmarks.page import full_clinic
from iopsched.page.server import SCREENS
from tests.support.page_weeks import MONDAY
from tests.support.page_world import PageClient, running_page

ODD = (
    None, True, False, -1, 0, 1, 2.5, 1e300, 10**18, 10**300, "", " ", "x", "P001", "../..", "@", "é\u202e\U0001f600", "\r\n", "=1+1", "9" * 900,
    "2026-12-07", "0001-01-01", "9999-12-31", "2026-12-07T10:00", "24:00", "09:00", "²³:00", "need:P001:individual", "need::", "session:", "group:A1",
    [], [[]], [None], [1, 2, 3], ["x"], [[1, 2, "x"]], [[1, "x"]], [[[0, "x"]]], [["Mon", "08:00", "09:00"]], [{}], {}, {"x": 1}, {"kind": "x"}, [[10**9, 0, ""]], [["a"] * 3] * 40,
)  # fmt: skip
MOVES = (
    "place", "place_group", "unplace", "hold", "swap", "instead", "pin", "unpin", "join", "leave", "assist", "relieve",
)  # fmt: skip
MOVE_FIELDS = (
    "session",
    "unplaced",
    "date",
    "start",
    "room",
    "therapist",
    "modality",
    "other",
    "unplace",
    "participant",
)
FIELDS = {
    "/login": ("launch",),
    "/knock": ("name",),
    "/names": ("on",),
    "/language": ("language",),
    "/open/list": ("place",),
    "/open/clinic": ("place",),
    "/open/example": ("place", "name"),
    "/input/change": ("revision", "table", "cells", "added", "removed", "columns", "from", "count"),
    "/input/undo": ("revision",),
    "/input/redo": ("revision",),
    "/input/setting": ("revision", "path", "text"),
    "/input/windows": ("days", "text", "column"),
    "/solve/start": ("time_limit_s", "is_anew"),
    "/solve/stop": (),
    "/solve/take": ("revision",),
    "/solve/discard": (),
    "/week/try": ("revision", "move"),
    "/week/map": ("revision", "session", "unplaced", "date", "start", "room", "therapist", "modality"),
    "/week/best": ("revision", "session", "unplaced"),
    "/week/move": ("revision", "move"),
    "/week/undo": ("revision",),
    "/week/redo": ("revision",),
    "/week/keep": ("revision", "session", "keep"),
    "/week/save": ("revision",),
    "/week/settle": ("revision", "side"),
    "/short/start": ("is_long",),
    "/short/stop": (),
    "/newcomers/start": ("moves_nobody", "is_long"),
    "/newcomers/stop": (),
    "/trial/start": ("way",),
    "/trial/admit": ("person",),
    "/trial/search": (),
    "/trial/have": ("way", "revision"),
    "/trial/takeback": ("way", "revision"),
    "/sick/start": ("happened",),
    "/sick/stop": (),
    "/sick/skip": (),
    "/sick/take": ("number",),
    "/sick/publish": ("number",),
    "/sick/tick": ("who", "is_called"),
    "/changes/putback": ("revision", "against", "who"),
    "/publish": ("revision", "record"),
    "/publish/take": ("revision", "number"),
    "/handout": ("revision", "formats", "names", "language"),
}
"""Each way to ask something and the fields of its body; to end the program has none and is tried elsewhere."""


def test_each_way_is_known():
    ways = {way.path for screen in SCREENS for way in screen.WAYS if way.method == "POST"}
    assert ways == set(FIELDS) | {"/close"}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return full_clinic(tmp_path_factory.mktemp("weeks") / "clinic", 12)


@pytest.fixture
def shown(personal, template, tmp_path):
    """Return somebody who sees a full week; a search ends at once."""
    clinic = shutil.copytree(template, tmp_path / "full")
    with running_page(personal / "page", clinic) as running:
        running.page.searches.command = (sys.executable, "-c", "")
        yield PageClient(running, running.page.first, MONDAY.isoformat())


def sound(client, path):
    """Return a body that could be carried out, so that one field alone is odd."""
    week = client.get("/api/week")
    known = {
        "revision": week["revision"],
        "move": {
            "kind": "place",
            "session": week["sessions"][0]["id"] if week["sessions"] else "none",
            "start": "09:00",
        },
        "session": week["sessions"][0]["id"] if week["sessions"] else "none",
        "table": "participants.csv",
        "path": ["clinic", "name"],
        "text": "Mon 08:00-09:00",
        "column": "availability",
        "side": "mine",
        "against": "saved",
        "who": "P001",
        "number": 1,
        "formats": [],
        "happened": [{"way": "absent", "id": "T01", "when": ""}],
        "name": "complete",
        "launch": "x",
    }
    if path.startswith("/input"):
        known["revision"] = client.get("/api/input/table/participants.csv")["revision"]
    return {name: known[name] for name in FIELDS[path] if name in known}


def odd_moves(move, every):
    """Return moves of each kind with an odd value in one field."""
    whole = {**move, "other": move["session"], "unplace": [], "participant": "P001", "therapist": "T01"}
    return [{**whole, "kind": kind, name: value} for kind in MOVES for name in MOVE_FIELDS for value in ODD[::every]]


def try_all(client, values, every):
    """Put odd values into each field of each request."""
    for path, fields in FIELDS.items():
        body = sound(client, path)
        odd = [(name, value) for name in fields for value in values]
        if path in ("/week/try", "/week/move"):
            odd += [("move", move) for move in odd_moves(body["move"], every)]
        for name in (*body, ""):
            less = {key: value for key, value in body.items() if name and key != name}
            assert client.answer("POST", f"/api{path}", less)[0] < 500, (path, name, "is left out")
        for name, value in odd:
            status, told = client.answer("POST", f"/api{path}", {**body, name: value})
            assert (status < 500, client.running.bugs) == (True, []), (path, name, value, told)
            if status == 200 and "revision" in body:
                body = sound(client, path)


def test_an_odd_field_is_no_fault_of_ours(shown):
    try_all(shown, [None, 10**300, "x", [[1, "x"]]], len(ODD))


@pytest.mark.slow
def test_no_odd_field_is_a_fault_of_ours(shown):
    """Some four thousand requests."""
    try_all(shown, ODD, 11)


@pytest.mark.parametrize(
    "values", [("%C2%B2",), pytest.param(("", "9" * 30, "9999-12-31", "%00", "%ff"), marks=pytest.mark.slow)]
)
def test_an_odd_part_of_an_address_is_no_fault_of_ours(shown, values):
    ways = [way.path for screen in SCREENS for way in screen.WAYS if way.method == "GET"]
    for path in ways:
        for name in ("clinic", "week", "from", "against", "id"):
            for value in values:
                query = f"clinic={shown.clinic}&week={shown.week}&{name}={value}"
                address = f"/api{path.replace('{name}', 'staff.csv')}?{query}"
                assert shown.running.ask("GET", address, token=shown.token)[0] < 500
        assert shown.running.bugs == [], path
    for name in ("..%2fclinic.toml", "%2e%2e", "clinic.toml", "staff", "participants.csv%00", "x" * 900):
        assert shown.answer("GET", f"/api/input/table/{name}")[0] in (400, 404)
