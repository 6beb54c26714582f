"""The same shapes as other people make them: rooms, staff, groups or clients down the side, no header, terse or wordy."""

import pytest

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
