"""``iopsched plan``: what a director reads of weeks ahead, what a machine reads, what is written and what is not."""

import json

import pytest

from tests.support.small_clinic import THREE_STARTS, write

WEEK = "2026-11-30"
AWAY = {
    **THREE_STARTS,
    "time_off.csv": "kind,id,start,end\ntherapist,T1,2026-12-11,\ntherapist,T2,2026-12-11,\n",
    "waitlist.csv": "participant_id,population,track\nW1,adult,sud\n",
}
"""Nobody can lead on Friday 11 December."""


@pytest.fixture
def clinic(tmp_path):
    return write(tmp_path / "clinic", AWAY)


def test_a_table_of_weeks_and_why_one_is_short(run, clinic):
    done = run("plan", clinic, "--weeks", "3", "--week", WEEK, "--workers", "1", "--time-limit", "30")
    assert done.exit_code == 4, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "The first week in which somebody lacks something: the week of 7 December."
    rows = [line.split() for line in lines if line.startswith("2026-")]
    assert [(row[0], row[1]) for row in rows] == [("2026-11-30", "3"), ("2026-12-07", "3"), ("2026-12-14", "3")]
    assert [row.count("proven") for row in rows] == [0, 1, 0]
    assert "Week of 7 December: 3 people lack 9 h in all (proven the least)." in lines
    said = " ".join(done.stdout.split())
    assert "T1 is away Fri 11 Dec (time_off.csv, row 2); T2 is away Fri 11 Dec (time_off.csv, row 3)" in said
    assert "- It can be changed until 6 December." in lines
    assert "1 person of waitlist.csv is not in these weeks" in said
    assert f"iopsched explain {clinic} --week 2026-12-07" in done.stderr
    assert "Zyxcanary" not in done.output


def test_only_the_first_week_is_a_draft(run, clinic, tmp_path):
    done = run("plan", clinic, "--weeks", "2", "--week", WEEK, "--workers", "1", "--json", "--time-limit", "30")
    found = json.loads(done.stdout)
    assert (found["schema"], done.exit_code) == ("iopsched.plan/1", 4)
    assert [row["week"] for row in found["weeks"]] == [WEEK, "2026-12-07"]
    assert [row["folder"] is None for row in found["weeks"]] == [False, True]
    first, second = found["weeks"]
    assert (first["unmet"]["minutes"], second["unmet"], second["people"]) == (
        0,
        {"minutes": 540, "people": 3, "bound": 540},
        3,
    )
    assert {row["id"] for row in second["facts"]} == {"T1", "T2"}
    assert second["causes"][0]["participants"] == ["P1", "P2", "P3"]
    assert found["waitlist"] == ["W1"]
    assert [path.name for path in (clinic / "schedules").iterdir()] == [WEEK]
    assert run("verify", clinic, clinic / "schedules" / WEEK).exit_code == 0
    place = clinic / "schedules/plan"
    args = ("plan", clinic, "--weeks", "2", "--week", WEEK, "--workers", "1", "--out", place)
    assert run(*args, "--to", "html,xlsx", "--into", tmp_path / "out").exit_code == 4
    assert [path.name for path in place.iterdir()] == ["2026-12-07"]
    assert run("verify", clinic, place / "2026-12-07").exit_code == 0
    assert run("show", clinic, "--week", "2026-12-07").exit_code == 2, "no command takes it for a draft"
    page = (tmp_path / "out" / f"plan-{WEEK}.html").read_text(encoding="utf-8")
    assert "Weeks ahead" in page
    assert "What gets short" in page
    assert "Zyxcanary" not in page


def test_all_is_well(run, tmp_path):
    clinic = write(tmp_path / "well", THREE_STARTS)
    done = run("plan", clinic, "--weeks", "2", "--week", WEEK, "--workers", "1", "-q")
    assert (done.exit_code, done.output) == (0, "")


@pytest.mark.parametrize("weeks", ["0", "27"])
def test_a_number_of_weeks_out_of_bounds_is_told(run, clinic, weeks):
    done = run("plan", clinic, "--weeks", weeks, "--week", WEEK)
    assert (done.exit_code, "must lie between 1 and 26" in done.stderr) == (2, True)


def test_bad_input_is_told_and_nothing_is_written(run, clinic):
    (clinic / "rooms.csv").write_text("room_id,capacity\nR1,many\n")
    done = run("plan", clinic, "--week", WEEK)
    assert done.exit_code == 3
    assert "rooms.csv" in done.stderr
    assert not (clinic / "schedules").exists()


def test_pins_that_contradict_end_the_plan(run, clinic):
    (clinic / "pins.csv").write_text("action,group_id,day,start,from\nmust,G1,Tue,09:00,2026-12-07\n")
    done = run("plan", clinic, "--weeks", "3", "--week", WEEK, "--workers", "1", "--json")
    assert done.exit_code == 5
    assert [row["week"] for row in json.loads(done.stdout)["weeks"]] == [WEEK]
