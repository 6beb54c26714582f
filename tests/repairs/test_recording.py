"""What happened is said twice, by the problem and by the clinic's files: reading these files gives that problem."""

from datetime import date, datetime
from pathlib import Path
from shutil import copytree

import pytest

from iopsched.domain.happenings import Admission, Discharge
from iopsched.domain.people import TimeOff
from iopsched.ingest import inspect_clinic
from iopsched.repairs.happened import happened, is_known
from iopsched.repairs.typedrows import recorded
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.work.conversions import convert
from tests.support import small_clinic

WEEK = date(2026, 11, 30)
TUESDAY, WEDNESDAY, FRIDAY = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 4)
DATA = Path(__file__).parents[2] / "data"
EXAMPLES = sorted(path.parent.name for path in DATA.glob("*/clinic.toml"))
FORMS = [*((name, "folder") for name in EXAMPLES), ("complete", "workbook"), ("phases", "workbook")]


def placed(home, name, form):
    """Return a copy of an example in one of its forms."""
    folder = copytree(DATA / name, home / name)
    if form == "workbook":
        convert(folder, home / "book.xlsx")
    return folder if form == "folder" else home / "book.xlsx"


def away(kind, own_id, start, end):
    return TimeOff(kind, own_id, datetime.fromisoformat(start), datetime.fromisoformat(end))


def read(path):
    found = inspect_clinic(path, WEEK)
    assert found.problem is not None, found.issues
    return found.problem


def happenings(problem):
    """Return one of each kind for a clinic, whole days and parts of them, and everybody of the waitlist admitted."""
    staff, person, room = problem.therapists[0].id, problem.participants[0].id, problem.rooms[0].id
    leaving = next(row.id for row in problem.participants if row.admitted is None or row.admitted <= WEDNESDAY)
    return (
        away("therapist", staff, "2026-12-01", "2026-12-03"),
        away("therapist", staff, "2026-12-04 08:00", "2026-12-04 10:30"),
        away("room", room, "2026-12-03 13:00", "2026-12-04"),
        away("participant", person, "2026-12-03", "2026-12-03 10:00"),
        away("clinic", "", "2026-12-04", "2026-12-05"),
        Discharge(leaving, WEDNESDAY),
        *(Admission(entry.participant.id, TUESDAY) for entry in problem.waitlist),
    )


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_files_read_as_the_problem(tmp_path, name, form):
    clinic = placed(tmp_path, name, form)
    problem = read(clinic)
    every = happenings(problem)
    files = recorded(ClinicFiles.read(clinic), problem, every)
    after = happened(problem, every)
    assert after != problem
    assert files.problem(problem) == after
    assert all(is_known(after, one) for one in every)
    assert recorded(files, after, every).tables.made == files.tables.made, "nothing is written twice"
    files.record()
    assert read(clinic) == after


def test_each_row_and_no_other_byte(tmp_path):
    clinic = small_clinic.write(
        tmp_path / "clinic",
        {
            **small_clinic.FILES,
            "participants.csv": "participant_id;population;track;group_id;name\r\nP1;adult;sud;G1;Zyxcanary One\r\n",
            "waitlist.csv": "participant_id,population,track,name,referred,certified\n"
            "W2,adult,sud,Zyxcanary Four,2026-11-20,11/23/2026\nW1,adult,sud,Zyxcanary Five,2026-11-21,\n",
        },
    )
    problem = read(clinic)
    every = (
        away("therapist", "T1", "2026-12-01", "2026-12-02"),
        away("clinic", "", "2026-12-02 12:00", "2026-12-03"),
        Admission("W2", WEDNESDAY),
        Discharge("P1", FRIDAY),
    )
    made = recorded(ClinicFiles.read(clinic), problem, every).tables.made
    assert made["participants.csv"].decode() == (
        "participant_id;population;track;group_id;name;certified;admitted;discharged\r\n"
        "P1;adult;sud;G1;Zyxcanary One;;;2026-12-04\r\n"
        "W2;adult;sud;;Zyxcanary Four;2026-11-23;2026-12-02;\r\n"
    )
    assert made["waitlist.csv"].decode() == (
        "participant_id,population,track,name,referred,certified\nW1,adult,sud,Zyxcanary Five,2026-11-21,\n"
    )
    assert made["time_off.csv"].decode() == (
        "kind;start;id;end\r\ntherapist;2026-12-01;T1;2026-12-01\r\nclinic;2026-12-02 12:00;;2026-12-03 00:00\r\n"
    )
    same = {"clinic.toml", "therapists.csv", "rooms.csv", "groups.csv"}
    assert {name: made[name] for name in same} == {name: (clinic / name).read_bytes() for name in same}


def test_steps_and_extra_time_hold_for_whoever_waits(tmp_path):
    """They speak of a referral by id, so an admission brings them along."""
    clinic = small_clinic.write(
        tmp_path / "clinic",
        {
            **small_clinic.FILES,
            "waitlist.csv": "participant_id,population,track,availability\nW1,adult,sud,Mon-Fri 08:00-12:00\n",
            "steps.csv": "participant_id,from,individual_per_week\nW1,2026-11-23,2\nW1,2026-12-07,1\n",
            "extra_time.csv": "kind,id,start,end\nparticipant,W1,2026-12-01 18:00,2026-12-01 20:00\n",
        },
    )
    problem = read(clinic)
    waiting = problem.waitlist[0].participant
    assert (waiting.individual_per_week, str(waiting.availability)[-45:]) == (
        2,
        "Tue 08:00-12:00; Tue 18:00-20:00; Wed 08:00-12:00; Thu 08:00-12:00; Fri 08:00-12:00"[-45:],
    )
    every = (Admission("W1", WEEK),)
    assert recorded(ClinicFiles.read(clinic), problem, every).problem(problem) == happened(problem, every)
