"""Changes of the draft, its publication, earlier revisions, and files to hand out."""

import threading
from types import SimpleNamespace

import pytest

from iopsched.page.filewatch import FileWatch
from iopsched.page.publishpage import WAYS
from iopsched.work import draftpublishing
from tests.support.editing_world import clinic_at, hold, place

FIRST, SECOND = "individual-001", "individual-002"


@pytest.fixture
def clinic(tmp_path):
    return clinic_at(tmp_path / "clinic")


@pytest.fixture
def week(client):
    """Return the week after two hours of P01 and one of P02 were held."""
    found = client.get("/api/week")
    for asked in (hold("11-30", "09:00"), hold("12-01", "09:00"), hold("12-01", "10:00", "P02")):
        found = client.move(found["revision"], asked)
    return found


@pytest.fixture
def published(client, week):
    return client.post("/api/publish", {"revision": week["revision"]})


def test_what_breaks_rules_is_not_published_and_says_why(client, week, clinic):
    broken = client.move(week["revision"], place(SECOND, date="2026-11-30"))
    found = client.get("/api/publish")
    assert [row["rule"] for row in found["blocked"]] == ["overlap"]
    status, refused = client.answer("POST", "/api/publish", {"revision": broken["revision"]})
    assert (status, refused["error"]) == (409, "blocked")
    assert not (clinic / "published").exists()


def test_where_nothing_is_planned_nothing_is_published_or_handed_out(client):
    revision = client.get("/api/publish")["revision"]
    assert client.get("/api/publish")["is_empty"]
    assert client.answer("POST", "/api/publish", {"revision": revision})[0] == 409
    status, refused = client.answer("POST", "/api/handout", {"revision": revision, "formats": ["csv"], "names": "id"})
    assert (status, refused["message"][:40]) == (400, "Nothing is planned in this week yet. Sea")


def test_a_week_is_published_and_the_next_draft_begins_with_it(client, week, clinic):
    found = client.get("/api/publish")
    assert (found["number"], found["is_new"], found["sessions"], found["blocked"], found["history"]) == (
        1,
        True,
        3,
        [],
        [],
    )
    assert (found["is_first"], found["short"]) == (True, len(client.get("/api/short")["people"]))
    done = client.post("/api/publish", {"revision": week["revision"]})
    assert (done["published_as"], done["is_new"], done["calls"]) == (1, True, [])
    assert done["state"]["is_published"]
    assert (done["state"]["moves"], done["state"]["can_undo"]) == (0, False)
    assert list((clinic / "schedules").glob(".*.jsonl")) == []
    assert {row["origin"] for row in done["sessions"]} == {"saved"}
    for path in ("week/save", "publish"):  # again, although nothing was changed: no copy that would be a draft
        again = client.post(f"/api/{path}", {"revision": done["revision"]})
        assert (again["state"]["is_published"], again["folder"]) == (True, done["folder"])
        done = again
    assert not done["is_new"]
    assert [path.name for path in (clinic / "schedules").iterdir()] == ["2026-11-30"]


def test_the_next_revision_lies_beside_it_and_tells_who_must_be_called(client, published, clinic):
    found = client.move(published["revision"], place(FIRST, start="14:00"))
    told = client.get("/api/publish")
    assert (told["number"], told["news_text"]) == (2, "1 changed")
    assert {row["who"] for row in told["calls"]} == {"P01", published["sessions"][0]["therapists"][0]}
    done = client.post("/api/publish", {"revision": found["revision"]})
    assert done["published_as"] == 2
    assert done["folder"].endswith("2026-11-30.r2")
    assert done["call_list"].endswith("call-list-2026-11-30-r2.csv")
    assert [row["revision"] for row in client.get("/api/publish")["history"]] == [2, 1]
    back = client.post("/api/publish/take", {"revision": done["revision"], "number": 1})
    assert {row["id"]: row["start"] for row in back["sessions"]}[FIRST] == "09:00"
    again = client.post("/api/week/undo", {"revision": back["revision"]})
    assert {row["id"]: row["start"] for row in again["sessions"]}[FIRST] == "14:00"


def test_an_old_revision_of_the_draft_is_not_published(client, week):
    for path, more in (("publish", {}), ("publish/take", {"number": 1}), ("handout", {"formats": ["csv"]})):
        status, found = client.answer("POST", f"/api/{path}", {"revision": week["revision"] - 1, **more})
        assert (status, found["error"]) == (409, "stale"), path
    assert len(WAYS) == 4


def test_no_move_is_acknowledged_and_lost_while_the_week_is_published(client, week, monkeypatch):
    answers, record = [], draftpublishing.record

    def move_meanwhile():
        asked = {"revision": client.get("/api/week")["revision"], "move": place(FIRST, start="15:00")}
        answers.append(client.answer("POST", "/api/week/move", asked))

    other = threading.Thread(target=move_meanwhile)

    def recorded(*asked):
        done = record(*asked)
        other.start()
        other.join(0.5)  # as long as the move would take, if nobody held it up
        return done

    monkeypatch.setattr(draftpublishing, "record", recorded)
    client.post("/api/publish", {"revision": week["revision"]})
    other.join()
    starts = {row["id"]: row["start"] for row in client.get("/api/week")["sessions"]}
    assert [status for status, _ in answers] == [200]
    assert starts[FIRST] == "15:00"


def test_what_publishing_records_is_no_change_of_another_program(client, week, clinic, running, monkeypatch):
    """What happened is written while nobody else writes, and an open tab is told of it as of a change of the page's own."""
    opened, held = running.page.clinics.numbered("1"), []

    def look():
        held.append(not opened.lock.acquire(blocking=False))
        if not held[-1]:
            opened.lock.release()

    def record():
        other = threading.Thread(target=look)
        other.start()
        other.join()
        (clinic / "rooms.csv").write_bytes((clinic / "rooms.csv").read_bytes() + b"\n")

    unrecorded = SimpleNamespace(unrecorded=lambda _: SimpleNamespace(happenings=(), record=record))
    monkeypatch.setattr(draftpublishing, "recording", unrecorded)
    watch = FileWatch(running.page)
    watch.look()
    assert client.post("/api/publish", {"revision": week["revision"], "record": True})["published_as"] == 1
    watch.look()
    news = [row for row in running.page.news.since(0) if row["kind"] == "files"]
    assert held == [True]
    assert [(row.get("outside"), row.get("revision")) for row in news] == [
        (None, client.get("/api/input/revision")["revision"])
    ]


def test_changes_are_told_person_by_person_and_put_back_for_one(client, published):
    found = client.move(published["revision"], place(FIRST, start="14:00"))
    found = client.move(found["revision"], place("individual-003", start="15:00"))
    told = client.get("/api/changes")
    assert (told["against"], told["choices"]) == ("published", ["saved", "published", "first"])
    people = {row["who"]: row["entries"] for row in told["people"]}
    assert {"P01", "P02"} <= people.keys()
    assert people["P01"][0]["sessions"] == [FIRST]
    assert "09:00" in people["P01"][0]["old"]
    back = client.post("/api/changes/putback", {"revision": found["revision"], "against": "published", "who": "P01"})
    starts = {row["id"]: row["start"] for row in back["sessions"]}
    assert (starts[FIRST], starts["individual-003"]) == ("09:00", "15:00")
    assert back["state"]["can_undo"]
    status, refused = client.answer(
        "POST", "/api/changes/putback", {"revision": back["revision"], "against": "published", "who": "P01"}
    )
    assert (status, refused["error"]) == (400, "usage")


def test_of_a_week_that_was_never_published_changes_are_those_since_it_was_opened(client, week):
    told = client.get("/api/changes")
    assert (told["against"], told["choices"]) == ("first", ["saved", "first"])
    assert {row["old"] for person in told["people"] for row in person["entries"]} == {"new"}
    status, refused = client.answer("GET", "/api/changes?against=published")
    assert (status, refused["error"]) == (400, "usage")
    status, refused = client.answer("GET", "/api/changes?against=nothing")
    assert (status, refused["error"]) == (400, "body")
    taken = client.post("/api/changes/putback", {"revision": week["revision"], "against": "first", "who": "P01"})
    assert [row["participants"] for row in taken["sessions"]] == [["P02"]]


def test_files_are_handed_out_from_the_saved_week(client, week, clinic):
    asked = {"revision": week["revision"], "formats": ["csv", "ics"], "names": "id"}
    done = client.post("/api/handout", asked)
    folder = clinic / "schedules" / "2026-11-30" / "exports"
    assert done["folder"] == str(folder)
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.ics")} <= {*done["files"]}
    assert all((folder / name).is_file() for name in done["files"])
    assert done["is_draft"]
    assert any("Calendars show" in text for text in done["warnings"])
    assert done["state"]["is_saved"]
    for more in ({"formats": []}, {"formats": ["doc"]}, {"formats": "csv"}, {"names": "all"}):
        status, _ = client.answer("POST", "/api/handout", {**asked, "revision": done["state"]["revision"], **more})
        assert status == 400


def test_what_names_disclose_is_said_before(client, week):
    texts = {row["id"]: row["text"] for row in client.get("/api/publish")["names"]}
    assert list(texts) == ["none", "id", "initials", "full"]
    assert "full name" in texts["full"]
    assert "initials" in texts["initials"]


def test_what_somebody_types_into_the_folder_of_an_old_revision_is_not_taken_for_the_draft(client, published, clinic):
    found = client.move(published["revision"], place(FIRST, start="14:00"))
    client.post("/api/publish", {"revision": found["revision"]})
    path = clinic / "schedules" / "2026-11-30" / "sessions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("09:00,10:00", "16:00,17:00"), encoding="utf-8")
    week = client.get("/api/week")
    assert (week["state"]["folder"], week["state"]["is_published"]) == ("2026-11-30.r2", True)
    assert {row["id"]: row["start"] for row in week["sessions"]}[FIRST] == "14:00"
