"""What has begun: it stays, breaks nothing by itself, and binds what is still to come."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from iopsched.domain.people import TimeOff
from iopsched.domain.pins import Pin
from iopsched.rulebook import RuleId
from iopsched.verifier import goal_values, hours, violations
from tests.support.clinics import (
    MONDAY,
    adults,
    at,
    clinic,
    individual,
    level,
    schedule,
    services,
    session,
    small,
    therapist,
)

MON = session("Mon 09:00-12:00", id_="process-001")
WED = session("Wed 09:00-12:00", id_="process-002")
FRI = session("Fri 09:00-12:00", id_="process-003")
NOON_ON_TUESDAY = at("Tue 12:00")


def week(now=NOON_ON_TUESDAY, published=(MON, WED), **facts):
    """Return a clinic of which a revision of this week is published."""
    facts = {"therapists": (therapist("T1"), therapist("T2")), **facts}
    return small(previous=schedule(*published), now=now, **facts)


def rules(problem, *held):
    """Return the rules that are broken."""
    return {found.rule for found in violations(problem, schedule(*held))}


@pytest.mark.parametrize(
    "held",
    [
        (replace(MON, room_id="R2"), WED),
        (replace(MON, therapist_ids=("T2",)), WED),
        (replace(MON, participant_ids=("A1", "A2")), WED),
        (WED,),
        (MON, individual("Tue 11:00-12:00", id_="individual-001"), WED),
    ],
    ids=["room", "lead", "people", "gone", "added"],
)
def test_what_has_begun_stays(held):
    assert rules(week(), *held) == {RuleId.PIN}
    assert rules(week(now=None), *held) == set()


@pytest.mark.parametrize(("now", "stays"), [("Mon 09:00", False), ("Mon 09:01", True), ("Mon 12:30", True)])
def test_a_session_has_begun_from_its_first_minute_on(now, stays):
    assert rules(week(now=at(now)), WED) == ({RuleId.PIN} if stays else set())


def test_another_week_has_not_begun():
    """Against the week before nothing is fixed."""
    problem = replace(week(), previous=replace(schedule(MON), week=MONDAY.replace(day=23)))
    assert problem.begun == ()
    assert rules(problem, WED) == set()


SICK = (TimeOff("therapist", "T1", datetime.combine(MONDAY, time()), datetime.combine(date(2026, 12, 6), time())),)


def test_a_newer_fact_does_not_touch_what_has_begun_and_does_the_rest():
    problem = week(time_off=SICK)
    assert rules(problem, MON) == set()
    assert rules(problem, MON, WED) == {RuleId.WINDOW}
    assert rules(problem, MON, replace(WED, therapist_ids=("T2",))) == set()


@pytest.mark.parametrize(("most", "broken"), [(180, True), (359, True), (360, False)])
def test_what_is_too_much_together_binds_the_later_session(most, broken):
    problem = week(clinic=clinic(level=level(max_minutes_per_week=most)))
    assert rules(problem, MON) == set()
    assert rules(problem, MON, WED) == ({RuleId.WEEK_MAX} if broken else set())


def test_who_left_the_tables_is_still_in_what_has_begun():
    """A participant and the lead."""
    gone = replace(MON, participant_ids=("A1", "A9"), therapist_ids=("T9",))
    assert rules(week(published=(gone, WED)), gone, WED) == set()
    assert rules(week(published=(gone, WED), now=None), gone, WED) != set()


@pytest.mark.parametrize(("start", "asks"), [(540, False), (720, True), (None, True)])
def test_a_pin_asks_for_nothing_that_is_over(start, asks):
    """Tuesday noon has come, and with it the last minute in which a session begins then; the afternoon is to come."""
    pins = (Pin("must", service_id="individual", day=1, start=start, row=2),)
    assert rules(week(pins=pins), MON) == ({RuleId.PIN} if asks else set())


def test_changes_and_moves_are_of_what_is_to_come():
    later = replace(week(), participants=adults(2))
    values = goal_values(later, schedule(MON, FRI))
    assert (values["changes"].value, values["moves"].value) == (2, 4)
    assert goal_values(later, schedule(WED))["moves"].value == 0


# --- who was not there ----------------------------------------------------------
VISIT, AGAIN = (
    individual(f"{day} 14:00-15:00", id_=f"individual-00{n}") for n, day in enumerate(("Mon", "Wed"), start=1)
)
ONCE = {"services": services(individual={"per_week": {"adult": 1, "adolescent": 1}})}


def missing(**facts):
    """Return a week in which A1 was not there on Monday."""
    problem = week(published=(MON, VISIT), **facts)
    return replace(problem, missed=frozenset({("A1", MON.id), ("A1", VISIT.id)}))


def test_what_somebody_missed_may_be_held_again():
    assert rules(week(published=(MON, VISIT), **ONCE), MON, VISIT, AGAIN) == {RuleId.DAY_MAX}
    assert rules(missing(**ONCE), MON, VISIT, AGAIN) == set()


def test_what_somebody_missed_counts_for_nothing():
    problem = missing(**ONCE)
    rows = {row.participant_id: row.scheduled_minutes for row in hours(problem, schedule(MON, VISIT, WED))}
    assert rows["A1"] == WED.minutes
    whole = {row.participant_id: row.scheduled_minutes for row in hours(week(**ONCE), schedule(MON, WED))}
    assert whole["A1"] == MON.minutes + WED.minutes


def test_what_somebody_missed_stays_as_it_was_published():
    """Whoever was to be there is still on the roster: only what counts is otherwise."""
    assert rules(missing(**ONCE), replace(MON, participant_ids=("A2",)), VISIT) == {RuleId.PIN}


def test_only_what_has_begun_can_have_been_missed():
    problem = replace(missing(**ONCE), now=None)
    rows = {row.participant_id: row.scheduled_minutes for row in hours(problem, schedule(MON, VISIT))}
    assert rows["A1"] == MON.minutes + VISIT.minutes
