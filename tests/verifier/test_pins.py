"""Rule ``pin``: every cell, both actions, and the dates between which a pin holds."""

from datetime import date

import pytest

from iopsched.domain.pins import Pin
from tests.support.clinics import (
    FRIDAY,
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    broken,
    group,
    individual,
    sentences,
    session,
    small,
    therapist,
)

HELD = individual("Tue 09:00-10:00")
MATCHING = [
    {},
    {"participant_id": "A1"},
    {"therapist_id": "T1"},
    {"therapist_id": "T2"},
    {"room_id": "R1"},
    {"service_id": "individual"},
    {"day": 1},
    {"start": 540},
    {"participant_id": "A1", "therapist_id": "T1", "service_id": "individual", "day": 1, "start": 540},
]
OTHER = [
    {"participant_id": "A2"},
    {"therapist_id": "T3"},
    {"room_id": "R2"},
    {"group_id": "G1"},
    {"service_id": "process"},
    {"day": 0},
    {"start": 600},
    {"participant_id": "A1", "start": 600},
]
TWO_STAFF = individual("Tue 09:00-10:00", staff="T1 T2")


@pytest.mark.parametrize(
    ("cells", "matches"), [(cells, True) for cells in MATCHING] + [(cells, False) for cells in OTHER]
)
def test_must_and_must_not(cells, matches):
    """The therapist may be anybody on the staff, the lead or not."""
    facts = {"groups": (group(),), "therapists": tuple(map(therapist, ("T1", "T2", "T3")))}
    must, must_not = (small(pins=(Pin(action, **cells),), **facts) for action in ("must", "must_not"))
    assert broken(must, TWO_STAFF) == (set() if matches else {"pin"})
    assert broken(must_not, TWO_STAFF) == ({"pin"} if matches else set())


def test_one_session_must_match_every_cell():
    """A1 is there on Tuesday, T2 on Wednesday, but never both."""
    pinned = small(pins=(Pin("must", participant_id="A1", therapist_id="T2"),))
    assert broken(pinned, HELD, individual("Wed 09:00-10:00", "A2", "T2")) == {"pin"}


def test_groups():
    pinned = small(groups=(group("G1"), group("G2")), pins=(Pin("must", group_id="G1"),))
    assert broken(pinned, session("Mon 09:00-12:00", group_id="G1")) == set()
    assert broken(pinned, session("Mon 09:00-12:00", group_id="G2")) == {"pin"}


@pytest.mark.parametrize(
    ("dates", "holds"),
    [
        ({"from_date": TUESDAY}, True),
        ({"from_date": WEDNESDAY}, False),
        ({"until_date": TUESDAY}, True),
        ({"until_date": MONDAY}, False),
        ({"from_date": TUESDAY, "until_date": TUESDAY}, True),
    ],
)
def test_dates_of_a_pin(dates, holds):
    """The session is on Tuesday: a ``must`` that holds only on other days of the week is not satisfied by it."""
    assert broken(small(pins=(Pin("must_not", participant_id="A1", **dates),)), HELD) == ({"pin"} if holds else set())
    assert broken(small(pins=(Pin("must", participant_id="A1", **dates),)), HELD) == (set() if holds else {"pin"})


@pytest.mark.parametrize(
    "dates",
    [
        {"until_date": date(2026, 11, 29)},
        {"from_date": date(2026, 12, 7)},
        {"from_date": date(2026, 10, 1), "until_date": date(2026, 10, 31)},
    ],
)
def test_dates_that_do_not_touch_the_week(dates):
    for action in ("must", "must_not"):
        assert broken(small(pins=(Pin(action, **dates),))) == set()
        assert broken(small(pins=(Pin(action, **dates),)), HELD) == set()


@pytest.mark.parametrize(("first", "rules"), [(TUESDAY, {"pin"}), (WEDNESDAY, set()), (FRIDAY, set())])
def test_a_weekday_before_the_pin_begins(first, rules):
    """Tuesdays from Wednesday on begin next week, so nothing is asked this week."""
    assert broken(small(pins=(Pin("must", day=1, from_date=first),))) == rules


def test_an_empty_week_satisfies_no_must():
    assert broken(small(pins=(Pin("must"),))) == {"pin"}
    assert broken(small(pins=(Pin("must_not"),))) == set()


def test_sentences_of_pin():
    cells = {"participant_id": "A1", "service_id": "individual", "day": 1, "start": 540}
    asked = Pin("must", **cells, from_date=MONDAY, row=4)
    assert sentences(small(pins=(asked,))) == [
        (
            "No session matches row 4 of pins.csv, which asks for participant A1, service individual, day Tue, "
            "start 09:00, from 2026-11-30."
        )
    ]
    assert sentences(small(pins=(Pin("must_not", row=3),)), HELD) == [
        "Session S-Tue-09:00-10:00 (Tue 09:00-10:00) matches row 3 of pins.csv, which forbids any session."
    ]
