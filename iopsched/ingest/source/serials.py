"""What a spreadsheet stores as a number and shows as something else: dates, times of the day, ids with leading zeros."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

What = Literal["text", "number", "date", "moment", "time"]

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*](.)|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_SECTION = re.compile(r'(?:[^";]|"[^"]*+(?:"|$))*+')
_HALF_DAY = re.compile("am/pm|a/p", re.IGNORECASE)
_PADDED = re.compile(r"([^0#?.,%a-z]*)(0+)([^0#?.,%a-z]*)", re.IGNORECASE)
_MARK = "\ue000"
_DAY_S = 86_400
_LAST = 2_958_466  # the day after 9999-12-31


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as text, and what it is to the spreadsheet; dates and times are written as the contract writes them.

    ``plain`` is a number without the zeros and letters that its format adds.
    """

    text: str
    what: What = "text"
    plain: str = ""


def shown_number(stored: str, code: str, *, is_1904: bool = False) -> Shown:
    """Return what a number with a number format is.

    Raises
    ------
    ValueError
        If it is no number.
    """
    number = float(stored)
    what, padding = _format(code)
    if not abs(number) < 1e15:
        return Shown(stored, "number")
    if what == "number" or number < 0 or number >= _LAST:
        return Shown(_plain(number, padding), "number", _plain(number, None))
    if what == "time":
        return Shown(time_text(number, is_typed=True), "time")
    if not is_1904 and int(number) == 60:  # a 29 February 1900 that never was
        return Shown(_plain(number, None), "number")
    number += 1462 if is_1904 else int(number < 60)
    moment = datetime(1899, 12, 30) + timedelta(seconds=_to_minute(round(number * _DAY_S)))  # noqa: DTZ001 - cells have no zone
    if what == "date" or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return Shown(f"{moment:%Y-%m-%d}" if moment.year >= 1000 else stored, "date")
    seconds = f":{moment:%S}" if moment.second else ""
    joint = "T" if '"T"' in code or "\\T" in code else " "
    return Shown(f"{moment:%Y-%m-%d}{joint}{moment:%H:%M}{seconds}", "moment")


def time_text(number: float, *, is_typed: bool) -> str:
    """Return the time of the day of a fraction of a day; 1 is 24:00.

    A time that was typed keeps its seconds. A fraction that was typed as a
    number is rounded to the minute.
    """
    if number == 1:
        return "24:00"
    seconds = round(number * _DAY_S)
    seconds = (_to_minute(seconds) if is_typed else round(number * 1440) * 60) % _DAY_S
    rest = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}{rest}"


def _to_minute(seconds: int) -> int:
    """Return a number of seconds without the second by which a rounded fraction misses its minute."""
    nearest = round(seconds / 60) * 60
    return nearest if abs(nearest - seconds) <= 1 else seconds


def _plain(number: float, padding: tuple[str, int, str] | None) -> str:
    if number != int(number):
        return format(Decimal(repr(number)), "f")
    if padding is not None and number >= 0:
        return f"{padding[0]}{int(number):0{padding[1]}d}{padding[2]}"
    return str(int(number))


@lru_cache(maxsize=512)
def _format(code: str) -> tuple[What, tuple[str, int, str] | None]:
    """Return what a number format makes of a number, and how it pads one that it leaves a number."""
    section = (_SECTION.match(code) or [""])[0]
    bare = _HALF_DAY.sub("h", _LITERAL.sub("", section)).lower()
    has_clock = bool(re.search("[hs]", bare))
    has_day = bool(re.search("[yd]", bare)) or (not has_clock and "m" in bare)
    if bare in ("", "general", "@") or not (has_clock or has_day):
        return "number", _padding(section)
    if has_clock and has_day:
        return "moment", None
    return ("time" if has_clock else "date"), None


def _padding(section: str) -> tuple[str, int, str] | None:
    """Return literal text before, number of digits, and literal text behind, of formats such as ``000`` or ``"P"000``."""
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(match[1] or match[2] or "")
        return _MARK

    match = _PADDED.fullmatch(_LITERAL.sub(keep, section))
    if match is None:
        return None
    parts = iter(literals)
    before, behind = (re.sub(_MARK, lambda _: next(parts), text) for text in (match[1], match[3]))
    return (before, len(match[2]), behind) if before or behind or len(match[2]) > 1 else None
