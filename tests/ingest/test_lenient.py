"""A schedule that exists can be looked at in a week in which nothing could be solved; short pins rows; double entries."""

from datetime import date
from pathlib import Path

import pytest

from iopsched.ingest import inspect_clinic, read_problem, read_schedule
from iopsched.verifier import violations

WEEK = date(2026, 11, 30)
FILES = {
    "clinic.toml": 'name = "Tiny"\ntimezone = "America/Chicago"\nopen = "Mon-Fri 09:00-17:00"\n',
    "participants.csv": "participant_id,population\nP1,adult\n",
    "therapists.csv": "therapist_id\nT1\n",
    "rooms.csv": "room_id,capacity\nR1,6\n",
}


def tiny(folder: Path, **files: str) -> Path:
    for name, text in (FILES | {key.replace("_csv", ".csv"): text for key, text in files.items()}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("therapist,T1,2026-11-30,2026-12-06", "E-NOBODY-FREE"),
        ("room,R1,2026-11-30,2026-12-06", "E-NO-ROOM-FREE"),
        ("clinic,,2026-11-30,2026-12-06", "E-WEEK-CLOSED"),
    ],
)
def test_a_week_with_nothing_to_solve_can_be_read_for_verifying(tmp_path, row, code):
    clinic = tiny(tmp_path, time_off_csv=f"kind,id,start,end\n{row}\n")
    assert inspect_clinic(clinic, WEEK).problem is None
    found = inspect_clinic(clinic, WEEK, is_for_solving=False)
    assert found.problem is not None
    assert code in {issue.code for issue in found.issues if issue.level == "warning"}


def test_a_contradiction_is_a_warning_for_verifying(tmp_path):
    pins = "action,therapist_id,day,start\nmust,T1,Mon,09:00\n"
    clinic = tiny(tmp_path, pins_csv=pins, time_off_csv="kind,id,start,end\ntherapist,T1,2026-11-30,2026-11-30\n")
    assert inspect_clinic(clinic, WEEK).problem is None
    assert inspect_clinic(clinic, WEEK, is_for_solving=False).problem is not None


def test_blank_cells_at_the_end_of_a_pin_may_be_left_out(tmp_path):
    header = "action,participant_id,therapist_id,room_id,group_id,service_id,day,start,from,until\n"
    clinic = tiny(tmp_path, pins_csv=header + "must, P1, , , , individual, Tue, 15:00\n")
    (pin,) = read_problem(clinic, WEEK).pins
    assert (pin.participant_id, pin.service_id, pin.day, pin.start, pin.until_date) == (
        "P1",
        "individual",
        1,
        900,
        None,
    )


def test_a_pin_of_another_weekday_than_its_dates_says_nothing(tmp_path):
    header = "action,participant_id,service_id,day,start,from,until\n"
    clinic = tiny(tmp_path, pins_csv=header + "must,P1,individual,Tue,15:00,2026-12-02,2026-12-31\n")
    assert read_problem(clinic, WEEK).pins[0].day == 1


def test_a_therapist_written_twice_reaches_the_verifier(tmp_path):
    clinic = tiny(tmp_path)
    week = tmp_path / "week"
    week.mkdir()
    header = "session_id,date,weekday,start,end,service_id,group_id,room_id,therapist_ids,participants,modality\n"
    row = "individual-001,2026-11-30,Mon,09:00,10:00,individual,,R1,T1;T1,1,in_person\n"
    (week / "sessions.csv").write_text(header + row, encoding="utf-8")
    (week / "roster.csv").write_text("session_id,participant_id\nindividual-001,P1\n", encoding="utf-8")
    problem = read_problem(clinic, WEEK)
    assert {found.rule for found in violations(problem, read_schedule(week, problem))} == {"staffed"}
