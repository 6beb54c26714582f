"""Weekdays as people write them: ``Tues``, ``Mondays``, ``M-F``, ``MTThF``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from iopsched.domain.timegrid import WEEKDAYS

FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_WORDS = {name[:size]: index for index, name in enumerate(FULL_DAYS) for size in (3, len(name))}
MANY_DAYS = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}

Days = tuple[int, ...]

_LETTERS = {"m": 0, "t": 1, "tu": 1, "w": 2, "th": 3, "r": 3, "f": 4, "sa": 5, "su": 6, "u": 6}
_WORDS = {
    **DAY_WORDS,
    **{f"{name}s": day for name, day in DAY_WORDS.items() if len(name) > 3},
    **_LETTERS,
    "mo": 0,
    "tues": 1,
    "we": 2,
    "weds": 2,
    "thur": 3,
    "thurs": 3,
    "fr": 4,
}
_MANY_WORDS = {**dict.fromkeys(("everyday", "daily"), "daily"), "weekday": "weekdays", "weekend": "weekends"}
_PIECES = {*_LETTERS, "s"}
_NAMES = "|".join(sorted((word for word in _WORDS if len(word) > 1), key=len, reverse=True))
_NAMES_ONLY = re.compile(f"(?:{_NAMES}){{2,7}}", re.IGNORECASE)
_DOUBTFUL: dict[str, list[Days]] = {"s": [(5,), (6,)], "ss": [(5, 6), (5,), (6,)]}
_GUESSED = re.compile("s(?![au])|[tw].*t(?!h)")  # an S, or a second T, whose day is a guess
_LONGEST = 14  # SuMoTuWeThFrSa
_FEW = 5  # from so many letters on nothing is a guess: MTWTF, MTWTFSS


def one_day(token: str) -> int | None:
    """Return the weekday of one day's name or abbreviation, None where it is none; 0 is Monday."""
    word = token.casefold().rstrip(".:")
    longer = [day for day, name in enumerate(FULL_DAYS) if len(word) > 2 and name.startswith(word)]
    return longer[0] if longer else _WORDS.get(word)


def swapped_day(token: str) -> str | None:
    """Return the day whose three letters a token has in another order, such as ``Fir``; None where there is none."""
    word = token.casefold()
    return next((name[:3] for name in FULL_DAYS if word != name[:3] and sorted(word) == sorted(name[:3])), None)


def many_days(token: str) -> str:
    """Return ``daily``, ``weekdays`` or ``weekends``, blank where the token is no such word."""
    word = token.casefold().rstrip(".:")
    return word if word in MANY_DAYS else _MANY_WORDS.get(word, "")


def days_written(days: Iterable[int]) -> str:
    """Return days as the contract writes them, such as ``Mon Wed Fri``."""
    return " ".join(WEEKDAYS[day] for day in days)


def range_of(first: int, last: int) -> Days:
    """Return the days of a range, which may wrap."""
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))


def readings_of(token: str, blocks: Collection[str]) -> tuple[tuple[str, ...], bool]:
    """Return how the days of a token may be written out, likeliest first, and whether the first is certain.

    The readings are empty where the token names no days. ``blocks`` are the
    names of blocks in lower case, which a letter may mean, too.
    """
    word = token.rstrip(".:")
    if (many := many_days(word)) and many not in blocks:
        return (many,), True
    pieces = word.split("-")
    if len(pieces) > 1:
        return _joined_by_hyphens(pieces, blocks)
    found, is_certain = _sets(word)
    texts = tuple(map(days_written, found))
    if is_certain and one_day(word) is None and word[-1].casefold() in blocks:  # TR where R is a block
        return (*texts, f"{texts[0].rpartition(' ')[0]} {word[-1]}"), False
    return texts, is_certain


def _joined_by_hyphens(pieces: list[str], blocks: Collection[str]) -> tuple[tuple[str, ...], bool]:
    """Return the readings of ``M-F`` (a range) and of ``Mon-Wed-Fri`` (perhaps a list)."""
    choices = [_choices(piece) for piece in pieces]
    if not all(choices) or any(piece.casefold() in blocks for piece in pieces if piece.casefold() not in DAY_WORDS):
        return (), False
    ends = [(first, last) for first in choices[0] for last in choices[-1] if first != last]
    spans = tuple(f"{WEEKDAYS[first]}-{WEEKDAYS[last]}" for first, last in ends)
    if len(pieces) == 2:
        return spans, len(spans) == 1
    if len(spans) != 1 or any(len(found) > 1 for found in choices) or len(pieces) > 7:
        return (), False
    return (days_written(found[0] for found in choices), spans[0]), False


def _choices(word: str) -> Days:
    day = one_day(word)
    return (5, 6) if word.casefold() == "s" else () if day is None else (day,)


def _sets(word: str) -> tuple[list[Days], bool]:
    """Return the sets of days that a word without hyphens may mean, and whether it surely means the only one."""
    if (day := one_day(word)) is not None:
        return [(day,)], True
    if not word:
        return [], False
    low = word.casefold()
    if low in _DOUBTFUL:
        return _DOUBTFUL[low], False
    spelled = [days for pieces in _divided(word) for days in _meant(pieces)] if len(word) <= _LONGEST else []
    if not spelled:
        return _without_spaces(low)
    found = {frozenset(days): days for days in spelled if len(set(days)) == len(days) and not word.islower()}
    orders = {frozenset(days): days for days in spelled if _is_ordered(days)}
    ordered = list(orders.values())
    is_guessed = len(word) < _FEW and _GUESSED.search(low) is not None
    return ordered or list(found.values()), len(ordered) == 1 and not is_guessed


def _without_spaces(word: str) -> tuple[list[Days], bool]:
    """Return the sets of days that names behind each other may mean: MonWedFri; of two, MonFri, perhaps a range."""
    if not _NAMES_ONLY.fullmatch(word):
        return [], False
    days = tuple(_WORDS[name] for name in re.findall(_NAMES, word))
    if len(set(days)) < len(days):
        return [], False
    if len(days) > 2:
        return [days], _is_ordered(days)
    span = range_of(*days)
    return ([days], True) if len(span) == 2 else ([days, span], False)


def _divided(word: str) -> Iterator[list[str]]:
    """Yield the ways to cut a word into days of one or two letters; capitals, where not all are, begin a day."""
    low = word.casefold()
    if not (word.isupper() or word.islower()):
        pieces = re.findall("[A-Z][a-z]?", word)
        if "".join(pieces) == word and all(piece.casefold() in _PIECES for piece in pieces):
            yield [piece.casefold() for piece in pieces]
    elif low == "":
        yield []
    else:
        for size in (2, 1):
            if low[:size] in _PIECES and len(low) >= size:
                yield from ([low[:size], *rest] for rest in (_divided(low[size:]) if low[size:] else ([],)))


def _meant(pieces: list[str]) -> list[Days]:
    """Return the days of pieces: S is Saturday or Sunday, and T behind Tuesday or Wednesday is Thursday."""
    found: list[Days] = [()]
    for piece in pieces:
        options = {"s": (5, 6)}.get(piece, (_LETTERS.get(piece, 0),))
        found = [(*days, 3 if piece == "t" and {1, 2} & set(days) else day) for days in found for day in options]
    return found


def _is_ordered(days: Days) -> bool:
    """Return whether days follow each other in a week that begins on Monday or on Sunday."""
    weeks = (days, tuple((day + 1) % 7 for day in days))
    return any(all(a < b for a, b in pairwise(week)) for week in weeks)
