"""Sessions are on time in every calendar: over clock changes, at midnight, in any zone."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil import tz
from icalendar import Calendar

from iopsched.export import calendars
from iopsched.export.timezones import vtimezone
from tests.support.publications import edition, events, held, instants, monday, row, utc

RULED = (
    "America/New_York", "America/Detroit", "America/Indiana/Indianapolis", "America/Chicago", "America/Denver",
    "America/Boise", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
    "Europe/London", "Australia/Sydney",
)  # fmt: skip
CLINIC = "calendars/clinic.ics"


def clinic_file(*rows, **changes):
    return calendars.files(edition(*rows, **changes))[CLINIC]


@pytest.mark.parametrize("key", RULED)
def test_another_reader_finds_the_same_offsets_for_three_years(key):
    zone = ZoneInfo(key)
    described = vtimezone(zone, date(2026, 3, 2)).to_ical().decode()
    read = tz.tzical(io.StringIO(described)).get()
    moment, end, wrong = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2029-01-01"), []
    while moment < end:
        ours, theirs = moment.replace(tzinfo=zone), moment.replace(tzinfo=read)
        if ours.utcoffset() != theirs.utcoffset() or ours.tzname() != theirs.tzname():
            wrong.append(moment)
        moment += timedelta(hours=6)
    assert wrong == []


@pytest.mark.parametrize("key", RULED)
def test_every_change_is_one_yearly_rule_that_has_begun_before_the_week(key):
    parts = vtimezone(ZoneInfo(key), date(2026, 3, 2)).subcomponents
    if key in ("America/Phoenix", "Pacific/Honolulu"):
        assert [(part.name, part["dtstart"].to_ical(), "rrule" in part) for part in parts] == [
            ("STANDARD", b"19700101T000000", False)
        ]
        return
    assert sorted(part.name for part in parts) == ["DAYLIGHT", "STANDARD"]
    for part in parts:
        assert re.fullmatch(r"FREQ=YEARLY;BYDAY=-?[1-4]SU;BYMONTH=[0-9]+", part["rrule"].to_ical().decode())
        assert part["dtstart"].dt.year == 2025
        assert part["dtstart"].dt.tzinfo is None
        assert "rdate" not in part


def test_the_rules_are_those_of_the_law():
    """The second Sunday of March and the first of November at two; the last ones in London at one by Greenwich."""
    rules = {
        (key, part.name): f"{part['dtstart'].to_ical().decode()} {part['rrule'].to_ical().decode()}"
        for key in ("America/New_York", "Europe/London")
        for part in vtimezone(ZoneInfo(key), date(2026, 11, 30)).subcomponents
    }
    assert rules == {
        ("America/New_York", "DAYLIGHT"): "20250309T020000 FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
        ("America/New_York", "STANDARD"): "20251102T020000 FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
        ("Europe/London", "DAYLIGHT"): "20250330T010000 FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        ("Europe/London", "STANDARD"): "20251026T020000 FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    }


@pytest.mark.parametrize("key", ["Africa/Casablanca", "America/Santiago"])
def test_a_zone_without_a_yearly_rule_is_written_in_utc(key):
    """The first follows the moon; the second changes on the Sunday after a date, which is no place in the month."""
    data = clinic_file(row("A", held("Mon 09:00-12:00")), zone=key)
    assert b"VTIMEZONE" not in data
    assert b"TZID" not in data
    start = datetime(2026, 11, 30, 9, tzinfo=ZoneInfo(key))
    assert instants(data) == [(start.astimezone(UTC), (start + timedelta(hours=3)).astimezone(UTC))]


@pytest.mark.parametrize(
    ("week", "before", "after"),
    [("2026-10-26", "13:00", "14:00"), ("2026-03-02", "14:00", "13:00")],
    ids=["autumn", "spring"],
)
def test_nine_stays_nine_when_the_clocks_change(week, before, after):
    """Both changes in New York fall on the Sunday of that week; the Mondays before and after."""
    first = monday(week)
    found = []
    for number, hour in ((0, before), (1, after)):
        day = first + timedelta(weeks=number)
        data = clinic_file(row("A", held("Mon 09:00-12:00")), zone="America/New_York", week=day)
        assert f"DTSTART;TZID=America/New_York:{day:%Y%m%d}T090000".encode() in data
        start = utc(f"{day} {hour}")
        found.append(instants(data))
        assert found[-1] == [(start, start + timedelta(hours=3))]
        occurrences = recurring_ical_events.of(Calendar.from_ical(data)).between(day, day + timedelta(days=7))
        assert [(event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in occurrences] == found[-1]


def test_a_session_until_midnight_ends_on_the_next_day():
    data = clinic_file(row("A", held("Sun 22:00-24:00")))
    assert b"DTEND;TZID=America/Chicago:20261207T000000" in data


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ("Sun 00:30-01:30", "2026-03-08 05:30", "2026-03-08 06:30"),
        ("Sun 01:00-02:30", "2026-03-08 06:00", "2026-03-08 07:30"),
        ("Sun 01:00-04:00", "2026-03-08 06:00", "2026-03-08 08:00"),
        ("Sun 02:00-03:00", "2026-03-08 07:00", "2026-03-08 08:00"),
        ("Sun 02:30-04:00", "2026-03-08 07:30", "2026-03-08 09:00"),
        ("Sun 03:00-04:00", "2026-03-08 07:00", "2026-03-08 08:00"),
    ],
)
def test_in_the_hour_that_is_left_out_a_session_keeps_its_length(when, start, end):
    """Clocks in New York go from 02:00 to 03:00; what begins in between counts from before the change."""
    data = clinic_file(row("A", held(when)), zone="America/New_York", week=monday("2026-03-02"))
    assert instants(data) == [(utc(start), utc(end))]
    written = [event[name].dt for event in events(data).values() for name in ("dtstart", "dtend")]
    assert all(time.replace(fold=0).utcoffset() == time.replace(fold=1).utcoffset() for time in written)
    assert not any(time.hour == 2 for time in written)


@pytest.mark.parametrize(
    ("when", "start", "end", "form"),
    [
        ("Sun 00:00-01:00", "2026-11-01 04:00", "2026-11-01 05:00", b"DTSTART:20261101T040000Z"),
        ("Sun 01:00-02:00", "2026-11-01 05:00", "2026-11-01 07:00", b"DTSTART:20261101T050000Z"),
        ("Sun 01:30-02:30", "2026-11-01 05:30", "2026-11-01 07:30", b"DTSTART:20261101T053000Z"),
        ("Sun 02:00-03:00", "2026-11-01 07:00", "2026-11-01 08:00", b"DTSTART;TZID=America/New_York:20261101T020000"),
    ],
)
def test_in_the_hour_that_comes_twice_the_first_is_meant_and_said_in_utc(when, start, end, form):
    data = clinic_file(row("A", held(when)), zone="America/New_York", week=monday("2026-10-26"))
    assert instants(data) == [(utc(start), utc(end))]
    assert form in data


def test_sessions_one_after_the_other_stay_so_when_an_hour_comes_twice():
    times = ["Sun 00:00-01:00", "Sun 01:00-02:00", "Sun 02:00-03:00"]
    rows = [row(str(number), held(when)) for number, when in enumerate(times)]
    found = instants(clinic_file(*rows, zone="America/New_York", week=monday("2026-10-26")))
    assert all(first[1] == second[0] for first, second in pairwise(found))
