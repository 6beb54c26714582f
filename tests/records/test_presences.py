"""Who was really there: published sessions held against rows of attendance."""

from datetime import UTC, date, datetime, timedelta

import pytest

from iopsched import store
from iopsched.domain.people import AttendanceRecord
from iopsched.domain.publication import Publication
from iopsched.ingest import KeptOffer, facts_now
from iopsched.records.presence import Mismatch, PublishedWeek, SessionMinutes
from iopsched.records.presences import presences
from iopsched.records.publishedweeks import published_weeks
from iopsched.work.weeks import inspect_week
from tests.support.clinics import MONDAY, small
from tests.support.publications import FIRST, held, row
from tests.support.small_clinic import ONE_SHORT, write

PROBLEM = small()
EARLY, FRIDAY = (datetime.fromisoformat(text) for text in ("2026-11-20T12:00", "2026-12-04T20:00"))
MORNING = row("s:process#1", held("Mon 09:00-12:00", "A1 A2"))


def week(*rows, monday=MONDAY):
    publication = Publication("a-site", monday, 2, FIRST, tuple(sorted(rows, key=lambda item: item.key)))
    return PublishedWeek(publication, KeptOffer(PROBLEM.clinic, PROBLEM.service))


def came(day, who, session_id=None, status="attended", minutes=None, service_id=None, number=2):
    return AttendanceRecord(day, who, session_id, service_id, minutes, status, number)


def clock_minutes(found):
    return {(one.participant_id, one.key): one.had and one.had.clock for one in found.rows}


def told(found):
    return [(fault.mismatch, fault.record.row) for fault in found.faults]


def test_what_is_over_and_not_recorded_took_place_as_planned():
    found = presences([week(MORNING)], (), FRIDAY)
    assert clock_minutes(found) == {("A1", MORNING.key): 180, ("A2", MORNING.key): 180}
    assert (found.faults, found.unrecorded, found.weeks) == ((), (), (MONDAY,))
    assert {one.revision for one in found.rows} == {2}
    assert {one.date for one in found.rows} == {MONDAY}


@pytest.mark.parametrize(("clock", "is_over"), [("11:59", False), ("12:00", True)])
def test_a_session_is_over_with_its_end(clock, is_over):
    found = presences([week(MORNING)], (), datetime.fromisoformat(f"2026-11-30T{clock}"))
    assert [one.had is not None for one in found.rows] == [is_over] * 2
    assert [one.expected.countable for one in found.rows] == [180, 180]


def test_now_is_told_on_the_clinic_s_clock():
    noon_in_chicago = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
    assert [one.had for one in presences([week(MORNING)], (), noon_in_chicago - timedelta(minutes=1)).rows] == [
        None
    ] * 2
    assert None not in [one.had for one in presences([week(MORNING)], (), noon_in_chicago).rows]


@pytest.mark.parametrize("status", ["no_show", "excused", "cancelled"])
def test_who_did_not_come_had_nothing(status):
    rows = [came(MONDAY, "A1", MORNING.key, status, 180), came(MONDAY, "A2", MORNING.key)]
    found = presences([week(MORNING)], rows, FRIDAY)
    assert clock_minutes(found) == {("A1", MORNING.key): 0, ("A2", MORNING.key): 180}
    assert found.rows[0].planned == SessionMinutes(180, 180, 180)
    assert told(found) == []


def test_an_absence_told_before_the_session_is_known():
    found = presences([week(MORNING)], [came(MONDAY, "A1", MORNING.key, "excused")], EARLY)
    assert clock_minutes(found) == {("A1", MORNING.key): 0, ("A2", MORNING.key): None}


@pytest.mark.parametrize(("there", "had"), [(0, (0, 0, 0)), (45, (45, 45, 45)), (180, (180, 180, 180))])
def test_part_of_a_session(there, had):
    found = presences([week(MORNING)], [came(MONDAY, "A1", MORNING.key, minutes=there)], FRIDAY)
    assert found.rows[0].had == SessionMinutes(*had)


def test_contact_of_a_part_is_in_proportion():
    assert SessionMinutes(180, 150, 165).part(91) == SessionMinutes(91, 75, 83)
    assert SessionMinutes(180, 150, 165).part(200) == SessionMinutes(180, 150, 165)


def test_more_minutes_than_the_session_has_are_told():
    found = presences([week(MORNING)], [came(MONDAY, "A1", MORNING.key, minutes=181)], FRIDAY)
    assert found.rows[0].had == SessionMinutes(180, 180, 180)
    assert told(found) == [(Mismatch.TOO_LONG, 2)]


def test_a_row_of_a_service_means_the_sessions_of_that_day_in_their_order():
    hours = [
        row(f"s:individual:A1#{n}", held(when, "A1", service_id="individual"))
        for n, when in enumerate(("Mon 15:00-16:00", "Mon 10:00-11:00", "Tue 10:00-11:00"), start=1)
    ]
    rows = [
        came(MONDAY, "A1", status="no_show", service_id="individual", number=2),
        came(MONDAY, "A1", minutes=50, service_id="individual", number=3),
        came(MONDAY, "A1", service_id="individual", number=4),
    ]
    found = presences([week(*hours)], rows, FRIDAY)
    assert clock_minutes(found) == {("A1", hours[1].key): 0, ("A1", hours[0].key): 50, ("A1", hours[2].key): 60}
    assert told(found) == [(Mismatch.REPEATED, 4)]


def test_who_has_no_row_where_others_have_one_is_taken_as_there():
    found = presences([week(MORNING)], [came(MONDAY, "A1", MORNING.key)], FRIDAY)
    assert [one.participant_id for one in found.unrecorded] == ["A2"]
    assert clock_minutes(found)["A2", MORNING.key] == 180
    assert not presences([week(MORNING)], [came(MONDAY, "A1", MORNING.key)], EARLY).unrecorded


def test_who_came_without_being_on_the_roster_was_there():
    found = presences([week(MORNING)], [came(MONDAY, "A3", MORNING.key, minutes=60)], FRIDAY)
    assert [(one.participant_id, one.is_planned) for one in found.rows] == [("A1", True), ("A2", True), ("A3", False)]
    assert found.rows[2].had == SessionMinutes(60, 60, 60)
    assert told(found) == [(Mismatch.NOT_ON_ROSTER, 2)]
    away = presences([week(MORNING)], [came(MONDAY, "A3", MORNING.key, "excused")], FRIDAY)
    assert (len(away.rows), told(away)) == (2, [])


def test_the_last_row_of_a_session_counts():
    rows = [came(MONDAY, "A1", MORNING.key, "no_show"), came(MONDAY, "A1", MORNING.key, number=3)]
    found = presences([week(MORNING)], rows, FRIDAY)
    assert clock_minutes(found)["A1", MORNING.key] == 180
    assert told(found) == [(Mismatch.REPEATED, 2)]


def test_rows_that_fit_nothing():
    gone = row("s:process#2", held("Tue 09:00-12:00", "A1"), cancelled=True)
    rows = [
        came(MONDAY + timedelta(days=1), "A1", MORNING.key, number=2),
        came(MONDAY, "A1", "of-old", number=3),
        came(MONDAY, "A3", service_id="individual", number=4),
        came(MONDAY + timedelta(days=1), "A1", gone.key, number=5),
        came(MONDAY + timedelta(days=1), "A2", gone.key, "cancelled", number=6),
        came(MONDAY, "A3", service_id="individual", status="excused", number=7),
        came(date(2026, 11, 23), "A1", "G1-1", number=8),
    ]
    found = presences([week(MORNING, gone)], rows, FRIDAY)
    kinds = [Mismatch.OTHER_DAY, Mismatch.UNKNOWN, Mismatch.UNKNOWN, Mismatch.CANCELLED]
    assert sorted(told(found), key=lambda pair: pair[1]) == list(zip(kinds, (2, 3, 4, 5), strict=True))
    assert found.elsewhere == 1
    assert set(clock_minutes(found).values()) == {180}


def test_the_facts_of_each_week_say_how_long_its_sessions_are(tmp_path):
    """The clinic shortens what counts of an hour; what was published before stays as it was."""
    home = write(tmp_path / "clinic", ONE_SHORT)
    table = home / "services.csv"
    for number, contact in enumerate(("50", "40")):
        monday = MONDAY + timedelta(days=7 * number)
        table.write_text(
            f"service_id,kind,minutes,contact_minutes,adult_per_week\nindividual,individual,60,{contact},1\n"
        )
        found = inspect_week(home, monday)
        plan = held("Mon 10:00-11:00", "P02", id="individual-1", service_id="individual")
        facts = facts_now(home, "Clinic", found.inputs_sha256).to_bytes() if number == 0 else None
        publication = Publication("a-site", monday, 1, FIRST, (row("x", plan),))
        store.publish(home, found.problem.clinic, publication.schedule, now=FIRST, actor="dana", facts=facts)
    table.write_text("service_id,kind,minutes,contact_minutes,adult_per_week\nindividual,individual,60,30,1\n")
    today = inspect_week(home, MONDAY).problem
    weeks = published_weeks(home, today)
    late = FRIDAY + timedelta(days=30)
    assert [one.had.contact for one in presences(weeks, (), late).rows] == [50, 30]
    assert [one.week for one in published_weeks(home, today, last=MONDAY + timedelta(days=6))] == [MONDAY]
    assert [one.week for one in published_weeks(home, today, first=MONDAY + timedelta(days=9))] == [weeks[1].week]
