"""Small words that every reader sees: counts and dates, whatever the locale of the computer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def count(number: int, word: str, words: str = "") -> str:
    """Return for instance ``1 room`` or ``2 rooms``."""
    return f"{number} {word if number == 1 else words or word + 's'}"


def words(identifier: str) -> str:
    """Return the id of a service or block as words: ``case_management`` is ``case management``."""
    return identifier.replace("_", " ")


def long_date(day: date) -> str:
    """Return for instance ``Monday 30 November 2026``."""
    return f"{DAYS[day.weekday()]} {short_date(day)} {day.year}"


def short_date(day: date) -> str:
    """Return for instance ``30 November``."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def shown(path: Path) -> str:
    """Return a path as one would type it: between quotation marks where it has a space."""
    return f'"{path}"' if " " in str(path) else str(path)
