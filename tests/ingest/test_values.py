"""Cells one by one: what is accepted, what is refused, and never by chance."""

from datetime import date, datetime

import pytest

from iopsched.domain.services import Role
from iopsched.ingest.cell import values
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.row.ids import checked_id


@pytest.mark.parametrize(
    "text", ["+7", "1_000", " 7", "7 ", "7.5", "4,000", "\uff17", "\u0667", "1e3", "0x7", "", "nan", "inf", "9" * 5000]
)
def test_whole_numbers_that_int_would_take(text):
    with pytest.raises(Fault):
        values.whole(text, 0, 10)


def test_whole_numbers_on_the_edge():
    assert [values.whole(text, 0, 10) for text in ("0", "10", "007", "4.0", "4.00")] == [0, 10, 7, 4, 4]
    for text in ("-1", "11"):
        with pytest.raises(Fault):
            values.whole(text, 0, 10)


@pytest.mark.parametrize(("text", "minutes"), {"0": 0, "9": 540, "1.5": 90, "0.75": 45, "0.1": 6, "24": 1440}.items())
def test_hours_become_whole_minutes(text, minutes):
    assert values.hours_as_minutes(text, 0, 24) == minutes


@pytest.mark.parametrize("text", ["1,5", "1.333", "24.5", "1e1", "-1", "nan", ".5", "5.", ""])
def test_hours_that_are_none(text):
    with pytest.raises(Fault):
        values.hours_as_minutes(text, 0, 24)


def test_yes_and_no():
    assert all(map(values.yes_no, ("yes", "YES", "y", "true", "1")))
    assert not any(map(values.yes_no, ("no", "No", "N", "false", "0")))
    for text in ("x", "oui", "ja", "on", ""):
        with pytest.raises(Fault):
            values.yes_no(text)


def test_dates_and_moments():
    assert values.iso_date("2028-02-29") == date(2028, 2, 29)
    assert values.date_or_moment("2026-11-30") == date(2026, 11, 30)
    for text in ("2026-11-30 09:30", "2026-11-30T09:30", "2026-11-30 09:30:00"):
        assert values.date_or_moment(text) == datetime.fromisoformat("2026-11-30T09:30")


@pytest.mark.parametrize(
    "text", ["20261130", "2026-W49-1", "2026-02-29", "2026-13-01", "30.11.2026", "03/04/26", "46000"]
)
def test_dates_that_are_none(text):
    with pytest.raises(Fault):
        values.iso_date(text)


def test_both_readings_of_a_date_are_shown():
    with pytest.raises(Fault) as caught:
        values.iso_date("03/04/2026")
    assert caught.value.code == "E-DATE-AMBIGUOUS"
    assert caught.value.remedy == "Write 2026-03-04 or 2026-04-03."


def test_the_same_day_and_month_is_not_ambiguous():
    with pytest.raises(Fault) as caught:
        values.iso_date("04/04/2026")
    assert (caught.value.code, caught.value.remedy) == ("E-DATE", "Write 2026-04-04.")


def test_lists():
    assert values.roles("group:1; tech:2; peer") == (Role("group", 1), Role("tech", 2), Role("peer", 1))
    for text in ("group:", ":1", "group:0", "a:1:2", "a:1;a:2"):
        with pytest.raises(Fault):
            values.roles(text)


def test_choices_ignore_case_and_hyphens():
    assert values.one_of("In-Person", ("in_person", "telehealth")) == "in_person"


@pytest.mark.parametrize("text", ["PRN", "aux", "Con", "COM1"])
def test_the_remedy_for_a_word_of_windows_holds(text):
    with pytest.raises(Fault, match="E-ID") as told:
        checked_id(text)
    assert "Add -1" in told.value.remedy
    assert checked_id(f"{text}-1") == f"{text}-1"
