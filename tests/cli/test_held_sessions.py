"""``--keep``: what somebody edited by hand stays exactly as it is, and the rest of the week is made anew."""

import csv
import json
import shutil

import pytest

from iopsched.cli.exits import Exit
from iopsched.files.output import read_summary
from iopsched.work import alternatives, weeks
from tests.support import small_clinic
from tests.support.commands import invoke

WEEK = ("--week", "2026-11-30")
EFFORT = ("--workers", "1", "--deterministic-limit", "0.5", "--time-limit", "60")


def run(*words):
    """Run a command."""
    return invoke(*words)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a clinic with a week."""
    clinic = tmp_path_factory.mktemp("small") / "clinic"
    small_clinic.write(clinic)
    assert run("solve", clinic, *WEEK, *EFFORT).exit_code in (Exit.DONE, Exit.UNMET)
    return clinic


@pytest.fixture
def clinic(made, tmp_path):
    """Return a copy of it."""
    return shutil.copytree(made, tmp_path / "clinic")


def rows_of(folder):
    with (folder / "sessions.csv").open(encoding="utf-8", newline="") as file:
        return {row["session_id"]: row for row in csv.DictReader(file)}


def roster_of(folder):
    with (folder / "roster.csv").open(encoding="utf-8", newline="") as file:
        return {(row["session_id"], row["participant_id"]) for row in csv.DictReader(file)}


def edit(folder, key, **cells):
    """Change cells of a session by hand."""
    rows = rows_of(folder)
    rows[key] |= cells
    with (folder / "sessions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[key]))
        writer.writeheader()
        writer.writerows(rows.values())


def visit_of(folder):
    """Return the id of a visit."""
    return next(key for key, row in rows_of(folder).items() if not row["group_id"])


def test_the_whole_folder_stays(clinic, tmp_path):
    folder = clinic / "schedules/2026-11-30"
    done = run("solve", clinic, "--keep", folder, "--out", tmp_path / "new", *EFFORT, "--json")
    assert done.exit_code in (Exit.DONE, Exit.UNMET), done.stderr
    assert json.loads(done.stdout)["held"] == sorted(rows_of(folder))
    assert rows_of(folder).items() <= rows_of(tmp_path / "new").items()
    assert roster_of(folder) <= roster_of(tmp_path / "new")
    assert "Held as they stand: " in done.stderr


def test_named_sessions_stay_and_the_rest_is_made_anew(clinic, tmp_path):
    """A hand edit that no search would choose is there afterwards, to the last cell; the week is that of the folder."""
    folder = clinic / "schedules/2026-11-30"
    key = visit_of(folder)
    before = rows_of(folder)[key]
    free = next(f"{hour:02d}:00" for hour in range(8, 20) if not _clashes(clinic, folder, key, before, hour))
    edit(folder, key, start=free, end=f"{int(free[:2]) + 1:02d}:00")
    done = run("solve", clinic, "--keep", f"{folder}:{key}", "--out", tmp_path / "new", *EFFORT, "--json")
    assert done.exit_code in (Exit.DONE, Exit.UNMET), done.stderr
    assert json.loads(done.stdout)["held"] == [key]
    assert rows_of(tmp_path / "new")[key] == rows_of(folder)[key]
    assert run("verify", clinic, tmp_path / "new").exit_code == Exit.DONE
    read = weeks.read_week(clinic, tmp_path / "new")
    assert read_summary(read.folder)["held"] == [key]
    assert alternatives.floor_of(read) == {}, "without what is held the clinic may have a better week"


def _clashes(clinic, folder, key, before, hour):
    """Return whether a session at another hour breaks a rule, as verify tells."""
    copy = folder.with_name("trial")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    edit(copy, key, start=f"{hour:02d}:00", end=f"{hour + 1:02d}:00")
    is_same = before["start"] == f"{hour:02d}:00"
    return is_same or bool(run("verify", clinic, copy).stdout)


def test_a_session_that_breaks_a_rule_by_itself_is_told(clinic):
    folder = clinic / "schedules/2026-11-30"
    key = visit_of(folder)
    edit(folder, key, start="03:00", end="04:00")
    done = run("solve", clinic, "--keep", f"{folder}:{key}", *EFFORT, "--json")
    assert done.exit_code == Exit.CONTRADICTION
    found = json.loads(done.stdout)
    assert found["status"] == "contradiction"
    assert {row["rule"] for row in found["violations"]} == {"window"}
    assert "window\t" in done.stderr
    assert "Mend these sessions in the folder" in done.stderr


@pytest.mark.parametrize("words", ["nowhere", "{}:", "{}:nothing", "nowhere:A"])
def test_what_is_not_there_is_told(clinic, words):
    done = run("solve", clinic, *WEEK, "--keep", words.format(clinic / "schedules/2026-11-30"))
    assert done.exit_code == Exit.USAGE


def test_a_folder_of_another_week_is_refused(clinic):
    done = run("solve", clinic, "--week", "2026-12-07", "--keep", clinic / "schedules/2026-11-30")
    assert done.exit_code == Exit.USAGE
    assert "--week" in done.stderr


def test_somebody_whom_no_table_has_is_told(clinic):
    folder = clinic / "schedules/2026-11-30"
    edit(folder, visit_of(folder), therapist_ids="NOBODY")
    done = run("solve", clinic, "--keep", folder, *EFFORT)
    assert done.exit_code == Exit.BAD_INPUT
    assert "E-UNKNOWN-THERAPIST" in done.stderr


def test_what_has_begun_stays_as_published(clinic, tmp_path):
    """A hand edit of the past is refused where it is named, and left out where the whole folder is."""
    folder = clinic / "schedules/2026-11-30"
    assert run("publish", clinic, folder).exit_code in (Exit.DONE, Exit.UNMET)
    draft = shutil.copytree(folder, tmp_path / "draft")
    first = min(rows_of(draft).values(), key=lambda row: (row["date"], row["start"]))
    edit(draft, first["session_id"], room_id="")
    words = ("solve", clinic, "--now", f"{first['date']}T23:00", "--out", tmp_path / "new", *EFFORT)
    refused = run(*words, "--keep", f"{draft}:{first['session_id']}")
    assert refused.exit_code == Exit.CONTRADICTION
    assert "has begun" in refused.stderr
    done = run(*words, "--keep", draft)
    assert done.exit_code in (Exit.DONE, Exit.UNMET), done.stderr
    assert rows_of(tmp_path / "new")[first["session_id"]] == first


def test_week_keeps_too(clinic):
    folder = clinic / "schedules/2026-11-30"
    kept = rows_of(folder)
    done = run("week", clinic, "--keep", folder, "--workers", "1", "--time-limit", "8", "--to", "csv")
    assert done.exit_code in (Exit.DONE, Exit.UNMET), done.stderr
    assert kept.items() <= rows_of(folder).items()
