"""Days and times behind the @ of ``--absent``: ``@Tue``, ``@2026-12-01..2026-12-03``, ``@08:00-12:00``, ``@13:00-``."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from iopsched.domain.timegrid import DAY, Minute, Windows, clock, clock_of_end, monday_of
from iopsched.errors import UsageError
from iopsched.ingest.cell.clocktimes import spelled_span, time_of_day
from iopsched.ingest.cell.days import one_day
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.row.dates import Order, dates_meant
from iopsched.words.wording import either, plain, quoted

FORMS = "a date such as 2026-12-01, a day such as Tue, days such as Tue..Thu, or times such as 08:00-12:00, 13:00- or -10:00"
_DATED = re.compile("[0-9]{4}[-/.]")
_NEAR = timedelta(days=60)
_SIGN = "@"
_NOW_WORDS = {"today": 0, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class DateReading:
    """What days and times are read by: the moment on the clinic's clock, how it writes dates, when it is open.

    ``week`` is the Monday of the week in which names of days lie, None while that is not known.
    """

    now: datetime
    order: Order | None = None
    week: date | None = None
    open: Windows | None = None

    def date_of(self, text: str) -> date | None:
        """Return the date that a text means, None where it is none, or the name of a day while the week is not known.

        Raises
        ------
        UsageError
            If it may mean several dates, or is a moment.
        """
        word = text.casefold()
        if word in _NOW_WORDS:
            return self.now.date() + timedelta(days=_NOW_WORDS[word])
        if (day := one_day(text)) is not None:
            return None if self.week is None else self.week + timedelta(days=day)
        found = dates_meant(text, self.order, self.now.date())
        near = [day for day in found if self._is_near(day)]
        found = tuple(near) if len(near) == 1 else found
        if len(found) > 1:
            raise UsageError(f"{quoted(text)} is not one date. Write {either(map(str, found))}.")
        return found[0] if found else None

    def _is_near(self, day: date) -> bool:
        return monday_of(day) == self.week if self.week is not None else abs(day - self.now.date()) <= _NEAR


@dataclass(frozen=True, slots=True)
class DaysAndTimes:
    """Days and times as somebody wrote them; None where they wrote none. ``end`` is the minute of the day after the last."""

    first: date | None = None
    last: date | None = None
    start: Minute | None = None
    end: Minute | None = None

    def stretches(self, days: tuple[date, date]) -> list[tuple[datetime, datetime]]:
        """Return the stretches of time that are meant, on these days where none are written: whole days are one."""
        first, last = days if self.first is None else (self.first, self.last or self.first)
        if self.start is None and self.end is None:
            return [(_at(first, 0), _at(last, DAY))]
        spans = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [(_at(day, self.start or 0), _at(day, DAY if self.end is None else self.end)) for day in spans]


def _at(day: date, minute: Minute) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def split(text: str, is_id: frozenset[str] = frozenset()) -> tuple[str, list[str]]:
    """Return the id before the @ and what is written behind it; ``is_id`` are ids that may themselves have one."""
    parts = [plain(part).strip() for part in text.split(_SIGN)]
    for number in range(len(parts), 0, -1):
        if (head := _SIGN.join(parts[:number])) in is_id:
            return head, parts[number:]
    return parts[0], parts[1:]


def when_of(text: str, parts: list[str], calendar: DateReading) -> DaysAndTimes:
    """Return what is written behind an id: days, times, or days and then times.

    Raises
    ------
    UsageError
        If a part is neither, or cannot be read with certainty.
    """
    if len(parts) > 2 or not all(parts):
        raise UsageError(f"{quoted(text, 80)} cannot be read. Behind the id comes {FORMS}, each after an @.")
    found = DaysAndTimes()
    for place, part in enumerate(parts):
        days = _days(part, calendar) if place == 0 else None
        found = (
            DaysAndTimes(*days) if days is not None else DaysAndTimes(found.first, found.last, *_times(part, calendar))
        )
    return found


def days_named(parts: list[str], calendar: DateReading) -> list[date]:
    """Return the dates that are written behind an id, as far as they can be read before the week is known."""
    for part in parts:  # an id may itself have an @
        with suppress(UsageError):
            if (days := _days(part, calendar)) is not None:
                return list(days)
    return []


def _days(part: str, calendar: DateReading) -> tuple[date, date] | None:
    """Return the first and the last day of a part, None where it is no day."""
    pieces = [piece.strip() for piece in part.split("..")]
    if (
        len(pieces) == 1
        and part.count("-") == 1
        and all(one_day(piece.strip()) is not None for piece in part.split("-"))
    ):
        pieces = [piece.strip() for piece in part.split("-")]
    days = [day for piece in pieces if (day := calendar.date_of(piece)) is not None]
    if len(days) < len(pieces) or len(days) > 2:
        if len(pieces) > 1 and calendar.week is not None:
            raise UsageError(f"{quoted(part)} are no days. Write for example 2026-12-01..2026-12-03 or Tue..Thu.")
        return None
    first, last = days[0], days[-1]
    if last < first:
        raise UsageError(f"{quoted(part)} ends before it begins.")
    return first, last


def _times(part: str, calendar: DateReading) -> tuple[Minute | None, Minute | None]:
    """Return first and last minute of the day of a part, None for the side that is open."""
    first, sign, last = (piece.strip() for piece in part.partition("-"))
    if _DATED.match(part):
        raise UsageError(
            f"{quoted(part)} is no date. Write it as 2026-12-01, and times behind another @: @2026-12-01@08:00-."
        )
    if not sign or not (first or last):
        raise UsageError(f"{quoted(part)} is neither days nor times. Write {FORMS}.")
    try:
        if not first:
            return None, time_of_day(last, is_end=True)
        if not last:
            return time_of_day(first), None
        return _span(first, last, calendar)
    except Fault as fault:
        raise UsageError(f"{fault.message} {fault.remedy}") from None


def _span(first: str, last: str, calendar: DateReading) -> tuple[Minute, Minute]:
    def is_likely(start: Minute, end: Minute) -> bool:
        return calendar.open is None or any(
            calendar.open.covers(day * DAY + start, day * DAY + end) for day in range(7)
        )

    found, doubt = spelled_span(first, last, is_likely)
    if doubt is not None:
        readings = [f"{clock(start)}-{clock_of_end(end)}" for start, end in found if start < end]
        raise UsageError(f"{doubt[1]} Write {either(readings)}." if readings else doubt[1])
    return found[0]
