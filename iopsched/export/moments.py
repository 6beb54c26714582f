"""From minutes of the week, which are what the clinic's clock shows, to moments in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, Minute


def span(week: date, session: Session, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return start and end of a session, both in the clinic's zone.

    09:00 is 09:00 before and after the clocks change, and 24:00 is 00:00 of
    the next day. A time that the clock shows twice is the first of the two. A
    time that it leaves out counts from before the change, so 02:30 becomes
    03:30 (RFC 5545 3.3.5); a session that would begin there keeps its length.
    """
    start = _moment(week, session.start, zone)
    if not _is_shown(week, session.start, zone):
        end = (start.astimezone(UTC) + timedelta(minutes=session.minutes)).astimezone(zone)
        return start, end
    return start, _moment(week, session.end, zone)


def is_certain(moment: datetime) -> bool:
    """Return whether the clock shows this time exactly once, so that every reader takes it for the same."""
    return moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset()


def _local(week: date, minute: Minute, zone: ZoneInfo) -> datetime:
    days, rest = divmod(minute, DAY)
    return datetime.combine(week + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=zone)


def _moment(week: date, minute: Minute, zone: ZoneInfo) -> datetime:
    return _local(week, minute, zone).astimezone(UTC).astimezone(zone)


def _is_shown(week: date, minute: Minute, zone: ZoneInfo) -> bool:
    written = _local(week, minute, zone).replace(tzinfo=None)
    return _moment(week, minute, zone).replace(tzinfo=None) == written
