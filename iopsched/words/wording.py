"""Small helpers for sentences that a program director reads."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from iopsched.words.sentence import Sentence

_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})

# No-break spaces of all widths; every hyphen and dash that a program may have put for the one on the keyboard.
_SAME_SIGNS = str.maketrans(
    {**dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
)
_OPPOSITES = (
    frozenset({"min", "max"}),
    frozenset({"apart", "together"}),
    frozenset({"start", "end"}),
    frozenset({"from", "until"}),
    frozenset({"must", "not"}),
    frozenset({"individual", "group", "family", "multifamily"}),
    frozenset({"participant", "therapist", "room", "group", "service"}),
    frozenset({"day", "week"}),
)
_GAPS = re.compile(r"[\W_]+")
_NEGATED = re.compile("un|non|not")
_CLEAR = 0.05  # by so much the nearest must be nearer than the next
_SAME_LETTERS = str.maketrans("oil", "011")


def plain(text: str) -> str:
    """Return the text in normal form C, with ordinary spaces and hyphens: what looks the same is the same."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_SAME_SIGNS).strip()


def quoted(text: str, limit: int = 40) -> str:
    """Return the text in quotes, cut to ``limit`` characters, with what the eye cannot see escaped."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    if cut.isascii() and cut.isprintable():
        return f"'{cut}'"
    shown = "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in _INVISIBLE else c for c in cut)
    return f"'{shown}'"


def escaped(text: str) -> str:
    """Return the text in quotes with everything beyond plain ASCII as code points."""
    shown = "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode("ascii") for c in text)
    return f"'{shown}'"


def nearest(text: str, options: Iterable[str]) -> str | None:
    """Return the option that looks most like the text and cannot mean something else, if any does.

    It has the same numbers, no word that is the opposite of one of the text, no denial that only one of them has, and most letters.
    """
    return _nearest(text, tuple(sorted(set(options))))


@lru_cache(maxsize=1024)
def _nearest(text: str, known: tuple[str, ...]) -> str | None:
    by_fold = {option.casefold(): option for option in reversed(known)}
    if (same := by_fold.get(text.casefold())) is not None:
        return same
    low = text.casefold()
    close = [found for found in difflib.get_close_matches(low, by_fold, n=3, cutoff=0.7) if not _is_other(low, found)]
    likeness = [difflib.SequenceMatcher(None, found, low).ratio() for found in close[:2]]
    is_between = len(likeness) > 1 and likeness[0] - likeness[1] < _CLEAR  # Tursday: Tuesday or Thursday?
    return by_fold[close[0]] if close and not is_between else None


def _is_other(text: str, option: str) -> bool:
    if re.findall("[0-9]+", text) != re.findall("[0-9]+", option):
        return True
    bare = [re.sub(r"[\W_]+", "", word) for word in (text, option)]
    if any(one == f"{other}{no}" for one, other in (bare, reversed(bare)) for no in ("nt", "not")):
        return True
    if bool(_NEGATED.match(text)) != bool(_NEGATED.match(option)):
        return True
    left, right = (set(re.split(r"[\W_]+", word)) for word in (text, option))
    return any(len(pair & (left ^ right)) > 1 for pair in _OPPOSITES)


def same_name(text: str, options: Iterable[str]) -> str | None:
    """Return the one option that differs from a name or id only by case, spaces, signs, a plural s, or O and l for 0 and 1."""
    form = _form(text)
    found = {option for option in options if _form(option) == form}
    return found.pop() if form and len(found) == 1 else None


def _form(text: str) -> str:
    low = _GAPS.sub("", text.casefold())
    return (low.removesuffix("s") if low.isalpha() else low).translate(_SAME_LETTERS)


def did_you_mean(text: str, options: Iterable[str]) -> str:
    """Return ``Did you mean 'X'?`` or nothing."""
    best = nearest(text, options)
    return f"Did you mean '{best}'?" if best is not None else ""


def is_it(text: str, options: Iterable[str]) -> str:
    """Return ``Did you mean 'X'?`` for the one name that differs from the text in nothing but its writing, or nothing."""
    best = same_name(text, options)
    return f"Did you mean '{best}'?" if best is not None else ""


def listed(words: Iterable[str]) -> str:
    """Return the words with commas between them, in the given order."""
    return ", ".join(words)


MOST_NAMED = 12


def named(ids: Iterable[str]) -> str:
    """Return ids in quotation marks; of many the first, and how many more there are."""
    found = list(ids)
    shown = found if len(found) <= MOST_NAMED else found[: MOST_NAMED - 1]
    rest = len(found) - len(shown)
    return f"{listed(map(quoted, shown))}{f' and {rest} others' if rest else ''}"


def each_of(rows: Mapping[str, int]) -> str:
    """Return an id in quotation marks, or ``Each of 'P1', 'P2' (rows 2, 3)``; rows are told where they are few."""
    if len(rows) == 1:
        return named(rows)
    places = sorted({row for row in rows.values() if row})
    shown = f" (rows {listed(map(str, places))})" if 1 < len(places) <= MOST_NAMED else ""
    return f"Each of {named(rows)}{shown}"


def known_names(names: Iterable[str]) -> str:
    """Return ``Known here: A, B.`` or nothing, at most twelve names."""
    known = sorted(names)
    return f"Known here: {listed(known)}." if 0 < len(known) <= 12 else ""


def either(words: Iterable[str]) -> str:
    """Return the words as a choice, such as ``A, B or C``."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def joined(*sentences: str) -> str:
    """Return the sentences that are not empty, with a space between them."""
    return Sentence.joined(" ", filter(None, sentences))
