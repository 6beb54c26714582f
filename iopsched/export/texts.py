"""Text that leaves the house: nothing in it that would break a file or be run by a spreadsheet."""

from __future__ import annotations

import re
import unicodedata

from iopsched.words.formulas import guard, unguard

__all__ = ["clean", "guard", "one_line", "unguard"]

_HARMFUL = frozenset({"Cc", "Cs", "Zl", "Zp"})


def clean(text: str) -> str:
    """Return the text without control characters (tab and line feed excepted), odd line ends and outer blanks."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return "".join(sign for sign in text if sign in "\t\n" or unicodedata.category(sign) not in _HARMFUL).strip()


def one_line(text: str) -> str:
    """Return the cleaned text with every run of blanks as one blank."""
    return re.sub(r"\s+", " ", clean(text))
