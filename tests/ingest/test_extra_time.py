"""``extra_time.csv``: dated time joins the windows of its week, and asks for nothing."""

from datetime import date, timedelta

import pytest

from iopsched.domain.people import Cover
from iopsched.ingest import facts_now, inspect_clinic, inspect_kept, read_problem
from iopsched.verifier.calendars import Calendars
from tests.support.clinics import windows
from tests.support.small_clinic import FILES, SETTINGS, write

OPEN = "Mon-Fri 08:00-21:00"
ROWS = (
    "clinic,,2026-12-05 09:00,2026-12-05 13:00,Canary",
    "therapist,T1,2026-12-02 16:00,2026-12-02 18:00,",
    "participant,P1,2026-12-04,2026-12-04,",
    "room,R1,2026-12-03 08:00,2026-12-03 09:00,",
)


@pytest.fixture
def longer(bare):
    """Return a clinic whose Saturday, therapist, participant and room have extra time in the first week of December."""
    (bare / "participants.csv").write_text(
        "participant_id,population,availability,family_availability\nP1,adult,Mon 09:00-12:00,never\nP2,adult,,\n"
    )
    (bare / "therapists.csv").write_text("therapist_id,availability,busy\nT1,Wed 12:00-17:00,Wed 17:30-18:00\nT2,,\n")
    (bare / "rooms.csv").write_text("room_id,capacity,availability\nR1,14,Thu 09:00-12:00\n")
    (bare / "extra_time.csv").write_text("kind,id,start,end,reason\n" + "\n".join(ROWS) + "\n")
    return bare


def test_time_is_added_to_its_own_week(longer, week):
    problem = read_problem(longer, week)
    assert problem.clinic.open == windows(OPEN, "Sat 09:00-13:00")
    assert problem.participant["P1"].availability == windows("Mon 09:00-12:00", "Fri 00:00-24:00")
    assert problem.participant["P1"].family_availability == windows("Fri 00:00-24:00")
    assert problem.therapist["T1"].availability == windows("Wed 12:00-18:00")
    assert problem.room["R1"].availability == windows("Thu 08:00-12:00")


def test_whoever_is_there_whenever_the_clinic_is_open_is_there_in_its_extra_hours(longer, week):
    problem = read_problem(longer, week)
    assert problem.participant["P2"].availability == problem.therapist["T2"].availability == problem.clinic.open


def test_busy_time_still_holds(longer, week):
    problem = read_problem(longer, week)
    free = Calendars(problem).free("therapist", problem.therapist["T1"])
    assert free == windows("Wed 12:00-17:30")


def test_days_that_only_extra_time_opens_ask_for_nothing(longer, week):
    problem = read_problem(longer, week)
    assert problem.clinic.open_days == {0, 1, 2, 3, 4}
    assert problem.clinic.extra == windows("Sat 09:00-13:00")


def test_extra_hours_inside_the_opening_hours_change_no_open_day(bare, week):
    """And are told, as they have no effect (tests/badinput)."""
    (bare / "extra_time.csv").write_text("kind,id,start,end\nclinic,,2026-12-02,2026-12-02\n")
    problem = read_problem(bare, week)
    assert problem.clinic.open == windows("Mon-Tue 08:00-21:00", "Wed 00:00-24:00", "Thu-Fri 08:00-21:00")
    assert problem.clinic.open_days == {0, 1, 2, 3, 4}


def test_another_week_has_its_usual_hours(longer, week):
    problem = read_problem(longer, week + timedelta(days=7))
    assert problem.clinic.open == windows(OPEN)
    assert problem.therapist["T1"].availability == windows("Wed 12:00-17:00")


def test_covers(bare, week):
    (bare / "therapists.csv").write_text("therapist_id\nT1\nT2\nT3\n")
    (bare / "covers.csv").write_text('therapist_id,covered_by,from,until\nT2,"T1, T3",2026-12-01,\nT1,T2,,2026-12-04\n')
    assert read_problem(bare, week).covers == (
        Cover("T1", ("T2",), last_day=date(2026, 12, 4)),
        Cover("T2", ("T1", "T3"), first_day=date(2026, 12, 1)),
    )


def test_a_published_week_keeps_both_tables_and_no_reason(longer, week):
    """So that an old week is verified with who stood in, and with the hours of its time."""
    (longer / "covers.csv").write_text("therapist_id,covered_by,from,until\nT1,T2,,\n")
    kept = facts_now(longer, "Bare", "")
    found = inspect_kept(kept, week).problem
    now = read_problem(longer, week)
    assert (found.covers, found.clinic.open, found.therapists) == (now.covers, now.clinic.open, now.therapists)
    assert b"Canary" not in kept.to_bytes()


SATURDAY = "clinic,,2026-12-05 09:00,2026-12-05 13:00,\n"
WITH_SATURDAY = SETTINGS.replace('days = "Mon-Fri"', 'days = "Mon-Sat"')
TIMED = "group_id,track,population,sessions_per_week,times\nG1,sud,adult,3,Mon Wed Fri 09:00\n"


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({}, "Add Sat to days of the block 'morning' in clinic.toml"),
        ({"clinic.toml": WITH_SATURDAY}, ""),
        ({"clinic.toml": WITH_SATURDAY, "groups.csv": TIMED}, "Add Sat to times of a group in groups.csv"),
        ({"clinic.toml": WITH_SATURDAY, "groups.csv": TIMED.replace("Fri 09", "Fri Sat 09")}, ""),
        ({"extra_time.csv": SATURDAY.replace("09:", "12:").replace("13:", "16:")}, "or add a block"),
        ({"extra_time.csv": SATURDAY.replace("13:", "11:")}, ""),  # nobody expects a group in two hours
        ({"extra_time.csv": SATURDAY.replace("-05", "-04").replace("09:", "21:").replace("13:", "24:")}, ""),
        ({"services.csv": "service_id,kind,minutes,starts\ngroup,group,180,grid\n"}, ""),
        ({"groups.csv": "group_id,track,population,sessions_per_week\n"}, ""),
    ],
)
def test_extra_hours_in_which_no_group_can_meet_are_told(tmp_path, week, changes, remedy):
    """Groups meet on the days of their blocks, and what is said to do lets them meet."""
    files = {**FILES, "extra_time.csv": f"kind,id,start,end,reason\n{SATURDAY}", **changes}
    if "extra_time.csv" in changes:
        files["extra_time.csv"] = f"kind,id,start,end,reason\n{changes['extra_time.csv']}"
    clinic = write(tmp_path / "clinic", files)
    told = [issue.remedy for issue in inspect_clinic(clinic, week).issues if issue.code[1:] == "-EXTRA-TIME"]
    assert len(told) == bool(remedy)
    assert all(remedy in text for text in told)


def test_a_block_of_a_day_that_only_dates_open_is_not_told_in_other_weeks(tmp_path, week):
    files = {**FILES, "clinic.toml": WITH_SATURDAY, "extra_time.csv": f"kind,id,start,end,reason\n{SATURDAY}"}
    clinic = write(tmp_path / "clinic", files)
    later = week + timedelta(days=7)
    assert "W-WINDOW-OUTSIDE" not in {issue.code for issue in inspect_clinic(clinic, later).issues}
    (clinic / "extra_time.csv").unlink()
    assert "W-WINDOW-OUTSIDE" in {issue.code for issue in inspect_clinic(clinic, later).issues}
