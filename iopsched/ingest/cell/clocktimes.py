"""Times of the day and stretches of it as people write them: ``9-12pm``, ``9a-12p``, ``0900-1700``, ``noon``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from iopsched.domain.timegrid import DAY, HOUR, clock, clock_of_end
from iopsched.ingest.cell.fault import Fault
from iopsched.words.wording import quoted
from iopsched.words.wordings import said

HALF = 12 * HOUR
NAMED_TIMES = {"noon": HALF, "midday": HALF, "midnight": 0}

_TWELVE = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?(?::([0-9]{2}))? ?([ap])\.?m\.?", re.IGNORECASE)
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_ZONED = re.compile(r"[0-9:.]+ ?(Z|[+][0-9]{2}:?[0-9]{2})", re.IGNORECASE)
_LOOSE = re.compile(r"([0-9]{1,2})(?:([:.]?)([0-9]{2}))?(?::([0-9]{2}))? ?(?:([ap])\.?(?:m\.?)?)?", re.IGNORECASE)

Span = tuple[int, int]
_LONGEST = 15 * HOUR  # a longer day is not meant by 8-9 or 9am-11


def clock_time(text: str, *, is_end: bool = False) -> int:
    """Return the minute of the day of ``9:00``, ``9am`` or ``9:30 PM``; 24:00 only as an end."""
    if match := _TWELVE.fullmatch(text):
        hour, minute = int(match[1]), int(match[2] or 0)
        if not 1 <= hour <= 12 or minute > 59:
            raise Fault(
                "E-TIME", f"{quoted(text)} is no time of the day.", said("Write {example} 9am, 12:30 pm or 21:00.")
            )
        _refuse_seconds(text, match[3])
        found = hour % 12 * HOUR + minute + (HALF if match[4].lower() == "p" else 0)
        return DAY if is_end and found == 0 else found
    if match := _CLOCK.fullmatch(text):
        hour, minute = int(match[1]), int(match[2])
        _refuse_seconds(text, match[3])
        if hour == 24 and minute == 0:
            if is_end:
                return DAY
            raise Fault("E-TIME-START", "'24:00' cannot be a start.", "Write 00:00 of the next day.")
        if hour > 23 or minute > 59:
            raise Fault("E-TIME", f"{quoted(text)} is no time of the day.", "Write hours 0 to 23 and minutes 00 to 59.")
        return hour * HOUR + minute
    if _ZONED.fullmatch(text):
        raise Fault(
            "E-TIME-ZONE", f"{quoted(text)} names a time zone.", said("Write the clinic's local time, {example} 09:00.")
        )
    raise Fault("E-TIME", f"{quoted(text)} is not a time.", said("Write {example} 09:00, 9am or 9:30 PM."))


def _refuse_seconds(text: str, seconds: str | None) -> None:
    if seconds not in (None, "00"):
        raise Fault("E-TIME", f"{quoted(text)} has seconds.", said("Write the time to the minute, {example} 09:00."))


@dataclass(frozen=True, slots=True)
class _Time:
    """A time as written: ``minute`` is what it says on the clock of 24 hours.

    ``is_fixed``: with am, pm, or beyond 12 hours, so that it says which half of the day.
    ``is_bare``: hours without minutes. ``is_odd``: a form that times do not have here, such as ``8.00``.
    """

    minute: int
    is_fixed: bool
    is_bare: bool = False
    is_odd: bool = False
    half: str = ""

    @property
    def choices(self) -> tuple[int, ...]:
        """Return the minutes it may mean, the one on the clock of 24 hours first."""
        other = self.minute + HALF if self.minute < HALF else self.minute - HALF
        return (self.minute,) if self.is_fixed else (self.minute, other)


def _time(text: str, *, is_end: bool = False) -> _Time:
    """Return what one time says; the end of a day is its 24th hour."""
    if (named := NAMED_TIMES.get(text.casefold())) is not None:
        return _Time(DAY if is_end and named == 0 else named, is_fixed=True)
    match = _LOOSE.fullmatch(text)
    if match is None or (match[2] == "" and match[4]) or (match[3] is None and int(match[1]) > 12 and match[5]):
        return _Time(clock_time(text, is_end=is_end), is_fixed=True)
    half = (match[5] or "").lower()
    minutes = f":{match[3] or '00'}" + (f":{match[4]}" if match[4] else "")
    minute = clock_time(f"{match[1]}{minutes}{half and half + 'm'}", is_end=is_end)
    hour = int(match[1])
    if is_end and minute == 0 and not half:
        minute = DAY
    is_fixed = bool(half) or hour == 0 or hour > 12
    return _Time(minute, is_fixed, match[3] is None and not half, match[2] == ".", half)


def spelled_time(text: str, is_likely: Callable[[int], bool] = lambda _: True) -> tuple[tuple[int, ...], bool]:
    """Return the minutes of the day that a start may mean, likeliest first, and whether the first is certain.

    Raises
    ------
    Fault
        If it is no time of the day.
    """
    found = _time(text)
    if not (found.is_bare or found.is_odd) or found.is_fixed:
        return (found.minute,), not found.is_odd
    likely = tuple(minute for minute in found.choices if is_likely(minute))
    return likely or found.choices, False


def time_of_day(text: str, *, is_end: bool = False) -> int:
    """Return the minute of the day of one time, in any form that leaves no doubt.

    Raises
    ------
    Fault
        If it is no time, or one that may be meant in several ways; then those are its replacements.
    """
    if is_end:
        found = _time(text, is_end=True)
        if not (found.is_bare or found.is_odd):
            return found.minute
    minutes, is_certain = spelled_time(text)
    if not is_certain:
        raise Fault.unclear("E-TIME", f"{quoted(text)} is not a time.", tuple(map(clock, minutes)))
    return minutes[0]


def spelled_span(
    first: str, last: str, is_likely: Callable[[int, int], bool]
) -> tuple[tuple[Span, ...], tuple[str, str] | None]:
    """Return the stretches that ``first-last`` may mean, likeliest first, and why the first is not certain.

    A stretch whose end is not after its start runs past midnight.
    ``is_likely`` tells whether a stretch lies inside the opening hours.
    The reason, code and message, is None where there is only one reading.

    Raises
    ------
    Fault
        If one of them is no time of the day.
    """
    start, end = _time(first), _time(last, is_end=True)
    text = quoted(f"{first}-{last}")
    found = _spans(start, end, is_likely)
    if start.minute >= end.minute and not start.half and not end.half:
        return found, ("E-WINDOW-ORDER", f"{text} ends before it starts or when it starts.")
    if all(a > b for a, b in found):
        return found, ("E-WINDOW-ORDER", f"{text} ends before it starts or when it starts.")
    if start.is_odd or end.is_odd:
        return found, ("E-TIME", f"{text} is not how times are written.")
    if len(found) > 1 or (found[0] != (start.minute, end.minute) and not (start.half or end.half)):
        return found, ("E-TIME", f"{text} does not say which half of the day it means.")
    return found, None


def _spans(start: _Time, end: _Time, is_likely: Callable[[int, int], bool]) -> tuple[Span, ...]:
    """Return the stretches that two times may mean; the written one alone where nothing speaks against it."""
    written = (start.minute, end.minute)
    if written[0] < written[1] and not _is_doubtful(start, end):
        return (written,)
    spans = [(a, b or DAY) for a in start.choices for b in end.choices if a < (b or DAY) <= a + _LONGEST]
    if end.half and not start.half:  # 1-5pm: both in the afternoon
        shared = [span for span in spans if (span[0] >= HALF) == (end.half == "p")]
        spans = shared[:1] or spans[:1]
    elif start.half and not end.half and end.minute == HALF:
        spans = [written] if written[0] < written[1] else spans
    elif not start.is_bare and not end.is_bare and not start.half:  # 9:00-5:00: only the end is in the other half
        spans = [span for span in spans if span[0] == start.minute]
    likely = [span for span in spans if is_likely(*span)]
    found = likely or spans
    if written[0] > written[1] and written[0] >= HALF and (not found or (start.is_fixed and not start.half)):
        found = [*found, written]
    return tuple(dict.fromkeys(found))


def _is_doubtful(start: _Time, end: _Time) -> bool:
    """Return whether times in their order may mean other halves of the day than those of the clock of 24 hours."""
    if start.is_fixed and end.is_fixed:
        return False
    if end.half or start.half:
        return (bool(end.half) and not start.is_fixed) or end.is_bare
    return (start.is_bare or end.is_bare) and not start.is_fixed and not end.is_fixed


def span_written(start: int, end: int) -> str:
    """Return a stretch of a day as the contract writes it."""
    return f"{clock(start)}-{clock_of_end(end)}"
