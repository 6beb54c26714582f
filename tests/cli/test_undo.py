"""A published week is put back for what is still to come: what has begun stays, and the chain of revisions only grows."""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iopsched.cli.exits import Exit
from tests.cli.conftest import runner
from tests.support import small_clinic

WEEK = "2026-11-30"
SOLVE = ("--week", WEEK, "--time-limit", "5", "--workers", "1", "-q")
TUESDAY = ("--now", "2026-12-01T20:00")
LATER = ("--now", "2026-12-08T08:00")


FILES = {**small_clinic.THREE_STARTS, "rooms.csv": "room_id,capacity\nR1,14\nR2,3\nR9,14\n"}


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """A clinic whose week is solved, to be copied by each test."""
    clinic = small_clinic.write(tmp_path_factory.mktemp("solved") / "clinic", FILES)
    with pytest.MonkeyPatch.context() as patch:
        assert runner(patch)("solve", clinic, *SOLVE).exit_code == Exit.DONE
    return clinic


@pytest.fixture
def clinic(solved, tmp_path):
    return Path(shutil.copytree(solved, tmp_path / "clinic"))


@pytest.fixture
def first(clinic):
    return clinic / "schedules" / WEEK


@pytest.fixture
def did(run):
    """Run a command that has to end well; returns what it printed."""

    def go(*words):
        done = run(*words)
        assert done.exit_code in (Exit.DONE, Exit.UNMET), done.output
        return done

    return go


@pytest.fixture
def two(did, clinic, first):
    """Two revisions: in the second the group meets in another room on all three days."""
    did("publish", clinic, first)
    second = first.with_name(f"{WEEK}.r2")
    shutil.copytree(first, second)
    table = second / "sessions.csv"
    rows = table.read_text().splitlines()
    swap = {"R1": "R9", "R9": "R1"}
    rows = [re.sub("R1|R9", lambda found: swap[found[0]], row) if "G1" in row else row for row in rows]
    table.write_text("\n".join(rows) + "\n")
    did("publish", clinic, second)
    return first, second


def rooms_of(folder):
    """Return the room of each session by weekday."""
    rows = [row.split(",") for row in (folder / "sessions.csv").read_text().splitlines()]
    at = {name: place for place, name in enumerate(rows[0])}
    return {row[at["weekday"]]: row[at["room_id"]] for row in rows[1:] if row[at["group_id"]]}


def test_the_week_before_is_put_back_and_the_chain_grows(did, clinic, two):
    done = did("publish", clinic, "--undo")
    third = two[0].with_name(f"{WEEK}.r3")
    assert "As revision 1 had it, for what is still to come.\n" in done.stdout
    assert "Published the week of Monday 30 November 2026: revision 3" in done.stdout
    assert "Call list, revision 3 against 2" in done.stdout
    assert rooms_of(third) == rooms_of(two[0]) != rooms_of(two[1])
    history = did("history", clinic, "--verify")
    assert [line.split("\t")[1] for line in history.stdout.splitlines()] == ["revision 1", "revision 2", "revision 3"]
    did("verify", clinic, third)
    again = json.loads(did("publish", clinic, "--undo", "--json").stdout)
    assert (again["revision"], again["source"]) == (4, 2), "undone twice is done again"
    assert rooms_of(two[0].with_name(f"{WEEK}.r4")) == rooms_of(two[1])


def test_what_has_begun_stays_as_published_last(did, clinic, two):
    done = json.loads(did("publish", clinic, "--undo", *TUESDAY, "--json").stdout)
    assert (done["revision"], done["source"], done["begun_kept"]) == (3, 1, ["g:G1#1"])
    third = two[0].with_name(f"{WEEK}.r3")
    assert rooms_of(third) == {**rooms_of(two[0]), "Mon": rooms_of(two[1])["Mon"]}
    assert {call["old"][:3] for call in done["call_list"]} == {"Wed", "Fri"}
    assert did("verify", clinic, third).exit_code == Exit.DONE
    assert "nothing was written" in did("restore", clinic, "--week", WEEK).stdout


def test_a_restored_revision_published_midweek_changes_only_what_is_to_come(did, clinic, two, monkeypatch):
    """Nor does a draft that lay there while the week went on; what is typed by hand is a correction, and told."""
    shutil.rmtree(two[0])
    with monkeypatch.context() as patch:
        patch.setattr("iopsched.cli.restore.clock", lambda: datetime(2026, 12, 1, 20, tzinfo=UTC))
        done = did("restore", clinic, "--week", WEEK, "--revision", "1")
    assert "It has 1 session that has begun otherwise than revision 2: `publish` leaves that" in done.stderr
    restored = two[0].with_name(f"{WEEK}.r1")
    done = did("publish", clinic, restored, *TUESDAY)
    assert "What has begun stays as revision 2 has it: 1 change is left out (G1-1: other room)." in done.stderr
    third = two[0].with_name(f"{WEEK}.r3")
    assert rooms_of(third) == {**rooms_of(restored), "Mon": "R9"}
    table = third / "sessions.csv"
    table.write_text(table.read_text().replace("R9", "R1"))
    done = did("publish", clinic, third, *TUESDAY, "--force")
    assert "Warning: 1 change of what has begun: revision 3 is corrected (G1-1: other room)." in done.stderr
    assert "revision 4" in done.stdout


def test_a_week_that_is_over_can_be_corrected(did, clinic, two):
    did("restore", clinic, "--revision", "1")
    done = did("publish", clinic, two[0], *LATER)
    assert "Warning: 3 changes of what has begun" in done.stderr
    assert "revision 3" in done.stdout


def test_a_first_revision_is_cancelled_as_far_as_it_is_to_come(did, clinic, first):
    did("publish", clinic, first)
    done = did("publish", clinic, "--undo", *TUESDAY)
    assert "All cancelled, for what is still to come.\n" in done.stdout
    second = first.with_name(f"{WEEK}.r2")
    assert set(rooms_of(second)) == {"Mon"}
    did("export", clinic, second, "--to", "ics", "--names", "id")
    texts = [path.read_text() for path in (second / "exports/calendars").glob("*.ics")]
    assert any(text.count("STATUS:CANCELLED") >= 2 for text in texts)
    did("history", clinic, "--verify")


def test_a_week_taken_back_is_no_earlier_week(did, clinic, first):
    did("publish", clinic, first)
    done = json.loads(did("publish", clinic, "--back-to", "0", "--json").stdout)
    assert (done["sessions"], done["cancelled"], done["source"]) == (0, done["cancelled"], 0)
    assert done["cancelled"] > 0
    done = json.loads(did("solve", clinic, *SOLVE, "--json").stdout)
    assert done["previous"] is None
    assert done["folder"].endswith(f"{WEEK}.r3")
    assert "revision 3" in did("publish", clinic).stdout


def test_a_dry_run_writes_nothing_and_a_folder_is_refused(run, did, clinic, two):
    done = did("publish", clinic, "--undo", "--dry-run")
    assert "Would publish the week of Monday 30 November 2026: revision 3" in done.stdout
    assert not two[0].with_name(f"{WEEK}.r3").exists()
    assert run("publish", clinic, two[0], "--undo").exit_code == Exit.USAGE
    assert run("publish", clinic, "--back-to", "2").exit_code == Exit.USAGE
    assert run("publish", clinic, "--undo", "--week", "2027-01-04").exit_code == Exit.USAGE


def test_nothing_published_is_nothing_to_undo(run, clinic):
    done = run("publish", clinic, "--undo")
    assert (done.exit_code, done.stderr) == (Exit.USAGE, "Error: Nothing was published yet.\n")


def test_where_an_earlier_week_breaks_a_rule_the_nearest_one_is_a_draft(run, did, clinic, two):
    """R9 is lost on Friday, and the first revision does not need it; R1 is lost, and it does."""
    (clinic / "time_off.csv").write_text("kind,id,start,end\nroom,R1,2026-12-04,2026-12-04\n")
    done = run("publish", clinic, "--undo", *TUESDAY, "--json")
    third = two[0].with_name(f"{WEEK}.r3")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["ok"], told["draft"]) == (Exit.UNMET, False, str(third))
    assert "in which 1 session is other than asked for." in done.stderr
    assert {row["rule"] for row in told["violations"]} == {"window"}
    assert did("verify", clinic, third).exit_code == Exit.DONE
    assert rooms_of(third) == {"Mon": "R9", "Wed": "R1", "Fri": "R9"}
    assert "revision 3" in did("publish", clinic, third, *TUESDAY).stdout
    assert "revision 4" in did("publish", clinic, "--back-to", "1", *TUESDAY, "--force").stdout


def test_what_was_not_held_in_the_past_stays_where_it_is_to_come(did, clinic, two):
    """Monday's session was moved to Thursday in time: put back on Tuesday, it is not lost."""
    third = two[0].with_name(f"{WEEK}.r3")
    shutil.copytree(two[1], third)
    table = third / "sessions.csv"
    rows = [
        row.replace("2026-11-30,Mon", "2026-12-03,Thu") if "G1" in row else row
        for row in table.read_text().splitlines()
    ]
    table.write_text("\n".join(rows) + "\n")
    did("publish", clinic, third, "--force")
    assert "Nothing new" in did("publish", clinic, "--undo", *TUESDAY, "--force").stdout
    assert not two[0].with_name(f"{WEEK}.r4").exists()


def test_a_sick_call_that_the_week_put_back_forgets_is_told(did, clinic, first):
    did("publish", clinic, first)
    early = ("--now", "2026-12-01T07:00")
    repaired = json.loads(did("repair", clinic, "--closed", "R1@Fri", *early, "--workers", "1", "--json").stdout)
    did("publish", clinic, repaired["choices"][0]["folder"])
    done = did("publish", clinic, "--undo", *early, "--dry-run")
    told = " ".join(done.output.split())
    assert "Warning: revision 2 was made because room R1 is closed on Fri 2026-12-04." in told
    assert "say it again with `iopsched repair`" in told
    (row,) = json.loads(did("publish", clinic, "--undo", *early, "--json").stdout)["forgotten"]
    assert row["id"] == "R1"
    assert json.loads(did("publish", clinic, "--undo", *early, "--json").stdout)["forgotten"] == []
