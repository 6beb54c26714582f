"""Moments as people and files tell them, as minutes of a week; all of them on the clinic's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from iopsched.domain.timegrid import WEEK, Minute


def local_moment(now: datetime, timezone: str | None) -> datetime:
    """Return a moment on the clinic's clock, without its zone; on the computer's where the zone is not known."""
    if now.tzinfo is None:
        return now
    return now.astimezone(None if timezone is None else ZoneInfo(timezone)).replace(tzinfo=None)


def begun(week: date, now: datetime, timezone: str) -> Minute | None:
    """Return the minute of the week at a moment, at most its end; None where the week has not begun.

    ``now`` knows its time zone, or is read on the clinic's clock.
    """
    passed = local_moment(now, timezone) - datetime.combine(week, time.min)
    minutes = passed // timedelta(minutes=1)
    return min(minutes, WEEK) if minutes > 0 else None


def local_text(moment: datetime, timezone: str | None) -> str:
    """Return for instance ``2026-11-30 16:48`` on the clinic's clock; on the computer's where the zone is not known."""
    return f"{moment.astimezone(ZoneInfo(timezone) if timezone is not None else None):%Y-%m-%d %H:%M}"


def moment_text(week: date, minute: Minute) -> str:
    """Return for instance ``2026-12-02T10:07``."""
    return (datetime.combine(week, time.min) + timedelta(minutes=minute)).isoformat(timespec="minutes")


def elapsed_minutes(week: date, start: Minute, end: Minute, timezone: str) -> int:
    """Return how long it really is between two minutes of the week; the clock shows more or less where it is changed."""
    zone, midnight = ZoneInfo(timezone), datetime.combine(week, time.min)
    moments = (midnight + timedelta(minutes=minute) for minute in (start, end))
    first, last = (moment.replace(tzinfo=zone).astimezone(UTC) for moment in moments)
    return (last - first) // timedelta(minutes=1)


def utc_minute(week: date, minute: Minute, timezone: str) -> int:
    """Return a minute of the week on a clinic's clock as minutes since 1970 began (UTC), to compare clocks of several zones."""
    moment = datetime.combine(week, time.min) + timedelta(minutes=minute)
    return int(moment.replace(tzinfo=ZoneInfo(timezone)).timestamp()) // 60


def local_minute(week: date, utc: int, timezone: str) -> Minute:
    """Return what :func:`utc_minute` was made of: a minute of the week, below 0 or above its end where it lies outside."""
    moment = datetime.fromtimestamp(utc * 60, ZoneInfo(timezone)).replace(tzinfo=None)
    return (moment - datetime.combine(week, time.min)) // timedelta(minutes=1)


def minute_of(week: date, text: object) -> Minute | None:
    """Return the minute of the week of a moment that :func:`moment_text` wrote, None of anything else."""
    try:
        return begun(week, datetime.fromisoformat(str(text)).replace(tzinfo=None), "UTC")
    except ValueError:
        return None
