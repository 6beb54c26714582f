"""The windows grammar of the contract, cell by cell."""

import pytest

from iopsched.domain.clinic import Block
from iopsched.domain.timegrid import DAY, TimeRange, Windows
from iopsched.ingest.cell.clocktimes import clock_time
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.windows import Hours, read_windows, weekday

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def windows(*spans):
    """Return windows of (day, start hour, end hour)."""
    return Windows.of(TimeRange(day * DAY + round(a * 60), day * DAY + round(b * 60)) for day, a, b in spans)


HOURS = Hours(
    windows(*((day, 8, 21) for day in range(5)), (SAT, 9, 13)),
    (
        Block("morning", "day", 540, 720, frozenset({0, 1, 2, 3, 4})),
        Block("noon", "day", 720, 900, frozenset({0, 2})),
        Block("night", "evening", 1080, 1260, frozenset({0, 1, 2, 3})),
    ),
)
WEEKDAYS = range(5)
CASES = {
    "Mon-Fri 17:00-21:00; Sat 09:00-12:00": windows(*((d, 17, 21) for d in WEEKDAYS), (SAT, 9, 12)),
    "Mon Wed Fri 9am-12pm": windows(*((d, 9, 12) for d in (MON, WED, FRI))),
    "Mon,Wed,Fri 9am-12pm": windows(*((d, 9, 12) for d in (MON, WED, FRI))),
    "Mon, Wed , Fri 9am-12pm": windows(*((d, 9, 12) for d in (MON, WED, FRI))),
    "MONDAY wednesday 9 AM - 12 PM": windows((MON, 9, 12), (WED, 9, 12)),
    "daily 08:00-20:00": windows(*((d, 8, 20) for d in range(7))),
    "Mon,Tue evening": windows((MON, 18, 21), (TUE, 18, 21)),
    "Fri night": windows((FRI, 18, 21)),
    "Mon day": windows((MON, 9, 15)),
    "night": windows(*((d, 18, 21) for d in range(4))),
    "Tue Morning, 13:00-14:00": windows((TUE, 9, 12), (TUE, 13, 14)),
    "Sat-Mon 10:00-11:00": windows((SAT, 10, 11), (SUN, 10, 11), (MON, 10, 11)),
    "Sat": windows((SAT, 9, 13)),
    "Sat-Mon": windows((SAT, 9, 13), (MON, 8, 21)),
    "Sun": windows(),
    "never": windows(),
    "Never": windows(),
    "Mon 22:00-24:00; Tue 0:00-1:00": windows((MON, 22, 25)),
    "Mon 9pm-12am": windows((MON, 21, 24)),
    "Mon 12am-1am": windows((MON, 0, 1)),
    "Mon 12pm-1:30 PM": windows((MON, 12, 13.5)),
    "Mon 9:00-12:00, 13:00-17:00": windows((MON, 9, 12), (MON, 13, 17)),
    "Mon 9:00-12:00; Mon 12:00-13:00": windows((MON, 9, 13)),
    "Mon 9:00\u201312:00": windows((MON, 9, 12)),
    "Mon - Fri 9:00 - 12:00;": windows(*((d, 9, 12) for d in WEEKDAYS)),
    "Mon 9 a.m.-12 p.m.": windows((MON, 9, 12)),
    "Mon 09:00:00-12:00:00": windows((MON, 9, 12)),
}


@pytest.mark.parametrize("text", CASES)
def test_windows(text):
    found = read_windows(text, HOURS)
    assert (found.windows, found.starts) == (CASES[text], frozenset())


def test_touching_windows_join_silently_and_overlapping_ones_are_told():
    assert not read_windows("Mon 9:00-12:00; Mon 12:00-13:00", HOURS).overlaps
    assert read_windows("Mon 9:00-12:00; Mon 11:59-13:00", HOURS).overlaps


def test_start_times():
    """In groups.times a time alone is the only start allowed; windows may stand beside it."""
    found = read_windows("Mon Wed 09:00, 5pm; Fri night", HOURS, with_starts=True)
    assert found.starts == {540, 540 + 2 * DAY, 1020, 1020 + 2 * DAY}
    assert found.windows == windows((FRI, 18, 21))


def test_block_ids_with_hyphens_and_digits():
    hours = Hours(
        HOURS.open, (Block("mon-early", "day", 480, 540, frozenset({0})), Block("b2", "day", 540, 600, frozenset({1})))
    )
    assert read_windows("Tue mon-early", hours).windows == windows((TUE, 8, 9))
    assert read_windows("Tue b2", hours).windows == windows((TUE, 9, 10))


def test_words_pass_where_the_settings_are_unknown():
    """One broken clinic.toml is one fault, not one for each block named elsewhere."""
    assert read_windows("Mon evening", Hours(is_known=False)).windows == windows()


@pytest.mark.parametrize(
    ("text", "minute"),
    {"9am": 540, "9:30 PM": 1290, "9:00": 540, "12am": 0, "12 pm": 720, "00:00": 0, "23:59": 1439}.items(),
)
def test_clock_times(text, minute):
    assert clock_time(text) == minute


def test_midnight_is_an_end_and_no_start():
    assert clock_time("24:00", is_end=True) == DAY
    assert clock_time("12am", is_end=True) == DAY
    with pytest.raises(Fault):
        clock_time("24:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9",
        "9.00",
        "0900",
        "24:01",
        "25:00",
        "09:60",
        "0am",
        "13pm",
        "9:0",
        "\uff19:00",
        "T09:00",
        "09:00+01:00",
        "noon",
    ],
)
def test_times_that_nobody_has_meant(text):
    with pytest.raises(Fault):
        clock_time(text)


@pytest.mark.parametrize("text", ["S", "MW", "M-F", "daily", "", "Mittwoch"])
def test_weekdays_are_one_known_day(text):
    with pytest.raises(Fault):
        weekday(text)


def test_weekdays_and_weekends():
    """Both words stand for their days, in any case."""
    hours = Hours()
    assert read_windows("Weekdays 09:00-12:00", hours) == read_windows("Mon-Fri 09:00-12:00", hours)
    assert read_windows("weekends", hours) == read_windows("Sat Sun", hours)
