"""Times that have no effect because the clinic is closed then, and what they likely mean."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from iopsched.domain.timegrid import DAY, NEVER, WEEKDAYS, TimeRange, Windows
from iopsched.ingest.cell.clocktimes import HALF, span_written
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.windows import WindowCell
from iopsched.words.wording import joined, listed

OUTSIDE = "W-WINDOW-OUTSIDE"
_MOST_SHOWN = 4


def windows_written(windows: Windows, most: int = 0) -> str:
    """Return windows as the contract writes them, days of equal times together; ``most`` parts at most, 0 = all."""
    pieces = [piece for item in windows for piece in _by_day(item)]
    by_day = {
        day: ", ".join(span_written(start - day * DAY, end - day * DAY) for _, start, end in spans)
        for day, spans in groupby(pieces, key=lambda piece: piece[0])
    }
    parts = [
        f"{_days_written([day for day, text in by_day.items() if text == times])} {times}"
        for times in dict.fromkeys(by_day.values())
    ]
    more = ["..."] if most and len(parts) > most else []
    return "; ".join([*parts[: most or None], *more]) or "never"


def _by_day(item: TimeRange) -> Iterable[tuple[int, int, int]]:
    for day in range(item.start // DAY, (item.end - 1) // DAY + 1):
        yield day, max(item.start, day * DAY), min(item.end, (day + 1) * DAY)


def _days_written(days: list[int]) -> str:
    """Return for instance ``Mon-Fri`` or ``Mon Wed Fri``."""
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"
    return " ".join(WEEKDAYS[day] for day in days)


def likely_meaning(item: TimeRange, open_: Windows) -> TimeRange | None:
    """Return the same time twelve hours later, if a time before noon lies outside the opening hours and that one inside."""
    if open_.overlaps(item.start, item.end) or (item.end - 1) // DAY != item.start // DAY:
        return None
    late = (item.start + HALF, item.end + HALF)
    return TimeRange(*late) if item.start % DAY < HALF and open_.covers(*late) else None


def outside_opening(cell: WindowCell, open_: Windows, *, is_busy: bool) -> Fault | None:
    """Return the warning about windows, or parts of them, that lie outside the opening hours; None without any.

    Of busy time only whole windows are told: school until 15:00 is a fact, and
    has its effect, where the clinic opens at 14:00.
    """
    outside = cell.stated.minus(open_)
    if is_busy:
        outside = Windows(tuple(item for item in cell.stated if not open_.overlaps(item.start, item.end)))
    starts = tuple(start for start in sorted(cell.starts) if not open_.covers(start, start + 1))
    if starts:
        return _starts_outside(cell, starts, open_)
    if not outside and not cell.closed:
        return None
    if not outside:
        days = listed(WEEKDAYS[day] for day in sorted(cell.closed))
        return Fault(OUTSIDE, f"The clinic is closed on {days}.", "Take that out, or correct the days.")
    meant = {item: found for item in cell.windows if (found := likely_meaning(item, open_)) is not None}
    message = f"{windows_written(outside, _MOST_SHOWN)} is outside the opening hours and has no effect."
    if meant:
        shown = windows_written(Windows.of(meant.values()), _MOST_SHOWN)
        message = joined(message, f"Did you mean {shown}?")
    if cell.is_dated:
        return Fault(OUTSIDE, message, "Correct the times, or take them out.")
    kept = cell.windows.intersection(open_)
    if is_busy:
        kept = cell.windows.minus(outside)
    new = kept.union(Windows.of(meant.values()))
    if not new:
        return Fault(OUTSIDE, message, f"Correct the times, or {'blank the cell' if is_busy else 'write never'}.")
    return Fault.unclear(OUTSIDE, message, (windows_written(new),))


def _starts_outside(cell: WindowCell, starts: tuple[int, ...], open_: Windows) -> Fault:
    """Return the warning about start times outside the opening hours."""
    outside = _starts_written(starts)
    meant = {
        start: start + HALF for start in starts if start % DAY < HALF and open_.covers(start + HALF, start + HALF + 1)
    }
    verb, has = ("starts lie", "have") if len(starts) > 1 else ("start lies", "has")
    message = f"The {verb} outside the opening hours and {has} no effect: {outside}."
    left = sorted({meant.get(start, start) for start in cell.starts if start not in starts or start in meant})
    if meant:
        message = joined(message, f"Did you mean {_starts_written(tuple(sorted(meant.values())))}?")
    if cell.is_dated or not left:
        return Fault(OUTSIDE, message, "Correct the times, or take them out.")
    windows = () if cell.windows == NEVER else (windows_written(cell.windows),)
    return Fault.unclear(OUTSIDE, message, ("; ".join((_starts_written(tuple(left)), *windows)),))


def _starts_written(starts: tuple[int, ...]) -> str:
    by_time: dict[int, list[int]] = {}
    for start in starts:
        by_time.setdefault(start % DAY, []).append(start // DAY)
    return "; ".join(
        f"{_days_written(sorted(days))} {span_written(time, time + 1).partition('-')[0]}"
        for time, days in sorted(by_time.items())
    )
