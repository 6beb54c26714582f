"""Dates that Excel has rewritten are read in the order that the file, the setting or the weekdays show."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from iopsched.ingest import inspect_clinic, inspect_schedule, read_problem, read_schedule

DATA = Path(__file__).parents[2] / "data"
MONDAY = date(2026, 11, 30)
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?")


def as_excel(match):
    """Return what US Excel makes of an ISO date when it saves a CSV file."""
    year, month, day, hour, minute = match.groups()
    return f"{int(month)}/{int(day)}/{year}" + (f" {int(hour)}:{minute}" if hour else "")


def padded(match):
    year, month, day, hour, minute = match.groups()
    return f"{month}/{day}/{year}" + (f" {hour}:{minute}" if hour else "")


def day_first(match):
    year, month, day, hour, minute = match.groups()
    return f"{int(day)}.{int(month)}.{year}" + (f" {int(hour)}:{minute}" if hour else "")


def rewritten(source, target, form, order):
    """Copy a clinic with all its dates in another form and the order in its settings."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("schedules"))
    for path in target.glob("*.csv"):
        path.write_text(ISO.sub(form, path.read_text(encoding="utf-8")), encoding="utf-8")
    settings = target / "clinic.toml"
    text = re.sub(r"(?m)^date_order = .*$", "", settings.read_text(encoding="utf-8"))
    settings.write_text(f'date_order = "{order}"\n' + text, encoding="utf-8")
    return target


@pytest.mark.parametrize(("form", "order"), [(as_excel, "mdy"), (padded, "mdy"), (day_first, "dmy")])
@pytest.mark.parametrize("name", sorted(path.name for path in DATA.iterdir() if path.is_dir()))
def test_examples_saved_by_excel(name, form, order, tmp_path):
    found = inspect_clinic(rewritten(DATA / name, tmp_path / name, form, order), MONDAY)
    assert found.problem == read_problem(DATA / name, MONDAY)
    assert {issue.code for issue in found.issues} <= {
        issue.code for issue in inspect_clinic(DATA / name, MONDAY).issues
    }


def attendance(folder, *days):
    rows = "".join(f"{day},P1,group,attended\n" for day in days)
    (folder / "attendance.csv").write_text(f"date,participant_id,service_id,status\n{rows}")


def test_one_clear_date_decides_for_its_file(clinic, week):
    attendance(clinic, "11/3/2026", "11/24/2026", "2026-11-05")
    found = inspect_clinic(clinic, week)
    assert [record.date.isoformat() for record in found.problem.attendance] == [
        "2026-11-03",
        "2026-11-05",
        "2026-11-24",
    ]
    assert [str(issue) for issue in found.issues] == [
        (
            "attendance.csv: I-DATE-ORDER The dates with slashes or dots, such as '11/24/2026', were read as month/day/year. "
            'Write date_order = "mdy" in clinic.toml to have all files read so.'
        )
    ]


def test_day_first(clinic, week):
    attendance(clinic, "3/11/2026", "24/11/2026")
    assert [row.date.isoformat() for row in read_problem(clinic, week).attendance] == ["2026-11-03", "2026-11-24"]


def test_another_file_decides_nothing(clinic, week):
    attendance(clinic, "11/3/2026")
    text = (clinic / "participants.csv").read_text().replace("2026-12-31", "12/31/2026")
    (clinic / "participants.csv").write_text(text)
    assert [issue.code for issue in inspect_clinic(clinic, week).issues] == ["E-DATE-AMBIGUOUS", "I-DATE-ORDER"]


def test_a_date_of_equal_parts_needs_no_order(clinic, week):
    attendance(clinic, "11/11/2026")
    assert read_problem(clinic, week).attendance[0].date == date(2026, 11, 11)


def test_contradiction_leaves_the_doubtful_cells_as_faults(clinic, week):
    attendance(clinic, "11/24/2026", "24/11/2026", "11/3/2026")
    assert [(issue.row, issue.code) for issue in inspect_clinic(clinic, week).issues] == [
        (3, "E-DATE-ORDER"),
        (4, "E-DATE-AMBIGUOUS"),
    ]


@pytest.mark.parametrize("cell", ["11/3/26", "13/13/2026", "11/3/2026 25:00", "11/3-2026", "11/3/1426"])
def test_what_stays_a_fault(cell, clinic, week):
    attendance(clinic, cell)
    assert [issue.level for issue in inspect_clinic(clinic, week).issues] == ["error"]


def test_absences_with_a_time(clinic, week):
    (clinic / "time_off.csv").write_text(
        "kind,id,start,end\nroom,R1,12/1/2026 8:00,12/1/2026 12:30 PM\nroom,R2,12/31/2026,12/31/2026\n"
    )
    first = read_problem(clinic, week).time_off[0]
    assert (first.start.isoformat(), first.end.isoformat()) == ("2026-12-01T08:00:00", "2026-12-01T12:30:00")


def schedule(sound, target, change, *, with_weekday=True):
    shutil.copytree(sound.parent / "week", target)
    lines = (target / "sessions.csv").read_text().splitlines()
    if not with_weekday:
        lines = [",".join(cell for at, cell in enumerate(line.split(",")) if at != 2) for line in lines]
    text = ISO.sub(change, "\n".join(lines[:1] + [line for line in lines[1:] if "12-01" in line]) + "\n")
    (target / "sessions.csv").write_text(text)
    (target / "roster.csv").write_text("session_id,participant_id\nindividual-1,P1\n")
    return target


def test_weekday_decides_in_a_schedule(sound, tmp_path):
    """12/1/2026 is a Tuesday as December 1, a Monday as January 12."""
    found = inspect_schedule(schedule(sound, tmp_path / "week", as_excel))
    assert found.schedule.week == MONDAY
    assert [str(issue) for issue in found.issues] == [
        (
            "sessions.csv: I-DATE-ORDER The dates with slashes or dots, such as '12/1/2026', were read as month/day/year. "
            "Write all dates of this file as YYYY-MM-DD."
        )
    ]


def test_week_decides_in_a_schedule_without_weekdays(sound, week, tmp_path):
    folder = schedule(sound, tmp_path / "week", as_excel, with_weekday=False)
    assert read_schedule(folder, read_problem(sound, week)).week == MONDAY
    assert [issue.code for issue in inspect_schedule(folder).issues] == ["E-DATE-AMBIGUOUS", "E-SCHEDULE-NO-WEEK"]
