"""What happened, as people type it."""

from datetime import date, datetime

import pytest

from iopsched.domain.happenings import Admission, Discharge
from iopsched.domain.names import Names
from iopsched.domain.people import TimeOff, WaitlistEntry
from iopsched.errors import UsageError
from iopsched.repairs.saying import Saying
from iopsched.repairs.spans import DateReading
from iopsched.repairs.typedfacts import FactsReader, first_days
from tests.support.clinics import MONDAY, adult, adults, room, small, therapist, windows

NOW = datetime.fromisoformat("2026-12-01T07:00")
AT = "odd@id"
PROBLEM = small(
    participants=(*adults(2), adult(AT), adult("A7", admitted=date(2026, 12, 2)), adult("X")),
    therapists=(therapist("T1"), therapist("T02")),
    rooms=(room("R1"), room("X")),
    waitlist=(WaitlistEntry(adult("W1")), WaitlistEntry(adult("W2", admitted=date(2026, 12, 3)))),
)
NAMES = Names(participants={"A1": "Zyxcanary One"}, therapists={"T02": "Sam Two"}, rooms={"R1": "Oak"})
OPEN = windows("Mon-Fri 08:00-20:00")


def said(way, text, *, now=NOW, order=None):
    """Return what a text is read as."""
    reading = DateReading(now, order, MONDAY, OPEN)
    return FactsReader(PROBLEM, reading, lambda: NAMES).happenings([Saying(way, text)])


def stretches(text, **how):
    return [f"{one.start:%a %H:%M}-{one.end:%a %H:%M}" for one in said("absent", f"T1{text}", **how)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", "Tue 00:00-Wed 00:00"),
        ("@Wed", "Wed 00:00-Thu 00:00"),
        ("@wednesday", "Wed 00:00-Thu 00:00"),
        ("@tomorrow", "Wed 00:00-Thu 00:00"),
        ("@2026-12-02", "Wed 00:00-Thu 00:00"),
        ("@12/2/2026", "Wed 00:00-Thu 00:00"),
        ("@12/2", "Wed 00:00-Thu 00:00"),
        ("@2.12.2026", "Wed 00:00-Thu 00:00"),
        ("@Dec 2", "Wed 00:00-Thu 00:00"),
        ("@2 December 2026", "Wed 00:00-Thu 00:00"),
        ("@Tue..Thu", "Tue 00:00-Fri 00:00"),
        ("@Tue-Thu", "Tue 00:00-Fri 00:00"),
        ("@2026-12-01..2026-12-03", "Tue 00:00-Fri 00:00"),
        ("@08:00-10:30", "Tue 08:00-Tue 10:30"),
        ("@8am-noon", "Tue 08:00-Tue 12:00"),
        ("@13:00-", "Tue 13:00-Wed 00:00"),
        ("@-10:00", "Tue 00:00-Tue 10:00"),
        ("@Fri@13:00-24:00", "Fri 13:00-Sat 00:00"),
        ("@Fri @ 1pm\u20133pm", "Fri 13:00-Fri 15:00"),
        ("@Thu..Fri@08:00-09:00", "Thu 08:00-Thu 09:00, Fri 08:00-Fri 09:00"),
    ],
)
def test_days_and_times(text, meant):
    assert ", ".join(stretches(text)) == meant


def test_without_a_day_the_whole_week_is_meant_where_it_has_not_begun():
    before = datetime.fromisoformat("2026-11-27T07:00")
    assert stretches("", now=before) == ["Mon 00:00-Mon 00:00"]
    assert said("absent", "T1", now=before)[0].end == datetime.fromisoformat("2026-12-07T00:00")
    assert said("discharge", "A1", now=before) == (Discharge("A1", date(2026, 11, 29)),)
    assert said("admit", "W1", now=before) == (Admission("W1", MONDAY),)


def test_the_order_of_dates_is_that_of_the_clinic():
    assert stretches("@3/12/2026", order="dmy") == ["Thu 00:00-Fri 00:00"]
    assert said("absent", "T1@3/12/2026", order="mdy")[0].start == datetime.fromisoformat("2026-03-12T00:00")


@pytest.mark.parametrize(
    ("way", "text", "told"),
    [
        ("absent", "T1@", "Behind the id comes a date"),
        ("absent", "T1@Tue@9-10@x", "Behind the id comes a date"),
        ("absent", "T1@x", "is neither days nor times"),
        ("absent", "T1@08:00", "is neither days nor times"),
        ("absent", "T1@2026-13-01", "is no date"),
        ("absent", "T1@2026-12-01T08:00", "times behind another @"),
        ("absent", "T1@Thu..Tue", "ends before it begins"),
        ("absent", "T1@Tue..x", "are no days"),
        ("absent", "T1@9-5", "Write 09:00-17:00"),
        ("absent", "T1@1/2/2026", "Write 2026-01-02 or 2026-02-01"),
        ("absent", "T03", "Did you mean T02?"),
        ("absent", "X", "Write participant:X or room:X"),
        ("absent", "Jane Roe", "of this name."),
        ("closed", "T1", "There is no room T1."),
        ("admit", "A1", "A1 is a participant already, without a date"),
        ("admit", "A7@Fri", "A7 is a participant already, since 2026-12-02"),
        ("admit", "W1@Tue..Wed", "write one date behind the id"),
        ("admit", "W1@08:00-", "write one date behind the id"),
        ("discharge", "W1", "W1 is on the waitlist"),
        ("discharge", "A7@Tue", "before the first program day, 2026-12-02"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(way, text, told):
    with pytest.raises(UsageError) as error:
        said(way, text)
    assert told in str(error.value)
    assert "Zyxcanary" not in str(error.value)


def test_who_is_meant():
    def who(text, way="absent"):
        return [(one.kind, one.id) for one in said(way, text)]

    assert who("t1") == [("therapist", "T1")]
    assert who("sam two@Wed") == [("therapist", "T02")]
    assert who("Zyxcanary One") == [("participant", "A1")]
    assert who("oak") == who("Oak", "closed") == [("room", "R1")]
    assert who("room:X") == who("X", "closed") == [("room", "X")]
    assert who(f"{AT}@Wed") == who(AT) == [("participant", AT)]
    assert who("W1") == [("participant", "W1")]
    assert who("Clinic@Wed", "closed") == [("clinic", "")]


def test_coming_and_leaving():
    assert said("admit", "W1") == (Admission("W1", NOW.date()),)
    assert said("admit", "W1@Fri") == (Admission("W1", date(2026, 12, 4)),)
    assert said("admit", "W2") == said("admit", "W2@2026-12-03") == (Admission("W2", date(2026, 12, 3)),)
    assert said("admit", "A7") == (Admission("A7", date(2026, 12, 2)),), "they are one already, which is no fault"
    assert said("discharge", "A1") == (Discharge("A1", NOW.date()),)
    assert said("discharge", "A1@Thu") == (Discharge("A1", date(2026, 12, 3)),)


def test_the_same_twice_is_once():
    rows = [Saying("absent", "T1"), Saying("absent", "t1@Tue"), Saying("closed", "R1")]
    found = FactsReader(PROBLEM, DateReading(NOW, None, MONDAY, OPEN), lambda: NAMES).happenings(rows)
    assert [type(one) for one in found] == [TimeOff, TimeOff]


def test_dates_are_known_before_the_week_is():
    rows = [Saying("absent", "T1@Tue@08:00-"), Saying("closed", "R1@2026-12-09"), Saying("absent", "odd@id@12/16")]
    assert first_days(rows, DateReading(NOW)) == (date(2026, 12, 9), date(2026, 12, 16))
    assert first_days(rows[2:], DateReading(NOW)) == (date(2026, 12, 16),)
