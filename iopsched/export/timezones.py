"""A time zone as calendars describe it: one yearly rule for each change of the clocks.

Outlook reads nothing but a yearly rule with a weekday, so a zone whose
changes follow no such rule is left to the caller, who writes UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

YEARS = 8
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A moment at which the clocks change: ``local`` is what they showed just before."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str


@lru_cache(maxsize=64)
def vtimezone(zone: ZoneInfo, first: date) -> Timezone | None:
    """Return the description of a zone for events from ``first`` on, None where no yearly rule fits.

    The rules are those that hold for eight years, beginning with the year
    before the first event, so that every event lies after some change.
    """
    found = Timezone()
    found.add("tzid", zone.key)
    changes = tuple(_changes(zone, first.year - 1))
    if not changes:
        found.add_component(_constant(zone, first))
        return found
    by_year = [[row for row in changes if row.local.year == first.year - 1 + number] for number in range(YEARS)]
    if {len(rows) for rows in by_year} != {2}:
        return None
    for series in zip(*by_year, strict=True):
        by_day = _by_day(series)
        if by_day is None:
            return None
        found.add_component(_observance(series[0], by_day))
    return found


def _changes(zone: ZoneInfo, year: int) -> Iterator[ClockChange]:
    """Yield the changes of eight years, in order; no zone changes twice within a day."""
    moment, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + YEARS, 1, 1, tzinfo=UTC)
    while moment < end:
        following = moment + timedelta(days=1)
        if _offset(zone, moment) != _offset(zone, following):
            yield _change(zone, moment, following)
        moment = following


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> ClockChange:
    before, after = _offset(zone, low), _offset(zone, high)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return ClockChange(high.replace(tzinfo=None) + before, before, after, high.astimezone(zone).tzname() or zone.key)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _by_day(series: Sequence[ClockChange]) -> str | None:
    """Return the rule, such as ``2SU`` or ``-1SU``, that one change follows in every year."""
    facts = {(row.local.month, row.local.weekday(), row.local.time(), row.before, row.after) for row in series}
    if len(facts) != 1:
        return None
    day = _DAYS[series[0].local.weekday()]
    places = {(row.local.day - 1) // 7 + 1 for row in series}
    if len(places) == 1:
        return f"{places.pop()}{day}"
    is_last = all((row.local + timedelta(days=7)).month != row.local.month for row in series)
    return f"-1{day}" if is_last else None


def _observance(change: ClockChange, by_day: str) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
    part.add("dtstart", change.local)
    part.add("rrule", {"FREQ": "YEARLY", "BYDAY": by_day, "BYMONTH": change.local.month})
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    return part


def _constant(zone: ZoneInfo, first: date) -> TimezoneStandard:
    now = datetime(first.year, first.month, first.day, tzinfo=zone)
    offset = now.utcoffset() or timedelta()
    part = TimezoneStandard()
    part.add("dtstart", datetime.fromisoformat("1970-01-01"))  # local time, as RFC 5545 3.6.5 asks
    part.add("tzoffsetfrom", offset)
    part.add("tzoffsetto", offset)
    part.add("tzname", now.tzname() or zone.key)
    return part
