"""What happened in words, and which pins ask for whom it takes away."""

from datetime import date, datetime

import pytest

from iopsched.domain.happenings import Admission, Discharge
from iopsched.domain.people import TimeOff
from iopsched.domain.pins import Pin
from iopsched.repairs.happened import concerns
from iopsched.repairs.happeningwords import in_words, pin_clashes
from iopsched.repairs.remembered import happening_facts, happenings_in
from tests.support.clinics import MONDAY, at, schedule, session, small


def away(start, end, kind="therapist", own_id="T1"):
    return TimeOff(kind, own_id, datetime.fromisoformat(start), datetime.fromisoformat(end))


TUESDAY = away("2026-12-01", "2026-12-02")
SNOW = away("2026-12-02", "2026-12-03", "clinic", "")


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (TUESDAY, "T1 is away on Tue 2026-12-01"),
        (away("2026-12-01", "2026-12-04"), "T1 is away from Tue 2026-12-01 to Thu 2026-12-03"),
        (away("2026-12-01T08:00", "2026-12-02"), "T1 is away on Tue 2026-12-01 from 08:00"),
        (away("2026-12-01", "2026-12-01T10:30"), "T1 is away on Tue 2026-12-01 until 10:30"),
        (away("2026-12-01T08:00", "2026-12-01T10:30"), "T1 is away on Tue 2026-12-01, 08:00-10:30"),
        (away("2026-12-01T13:00", "2026-12-03T09:00"), "T1 is away from Tue 2026-12-01 13:00 to Thu 2026-12-03 09:00"),
        (away("2026-12-01", "2026-12-02", "room", "R1"), "room R1 is closed on Tue 2026-12-01"),
        (SNOW, "the clinic is closed on Wed 2026-12-02"),
        (Admission("W1", date(2026, 12, 2)), "W1 is admitted, first program day Wed 2026-12-02"),
        (Discharge("A1", date(2026, 12, 2)), "A1 is discharged, last program day Wed 2026-12-02"),
    ],
)
def test_words_and_memory(one, told):
    assert in_words(one) == told
    assert happenings_in({"repair": {"happenings": [happening_facts(one)]}}) == (one,)


@pytest.mark.parametrize(
    "rows", [None, {}, [{}], [{"kind": "room", "id": "R1", "start": "x", "end": "y"}], ["x"], [None]]
)
def test_what_somebody_wrote_into_a_summary_is_no_fact(rows):
    assert happenings_in({"repair": {"happenings": rows}}) == ()


def test_a_pin_clashes_with_what_is_on_its_day():
    pin = Pin("must", therapist_id="T1", day=1, row=2)
    told = list(pin_clashes(MONDAY, (TUESDAY, SNOW), [pin]))
    assert [sentence.partition(":")[0] for sentence in told] == [
        "The pin in row 2 of pins.csv asks for them although T1 is away on Tue 2026-12-01"
    ]
    assert len(list(pin_clashes(MONDAY, (TUESDAY, SNOW), [Pin("must", therapist_id="T1", row=2)]))) == 2


def test_what_is_over_or_later_than_the_week_changes_nothing_of_it():
    held = session("Mon 09:00-12:00", "A1", id_="process-001")
    problem = small(previous=schedule(held), now=at("Tue 12:00"))
    assert concerns(problem, TUESDAY)
    assert not concerns(problem, away("2026-12-01", "2026-12-01T12:00"))
    assert concerns(problem, away("2026-12-06", "2026-12-08"))
    assert not concerns(problem, away("2026-12-07", "2026-12-08"))
    assert concerns(problem, Admission("W1", date(2026, 12, 6)))
    assert not concerns(problem, Admission("W1", date(2026, 12, 7)))
    assert concerns(problem, Discharge("A1", date(2026, 12, 5)))
    assert not concerns(problem, Discharge("A1", date(2026, 12, 6)))
