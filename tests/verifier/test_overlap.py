"""Rule ``overlap`` on and just past its edge."""

import random
import time
from dataclasses import replace

import pytest

from iopsched.verifier import violations
from iopsched.verifier.overlap import MOST_PAIRS, clashes
from iopsched.verifier.week import Week
from tests.support.clinics import broken, clinic, individual, schedule, sentences, session, small


def test_touching_sessions_do_not_overlap():
    """Half-open ranges: 09:00-12:00 and 12:00-13:00 share no minute."""
    assert broken(small(), session("Mon 09:00-12:00"), individual("Mon 12:00-13:00")) == set()


def test_participant_in_two_sessions_at_once():
    first, second = session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", staff="T2", room_id="R2")
    assert broken(small(), first, second) == {"overlap"}
    assert sentences(small(), first, second) == [
        (
            "Participant A1 is in sessions S-Mon-09:00-12:00 (Mon 09:00-12:00) and "
            "S-Mon-11:00-12:00 (Mon 11:00-12:00) at once."
        )
    ]


def test_therapist_in_two_sessions_at_once():
    found = broken(small(), session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", "A2", room_id="R2"))
    assert found == {"overlap"}


def test_surplus_therapist_in_two_sessions_at_once():
    both = session("Mon 09:00-12:00", staff="T1 T2")
    assert broken(small(), both, individual("Mon 11:00-12:00", "A2", "T2", room_id="R2")) == {"overlap"}


def test_room_in_two_sessions_at_once():
    assert broken(small(), session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", "A2", "T2")) == {"overlap"}


def test_different_people_and_rooms_at_once():
    assert broken(small(), session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", "A2", "T2", room_id="R2")) == set()


def test_same_clock_on_another_day():
    assert broken(small(), session("Mon 09:00-12:00"), session("Tue 09:00-12:00")) == set()


def test_a_long_session_hides_no_later_clash():
    """The first session overlaps the second and the third, which do not touch each other."""
    found = violations(
        small(),
        schedule(
            session("Mon 09:00-12:00"),
            individual("Mon 09:00-10:00", staff="T2", room_id="R2"),
            individual("Mon 11:00-12:00", staff="T2", room_id="R2"),
        ),
    )
    assert [(row.rule, row.subject) for row in found] == [("overlap", "A1")] * 2


def test_a_participant_entered_twice_in_one_session():
    assert broken(small(), session("Mon 09:00-12:00", "A1 A1")) == {"overlap"}


@pytest.mark.parametrize("rule", ["overlap", "changeover"])
def test_a_thousand_sessions_at_once_are_told_in_bounded_time(rule):
    """Half a million pairs for the room: the first are told, the rest are counted."""
    problem = small() if rule == "overlap" else small(clinic=clinic(staff={"changeover_minutes": 30}))
    at = ("Mon 09:00-10:00",) * 1000 if rule == "overlap" else ("Mon 09:00-10:00", "Mon 10:00-11:00") * 500
    many = [replace(individual(when, staff="T2"), id=f"S{number}") for number, when in enumerate(at)]
    begun = time.process_time()
    found = violations(problem, schedule(*many))
    assert time.process_time() - begun < 1
    pairs = 1000 * 999 // 2 if rule == "overlap" else 500 * 500
    told = [
        row.sentence for row in found if row.subject == "R1" and row.rule == {"changeover": "window"}.get(rule, rule)
    ]
    assert len(told) == MOST_PAIRS + 1
    assert any(f"{pairs - MOST_PAIRS} more pairs" in sentence for sentence in told)


def test_sessions_at_once_are_counted_as_they_are_listed():
    rng = random.Random(1)
    for _ in range(200):
        spans = [sorted(rng.sample(range(9, 20), 2)) for _ in range(rng.randint(1, 12))]
        week = Week(small(), schedule(*(session(f"Mon {a:02d}:00-{b:02d}:00") for a, b in spans)))
        pairs = sum(a < d and c < b for place, (a, b) in enumerate(spans) for c, d in spans[:place])
        assert len(list(clashes(week.meetings))) == min(pairs, MOST_PAIRS) + (pairs > MOST_PAIRS)
        assert pairs <= MOST_PAIRS or f"{pairs - MOST_PAIRS} more pair" in list(clashes(week.meetings))[-1][0]
