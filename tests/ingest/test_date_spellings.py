"""Dates and numbers as people and programs write them: read where there is one reading, else told with all of them."""

from datetime import date, datetime

import pytest

from iopsched.ingest import inspect_clinic, read_problem
from iopsched.ingest.cell import values
from iopsched.ingest.cell.datewords import spelled_date
from iopsched.ingest.cell.fault import Fault

DATES = [
    "2026-12-01",
    "2026-12-1",
    "2026/12/01",
    "2026.12.1",
    "2026-12-01T00:00:00",
    "2026-12-01 00:00",
    "12/1/2026 12:00 AM",
    "12/1/2026 0:00",
    "Dec 1, 2026",
    "Dec 1 2026",
    "Dec. 1, 2026",
    "December 1st, 2026",
    "Tue, Dec 1, 2026",
    "Tuesday, December 1, 2026",
    "1 Dec 2026",
    "1-Dec-26",
    "1-Dec-2026",
    "01-DEC-26",
    "1st of December 2026",
    "1. Dec 2026",
    "12/1/2026",
    "12/01/26",
    "12-1-2026",
    "12.1.2026",
]


@pytest.mark.parametrize("text", DATES)
def test_dates(text, clinic, week):
    """The order of day and month is written in clinic.toml here, so that slashes are certain, too."""
    settings = clinic / "clinic.toml"
    settings.write_text('date_order = "mdy"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    (clinic / "attendance.csv").write_text(
        f'date,participant_id,service_id,status\n"{text}",P1,group,attended\n', encoding="utf-8"
    )
    assert [row.date for row in read_problem(clinic, week).attendance] == [date(2026, 12, 1)]


MOMENTS = [
    "2026-12-01 21:00",
    "2026-12-01T21:00:00",
    "2026-12-01 9:00 PM",
    "2026-12-01 9pm",
    "12/1/2026 9:00 PM",
    "12/1/2026 9pm",
    "12/1/2026 21:00",
    "12/1/2026, 9:00:00 PM",
    "Dec 1, 2026 9:00 PM",
    "Dec 1, 2026 at 9 pm",
    "1-Dec-26 21:00",
]


@pytest.mark.parametrize("text", MOMENTS)
def test_moments(text, clinic, week):
    (clinic / "time_off.csv").write_text(f'kind,id,start,end\nroom,R1,"{text}",12/31/2026 23:00\n', encoding="utf-8")
    assert read_problem(clinic, week).time_off[0].start == datetime.fromisoformat("2026-12-01T21:00")


DOUBTFUL = {
    "03/04/2026": ("2026-03-04", "2026-04-03"),
    "3.4.2026": ("2026-03-04", "2026-04-03"),
    "3/4/26": ("2026-03-04", "2026-04-03"),
    "13/4/2026": ("2026-04-13",),
    "4/4/2026": ("2026-04-04",),
    "2026-12-01 09:00": ("2026-12-01",),
    "Dec 1, 2026 9:00 PM": ("2026-12-01",),
    "2026-12-1": ("2026-12-01",),
    "Dec 1": (),
    "1 Foo 2026": (),
    "31-Feb-26": (),
    "tomorrow": (),
    "20261201": (),
    "13/13/2026": (),
    "Dec 1, 1426": (),
}


@pytest.mark.parametrize("text", DOUBTFUL)
def test_dates_in_doubt(text):
    """Every replacement is a date that can be read."""
    with pytest.raises(Fault) as caught:
        values.iso_date(text)
    assert caught.value.replacements == DOUBTFUL[text]
    assert [values.iso_date(found).isoformat() for found in caught.value.replacements] == list(DOUBTFUL[text])


@pytest.mark.parametrize("text", ["2026-12-01 9.00", "2026-12-01 25:00", "2026-12-01 9", "Dec 1, 2026 soon"])
def test_no_time_is_guessed(text):
    assert spelled_date(text) is None


def test_an_absence_whose_end_is_the_midnight_of_a_date(clinic, week):
    """Programs write dates so; the replacement is the date alone, which includes its whole day."""
    rows = "kind,id,start,end\nroom,R1,2026-12-01 00:00:00,{}\n"
    (clinic / "time_off.csv").write_text(rows.format("2026-12-01 00:00:00"), encoding="utf-8")
    fault = next(issue for issue in inspect_clinic(clinic, week).issues if issue.level == "error")
    assert (fault.column, fault.replacements) == ("end", ("2026-12-01",))
    (clinic / "time_off.csv").write_text(rows.format(fault.replacements[0]), encoding="utf-8")
    assert read_problem(clinic, week).time_off[0].end == datetime.fromisoformat("2026-12-02")


WHOLE = {
    "4.0": 4,
    "4.00": 4,
    "1,000": ("1000", "1"),
    "1.000": ("1000", "1"),
    "1.0000": 1,
    "12,345": ("12345",),
    "1 000": ("1000",),
    "4,0": ("4",),
    "+7": ("7",),
    "\uff15": ("5",),
    "1.5": (),
    "seven": (),
    "1e3": (),
    "9" * 30: (),
}


@pytest.mark.parametrize("text", WHOLE)
def test_whole_numbers(text):
    if isinstance(WHOLE[text], int):
        assert values.whole(text, 0, 99999) == WHOLE[text]
        return
    with pytest.raises(Fault) as caught:
        values.whole(text, 0, 99999)
    assert caught.value.replacements == WHOLE[text]


def test_readings_out_of_bounds_are_not_offered():
    with pytest.raises(Fault) as caught:
        values.whole("1,000", 0, 50)
    assert caught.value.replacements == ("1",)


HOURS = {
    "1,5": "1.5",
    ".5": "0.5",
    "5.": "5",
    "9 h": "9",
    "9hrs": "9",
    "1.5 hours": "1.5",
    "1:30": "1.5",
    "90 min": "1.5",
    "+3": "3",
    "1:20": None,
    "nan": None,
    "1e1": None,
    "900 h": None,
}


@pytest.mark.parametrize("text", HOURS)
def test_hours(text):
    with pytest.raises(Fault) as caught:
        values.hours_as_minutes(text, 0, 24)
    assert caught.value.replacements == (() if HOURS[text] is None else (HOURS[text],))
