"""Clock times, weekdays and the windows grammar of the contract.

``DAYS TIMES[, TIMES]`` parts joined by ``;``. Everything else is a fault that
shows how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from iopsched.domain.clinic import Block
from iopsched.domain.timegrid import ALWAYS, DAY, HOUR, NEVER, TimeRange, Windows
from iopsched.ingest.report import Fault
from iopsched.ingest.words import did_you_mean, joined, listed, quoted

FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_WORDS = {name[:size]: index for index, name in enumerate(FULL_DAYS) for size in (3, len(name))}
ALL_DAYS = frozenset(range(7))

_TWELVE = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?(?::([0-9]{2}))? ?([ap])\.?m\.?", re.IGNORECASE)
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_ZONED = re.compile(r"[0-9:.]+ ?(Z|[+][0-9]{2}:?[0-9]{2})", re.IGNORECASE)
_DASH = re.compile("(?<!\\s)\\s*+[-\u2013\u2014\u2212]\\s*")
_AM_PM = re.compile(r"(?<=[0-9])\s+(?=[ap]\.?m\b)", re.IGNORECASE)
_GAP = re.compile(r"[\s,]+")
_CLOCKLIKE = re.compile(r"[0-9]")
_FORM = "Write windows as days and times, such as Mon-Fri 17:00-21:00; Sat 09:00-12:00."
_LETTERS = {"M": 0, "T": 1, "Tu": 1, "W": 2, "Th": 3, "R": 3, "F": 4, "Sa": 5, "S": 5, "Su": 6}
_LETTERED = re.compile(r"(?:Th|Tu|Sa|Su|[MTWRFS])+")
_MANY_DAYS = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}


@dataclass(frozen=True, eq=False)
class Hours:
    """What words in a windows cell may refer to: the opening hours and the blocks.

    ``is_known`` is False where ``clinic.toml`` could not be read: then words
    that might be blocks are let pass. ``is_sure`` is False where the opening
    hours or a block are stand-ins, so that nothing should be concluded from them.
    ``may_name_blocks`` is False where blocks do not exist yet, as in the opening hours.
    """

    open: Windows = ALWAYS
    blocks: tuple[Block, ...] = ()
    is_known: bool = True
    is_sure: bool = True
    may_name_blocks: bool = True


@dataclass(frozen=True, slots=True)
class WindowCell:
    """What a windows cell says; ``starts`` are minutes of the week (only where start times are allowed)."""

    windows: Windows = NEVER
    starts: frozenset[int] = frozenset()
    overlaps: bool = False


def clock_time(text: str, *, is_end: bool = False) -> int:
    """Return the minute of the day of ``9:00``, ``9am`` or ``9:30 PM``; 24:00 only as an end."""
    if match := _TWELVE.fullmatch(text):
        hour, minute = int(match[1]), int(match[2] or 0)
        if not 1 <= hour <= 12 or minute > 59:
            raise Fault("E-TIME", f"{quoted(text)} is no time of the day.", "Write such as 9am, 12:30 pm or 21:00.")
        _refuse_seconds(text, match[3])
        found = hour % 12 * HOUR + minute + (12 * HOUR if match[4].lower() == "p" else 0)
        return DAY if is_end and found == 0 else found
    if match := _CLOCK.fullmatch(text):
        hour, minute = int(match[1]), int(match[2])
        _refuse_seconds(text, match[3])
        if hour == 24 and minute == 0:
            if is_end:
                return DAY
            raise Fault("E-TIME-START", "'24:00' cannot be a start.", "Write 00:00 of the next day.")
        if hour > 23 or minute > 59:
            raise Fault("E-TIME", f"{quoted(text)} is no time of the day.", "Write hours 0 to 23 and minutes 00 to 59.")
        return hour * HOUR + minute
    if _ZONED.fullmatch(text):
        raise Fault(
            "E-TIME-ZONE", f"{quoted(text)} names a time zone.", "Write the clinic's local time, such as 09:00."
        )
    raise Fault("E-TIME", f"{quoted(text)} is not a time.", "Write such as 09:00, 9am or 9:30 PM.")


def _refuse_seconds(text: str, seconds: str | None) -> None:
    if seconds not in (None, "00"):
        raise Fault("E-TIME", f"{quoted(text)} has seconds.", "Write the time to the minute, such as 09:00.")


def weekday(text: str) -> int:
    """Return the weekday of ``Tue`` or ``tuesday``; 0 is Monday."""
    found = DAY_WORDS.get(text.casefold())
    if found is None:
        raise Fault(
            "E-DAY",
            f"{quoted(text)} is not a weekday.",
            joined(_nearest_day(text), "Write Mon, Tue, Wed, Thu, Fri, Sat or Sun."),
        )
    return found


def _nearest_day(text: str) -> str:
    hint = did_you_mean(text, FULL_DAYS)
    return did_you_mean(text, (name[:3].title() for name in FULL_DAYS)) if not hint else _short(hint)


def _short(hint: str) -> str:
    name = hint.split("'")[1]
    return hint.replace(name, name[:3].title())


@lru_cache(maxsize=4096)
def read_windows(text: str, hours: Hours, *, with_starts: bool = False) -> WindowCell:
    """Return what a windows cell that is not blank says.

    ``with_starts``: a time alone, as in ``Mon Wed 09:00``, is a start.
    """
    parts = [part for part in (_normal(part) for part in text.split(";")) if part]
    if not parts:
        raise Fault("E-WINDOW", f"{quoted(text)} holds no window.", _FORM)
    if "never" in (part.casefold() for part in parts):
        if len(parts) > 1:
            raise Fault("E-WINDOW", "'never' stands beside other windows.", "Write never alone, or only the windows.")
        return WindowCell()
    windows, starts, overlaps = NEVER, set[int](), False
    for part in parts:
        for found, start in _part(part, hours, with_starts=with_starts):
            overlaps = overlaps or bool(windows.intersection(found))
            windows = windows.union(found)
            starts.update(start)
    return WindowCell(windows, frozenset(starts), overlaps)


def _normal(part: str) -> str:
    return _AM_PM.sub("", _DASH.sub("-", " ".join(part.split()))).strip(" ,")


def _part(part: str, hours: Hours, *, with_starts: bool) -> Iterator[tuple[Windows, tuple[int, ...]]]:
    """Yield windows and starts of one ``DAYS TIMES`` part."""
    tokens = [token for token in _GAP.split(part) if token]
    days: set[int] = set()
    at = 0
    while at < len(tokens) and (found := _days(tokens[at], hours)) is not None:
        days |= found
        at += 1
    times = tokens[at:]
    if not times:
        yield hours.open.intersection(_on(days, 0, DAY)), ()
        return
    for token in times:
        if _days(token, hours) is not None:
            raise Fault(
                "E-WINDOW",
                f"The days {quoted(token)} stand behind a time.",
                "Put a semicolon before them: " + _example(part),
            )
        if (blocks := _blocks(token, hours)) is not None:
            yield Windows.of(item for block in blocks for item in _on(days or block.days, block.start, block.end)), ()
            continue
        begin, dash, end = token.partition("-")
        if not days:
            raise Fault(
                "E-WINDOW", f"{quoted(token)} stands without days.", f"Write such as daily {token} or Mon-Fri {token}."
            )
        if dash:
            low, high = clock_time(begin), clock_time(end, is_end=True)
            if low >= high:
                raise Fault("E-WINDOW-ORDER", f"{quoted(token)} ends before it starts or when it starts.", _OVERNIGHT)
            yield _on(days, low, high), ()
        elif with_starts:
            start = clock_time(token)
            yield NEVER, tuple(day * DAY + start for day in days)
        else:
            clock_time(token)
            raise Fault(
                "E-WINDOW", f"{quoted(token)} is a time alone.", f"Write from when to when, such as {token}-21:00."
            )


_OVERNIGHT = "Write the earlier time first; a window past midnight is two, such as Fri 22:00-24:00; Sat 00:00-02:00."


def _example(part: str) -> str:
    return "Mon 09:00-12:00; Tue 13:00-15:00." if part else ""


def _on(days: set[int] | frozenset[int], start: int, end: int) -> Windows:
    return Windows.of(TimeRange(day * DAY + start, day * DAY + end) for day in days)


def _days(token: str, hours: Hours) -> set[int] | None:
    """Return the weekdays that a token names, None where it names none."""
    word = token.casefold()
    if word in _MANY_DAYS and (word == "daily" or not _blocks_named(token, hours)):
        return set(_MANY_DAYS[word])
    if word in DAY_WORDS:
        return {DAY_WORDS[word]}
    first, dash, last = word.partition("-")
    if not dash:
        return None
    if first in DAY_WORDS and last in DAY_WORDS:
        span = (DAY_WORDS[last] - DAY_WORDS[first]) % 7
        return {(DAY_WORDS[first] + step) % 7 for step in range(span + 1)}
    if (first in DAY_WORDS or last in DAY_WORDS) and _blocks_named(token, hours) == ():
        weekday(last if first in DAY_WORDS else first)
    return None


def _blocks_named(token: str, hours: Hours) -> tuple[Block, ...]:
    word = token.casefold()
    return tuple(block for block in hours.blocks if word in (block.id.casefold(), block.part.casefold()))


def _blocks(token: str, hours: Hours) -> tuple[Block, ...] | None:
    """Return the blocks a word stands for, None where the token is a time."""
    found = _blocks_named(token, hours)
    if found:
        return found
    if _CLOCKLIKE.match(token):
        return None
    if not hours.is_known:
        return ()
    names = sorted({name for block in hours.blocks for name in (block.id, block.part)})
    options = (
        *names,
        "daily",
        "weekdays",
        "weekends",
        "never",
        *(name[:3].title() for name in FULL_DAYS),
        *(n.title() for n in FULL_DAYS),
    )
    known = f"Known blocks: {listed(names)}." if names else "clinic.toml has no blocks."
    if days := _lettered(token):
        raise Fault("E-WINDOW-WORD", f"{quoted(token)} is not how days are written.", f"Write {days}.")
    if not hours.may_name_blocks:
        raise Fault("E-WINDOW-WORD", f"{quoted(token)} is not a day.", joined(did_you_mean(token, options), _FORM))
    raise Fault(
        "E-WINDOW-WORD", f"{quoted(token)} is neither a day nor a block.", joined(did_you_mean(token, options), known)
    )


def _lettered(token: str) -> str:
    """Return ``Mon Wed Fri`` for ``MWF`` or ``M/W/F``, blank where the token is nothing of the kind."""
    letters = re.sub(r"[/&+-]", "", token)
    if not _LETTERED.fullmatch(letters):
        return ""
    return " ".join(FULL_DAYS[_LETTERS[day]][:3].title() for day in re.findall(r"Th|Tu|Sa|Su|[MTWRFS]", letters))
