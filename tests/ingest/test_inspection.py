"""What the public functions promise: everything at once, nothing private, one hash."""

import hashlib
import subprocess
import sys
from datetime import date, timedelta

import pytest

from iopsched.errors import InputError
from iopsched.ingest import inspect_clinic, read_names, read_problem, read_schedule

TEN = {
    "clinic.toml": ("grid_minutes = 30", "grid_minuts = 30"),
    "participants.csv": ("Mon-Fri 08:00-16:00,34", "Wensday 08:00-16:00,34"),
    "therapists.csv": ("yes,4", "oui,4"),
    "rooms.csv": ("R1,16,,", "R1,sixteen,,"),
    "services.csv": ("other,30", "othr,30"),
    "groups.csv": ("T1,R1", "T11,R1"),
    "needs.csv": ("2026-11-03", "11/03/2026"),
    "time_off.csv": ("therapist,T2,2026-12-04,2026-12-04", "therapist,T2,2026-12-04,2026-12-03"),
    "keep_apart.csv": ("P3,T2,", "P3,T2"),
    "pins.csv": ("Tue,15:00", "Tue,15:10"),
}


def spoiled(folder):
    for name, (old, new) in TEN.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_ten_mistakes_are_ten_errors(clinic, week):
    """One mistake a file, each told once, in one reading."""
    issues = inspect_clinic(spoiled(clinic), week).issues
    assert [(issue.file, issue.code) for issue in issues] == [
        ("clinic.toml", "E-SETTING-UNKNOWN"),
        ("groups.csv", "E-UNKNOWN-THERAPIST"),
        ("keep_apart.csv", "E-ROW-WIDTH"),
        ("needs.csv", "E-DATE-AMBIGUOUS"),
        ("participants.csv", "E-WINDOW-WORD"),
        ("pins.csv", "E-OFF-GRID"),
        ("rooms.csv", "E-NUMBER"),
        ("services.csv", "E-CHOICE"),
        ("therapists.csv", "E-YES-NO"),
        ("time_off.csv", "E-DATES-REVERSED"),
    ]


def test_ten_mistakes_in_one_file(bare, week):
    """A row's other cells are still judged, and the row is still known to other files."""
    (bare / "participants.csv").write_text(
        "participant_id,population,age,availability,modality,admitted,level,family_per_week,min_days_per_week,therapist_id\n"
        "P1,adlut,two,Wensday,in_persn,11/31/2026,iop,-1,8,T7\n"
        ",adult,,,,,,,,\n"
    )
    (bare / "needs.csv").write_text("participant_id,service_id,per_week\nP1,individual,1\n")
    assert len(inspect_clinic(bare, week).issues) == 10


def test_input_error_holds_everything_but_no_names(clinic, week):
    with pytest.raises(InputError) as caught:
        read_problem(spoiled(clinic), week)
    assert len(caught.value.issues) == 10
    assert str(caught.value).splitlines()[0] == "10 faults in the input"
    assert len(str(caught.value).splitlines()) == 11
    assert "canary" not in (repr(caught.value.issues) + str(caught.value)).casefold()


def test_names_never_stand_in_an_issue(bare, week):
    """A header that is missing, a shifted row or a wrong cell never shows a name."""
    rows = "participant_id,population,age_override,name,initials\n"
    for text in (
        "Canary,adult,Canary,Canary\n",
        rows + "P1,adult,,Canary Bird\n",
        rows + "P1,adult,,Can\u202eary Bird,CB\n",
        rows + 'P1,adult,,"Canary\nBird",CB\n',
        rows + "P1,adult,," + "Canary" * 200 + ",CB\n",
        rows.replace("name", "nmae") + "P1,adult,,Canary,CB\n",
        rows + 'P1,adult,,"Canary" Bird,CB\n',
    ):
        (bare / "participants.csv").write_text(text, encoding="utf-8")
        issues = inspect_clinic(bare, week).issues
        assert issues
        assert "canary" not in repr(issues).casefold()


def test_hash_is_over_what_was_read(bare, week):
    """Name, length and bytes of every file, sorted by name; unknown files do not count."""
    (bare / "notes.txt").write_text("x")
    digest = hashlib.sha256()
    for name in ("clinic.toml", "participants.csv", "rooms.csv", "therapists.csv"):
        data = (bare / name).read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    assert inspect_clinic(bare, week).inputs_sha256 == digest.hexdigest()


def test_any_date_means_its_monday(bare):
    monday = date(2026, 11, 30)
    assert {read_problem(bare, monday + timedelta(days=day)).week for day in range(7)} == {monday}


def test_names(sound):
    names = read_names(sound)
    assert names.participants == {
        "P1": "Canary Onefield",
        "P2": "Canary Twohill",
        "P3": "Canary Threelake",
        "W1": "Canary Waitfor",
    }
    assert names.initials == {"P1": "CO", "P2": "CT"}
    assert (names.rooms, names.credentials["T1"]) == ({"R1": "Oak"}, "LCSW")
    assert names.groups == {"G1": "Recovery", "G2": "Teens"}
    assert "Canary" not in repr(names)


def test_waitlist_and_attendance(sound, week):
    problem = read_problem(sound, week)
    assert [(entry.participant.id, entry.referred) for entry in problem.waitlist] == [("W1", date(2026, 11, 20))]
    assert [record.status for record in problem.attendance] == ["attended", "no_show"]


def test_previous_week(sound, week):
    """The week is taken from the dates, and kept as it stands."""
    problem = read_problem(sound, week + timedelta(days=7), sound.parent / "week")
    assert problem.previous == read_schedule(sound.parent / "week")
    assert problem.previous.week == date(2026, 11, 30)
    assert problem.previous.primaries == {"P1": "T1", "P2": "T2"}


def test_contradictions_withhold_the_problem(clinic, week):
    """They are errors whose code begins with C, which the command line turns into exit 5."""
    with (clinic / "pins.csv").open("a") as stream:
        stream.write("must_not,P1,,,,individual,,,,\n")
    inspection = inspect_clinic(clinic, week)
    assert inspection.problem is None
    assert [(issue.code[0], issue.level) for issue in inspection.issues] == [("C", "error")]


def test_reading_needs_neither_solver_nor_tables():
    code = (
        "import sys, iopsched.ingest; print([m for m in ('ortools', 'pandas', 'typer', 'numpy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=".")
    assert found.stdout.strip() == "[]"
