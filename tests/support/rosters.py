"""A clinic whose people have ordinary names, and rosters of it as people make them: colors, titles, merged cells, notes, abbreviations."""

from datetime import time
from io import BytesIO

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill

from iopsched.domain.timegrid import WEEKDAYS, clock, clock_of_end, day_index

FILES = {
    "clinic.toml": """\
name = "Elm Street"
timezone = "America/Chicago"
open = "Mon-Fri 08:00-21:00; Sat 09:00-13:00"
populations = ["adult", "adolescent"]
grid_minutes = 30
[[blocks]]
id = "morning"
part = "day"
start = "09:00"
end = "12:00"
days = "Mon-Fri"
[[blocks]]
id = "evening"
part = "evening"
start = "18:00"
end = "21:00"
days = "Mon-Fri"
[levels.iop-adult]
min_hours_per_week = 9
[levels.iop-adolescent]
min_hours_per_week = 6
""",
    "participants.csv": """\
participant_id,name,initials,population,track,group_id,therapist_id
P01,Alvarez; Rosa,RA,adult,mh,A,T1
P02,"Baker, John",JB,adult,mh,A,T1
P03,"Chen, Wei",WC,adult,mh,A,T2
P04,"Diaz, Ana",AD,adult,mh,A,T2
P05,"Evans, Kim",KE,adult,sud,B,T1
P06,"Ford, Lee",LF,adult,sud,B,T3
P07,"Garcia, Luis",LG,adult,sud,B,T3
P08,"Hall, Omar",OH,adolescent,teen,Y,T2
P09,"Ito, Yuki",YI,adolescent,teen,Y,T2
P10,"Baker, Susan",SB,adult,sud,B,T1
""".replace("Alvarez; Rosa", '"Alvarez, Rosa"'),
    "therapists.csv": """\
therapist_id,name,credential,skills
T1,Jane Smith,LCSW,group;individual;family
T2,Adam Lee-Jones,PsyD,group;individual;family
T3,Maria O'Brien,LPC,group;individual
T4,Pat Young,MD,medication
""",
    "rooms.csv": """\
room_id,name,capacity
R1,Big Room,16
R2,Room 2,14
OFC,Office A,4
""",
    "services.csv": """\
service_id,kind,minutes,staff,min_participants,max_participants,starts,with_primary,modality,adult_per_week,adolescent_per_week
group,group,180,group:1,2,12,grid,no,either,,
individual,individual,60,individual:1,1,1,grid,no,either,1,1
family,family,60,family:1,1,1,grid,no,either,0,1
med_check,other,30,medication:1,1,1,grid,no,either,0,0
""",
    "groups.csv": """\
group_id,name,service_id,track,population,sessions_per_week,times,lead,room_id,min_size
A,DBT-A,group,mh,adult,3,Mon Wed Fri 09:00,T1,R1,2
B,Relapse Prevention,group,sud,adult,3,Mon Wed Thu 18:00,T3,R2,2
Y,Teen IOP,group,teen,adolescent,2,Tue Thu 15:30,T2,R2,2
""",
}
A_TO_D = ("P01", "P02", "P03", "P04")
B_MEMBERS = ("P05", "P06", "P07", "P10")
TEENS = ("P08", "P09")
YELLOW = PatternFill("solid", fgColor="FFFF99")


def clinic_at(folder):
    """Write the clinic."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def saved(book, path):
    """Write a workbook."""
    data = BytesIO()
    book.save(data)
    path.write_bytes(data.getvalue())
    return path


def put(sheet, rows):
    """Write rows of cells from A1 on."""
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value not in (None, ""):
                sheet.cell(at, column, value)


def grid_book(path):
    """Write a grid by day and room: a title, days merged over their rooms, hours down, cells merged over the hours of a group."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Master schedule"
    put(
        sheet,
        [
            ["ELM STREET IOP - MASTER SCHEDULE (DRAFT!!)", "", "", "", "", "", ""],
            ["updated 11/24 by front desk", "", "", "", "", "", ""],
            [],
            ["", "MON", "", "TUES", "", "WED", ""],
            ["Time", "Big Rm", "Rm 2", "Big Rm", "Rm 2", "Big Rm", "Rm 2"],
            ["8:00", "", "", "", "", "", "Staff mtg"],
            ["9:00", "DBT-A\nJ. Smith", "Indiv - Evans, K. (Lee-Jones)", "indiv: Chen / Lee-Jones", "", "DBT A - Smith", "LUNCH n learn"],
            ["10:00", "", "", "Fam tx Ito, Y. w/ Dr. Lee-Jones", "Med check\nFord L. / Young", "", ""],
            ["11:00", "", "", "NO GROUP", "", "", ""],
            ["12:00", "Lunch", "", "", "", "", ""],
            ["1:00", "", "indiv Diaz, Ana / Smith - Office A", "", "", "", ""],
            ["2:00", "", "", "", "", "", ""],
            ["3:30", "", "", "", "Teen IOP / Lee-Jones", "", ""],
            ["6:00", "", "Relapse Prev\nO'Brien", "", "", "", "Relapse Prevention - O'Brien"],
            ["9:00", "", "", "", "", "", ""],
            ["", "* bring snacks", "", "", "", "", ""],
        ],
    )  # fmt: skip
    for area in ("A1:G1", "B4:C4", "D4:E4", "F4:G4", "B7:B9", "F7:F9", "B12:C12"):
        sheet.merge_cells(area)
    sheet["A1"].font = Font(bold=True, size=18)
    for cell in sheet[5]:
        cell.fill = YELLOW
        cell.alignment = Alignment(wrap_text=True)
    book.create_sheet("phone list")["A1"] = "ext. 204"
    return saved(book, path)


GRID_SESSIONS = {
    ("Mon 09:00-12:00", "A", ("T1",), "R1", A_TO_D),
    ("Mon 09:00-10:00", "individual", ("T2",), "R2", ("P05",)),
    ("Mon 13:00-14:00", "individual", ("T1",), "OFC", ("P04",)),
    ("Mon 18:00-21:00", "B", ("T3",), "R2", B_MEMBERS),
    ("Tue 09:00-10:00", "individual", ("T2",), "R1", ("P03",)),
    ("Tue 10:00-11:00", "family", ("T2",), "R1", ("P09",)),
    ("Tue 10:00-10:30", "med_check", ("T4",), "R2", ("P06",)),
    ("Tue 15:30-18:30", "Y", ("T2",), "R2", TEENS),
    ("Wed 09:00-12:00", "A", ("T1",), "R1", A_TO_D),
    ("Wed 18:00-21:00", "B", ("T3",), "R2", B_MEMBERS),
}


def staff_book(path):
    """Write a sheet for each therapist, in halves of the day with AM and PM, times as spans, people as initials or last names."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    smith = book.create_sheet("Smith, J.")
    put(
        smith,
        [
            ["Weekly schedule: Jane Smith, LCSW"],
            [],
            ["", "Monday 11/30", "Tuesday 12/1", "Wednesday 12/2", "Thursday 12/3", "Friday 12/4"],
            ["9:00 AM - 12:00 PM", "DBT-A (Big Room)", "", "DBT-A (Big Room)", "documentation", "DBT-A (Big Room)"],
            ["12:00 PM - 1:00 PM", "lunch", "lunch", "lunch", "lunch", "lunch"],
            ["1:00 PM - 2:00 PM", "RA indiv Ofc A", "Baker, J. individual Office A", "supervision", "KE (zoom)", "OFF"],
            ["2:00 PM - 3:00 PM", "", "Family session - Hall, O.\nOffice A", "", "", "OFF"],
        ],
    )
    lee = book.create_sheet("A. Lee-Jones")
    put(
        lee,
        [
            ["", "Mon", "Tue", "Wed", "Thu", "Fri"],
            ["3:30-6:30", "", "Teen IOP rm 2", "", "Teen IOP rm 2", ""],
            ["10-11", "Chen, Wei - indiv", "", "", "Diaz 1:1", ""],
        ],
    )
    obrien = book.create_sheet("Maria O'Brien")
    put(
        obrien,
        [
            ["", "M", "T", "W", "Th", "F"],
            [time(18, 0), "Relapse Prevention", "", "Relapse Prevention", "Relapse Prevention", ""],
            [time(17, 0), "Ford indiv", "", "", "", "training"],
        ],
    )
    for cell in smith[3]:
        cell.font = Font(bold=True)
    return saved(book, path)


STAFF_SESSIONS = {
    ("Mon 09:00-12:00", "A", ("T1",), "R1", A_TO_D),
    ("Wed 09:00-12:00", "A", ("T1",), "R1", A_TO_D),
    ("Fri 09:00-12:00", "A", ("T1",), "R1", A_TO_D),
    ("Mon 13:00-14:00", "individual", ("T1",), "OFC", ("P01",)),
    ("Tue 13:00-14:00", "individual", ("T1",), "OFC", ("P02",)),
    ("Thu 13:00-14:00", "individual", ("T1",), None, ("P05",)),
    ("Tue 14:00-15:00", "family", ("T1",), "OFC", ("P08",)),
    ("Tue 15:30-18:30", "Y", ("T2",), "R2", TEENS),
    ("Thu 15:30-18:30", "Y", ("T2",), "R2", TEENS),
    ("Mon 10:00-11:00", "individual", ("T2",), None, ("P03",)),
    ("Thu 10:00-11:00", "individual", ("T2",), None, ("P04",)),
    ("Mon 18:00-21:00", "B", ("T3",), "R2", B_MEMBERS),
    ("Wed 18:00-21:00", "B", ("T3",), "R2", B_MEMBERS),
    ("Thu 18:00-21:00", "B", ("T3",), "R2", B_MEMBERS),
    ("Mon 17:00-18:00", "individual", ("T3",), None, ("P06",)),
}

EHR_ROWS = """\
Elm Street EHR - Appointment listing
Run date: 11/25/2026 4:12 PM

Appt Date,Start Time,Duration,Appt Type,CPT,Provider,Client Name,Location,Status
11/30/2026,9:00 AM,180,IOP Group - DBT-A,H0015,"Smith, Jane LCSW","Alvarez, Rosa",Big Room,Scheduled
11/30/2026,9:00 AM,180,IOP Group - DBT-A,H0015,"Smith, Jane LCSW","Baker, John",Big Room,Scheduled
11/30/2026,9:00 AM,180,IOP Group - DBT-A,H0015,"Smith, Jane LCSW","Chen, Wei",Telehealth,Scheduled
11/30/2026,9:00 AM,180,IOP Group - DBT-A,H0015,"Smith, Jane LCSW","Diaz, Ana",Big Room,Cancelled by client
11/30/2026,1:00 PM,60,Psychotherapy,90837,"Smith, Jane LCSW","Evans, Kim",Office A,Confirmed
12/1/2026,10:00 AM,30,Med Check,,"Young, Pat MD","Ford, Lee",Office A,Scheduled
12/2/2026,2:00 PM,60,Family Therapy,90847,"Lee-Jones, Adam","Ito, Yuki",Office A,Scheduled
12/9/2026,2:00 PM,60,Family Therapy,90847,"Lee-Jones, Adam","Ito, Yuki",Office A,Scheduled
Total appointments: 8,,,,,,,,
"""
EHR_SESSIONS = {
    ("Mon 09:00-12:00", "A", ("T1",), "R1", ("P01", "P02", "P03")),
    ("Mon 13:00-14:00", "individual", ("T1",), "OFC", ("P05",)),
    ("Tue 10:00-10:30", "med_check", ("T4",), "OFC", ("P06",)),
    ("Wed 14:00-15:00", "family", ("T2",), "OFC", ("P09",)),
}

HEADINGS = """\
Group rosters as of Nov 25

DBT-A   MWF 9-12   Jane Smith   Big Room
1. Alvarez, Rosa
2. Baker, John
3. Chen, Wei (zoom)
4. Diaz, A.

Relapse Prevention
Mon/Wed/Thu 6-9pm, Rm 2, O'Brien
Evans K
Ford L
Garcia, Luis
Baker, Susan
"""
HEADING_SESSIONS = {
    *((f"{day} 09:00-12:00", "A", ("T1",), "R1", A_TO_D) for day in ("Mon", "Wed", "Fri")),
    *((f"{day} 18:00-21:00", "B", ("T3",), "R2", B_MEMBERS) for day in ("Mon", "Wed", "Thu")),
}


def held(found):
    """Return the sessions in words: when, what, staff, room and people."""
    assert found.schedule is not None, [str(issue) for issue in found.issues]
    return {
        (
            f"{WEEKDAYS[day_index(row.start)]} {clock(row.start)}-{clock_of_end(row.end)}",
            row.group_id or row.service_id,
            row.therapist_ids,
            row.room_id,
            row.participant_ids,
        )
        for row in found.schedule.sessions
    }
