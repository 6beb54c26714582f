"""Days of an authorization that published weeks have used are counted up, week by week."""

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from iopsched import store
from iopsched.domain.schedule import Schedule
from iopsched.ingest import facts_now
from iopsched.policy.numbers import authorized_days
from iopsched.records.remarks import CODES
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.work.clinics import check
from iopsched.work.weeks import inspect_week, read_week
from tests.support.editing import edit
from tests.support.publications import FIRST, held
from tests.support.small_clinic import FILES, write

ONE, TWO, THREE = (date(2026, 11, 30) + timedelta(days=7 * number) for number in range(3))
LATER = datetime.fromisoformat("2027-01-01T12:00")
PEOPLE = "participant_id,population,track,authorized_from,units_authorized,units_used,units_as_of\n"
THRICE = "Mon 09:00-12:00", "Wed 09:00-12:00", "Fri 09:00-12:00"


def clinic_of(folder, row="P1,adult,sud,,12,4,"):
    return write(folder / "clinic", {**FILES, "participants.csv": f"{PEOPLE}{row}\nP2,adult,sud,,,,\n"})


def publish(clinic, week, times=THRICE, at=FIRST, who="P1 P2"):
    sessions = tuple(
        held(when, who, id=f"G1-{n}", service_id="group", group_id="G1") for n, when in enumerate(times, start=1)
    )
    found = inspect_week(clinic, week, is_for_solving=False)
    facts = facts_now(clinic, "Small", found.inputs_sha256).to_bytes()
    store.publish(clinic, found.problem.clinic, Schedule(week, sessions), now=at, actor="dana", facts=facts)


def left(clinic, week):
    return inspect_week(clinic, week, is_for_solving=False).problem.participant["P1"].units_left


def record(clinic, *rows):
    text = "date,participant_id,session_id,minutes,status\n" + "".join(f"{row}\n" for row in rows)
    (clinic / "attendance.csv").write_text(text)


def test_published_days_are_used_in_the_weeks_after(tmp_path):
    clinic = clinic_of(tmp_path)
    assert [left(clinic, week) for week in (ONE, TWO, THREE)] == [8, 8, 8]
    publish(clinic, ONE)
    assert [left(clinic, week) for week in (ONE, TWO, THREE)] == [8, 5, 5]
    publish(clinic, TWO, THRICE[:2])
    assert [left(clinic, week) for week in (ONE, TWO, THREE)] == [8, 5, 3]
    person = inspect_week(clinic, THREE, is_for_solving=False).problem.participant["P1"]
    assert (person.units_used, person.units_counted) == (4, 5)
    assert authorized_days(person).setting.startswith("units_authorized less units_used and 5 days of earlier weeks")
    assert inspect_week(clinic, THREE, is_for_solving=False).problem.participant["P2"].units_left is None


def test_two_sessions_of_a_day_are_one_unit_and_the_last_revision_counts(tmp_path):
    clinic = clinic_of(tmp_path)
    publish(clinic, ONE, ("Mon 09:00-12:00", "Mon 13:00-16:00", "Tue 09:00-12:00"))
    assert left(clinic, TWO) == 6
    publish(clinic, ONE, ("Mon 09:00-12:00",), FIRST + timedelta(hours=1))
    assert left(clinic, TWO) == 7


def test_it_never_falls_below_nothing(tmp_path):
    clinic = clinic_of(tmp_path, "P1,adult,sud,,5,3,")
    publish(clinic, ONE)
    assert left(clinic, TWO) == 0


@pytest.mark.parametrize(
    ("status", "used"), [("attended", 3), ("no_show", 2), ("excused", 2), ("late cancel", 2), ("left early", 3)]
)
def test_who_was_not_there_used_nothing(tmp_path, status, used):
    clinic = clinic_of(tmp_path)
    publish(clinic, ONE)
    record(clinic, f"2026-12-02,P1,G1-2,,{status}")
    assert left(clinic, TWO) == 8 - used
    assert left(clinic, ONE) == 8


@pytest.mark.parametrize(("begin", "used"), [("2026-11-30", 3), ("2026-12-01", 2), ("2026-12-05", 0)])
def test_days_before_the_authorization_use_nothing_of_it(tmp_path, begin, used):
    clinic = clinic_of(tmp_path, f"P1,adult,sud,{begin},12,4,")
    publish(clinic, ONE)
    assert left(clinic, TWO) == 8 - used


@pytest.mark.parametrize(("last", "used"), [("2026-11-29", 3), ("2026-11-30", 2), ("2026-12-04", 0)])
def test_days_that_are_stated_as_used_are_not_counted_again(tmp_path, last, used):
    clinic = clinic_of(tmp_path, f"P1,adult,sud,,12,4,{last}")
    publish(clinic, ONE)
    assert left(clinic, TWO) == 8 - used


def test_a_session_that_does_not_count_uses_nothing(tmp_path):
    clinic = clinic_of(tmp_path)
    (clinic / "services.csv").write_text("service_id,kind,minutes,counts\ngroup,group,180,no\n")
    publish(clinic, ONE)
    assert left(clinic, TWO) == 8


def test_a_published_week_is_read_with_what_was_known_then(tmp_path):
    """A later revision of the week before, and a row of attendance since, change nothing of what was published."""
    clinic = clinic_of(tmp_path)
    publish(clinic, ONE, THRICE[:2])
    publish(clinic, TWO, at=FIRST + timedelta(hours=1))
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "sessions.csv").write_text(_sessions(TWO))
    (folder / "roster.csv").write_text(
        "session_id,participant_id\n" + "".join(f"G1-{n},P{p}\n" for n in (1, 2, 3) for p in (1, 2))
    )
    assert read_week(clinic, folder).problem.participant["P1"].units_left == 6
    publish(clinic, ONE, THRICE, FIRST + timedelta(hours=2))
    record(clinic, "2026-12-02,P1,G1-2,,no_show")
    edit(clinic, "participants.csv P1 units_authorized = 30")
    assert read_week(clinic, folder).problem.participant["P1"].units_left == 6
    assert left(clinic, TWO) == 24


def _sessions(week):
    text = StringIO()
    print(
        "session_id,date,weekday,start,end,service_id,group_id,room_id,therapist_ids,participants,modality", file=text
    )
    for number, days in enumerate((0, 2, 4), start=1):
        day = week + timedelta(days=days)
        print(f"G1-{number},{day},{day:%a},09:00,12:00,group,G1,R1,T1,2,in_person", file=text)
    return text.getvalue()


def test_changed_files_are_read_with_the_days_counted(tmp_path):
    clinic = clinic_of(tmp_path)
    publish(clinic, ONE)
    problem = inspect_week(clinic, TWO, is_for_solving=False).problem
    assert ClinicFiles.read(clinic).problem(problem) == problem


# --- what check tells -----------------------------------------------------------
def told(clinic, week, *codes):
    return [
        (issue.file, issue.row, issue.column, issue.code)
        for issue in check(clinic, week, LATER).issues
        if issue.code in codes
    ]


@pytest.mark.parametrize(
    ("authorized", "week", "code"),
    [
        (7, TWO, "W-UNITS"),
        (8, TWO, "W-UNITS-SOON"),
        (12, TWO, "W-UNITS-SOON"),
        (13, TWO, None),
        (6, ONE, "W-UNITS-SOON"),
    ],
)
def test_units_that_run_out_are_told(tmp_path, authorized, week, code):
    clinic = clinic_of(tmp_path, f"P1,adult,sud,,{authorized},4,2026-11-29")
    publish(clinic, ONE)
    expected = [("participants.csv", 2, "units_authorized", code)] if code else []
    assert told(clinic, week, "W-UNITS", "W-UNITS-SOON", "I-UNITS-BOTH") == expected


def test_days_that_may_be_counted_twice_are_told(tmp_path):
    clinic = clinic_of(tmp_path, "P1,adult,sud,,40,4,")
    assert told(clinic, TWO, "I-UNITS-BOTH") == []
    publish(clinic, ONE)
    assert told(clinic, TWO, "I-UNITS-BOTH") == [("participants.csv", 2, "units_used", "I-UNITS-BOTH")]


@pytest.mark.parametrize(
    ("last", "is_told"), [("2026-12-06", False), ("2026-12-07", True), ("2026-12-20", True), ("2026-12-21", False)]
)
def test_an_authorization_that_ends_this_week_or_the_next_is_told(tmp_path, last, is_told):
    clinic = write(
        tmp_path / "clinic",
        {
            **FILES,
            "participants.csv": f"participant_id,population,track,authorized_until\nP1,adult,sud,{last}\nP2,adult,sud,\n",
        },
    )
    assert bool(told(clinic, TWO, "W-AUTHORIZATION-ENDS")) == is_told


def test_rows_of_attendance_that_do_not_fit_are_told(tmp_path):
    clinic = clinic_of(tmp_path)
    record(clinic, "2026-11-30,P1,G1-9,,attended", "2026-11-23,P1,G1-1,,attended")
    codes = [f"W-ATTENDANCE-{word}" for word in ("UNMATCHED", "ROSTER", "TWICE", "MINUTES", "MISSING")]
    codes.append("I-ATTENDANCE-WEEKS")
    assert told(clinic, ONE, *codes) == []  # nothing is published
    publish(clinic, ONE, who="P1")
    record(
        clinic,
        "2026-11-30,P1,G1-9,,attended",
        "2026-12-01,P1,G1-1,,attended",
        "2026-11-30,P2,G1-1,,attended",
        "2026-12-02,P1,G1-2,181,attended",
        "2026-12-02,P1,G1-2,170,attended",
        "2026-11-23,P1,G1-1,,attended",
    )
    assert sorted(told(clinic, ONE, *codes)) == [
        ("attendance.csv", 0, "", "I-ATTENDANCE-WEEKS"),
        ("attendance.csv", 0, "", "W-ATTENDANCE-MISSING"),
        ("attendance.csv", 2, "session_id", "W-ATTENDANCE-UNMATCHED"),
        ("attendance.csv", 3, "date", "W-ATTENDANCE-UNMATCHED"),
        ("attendance.csv", 4, "participant_id", "W-ATTENDANCE-ROSTER"),
        ("attendance.csv", 5, "minutes", "W-ATTENDANCE-MINUTES"),
        ("attendance.csv", 5, "participant_id", "W-ATTENDANCE-TWICE"),
    ]
    told_of = {issue.code: issue.message for issue in check(clinic, ONE, LATER).issues}
    assert "P1 in G1-1 on 2026-11-30" in told_of["W-ATTENDANCE-MISSING"]


def test_a_damaged_store_hides_no_fault_of_the_tables(tmp_path):
    clinic = clinic_of(tmp_path)
    publish(clinic, ONE)
    (clinic / "iopsched.db").write_bytes(b"no database" * 100)
    found = check(clinic, TWO, LATER)
    assert ("iopsched.db", "W-STORE") in {(issue.file, issue.code) for issue in found.issues}
    assert found.problem is not None


def test_every_code_of_these_remarks_is_provoked_above():
    here = Path(__file__).read_text(encoding="utf-8")
    words = {code.removeprefix("W-ATTENDANCE-") for code in CODES}
    assert [word for word in sorted(words) if f'"{word}"' not in here] == []
