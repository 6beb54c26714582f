"""What a week was made from and what is published beside it: every command knows the same."""

import json
import shutil

import pytest

from iopsched import scripting
from iopsched.cli.exits import Exit
from tests.support import small_clinic

FIRST, SECOND, THIRD = "2026-11-30", "2026-12-07", "2026-12-14"
MEMBERS = "participant_id,population,track,group_id,admitted,discharged\n"
FILES = {
    "clinic.toml": """name = "Two nights"
timezone = "America/Chicago"
open = "daily 07:00-23:00"
populations = ["adult"]
grid_minutes = 60
[levels.iop-adult]
min_hours_per_week = 0
min_days_per_week = 0
[ratios]
adult = 12
[staff]
min_rest_hours = 12
""",
    "participants.csv": f"{MEMBERS}P1,adult,sud,A,,\nP2,adult,sud,A,,\n",
    "therapists.csv": "therapist_id,skills\nT1,group\n",
    "rooms.csv": "room_id,capacity\nR1,8\n",
    "services.csv": "service_id,kind,minutes,adult_per_week\ngroup,group,180,1\n",
}
GROUPS = "group_id,track,population,sessions_per_week,times\nA,sud,adult,1,{}\n"


@pytest.fixture
def nights(tmp_path):
    """A clinic whose group meets on Sunday from 20 to 23."""
    folder = small_clinic.write(tmp_path / "clinic", FILES)
    (folder / "groups.csv").write_text(GROUPS.format("Sun 20:00"))
    return folder


@pytest.fixture
def solve(run, nights):
    """Solve a week with the group at certain times; returns the day and start of its session, and the folder."""

    def go(week, times, *options):
        (nights / "groups.csv").write_text(GROUPS.format(times))
        done = run("solve", nights, "--week", week, "--time-limit", "5", "-q", *options)
        assert done.exit_code in (Exit.DONE, Exit.UNMET), done.output
        folder = nights / "schedules" / week
        rows = (folder / "sessions.csv").read_text().splitlines()[1:]
        return [tuple(row.split(",")[2:4]) for row in rows], folder

    return go


@pytest.mark.parametrize(("early", "rested"), [("10:00", "11:00"), ("07:00", "12:00")])
def test_rest_after_the_published_week(run, nights, solve, early, rested):
    """T1 ends on Sunday at 23:00: eleven on Monday is the first start with twelve hours of rest."""
    assert solve(SECOND, f"Mon {early}")[0] == [("Mon", early)], "nothing is published yet"
    _, sunday = solve(FIRST, "Sun 20:00")
    assert run("publish", nights, sunday).exit_code == Exit.DONE
    assert solve(SECOND, f"Mon {early}")[0] == []
    assert solve(SECOND, f"Mon {rested}")[0] == [("Mon", rested)]


def test_rest_before_the_published_week(run, nights, solve):
    """The week after was published first."""
    _, monday = solve(SECOND, "Mon 07:00")
    assert run("publish", nights, monday).exit_code == Exit.DONE
    assert solve(FIRST, "Sun 17:00")[0] == []
    assert solve(FIRST, "Sun 16:00")[0] == [("Sun", "16:00")]


def test_verify_knows_the_published_week_and_an_edit_by_hand_is_told(run, nights, solve):
    _, folder = solve(SECOND, "Mon 07:00")
    assert run("verify", nights, folder).exit_code == Exit.DONE
    _, sunday = solve(FIRST, "Sun 16:00")
    (sunday / "sessions.csv").write_text((sunday / "sessions.csv").read_text().replace("16:00,19:00", "20:00,23:00"))
    (nights / "groups.csv").write_text(GROUPS.format("Sun 20:00; Mon 07:00"))
    assert run("publish", nights, sunday).exit_code == Exit.DONE
    done = run("verify", nights, folder)
    assert done.exit_code == Exit.UNMET
    assert done.stdout == (
        "staff_load\tT1\tTherapist T1 rests 8 h between Sun of the week before and Mon; at least 12 h are needed "
        "(min_rest_hours in clinic.toml).\n"
    )


def test_an_earlier_week_that_nobody_published_binds_and_is_remembered(run, nights, solve):
    """Also where it is named from elsewhere; if it changes, that is told."""
    _, sunday = solve(FIRST, "Sun 20:00")
    days, folder = solve(SECOND, "Mon 07:00; Mon 12:00", "--previous", sunday)
    assert days == [("Mon", "12:00")]
    assert json.loads((folder / "summary.json").read_text())["previous"]["folder"] == f"schedules/{FIRST}"
    (folder / "sessions.csv").write_text((folder / "sessions.csv").read_text().replace("12:00,15:00", "07:00,10:00"))
    assert "staff_load\tT1" in run("verify", nights, folder).stdout
    (sunday / "roster.csv").write_text((sunday / "roster.csv").read_text() + "A-1,P9\n")
    done = run("verify", nights, folder)
    assert done.stdout == ""
    assert (
        f"W-PREVIOUS-LOST The earlier week 'schedules/{FIRST}', from which this one was made, was moved" in done.stderr
    )


def test_the_week_before_that_is_not_next_to_this_one_binds_nobody(solve):
    _, sunday = solve(FIRST, "Sun 20:00")
    assert solve(THIRD, "Mon 07:00", "--previous", sunday)[0] == [("Mon", "07:00")]


def test_a_week_made_anew_from_itself_is_not_lost(run, nights, solve):
    """It is kept, and the new week knows it there; where nothing changes there is nothing to keep."""
    _, folder = solve(FIRST, "Wed 10:00")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    days, _ = solve(FIRST, "Thu 10:00", "--previous", folder)
    kept = folder.with_name(f"{FIRST}.before-1")
    assert days == [("Thu", "10:00")]
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    assert json.loads((folder / "summary.json").read_text())["previous"]["folder"] == f"schedules/{FIRST}.before-1"
    assert "W-PREVIOUS-LOST" not in run("verify", nights, folder).stderr
    solve(FIRST, "Thu 10:00", "--previous", folder.parent / ".." / "schedules" / FIRST)
    assert sorted(path.name for path in folder.parent.iterdir()) == [FIRST, f"{FIRST}.before-1"]
    assert "W-PREVIOUS-LOST" not in run("verify", nights, folder).stderr


def test_scripts_verify_a_folder_with_what_it_was_made_from(nights, solve):
    """Whatever the clinic was read with, as `iopsched verify` does."""
    _, sunday = solve(FIRST, "Sun 20:00")
    _, folder = solve(SECOND, "Mon 12:00", "--previous", sunday)
    (folder / "sessions.csv").write_text((folder / "sessions.csv").read_text().replace("12:00,15:00", "07:00,10:00"))
    (nights / "groups.csv").write_text(GROUPS.format("Sun 20:00; Mon 07:00"))
    assert [row.rule for row in scripting.verify(scripting.read_clinic(nights, SECOND), folder)] == ["staff_load"]
    (sunday / "roster.csv").write_text((sunday / "roster.csv").read_text() + "A-1,P9\n")
    assert scripting.verify(scripting.read_clinic(nights, SECOND), folder) == ()


@pytest.mark.parametrize(
    "entry", [None, 7, {}, {"folder": 7}, {"folder": "no\0where"}, {"folder": "", "files_sha256": {}}]
)
def test_whatever_stands_there_harms_nobody(run, nights, solve, entry):
    _, folder = solve(FIRST, "Sun 20:00")
    summary = json.loads((folder / "summary.json").read_text())
    (folder / "summary.json").write_text(json.dumps({**summary, "previous": entry}))
    assert run("verify", nights, folder).exit_code == Exit.DONE


def test_curriculum_knows_who_was_a_member_before(run, nights, solve):
    """P1 was admitted a week ago and has met the first module; without the earlier week it would be missed."""
    text = (nights / "clinic.toml").read_text()
    (nights / "clinic.toml").write_text(f"{text}[curriculum]\nstart = {FIRST}\n")
    (nights / "modules.csv").write_text("service_id,title,minutes,week\ngroup,One,180,1\ngroup,Two,180,2\n")
    (nights / "participants.csv").write_text(
        f"{MEMBERS}P1,adult,sud,,{FIRST},2026-12-13\nP2,adult,sud,,{FIRST},2026-12-13\n"
    )
    _, first = solve(FIRST, "Wed 10:00")
    _, folder = solve(SECOND, "Wed 10:00", "--previous", first)
    assert ",met," in (folder / "curriculum.csv").read_text()
    done = run("curriculum", nights, folder)
    assert "Proven: 2 members meet every module" in done.stdout
    assert "curriculum.csv" not in run("verify", nights, folder).stderr
    shutil.rmtree(first)
    lost = run("curriculum", nights, folder)
    assert "W-PREVIOUS-LOST" in lost.stderr
    assert "0 of 2 members meet every module" in lost.stdout
