"""Reading, solving, verifying and saving from Python."""

import json
import re
import runpy
import threading
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

import iopsched
from iopsched import InputError, NoScheduleError, UsageError, Week, read_clinic, solve, verify
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.domain.pins import Pin
from iopsched.policy.columns.schedule import DAYS, HOURS, ROSTER, SESSIONS
from tests.support.solving import crowd, finished

ROOT = Path(iopsched.__file__).parents[1]
WEEK = "2026-11-30"
CANARY = "Zyxcanary"
NUMBERS = "i"
TEXT = "O"
FRAMES = {
    "sessions": (*SESSIONS.names, "minutes", "kind", "population"),
    "roster": (*ROSTER.names, "population", "level"),
    "hours": HOURS.names,
    "days": DAYS.names,
    "goals": ("goal", "value", "bound", "unit", "proven", "gap"),
    "unmet": ("participant_id", "minutes", "why"),
}


def files_of(folder):
    """Return the bytes of every file."""
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


# --- a real week ----------------------------------------------------------
def test_a_week_in_four_lines(teens, teens_week):
    assert verify(teens, teens_week) == ()
    assert list(teens_week.goals["goal"])[:2] == ["unmet_need", "worst_off"]
    assert teens_week.hours["unmet_minutes"].sum() == teens_week.goals.set_index("goal").loc["unmet_need", "value"]
    assert set(teens_week.hours["participant_id"]) == {person.id for person in teens.problem.participants}
    assert teens_week.sessions["participants"].sum() == len(teens_week.roster)
    counted = teens_week.days.groupby("participant_id")["countable_minutes"].sum()
    assert counted.to_dict() == teens_week.hours.set_index("participant_id")["scheduled_minutes"].to_dict()
    assert [goal.value for goal in teens_week.result.goals] == list(teens_week.goals["value"])
    assert all(teens_week.goals["bound"] <= teens_week.goals["value"])
    assert not teens_week.was_interrupted


@pytest.mark.parametrize("name", FRAMES)
def test_frames_have_the_columns_and_types_of_the_files(teens_week, tiny, name):
    """Also where a frame is empty, or an id looks like a number."""
    for week in (teens_week, solve(read_clinic(tiny, WEEK), workers=1)):
        frame = getattr(week, name)
        assert tuple(frame.columns) == FRAMES[name]
        assert frame is getattr(week, name)
        kinds = {column: frame[column].dtype.kind for column in frame}
        special = {"date": "M", "proven": "b", "gap": "f"}
        for column, kind in kinds.items():
            assert kind == special.get(column, kind)
            assert kind in {NUMBERS, TEXT} or column in special
        whole = {column for column, kind in kinds.items() if kind == NUMBERS}
        minutes = {column for column in frame if "minutes" in column}
        assert minutes <= whole
        assert not any(column.endswith("_id") for column in whole)
        assert not frame.isna().any().any()


def test_ids_and_shortfalls_are_told(tiny):
    week = solve(read_clinic(tiny, WEEK), workers=1)
    assert list(week.hours["participant_id"]) == ["007", "P2"]
    assert list(week.unmet["participant_id"]) == ["P2"]
    assert list(week.unmet["minutes"]) == [row.minutes for row in week.result.unmet] == [120 + 60]
    assert week.unmet["why"][0].endswith(".")
    assert week.is_optimal


@pytest.mark.parametrize(
    "day", ["2026-11-30", " 2026-12-02", date(2026, 12, 6), datetime.fromisoformat("2026-12-01T23:59")]
)
def test_any_date_of_the_week_will_do(tiny, day):
    assert read_clinic(str(tiny), day).week == date(2026, 11, 30)
    assert read_clinic(tiny, pd.Timestamp(day)).week == date(2026, 11, 30)


# --- saving ---------------------------------------------------------------
def test_saved_files_are_those_of_the_command_line(tiny, tmp_path):
    week = solve(read_clinic(tiny, WEEK), workers=1, seed=7)
    folder, kept = week.save(tmp_path / "mine")
    assert (folder, kept) == (tmp_path / "mine", None)
    options = ("--week", WEEK, "--workers", "1", "--seed", "7", "--out", tmp_path / "cli", "--quiet")
    assert finished("solve", tiny, *options)[0] == 4
    assert files_of(folder) == files_of(tmp_path / "cli")
    assert finished("verify", tiny, folder)[2].startswith("Checked")


def test_a_better_or_edited_week_is_kept(tiny, tmp_path):
    clinic = read_clinic(tiny, WEEK)
    good = solve(clinic, workers=1)
    empty = replace(good, result=replace(good.result, schedule=replace(good.schedule, sessions=())))
    assert good.save(str(tmp_path / "week")).kept is None
    before = files_of(tmp_path / "week")
    kept = empty.save(tmp_path / "week").kept
    assert files_of(kept) == before
    assert good.save(tmp_path / "week").kept is None
    (tmp_path / "week" / "sessions.csv").write_bytes(before["sessions.csv"].replace(b"R1", b"R9"))
    assert b"R9" in files_of(good.save(tmp_path / "week").kept)["sessions.csv"]


def test_a_folder_of_somebody_else_is_left_alone(tiny):
    before = files_of(tiny)
    with pytest.raises(UsageError, match="holds no schedule of iopsched"):
        solve(read_clinic(tiny, WEEK), workers=1).save(tiny)
    assert files_of(tiny) == before


def test_a_problem_changed_in_memory_comes_from_no_folder(tiny, tmp_path):
    clinic = read_clinic(tiny, WEEK)
    changed = replace(clinic.problem, participants=clinic.problem.participants[:1])
    week = solve(changed, workers=1)
    assert (verify(changed, week), len(week.unmet)) == ((), 0)
    summary = json.loads((week.save(tmp_path / "out").folder / "summary.json").read_text())
    assert summary["inputs_sha256"] == ""


# --- verifying ------------------------------------------------------------
def test_a_week_a_schedule_and_a_folder_are_verified_alike(tiny, tmp_path):
    clinic = read_clinic(tiny, WEEK)
    week = solve(clinic, workers=1)
    folder = week.save(tmp_path / "out").folder
    assert [verify(clinic, each) for each in (week, week.schedule, folder, str(folder))] == [()] * 4
    text = (folder / "sessions.csv").read_text()
    (folder / "sessions.csv").write_text(text.replace("09:00,11:00", "08:00,10:00"))
    (found,) = {row.rule for row in verify(clinic, folder)}
    assert found == "window"


def test_a_schedule_of_another_week_is_not_verified(tiny, tmp_path):
    week = solve(read_clinic(tiny, WEEK), workers=1)
    later = read_clinic(tiny, "2026-12-07")
    with pytest.raises(UsageError, match="of the week of 2026-11-30, the clinic was read for 2026-12-07"):
        verify(later, week)
    with pytest.raises(InputError, match=r"sessions\.csv:2, column date"):
        verify(later, week.save(tmp_path / "out").folder)


def test_a_folder_that_is_not_there(tiny, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        verify(read_clinic(tiny, WEEK), tmp_path / "none")


# --- what can go wrong ----------------------------------------------------
def test_bad_input_is_told_all_at_once_and_without_names(tiny):
    (tiny / "participants.csv").write_text(
        f"participant_id,population,track,age,name\nP1,adlut,mh,two,{CANARY}\nP1,adult,mh,,{CANARY}\n"
    )
    with pytest.raises(InputError) as caught:
        read_clinic(tiny, WEEK)
    lines = str(caught.value).splitlines()
    assert lines[0] == "3 faults in the input"
    assert [line.split(" ", 3)[2] for line in lines[1:]] == [
        "participants.csv:2,",
        "participants.csv:2,",
        "participants.csv:3,",
    ]
    assert "'adlut'" in lines[2] or "'adlut'" in lines[1]
    assert CANARY not in str(caught.value) + repr(caught.value)
    assert len(caught.value.issues) >= 3


def test_a_long_list_of_faults_is_cut(tiny):
    rows = "".join(f"P{number},adlut,mh\n" for number in range(60))
    (tiny / "participants.csv").write_text(f"participant_id,population,track\n{rows}")
    with pytest.raises(InputError) as caught:
        read_clinic(tiny, WEEK)
    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1].strip()) == (52, "and 10 more; the attribute issues holds all")


@pytest.mark.parametrize("week", ["Monday", "2026-02-30", "", None])
def test_no_date(tiny, week):
    with pytest.raises(UsageError, match="such as '2026-11-30'"):
        read_clinic(tiny, week)


@pytest.mark.parametrize("numbers", [{"time_limit_s": 0}, {"workers": -1}, {"seed": -1}, {"deterministic_limit": -1.0}])
def test_impossible_numbers(tiny, numbers):
    with pytest.raises(UsageError):
        solve(read_clinic(tiny, WEEK), **numbers)


def test_warnings_are_those_of_check(tiny):
    (tiny / "services.csv").write_text(
        "service_id,kind,minutes,min_participants,adult_per_week\ngroup,group,120,1,\nfamily,family,300,1,1\n"
    )
    clinic = read_clinic(tiny, WEEK)
    listed = json.loads(finished("check", tiny, "--week", WEEK, "--json")[1])["issues"]
    assert [issue.code for issue in clinic.warnings] == [issue["code"] for issue in listed]
    assert set(clinic.warnings) > set(clinic.issues)


def test_pins_that_cannot_hold(tiny):
    (tiny / "pins.csv").write_text("action,participant_id,day,start\nmust,P2,Tue,10:00\n")
    lenient = read_clinic(tiny, WEEK, is_for_solving=False)
    assert any(issue.code.startswith("C-") for issue in lenient.issues)
    with pytest.raises(InputError, match=r"pins\.csv:2"):
        read_clinic(tiny, WEEK)
    with pytest.raises(NoScheduleError, match=r"This pin cannot hold .*\n  pins.csv:2: must P2 Tue 10:00") as caught:
        solve(lenient, workers=1)
    assert caught.value.outcome == Infeasible((Pin("must", "P2", day=1, start=600, row=2),))


def test_no_week_is_told_in_a_sentence():
    pins = (Pin("must", "P1", row=2), Pin("must", "P2", row=3))
    assert str(NoScheduleError(Infeasible(pins))) == (
        "These pins cannot all hold together with the other rules. Change one of them:\n"
        "  pins.csv:2: must P1\n  pins.csv:3: must P2"
    )
    assert str(NoScheduleError(OutOfTime(12.3))).startswith("No week was found in 12 seconds.")
    assert str(NoScheduleError(OutOfTime(12.3, was_interrupted=True))) == "Interrupted before there was a week."


# --- what is shown --------------------------------------------------------
def test_short_texts_without_names(tiny):
    clinic = read_clinic(tiny, WEEK)
    week = solve(clinic, workers=1)
    assert repr(clinic) == (
        f"ClinicInput(week=2026-11-30, participants=2, therapists=1, rooms=1, groups=1, issues={len(clinic.issues)})"
    )
    assert repr(week) == "Week(2026-11-30, sessions=2, short=1, optimal=True)"
    stopped = replace(week, result=replace(week.result, was_interrupted=True))
    assert repr(stopped).endswith("optimal=True, interrupted=True)")
    everything = [clinic, clinic.problem, week.result, *(getattr(week, name).to_csv() for name in FRAMES)]
    assert CANARY not in "".join(map(repr, everything))
    assert not hasattr(clinic, "_repr_html_")
    assert not hasattr(week, "_repr_html_")


def test_progress_is_told(tiny):
    news = []
    solve(read_clinic(tiny, WEEK), workers=1, on_progress=news.append)
    assert {"build", "goal_done", "verify"} <= {item.stage for item in news}


def test_a_stop_from_another_thread_keeps_the_best_week():
    stop = threading.Event()
    found = []
    thread = threading.Thread(target=lambda: found.append(solve(crowd(), time_limit_s=100, workers=1, stop=stop)))
    thread.start()
    stop.set()
    thread.join(30)
    assert isinstance(found[0], Week)
    assert found[0].was_interrupted


# --- the README -----------------------------------------------------------
def test_the_example_of_the_readme_runs(tmp_path, monkeypatch):
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## From a script or notebook")[2]
    code = re.search(r"```python\n(.+?)```", text, re.DOTALL)[1]
    monkeypatch.chdir(tmp_path)
    quick = code.replace("time_limit_s=30", "deterministic_limit=0.2, workers=1").replace('"data', f'"{ROOT}/data')
    assert quick.count(str(ROOT)) == 1
    assert "deterministic_limit" in quick
    (tmp_path / "quick.py").write_text(quick, encoding="utf-8")
    names = runpy.run_path(tmp_path / "quick.py")
    assert isinstance(names["week"], Week)
    assert len(list((tmp_path / "my-week").iterdir())) >= 4
