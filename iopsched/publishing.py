"""From a schedule to a publication: who is who since the last revision, and what changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from iopsched.domain.publication import DRAFT, Publication, PublishedSession
from iopsched.domain.schedule import Schedule


def draft(site: str, schedule: Schedule) -> Publication:
    """Return a week that nobody has published; its time is fixed, so that its files repeat byte for byte."""
    stamped = draft_time(schedule.week)
    rows = (PublishedSession(session.id, session, 0, stamped) for session in schedule.sessions)
    return Publication(site, schedule.week, DRAFT, stamped, tuple(sorted(rows, key=lambda row: row.key)))


def draft_time(week: date) -> datetime:
    """Return what stands in the files of a draft for the time of publication: the Monday before, midnight UTC."""
    return datetime.combine(week - timedelta(days=7), time(), tzinfo=UTC)
