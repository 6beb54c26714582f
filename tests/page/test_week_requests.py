"""The requests of the week screen: what they answer, and what they refuse."""

import shutil

import pytest

from tests.support.editing_world import clinic_at, hold, place
from tests.support.page_world import PageClient

FIRST, SECOND = "individual-001", "individual-002"


@pytest.fixture
def clinic(tmp_path):
    return clinic_at(tmp_path / "clinic")


@pytest.fixture
def week(client):
    """Return the week after two hours were held."""
    found = client.move(client.get("/api/week")["revision"], hold("11-30", "09:00"))
    return client.move(found["revision"], hold("12-01", "09:00"))


def test_an_empty_week_has_its_frame_and_what_could_be_held(client):
    found = client.get("/api/week")
    assert [row["id"] for row in found["unplaced"]] == ["need:P01:individual", "need:P02:individual"]
    assert found["unplaced"][0] | {"label": ""} == {
        "id": "need:P01:individual",
        "kind": "need",
        "service": "individual",
        "label": "",
        "minutes": 60,
        "count": 3,
        "participant": "P01",
    }
    assert found["days"][0] == {"date": "2026-11-30", "weekday": "Mon", "open": [["08:00", "21:00"]]}
    assert [row["id"] for row in found["rooms"]] == ["R1", "R2"]
    assert found["grid_minutes"] == 30
    assert found["short"][0] == {
        "participant": "P01",
        "minutes": 180,
        "missing": ["individual:3"],
        "text": "lacks 3 individual",
    }
    assert found["state"] | {"revision": 0} == {
        "moves": 0,
        "can_undo": False,
        "can_redo": False,
        "undo": None,
        "redo": None,
        "saved": None,
        "is_saved": True,
        "folder": None,
        "published": None,
        "is_published": False,
        "elsewhere": False,
        "faults": 0,
        "saved_faults": 0,
        "damaged": None,
        "revision": 0,
        "names": False,
    }


def test_a_move_is_answered_with_the_new_week_and_all_tabs_hear_of_it(client, week, running):
    assert [(row["id"], row["origin"], row["pinned"]) for row in week["sessions"]] == [
        (FIRST, "new", False),
        (SECOND, "new", False),
    ]
    assert week["unplaced"][0]["count"] == 1
    assert week["state"]["moves"] == 2
    news = [row for row in running.page.news.since(0) if row["kind"] == "week"]
    assert news[-1]["revision"] == week["revision"]


def test_a_try_changes_nothing_and_tells_what_the_move_would_do(client, week):
    asked = {"revision": week["revision"], "move": place(SECOND, date="2026-11-30")}
    found = client.post("/api/week/try", asked)
    (rule,) = found["broken"]["new"]
    assert (rule["rule"], rule["title"], rule["count"]) == ("overlap", "In two sessions at once", len(rule["places"]))
    assert rule["places"][0]["too"] == [FIRST]
    assert rule["places"][0]["remedy"] == f"Move {FIRST} too, or choose another time."
    assert (found["broken"]["mended"], found["broken"]["left"]) == ([], 0)
    assert [(row["id"], row["date"], row["start"]) for row in found["sessions"]] == [(SECOND, "2026-11-30", "09:00")]
    assert client.get("/api/week")["revision"] == week["revision"]
    held = client.post(
        "/api/week/try", {"revision": week["revision"], "move": {**hold("12-02", "09:00"), "kind": "place"}}
    )
    assert held["short"] == {"now": 2, "then": 1}
    assert held["needs"] == [{"participant": "P01", "now": 60, "then": 0}]
    assert {row["name"]: (row["now"], row["then"], row["text"]) for row in held["goals"]}["unmet_need"] == (
        120,
        60,
        "1 h less",
    )


def test_undo_redo_and_save(client, week):
    held = {"kind": "hold", "what": "P01 individual"}
    assert (week["state"]["undo"], week["state"]["redo"]) == (held, None)
    back = client.post("/api/week/undo", {"revision": week["revision"]})
    assert [row["id"] for row in back["sessions"]] == [FIRST]
    assert (back["state"]["undo"], back["state"]["redo"]) == (held, held)
    again = client.post("/api/week/redo", {"revision": back["revision"]})
    assert again["sessions"] == week["sessions"]
    saved = client.post("/api/week/save", {"revision": again["revision"]})
    assert (saved["still_broken"], saved["kept"], saved["state"]["is_saved"], saved["state"]["moves"]) == (
        0,
        None,
        True,
        0,
    )
    assert {row["origin"] for row in saved["sessions"]} == {"saved"}
    moved = client.move(saved["revision"], place(FIRST, start="10:00"))
    (row,) = (row for row in moved["sessions"] if row["id"] == FIRST)
    assert (row["origin"], row["was"]["start"], row["start"]) == ("moved", "09:00", "10:00")


def test_another_tabs_change_is_answered_with_409_and_the_revision(client, week):
    for path in ("try", "move"):
        status, found = client.answer(
            "POST", f"/api/week/{path}", {"revision": week["revision"] - 1, "move": place(FIRST, start="10:00")}
        )
        assert (status, found["error"], found["revision"]) == (409, "stale", week["revision"])
    for path in ("undo", "redo", "save"):
        status, found = client.answer("POST", f"/api/week/{path}", {"revision": week["revision"] - 1})
        assert (status, found["error"]) == (409, "stale")


def test_what_somebody_else_wrote_is_shown_beside_the_draft(client, week, clinic):
    found = client.post("/api/week/save", {"revision": week["revision"]})
    found = client.move(found["revision"], place(FIRST, start="10:00"))
    table = clinic / "schedules" / "2026-11-30" / "sessions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2026-12-01,Tue", "2026-12-02,Wed"), encoding="utf-8")
    status, refused = client.answer("POST", "/api/week/undo", {"revision": found["revision"]})
    assert (status, refused["error"]) == (409, "elsewhere")
    sides = client.get("/api/week/elsewhere")["sessions"]
    assert [(row["id"], row["mine"]["start"], row["theirs"]["date"], row["disputed"]) for row in sides] == [
        (FIRST, "10:00", "2026-11-30", False),
        (SECOND, "09:00", "2026-12-02", False),
    ]
    both = client.post("/api/week/settle", {"revision": found["revision"], "side": "both"})
    assert {row["id"]: (row["date"], row["start"]) for row in both["sessions"]} == {
        FIRST: ("2026-11-30", "10:00"),
        SECOND: ("2026-12-02", "09:00"),
    }


NO_MOVES = [
    None,
    {},
    {"kind": "place"},
    {"kind": "place", "session": 3},
    {"kind": "place", "session": FIRST, "date": "2026-13-01"},
    {"kind": "place", "session": FIRST, "date": "2026-12-07"},
    {"kind": "place", "session": FIRST, "start": "25:00"},
    {"kind": "place", "session": FIRST, "start": "9:00"},
    {"kind": "place", "session": FIRST, "start": 540},
    {"kind": "place", "session": FIRST, "room": ["R1"]},
    {"kind": "place", "session": FIRST, "room": "R9"},
    {"kind": "place", "session": FIRST, "therapist": ""},
    {"kind": "place", "session": FIRST, "modality": "either"},
    {"kind": "instead", "session": FIRST, "unplace": "individual-002"},
    {"kind": "swap", "session": FIRST},
    {"kind": "join", "session": FIRST, "participant": "P99"},
    {"kind": "relieve", "session": FIRST, "therapist": "T01"},
    {"kind": "x" * 2000},
]


def test_what_is_no_move_is_refused_with_a_sentence(client, week):
    for asked, path in ((asked, path) for asked in NO_MOVES for path in ("try", "move")):
        status, found = client.answer("POST", f"/api/week/{path}", {"revision": week["revision"], "move": asked})
        assert (status, found["error"]) == (400, "usage")
        assert found["message"].endswith(".")


def test_the_frame_knows_the_draft_and_the_broken_places(client, week):
    client.move(week["revision"], place(SECOND, date="2026-11-30"))
    about = client.get("/api/clinic")
    assert about["state"]["moves"] == 3
    (step,) = (row for row in about["steps"] if row["id"] == "week")
    assert (step["badge"], step["sign"]) == (3, "!")


def test_names_are_labels_for_whoever_asked_and_ids_stay(client, clinic):
    table = clinic / "participants.csv"
    table.write_text("participant_id,population,name\nP01,adult,Zyxcanary One\nP02,adult,\n", encoding="utf-8")
    assert "Zyxcanary" not in str(client.get("/api/week"))
    client.post("/api/names", {"on": True})
    found = client.get("/api/week")
    assert found["participants"][0] == {"id": "P01", "label": "Zyxcanary One"}
    assert found["unplaced"][0]["participant"] == "P01"


def test_the_map_says_where_a_session_or_a_need_may_be(client, week):
    found = client.post("/api/week/map", {"revision": week["revision"], "session": FIRST})
    legal = {(row["date"], row["start"]): row["legal"] for row in found["starts"]}
    assert legal["2026-11-30", "09:00"]
    assert not legal["2026-12-01", "09:00"]
    (row,) = (row for row in found["starts"] if (row["date"], row["start"]) == ("2026-12-01", "09:00"))
    assert row["rules"] == ["overlap"]
    found = client.post("/api/week/map", {"revision": week["revision"], "unplaced": "need:P02:individual"})
    assert all(row["legal"] for row in found["starts"])
    asked = {"revision": week["revision"], "unplaced": "need:P02:individual", "room": "R1", "therapist": "T01"}
    found = client.post("/api/week/map", asked)
    assert [row["start"] for row in found["starts"] if row["date"] == "2026-11-30" and not row["legal"]] == [
        "08:30",
        "09:00",
        "09:30",
    ]


def test_best_places_come_as_lines_and_their_order_last(client, week):
    status, lines = client.answer("POST", "/api/week/best", {"revision": week["revision"], "session": FIRST})
    assert status == 200
    *places, last = lines
    assert sorted(last["ranked"]) == list(range(len(places)))
    best = places[last["ranked"][0]]
    assert best["displaces"] == []
    tried = client.post("/api/week/try", {"revision": week["revision"], "move": place(FIRST, **best["place"])})
    assert (tried["broken"]["new"], tried["goals"]) == ([], best["goals"])


def test_looking_up_what_is_not_there_or_in_an_old_draft_is_refused(client, week):
    for path in ("map", "best"):
        for asked, status, code in (
            ({"session": "X"}, 400, "usage"),
            ({"unplaced": "need:P09:individual"}, 400, "usage"),
            ({}, 400, "body"),
            ({"session": FIRST, "revision": 1}, 409, "stale"),
        ):
            found = client.answer("POST", f"/api/week/{path}", {"revision": week["revision"], **asked})
            assert (found[0], found[1]["error"]) == (status, code)


def test_a_session_tells_what_became_of_it(client, week):
    found = client.move(week["revision"], place(FIRST, start="11:00", room="R2"))
    client.move(found["revision"], {"kind": "unplace", "session": FIRST})
    told = client.get(f"/api/week/session?id={FIRST}")
    assert told["now"] == "not held"
    assert [row["when"] for row in told["history"]] == ["move 1", "move 3", "move 4"]
    texts = [row["text"] for row in told["history"]]
    assert texts[0].startswith("not held -> Mon 09:00 · ")
    assert texts[1].endswith("R2 · 1 participant")
    assert texts[2].endswith("R2 · 1 participant -> not held")
    assert client.get(f"/api/week/session?id={SECOND}")["now"].startswith("Tue 09:00")
    status, refused = client.answer("GET", "/api/week/session?id=X")
    assert (status, refused["error"]) == (404, "session")


def test_a_folder_that_was_renamed_is_written_nowhere_and_goes_on_when_it_is_back(client, clinic, week):
    away = clinic.rename(clinic.with_name("renamed"))
    for _ in range(2):  # the second one is asked by a page that was drawn anew
        status, told = client.answer(
            "POST", "/api/week/move", {"revision": week["revision"], "move": place(FIRST, start="10:00")}
        )
        assert (status, told["error"]) == (404, "clinic")
        assert "renamed or moved" in told["message"]
        assert client.answer("GET", "/api/week")[0] == 404
        assert client.answer("POST", "/api/input/change", {"revision": "", "table": "rooms.csv"})[0] == 404
    assert not clinic.exists()
    away.rename(clinic)
    assert client.get("/api/week")["sessions"] == week["sessions"]
    assert client.move(week["revision"], place(FIRST, start="10:00"))["state"]["moves"] == 3


def test_a_week_that_somebody_put_there_is_drawn_and_one_with_faults_says_where_they_are(client, week, clinic, running):
    """A folder copied from elsewhere has tables alone; an empty week in its place would be saved over it."""
    client.post("/api/week/save", {"revision": week["revision"]})
    folder = clinic / "schedules" / "2026-11-30"
    (folder / "summary.json").unlink()
    (clinic / "schedules" / ".2026-11-30.draft.jsonl").unlink()
    assert len(client.get("/api/week")["sessions"]) == 2
    (folder / "roster.csv").write_text("session_id,participant_id\nA1-9,P01\n", encoding="utf-8")
    found = client.get("/api/week")
    assert (len(found["sessions"]), found["state"]["faults"], found["state"]["saved_faults"]) == (2, 0, 1)
    other = PageClient(running, running.page.open(shutil.copytree(clinic, clinic.with_name("other"))), client.week)
    status, answer = other.answer("GET", "/api/week")
    assert (status, answer["error"]) == (400, "saved")
    assert answer["issues"][0]["file"] == "roster.csv"
