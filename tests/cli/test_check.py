import json
from datetime import date

from iopsched.cli.exits import Exit
from iopsched.errors import Issue

ERROR = Issue(
    "services.csv", 2, "minutes", "E-NUMBER", "'ninety' is not a whole number.", "Write it in minutes, such as 90."
)
WARNING = Issue("rooms.csv", 0, "", "W-COLUMN-UNKNOWN", "The column 'color' is not known.", "", level="warning")
CONTRADICTION = Issue("pins.csv", 3, "", "C-PIN", "This pin can never hold.", "Delete the row.")
LINE = "services.csv:2, column minutes: E-NUMBER 'ninety' is not a whole number. Write it in minutes, such as 90.\n"


def test_a_clean_clinic_is_one_line(run, install, clinic):
    install()
    done = run("check", clinic, "--week", "2026-12-02")
    assert done.exit_code == Exit.DONE
    assert done.stdout == (
        "Test Clinic, week of Monday 30 November 2026: 3 participants, 2 staff, 2 rooms, 1 group; "
        "sessions needed: 3 group, 3 individual.\n"
    )
    assert done.stderr == ""


def test_every_issue_is_told_file_by_file(run, install, clinic):
    install(issues=(ERROR, WARNING))
    done = run("check", clinic)
    assert done.exit_code == Exit.BAD_INPUT
    assert done.stdout == (
        "rooms.csv: W-COLUMN-UNKNOWN The column 'color' is not known.\n" + LINE + "1 error, 1 warning.\n"
    )
    assert done.stderr == "Nothing can be solved before the errors are mended.\n"


def test_warnings_alone_are_no_failure(run, install, clinic):
    install(issues=(WARNING,))
    done = run("check", clinic, "--week", "2026-11-30")
    assert done.exit_code == Exit.DONE
    assert "1 warning.\nTest Clinic, week of Monday 30 November 2026: " in done.stdout


def test_contradictions_alone_have_their_own_code(run, install, clinic):
    """With an error beside them the input is simply bad."""
    install(issues=(CONTRADICTION,))
    assert run("check", clinic).exit_code == Exit.CONTRADICTION
    install(issues=(CONTRADICTION, ERROR))
    assert run("check", clinic).exit_code == Exit.BAD_INPUT


def test_the_first_fifty_of_a_file_and_its_errors_first(run, install, clinic):
    """52 warnings on rows 2 to 53 and an error on row 99: the error leads, 49 warnings follow, 3 are counted."""
    warnings = [Issue("a.csv", row, "", "W-X", "Odd.", "", level="warning") for row in range(2, 54)]
    install(issues=(*warnings, Issue("a.csv", 99, "", "E-X", "Wrong.", "")))
    lines = run("check", clinic).stdout.splitlines()
    assert lines[0] == "a.csv:99: E-X Wrong."
    assert lines[49] == "a.csv:50: W-X Odd."
    assert lines[50:] == ["a.csv: and 3 more.", "1 error, 52 warnings."]


def test_json_has_schema_and_issues(run, install, clinic):
    install(issues=(ERROR, WARNING))
    done = run("check", clinic, "--week", "2026-11-30", "--json")
    content = json.loads(done.stdout)
    assert (content["schema"], content["ok"], content["clinic"]) == ("iopsched.check/1", False, None)
    assert [issue["code"] for issue in content["issues"]] == ["W-COLUMN-UNKNOWN", "E-NUMBER"]
    install()
    assert json.loads(run("check", clinic, "--json").stdout)["clinic"]["participants"] == 3


def test_the_week_is_that_of_next_monday(run, install, clinic, monkeypatch):
    """From Monday 30 November to Sunday 6 December the next Monday is 7 December."""
    calls = install()
    for day in (date(2026, 11, 30), date(2026, 12, 6)):
        monkeypatch.setattr("iopsched.cli.options.today", lambda day=day: day)
        run("check", clinic)
        assert calls["inspect"][1] == date(2026, 12, 7)


def test_a_week_that_is_no_date_is_usage(run, install, clinic):
    install()
    done = run("check", clinic, "--week", "next")
    assert done.exit_code == Exit.USAGE
    assert done.stderr == "Error: --week 'next' is not a date. Write any date of the week, such as 2026-11-30.\n"
