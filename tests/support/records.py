"""Published weeks as reports read them, made by hand."""

from datetime import UTC, datetime, timedelta

from iopsched.domain.publication import Publication, PublishedSession
from iopsched.domain.timegrid import WEEK
from iopsched.reports.onrecord import WeekOnRecord

PUBLISHED = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


def on_record(problem, sessions, *, passed=WEEK, cancelled=(), credentials=None, revision=1):
    """Return the week of a problem as it was published, with these sessions; their keys are ``K-`` and the id."""
    rows = [PublishedSession(f"K-{session.id}", session, 0, PUBLISHED) for session in sessions]
    later = PUBLISHED + timedelta(days=1)
    rows += [PublishedSession(f"K-{session.id}", session, 1, later, is_cancelled=True) for session in cancelled]
    rows.sort(key=lambda row: row.key)
    publication = Publication("site", problem.week, revision, PUBLISHED, tuple(rows), anchor="ab" * 32)
    return WeekOnRecord(publication, "dana", problem, passed, has_own_facts=True, credentials=credentials or {})
