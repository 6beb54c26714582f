"""Windows as people write them: read where there is no doubt, else refused with every reading as a replacement."""

from datetime import date

import pytest

from iopsched.domain.clinic import Block
from iopsched.domain.timegrid import Windows
from iopsched.ingest.cell.clocktimes import time_of_day
from iopsched.ingest.cell.effect import outside_opening, windows_written
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.windows import Hours, read_windows, weekday

OPEN = read_windows("Mon-Fri 08:00-21:00; Sat 09:00-13:00", Hours()).windows
MORNING = Block("morning", "day", 540, 720, frozenset(range(5)))
NIGHT = Block("night", "evening", 1080, 1260, frozenset({0, 1, 2, 3}))
HOURS = Hours(OPEN, (MORNING, NIGHT), week=date(2026, 11, 30))

READ = {
    # days
    "M T W Th F 9:00-12:00": "Mon-Fri 09:00-12:00",
    "Sa Su 9:00-12:00": "Sat Sun 09:00-12:00",
    "Tu 9:00-12:00": "Tue 09:00-12:00",
    "Tues, Thurs 9:00-12:00": "Tue Thu 09:00-12:00",
    "Thur 9:00-12:00": "Thu 09:00-12:00",
    "R 9:00-12:00": "Thu 09:00-12:00",
    "U 9:00-12:00": "Sun 09:00-12:00",
    "M-F 8:00-15:00": "Mon-Fri 08:00-15:00",
    "m-f 8:00-15:00": "Mon-Fri 08:00-15:00",
    "M\u2013F 8:00-15:00": "Mon-Fri 08:00-15:00",
    "M - Th 8:00-15:00": "Mon-Thu 08:00-15:00",
    "Tu-Sa 8:00-15:00": "Tue-Sat 08:00-15:00",
    "Su-Th 8:00-15:00": "Sun Mon Tue Wed Thu 08:00-15:00",
    "Mon to Fri 8:00-15:00": "Mon-Fri 08:00-15:00",
    "M to F 8:00 to 15:00": "Mon-Fri 08:00-15:00",
    "Monday thru Friday 8:00-15:00": "Mon-Fri 08:00-15:00",
    "Mon through Thu 8:00-15:00": "Mon-Thu 08:00-15:00",
    "Mondays and Wednesdays 8:00-15:00": "Mon Wed 08:00-15:00",
    "Mon. Wed. 8:00-15:00": "Mon Wed 08:00-15:00",
    "Mon & Wed 8:00-15:00": "Mon Wed 08:00-15:00",
    "M/W/F 8:00-15:00": "Mon Wed Fri 08:00-15:00",
    "M, W, F 8:00-15:00": "Mon Wed Fri 08:00-15:00",
    "T/Th 8:00-15:00": "Tue Thu 08:00-15:00",
    "MWF 8:00-15:00": "Mon Wed Fri 08:00-15:00",
    "mwf 8:00-15:00": "Mon Wed Fri 08:00-15:00",
    "MTThF 8:00-15:00": "Mon Tue Thu Fri 08:00-15:00",
    "TuTh 8:00-15:00": "Tue Thu 08:00-15:00",
    "TUTH 8:00-15:00": "Tue Thu 08:00-15:00",
    "TTh 8:00-15:00": "Tue Thu 08:00-15:00",
    "tth 8:00-15:00": "Tue Thu 08:00-15:00",
    "TR 8:00-15:00": "Tue Thu 08:00-15:00",
    "MTWRF 8:00-15:00": "Mon-Fri 08:00-15:00",
    "MTWTF 8:00-15:00": "Mon-Fri 08:00-15:00",
    "MTuWThF 8:00-15:00": "Mon-Fri 08:00-15:00",
    "MTWTFSS 10:00-11:00": "daily 10:00-11:00",
    "SMTWTFS 10:00-11:00": "daily 10:00-11:00",
    "SaSu 9:00-12:00": "Sat Sun 09:00-12:00",
    "SAT 9:00-12:00": "Sat 09:00-12:00",
    "MonWedFri 9:00-12:00": "Mon Wed Fri 09:00-12:00",
    "MONWEDFRI 9:00-12:00": "Mon Wed Fri 09:00-12:00",
    "MoWeFr 9:00-12:00": "Mon Wed Fri 09:00-12:00",
    "MondayWednesdayFriday 9:00-12:00": "Mon Wed Fri 09:00-12:00",
    "TuesWedsThurs 9:00-12:00": "Tue Wed Thu 09:00-12:00",
    "SatSun 9:00-12:00": "Sat Sun 09:00-12:00",
    "weekday 9:00-12:00": "Mon-Fri 09:00-12:00",
    "every day 9:00-12:00": "daily 09:00-12:00",
    "Every Monday 9:00-12:00": "Mon 09:00-12:00",
    "Mon: 9:00-12:00": "Mon 09:00-12:00",
    "Mon all day": "Mon 08:00-21:00",
    "M W morning": "Mon Wed 09:00-12:00",
    # times
    "Mon 9am-12pm": "Mon 09:00-12:00",
    "Mon 9a-12p": "Mon 09:00-12:00",
    "Mon 9 a - 12 p": "Mon 09:00-12:00",
    "Mon 9 A.M. - 12 P.M.": "Mon 09:00-12:00",
    "Mon 9-12pm": "Mon 09:00-12:00",
    "Mon 9-5pm": "Mon 09:00-17:00",
    "Mon 1-5pm": "Mon 13:00-17:00",
    "Mon 1:00-5:00pm": "Mon 13:00-17:00",
    "Mon 11:30-1pm": "Mon 11:30-13:00",
    "Mon 9-11am": "Mon 09:00-11:00",
    "Mon 9am-5": "Mon 09:00-17:00",
    "Mon 9am-5:00": "Mon 09:00-17:00",
    "Mon 9am-noon": "Mon 09:00-12:00",
    "Mon noon-5pm": "Mon 12:00-17:00",
    "Mon 6pm-midnight": "Mon 18:00-24:00",
    "Mon 17:00-00:00": "Mon 17:00-24:00",
    "Mon 0900-1700": "Mon 09:00-17:00",
    "Mon 900-1200": "Mon 09:00-12:00",
    "Mon 9-12": "Mon 09:00-12:00",
    "Mon 8-16": "Mon 08:00-16:00",
    "Mon 13-17": "Mon 13:00-17:00",
    "Mon from 9:00 to 17:00": "Mon 09:00-17:00",
    "Mon 9:00 AM until 5:00 PM": "Mon 09:00-17:00",
    "Mon 1:00-2:00": "Mon 01:00-02:00",  # the clock of 24 hours; a warning tells that the clinic is closed then
    "Mon & Wed 9-12 & 13-15": "Mon Wed 09:00-12:00, 13:00-15:00",
}
DOUBTFUL = {
    # days
    "SS 9:00-12:00": ["Sat Sun 09:00-12:00", "Sat 09:00-12:00", "Sun 09:00-12:00"],
    "S 9:00-12:00": ["Sat 09:00-12:00", "Sun 09:00-12:00"],
    "M-S 9:00-12:00": ["Mon-Sat 09:00-12:00", "Mon-Sun 09:00-12:00"],
    "S-S 9:00-12:00": ["Sat-Sun 09:00-12:00", "Sun-Sat 09:00-12:00"],
    "MWFS 9:00-12:00": ["Mon Wed Fri Sat 09:00-12:00", "Mon Wed Fri Sun 09:00-12:00"],
    "MTU 9:00-12:00": ["Mon Tue 09:00-12:00", "Mon Tue Sun 09:00-12:00"],
    "TT 9:00-12:00": ["Tue Thu 09:00-12:00"],
    "WTF 9:00-12:00": ["Wed Thu Fri 09:00-12:00"],
    "FMW 9:00-12:00": ["Fri Mon Wed 09:00-12:00"],
    "Mon-Wed-Fri 9:00-12:00": ["Mon Wed Fri 09:00-12:00", "Mon-Fri 09:00-12:00"],
    "M-W-F 9:00-12:00": ["Mon Wed Fri 09:00-12:00", "Mon-Fri 09:00-12:00"],
    "MonFri 9:00-12:00": ["Mon Fri 09:00-12:00", "Mon Tue Wed Thu Fri 09:00-12:00"],
    "MoWe 9:00-12:00": ["Mon Wed 09:00-12:00", "Mon Tue Wed 09:00-12:00"],
    "FriMonWed 9:00-12:00": ["Fri Mon Wed 09:00-12:00"],
    # times
    "Mon-Fri 9:00-5:00": ["Mon-Fri 09:00-17:00"],
    "Mon-Fri 09:00-05:00": ["Mon-Fri 09:00-17:00"],
    "M-F 9-5": ["Mon-Fri 09:00-17:00"],
    "Mon 0900-0500": ["Mon 09:00-17:00"],
    "MWF 7:30-3:30": ["Mon Wed Fri 07:30-15:30"],
    "Mon 10:00-2:00": ["Mon 10:00-14:00"],
    "Mon 12:00-1:00": ["Mon 12:00-13:00"],
    "Mon 11:30-1:00": ["Mon 11:30-13:00"],
    "Mon 1-5": ["Mon 13:00-17:00"],
    "Mon 6-8": ["Mon 18:00-20:00"],
    "Mon 8-9": ["Mon 08:00-09:00", "Mon 08:00-21:00", "Mon 20:00-21:00"],
    "Mon 8.00-16.00": ["Mon 08:00-16:00"],
    "Mon 17:00-9:00": ["Mon 17:00-21:00", "Mon 17:00-24:00; Tue 00:00-09:00"],
    "Fri 22:00-02:00": ["Fri 22:00-24:00; Sat 00:00-02:00"],
    "Fri 9pm-2am": ["Fri 21:00-24:00; Sat 00:00-02:00"],
    "Sun 22:00-02:00": ["Sun 22:00-24:00; Mon 00:00-02:00"],
    # order
    "9:00-12:00 Mon Wed": ["Mon Wed 09:00-12:00"],
    "Mon 9:00-12:00, Tue 13:00-15:00": ["Mon 09:00-12:00; Tue 13:00-15:00"],
    "Mon 9:00-12:00 Tue": ["Mon Tue 09:00-12:00", "Mon 09:00-12:00; Tue"],
    # several doubts in one cell
    "M 9:00-5:00; W 10:00-2:00": ["Mon 09:00-17:00; Wed 10:00-14:00"],
    "M 9:00-5:00, 6:00-8:00": ["Mon 09:00-17:00, 06:00-08:00"],
    "S 9-12; M 1-5": ["Sat 09:00-12:00; Mon 13:00-17:00", "Sun 09:00-12:00; Mon 13:00-17:00"],
}
UNKNOWN = [
    "Tuh 9:00-12:00",
    "Mon-Tue-Mon 9:00-12:00",
    "M-M 9:00-12:00",
    "Ruth 9:00-12:00",
    "MonMon 9:00-12:00",
    "Monica 9:00-12:00",
    "must 9:00-12:00",
    "lunes 9:00-12:00",
    "Mo-Fr-x 9:00-12:00",
    "Mon 9:00-x",
    "Mon 25-26",
    "Mon 9:60-10:00",
    "Mon 9am-9am",
    "Mon 13pm-14pm",
    "S S S S S S S 9-12",
    "9-12",
    "Mon 9:00",
    "every other Tue 9:00-12:00",
    "Tue 9:00-12:00 every 2 weeks",
    "Tue 9:00-12:00 every 2 weeks from soon",
    "Tue 9:00-12:00 every 99 weeks from 2026-12-01",
    "-",
    "to",
]


@pytest.mark.parametrize("text", READ)
def test_read(text):
    assert read_windows(text, HOURS).windows == read_windows(READ[text], HOURS).windows


@pytest.mark.parametrize("text", DOUBTFUL)
def test_doubtful(text):
    """Each replacement can be read and is not in doubt again."""
    with pytest.raises(Fault) as caught:
        read_windows(text, HOURS)
    assert list(caught.value.replacements) == DOUBTFUL[text]
    for replacement in caught.value.replacements:
        assert replacement in caught.value.remedy
        assert read_windows(replacement, HOURS).windows


@pytest.mark.parametrize("text", UNKNOWN)
def test_unknown(text):
    """Nothing is guessed where nobody can know."""
    with pytest.raises(Fault) as caught:
        read_windows(text, HOURS)
    assert caught.value.replacements == ()


@pytest.mark.parametrize(
    "text",
    [
        "on 2026-12-01",
        "Tue 9:00-12:00 on 2026-12-01",
        "2026-12-01 9:00-12:00",
        "Tue 9-12 on 12/1/2026",
        "from 1.12.2026",
    ],
)
def test_a_date_is_no_window(text):
    """It is a row of another file; nothing else of the cell is blamed."""
    with pytest.raises(Fault) as caught:
        read_windows(text, HOURS)
    assert "is a date" in caught.value.message
    assert "extra_time.csv" in caught.value.remedy
    assert "time_off.csv" in caught.value.remedy


def test_a_letter_that_is_a_block_stays_the_block():
    hours = Hours(OPEN, (Block("R", "day", 540, 720, frozenset({0})),))
    assert str(read_windows("Tue R", hours).windows) == "Tue 09:00-12:00"
    with pytest.raises(Fault) as caught:
        read_windows("TR 10:00-11:00", hours)
    assert caught.value.replacements == ("Tue Thu 10:00-11:00", "Tue R 10:00-11:00")
    with pytest.raises(Fault) as caught:
        read_windows("TR", hours)
    assert caught.value.replacements == ("Tue Thu", "Tue R")


WEEKS = {
    "Tue 09:00-12:00 every 2 weeks from 2026-12-01": ["2026-12-01", "2026-12-15", "2026-12-29"],
    "every other Tue 09:00-12:00 from 2026-12-08": ["2026-12-08", "2026-12-22"],
    "biweekly Tue 09:00-12:00, starting 2026-12-08": ["2026-12-08", "2026-12-22"],
    "Tue 09:00-12:00 every other week from 2026-12-08": ["2026-12-08", "2026-12-22"],
    "Tue 9-12 biweekly from 2026-12-01": ["2026-12-01", "2026-12-15", "2026-12-29"],
    "Tue 09:00-12:00 every 3 weeks from 2026-11-30": ["2026-12-01", "2026-12-22"],
    "Tue 09:00-12:00 every 2 weeks from 2026-12-02": ["2026-12-15", "2026-12-29"],
    "2nd 4th Tue 13:00-17:00": ["2026-12-08", "2026-12-22"],
    "2nd and 4th Tuesday of the month 13:00-17:00": ["2026-12-08", "2026-12-22"],
    "first & third Tue 13:00-17:00": ["2026-12-01", "2026-12-15"],
    "last Tue 13:00-17:00": ["2026-12-29"],
    "5th Tue 13:00-17:00": ["2026-12-29"],
    "1st Tue morning": ["2026-12-01"],
}


@pytest.mark.parametrize("text", WEEKS)
def test_weeks(text):
    """Which Tuesdays of December 2026 a cell that does not hold every week means."""
    found = [
        day.isoformat()
        for day in (date(2026, 12, number) for number in (1, 8, 15, 22, 29))
        if read_windows(text, Hours(OPEN, (MORNING,), week=date.fromordinal(day.toordinal() - 1))).windows
    ]
    assert found == WEEKS[text]


def test_replacements_keep_the_recurrence():
    with pytest.raises(Fault) as caught:
        read_windows("2nd and 4th W 1-5; M 9-5 every 2 weeks from 2026-12-01", HOURS)
    assert caught.value.replacements == ("2nd 4th Wed 13:00-17:00; Mon 09:00-17:00 every 2 weeks from 2026-12-01",)


def test_blocks_may_be_called_like_ordinals():
    hours = Hours(OPEN, (Block("first", "day", 540, 600, frozenset({0})),), week=HOURS.week)
    assert str(read_windows("first", hours).windows) == "Mon 09:00-10:00"


@pytest.mark.parametrize(("text", "day"), {"Tu": 1, "Thurs": 3, "R": 3, "sundays": 6, "Wed.": 2, "F": 4}.items())
def test_weekdays_alone(text, day):
    assert weekday(text) == day


@pytest.mark.parametrize(("text", "minute"), {"9a": 540, "0900": 540, "noon": 720, "15": 900, "9 pm": 1260}.items())
def test_times_alone(text, minute):
    assert time_of_day(text) == minute


def test_times_in_doubt():
    with pytest.raises(Fault) as caught:
        time_of_day("3")
    assert caught.value.replacements == ("03:00", "15:00")


OUTSIDE = {
    "Mon-Fri 1:00-2:00": "Mon-Fri 13:00-14:00",
    "Mon Wed 9:00-12:00, 1:00-2:00": "Mon Wed 09:00-12:00, 13:00-14:00",
    "Mon 6:00-8:00": "Mon 18:00-20:00",
    "Mon-Fri 07:00-21:00": "Mon-Fri 08:00-21:00",
    "Mon-Sat 09:00-15:00": "Mon-Fri 09:00-15:00; Sat 09:00-13:00",
    "Mon 9:00-12:00; Sun 9:00-12:00": "Mon 09:00-12:00",
    "Sat morning; Mon 20:00-23:00": "Mon 20:00-21:00; Sat 09:00-12:00",
    "Mon 22:00-23:00; Tue 10:00-11:00": "Tue 10:00-11:00",
    "Sun 9:00-12:00": None,
    "Mon Sun": None,
    "Tue 1:00-2:00 every 2 weeks from 2026-12-01": None,
}


@pytest.mark.parametrize("text", OUTSIDE)
def test_outside_the_opening_hours(text):
    """What has no effect is told; the replacement keeps the rest and has the likely meaning."""
    fault = outside_opening(read_windows(text, HOURS), OPEN, is_busy=False)
    assert fault.code == "W-WINDOW-OUTSIDE"
    if OUTSIDE[text] is None:
        assert fault.replacements == ()
    else:
        assert [read_windows(found, HOURS).windows for found in fault.replacements] == [
            read_windows(OUTSIDE[text], HOURS).windows
        ]
        assert outside_opening(read_windows(fault.replacements[0], HOURS), OPEN, is_busy=False) is None


@pytest.mark.parametrize("text", ["Mon-Fri 08:00-21:00", "daily", "Mon-Sat", "never", "daily night"])
def test_inside_the_opening_hours(text):
    """Whoever says daily means the days on which the clinic is open."""
    assert outside_opening(read_windows(text, HOURS), OPEN, is_busy=False) is None


def test_busy_time_may_begin_before_the_clinic_opens():
    school, lunch = (read_windows(text, HOURS) for text in ("Mon-Fri 07:00-15:00", "Mon-Fri 1:00-2:00"))
    assert outside_opening(school, OPEN, is_busy=True) is None
    assert outside_opening(lunch, OPEN, is_busy=True).replacements == ("Mon-Fri 13:00-14:00",)


def test_start_times_outside():
    cell = read_windows("Mon Wed 1:00, 9:00", HOURS, with_starts=True)
    assert outside_opening(cell, OPEN, is_busy=False).replacements == ("Mon Wed 09:00; Mon Wed 13:00",)


@pytest.mark.parametrize("text", ["Mon-Fri 09:00-12:00, 13:00-15:00; Sat 10:00-11:00", "Mon Wed 22:00-24:00", "never"])
def test_windows_written_read_the_same(text):
    windows = read_windows(text, HOURS).windows
    assert read_windows(windows_written(windows), HOURS).windows == windows
    assert windows_written(Windows()) == "never"
