"""Clock arithmetic: minutes of one week, half-open ranges, windows.

A *minute of the week* is an ``int`` from 0 (Monday 00:00, clinic local time)
to 10 080 (the following Monday 00:00). Ranges are half-open ``[start, end)``
(RFC 5545 gives DTEND the same meaning), so that 09:00-12:00 and 12:00-15:00
touch and do not overlap. Nothing here knows dates but :func:`day_of`, and
nothing knows time zones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

Minute = int

HOUR = 60
DAY = 24 * HOUR
WEEK = 7 * DAY
FIRST_WEEK, LAST_WEEK = date(1970, 1, 5), date(2199, 12, 23)
"""The Mondays between which a week can be planned: dates outside 1900 to 2199 are no dates in files."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day_index(minute: Minute) -> int:
    """Return the weekday of a minute of the week: 0 is Monday, 6 is Sunday."""
    return minute // DAY


def clock(minute: Minute) -> str:
    """Return ``HH:MM`` of a minute of the week or of a day.

    Use :func:`clock_of_end` for the end of a range.
    """
    return f"{minute % DAY // HOUR:02d}:{minute % HOUR:02d}"


def clock_of_end(end: Minute) -> str:
    """Return ``HH:MM`` of the end of a range: midnight is ``24:00``, not ``00:00``."""
    return "24:00" if end and end % DAY == 0 else clock(end)


def moment(minute: Minute) -> str:
    """Return a minute of the week in words, such as ``Tue 15:00``."""
    return f"{WEEKDAYS[day_index(minute)]} {clock(minute)}"


def hours(minutes: int) -> str:
    """Return minutes as hours for people: 540 is ``9 h``, 570 is ``9.5 h``, 50 is ``50 min``."""
    if minutes % 30:
        return f"{minutes // HOUR} h {minutes % HOUR} min" if minutes >= HOUR else f"{minutes} min"
    return f"{minutes / HOUR:g} h"


def decimal_hours(minutes: int) -> str:
    """Return minutes as a number of hours, for tables: 570 is ``9.5``, 50 is ``0.83``."""
    return f"{round(minutes / HOUR, 2):g}"


def hours_of(minutes: int, most: int) -> str:
    """Return minutes against a limit: ``7 of 9 h``, ``7 h 25 min of 9 h``."""
    number = hours(minutes) if minutes % 30 or most % 30 else f"{minutes / HOUR:g}"
    return f"{number} of {hours(most)}"


def monday_of(day: date) -> date:
    """Return the Monday of the week in which a date lies."""
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> date:
    """Return the Monday of a week that can be planned.

    Raises
    ------
    ValueError
        If the week lies before ``FIRST_WEEK`` or after ``LAST_WEEK``; it says so in a sentence.
    """
    if not is_planned(day):
        raise ValueError(f"The week of {day} does not lie whole in the years {FIRST_WEEK.year} to {LAST_WEEK.year}.")
    return monday_of(day)


def is_planned(day: date) -> bool:
    """Return whether a date lies in a week that can be planned."""
    return FIRST_WEEK <= monday_of(day) <= LAST_WEEK


def day_of(week: date, minute: Minute) -> date:
    """Return the date of a minute of the week that begins on the Monday ``week``."""
    return week + timedelta(days=minute // DAY)


@dataclass(frozen=True, slots=True, order=True)
class TimeRange:
    """A stretch of one week, half-open; 0 <= start < end <= 10 080 minutes."""

    start: Minute
    end: Minute

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= WEEK:
            msg = f"A time range must run forward inside one week, not from {self.start} to {self.end}."
            raise ValueError(msg)

    @property
    def minutes(self) -> int:
        """Return the length in minutes."""
        return self.end - self.start

    def __str__(self) -> str:
        """Return for instance ``Mon 09:00-12:00``."""
        return f"{moment(self.start)}-{clock_of_end(self.end)}"


@dataclass(frozen=True, slots=True)
class Windows:
    """When somebody or something is available: sorted ranges with gaps between them.

    Build with :meth:`of`, which joins ranges that touch or overlap.
    """

    ranges: tuple[TimeRange, ...] = ()

    def __post_init__(self) -> None:
        if any(later.start <= earlier.end for earlier, later in pairwise(self.ranges)):
            raise ValueError(
                "The ranges of windows must be sorted, with gaps between them: build them with Windows.of."
            )

    @classmethod
    def of(cls, ranges: Iterable[TimeRange]) -> Windows:
        """Return the windows that cover exactly the given ranges."""
        joined: list[TimeRange] = []
        for item in sorted(ranges):
            if joined and item.start <= joined[-1].end:
                joined[-1] = TimeRange(joined[-1].start, max(joined[-1].end, item.end))
            else:
                joined.append(item)
        return cls(tuple(joined))

    def __iter__(self) -> Iterator[TimeRange]:
        """Iterate over the ranges in order."""
        return iter(self.ranges)

    def __bool__(self) -> bool:
        """Return whether there is any time at all."""
        return bool(self.ranges)

    def __str__(self) -> str:
        """Return all ranges, ``never`` where there is none."""
        return "; ".join(map(str, self.ranges)) or "never"

    @property
    def minutes(self) -> int:
        """Return the total length in minutes."""
        return sum(item.minutes for item in self.ranges)

    def covers(self, start: Minute, end: Minute) -> bool:
        """Return whether [start, end) lies inside one window."""
        for item in self.ranges:  # noqa: SIM110 - asked millions of times; a loop takes half the time of any()
            if item.start <= start and end <= item.end:
                return True
        return False

    def overlaps(self, start: Minute, end: Minute) -> bool:
        """Return whether any window shares a minute with [start, end)."""
        for item in self.ranges:  # noqa: SIM110 - as above
            if item.start < end and start < item.end:
                return True
        return False

    def minutes_inside(self, start: Minute, end: Minute) -> int:
        """Return how many minutes of [start, end) the windows cover."""
        found = 0
        for item in self.ranges:
            if item.start < end and start < item.end:
                found += min(end, item.end) - max(start, item.start)
        return found

    def union(self, other: Windows) -> Windows:
        """Return the time in either."""
        return Windows.of((*self.ranges, *other.ranges))

    def intersection(self, other: Windows) -> Windows:
        """Return the time in both."""
        return Windows.of(
            TimeRange(max(a.start, b.start), min(a.end, b.end))
            for a in self.ranges
            for b in other.ranges
            if a.start < b.end and b.start < a.end
        )

    def minus(self, other: Windows) -> Windows:
        """Return the time in these windows and not in the others."""
        left = list(self.ranges)
        for cut in other.ranges:
            pieces: list[TimeRange] = []
            for item in left:
                if cut.end <= item.start or item.end <= cut.start:
                    pieces.append(item)
                    continue
                if item.start < cut.start:
                    pieces.append(TimeRange(item.start, cut.start))
                if cut.end < item.end:
                    pieces.append(TimeRange(cut.end, item.end))
            left = pieces
        return Windows(tuple(left))

    def days(self) -> frozenset[int]:
        """Return the weekdays (0 is Monday) on which there is any time."""
        return frozenset(day for item in self.ranges for day in range(item.start // DAY, (item.end - 1) // DAY + 1))


NEVER = Windows()
ALWAYS = Windows((TimeRange(0, WEEK),))
