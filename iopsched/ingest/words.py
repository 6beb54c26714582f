"""Small helpers for sentences that a program director reads."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def quoted(text: str, limit: int = 40) -> str:
    """Return the text in quotes, cut to ``limit`` characters, with what the eye cannot see escaped."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    shown = "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in _INVISIBLE else c for c in cut)
    return f"'{shown}'"


def escaped(text: str) -> str:
    """Return the text in quotes with everything beyond plain ASCII as code points."""
    shown = "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode("ascii") for c in text)
    return f"'{shown}'"


def nearest(text: str, options: Iterable[str]) -> str | None:
    """Return the option that looks most like the text, if any looks like it."""
    return _nearest(text, tuple(sorted(set(options))))


@lru_cache(maxsize=1024)
def _nearest(text: str, known: tuple[str, ...]) -> str | None:
    by_fold = {option.casefold(): option for option in reversed(known)}
    if (same := by_fold.get(text.casefold())) is not None:
        return same
    if close := difflib.get_close_matches(text.casefold(), by_fold, n=1, cutoff=0.6):
        return by_fold[close[0]]
    return None


def did_you_mean(text: str, options: Iterable[str]) -> str:
    """Return ``Did you mean 'X'?`` or nothing."""
    best = nearest(text, options)
    return f"Did you mean '{best}'?" if best is not None else ""


def listed(words: Iterable[str]) -> str:
    """Return the words with commas between them, in the given order."""
    return ", ".join(words)


def joined(*sentences: str) -> str:
    """Return the sentences that are not empty, with a space between them."""
    return " ".join(sentence for sentence in sentences if sentence)


def plural(number: int, noun: str) -> str:
    """Return for instance ``1 cell`` or ``3 cells``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
