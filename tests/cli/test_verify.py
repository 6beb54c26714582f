import json
from dataclasses import replace

import pytest

from iopsched.cli.exits import Exit


@pytest.fixture
def written(run, install, clinic):
    """A folder that solve has written."""
    install()
    run("solve", clinic, "--week", "2026-11-30", "-q")
    return clinic / "schedules" / "2026-11-30"


def test_a_good_week_is_one_line_on_stderr(run, clinic, written):
    done = run("verify", clinic, written)
    assert (done.exit_code, done.stdout) == (Exit.DONE, "")
    assert done.stderr == "Checked 6 sessions, 3 participants, 2 staff, 20 rules: no violation.\n"


def test_violations_are_lines_of_three_cells(run, install, clinic, written, world):
    """The first hour alone is moved into the group's morning: P1 is in two places."""
    good = world.schedule()
    moved = tuple(
        replace(session, start=540, end=600) if session.id == "individual-1" else session for session in good.sessions
    )
    install(week=replace(good, sessions=moved))
    done = run("verify", clinic, written)
    assert done.exit_code == Exit.UNMET
    cells = [line.split("\t") for line in done.stdout.splitlines()]
    assert all(len(row) == 3 for row in cells)
    assert ["overlap", "P1"] in [row[:2] for row in cells]
    content = json.loads(run("verify", clinic, written, "--json").stdout)
    assert content["schema"] == "iopsched.verify/1"
    assert not content["ok"]
    assert len(content["violations"]) == len(cells)


def test_numbers_left_behind_by_a_hand_edit_are_warnings(run, clinic, written):
    """One number is changed; the week itself is as good as before."""
    text = (written / "hours.csv").read_text()
    (written / "hours.csv").write_text(text.replace("P2,iop-adult,540,600", "P2,iop-adult,540,60"))
    done = run("verify", clinic, written)
    assert done.exit_code == Exit.DONE
    assert done.stderr == (
        "Warning: hours.csv says scheduled_minutes 60 for P2; counted: 600.\n"
        "Warning: hours.csv was edited after it was written (summary.json knows another hash).\n"
        "Checked 6 sessions, 3 participants, 2 staff, 20 rules: no violation.\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_files_saved_by_a_spreadsheet_are_compared_all_the_same(run, clinic, written, encoding, separator):
    text = (written / "hours.csv").read_text().replace(",", separator)
    (written / "hours.csv").write_bytes(text.encode(encoding))
    assert "hours.csv says" not in run("verify", clinic, written).stderr


def test_missing_files_are_warnings(run, clinic, written):
    (written / "hours.csv").unlink()
    (written / "summary.json").write_text("{}")
    err = run("verify", clinic, written).stderr
    assert "Warning: hours.csv is missing; the hours were counted from the sessions.\n" in err
    assert "Warning: summary.json cannot be read.\n" in err
    (written / "summary.json").unlink()
    assert "Warning: summary.json is missing.\n" in run("verify", clinic, written).stderr


def test_rows_of_hours_too_many_or_too_few(run, clinic, written):
    text = (written / "hours.csv").read_text()
    (written / "hours.csv").write_text(text.replace("P3,", "P4,"))
    err = run("verify", clinic, written).stderr
    assert "Warning: hours.csv has no row for P3.\n" in err
    assert "Warning: hours.csv has 1 row for nobody in participants.csv.\n" in err


def test_what_hours_say_is_repeated_only_if_it_can_be_no_name(run, clinic, written):
    """A person's name, slipped into a column or into the ids, is not printed."""
    text = (written / "hours.csv").read_text()
    (written / "hours.csv").write_text(text.replace("P2,iop-adult,540", "P2,Zyxcanary,540") + "Zyxcanary02,iop-adult\n")
    err = run("verify", clinic, written).stderr
    assert "Warning: hours.csv says level something else for P2; counted: iop-adult.\n" in err
    assert "hours.csv has 1 row for nobody in participants.csv" in err
    assert "zyxcanary" not in err.casefold()


def test_needs_that_are_not_met_are_told_and_break_no_rule(run, install, clinic, written, world):
    install(week=world.schedule(individual=("P1", "P2")))
    done = run("verify", clinic, written)
    assert done.exit_code == Exit.DONE
    assert done.stderr.splitlines()[-1] == "Needs: 2 of 3 participants have everything; P3 lacks 1 individual."
    install(week=world.schedule(individual=()))
    done = run("verify", clinic, written, "--json")
    assert done.stderr.splitlines()[-1] == "Needs: 0 of 3 participants have everything; short are P1, P2, P3."
    assert json.loads(done.stdout)["short"] == ["P1", "P2", "P3"]
    assert json.loads(done.stdout)["ok"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("ab" * 32, "cd" * 32, "The clinic's files were changed after this schedule was made from them."),
        ("Test Clinic", "Other", "summary.json is of another clinic (name in clinic.toml)."),
        ("2026-11-30", "2026-12-07", "summary.json is of another week than the sessions."),
        (
            "iopsched.summary/1",
            "iopsched.summary/9",
            "summary.json has another schema than iopsched.summary/1: another version of iopsched has written it.",
        ),
    ],
)
def test_a_schedule_of_something_else_is_warned_of(run, clinic, written, old, new, sentence):
    path = written / "summary.json"
    path.write_text(path.read_text().replace(old, new))
    done = run("verify", clinic, written)
    assert done.exit_code == Exit.DONE
    assert done.stderr.startswith(f"Warning: {sentence}\nChecked ")
