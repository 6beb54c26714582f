"""Reports of several weeks with revisions in the middle of them: everything adds up to what was published."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from iopsched import ingest, store
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, HOUR
from iopsched.reports.reporttable import ReportKind
from iopsched.verifier import hours
from iopsched.work import reporting
from tests.support import small_clinic

ZONE = ZoneInfo("America/Chicago")
FIRST = date(2026, 10, 26)  # the clocks go back on its Sunday
AFTER = datetime(2027, 1, 4, tzinfo=UTC)
PEOPLE = ("P1", "P2", "P3")
FILES = {
    **small_clinic.FILES,
    "therapists.csv": "therapist_id,credential\nT1,LCSW\nT2,LPC\n",
    "services.csv": "service_id,kind,minutes,code\ngroup,group,180,H0015\nindividual,individual,60,90834\n",
}


def drawn(draw, week):
    """Return a week of sessions, at any time of day and night, the last of them over the change of the clocks."""
    sessions = [
        Session(f"S{number}", "individual", start, start + HOUR, draw.choice((("T1",), ("T2", "T1"))), people)
        for number in range(draw.randrange(4, 12))
        for start in [draw.randrange(0, 7 * DAY - 2 * HOUR, 30)]
        for people in [tuple(sorted(draw.sample(PEOPLE, draw.randrange(1, 4))))]
    ]
    night = 6 * DAY + HOUR // 2
    return Schedule(week, (*sessions, Session("night", "group", night, night + 3 * HOUR, ("T1",), PEOPLE)))


def revised(draw, schedule, passed):
    """Return a week in which something changed of what is still to come, as after a call-out."""
    rows = []
    for session in schedule.sessions:
        if session.start >= passed:
            change = draw.choice(("", "staff", "gone"))
            if change == "gone":
                continue
            rows.append(replace(session, therapist_ids=("T2",)) if change == "staff" else session)
        else:
            rows.append(session)
    return replace(schedule, sessions=tuple(rows))


@pytest.fixture(scope="module", params=range(3))
def history(request, tmp_path_factory):
    """A clinic with three published weeks of up to four revisions; returns it with all revisions, and when each came."""
    draw = random.Random(request.param)
    clinic = small_clinic.write(tmp_path_factory.mktemp("history") / "clinic", FILES)
    known = ingest.read_problem(clinic, FIRST).clinic
    found = {}
    for number in range(3):
        week = FIRST + timedelta(days=7 * number)
        midnight = datetime.combine(week, time.min, ZONE)
        schedule, now = drawn(draw, week), midnight - timedelta(days=2)
        for passed in [None, *sorted(draw.sample(range(60, 7 * DAY, 7), draw.randrange(4)))]:
            if passed is not None:
                now = datetime.combine(week, time.min, ZONE) + timedelta(minutes=passed)
                schedule = revised(draw, schedule, passed)
            facts = ingest.facts_now(clinic, "Small", "").to_bytes()
            done = store.publish(clinic, known, schedule, now=now, actor="dana", facts=facts)
            if done.is_new:
                found.setdefault(week, []).append((done.publication, passed or 0))
    (clinic / "clinic.toml").write_text(small_clinic.SETTINGS.replace('"Small"', '"Renamed"'))
    return clinic, found


def report(clinic, kind, first=None, last=None):
    return reporting.report(reporting.question_of(clinic, ReportKind(kind), AFTER, first, last), None)


def every_week(found):
    return min(found), max(found) + timedelta(days=6)


def test_payroll_and_billing_equal_the_last_revisions_and_what_the_verifier_counts(history):
    clinic, found = history
    payroll, billing = (report(clinic, kind, *every_week(found)) for kind in ("payroll", "billing"))
    loads, places, counted = Counter(), Counter(), 0
    for week, revisions in found.items():
        schedule = revisions[-1][0].schedule
        problem = ingest.inspect_clinic(clinic, week, is_for_solving=False).problem
        counted += sum(row.scheduled_minutes for row in hours(problem, schedule))
        for session in schedule.sessions:
            loads.update({(week, key): session.minutes for key in session.therapist_ids})
            places.update({(week, key): session.minutes for key in session.participant_ids})
    worked, had = Counter(), Counter()
    for row in payroll.main.rows:
        worked[row.week, row.therapist_id] += row.in_session_minutes
    for row in billing.main.rows:
        had[row.week, row.participant_id] += row.scheduled_minutes
        assert row.revision == found[row.week][-1][0].revision
    assert (worked, had) == (loads, places)
    assert billing.totals["countable_minutes"] == counted
    assert any("The clocks change during night on 2026-11-01" in sentence for sentence in payroll.missing) == any(
        session.id == "night" for session in found[FIRST][-1][0].schedule.sessions
    )


def test_a_period_is_the_sum_of_its_parts(history):
    clinic, found = history
    first, last = every_week(found)
    cut = first + timedelta(days=9)
    for kind in ("payroll", "billing", "audit"):
        whole, *parts = (
            report(clinic, kind, *days) for days in ((first, last), (first, cut), (cut + timedelta(days=1), last))
        )
        assert whole.main.rows == [row for part in parts for row in part.main.rows]


def test_the_log_takes_each_session_from_the_revision_in_force_when_it_began(history):
    clinic, found = history
    expected = set()
    for week, revisions in found.items():
        ends = [passed for _, passed in revisions[1:]] + [8 * DAY]
        begins = [-1, *(passed for _, passed in revisions[1:])]
        for (publication, _), begin, end in zip(revisions, begins, ends, strict=True):
            expected |= {
                (week, publication.revision, session.id)
                for session in publication.schedule.sessions
                if begin <= session.start < end
            }
    audit = report(clinic, "audit", *every_week(found))
    assert {(row.week, row.revision, row.session_id) for row in audit.main.rows} == expected
    assert len(audit.main.rows) == len(expected)
    assert all(row.was_published for row in audit.main.rows)


@pytest.mark.parametrize(("second", "revision"), [(-1, 2), (0, 2), (1, 1)])
def test_a_revision_is_in_force_from_its_second_on(tmp_path, second, revision):
    """Whatever is published while a session is under way says nothing of how it began."""
    clinic = small_clinic.write(tmp_path / "clinic", FILES)
    known = ingest.read_problem(clinic, FIRST).clinic
    begin = datetime.combine(FIRST, time(9), ZONE)
    for lead, now in (("T1", begin - timedelta(days=3)), ("T2", begin + timedelta(seconds=second))):
        session = Session("S", "individual", 9 * HOUR, 10 * HOUR, (lead,), ("P1",))
        store.publish(clinic, known, Schedule(FIRST, (session,)), now=now, actor="dana")
    (row,) = report(clinic, "audit", FIRST, FIRST).main.rows
    assert (row.revision, row.lead_id) == (revision, f"T{revision}")
    asked = reporting.moment_asked(clinic, ReportKind.AUDIT, AFTER, begin + timedelta(minutes=1))
    assert reporting.report(asked, None).main.rows[0].revision == 2
