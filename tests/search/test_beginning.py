"""What breaks a rule leaves the first week, and no more than that; ids may hold blanks and dots."""

import time
from dataclasses import replace
from datetime import date

from iopsched.domain.schedule import Schedule
from iopsched.search.start.first_week import drop_violations
from iopsched.verifier import violations
from tests.support.clinics import MONDAY, adult, session, small


def test_only_the_person_who_is_gone_leaves_the_sessions():
    """A.2 is discharged before Tuesday: Monday stays whole, Tuesday goes on without A.2."""
    people = (adult("A 1"), adult("A.2", discharged=date(2026, 11, 30)), adult("A3"))
    monday = replace(session("Mon 09:00-12:00", "A3"), participant_ids=("A 1", "A.2", "A3"))
    tuesday = replace(session("Tue 09:00-12:00", "A3"), participant_ids=("A 1", "A.2", "A3"), id="S 2")
    problem = small(participants=people)
    assert {found.rule for found in violations(problem, Schedule(MONDAY, (monday, tuesday)))} == {"window"}
    left = drop_violations(problem, Schedule(MONDAY, (monday, tuesday)))
    assert not violations(problem, left)
    assert [row.participant_ids for row in left.sessions] == [("A 1", "A.2", "A3"), ("A 1", "A3")]


def test_an_empty_week_stays_empty():
    assert drop_violations(small(participants=(adult("A1"),)), Schedule(MONDAY)) == Schedule(MONDAY)


def test_many_broken_sessions_are_dropped_in_bounded_time():
    """Each violation is looked up in the sessions that it names, not held against every session."""
    many = [replace(session("Mon 09:30-11:00", "A1 A2"), id=f"S{number}") for number in range(1500)]
    later = replace(session("Tue 09:00-12:00", "B1 B2", "T2", room_id="R2"), id="T")
    problem = small(participants=(adult("A1"), adult("A2"), *(adult(f"B{number}") for number in range(100))))
    begun = time.process_time()
    left = drop_violations(problem, Schedule(MONDAY, (*many, later)))
    assert time.process_time() - begun < 1.5
    assert [row.id for row in left.sessions] == ["T"]
