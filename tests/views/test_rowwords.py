"""Rows of steps.csv and pins.csv as somebody would say them, and under the labels of their reader."""

from datetime import date

import pytest

from iopsched.comparisons.factchanges import FactChange
from iopsched.views.factwords import fact_sentence
from iopsched.words.sentence import ParticipantRef

WEEKS = (date(2026, 11, 30), date(2026, 12, 7))


def told(file, cells, *, is_gained=True):
    old, new = (None, cells) if is_gained else (cells, None)
    return fact_sentence(FactChange(file, "row 4", 4, "", old, new, frozenset()), WEEKS)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            {"level": "step-down", "phase": "intermediate", "payer": "self"},
            "P001: level step-down, phase intermediate, payer self from 7 December",
        ),
        (
            {"min_hours_per_week": "9", "max_hours_per_week": "12", "min_days_per_week": "3"},
            "P001: at least 9 h a week, at most 12 h a week, at least 3 days a week from 7 December",
        ),
        (
            {"individual_per_week": "1", "family_per_week": "0"},
            "P001: 1 individual a week, 0 family a week from 7 December",
        ),
        ({"therapist_id": "T02", "group_id": "A2; F1"}, "P001: primary therapist T02, group A2 and F1 from 7 December"),
    ],
)
def test_a_step_says_what_changes_for_whom(cells, words):
    sentence = told("steps.csv", {"participant_id": "P001", "from": "2026-12-07", **cells})
    assert sentence == words
    assert ParticipantRef("P001") in sentence.refs


def test_a_step_of_the_other_week_alone_holds_no_longer():
    cells = {"participant_id": "P001", "from": "2026-12-07", "phase": "intermediate"}
    assert told("steps.csv", cells, is_gained=False) == "P001: no longer phase intermediate from 7 December"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            {"action": "must_not", "room_id": "R03", "from": "2026-12-07", "until": "2026-12-11"},
            "R03 may not be used 7 to 11 December",
        ),
        (
            {
                "action": "must",
                "participant_id": "P014",
                "therapist_id": "T02",
                "service_id": "individual",
                "day": "Wed",
                "start": "10:00",
                "from": "2026-11-30",
                "until": "2026-12-18",
            },
            "P014 must have individual with T02 Wed 10:00, 30 November to 18 December",
        ),
        (
            {"action": "must", "therapist_id": "T06", "room_id": "R04", "group_id": "F2", "service_id": "multifamily"},
            "F2 must have multifamily with T06 in R04",
        ),
        (
            {"action": "must_not", "therapist_id": "T04", "day": "Thu", "start": "12:00"},
            "T04 may not have a session Thu 12:00",
        ),
        (
            {"action": "must_not", "service_id": "case_management", "until": "2026-12-07"},
            "case management may not be held until 7 December",
        ),
        (
            {"action": "must_not", "day": "Mon", "from": "2026-12-07", "until": "2026-12-07"},
            "no session may be held Mon, on 7 December",
        ),
    ],
)
def test_a_pin_says_what_is_fixed_or_forbidden(cells, words):
    assert told("pins.csv", cells) == words
    assert told("pins.csv", cells, is_gained=False) == f"no longer holds: {words}"
