"""The same shapes as other people make them: rooms, staff, groups or clients down the side, no header, terse or wordy."""

import shutil
from datetime import date

import openpyxl
import pytest

from iopsched.work.rosters import import_roster
from tests.support.rosters import A_TO_D, B_MEMBERS, TEENS, held

A_MON, A_WED = (f"{day} 09:00-12:00" for day in ("Mon", "Wed"))
A, B, Y = ("A", ("T1",), "R1", A_TO_D), ("B", ("T3",), "R2", B_MEMBERS), ("Y", ("T2",), "R2", TEENS)
ROSTERS = {
    "rooms down": (
        (
            'Room,Mon,Tue,Wed\nBig Room,"9-12 DBT-A (Smith)",,9-12 DBT-A (Smith)\n'
            "Room 2,6-9pm Relapse Prevention (OBrien),3:30-6:30 Teen IOP (Lee-Jones),\nOffice A,1p indiv RA / Smith,,\n"
        ),
        {
            (A_MON, *A),
            (A_WED, *A),
            ("Mon 18:00-21:00", *B),
            ("Tue 15:30-18:30", *Y),
            ("Mon 13:00-14:00", "individual", ("T1",), "OFC", ("P01",)),
        },
    ),
    "staff down": (
        (
            'Therapist,Monday,Tuesday,Wednesday\nJane Smith,"9-12 DBT-A; 1pm Indiv RA",,"2pm fam Hall, Omar"\n'
            "O'Brien,6-9 pm Relapse Prev,,\n"
        ),
        {
            (A_MON, *A),
            ("Mon 13:00-14:00", "individual", ("T1",), None, ("P01",)),
            ("Wed 14:00-15:00", "family", ("T1",), None, ("P08",)),
            ("Mon 18:00-21:00", *B),
        },
    ),
    "groups down": (
        "Group,Mon,Tue,Wed\nDBT-A,9-12 Smith,,9-12 Smith\nTeen IOP,,3:30-6:30 Lee-Jones,\n",
        {(A_MON, *A), (A_WED, *A), ("Tue 15:30-18:30", *Y)},
    ),
    "clients down": (
        'Client,Mon,Tue\nAlvarez Rosa,DBT-A 9-12,\n"Chen, Wei",DBT-A 9-12,Indiv 1-2 Lee-Jones\n',
        {
            (A_MON, "A", ("T1",), "R1", ("P01", "P03")),
            ("Tue 13:00-14:00", "individual", ("T2",), None, ("P03",)),
        },
    ),
    "a row for each session with its clients": (
        (
            'Session,Weekday,From,To,Staff,Attendees,Room\nDBT-A,Monday,9:00,12:00,"Smith, Jane",'
            '"Alvarez, R.; Baker J.; Chen, W.",Big Room\nIndividual,Tue,13:00,14:00,Lee-Jones,Diaz,Office A\n'
            'DBT-A,W,900,1200,Smith,"Alvarez, Rosa; Baker, John",Big Room\n'
        ),
        {
            (A_MON, "A", ("T1",), "R1", ("P01", "P02", "P03")),
            ("Tue 13:00-14:00", "individual", ("T2",), "OFC", ("P04",)),
            (A_WED, "A", ("T1",), "R1", ("P01", "P02")),
        },
    ),
    "dates with months, military times": (
        ",Mon 30-Nov,Tue 1-Dec,Wed 2-Dec\n0900-1200,DBT-A Smith,,DBT-A Smith\n1300-1400,ind Evans/Smith,,\n",
        {(A_MON, *A), (A_WED, *A), ("Mon 13:00-14:00", "individual", ("T1",), None, ("P05",))},
    ),
    "headings beside each other": (
        (
            "DBT-A (Mon Wed 9:00-12:00),Relapse Prevention (M Th 6-9pm)\nSmith,O'Brien\n"
            '"Alvarez, Rosa","Evans, Kim"\n"Baker, John","Ford, Lee"\n'
        ),
        {
            *((when, "A", ("T1",), "R1", ("P01", "P02")) for when in (A_MON, A_WED)),
            *((f"{day} 18:00-21:00", "B", ("T3",), "R2", ("P05", "P06")) for day in ("Mon", "Thu")),
        },
    ),
    "a row for each member, with days and times": (
        "last name,first name,group,days,time,therapist\nALVAREZ,ROSA,dbt-a,MW,9a-12p,SMITH\nBAKER,JOHN,dbt-a,MW,9a-12p,SMITH\n",
        {(when, "A", ("T1",), "R1", ("P01", "P02")) for when in (A_MON, A_WED)},
    ),
    "no header": (
        'Mon,9-12,DBT-A,Smith,Big Room\nTue,3:30-6:30,Teen IOP,Lee-Jones,Rm 2\n2026-12-02,1:00 PM,Indiv,"Alvarez, R",Smith\n',
        {(A_MON, *A), ("Tue 15:30-18:30", *Y), ("Wed 13:00-14:00", "individual", ("T1",), None, ("P01",))},
    ),
    "lines of text": (
        (
            "SCHEDULE\n\nMonday, November 30\n9:00 AM DBT-A - Smith - Big Room\n1:00 PM Indiv - Rosa Alvarez - Smith\n\n"
            "Tuesday, December 1\n3:30 PM Teen IOP - Lee-Jones\nLunch 12-1\n"
        ),
        {(A_MON, *A), ("Mon 13:00-14:00", "individual", ("T1",), None, ("P01",)), ("Tue 15:30-18:30", *Y)},
    ),
}


@pytest.mark.parametrize("name", ROSTERS)
def test_a_variety_is_read(read, name):
    text, wanted = ROSTERS[name]
    assert held(read(text)) == wanted


def test_page_numbers_and_prints_of_a_report_are_no_clients(read):
    """A record system prints ``Page 1 of 2`` between the rows of its list."""
    text = "Client,Date,Start,Duration,Type,Provider\n" + "".join(
        f"{line}\n"
        for line in (
            '"Alvarez, Rosa",11/30/2026,13:00,1h,Individual Therapy,"Smith, Jane LCSW"',
            "Page 1 of 2",
            "Printed 11/27/2026 4:12 PM by front desk",
            '"Chen, Wei",12/1/2026,13:00,60,Individual Therapy,"Lee-Jones, A"',
            "Page 2 of 2",
        )
    )
    found = read(text)
    assert {when for when, *_ in held(found)} == {"Mon 13:00-14:00", "Tue 13:00-14:00"}
    assert [str(row.place) for row in found.ignored] == ["A3", "A4", "A6"]


def test_a_column_of_video_visits_is_read(read):
    """A grid has a column for those who are seen by video beside those of its rooms."""
    found = read(
        'Time,Mon Big Room,Mon Zoom,Tue Big Room,Tue Zoom\n9:00-12:00,DBT-A Smith,,,\n13:00-14:00,,"indiv Chen, Wei / Smith",,"indiv Diaz, Ana / Smith"\n'
    )
    visits = {(when, room, people) for when, what, _, room, people in held(found) if what == "individual"}
    assert visits == {("Mon 13:00-14:00", None, ("P03",)), ("Tue 13:00-14:00", None, ("P04",))}
    assert {row.modality for row in found.schedule.sessions if row.service_id == "individual"} == {"telehealth"}


def test_a_visit_in_a_column_without_a_day_is_a_fault(read):
    """Who is named is never passed over; a note beside the grid that names nobody is."""
    text = 'Time,Mon,Tue,,\n13:00-14:00,"indiv Chen, Wei / Smith",,"indiv Diaz, Ana / Smith",call the van\n'
    found = read(text)
    assert found.schedule is None
    assert [(row.code, row.cell) for row in found.issues] == [("E-IMPORT-TIME", "D2")]
    assert [(str(row.place), row.why) for row in found.ignored] == [("E2", "not_understood")]


def test_cells_of_a_grid_with_days_down_are_named_as_they_stand(read):
    """Days down are read by turning the sheet; a fault names the cell that somebody sees."""
    text = 'Day,9-12,1-2\nMon,DBT-A Smith,"indiv Nobody, Norbert / Smith"\nTue,,xyzzy plugh\nWed,DBT-A Smith,\n'
    found = read(text)
    assert [row.cell for row in found.issues] == ["C2"]
    assert [str(row.place) for row in found.ignored] == ["C3"]


def test_members_that_are_filled_in_are_not_those_who_are_away(clinic, tmp_path):
    """A roster names the group only: whoever is off on that day, or begins later, is not put into it."""
    off = tmp_path / "clinic"
    shutil.copytree(clinic, off)
    (off / "time_off.csv").write_text("kind,id,start,end\nparticipant,P02,2026-12-02,2026-12-02\n")
    lines = (off / "participants.csv").read_text().splitlines()
    ends = [",admitted", *(",2026-12-01" if line.startswith("P03") else "," for line in lines[1:])]
    (off / "participants.csv").write_text("".join(f"{line}{end}\n" for line, end in zip(lines, ends, strict=True)))
    roster = tmp_path / "grid.csv"
    roster.write_text("Time,Mon,Wed\n9-12,DBT-A Smith,DBT-A Smith\n")
    found = import_roster(roster, off, date(2026, 11, 30), date(2026, 11, 30), out=tmp_path / "out")
    assert {when: people for when, *_, people in held(found)} == {
        A_MON: ("P01", "P02", "P04"),
        A_WED: ("P01", "P03", "P04"),
    }


def test_a_sheet_of_an_old_week_is_left_out_and_told(read, tmp_path):
    """Beside the week lies the one before, on a sheet named so; asked for by name it is read."""
    book = openpyxl.Workbook()
    book.active.title = "Week"
    for name, start in (("Week", "9-12"), ("Old schedule", "1-4")):
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in (("Time", "Mon", "Tue"), (start, "DBT-A Smith", None)):
            sheet.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    found = read(path)
    assert {when for when, *_ in held(found)} == {"Mon 09:00-12:00"}
    assert [(str(row.place), row.why) for row in found.ignored] == [("Old schedule", "old")]
    path.with_suffix(".mapping.toml").unlink()
    assert {when for when, *_ in held(read(path, sheet="Old schedule"))} == {"Mon 13:00-16:00"}


def test_a_list_of_outlook_is_read(read):
    """Outlook writes a dozen columns that say nothing of a session; attendees and clients are of several columns."""
    header = "Subject,Start Date,Start Time,End Date,End Time,All day event,Reminder on/off,Meeting Organizer,Required Attendees,Categories,Description,Location,Private\n"
    rows = (
        'DBT-A,11/30/2026,9:00:00 AM,11/30/2026,12:00:00 PM,False,True,Jane Smith,Adam Lee-Jones,IOP,"Clients: Chen, Wei; Ana Diaz",Big Room,False\n'
        'Indiv,12/1/2026,1:00:00 PM,12/1/2026,2:00:00 PM,False,True,Adam Lee-Jones,"Chen, Wei",IOP,,Office A,False\n'
        "Holiday party,12/4/2026,,12/5/2026,,True,False,,,Holiday,,,False\n"
    )
    found = read(header + rows)
    assert held(found) == {
        (A_MON, "A", ("T1", "T2"), "R1", ("P03", "P04")),
        ("Tue 13:00-14:00", "individual", ("T2",), "OFC", ("P03",)),
    }
    assert [(str(row.place), row.why) for row in found.ignored] == [("A4", "ordinary")]


def test_a_session_on_the_tabs_of_both_its_staff_is_one(read, tmp_path):
    """Each tab tells who comes and not who else leads: the same people at the same time are one session."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("Jane Smith", "Adam Lee-Jones"):
        sheet = book.create_sheet(name)
        for row in (("Time", "Mon", "Tue"), ("1-2pm", "family Alvarez, Rosa; Diaz, Ana", None), ("3pm", None, None)):
            sheet.append(row)
    path = tmp_path / "tabs.xlsx"
    book.save(path)
    assert held(read(path)) == {("Mon 13:00-14:00", "family", ("T1", "T2"), None, ("P01", "P04"))}


def test_a_heading_that_names_a_room_like_a_client_is_a_heading(clinic, tmp_path):
    """A room may be called as a client is: Omar Hall comes here, and ``Harbor Hall`` is a room."""
    own = tmp_path / "clinic"
    shutil.copytree(clinic, own)
    rooms = own / "rooms.csv"
    rooms.write_text(rooms.read_text().replace("Room 2", "Harbor Hall"))
    roster = tmp_path / "lists.csv"

    def read(heading):
        lines = ("DBT-A Mon 9-12 Smith Big Room", "Alvarez Rosa", heading, "Evans Kim")
        roster.write_text("\n".join(lines) + "\n")
        roster.with_suffix(".mapping.toml").unlink(missing_ok=True)
        return import_roster(roster, own, date(2026, 11, 30), date(2026, 11, 30), out=tmp_path / "out")

    assert held(read("Relapse Prevention Tue 6-9pm O'Brien Harbor Hall")) == {
        (A_MON, "A", ("T1",), "R1", ("P01",)),
        ("Tue 18:00-21:00", "B", ("T3",), "R2", ("P05",)),
    }
    unknown = read("Xyzzy Club Tue 6-9pm O'Brien Harbor Hall")
    assert [(row.code, row.row) for row in unknown.issues if row.level == "error"][:1] == [("E-IMPORT-WHAT", 3)]


def told_cells(found):
    """Return code and cell of each error."""
    return {(row.code, row.cell) for row in found.issues if row.level == "error"}


@pytest.mark.parametrize(
    "roster",
    [
        "Date,Start,End,Type,Provider,Client\n12/1/2026,10:00 PM,1:00 AM,Individual,Smith,Rosa Alvarez\n",
        "Date,Time,Type,Provider,Client\n12/1/2026,10pm-1am,Individual,Smith,Rosa Alvarez\n",
        "Room,Mon,Tue\nBig Room,9-12 DBT-A Smith,\nOffice A,22:00-01:00 Indiv Rosa Alvarez / Smith,\n",
    ],
)
def test_a_session_over_midnight_is_a_fault_and_not_cut(read, roster):
    """Its end is not replaced by the length of the service."""
    found = read(roster)
    assert found.schedule is None
    assert {code for code, _ in told_cells(found)} == {"E-IMPORT-TIME"}


def test_two_appointments_in_one_line_are_two(read):
    """A slash stands between two groups, or between two visits; staff and clients stay with their own."""
    found = read(
        "Time,Mon,Tue\n9-12,DBT-A / Smith / Relapse Prevention / O'Brien,\n"
        '1:00-3:00,"1-2 Indiv Wei Chen w/ Smith / 2-3 Indiv Ana Diaz w/ Lee-Jones",\n'
    )
    assert {(when, what, staff) for when, what, staff, *_ in held(found)} == {
        (A_MON, "A", ("T1",)),
        (A_MON, "B", ("T3",)),
        ("Mon 13:00-14:00", "individual", ("T1",)),
        ("Mon 14:00-15:00", "individual", ("T2",)),
    }


def test_two_appointments_that_nothing_separates_are_a_fault(read):
    """Two visits in a row of commas were one visit of two people."""
    found = read('Time,Mon,Tue\n9-12,DBT-A Smith,\n1-2,"Indiv Wei Chen (Smith), Fam Ana Diaz (Lee-Jones)",\n')
    assert found.schedule is None
    assert told_cells(found) == {("E-IMPORT-CELL", "B3")}
