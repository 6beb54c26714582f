"""The auditor's report: ratio, license, hours and sources of sessions, as the revision in force said."""

from datetime import UTC, datetime, timedelta

from iopsched.domain.names import Names
from iopsched.domain.people import AttendanceRecord
from iopsched.domain.timegrid import DAY, HOUR, WEEK
from iopsched.ingest import KeptOffer
from iopsched.records.presence import PublishedWeek
from iopsched.records.presences import presences
from iopsched.reports.auditlog import AuditScope, audit_log
from iopsched.reports.inforce import FOREVER, InForce
from iopsched.views.labels import Labels, NameMode
from tests.support.clinics import MONDAY, adults, clinic, individual, session, small, therapist
from tests.support.records import on_record

LAST = MONDAY + timedelta(days=6)
STAFF = (therapist("T1"), therapist("T2", licensed=False), therapist("T3", counts_for_ratio=False))


def problem(**changes):
    return small(**{"therapists": STAFF, "participants": adults(14), "clinic": clinic(ratios={"adult": 5}), **changes})


def many(number):
    return " ".join(f"A{n}" for n in range(1, number + 1))


def audit(*weeks, records=(), minute=None, begins=-FOREVER, ends=FOREVER, published_at=-DAY):
    forces = [InForce(week, begins, ends, published_at) for week in weeks]
    offers = [PublishedWeek(week.publication, KeptOffer(week.problem.clinic, week.problem.service)) for week in weeks]
    came = presences(offers, records, datetime(2027, 1, 1, tzinfo=UTC)).rows
    return audit_log(forces, came, AuditScope(MONDAY, LAST, Labels(), minute, "then" if minute is not None else ""))


def test_a_session_is_held_against_its_ratio_and_the_license_of_its_lead():
    week = on_record(
        problem(),
        [
            session("Mon 09:00-12:00", many(5), "T1 T3", id_="kept"),
            session("Tue 09:00-12:00", many(6), "T2 T3", id_="over"),
            individual("Wed 09:00-10:00", "A1", "T1", id_="alone"),
        ],
        credentials={"T1": "LCSW", "T2": "BA"},
    )
    found = audit(week)
    kept, over, alone = found.main.rows
    assert (kept.participants, kept.counting_staff, kept.ratio_limit, kept.most_participants) == (5, 1, 5, 5)
    assert (kept.is_within_ratio, kept.credential, kept.is_licensed, kept.further_staff) == (
        True,
        "LCSW",
        True,
        ("T3",),
    )
    assert (over.is_within_ratio, over.is_licensed, over.needs_license) == (False, False, True)
    assert (alone.ratio_limit, alone.is_within_ratio) == (None, None)
    assert found.totals["over_ratio"] == found.totals["without_license"] == 1
    assert "More participants than the ratio allows: over on 2026-12-01." in found.missing
    assert "Led without a license: over on 2026-12-01." in found.missing
    assert "the clinic's own number; rule set generic has 12" in kept.ratio_source


def test_the_source_of_a_ratio_of_the_rule_set_is_that_of_the_rule_set():
    (row,) = audit(
        on_record(problem(clinic=clinic(ratios={"adult": 12})), [session("Mon 09:00-12:00", many(5))])
    ).main.rows
    assert (row.ratio_limit, row.ratio_rule) == (12, "ratios of population adult, as in rule set generic")


def test_sessions_cancelled_before_they_began_are_listed_apart():
    gone = individual("Mon 15:00-16:00", id_="gone")
    found = audit(on_record(problem(), [individual("Mon 09:00-10:00")], cancelled=[gone]))
    assert [row.session_id for row in next(one for one in found.tables if one.key == "cancelled").rows] == ["gone"]
    assert len(found.main.rows) == 1


def test_hours_stand_beside_the_numbers_in_force_and_their_source():
    found = audit(on_record(problem(participants=adults(2)), [session("Mon 09:00-12:00", "A1 A2")]))
    tables = {table.key: table for table in found.tables}
    assert [(row.participant_id, row.scheduled_minutes, row.had_minutes) for row in tables["hours"].rows] == [
        ("A1", 180, 180),
        ("A2", 180, 180),
    ]
    assert {"ratios"} < {row.setting for row in tables["standards"].rows}
    assert all(row.source and row.place for row in tables["standards"].rows)


def test_a_moment_shows_what_was_under_way_and_nothing_that_ended_or_begins_then():
    sessions = session("Mon 09:00-12:00", many(5), id_="under way"), individual("Mon 08:00-10:00", id_="over")
    week = on_record(problem(), [*sessions, individual("Mon 12:00-13:00", id_="later")])
    assert [row.session_id for row in audit(week, minute=10 * HOUR).main.rows] == ["under way"]
    assert [row.participant_id for row in audit(week, minute=10 * HOUR).tables[0].rows] == sorted(many(5).split())
    assert audit(week, minute=12 * HOUR).main.rows[0].session_id == "later"
    assert audit(week, minute=WEEK - 1).main.rows == []


def test_only_sessions_that_begin_while_a_revision_is_in_force_are_its_own():
    week = on_record(problem(), [individual(f"{day} 09:00-10:00", id_=day) for day in ("Mon", "Tue", "Wed")])
    found = audit(week, begins=DAY, ends=2 * DAY, published_at=DAY)
    assert [(row.session_id, row.was_published) for row in found.main.rows] == [("Tue", True)]


def test_what_was_published_only_afterwards_is_told():
    found = audit(on_record(problem(), [individual("Mon 09:00-10:00", id_="late")]), published_at=9 * HOUR + 1)
    assert not found.main.rows[0].was_published
    assert "Published only after the session began: late on 2026-11-30." in found.missing
    assert (
        audit(on_record(problem(), [individual("Mon 09:00-10:00")]), published_at=9 * HOUR).main.rows[0].was_published
    )


def test_attendance_stands_beside_each_session_with_its_row():
    day = MONDAY
    records = [
        AttendanceRecord(day, "A1", "S", None, None, "attended", row=2),
        AttendanceRecord(day, "A2", "S", None, 60, "attended", row=3),
        AttendanceRecord(day, "A3", "S", None, None, "no_show", row=4),
    ]
    found = audit(on_record(problem(), [session("Mon 09:00-12:00", many(4), id_="S")]), records=records)
    (row,) = found.main.rows
    assert (row.attended, row.absent, row.not_recorded) == (2, 1, 1)
    rows = next(table for table in found.tables if table.key == "attendance").rows
    assert [(one.status, one.had_minutes, one.attendance_row) for one in rows] == [
        ("attended", 180, 2),
        ("in part", 60, 3),
        ("no_show", 0, 4),
        ("not recorded", 180, None),
    ]


def test_names_stand_in_columns_of_their_own_where_they_are_asked_for():
    week = on_record(problem(), [session("Mon 09:00-12:00", "A1 A2")])
    labels = Labels(NameMode.FULL, Names(participants={"A1": "One"}, therapists={"T1": "Ada"}))
    force = InForce(week, -FOREVER, FOREVER, -DAY)
    (row,) = audit_log([force], (), AuditScope(MONDAY, LAST, labels)).main.rows
    assert (row.participant_ids, row.people, row.lead_id, row.lead) == (("A1", "A2"), ("One", "A2"), "T1", "Ada")
    assert audit(week).main.rows[0].people == ()
