"""``iopsched import``: the way in for a new clinic."""

import json

import pytest

from iopsched.cli.exits import Exit
from tests.support import rosters
from tests.support.commands import invoke

BAD = "Date,Time,Type,Therapist,Client\n2026-11-30,9-10,Indiv,Smith,Canaryna Zed\n"


def run(*words):
    """Run a command."""
    return invoke(*words)


@pytest.fixture
def clinic(tmp_path):
    """Return a clinic with a roster beside its tables."""
    folder = rosters.clinic_at(tmp_path / "clinic")
    (folder / "ehr.csv").write_text(rosters.EHR_ROWS, encoding="utf-8")
    return folder


def test_the_clinic_is_the_folder_of_the_roster(clinic):
    done = run("import", clinic / "ehr.csv")
    assert done.exit_code == Exit.UNMET
    assert done.stderr.startswith("Week: 2026-11-30. Shape: appointments.\n")
    assert "Left out, called off: A8." in done.stderr
    assert all(line.count("\t") == 2 for line in done.stdout.splitlines())
    assert (clinic / "schedules/2026-11-30/sessions.csv").is_file()
    assert (clinic / "ehr.mapping.toml").stat().st_mode & 0o777 == 0o600


def test_the_first_week_begins_with_it(clinic):
    """What is imported is shown and verified like any other week, and solve changes little of it."""
    run("import", clinic / "ehr.csv")
    folder = clinic / "schedules/2026-11-30"
    assert run("verify", clinic, folder).exit_code == Exit.UNMET
    assert run("show", clinic, folder).exit_code == Exit.DONE
    words = (
        "solve",
        clinic,
        "--week",
        "2026-12-07",
        "--previous",
        folder,
        "--time-limit",
        "120",
        "--workers",
        "1",
        "--json",
    )
    done = run(*words, "--deterministic-limit", "0.2")
    found = json.loads(done.stdout)
    assert done.exit_code in (Exit.DONE, Exit.UNMET)
    assert found["previous"]["folder"] == "schedules/2026-11-30"
    goals = {goal["name"]: goal["value"] for goal in found["goals"]}
    assert goals["changes"] > 0


def test_a_roster_may_be_named_from_its_own_folder(clinic, monkeypatch):
    """The way to it has no folder before its name then."""
    monkeypatch.chdir(clinic)
    assert run("import", "ehr.csv").exit_code == Exit.UNMET
    assert (clinic / "ehr.mapping.toml").exists()


def test_json(clinic):
    done = run("import", clinic / "ehr.csv", "--json")
    found = json.loads(done.stdout)
    assert list(found)[:3] == ["schema", "status", "week"]
    assert (found["schema"], found["status"], found["sessions"]) == ("iopsched.import/1", "imported", 4)
    assert {row["rule"] for row in found["violations"]} == {"day_max", "seats"}
    assert {"sheet": "", "cell": "A8", "why": "called_off"} in found["ignored"]


def test_faults_end_it_and_name_nobody(clinic):
    (clinic / "bad.csv").write_text(BAD, encoding="utf-8")
    done = run("import", clinic / "bad.csv", "--json")
    assert done.exit_code == Exit.BAD_INPUT
    assert json.loads(done.stdout)["status"] == "bad_input"
    assert "bad.csv!A2: E-IMPORT-PERSON" in done.stderr
    assert "No week was written." in done.stderr
    assert "canaryna" not in (done.stderr + done.stdout).casefold()
    assert not (clinic / "schedules").exists()


def test_what_is_not_there_is_told(clinic, tmp_path, monkeypatch):
    assert run("import", clinic / "none.csv").exit_code == Exit.USAGE
    assert run("import", rosters.grid_book(clinic / "book.xlsx"), "--sheet", "Other").exit_code == Exit.USAGE
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ehr.csv").write_text(rosters.EHR_ROWS, encoding="utf-8")
    done = run("import", "ehr.csv")
    assert (done.exit_code, done.stderr.count("--clinic")) == (Exit.USAGE, 1)


def test_a_sheet_may_be_named(clinic):
    book = rosters.staff_book(clinic / "book.xlsx")
    found = json.loads(run("import", book, "--sheet", "maria o'brien", "--json").stdout)
    assert found["sheets"] == [{"sheet": "Maria O'Brien", "appointments": 4}]


def test_an_imported_week_is_published_when_it_breaks_nothing(clinic):
    text = "Day,Time,Group,Room\nMon,9-12,DBT-A,Big Room\n"
    (clinic / "plan.csv").write_text(text, encoding="utf-8")
    assert run("import", clinic / "plan.csv", "--week", "2026-11-30").exit_code == Exit.UNMET
    folder = clinic / "schedules/2026-11-30"
    assert run("verify", clinic, folder).exit_code == Exit.DONE
    assert run("publish", clinic, folder).exit_code == Exit.DONE
