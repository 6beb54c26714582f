"""When a row of a list is: its date or days, start and end, in one column or in several."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from iopsched.domain.timegrid import DAY
from iopsched.imports.entries import When
from iopsched.imports.shapes.columns import ListColumns
from iopsched.imports.sheets import Place
from iopsched.imports.understanding import Understanding

_MINUTES = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?) ?(m|min|mins|minutes|h|hr|hrs|hour|hours)?\.?", re.IGNORECASE)
_CLOCKED = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::00)?")


class RowTimes:
    """Reads days and times of rows; ``days`` hold where a row says none."""

    def __init__(self, known: Understanding, days: tuple[int, ...] | None) -> None:
        self.known = known
        self.days = days

    def when(self, place: Place, texts: Mapping[str, str], columns: ListColumns) -> When | None:
        """Return when a row is, None (and a fault or a note) where it does not say so or is of another week."""
        days: tuple[int, ...] | None = None
        start = end = None
        for role in ("date", "day", "time", "start"):
            text = texts.get(role, "")
            if not text or (role == "day" and days is not None):
                continue
            if (moment := self.known.clocks.moment(text, self.known.dates)) is not None:
                days, start = moment
            elif role in ("date", "day"):
                days = self.known.dates.days(text)
            else:
                days, start, end = self._clock(text, days, start, end)
        if end is None and (text := texts.get("end", "")):
            moment = self.known.clocks.moment(text, self.known.dates)
            end = moment[1] if moment is not None else self.known.clocks.point(text, start if start is not None else -1)
            end = 1440 if end == 0 else end
        days = days if days is not None else self.days
        return self._whole(place, texts, (days, start, end), columns)

    def _clock(
        self, text: str, days: tuple[int, ...] | None, start: int | None, end: int | None
    ) -> tuple[tuple[int, ...] | None, int | None, int | None]:
        """Return days, start and end with what a cell such as ``9-12``, ``9:00 AM`` or ``MWF 9-12`` says."""
        clocks = self.known.clocks
        if (found := clocks.find_span(text)) is not None:
            (start, end), (begin, stop) = found
            rest = f"{text[:begin]} {text[stop:]}".strip(" ,")
            own = self.known.dates.days(rest) if rest and days is None else None
            return (own if own is not None else days), start, end
        if (span := clocks.block(text)) is not None:
            return days, *span
        point = clocks.point(text)
        if point is None and (spot := clocks.find_point(text)) is not None:
            point = spot[0]
            rest = f"{text[: spot[1][0]]} {text[spot[1][1] :]}".strip(" ,")
            days = days if days is not None or not rest else self.known.dates.days(rest)
        return days, point if point is not None else start, end

    def _whole(
        self,
        place: Place,
        texts: Mapping[str, str],
        when: tuple[tuple[int, ...] | None, int | None, int | None],
        columns: ListColumns,
    ) -> When | None:
        days, start, end = when
        written = {role: texts[role] for role in ("date", "day", "time", "start") if role in texts}
        if days == ():
            self.known.ignore(place, "other_week")
            return None
        if days is None:
            message = "This row says no day that can be read." if written else "This row says no day."
            self.known.fault("E-IMPORT-DAY", place, message, "Write a date such as 2026-11-30, or a weekday.")
            return None
        if start is None:
            self.known.fault(
                "E-IMPORT-TIME",
                place,
                "This row says no time that can be read.",
                "Write from when to when, such as 09:00-12:00.",
            )
            return None
        if end is None and (text := texts.get("length", "")):
            limit = 24.0 if columns.in_hours else 10.0
            minutes = length_in_minutes(text, lambda number: number < limit)
            end = None if minutes is None else start + minutes
        stated = texts.get("time", "") or texts.get("start", "")
        if (end is not None and end < start) or (end is None and self.known.clocks.crosses(stated)):
            self.known.crossing(place)
            return None
        if end == start:
            end = None
        return When(days, start, end)


def length_in_minutes(text: str, is_in_hours: Callable[[float], bool] = lambda number: number < 10) -> int | None:
    """Return the length that ``60``, ``60 min``, ``1.5 h`` or ``1:30`` says; a bare small number is in hours."""
    plain = text.strip()
    if match := _CLOCKED.fullmatch(plain):
        return int(match[1]) * 60 + int(match[2])
    if (match := _MINUTES.fullmatch(plain)) is None:
        return None
    number, unit = float(match[1]), (match[2] or "").casefold()
    minutes = number * 60 if unit.startswith("h") or (not unit and is_in_hours(number)) else number
    return round(minutes) if 1 <= minutes <= DAY else None
