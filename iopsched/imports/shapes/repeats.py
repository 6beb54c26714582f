"""Rules by which an entry of a calendar repeats (RFC 5545), laid out between two moments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

_PERIODS = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1), "MONTHLY": None, "YEARLY": None}
_MOST_A_DAY = 24
_UNTIL = re.compile(r"UNTIL=([0-9]{8})(?:T([0-9]{6})(Z?))?(?=;|$)")


def occurrences(rule: Any, start: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the moments of a rule from ``first`` to ``last``, all in the zone of ``start``.

    Raises
    ------
    ValueError
        If the rule cannot be read, never goes on, or repeats more than 24 times a day.
    """
    frequency = str(rule.get("FREQ", [""])[0]).upper()
    interval = int(rule.get("INTERVAL", [1])[0])
    a_day = len(rule.get("BYHOUR", [0])) * len(rule.get("BYMINUTE", [0])) * len(rule.get("BYSECOND", [0]))
    if frequency not in _PERIODS or interval < 1 or a_day > _MOST_A_DAY:
        raise ValueError("repeats never, or more often than can be laid out")
    text = _UNTIL.sub(lambda match: _until(match, start), rule.to_ical().decode())
    period = _PERIODS[frequency]
    if period is not None and "COUNT" not in rule and start < first:
        step = interval * period
        start += step * max(0, (first - start) // step - 1)  # years of a daily entry take long
    yield from rrulestr(text, dtstart=start).between(first, last, inc=True)


def _until(match: re.Match[str], start: datetime) -> str:
    """Return the end of a rule as it must be beside this start: a day to its end, in UTC where the start has a zone."""
    clock = time(23, 59, 59) if match[2] is None else time.fromisoformat(match[2])
    moment = datetime.combine(date.fromisoformat(match[1]), clock, UTC if match[3] else start.tzinfo)
    if start.tzinfo is None:
        return f"UNTIL={moment:%Y%m%dT%H%M%S}"
    return f"UNTIL={moment.astimezone(UTC):%Y%m%dT%H%M%S}Z"
