"""Payroll of published weeks: what stands in each column, and that it adds up to the verifier's loads."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from iopsched.domain.clinic import Block
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, HOUR, WEEK
from iopsched.reports.payroll import payroll
from iopsched.verifier.week import Week
from iopsched.views.labels import Labels
from tests.support.clinics import MONDAY, clinic, individual, session, small, therapist
from tests.support.records import on_record

LAST = MONDAY + timedelta(days=6)
EVENING = Block("evening", "evening", 17 * HOUR, 21 * HOUR, frozenset(range(7)))


def report(*weeks, first=MONDAY, last=LAST):
    return payroll(weeks, first, last, Labels())


def day_of(problem, *sessions, who="T1", **options):
    (row,) = [row for row in report(on_record(problem, sessions, **options)).main.rows if row.therapist_id == who]
    return row


def test_a_day_is_split_into_lead_and_further_staff_and_waiting():
    row = day_of(
        small(clinic=clinic(blocks=(EVENING,))),
        session("Tue 09:00-12:00", "A1 A2", "T1 T2"),
        session("Tue 13:00-14:00", "A1", "T2 T1", room_id="R2"),
        individual("Tue 18:30-19:30", "A2", "T1"),
        credentials={"T1": "LCSW"},
    )
    assert (row.date, row.weekday, row.credential) == (MONDAY + timedelta(days=1), "Tuesday", "LCSW")
    assert (row.sessions, row.lead_sessions) == (3, 2)
    assert (row.in_session_minutes, row.lead_minutes, row.co_minutes, row.evening_minutes) == (300, 240, 60, 60)
    assert (row.on_site_start, row.on_site_end) == ("09:00", "19:30")
    assert (row.on_site_minutes, row.idle_minutes) == (630, 330)
    assert row.session_key == ("K-S-Tue-09:00-12:00", "K-S-Tue-13:00-14:00", "K-S-Tue-18:30-19:30")


def test_a_day_by_video_is_not_on_site():
    row = day_of(small(), individual("Mon 09:00-10:00", modality="telehealth", room_id=None))
    assert (row.online_minutes, row.on_site_minutes, row.idle_minutes, row.on_site_start) == (60, 0, 0, "")


def test_a_session_by_video_between_two_in_the_building_is_no_waiting():
    row = day_of(
        small(),
        individual("Mon 09:00-10:00"),
        individual("Mon 10:00-11:00", "A2", modality="telehealth", room_id=None),
        individual("Mon 12:00-13:00"),
    )
    assert (row.in_session_minutes, row.online_minutes, row.on_site_minutes, row.idle_minutes) == (180, 60, 240, 60)


def test_who_joins_a_hybrid_session_by_video_is_not_on_site():
    people = (therapist("T1"), therapist("T2", modality="telehealth"))
    week = on_record(small(therapists=people), [session("Mon 09:00-12:00", "A1 A2", "T1 T2", modality="hybrid")])
    assert {row.therapist_id: row.on_site_minutes for row in report(week).main.rows} == {"T1": 180, "T2": 0}


def test_cancelled_sessions_are_listed_apart_and_in_no_sum():
    gone = individual("Mon 15:00-16:00", id_="gone")
    found = report(on_record(small(), [individual("Mon 09:00-10:00")], cancelled=[gone]))
    assert found.totals["in_session_minutes"] == 60
    (row,) = next(table for table in found.tables if table.key == "cancelled").rows
    assert (row.session_key, row.start, row.therapist_ids, row.cancelled) == (
        "K-gone",
        "15:00",
        ("T1",),
        "2026-11-28 09:00",
    )
    assert "1 cancelled session is listed apart and in no sum." in found.lines


def test_what_has_not_ended_is_told_as_still_to_come():
    sessions = individual("Mon 09:00-10:00"), individual("Mon 10:00-11:00", "A2")
    found = report(on_record(small(), sessions, passed=10 * HOUR, credentials={"T1": "LPC"}))
    assert (found.totals["in_session_minutes"], found.totals["to_come_minutes"]) == (120, 60)
    assert found.missing == ("1 h in sessions had not ended when this report was made.",)


def test_a_period_may_begin_and_end_within_a_week():
    week = on_record(small(), [individual(f"{day} 09:00-10:00") for day in ("Mon", "Tue", "Wed", "Thu")])
    found = report(week, first=MONDAY + timedelta(days=1), last=MONDAY + timedelta(days=2))
    assert [row.weekday for row in found.main.rows] == ["Tuesday", "Wednesday"]


def test_whose_credential_is_not_known_is_named():
    found = report(on_record(small(), [individual("Mon 09:00-10:00")]))
    assert found.missing == ("No credential: T1. Fill the column credential of therapists.csv.",)


@pytest.mark.parametrize("seed", range(20))
def test_rows_add_up_to_the_loads_that_the_verifier_counts(seed):
    """Whatever the week is like, also where sessions overlap or run over midnight."""
    draw = random.Random(seed)
    problem = small(therapists=tuple(therapist(f"T{n}", modality=draw.choice(("either", "telehealth"))) for n in "123"))
    sessions = []
    for number in range(draw.randrange(1, 40)):
        start = draw.randrange(0, WEEK - 4 * HOUR, 15)
        staff = tuple(draw.sample(("T1", "T2", "T3"), draw.randrange(1, 4)))
        modality = draw.choice(("in_person", "hybrid", "telehealth"))
        end = start + draw.randrange(15, 240, 15)
        sessions.append(Session(f"S{number}", "process", start, end, staff, ("A1",), modality))
    found = report(on_record(problem, sessions))
    held = Week(problem, Schedule(MONDAY, tuple(sessions))).of_therapist
    loads = Counter()
    for person, meetings in held.items():
        for meeting in meetings:
            loads[person, meeting.start // DAY] += meeting.minutes
    rows = found.main.rows
    assert {(row.therapist_id, (row.date - MONDAY).days): row.in_session_minutes for row in rows} == loads
    assert found.totals["in_session_minutes"] == sum(loads.values())
    for people in found.tables[:2]:
        assert sum(row.in_session_minutes for row in people.rows) == sum(loads.values())
    weeks = found.tables[1].rows
    assert {row.therapist_id: row.in_session_minutes for row in weeks} == {
        person: sum(meeting.minutes for meeting in meetings) for person, meetings in held.items()
    }
    for row in rows:
        assert row.lead_minutes + row.co_minutes == row.in_session_minutes
        assert 0 <= row.idle_minutes <= row.on_site_minutes


def test_a_session_during_which_the_clocks_change_is_named():
    spring = small(clinic=clinic(timezone="America/Chicago"), week=date(2027, 3, 8))
    night = Session("night", "process", 6 * DAY + HOUR, 6 * DAY + 4 * HOUR, ("T1",), ("A1",), "in_person", None, "R1")
    found = payroll([on_record(spring, [night])], spring.week, spring.week + timedelta(days=6), Labels())
    assert found.totals["in_session_minutes"] == 180
    assert "The clocks change during night on 2027-03-14: its minutes are those that the clock shows." in found.missing


def test_sums_of_a_period_are_those_of_its_weeks():
    weeks = [
        on_record(
            small(week=MONDAY + timedelta(days=7 * number)),
            [individual("Mon 09:00-10:00"), individual("Tue 09:00-11:00")],
        )
        for number in range(3)
    ]
    found = report(*weeks, last=MONDAY + timedelta(days=20))
    people, by_week = (table.rows for table in found.tables[:2])
    assert [(row.first, row.last, row.days, row.in_session_minutes) for row in people] == [
        (MONDAY, MONDAY + timedelta(days=20), 6, 540)
    ]
    assert [(row.first, row.days, row.in_session_minutes) for row in by_week] == [
        (MONDAY + timedelta(days=7 * number), 2, 180) for number in range(3)
    ]
