"""What a sheet may be called: Excel refuses some signs, long names, and names that differ by case only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

MOST_UNITS = 31
RESERVED = frozenset({"history"})
_REFUSED = re.compile(r"[\[\]:*?/\\]")


def units(text: str) -> int:
    """Return the length as Excel counts it: a sign outside the basic plane, such as an emoji, is two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def cut(text: str, most: int) -> str:
    """Return the text, or as much of its beginning as fits with a sign that something is missing."""
    if units(text) <= most:
        return text
    kept = text[: most - 1]
    while units(kept) > most - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def sheet_name(wanted: str, taken: Collection[str]) -> str:
    """Return a name that Excel accepts and that differs from all names taken, near to the one wanted."""
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign for sign in wanted)
    plain = " ".join(_REFUSED.sub("-", plain).split()).strip("' ") or "Sheet"
    known = {_folded(name) for name in taken} | RESERVED
    number, name = 1, cut(plain, MOST_UNITS)
    while _folded(name) in known:
        number += 1
        ending = f" ({number})"
        name = cut(plain, MOST_UNITS - len(ending)) + ending
    return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name.casefold()).casefold()
