"""What breaks a rule leaves the first week, and no more than that; ids may hold blanks and dots."""

from dataclasses import replace
from datetime import date

from clinics import MONDAY, adult, session, small

from iopsched.domain.schedule import Schedule
from iopsched.search.beginning import drop_violations
from iopsched.verifier import violations


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
