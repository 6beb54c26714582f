from dataclasses import replace

import pytest

from iopsched.domain.people import Participant
from iopsched.verifier.account import Account
from iopsched.views.lacks import facts, needs_line

ACCOUNT = Account(Participant("B05", "adult"), 540, 540, 3, 3, 0, 0, {}, 0, {})


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {
                "scheduled_minutes": 420,
                "scheduled_days": 2,
                "lacking": {"family": 1},
                "lacking_minutes": 60,
                "phase_sessions_short": 1,
            },
            "has 7 of 9 h, 2 of 3 days; lacks 1 family, 1 group session of the phase",
        ),
        ({"scheduled_minutes": 445}, "has 7 h 25 min of 9 h"),
        ({"scheduled_minutes": 0, "required_minutes": 50}, "has 0 h of 50 min"),
        ({"scheduled_days": 0, "required_days": 1}, "has 0 of 1 day"),
        ({"phase_sessions_short": 2}, "lacks 2 group sessions of the phase"),
        ({"long_gaps": 1, "scheduled_days": 2}, "has 2 of 3 days, 1 gap of too many days"),
    ],
)
def test_only_what_lacks_is_said(changes, text):
    assert facts(replace(ACCOUNT, **changes)) == text


def test_the_first_five_are_named():
    short = [replace(ACCOUNT, participant=Participant(f"P{i}", "adult")) for i in range(7)]
    assert needs_line(short, 9) == (
        "Needs: 2 of 9 participants have everything; short are P0, P1, P2, P3, P4 and 2 more."
    )
