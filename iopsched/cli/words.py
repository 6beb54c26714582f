"""Small words: counts, dates, nearest ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from iopsched.errors import UsageError

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def count(number: int, word: str, words: str = "") -> str:
    """Return for instance ``1 room`` or ``2 rooms``."""
    return f"{number} {word if number == 1 else words or word + 's'}"


def long_date(day: date) -> str:
    """Return for instance ``Monday 30 November 2026``, whatever the locale of the computer."""
    return f"{DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def shown(path: Path) -> str:
    """Return a path as one would type it: between quotation marks where it has a space."""
    return f'"{path}"' if " " in str(path) else str(path)


def known_id(given: str, kind: str, ids: Iterable[str]) -> str:
    """Return the id if there is one like it, else raise :class:`UsageError` that names the nearest."""
    known = list(ids)
    if given in known:
        return given
    by_fold = {item.casefold(): item for item in known}
    near = get_close_matches(given.casefold(), by_fold, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(by_fold[item] for item in near)}?" if near else ""
    raise UsageError(f"There is no {kind} {given}.{hint}")
