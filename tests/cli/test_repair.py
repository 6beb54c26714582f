"""``iopsched repair``."""

import json
from pathlib import Path

import pytest

from iopsched.cli.exits import Exit
from tests.support import small_clinic

WEEK, DAYS = "2026-11-30", {"Mon": "2026-11-30", "Wed": "2026-12-02", "Fri": "2026-12-04"}
BEFORE, WEDNESDAY = "2026-11-27T12:00", "2026-12-02T10:00"
PEOPLE = ["P1", "P2", "P3"]
WAITLIST = "participant_id,population,track,group_id,referred\nW1,adult,sud,G1,2026-11-20\n"


@pytest.fixture
def clinic(tmp_path, run):
    """A small clinic whose week is published."""
    files = {**small_clinic.THREE_STARTS, "waitlist.csv": WAITLIST}
    made = small_clinic.write(tmp_path / "clinic", files)
    assert run("solve", made, "--week", WEEK, "--workers", "1", "-q", "--now", BEFORE).exit_code == Exit.DONE
    assert run("publish", made).exit_code == Exit.DONE
    return made


@pytest.fixture
def repair(run, clinic):
    """Repair the week; returns the answer and what was said."""

    def go(*given, now=WEDNESDAY, codes=(Exit.DONE, Exit.UNMET)):
        done = run("repair", clinic, *given, "--now", now, "--workers", "1", "--time-limit", "20", "--json")
        assert done.exit_code in codes, done.output
        return json.loads(done.stdout) if done.stdout else None, done

    return go


def groups(folder):
    rows = [row.split(",") for row in (Path(folder) / "sessions.csv").read_text().splitlines()[1:]]
    return {row[2]: row for row in rows if row[6]}


def leads(folder):
    return {day: row[8] for day, row in groups(folder).items()}


def test_a_sick_therapist_from_now_on(run, clinic, repair):
    """What began stays; who leads later is another, and only people who are concerned are called."""
    published = clinic / "schedules" / WEEK
    was = leads(published)
    answer, _ = repair("--absent", f"{was['Fri']}@Fri")
    assert answer["schema"] == "iopsched.repair/1"
    assert (answer["base"], answer["now"]) == ({"week": WEEK, "revision": 1}, WEDNESDAY)
    first = answer["choices"][0]
    assert (first["number"], first["name"]) == (1, "least_unmet")
    assert {goal["name"]: (goal["value"], goal["bound"]) for goal in first["goals"]}["unmet_need"] == (0, 0)
    assert first["folder"] == str(clinic / "schedules" / f"{WEEK}.r2")
    now = leads(first["folder"])
    assert (now["Mon"], now["Wed"]) == (was["Mon"], was["Wed"])
    assert now["Fri"] != was["Fri"]
    assert {call["who"] for call in first["call_list"]} == {*PEOPLE, was["Fri"], now["Fri"]}
    assert all("Fri" in call["old"] + call["new"] for call in first["call_list"])
    assert run("verify", clinic, first["folder"]).exit_code == Exit.DONE
    assert not (clinic / "time_off.csv").exists()
    assert answer["happenings"] == [
        {
            "kind": "therapist",
            "id": was["Fri"],
            "start": "2026-12-04T00:00",
            "end": "2026-12-05T00:00",
            "in_files": False,
        }
    ]
