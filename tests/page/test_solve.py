"""A search beside the page: watched, stopped, taken or left, and never lost."""

import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from iopsched import ingest, work
from iopsched.domain.outcome import GoalId, GoalResult
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY
from iopsched.freshpython import HOME
from iopsched.page.searchjobs import COMMAND, SearchJob
from iopsched.params import params_of
from iopsched.work.searches import WeekSearch, found_folder, found_week, goals_told, search_week
from iopsched.work.takenweeks import taken_folder
from tests.support.editing_world import edited
from tests.support.fake_search import TRACE
from tests.support.page_world import AskedPage, PageClient, running_page, until

WEEK = date(2026, 11, 30)
BEFORE = datetime(2026, 11, 27, 12, tzinfo=UTC)


def solve(client):
    return client.get("/api/solve")


def begun(client):
    """Begin a search and wait until all of the recorded one was told."""
    client.post("/api/solve/start", {"time_limit_s": 60})
    return until(lambda: solve(client), lambda found: len(found["goals"]) == 2)


def ended(client):
    client.post("/api/solve/stop")
    return until(lambda: solve(client), lambda found: found["state"] == "ended")


def test_a_late_tab_and_a_reload_see_all_that_was_told(playing):
    found = begun(playing)
    assert [row["name"] for row in found["goals"]] == ["unmet_need", "preferences"]
    assert [point[1] for point in found["goals"][0]["points"]] == [600, 240, 0]
    assert found["goals"][0]["is_proven"]
    news = playing.running.page.news.since(0)
    assert len([row for row in news if row["kind"] == "solve" and "stage" not in row["row"]]) >= len(TRACE) - 1
    assert playing.running.page.searches.is_any_running
    again = playing.post("/api/solve/start", {"time_limit_s": 5})
    assert again["limit_s"] == 60  # a second click shows the one that runs


def test_points_by_which_weeks_are_compared_are_told_to_nobody(small):
    problem = edited(small).state().opened.problem
    goals = [GoalResult(GoalId.UNMET_NEED, 240, 60, "minutes"), GoalResult(GoalId.PREFERENCES, 900, 300, "points")]
    need, rest = goals_told(problem, Schedule(problem.week), tuple(goals))
    assert (need["text"], need["best"]) == ("4 h", "1 h")
    assert (rest["value"], rest["text"], rest["best"]) == (900, "", "")
    assert "better is possible" in rest["left"]


def test_what_was_found_is_looked_at_and_taken_as_one_step(playing):
    begun(playing)
    assert ended(playing)["is_found"]
    beside = playing.get("/api/solve/found")
    assert beside["short"] == {"now": 2, "then": 0}
    assert [row["participant"] for row in beside["people"]] == ["P01", "P02"]
    assert (beside["people"][0]["before"], len(beside["people"][0]["after"])) == ([], 3)
    assert [(row["weekday"], row["same"]) for row in beside["days"]] == [(0, 0), (1, 0), (2, 0), (3, 0)]
    week = playing.post("/api/solve/take", {"revision": beside["revision"]})
    assert (len(week["sessions"]), week["broken"], week["state"]["moves"]) == (4, [], 1)
    assert solve(playing)["is_found"] is False
    undone = playing.post("/api/week/undo", {"revision": week["revision"]})
    assert undone["sessions"] == []
    assert len(playing.post("/api/week/redo", {"revision": undone["revision"]})["sessions"]) == 4


def test_what_was_proven_of_a_week_is_kept_with_it_as_far_as_it_is_true(playing, small):
    begun(playing)
    ended(playing)
    path = found_folder(small, WEEK) / "summary.json"
    found = json.loads(path.read_text())
    for goal in found["goals"]:
        goal["bound"] = goal["value"]
    path.write_text(json.dumps(found))
    week = playing.post("/api/solve/take", {"revision": playing.get("/api/week")["revision"]})
    saved = playing.post("/api/week/save", {"revision": week["revision"]})
    told = json.loads((small / "schedules" / WEEK.isoformat() / "summary.json").read_text())
    assert told["status"] == "optimal"
    move = {"kind": "unplace", "session": week["sessions"][0]["id"]}
    moved = playing.post("/api/week/move", {"revision": saved["revision"], "move": move})
    playing.post("/api/week/save", {"revision": moved["revision"]})
    told = json.loads((small / "schedules" / WEEK.isoformat() / "summary.json").read_text())
    assert [(goal["value"], goal["bound"]) for goal in told["goals"]][:2] == [(60, 0), (60, 0)]
    assert {goal["bound"] for goal in told["goals"]} == {0}
    assert taken_folder(small, WEEK).is_dir()
    playing.post("/api/publish", {"revision": playing.get("/api/week")["revision"]})
    assert not taken_folder(small, WEEK).exists()


def test_a_stale_page_takes_nothing(playing):
    begun(playing)
    ended(playing)
    status, answer = playing.answer("POST", "/api/solve/take", {"revision": 99})
    assert (status, answer["error"]) == (409, "stale")
    assert solve(playing)["is_found"]


def test_what_was_found_is_left(playing, small):
    begun(playing)
    ended(playing)
    assert playing.post("/api/solve/discard")["is_found"] is False
    assert not found_folder(small, WEEK).exists()
    assert playing.get("/api/solve/found")["fault"].startswith("There is no week to take")


def test_a_week_that_the_verifier_refuses_today_is_not_offered_to_be_taken(playing, small):
    begun(playing)
    ended(playing)
    path = found_folder(small, WEEK) / "sessions.csv"
    path.write_text(path.read_text().replace("R1", "R9"))
    assert playing.get("/api/solve/found")["fault"].endswith("it no longer keeps the rules with the tables of now.")
    status, answer = playing.answer("POST", "/api/solve/take", {"revision": 0})
    assert (status, answer["error"]) == (404, "found")


def test_an_impossible_limit_is_refused(playing):
    for limit in (0, -1, "60", True, None, 1e9):
        assert playing.answer("POST", "/api/solve/start", {"time_limit_s": limit})[1]["error"] == "limit", limit


@pytest.mark.parametrize("command", ["false", "no-such-program"])
def test_a_search_that_dies_or_cannot_begin_says_so(playing, command):
    playing.running.page.searches.command = (command,)
    playing.post("/api/solve/start", {"time_limit_s": 60})
    found = until(lambda: solve(playing), lambda found: found["state"] == "ended")
    assert found["result"]["why"] == "died"


ABORTS_FIRST = """
import json, os, sys
asked = json.loads(sys.stdin.readline())
print(json.dumps({"kind": "cause", "seed": asked["seed"]}), flush=True)
if asked["seed"] == 0:
    os.abort()
print(json.dumps({"kind": "explained"}), flush=True)
"""


def test_a_solver_that_aborts_is_asked_once_more_in_another_order():
    job = SearchJob(1, date(2026, 11, 30), {"seed": 0, "time_limit_s": 1}, lambda row: None)
    job.run([sys.executable, "-c", ABORTS_FIRST])
    assert (job.told()["rows"], job.told()["result"]) == ([{"kind": "cause", "seed": 1}], {"kind": "explained"})


def asked(clinic, **more):
    """Return the line that a search is asked with."""
    facts = {
        "clinic": str(clinic),
        "week": "2026-11-30",
        "now": BEFORE.isoformat(),
        "time_limit_s": 60.0,
        "seed": 0,
        "workers": 1,
        "nicer": 0,
    }
    return json.dumps(facts | {"draft": [], "held": [], "is_anew": False, "is_near": False} | more) + "\n"


@pytest.fixture
def search():
    """Return how the process of a search is started."""
    started = []

    def begin(clinic, **more):
        process = subprocess.Popen(
            [sys.executable, *COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HOME
        )
        started.append(process)
        process.stdin.write(asked(clinic, **more))
        process.stdin.flush()
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stdin.close()


@pytest.mark.slow
def test_whoever_started_it_is_gone_and_the_best_week_is_kept(search, clinic):
    process = search(clinic)
    for line in process.stdout:
        if json.loads(line)["kind"] == "goal":
            break
    process.stdin.close()
    gone = time.monotonic()
    told = [json.loads(line) for line in process.stdout]
    assert process.wait() == 0
    assert time.monotonic() - gone < 6  # 3 on a machine that does not run other tests meanwhile
    assert (told[-1]["kind"], told[-1]["was_stopped"]) == ("found", True)
    found = found_week(clinic, WEEK, BEFORE)
    assert found.schedule.sessions
    assert found.goals[0].name == "unmet_need"
    work.searches.drop_found(clinic, WEEK)
    assert found_week(clinic, WEEK, BEFORE) is None


def test_what_is_pinned_in_the_draft_stays(search, small):
    row = {"id": "individual-001", "service": "individual", "start": 600, "end": 660, "group": None, "room": "R2"}
    row |= {"therapists": ["T02"], "participants": ["P01"], "modality": "in_person"}
    told = [json.loads(line) for line in search(small, draft=[row], held=["individual-001"], time_limit_s=2.0).stdout]
    assert told[-1]["kind"] == "found"
    sessions = found_week(small, WEEK, BEFORE).schedule.sessions
    assert [(row.room_id, row.lead_id) for row in sessions if row.start == 600 and row.participant_ids == ("P01",)] == [
        ("R2", "T02")
    ]


def test_why_there_is_no_week_is_told_by_a_word(search, small):
    row = {"id": "individual-001", "service": "individual", "start": 0, "end": 60, "group": None, "room": "R2"}
    row |= {"therapists": ["T02"], "participants": ["P01"], "modality": "in_person"}
    told = json.loads(search(small, draft=[row], held=["individual-001"]).stdout.readlines()[-1])
    assert told == {"kind": "none", "why": "pins", "sessions": ["individual-001"]}
    (small / "rooms.csv").write_text("room_id,capacity\nR1,many\n")
    told = json.loads(search(small).stdout.readlines()[-1])
    assert (told["why"], told["faults"], len(told["issues"])) == ("input", 1, 1)  # a warning is no fault
    assert "rooms.csv:2" in told["issues"][0]


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_the_week_that_was_found(clinic, personal):
    start = [sys.executable, "-m", "iopsched", "serve", "--no-browser", "--json", str(clinic)]
    server = subprocess.Popen(start, stdout=subprocess.PIPE, text=True)
    told = json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")
    port = int(told["address"].split(":")[2].strip("/"))
    served = AskedPage()
    served.port = port
    client = PageClient(served, 1, WEEK.isoformat(), told["link"].partition("launch=")[2])
    client.post("/api/solve/start", {"time_limit_s": 120})
    until(lambda: solve(client), lambda found: found["goals"], 60)
    tasks = Path(f"/proc/{server.pid}/task").glob("*/children")
    children = [child for task in tasks for child in task.read_text().split()]
    assert children
    assert all(os.getpriority(os.PRIO_PROCESS, int(child)) > 0 for child in children)
    server.kill()
    server.wait()
    server.stdout.close()
    gone = time.monotonic()
    while any(Path(f"/proc/{child}").exists() and "Z" not in state_of(child) for child in children):
        time.sleep(0.02)
    assert time.monotonic() - gone < 3
    with running_page(personal / "page", clinic) as running:
        client = PageClient(running, running.page.first, WEEK.isoformat())
        assert solve(client)["is_found"]
        assert client.get("/api/solve/found")["short"]["then"] == 0


def state_of(pid):
    """Return the letter of a process's state, blank where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


@pytest.mark.slow
def test_a_search_near_the_draft_moves_nobody_without_need(small, recorded):
    preferred = "participant_id,population,preferred\nP01,adult,\nP02,adult,Fri\n"
    (small / "participants.csv").write_text(preferred, encoding="utf-8")
    draft = ingest.inspect_schedule(recorded).schedule.sessions
    days = {}
    for is_near in (False, True):
        question = WeekSearch(small, WEEK, BEFORE, params_of(20, None, 0, 1), draft, is_near=is_near)
        search_week(question, lambda row: None, threading.Event())
        week = found_week(small, WEEK, BEFORE).schedule
        is_of_clinic = json.loads((found_folder(small, WEEK) / "summary.json").read_text())["inputs_sha256"] != ""
        assert is_of_clinic is not is_near  # what is proven of a week near a draft says nothing of other weeks
        days[is_near] = next(row.start // DAY for row in week.sessions if row.participant_ids == ("P02",))
    assert days == {False: 4, True: 3}


@pytest.mark.parametrize("path", ["short", "newcomers"])
def test_what_is_asked_of_another_week_is_not_swallowed(playing, path):
    playing.post(f"/api/{path}/start")
    other = PageClient(playing.running, playing.clinic, "2026-12-07")
    status, refused = other.answer("POST", f"/api/{path}/start", {})
    assert (status, refused["error"]) == (409, "search")
    assert "the week of 30 November 2026" in refused["message"]
    playing.post(f"/api/{path}/stop")
    until(lambda: playing.get(f"/api/{path}"), lambda found: found["state"] == "ended")
    assert other.post(f"/api/{path}/start")["state"] != "none"
