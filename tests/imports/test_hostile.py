"""Whatever stands in a roster, it is read, or told of with its place; nothing else happens."""

import random
import string
from datetime import date

import openpyxl
import pytest

from iopsched.errors import InputError
from iopsched.work.rosters import import_roster
from tests.support import rosters

PIECES = [
    *(
        "DBT-A",
        "Mon",
        "Tuesday 12/1",
        "9-12",
        "9:00 AM",
        "0900-1200",
        "25:99",
        "12/31/2026",
        "2026-11-30",
        "Smith, J.",
        "Baker",
    ),
    *(
        "T1",
        "P01",
        "Office A",
        "Lunch",
        "NO GROUP",
        "=1+1",
        "'",
        '"',
        "\n",
        "1e309",
        "0.5",
        "-1",
        "TOTAL",
        "Date",
        "Time",
        "Client",
    ),
    *(
        "Type",
        "Therapist",
        "Group",
        "Room",
        "indiv",
        "\u202e",
        "\uff57ide",
        "é" * 300,
        "M/W/F",
        "MWF 9-12",
        "24:00",
        "12-12",
        "11/31/2026",
    ),
    *(
        ";",
        "/",
        "|",
        "",
        "",
        "",
        "",
        "P01;P02",
        "telehealth",
        "Relapse Prev",
        "1",
        "A",
        "99999999999999999999",
        "12:00-1:00",
        "Th",
        "S",
    ),
]


def imported(path, clinic, tmp_path):
    """Import, and look that each fault has code, file and remedy."""
    try:
        found = import_roster(
            path, clinic, date(2026, 11, 30), date(2026, 11, 30), out=tmp_path / "out", mapping=tmp_path / "m.toml"
        )
        issues = found.issues
        assert (found.schedule is None) == any(issue.level == "error" for issue in issues)
    except InputError as error:
        issues = error.issues
    finally:
        (tmp_path / "m.toml").unlink(missing_ok=True)
    for issue in issues:
        assert issue.file.startswith(path.name)
        assert issue.message
        assert issue.remedy


@pytest.mark.parametrize("seed", range(4))
def test_random_sheets_are_read_or_told(clinic, tmp_path, seed):
    chance = random.Random(seed)
    for number in range(12):
        rows = [[chance.choice(PIECES) for _ in range(chance.randint(1, 7))] for _ in range(chance.randint(1, 12))]
        if number % 3 == 0:
            rows.insert(0, ["Time", "Mon", "Tue", "Wed", "Thu"])
            rows = [[chance.choice(("9:00", "10-11", row[0])), *row[1:]] for row in rows]
        book = openpyxl.Workbook()
        for row, cells in enumerate(rows, 1):
            for column, text in enumerate(cells, 1):
                if text and text.isprintable():
                    book.active.cell(row, column, text)
        for _ in range(2):
            top, left = chance.randint(1, 8), chance.randint(1, 5)
            book.active.merge_cells(
                start_row=top,
                start_column=left,
                end_row=top + chance.randint(0, 3),
                end_column=left + chance.randint(0, 2),
            )
        imported(rosters.saved(book, tmp_path / "roster.xlsx"), clinic, tmp_path)
        text = "\n".join(chance.choice("\t;,").join(cells) for cells in rows)
        (tmp_path / "roster.csv").write_text(text, encoding=chance.choice(("utf-8", "utf-16")))
        imported(tmp_path / "roster.csv", clinic, tmp_path)


@pytest.mark.parametrize("seed", range(2))
def test_random_calendars_are_read_or_told(clinic, tmp_path, seed):
    chance = random.Random(seed)
    lines = [
        *(
            "UID:1",
            "DTSTART:20261130T090000",
            "DTEND:20261130T100000",
            "DTSTART;VALUE=DATE:20261130",
            "DTSTART;TZID=Nowhere/Land:20261130T090000",
        ),
        *(
            "RRULE:FREQ=SECONDLY",
            "RRULE:FREQ=WEEKLY;COUNT=9",
            "RRULE:FREQ=DAILY;UNTIL=20261231",
            "RRULE:x",
            "DURATION:PT1H",
            "DURATION:-PT1H",
        ),
        *(
            "SUMMARY:DBT-A",
            "SUMMARY:indiv",
            "DESCRIPTION:Who: P01, P02",
            "ATTENDEE;CN=Ford\\, Lee:mailto:a@b",
            "RECURRENCE-ID:20261130T090000",
        ),
        *(
            "EXDATE:20261130T090000",
            "LOCATION:Zoom",
            "STATUS:CANCELLED",
            "DTSTART:20261130T090000Z",
            "garbage",
            "CATEGORIES:a,b",
        ),
    ]
    for _ in range(40):
        events = [
            "BEGIN:VEVENT\r\n" + "\r\n".join(chance.sample(lines, chance.randint(1, 8))) + "\r\nEND:VEVENT"
            for _ in range(3)
        ]
        text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "\r\n".join(events) + "\r\nEND:VCALENDAR\r\n"
        (tmp_path / "roster.ics").write_text(text)
        imported(tmp_path / "roster.ics", clinic, tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 50,
        b"PK\x03\x04junk",
        b"%PDF-1.4",
        "\u00e9".encode("utf-32"),
        b"BEGIN:VCALENDAR\r\n",
        b"\xd0\xcf\x11\xe0",
    ],
)
def test_files_that_are_no_roster_are_told(clinic, tmp_path, data):
    for name in ("roster.csv", "roster.xlsx", "roster.ics"):
        (tmp_path / name).write_bytes(data)
        imported(tmp_path / name, clinic, tmp_path)


def test_long_texts_take_time_that_grows_with_their_length(clinic, tmp_path):
    text = "".join(random.Random(1).choice(string.ascii_letters + " ,/-") for _ in range(30_000))
    (tmp_path / "roster.csv").write_text(f"Time,Mon,Tue\n9-10,{text},{'9-' * 9000}\n")
    imported(tmp_path / "roster.csv", clinic, tmp_path)
