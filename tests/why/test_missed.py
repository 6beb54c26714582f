"""The cause for which a member misses a session of the own group is the one that was planted, and no other is told."""

from dataclasses import replace

import pytest

from iopsched.domain.people import KeepApart
from iopsched.model.terms import Terms
from iopsched.why.missed import why_missed
from tests.support.clinics import adult, group, session, small, windows

HELD = session("Tue 09:00-12:00", "A2 A3", group_id="G1")
GROUP = group("G1", sessions_per_week=2)
PEOPLE = (adult("A1"), adult("A2"), adult("A3"))
VISIT = session("Tue 11:00-12:00", "A1", "T2", service_id="individual", id_="individual-001")


@pytest.mark.parametrize(
    ("changes", "attended", "told"),
    [
        ({"participants": (adult("A1", availability=windows("Tue 09:00-11:59")), *PEOPLE[1:])}, (), "not free Tue 09:00"),
        (
            {"keep_apart": (KeepApart("A1", other_participant_id="A3"),)},
            (),
            "kept apart from A3 (keep_apart.csv) Tue 09:00",
        ),
        ({"keep_apart": (KeepApart("A1", therapist_id="T1"),)}, (), "kept apart from T1 (keep_apart.csv) Tue 09:00"),
        ({"keep_apart": (KeepApart("A2", other_participant_id="A3"),)}, (VISIT,), "in individual-001 at the same time, Tue 09:00"),
        ({}, (replace(VISIT, start=HELD.end, end=HELD.end + 60),), "no seat, a pin, or a limit of the day or week, Tue 09:00"),
        ({"groups": (replace(GROUP, max_size=2),)}, (), "full Tue 09:00"),
        ({"groups": (replace(GROUP, max_size=3),)}, (), "no seat, a pin, or a limit of the day or week, Tue 09:00"),
    ],
    ids=["not free", "participant", "staff", "elsewhere", "next to it", "full", "one place left"],
)  # fmt: skip
def test_the_planted_cause_is_told(changes, attended, told):
    problem = small(**{"participants": PEOPLE, "groups": (GROUP,), **changes})
    assert why_missed(Terms(problem), problem.participant["A1"], [HELD], attended) == told


def test_sessions_of_one_cause_are_told_together_in_order():
    problem = small(participants=(adult("A1", availability=windows("Wed 09:00-12:00")), *PEOPLE[1:]), groups=(GROUP,))
    later = session("Thu 09:00-12:00", "A2", group_id="G1")
    assert why_missed(Terms(problem), problem.participant["A1"], [later, HELD], ()) == "not free Tue 09:00, Thu 09:00"
