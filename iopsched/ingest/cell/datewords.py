"""Dates as people and programs write them that have one reading only: ``Dec 1, 2026``, ``1-Dec-26``, ``2026-12-01T00:00:00``."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from iopsched.domain.timegrid import clock
from iopsched.ingest.cell.clocktimes import time_of_day
from iopsched.ingest.cell.fault import Fault

MONTHS = "january february march april may june july august september october november december"
_NUMBERS = {
    **{form: number for number, name in enumerate(MONTHS.split(), 1) for form in (name, name[:3])},
    "sept": 9,
}
CLOCK = r"(?:[T ,]{1,2}(?:at )?([0-9][0-9:apm. ]{0,14}))?"
_WEEKDAY = r"(?:[a-z]{3,9}\.?,? )?"
_MONTH = r"([a-z]{3,9})\.?"
_DAY = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"([0-9]{4}|[0-9]{2})"
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + CLOCK, re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}{CLOCK}", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"{_WEEKDAY}{_DAY}(?:[-/]|\.? ?(?:of )?){_MONTH}(?:[-/]|,? ){_YEAR}{CLOCK}", re.IGNORECASE)


@lru_cache(maxsize=4096)  # the same days stand in many rows
def spelled_date(text: str) -> str | None:
    """Return a date, with its time if it has one, in the form of the contract; None where there is no certain reading.

    A year of two digits beside a month in letters is one of this century.
    """
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day, time = match[1], int(match[3]), match[4], match[5]
    elif match := _MONTH_FIRST.fullmatch(text):
        year, month, day, time = match[3], _NUMBERS.get(match[1].casefold(), 0), match[2], match[4]
    elif match := _DAY_FIRST.fullmatch(text):
        year, month, day, time = match[3], _NUMBERS.get(match[2].casefold(), 0), match[1], match[4]
    else:
        return None
    when = clock_written(time)
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), month, int(day))
    except ValueError:
        return None
    return None if when is None or not 1900 <= found.year <= 2199 else f"{found}{when}"


def clock_written(time: str | None) -> str | None:
    """Return the time behind a date in the form of the contract, blank without one, None where it is none or in doubt."""
    if time is None:
        return ""
    try:
        return f" {clock(time_of_day(time.strip()))}"
    except Fault:
        return None


def without_midnight(text: str) -> str:
    """Return a date in the form of the contract without the midnight that programs add to it."""
    return text.removesuffix(" 00:00")
