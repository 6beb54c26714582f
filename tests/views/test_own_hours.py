"""What a participant reads of the own hours: what is on the page and what is not, never a reason, never anybody else."""

from dataclasses import replace
from datetime import date

import pytest

from iopsched.verifier.account import Account
from iopsched.views.own_hours import own_hours
from tests.support.clinics import adult

ASK = "Your team knows; please ask us about it."
WHOLE = Account(adult(), 540, 540, 3, 3, 0, 0, {}, 0, {})


def test_closed_days_are_told_first_and_apart_from_what_is_missing():
    closed = (date(2026, 11, 26), date(2026, 11, 27))
    short = replace(WHOLE, scheduled_minutes=360, scheduled_days=2)
    assert own_hours(WHOLE, closed)[0] == "We are closed Thu 26 and Fri 27 Nov."
    assert own_hours(short, closed, is_by_closure=True) == (
        "We are closed Thu 26 and Fri 27 Nov.",
        (
            "You have 6 h of program time this week, less than in other weeks because we are closed. "
            "Nothing else of your plan is missing."
        ),
    )
    assert own_hours(short, closed)[2:] == ("Not on this page yet: 3 h of program time and 1 program day.", ASK)


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, ("You have 9 h of program time this week. Your plan asks for at least 9 h: you are all set.",)),
        (
            {"required_minutes": 0, "required_days": 0, "scheduled_minutes": 90},
            ("You have 1.5 h of program time this week.",),
        ),
        (
            {"lacking": {"individual": 1}, "lacking_minutes": 60},
            (
                "You have 9 h of program time this week; your plan asks for at least 9 h.",
                "Not on this page yet: 1 individual session.", ASK,
            ),
        ),
        (
            {"scheduled_minutes": 360, "scheduled_days": 2, "lacking": {"family": 2}, "phase_sessions_short": 1},
            (
                "You have 6 h of program time this week; your plan asks for at least 9 h.",
                "Not on this page yet: 2 family sessions, 1 group session, 3 h of program time and 1 program day.", ASK,
            ),
        ),
        (
            {"long_gaps": 1},
            (
                "You have 9 h of program time this week; your plan asks for at least 9 h.",
                "There are more days without a session in a row than we would like.", ASK,
            ),
        ),
        (
            {"required_minutes": 0, "required_days": 0, "lacking": {"check_in": 1}, "lacking_minutes": 30},
            ("You have 9 h of program time this week.", "Not on this page yet: 1 check in session.", ASK),
        ),
    ],
)  # fmt: skip
def test_a_participant_reads_what_is_and_what_is_not_on_the_page(changes, sentences):
    assert own_hours(replace(WHOLE, **changes)) == sentences
