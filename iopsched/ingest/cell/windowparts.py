"""A part of a windows cell as people write it becomes the part as the contract writes it.

Where more than one reading is possible, or the only one is a guess, the
part is in doubt: then all readings are remedies, and none is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, product

from iopsched.domain.timegrid import DAY, WEEKDAYS, Windows, clock
from iopsched.ingest.cell.clocktimes import NAMED_TIMES, span_written, spelled_span, spelled_time
from iopsched.ingest.cell.days import DAY_WORDS, MANY_DAYS, days_written, readings_of
from iopsched.words.wording import quoted

MOST_READINGS = 4

_DASH = re.compile(" ?[-\u2010-\u2015\u2212] ?")
_TO = re.compile(
    r"(?<=[\w.]) (?:to|thru|through) (?=\w)|(?:(?<=[0-9m.])|(?<=oon)) (?:until|till) (?=\w)", re.IGNORECASE
)
_AM_PM = re.compile(r"(?<=[0-9]) (?=[ap](?:\.?m)?\b)", re.IGNORECASE)
_AND = re.compile(r" and |[&+/]", re.IGNORECASE)
_EVERY_DAY = re.compile(r"\b(?:every day|all days|7 days(?: a week)?)\b", re.IGNORECASE)
_FILLERS = re.compile(r"\b(?:every|each|on|at|from) (?=\w)| all day\b", re.IGNORECASE)
_GAP = re.compile(r"[\s,]+")
_CLOCKLIKE = re.compile(r"[0-9]")

Doubt = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Spelling:
    """The readings of a part, each as the contract writes it, likeliest first; ``doubt`` is why the first is not taken."""

    texts: tuple[str, ...]
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of a part: days or a time, with its readings.

    ``nights`` are the readings that run past midnight, each with its end on the next day.
    """

    is_days: bool
    texts: tuple[str, ...]
    doubt: Doubt | None = None
    nights: tuple[tuple[str, str], ...] = ()


def normal_part(part: str) -> str:
    """Return a part, whose blanks are single, with plain hyphens and commas."""
    text = _DASH.sub("-", _TO.sub("-", part))
    text = _AND.sub(",", _EVERY_DAY.sub("daily", text))
    return _AM_PM.sub("", _FILLERS.sub("", text)).strip(" ,")


def spelled(part: str, block_names: frozenset[str], open_: Windows) -> Spelling:
    """Return the readings of a part that :func:`normal_part` has made, without recurrence.

    Words that are neither days nor times stay as they are. ``block_names``
    are in lower case. ``open_`` are the opening hours, which tell which half
    of the day is likely.

    Raises
    ------
    Fault
        If a time is none.
    """
    tokens = [token for token in _GAP.split(part) if token]
    days = tuple(_day_piece(token, block_names) for token in tokens)
    known = _days_of([piece.texts[0] for piece in days if piece is not None])
    pieces = [
        _time_piece(token, block_names, open_, known) if piece is None else piece
        for token, piece in zip(tokens, days, strict=True)
    ]
    doubt = next((piece.doubt for piece in pieces if piece.doubt is not None), None)
    runs = [(is_days, list(run)) for is_days, run in groupby(pieces, key=lambda piece: piece.is_days)]
    orders = _orders(runs)
    if not runs or (len(runs) <= 2 and runs[0][0]) or not orders:
        orders = [runs]
    elif any(run[0] for run in runs):
        word = next(piece.texts[0] for is_days, run in runs[1:] if is_days for piece in run)
        doubt = doubt or ("E-WINDOW", f"The days {quoted(word)} come after a time.")
    if all(not is_days for is_days, _ in runs):
        is_sure = all(len(piece.texts) == 1 for piece in pieces)
        return Spelling((" ".join(piece.texts[0] for piece in pieces),) if is_sure else (), doubt)
    texts = tuple(dict.fromkeys(text for order in orders for text in _written(order)))
    return Spelling(texts if len(texts) <= MOST_READINGS else (), doubt)


Run = tuple[bool, list[_Piece]]


def _orders(runs: list[Run]) -> list[list[Run]]:
    """Return in which orders runs of days and of times make sense."""
    if len(runs) > 1 and not runs[0][0]:  # times first: 9-12 Mon
        swapped = [run for at in range(1, len(runs), 2) for run in (runs[at], runs[at - 1])]
        return [swapped] if len(runs) % 2 == 0 else []
    if len(runs) == 3:  # Mon 9-12 Tue
        return [[(True, [*runs[0][1], *runs[2][1]]), runs[1]], runs]
    return [runs]


def _written(runs: list[Run]) -> Iterator[str]:
    """Yield the texts of runs, days before their times, over all readings of their pieces."""
    pieces = [piece for _, run in runs for piece in run]
    choices = [[(text, "") for text in piece.texts] + list(piece.nights) for piece in pieces]
    number = 1
    for options in choices:
        number *= len(options)
    if number > MOST_READINGS:
        return
    for chosen in product(*choices):
        parts: list[str] = []
        rest = iter(chosen)
        days: list[str] = []
        for is_days, run in runs:
            found = [next(rest) for _ in run]
            if is_days:
                days = [text for text, _ in found]
                parts.append(" ".join(days))
                continue
            parts[-1:] = [f"{parts[-1] if parts else ''} {', '.join(text for text, _ in found)}".strip()]
            next_days = days_written(sorted((day + 1) % 7 for day in _days_of(days)))
            parts += [f"{next_days} {late}" for _, late in found if late]
        yield "; ".join(parts)


def _day_piece(token: str, block_names: frozenset[str]) -> _Piece | None:
    """Return a token as days, None where it is none; a block's name is never one, but for the names of days."""
    word = token.casefold()
    if word in block_names and word not in DAY_WORDS and word != "daily":
        return None
    texts, is_certain = readings_of(token, block_names)
    if not texts:
        return None
    doubt = None if is_certain else ("E-WINDOW-WORD", f"{quoted(token)} can be read in more than one way.")
    if len(texts) == 1 and doubt is not None:
        doubt = ("E-WINDOW-WORD", f"{quoted(token)} is not how days are written.")
    return _Piece(is_days=True, texts=texts, doubt=doubt)


def _days_of(texts: list[str]) -> frozenset[int]:
    """Return the weekdays of days as the contract writes them."""
    found: set[int] = set()
    for word in " ".join(texts).split():
        if word in MANY_DAYS:
            found.update(MANY_DAYS[word])
            continue
        first, _, last = (WEEKDAYS.index(name) if name in WEEKDAYS else None for name in word.partition("-"))
        if first is not None:
            found.update((first + step) % 7 for step in range(1 if last is None else (last - first) % 7 + 1))
    return frozenset(found)


def _time_piece(token: str, block_names: frozenset[str], open_: Windows, days: frozenset[int]) -> _Piece:
    """Return a token that names no days: a block's name or any other word as it is, a time in its readings."""
    first, dash, last = token.partition("-")
    if token.casefold() in block_names or not all(map(_is_clocklike, (first, last) if dash else (first,))):
        return _Piece(is_days=False, texts=(token,))
    on = days or open_.days()

    def is_likely(start: int, end: int) -> bool:
        return end <= DAY and any(open_.covers(day * DAY + start, day * DAY + end) for day in on)

    if not dash:
        minutes, is_certain = spelled_time(token, lambda minute: is_likely(minute, minute + 1))
        doubt = None if is_certain else ("E-TIME", f"{quoted(token)} is not a time.")
        return _Piece(is_days=False, texts=tuple(map(clock, minutes)), doubt=doubt)
    spans, doubt = spelled_span(first, last, is_likely)
    if not spans:
        doubt = doubt or ("E-WINDOW-ORDER", f"{quoted(token)} ends when it starts.")
    texts = tuple(span_written(start, end) for start, end in spans if start < end)
    nights = tuple((span_written(start, DAY), span_written(0, end)) for start, end in spans if start > end)
    return _Piece(is_days=False, texts=texts, doubt=doubt, nights=nights)


def _is_clocklike(text: str) -> bool:
    return text.casefold() in NAMED_TIMES or _CLOCKLIKE.match(text) is not None
