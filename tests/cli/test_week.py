"""The Sunday evening in one command."""

import json
from pathlib import Path

import pytest

from iopsched.cli.exits import Exit
from tests.support import small_clinic

WEEK, NEXT = "2026-11-30", "2026-12-07"
OPTIONS = ("--time-limit", "5", "--workers", "1")


@pytest.fixture
def clinic(tmp_path):
    """A clinic whose group has three starts: a call-out can only change the lead."""
    return small_clinic.write(tmp_path / "clinic", small_clinic.THREE_STARTS)


@pytest.fixture
def week(run, clinic):
    """Make a week; returns the command that was run."""

    def go(*words, of=WEEK):
        return run("week", clinic, "--week", of, *OPTIONS, *words)

    return go


def test_check_solve_changes_exports_and_what_to_publish(run, clinic, week):
    folder = clinic / "schedules" / WEEK
    done = week()
    assert done.exit_code == Exit.DONE, done.output
    assert done.stderr.index("Earlier week: none") < done.stderr.index("Building the week.")
    assert done.stderr.endswith(f"To make it official: iopsched publish {clinic} {folder}\n")
    page, book = (folder / f"exports/week-{WEEK}.{end}" for end in ("html", "xlsx"))
    assert f"\nWritten to {folder}\n{book}\n{page}\n{folder}/exports/handouts  (" in done.stdout
    assert all(path.is_file() for path in (page, book))
    assert "To be told" not in done.stdout
    assert not (clinic / "iopsched.db").exists()
    run("publish", clinic)
    again = week()
    assert "\nTo be told, against revision 1: nobody.\n" in again.stdout
    assert "It is as it was published (revision 1): there is nothing to publish.\n" in again.stderr
    assert "To make it official" not in again.stderr


def test_a_call_out_is_told_person_by_person(run, clinic, week):
    week("-q")
    run("publish", clinic)
    weekday, lead, other = small_clinic.call_out(clinic, clinic / "schedules" / WEEK)
    done = week()
    assert "\nTo be told, against revision 1: 3 participants and 2 staff.\n" in done.stdout
    session = f"{weekday} 09:00-12:00 · {{}} · "
    assert f"  G1: {session.format(lead)}" in done.stdout
    assert f"-> {session.format(other)}" in done.stdout
    found = json.loads(week("--json").stdout)
    assert (found["schema"], found["folder"]) == ("iopsched.week/1", str(clinic / f"schedules/{WEEK}.r2"))
    assert {call["who"] for call in found["call_list"]} == {"P1", "P2", "P3", "T1", "T2"}
    assert all(Path(path).is_file() for path in found["exports"]["files"])
    run("publish", clinic)
    (clinic / "time_off.csv").unlink()
    people = clinic / "participants.csv"
    people.write_text(people.read_text().replace("P3,adult", "P4,adult"))
    done = week(of=NEXT)
    title = f"Different from the week of {WEEK}, by weekdays: "
    assert title in done.stdout
    assert not {"  P3", "  P4"} & set(done.stdout.partition(title)[2].splitlines()), "who came or left is no news"


def test_faults_stop_before_the_search(clinic, week):
    (clinic / "rooms.csv").write_text("room_id,capacity\nR1,many\n")
    for options in ((), ("--json",)):
        done = week(*options)
        assert done.exit_code == Exit.BAD_INPUT
        assert "rooms.csv:2, column capacity: E-NUMBER" in done.stderr
        assert done.stderr.endswith("Nothing was written. Mend the errors, then run the command again.\n")
        assert not (clinic / "schedules").exists()
    assert json.loads(done.stdout)["status"] == "bad_input"


def test_ctrl_c_keeps_the_best_and_leaves_the_exports_out(run, install, clinic, world):
    install(solve=world.solved(was_interrupted=True))
    done = run("week", clinic, "--week", WEEK)
    folder = clinic / "schedules" / WEEK
    assert done.exit_code == Exit.INTERRUPTED
    assert f"There are no exports of it yet: iopsched export {clinic} {folder}\n" in done.stderr
    assert (folder / "sessions.csv").is_file()
    assert not (folder / "exports").exists()


def test_an_export_that_somebody_changed_stays_and_the_week_is_named(clinic, week):
    week("-q")
    folder = clinic / "schedules" / WEEK
    page = folder / f"exports/week-{WEEK}.html"
    page.write_text("mine")
    done = week("--names", "initials")
    assert done.exit_code == Exit.CONFLICT
    assert f"Error: The week is written to {folder}, its exports are not. 1 file would be replaced" in done.stderr
    assert page.read_text() == "mine"


def test_names_are_shown_where_they_are_asked_for(clinic, week):
    assert "Zyxcanary" not in week().output
    week("--names", "full", "-q")
    assert "Zyxcanary One" in (clinic / f"schedules/{WEEK}/exports/week-{WEEK}.html").read_text()
