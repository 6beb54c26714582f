"""Rows of days.csv: what a payer that bills by the day wants to see."""

from datetime import date

from iopsched.domain.clinic import Payer
from iopsched.domain.schedule import DayRow
from iopsched.domain.services import Module
from iopsched.verifier import days, hours
from tests.support.clinics import (
    MONDAY,
    adult,
    adults,
    clinic,
    individual,
    level,
    schedule,
    service,
    services,
    session,
    small,
)

BLOCK = (
    Module("in", "process", "Check-in", 50, order=1),
    Module("skill", "process", "Skills", 50, kind="education", order=2),
    Module("walk", "process", "Walk", 30, kind="activity", counts=False, order=3),
)


def test_a_day_of_three_services():
    """A block of two countable modules and an individual hour; the walk counts for nothing."""
    problem = small(
        clinic=clinic(payers={"medicare": Payer("medicare", services_per_day=3)}),
        services=services(process={"contact_minutes": 100}),
        participants=(adult(payer="medicare"),),
        modules=BLOCK,
    )
    week = schedule(session("Mon 09:00-12:00"), individual("Mon 13:00-14:00"), individual("Tue 13:00-14:00"))
    assert days(problem, week) == (
        DayRow(
            "A1", MONDAY, "medicare", 240, 160, 160, 3, 3, ("education", "group", "individual"), is_program_day=False
        ),
        DayRow("A1", date(2026, 12, 1), "medicare", 60, 60, 60, 1, 3, ("individual",), is_program_day=False),
    )


def test_a_program_day_is_one_from_so_many_countable_minutes():
    """160 contact minutes of 240 on the clock are 180 where a break of 20 in three hours counts."""
    facts = {"services": services(process={"contact_minutes": 120}), "participants": adults(1)}
    week = schedule(session("Mon 09:00-12:00"), individual("Mon 13:00-14:00"))
    for least, is_program_day in ((180, True), (181, False)):
        problem = small(clinic=clinic(level=level(program_day_minutes=least)), **facts)
        assert days(problem, week)[0].is_program_day is is_program_day
        allowing = small(
            clinic=clinic(level=level(program_day_minutes=least + 20), break_allowance_minutes=20), **facts
        )
        assert days(allowing, week)[0].is_program_day is is_program_day


def test_days_without_countable_sessions_are_left_out():
    problem = small(services=(service(counts=False),))
    assert days(problem, schedule(session("Mon 09:00-12:00"))) == ()


def test_hours_tell_clock_and_contact():
    """Of services that count; what counts lies between the two where breaks are allowed."""
    facts = {"services": services(process={"contact_minutes": 150}, individual={"counts": False})}
    problem = small(clinic=clinic(break_allowance_minutes=10), **facts)
    row = hours(problem, schedule(session("Mon 09:00-12:00"), individual("Mon 13:00-14:00")))[0]
    assert (row.clock_minutes, row.contact_minutes, row.scheduled_minutes) == (180, 150, 160)
