"""The windows grammar of the contract: ``DAYS TIMES[, TIMES]`` parts joined by ``;``.

What people write is first spelled out (:mod:`iopsched.ingest.cell.windowparts`);
where that is in doubt, it is a fault with every reading as a remedy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import product

from iopsched.domain.clinic import Block
from iopsched.domain.timegrid import ALWAYS, DAY, NEVER, TimeRange, Windows
from iopsched.ingest.cell.clocktimes import clock_time
from iopsched.ingest.cell.days import DAY_WORDS, FULL_DAYS, MANY_DAYS, range_of, readings_of, swapped_day
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.recurrence import Recurrence, split_recurrence
from iopsched.ingest.cell.windowparts import MOST_READINGS, Doubt, normal_part, spelled
from iopsched.words.wording import did_you_mean, joined, listed, nearest, quoted
from iopsched.words.wordings import said

ALL_DAYS = frozenset(range(7))

_FORM = said("Write days and times, {example} Mon-Fri 17:00-21:00; Sat 09:00-12:00.")
_BOTH_ENDS = said("Write from when to when, {example} Mon-Fri 15:00-21:00.")
_OPEN_ENDED = re.compile("after|before|until|till|since", re.IGNORECASE)
_EXCEPTION = re.compile("except|excluding|not|but|without|minus", re.IGNORECASE)
_WEEK_ONLY = said(
    "Write hours of every week; single dates are rows of kind clinic in {time_off.csv} or, with more hours, {extra_time.csv}."
)
_DATE = re.compile(r"\b(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4})\b")
_DATED = said(
    "Here stand the hours of every week; what a date adds is a row of {extra_time.csv}, what it takes away one of {time_off.csv}."
)
_OVERNIGHT = said(
    "Write the earlier time first; a window past midnight is two, {example} Fri 22:00-24:00; Sat 00:00-02:00."
)


@dataclass(frozen=True, eq=False)
class Hours:
    """What words in a windows cell may refer to: the opening hours, the blocks and the week.

    ``is_known`` is False where ``clinic.toml`` could not be read: then words
    that might be blocks are let pass. ``is_sure`` is False where the opening
    hours or a block are stand-ins, so that nothing should be concluded from them.
    ``may_name_blocks`` is False where blocks do not exist yet, as in the opening hours.
    ``week`` is the Monday of the week asked for, None where windows hold every week.
    """

    open: Windows = ALWAYS
    blocks: tuple[Block, ...] = ()
    is_known: bool = True
    is_sure: bool = True
    may_name_blocks: bool = True
    week: date | None = None

    @property
    def block_names(self) -> frozenset[str]:
        """Return the ids and parts of all blocks, in lower case."""
        return frozenset(name.casefold() for block in self.blocks for name in (block.id, block.part))


@dataclass(frozen=True, slots=True)
class WindowCell:
    """What a windows cell says; ``starts`` are minutes of the week (only where start times are allowed).

    ``stated`` are the windows that should have an effect: of a part that
    names every day only the days on which it touches the opening hours, and
    nothing of the blocks, whose place is ``clinic.toml``. ``closed`` are days written alone on
    which the clinic is closed. ``is_dated``: a part does not hold every week.
    """

    windows: Windows = NEVER
    starts: frozenset[int] = frozenset()
    overlaps: bool = False
    stated: Windows = NEVER
    closed: frozenset[int] = frozenset()
    is_dated: bool = False


def weekday(text: str) -> int:
    """Return the weekday of ``Tue``, ``tuesday`` or ``Tu``; 0 is Monday."""
    texts, is_certain = readings_of(text, ())
    if is_certain and texts[0].casefold() in DAY_WORDS:
        return DAY_WORDS[texts[0].casefold()]
    single = tuple(day for day in texts if day.casefold() in DAY_WORDS)
    message = f"{quoted(text)} is not a weekday."
    if single:
        raise Fault.unclear("E-DAY", message, single)
    raise Fault("E-DAY", message, lambda: joined(_nearest_day(text), "Write Mon, Tue, Wed, Thu, Fri, Sat or Sun."))


def _nearest_day(text: str) -> str:
    full = swapped_day(text) or nearest(text, FULL_DAYS)
    return did_you_mean(text if full is None else full[:3], (name[:3].title() for name in FULL_DAYS))


@lru_cache(maxsize=4096)
def read_windows(text: str, hours: Hours, *, with_starts: bool = False) -> WindowCell:
    """Return what a windows cell that is not blank says.

    ``with_starts``: a time alone, as in ``Mon Wed 09:00``, is a start.

    Raises
    ------
    Fault
        If it cannot be read, or only with a guess; then all readings of the cell are its replacements.
    """
    parts = [part for part in (" ".join(part.split()).strip(" ,") for part in text.split(";")) if part]
    if not parts:
        raise Fault("E-WINDOW", f"{quoted(text)} holds no days and times.", _FORM)
    if "never" in (part.casefold() for part in parts):
        if len(parts) > 1:
            raise Fault("E-WINDOW", "'never' stands with other times.", "Write either never alone, or only the times.")
        return WindowCell()
    found = [_spelled_part(part, hours) for part in parts]
    doubt = next((part.doubt for part in found if part.doubt is not None), None)
    if doubt is not None:
        raise _in_doubt(doubt, found, hours, with_starts=with_starts)
    return _read(found, hours, with_starts=with_starts)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part with its readings, each as the contract writes it but for the recurrence, which stands apart."""

    texts: tuple[str, ...]
    doubt: Doubt | None
    recurrence: Recurrence | None


def _spelled_part(part: str, hours: Hours) -> _Part:
    names = hours.block_names
    rest, recurrence = split_recurrence(part, names)
    if recurrence is not None and hours.week is None:
        raise Fault("E-WINDOW", f"{quoted(part)} does not hold every week.", _WEEK_ONLY)
    if (match := _DATE.search(rest)) is not None:
        message = f"{quoted(match[0])} is a date, and windows hold every week."
        raise Fault("E-WINDOW", message, _WEEK_ONLY if hours.week is None else _DATED)
    rest = normal_part(rest)
    for word in rest.split():
        if _OPEN_ENDED.fullmatch(word) and not any(name.startswith(word.casefold()) for name in names):
            raise Fault("E-WINDOW", f"{quoted(word)} says only one end of a time.", _BOTH_ENDS)
        if _EXCEPTION.fullmatch(word):
            message = f"Windows name the days that hold, and {quoted(word)} takes some out."
            raise Fault(
                "E-WINDOW", message, said("Write the days that are left, {example} Mon Tue Thu Fri 09:00-12:00.")
            )
    spelling = spelled(rest, names, hours.open)
    return _Part(spelling.texts, spelling.doubt, recurrence)


def _in_doubt(doubt: Doubt, parts: list[_Part], hours: Hours, *, with_starts: bool) -> Fault:
    """Return the fault of a cell in doubt; what it offers as replacements can be read."""
    number = 1
    for part in parts:
        number *= len(part.texts)
    readings = list(product(*(part.texts for part in parts))) if number <= MOST_READINGS else []
    replacements = []
    for reading in readings:
        chosen = [replace(part, texts=(text,)) for part, text in zip(parts, reading, strict=True)]
        try:
            _read(chosen, hours, with_starts=with_starts)
        except Fault:
            continue
        replacements.append("; ".join(map(_written, chosen)))
    if replacements and all("; " not in part.texts[0] for part in parts if part.recurrence):
        return Fault.unclear(*doubt, tuple(replacements))
    times = " ".join(parts[0].texts)
    if number == 1 and len(parts) == 1 and times[:1].isdigit():  # the only reading has no days
        return Fault(*doubt, said("Write {example} daily {} or Mon-Fri {}.", times, times))
    return Fault(*doubt, _OVERNIGHT if doubt[0] == "E-WINDOW-ORDER" else _FORM)


def _written(part: _Part) -> str:
    return part.texts[0] if part.recurrence is None else part.recurrence.written(part.texts[0])


def _read(parts: list[_Part], hours: Hours, *, with_starts: bool) -> WindowCell:
    """Return what parts say that are in no doubt."""
    windows, stated, starts, overlaps, closed = NEVER, NEVER, set[int](), False, set[int]()
    for part in parts:
        for text in part.texts[0].split("; "):
            days, times = _days_first(text, hours)
            for found, start in _times(days, times, hours, with_starts=with_starts):
                kept, begins = _this_week(found, start, part.recurrence, hours)
                overlaps = overlaps or bool(windows.intersection(kept))
                windows = windows.union(kept)
                starts.update(begins)
                fitting = _on(kept.intersection(hours.open).days(), 0, DAY) if days == ALL_DAYS else ALWAYS
                stated = stated.union(kept.intersection(fitting))
            if not times and days != ALL_DAYS:
                closed |= days - hours.open.days()
    is_dated = any(part.recurrence is not None for part in parts)
    blocks = Windows.of(item for block in hours.blocks for item in _on(block.days, block.start, block.end))
    stated = stated.minus(blocks)
    return WindowCell(windows, frozenset(starts), overlaps, stated, frozenset(closed), is_dated)


def _this_week(
    found: Windows, starts: tuple[int, ...], recurrence: Recurrence | None, hours: Hours
) -> tuple[Windows, tuple[int, ...]]:
    """Return the windows and starts that hold in the week asked for."""
    if recurrence is None or hours.week is None:
        return found, starts
    days = recurrence.days(hours.week)
    return found.intersection(days), tuple(start for start in starts if days.covers(start, start + 1))


def _days_first(part: str, hours: Hours) -> tuple[set[int], list[str]]:
    """Return the days with which a part begins, and its other words."""
    tokens = part.replace(",", " ").split()
    days: set[int] = set()
    at = 0
    while at < len(tokens) and (found := _days(tokens[at], hours)) is not None:
        days |= found
        at += 1
    return days, tokens[at:]


def _times(
    days: set[int], times: list[str], hours: Hours, *, with_starts: bool
) -> Iterator[tuple[Windows, tuple[int, ...]]]:
    """Yield windows and starts of the times of one part."""
    if not times:
        yield hours.open.intersection(_on(days, 0, DAY)), ()
    for token in times:
        if (blocks := _blocks(token, hours)) is not None:
            yield Windows.of(item for block in blocks for item in _on(days or block.days, block.start, block.end)), ()
            continue
        begin, dash, end = token.partition("-")
        if dash and not (begin and end):
            raise Fault("E-WINDOW", f"{quoted(token)} has only one end.", _BOTH_ENDS)
        if not days:
            span = token if dash or with_starts else f"{token}-21:00"
            message = f"{quoted(token)} has no days."
            raise Fault("E-WINDOW", message, said("Write {example} daily {} or Mon-Fri {}.", span, span))
        if dash:
            yield _on(days, clock_time(begin), clock_time(end, is_end=True)), ()
        elif with_starts:
            start = clock_time(token)
            yield NEVER, tuple(day * DAY + start for day in days)
        else:
            raise Fault(
                "E-WINDOW",
                f"{quoted(token)} is a time alone.",
                said("Write from when to when, {example} {}-21:00.", token),
            )


def _on(days: set[int] | frozenset[int], start: int, end: int) -> Windows:
    return Windows.of(TimeRange(day * DAY + start, day * DAY + end) for day in days)


def _days(token: str, hours: Hours) -> set[int] | None:
    """Return the weekdays that a token of the documented form names, None where it names none."""
    word = token.casefold()
    if word in MANY_DAYS and (word == "daily" or word not in hours.block_names):
        return set(MANY_DAYS[word])
    first, dash, last = word.partition("-")
    if first in DAY_WORDS and (last in DAY_WORDS if dash else True):
        return set(range_of(DAY_WORDS[first], DAY_WORDS[last if dash else first]))
    if dash and (first in DAY_WORDS or last in DAY_WORDS) and word not in hours.block_names:
        weekday(last if first in DAY_WORDS else first)
    return None


def _blocks(token: str, hours: Hours) -> tuple[Block, ...] | None:
    """Return the blocks a word stands for, None where the token is a time."""
    word = token.casefold()
    if word in hours.block_names:
        return tuple(block for block in hours.blocks if word in (block.id.casefold(), block.part.casefold()))
    if token[0] in "0123456789":
        return None
    if not hours.is_known:
        return ()
    names = sorted({name for block in hours.blocks for name in (block.id, block.part)})
    days = (*MANY_DAYS, *(name[:3].title() for name in FULL_DAYS), *(name.title() for name in FULL_DAYS))

    def hint(more: str) -> str:
        return joined(did_you_mean(swapped_day(token) or token, (*names, *days)), more)

    if not hours.may_name_blocks:
        raise Fault("E-WINDOW-WORD", f"{quoted(token)} is not a day.", lambda: hint(_FORM))
    known = f"Known blocks: {listed(names)}." if names else said("{clinic.toml} has no blocks.")
    raise Fault("E-WINDOW-WORD", f"{quoted(token)} is neither a day nor a block.", lambda: hint(known))
