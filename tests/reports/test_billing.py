"""Billing of published weeks: each row, what keeps it from being billed, and that everything adds up to the roster."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from iopsched.domain.clinic import Payer
from iopsched.domain.people import AttendanceRecord
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, HOUR
from iopsched.ingest import KeptOffer
from iopsched.records.presence import PublishedWeek
from iopsched.records.presences import presences
from iopsched.reports.billing import billing
from iopsched.verifier import hours
from iopsched.views.labels import Labels
from tests.support.clinics import MONDAY, adult, adults, clinic, individual, services, session, small
from tests.support.records import on_record

LAST = MONDAY + timedelta(days=6)
OVER = datetime(2027, 1, 1, tzinfo=UTC)
CODES = {"process": {"code": "H0015"}, "individual": {"code": "90834"}, "workshop": {"code": "T1016", "counts": False}}


def report(problem, sessions, records=(), now=OVER, first=MONDAY, last=LAST, **options):
    week = on_record(problem, sessions, credentials={"T1": "LCSW", "T2": "LPC"}, **options)
    offer = KeptOffer(problem.clinic, problem.service)
    return billing([week], presences([PublishedWeek(week.publication, offer)], records, now), first, last, Labels())


def coded(**changes):
    return small(**{"services": services(**CODES), **changes})


def record(session_id, person="A1", status="attended", minutes=None, row=2, day=MONDAY):
    return AttendanceRecord(day, person, session_id, None, minutes, status, row=row)


def only(found):
    (row,) = found.main.rows
    return row


def table(found, key):
    return next(one for one in found.tables if one.key == key).rows


def test_sessions_of_one_code_on_one_day_are_one_row():
    sessions = [
        session("Mon 09:00-12:00", "A1", "T1 T2", id_="early"),
        session("Mon 13:00-16:00", "A1", "T2", id_="late"),
        individual("Mon 16:00-17:00", id_="alone"),
    ]
    alone, day = report(coded(), sessions).main.rows
    assert (day.code, day.sessions, day.contact_minutes, day.units, day.billable) == ("H0015", 2, 360, 1, True)
    assert (day.start, day.end, day.provider_id, day.credential) == ("09:00", "16:00", ("T1", "T2"), ("LCSW", "LPC"))
    assert (day.further_staff, day.session_key) == (("T2",), ("K-early", "K-late"))
    assert (alone.code, alone.sessions, alone.contact_minutes, alone.units) == ("90834", 1, 60, 1)


def test_whole_units_of_time_are_billed_where_a_service_has_them():
    timed = services(individual={"code": "90834", "minutes": 60, "unit_minutes": 15})
    found = report(small(services=timed), [individual("Mon 09:00-10:00", id_="S")], [record("S", minutes=50)])
    assert (only(found).contact_minutes, only(found).units, only(found).status) == (50, 3, "in part")


def test_who_joins_by_video_has_telehealth_and_others_in_the_room_do_not():
    people = (adult("A1", modality="telehealth"), adult("A2"))
    rows = report(coded(participants=people), [session("Mon 09:00-12:00", "A1 A2", modality="hybrid")]).main.rows
    assert [(row.modality, row.telehealth_minutes) for row in rows] == [("telehealth", 180), ("in_person", 0)]
    both = [
        session("Mon 09:00-12:00", id_="a"),
        session("Mon 13:00-16:00", id_="b", modality="telehealth", room_id=None),
    ]
    assert only(report(coded(), both)).modality == "mixed"


@pytest.mark.parametrize("status", ["no_show", "excused", "cancelled"])
def test_who_did_not_come_is_listed_apart_and_billed_nothing(status):
    found = report(coded(), [individual("Mon 09:00-10:00", id_="S")], [record("S", status=status, row=7)])
    assert found.main.rows == []
    (away,) = table(found, "absences")
    assert (away.status, away.scheduled_minutes, away.attendance_row, away.session_key) == (status, 60, 7, "K-S")
    assert (found.totals["absences"], found.totals["absent_minutes"], found.totals["units"]) == (1, 60, 0)


def test_what_is_still_to_come_is_not_billed():
    found = report(coded(), [individual("Mon 09:00-10:00")], now=datetime(2026, 11, 30, 14, 0, tzinfo=UTC))
    row = only(found)
    assert (row.status, row.billable, row.units, row.reason) == ("planned", False, 0, "still to come")
    assert (row.contact_minutes, found.totals["billable_contact_minutes"]) == (60, 0)


def test_a_service_without_a_code_has_a_row_of_its_own_and_the_remedy():
    found = report(small(), [session("Mon 09:00-12:00"), individual("Mon 13:00-14:00")])
    assert [(row.service_id, row.reason) for row in found.main.rows] == [
        (("individual",), "no code of individual"),
        (("process",), "no code of process"),
    ]
    assert "No code: service individual, process. Fill the column code of services.csv." in found.missing
    assert not found.totals["units"]


PAYER = Payer("plan", program_day_minutes=180, min_minutes_on_group_days=240, services_per_day=2)


def with_payer(payer, **person):
    return coded(clinic=clinic(payers={payer.id: payer}), participants=(adult("A1", payer=payer.id, **person),))


@pytest.mark.parametrize(
    ("payer", "reason"),
    [
        (Payer("plan", program_day_minutes=181), "3 h of 3 h 1 min on the day (program_day_hours of payer plan)"),
        (Payer("plan", min_minutes_on_group_days=240), "3 of 4 h on the day (min_hours_on_group_days of payer plan)"),
        (Payer("plan", services_per_day=2), "1 of 2 services on the day (services_per_day of payer plan)"),
        (Payer("plan", certified_days=60), "no certification is dated (certified_days of payer plan)"),
    ],
)
def test_a_day_that_the_payer_does_not_pay_says_which_rule(payer, reason):
    row = only(report(with_payer(payer), [session("Mon 09:00-12:00")]))
    assert (row.billable, row.units, row.reason) == (False, 0, reason)
    assert row.source == "clinic.toml: the clinic's own number"


def test_a_day_that_meets_the_rules_of_the_payer_exactly_is_billed():
    sessions = [session("Mon 09:00-12:00"), individual("Mon 13:00-14:00")]
    assert [row.billable for row in report(with_payer(PAYER), sessions).main.rows] == [True, True]


def test_what_counts_toward_no_hours_is_billed_whatever_the_day_is_like():
    (row,) = report(with_payer(PAYER), [session("Mon 09:00-10:00", service_id="workshop")]).main.rows
    assert (row.code, row.billable, row.units) == ("T1016", True, 1)


def test_leaving_early_may_cost_the_day():
    found = report(
        with_payer(Payer("plan", program_day_minutes=180)),
        [session("Mon 09:00-12:00", id_="S")],
        [record("S", minutes=179)],
    )
    assert only(found).reason == "2 h 59 min of 3 h on the day (program_day_hours of payer plan)"


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ({"authorized_from": MONDAY + timedelta(days=1)}, "the authorization begins on 2026-12-01"),
        ({"authorized_until": MONDAY - timedelta(days=1)}, "the authorization ended on 2026-11-29"),
        (
            {"certified": MONDAY - timedelta(days=31)},
            "the certification ended on 2026-11-29 (certified_days of payer plan)",
        ),
    ],
)
def test_a_day_outside_the_authorization_or_certification_is_not_billed(person, reason):
    payer = Payer("plan", certified_days=30 if "certified" in person else 0)
    assert only(report(with_payer(payer, **person), [individual("Mon 09:00-10:00")])).reason == reason


def test_the_last_day_of_a_certification_is_billed():
    payer = Payer("plan", certified_days=30)
    found = report(with_payer(payer, certified=MONDAY - timedelta(days=30)), [individual("Mon 09:00-10:00")])
    assert only(found).billable


def test_attendance_that_fits_nothing_is_told():
    found = report(coded(), [individual("Mon 09:00-10:00", id_="S")], [record("other", row=9)])
    (row,) = found.unmatched.rows
    assert (row.attendance_row, row.session_id) == (9, "other")
    assert "Rows of attendance.csv that do not fit: 1. `iopsched check` says what to do." in found.missing


@pytest.mark.parametrize("seed", range(15))
def test_rows_and_absences_add_up_to_the_roster_to_the_minute(seed):
    """Whatever was attended; without attendance the hours are those that the verifier counts."""
    draw = random.Random(seed)
    problem = coded(participants=adults(5))
    sessions, records = [], []
    for number in range(30):
        start = draw.randrange(7) * DAY + draw.randrange(8, 20) * HOUR
        service = draw.choice(("process", "individual", "family", "workshop"))
        people = tuple(sorted(draw.sample([f"A{n}" for n in range(1, 6)], draw.randrange(1, 6))))
        minutes = problem.service[service].minutes
        sessions.append(Session(f"S{number}", service, start, start + minutes, ("T1",), people))
        for person in people:
            if draw.random() < 0.5:
                status, part = draw.choice(("attended", "no_show", "excused")), draw.choice((None, 20, 60))
                day = MONDAY + timedelta(days=start // DAY)
                records.append(record(f"S{number}", person, status, part, row=len(records) + 2, day=day))
    places = sum(len(row.participant_ids) * row.minutes for row in sessions)
    found = report(problem, sessions, records)
    away = table(found, "absences")
    assert sum(row.scheduled_minutes for row in found.main.rows) + sum(row.scheduled_minutes for row in away) == places
    assert found.totals["scheduled_minutes"] + found.totals["absent_minutes"] == places
    assert len(away) == sum(row.status != "attended" for row in records)
    by_code = table(found, "by_code")
    assert sum(row.contact_minutes for row in by_code) == found.totals["contact_minutes"]
    assert sum(row.units for row in by_code) == found.totals["units"] == sum(row.units for row in found.main.rows)
    silent = report(problem, sessions)
    rows = hours(problem, Schedule(MONDAY, tuple(sessions)))
    assert silent.totals["countable_minutes"] == sum(row.scheduled_minutes for row in rows)
    counted = [row for row in silent.main.rows if row.countable_minutes]
    assert sum(row.contact_minutes for row in counted) == sum(row.contact_minutes for row in rows)
    days = [MONDAY + timedelta(days=n) for n in range(7)]
    parts = [report(problem, sessions, records, first=day, last=day).totals for day in days]
    assert sum(part["contact_minutes"] for part in parts) == found.totals["contact_minutes"]
