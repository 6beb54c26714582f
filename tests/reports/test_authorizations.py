"""Authorizations: days used, planned and left, what ends soon, and when units run out."""

import random
from datetime import date, datetime, timedelta

import pytest

from iopsched.domain.clinic import Payer
from iopsched.domain.people import AttendanceRecord
from iopsched.ingest import KeptOffer
from iopsched.records.presence import PublishedWeek
from iopsched.records.presences import presences
from iopsched.records.units import days_counted
from iopsched.reports.authorizations import CountedSpan, authorizations
from iopsched.views.labels import Labels
from tests.support.clinics import MONDAY, adult, clinic, individual, session, small
from tests.support.records import on_record

WEDNESDAY = MONDAY + timedelta(days=2)
WEEK = [session(f"{day} 09:00-12:00", id_=day) for day in ("Mon", "Tue", "Wed", "Thu", "Fri")]


def came_to(problem, sessions, records, today):
    week = on_record(problem, sessions)
    offers = [PublishedWeek(week.publication, KeptOffer(problem.clinic, problem.service))]
    return presences(offers, records, datetime.combine(today, datetime.min.time()))


def report(person, sessions=WEEK, records=(), today=WEDNESDAY, payer=None, last=MONDAY + timedelta(days=6)):
    payers = {payer.id: payer} if payer is not None else {}
    problem = small(clinic=clinic(payers=payers), participants=(person,))
    found = came_to(problem, sessions, records, today)
    return authorizations(problem, found, CountedSpan(today, (MONDAY,), last), Labels())


def row_of(person, **options):
    (row,) = report(person, **options).main.rows
    return row


def test_used_counted_planned_and_left_add_up():
    found = report(adult("A1", units_left=12, units_used=8, units_as_of=MONDAY))
    (row,) = found.main.rows
    assert (row.units_authorized, row.units_used, row.units_counted, row.units_planned, row.units_left) == (
        20,
        8,
        1,
        3,
        8,
    )
    assert row.first_counted == MONDAY + timedelta(days=1)
    days = found.tables[0].rows
    assert [(day.date.day, day.state) for day in days] == [
        (1, "counted"),
        (2, "planned"),
        (3, "planned"),
        (4, "planned"),
    ]
    assert all((day.week, day.revision, day.session_key) == (MONDAY, 1, (f"K-{day.date:%a}",)) for day in days)


def test_a_day_on_which_somebody_was_not_there_uses_nothing():
    records = [AttendanceRecord(MONDAY, "A1", "Mon", None, None, "no_show", row=2)]
    row = row_of(adult("A1", units_left=10), records=records)
    assert (row.units_counted, row.units_planned, row.units_left) == (1, 3, 6)


def test_several_sessions_of_a_day_use_one_unit():
    row = row_of(adult("A1", units_left=10), sessions=[session("Mon 09:00-12:00"), individual("Mon 13:00-14:00")])
    assert (row.units_counted, row.units_left) == (1, 9)


@pytest.mark.parametrize(("days", "is_soon"), [(-1, True), (0, True), (14, True), (15, False)])
def test_what_ends_within_fourteen_days_is_told(days, is_soon):
    until = WEDNESDAY + timedelta(days=days)
    found = report(adult("A1", authorized_until=until))
    (row,) = found.main.rows
    assert (row.days_to_end, row.ends_soon) == (days, is_soon)
    assert any("A1" in line for line in found.lines) == is_soon


@pytest.mark.parametrize(("held", "is_soon"), [(44, False), (45, True), (59, True)])
def test_certifications_lapse_after_the_days_of_the_payer(held, is_soon):
    person = adult("A1", payer="plan", certified=WEDNESDAY - timedelta(days=held))
    row = row_of(person, payer=Payer("plan", certified_days=59))
    assert row.certified_until == WEDNESDAY + timedelta(days=59 - held)
    assert row.certification_ends_soon == is_soon


def test_a_certification_that_is_asked_for_and_not_dated_is_told():
    row = row_of(adult("A1", payer="plan"), payer=Payer("plan", certified_days=60))
    assert (row.certified_until, row.certification_ends_soon) == (None, True)


@pytest.mark.parametrize(
    ("left", "day"),
    [(1, date(2026, 11, 30)), (5, date(2026, 12, 4)), (10, date(2026, 12, 11)), (8, date(2026, 12, 9))],
)
def test_units_run_out_on_a_published_day_or_after_them_at_the_same_pace(left, day):
    row = row_of(adult("A1", units_left=left))
    assert (row.days_a_week, row.runs_out) == (5.0, day)


def test_more_days_than_authorized_are_told():
    found = report(adult("A1", units_left=3))
    assert found.main.rows[0].units_left == -2
    assert found.missing[0].startswith("More days used or planned than authorized: A1 (2026-12-02).")


def test_units_that_last_longer_than_the_stay_do_not_run_out():
    assert row_of(adult("A1", units_left=30, discharged=MONDAY + timedelta(days=20))).runs_out is None


@pytest.mark.parametrize(("most", "left"), [(6, 1), (5, 0), (None, None)])
def test_days_of_this_week_are_held_against_their_limit(most, left):
    row = row_of(adult("A1", authorized_days=most, payer="plan", units_as_of=WEDNESDAY), payer=Payer("plan"))
    assert (row.authorized_days, row.days_this_week, row.days_left_this_week) == (most, 5, left)


def test_who_was_discharged_or_has_no_payer_has_no_row():
    assert report(adult("A1", units_left=3, discharged=MONDAY)).main.rows == []
    assert report(adult("A1")).main.rows == []


@pytest.mark.parametrize("seed", range(8))
def test_days_equal_those_that_a_solve_counts(seed):
    draw = random.Random(seed)
    first = draw.choice((None, MONDAY + timedelta(days=draw.randrange(5))))
    person = adult("A1", units_left=40, units_as_of=first)
    sessions = draw.sample(WEEK, draw.randrange(6))
    records = [
        AttendanceRecord(
            MONDAY + timedelta(days=WEEK.index(one)), "A1", one.id, None, None, draw.choice(("attended", "excused"))
        )
        for one in sessions
        if draw.random() < 0.5
    ]
    row = row_of(person, sessions=sessions, records=records)
    rows = came_to(small(participants=(person,)), sessions, records, WEDNESDAY).rows
    assert row.units_counted + row.units_planned == days_counted(rows, [person], date.max).get("A1", 0)
