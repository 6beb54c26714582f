"""Columns that hold a day each, such as ``Mon`` or ``tue_start``: nobody reads them, so they are told with the cell that says the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iopsched.domain.timegrid import WEEKDAYS
from iopsched.ingest.cell.days import FULL_DAYS
from iopsched.policy.column import TableKind

_DAYS: Mapping[str, int] = {
    **{name: day for day, long in enumerate(FULL_DAYS) for name in (long, long[:3], long[:2], f"{long}s")},
    "tues": 1,
    "thur": 3,
    "thurs": 3,
    "m": 0,
    "t": 1,
    "w": 2,
    "r": 3,
    "f": 4,
    "u": 6,
}
_BESIDE = frozenset(
    [
        "start",
        "end",
        "from",
        "to",
        "in",
        "out",
        "avail",
        "available",
        "availability",
        "hours",
        "time",
        "times",
        "open",
        "close",
        "am",
        "pm",
        "schedule",
        "window",
    ]
)
_STARTS, _ENDS = frozenset({"start", "from", "in", "open"}), frozenset({"end", "to", "out", "close"})
_YES = frozenset(["x", "yes", "y", "true", "1", "ok", "all", "open", "available", "avail", "✓", "✔", "√"]) | {"all day"}
_NO = frozenset(["no", "n", "false", "0", "-", "--", "off", "closed", "none", "never", "unavailable", "out", "n/a"]) | {
    "",
    "not available",
}
_TIME = r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(?::00)? ?([ap])?\.?m?\.?"
_SPAN = re.compile(rf"{_TIME} ?(?:-|to|until) ?{_TIME}", re.IGNORECASE)
LEAST = 2


@dataclass(frozen=True, slots=True)
class DayColumns:
    """The positions of columns that hold a day each, from 0: which day, and whether its start or end alone."""

    places: Mapping[int, tuple[int, str]]

    @classmethod
    def of(cls, names: Sequence[str]) -> DayColumns:
        """Return the columns of days among normal names; none where fewer than two days have one."""
        found = {at: place for at, name in enumerate(names) if (place := _place(name))}
        least = LEAST if any(len(names[at]) > 1 for at in found) else LEAST + 1  # M and F alone are genders
        return cls(found if len({day for day, _ in found.values()}) >= least else {})

    def windows(self, cells: Sequence[str]) -> str:
        """Return windows that say the same as the cells of a row, blank where that is not certain."""
        spans: dict[int, list[str]] = {}
        halves: dict[int, dict[str, str]] = {}
        for at, (day, part) in self.places.items():
            text = " ".join(cells[at].casefold().split()) if at < len(cells) else ""
            if part:
                halves.setdefault(day, {})[part] = text
            elif text in _YES:
                spans.setdefault(day, [])
            elif text not in _NO:
                found = [_span(piece) for piece in re.split("[,;/&]| and ", text) if piece.strip()]
                if not all(found):
                    return ""
                spans.setdefault(day, []).extend(found)
        for day, ends in halves.items():
            if (text := f"{ends.get('start', '')}-{ends.get('end', '')}") != "-":
                if not (span := _span(text)):
                    return ""
                spans.setdefault(day, []).append(span)
        by_times: dict[str, list[str]] = {}
        for day, times in sorted(spans.items()):
            by_times.setdefault(", ".join(times), []).append(WEEKDAYS[day])
        return "; ".join(" ".join([*days, times]).strip() for times, days in by_times.items())


def _place(name: str) -> tuple[int, str] | None:
    words = name.split("_")
    days = [word for word in words if word in _DAYS]
    rest = {word for word in words if word not in _DAYS}
    if len(days) != 1 or not rest <= _BESIDE:
        return None
    part = "start" if rest & _STARTS else "end" if rest & _ENDS else ""
    return _DAYS[days[0]], part


def _span(text: str) -> str:
    """Return ``HH:MM-HH:MM`` of a span of time as people write it, blank where that is not certain."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return ""
    first, last = match.groups()[:3], match.groups()[3:]
    end = _minute(*last)
    start = _minute(*first)
    if start is None or end is None:
        return ""
    if last[2] and not first[2]:  # 1-3pm, 9-12pm: the latest start before the end
        start = start + 720 if start + 720 < end and int(first[0]) < 12 else start
    elif not first[2] and not last[2] and end <= start and int(last[0]) <= 12 <= 12 + int(first[0]):
        end = end + 720 if int(first[0]) >= 6 and end + 720 > start else end  # 9-5
    is_sure = start < end <= 1440 and (bool(last[2]) or start >= 360)
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}" if is_sure else ""


def _minute(hour: str, minute: str | None, half: str | None) -> int | None:
    number, rest = int(hour), int(minute or 0)
    if rest > 59 or number > 24 or (half and not 1 <= number <= 12):
        return None
    if half:
        number = number % 12 + (12 if half.lower() == "p" else 0)
    return number * 60 + rest


def day_target(kind: TableKind) -> str:
    """Return the column of a table that columns of days should be, blank where it has none."""
    return next((column for column in ("availability", "times") if column in kind.names), "")
