"""Rosters that people made by hand, each of the five shapes, and what is told of what cannot be understood."""

from dataclasses import replace
from datetime import date

import pytest

from iopsched.errors import InputError
from tests.support import rosters
from tests.support.rosters import held

WEEK = date(2026, 11, 30)


def told(found):
    return [(issue.code, issue.cell) for issue in found.issues]


def left_out(found):
    return {(row.place.cell, row.why) for row in found.ignored}


# --- by hand ------------------------------------------------------------------
def test_grid_by_day_and_room(read, tmp_path):
    found = read(rosters.grid_book(tmp_path / "grid.xlsx"))
    assert (found.shape, held(found)) == ("grid", rosters.GRID_SESSIONS)
    assert left_out(found) >= {("D9", "called_off"), ("B10", "ordinary"), ("B16", "not_understood")}
    assert [str(row.place) for row in found.ignored if row.why == "no_shape"] == ["phone list"]
    assert {row.rule for row in found.violations} == {"day_max"}  # a medication check that nobody needs


def test_a_sheet_for_each_therapist(read, tmp_path):
    found = read(rosters.staff_book(tmp_path / "staff.xlsx"))
    assert (found.shape, held(found)) == ("staff_sheets", rosters.STAFF_SESSIONS)
    assert next(row for row in found.schedule.sessions if row.participant_ids == ("P05",)).modality == "telehealth"


def test_list_of_appointments(read):
    found = read(rosters.EHR_ROWS)
    assert (found.shape, found.week, held(found)) == ("appointments", WEEK, rosters.EHR_SESSIONS)
    assert left_out(found) >= {("A8", "called_off"), ("A12", "other_week")}
    group = next(row for row in found.schedule.sessions if row.group_id == "A")
    assert group.modality == "hybrid"  # one of its people is there by video


def test_lists_of_attendees(read):
    found = read(rosters.HEADINGS, "lists.txt")
    assert (found.shape, held(found)) == ("attendees", rosters.HEADING_SESSIONS)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
@pytest.mark.parametrize("sign", ["\t", ";"])
def test_pasted_text(read, encoding, sign):
    rows = [
        "Day|Time|Type|Therapist|Client",
        "Mon|9-10|Indiv|O\u2019Brien|Ford, Lee",
        "Tue|1:00 PM|Fam tx|Smith|Ito, Yuki",
    ]
    text = "\r\n".join(rows).replace("|", sign)
    assert held(read(text.encode(encoding))) == {
        ("Mon 09:00-10:00", "individual", ("T3",), None, ("P06",)),
        ("Tue 13:00-14:00", "family", ("T1",), None, ("P09",)),
    }


def test_days_down_and_times_across(read):
    text = "Day,9-10,10-11,18-21\nMonday,Ford indiv Smith,,\nTuesday,,Chen indiv Lee-Jones,RP / O'Brien\n"
    assert held(read(text)) == {
        ("Mon 09:00-10:00", "individual", ("T1",), None, ("P06",)),
        ("Tue 10:00-11:00", "individual", ("T2",), None, ("P03",)),
        ("Tue 18:00-21:00", "B", ("T3",), "R2", rosters.B_MEMBERS),
    }


def test_a_grid_for_each_day_below_another(read):
    text = (
        "Monday\nTime,Big Room,Room 2\n9:00,DBT-A Smith,\n18:00,,Relapse Prevention O'Brien\n\n"
        "Tuesday\nTime,Big Room,Room 2\n15:30,,Teen IOP Lee-Jones\n"
    )
    assert held(read(text)) == {
        ("Mon 09:00-12:00", "A", ("T1",), "R1", rosters.A_TO_D),
        ("Mon 18:00-21:00", "B", ("T3",), "R2", rosters.B_MEMBERS),
        ("Tue 15:30-18:30", "Y", ("T2",), "R2", rosters.TEENS),
    }


def test_a_row_for_each_group_and_person(read):
    """Their times are the only starts that groups.csv allows."""
    text = 'Group,Client\nDBT-A,Alvarez\nDBT-A,"Chen, Wei"\n'
    found = read(text)
    assert (found.shape, {row[0] for row in held(found)}) == (
        "attendees",
        {"Mon 09:00-12:00", "Wed 09:00-12:00", "Fri 09:00-12:00"},
    )
    assert {row[4] for row in held(found)} == {("P01", "P03")}


def test_a_course_on_several_days(read):
    text = "Group,Days,Time,Leader,Room\nRelapse Prevention,M/W/Th,6-9 PM,Maria O'Brien,Rm 2\n"
    assert {row[0] for row in held(read(text))} == {f"{day} 18:00-21:00" for day in ("Mon", "Wed", "Thu")}


def test_a_grid_of_hours_whose_cells_repeat(read):
    """Rows of one session are joined up to the length of its service; equal visits one after another are not."""
    text = "Time,Mon\n9-10,DBT-A Smith\n10-11,DBT-A Smith\n11-12,DBT-A Smith\n13-14,Ford indiv O'Brien\n14-15,Ford indiv O'Brien\n"
    assert {row[:2] for row in held(read(text.replace("Mon", "Mon,Tue")))} == {
        ("Mon 09:00-12:00", "A"),
        ("Mon 13:00-14:00", "individual"),
        ("Mon 14:00-15:00", "individual"),
    }


ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:Smith, Jane
BEGIN:VEVENT
UID:1
DTSTART;TZID=America/Chicago:20260907T090000
DTEND;TZID=America/Chicago:20260907T120000
RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR
EXDATE;TZID=America/Chicago:20261204T090000
SUMMARY:DBT-A
LOCATION:Big Room
END:VEVENT
BEGIN:VEVENT
UID:1
RECURRENCE-ID;TZID=America/Chicago:20261202T090000
DTSTART;TZID=America/Chicago:20261202T093000
DTEND;TZID=America/Chicago:20261202T123000
SUMMARY:DBT-A (moved)
LOCATION:Room 2
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20261201T190000Z
DTEND:20261201T200000Z
SUMMARY:Indiv
ATTENDEE;CN="Ford, Lee":mailto:x@example.org
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;VALUE=DATE:20261201
SUMMARY:Jane on call
END:VEVENT
END:VCALENDAR
"""


def test_calendar(read):
    """What repeats is laid out, one date of it moved and one left out; UTC is the clinic's time; an owner is the staff."""
    found = read(ICS.replace("\n", "\r\n"), "jane.ics", week=WEEK)
    assert found.shape == "calendar"
    assert held(found) == {
        ("Mon 09:00-12:00", "A", ("T1",), "R1", rosters.A_TO_D),
        ("Wed 09:30-12:30", "A", ("T1",), "R2", rosters.A_TO_D),
        ("Tue 13:00-14:00", "individual", ("T1",), None, ("P06",)),
    }


def weekly(*lines):
    """Return a calendar with a visit on Mondays at 18:00 from September on, and further lines of it."""
    return "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1"),
            *("DTSTART;TZID=America/Chicago:20260907T180000", "DTEND;TZID=America/Chicago:20260907T190000"),
            *("SUMMARY:Indiv Ford", "DESCRIPTION:Staff: Smith", *lines, "END:VEVENT", "END:VCALENDAR", ""),
        ]
    )


MOVED = (
    "DTSTART;TZID=America/Chicago:20261201T100000\r\nDTEND;TZID=America/Chicago:20261201T110000\r\nSUMMARY:Indiv Ford"
)


@pytest.mark.parametrize(
    ("lines", "times"),
    [
        ((), ["Mon 18:00"]),
        (("EXDATE:20261201T000000Z", "RDATE:20261203T000000Z"), ["Wed 18:00"]),  # the same moments in UTC
        (("EXDATE;VALUE=DATE:20261130", "RDATE:20261203T000000Z"), ["Wed 18:00"]),
        (("END:VEVENT", "BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20261201T000000Z", MOVED), ["Tue 10:00"]),
        (("END:VEVENT", "BEGIN:VEVENT", "UID:1", "RECURRENCE-ID;VALUE=DATE:20261130", MOVED), ["Tue 10:00"]),
    ],
)
def test_what_repeats_is_left_out_and_moved_in_whatever_zone_it_is_said(read, lines, times):
    found = read(weekly("RRULE:FREQ=WEEKLY", *lines), "jane.ics", week=WEEK)
    assert [when.partition("-")[0] for when, *_ in sorted(held(found))] == times


@pytest.mark.parametrize("until", ["20261130", "20261130T180000", "20261201T000000Z"])
def test_a_rule_ends_with_its_last_day_or_moment(read, until):
    """A day or a time without a zone is one of the clinic, where the evening of that day is the next day of UTC."""
    found = read(weekly(f"RRULE:FREQ=WEEKLY;UNTIL={until}"), "jane.ics", week=WEEK)
    assert {when for when, *_ in held(found)} == {"Mon 18:00-19:00"}


def test_a_date_that_is_added_needs_no_rule(read):
    found = read(weekly("RDATE;TZID=America/Chicago:20261202T180000"), "jane.ics", week=WEEK)
    assert {when for when, *_ in held(found)} == {"Wed 18:00-19:00"}


@pytest.mark.parametrize(
    "lines",
    [
        ("RRULE:FREQ=WEEKLY;INTERVAL=0",),
        ("RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5",),
        ("RRULE:FREQ=WEEKLY", "END:VEVENT", "BEGIN:VEVENT", "UID:1", "DTSTART:20261201T090000",
         "RECURRENCE-ID;RANGE=THISANDFUTURE:20261130T180000", "SUMMARY:Indiv Ford"),
        ("END:VEVENT", "BEGIN:VEVENT", "DTSTART:20261201T090000", "DTEND:20261201T080000", "SUMMARY:Indiv Ford"),
        ("END:VEVENT", "BEGIN:VEVENT", "DTSTART:20261201T090000", "DURATION:P1W", "SUMMARY:Indiv Ford"),
    ],
)  # fmt: skip
def test_entries_that_cannot_be_laid_out_are_told(read, lines):
    found = read(weekly(*lines), "jane.ics", week=WEEK)
    assert "E-IMPORT-ENTRY" in [issue.code for issue in found.issues]
    assert "E-IMPORT-SHAPE" not in [issue.code for issue in found.issues]  # it is known well what a calendar is


def test_a_calendar_that_is_over_is_told_as_one(read):
    found = read(weekly("RRULE:FREQ=WEEKLY;COUNT=2"), "jane.ics", week=WEEK)
    assert [(issue.code, issue.message) for issue in found.issues] == [
        ("E-IMPORT-SHAPE", "No appointment was found in this roster.")
    ]


# --- faults -------------------------------------------------------------------
def test_every_fault_is_told_at_its_cell_and_nothing_but_the_mapping_is_written(read, tmp_path):
    text = (
        "Date,Time,Type,Therapist,Client\n"
        "2026-11-30,9-10,Indiv,Smith,Canaryna Zed\n"
        "2026-11-30,10-11,Indiv,Smith,Baker\n"
        "2026-11-30,11-12,Seeking Safety,Smith,Ford\n"
        "2026-11-30,,Indiv,Smith,Ford\n"
        "someday,9-10,Indiv,Smith,Ford\n"
        "2026-11-30,9-10,Indiv,Dr. Canaryna,Ford\n"
        "2026-12-01,9-10,Indiv,Smith,Canaryna Zed\n"
    )
    found = read(text)
    assert found.schedule is None
    assert not (tmp_path / "out").exists()
    assert set(told(found)) == {
        ("E-IMPORT-PERSON", "A2"),
        ("E-IMPORT-SEVERAL", "A3"),
        ("E-IMPORT-WHAT", "A4"),
        ("E-IMPORT-TIME", "A5"),
        ("E-IMPORT-DAY", "A6"),
        ("E-IMPORT-STAFF", "A7"),
    }
    words = "\n".join(map(str, found.issues))
    assert "canaryna" not in words.casefold()
    assert "P02 or P10" in words
    assert "So does 1 more place: A" in words
    assert '"canaryna zed" = ""' in found.mapping.read_text()


def test_a_mapping_answers_what_was_asked(read, tmp_path):
    """Filled in once it is read by itself, and left as it is."""
    text = (
        "Date,Time,Type,Therapist,Client\n2026-11-30,9-10,Indiv,Smith,Zed Q\n2026-12-01,9-10,Seeking Safety,O'Brien,\n"
    )
    found = read(text)
    assert {issue.code for issue in found.issues} == {"E-IMPORT-PERSON", "E-IMPORT-WHAT"}
    written = found.mapping.read_text()
    answered = written.replace('"zed q" = ""', '"zed q" = "P06"').replace(
        '"seeking safety" = ""', '"seeking safety" = "B"'
    )
    assert answered != written
    found.mapping.write_text(answered)
    again = read(text)
    assert held(again) == {
        ("Mon 09:00-10:00", "individual", ("T1",), None, ("P06",)),
        ("Tue 09:00-10:00", "B", ("T3",), "R2", rosters.B_MEMBERS),
    }
    assert not again.is_mapping_new
    assert again.mapping.read_text() == answered


def test_a_mapping_names_columns(read, tmp_path):
    text = "a,b,c,d\nMon,9-10,Ford,Smith\n"
    assert read(text).issues[0].code == "E-IMPORT-SHAPE"
    mapping = tmp_path / "mine.toml"
    mapping.write_text(
        '[tables.""]\nheader_row = 1\n[tables."".columns]\nA = "day"\nB = "time"\nC = "people"\nD = "staff"\n'
    )
    assert held(read(text, mapping=mapping)) == {("Mon 09:00-10:00", "individual", ("T1",), None, ("P06",))}


@pytest.mark.parametrize(
    "text",
    [
        "shape = 3",
        'shape = "list"',
        "sheets = 1",
        "ignored = 1",
        "[groups]\nx = 1",
        '[groups]\n"x" = "nobody"',
        "groups = 1",
        "=",
        "tables = 1",
        "new = 1",
    ],
)
def test_a_mapping_that_cannot_be_read_is_told(read, tmp_path, text):
    mapping = tmp_path / "mine.toml"
    mapping.write_text(text)
    with pytest.raises(InputError) as told:
        read("Day,Time,Client\nMon,9-10,Ford\n", mapping=mapping)
    assert {issue.code for issue in told.value.issues} == {"E-IMPORT-MAPPING"}


def test_the_week_of_the_dates_is_read_unless_another_is_named(read):
    text = "Date,Time,Type,Therapist,Client\n11/24/2026,9-10,Indiv,Smith,Ford\n12/1/2026,9-10,Indiv,Smith,Ford\n11/25/2026,9-10,Indiv,Smith,Ford\n"
    assert read(text).week == date(2026, 11, 23)
    assert {row[0] for row in held(read(text, week=WEEK))} == {"Tue 09:00-10:00"}
    assert told(read(text, week=date(2027, 1, 4)))[0][0] == "E-IMPORT-WEEK"


@pytest.mark.parametrize(("order", "week"), [("mdy", date(2026, 11, 2)), ("dmy", date(2026, 3, 9))])
def test_dates_are_read_in_the_order_that_the_mapping_says(read, tmp_path, order, week):
    mapping = tmp_path / "mine.toml"
    mapping.write_text(f'date_order = "{order}"\n')
    text = "Date,Time,Type,Therapist,Client\n11/3/2026,9-10,Indiv,Smith,Ford\n"
    assert read(text, mapping=mapping).week == week


def test_an_import_twice_writes_the_same_bytes(read, tmp_path):
    def written():
        found = read(rosters.EHR_ROWS)
        return {path.name: path.read_bytes() for path in found.folder.iterdir()}

    assert written() == written()


def test_the_shape_of_a_roster_that_is_none(read):
    assert told(read("Dear all,\nplease remember the potluck.\n", "note.txt"))[0][0] == "E-IMPORT-SHAPE"


def test_facts_are_for_a_machine(read):
    found = read(rosters.EHR_ROWS)
    facts = found.facts()
    assert (facts["week"], facts["shape"], facts["sessions"], facts["participants"]) == (
        "2026-11-30",
        "appointments",
        4,
        6,
    )
    assert replace(found, schedule=None).facts()["folder"] is None
