"""Windows that do not hold every week: ``every 2 weeks from 2026-12-01``, ``2nd 4th Wed``."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from iopsched.domain.timegrid import DAY, TimeRange, Windows, monday_of
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.values import iso_date
from iopsched.words.wording import quoted
from iopsched.words.wordings import said

_NUMBERS = {"other": 2, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_EVERY = re.compile(
    r"\(?\b(?:every (?:([0-9]{1,2})|other|second|third|fourth|2nd|3rd|4th) weeks?|(biweekly|bi-weekly|fortnightly))\b,?"
    r"(?: (?:from|starting|beginning|since)(?: on)? ([^\s)]{1,40}))?\)?$",
    re.IGNORECASE,
)
_EVERY_OTHER = re.compile(r"\bevery (?:other|second|2nd) (?=[a-z])", re.IGNORECASE)
_OTHER_FIRST = re.compile(
    r"^(?:every (?:other|second|2nd)|biweekly|bi-weekly|fortnightly) (.+?),? "
    r"((?:from|starting|beginning|since)(?: on)? [^\s]{1,40})$",
    re.IGNORECASE,
)
_ORDINALS = {
    **{f"{number}{end}": number for number, end in enumerate(("st", "nd", "rd", "th", "th"), 1)},
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "last": 0,
}
_WORD = "|".join(_ORDINALS)
_ORDINAL = re.compile(rf"^(?:the )?((?:{_WORD})(?:(?: ?[,&+/] ?| and | )(?:the )?(?:{_WORD}))*) ", re.IGNORECASE)
_OF_MONTH = re.compile(r" (?:of (?:the|each|every) month|monthly)\b", re.IGNORECASE)
_MOST_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Recurrence:
    """In which weeks a window holds: each ``every_weeks`` from a day on, or on some weekdays of the month.

    ``ordinals`` are 1 to 5, and 0 for the last of the month; empty = any.
    """

    every_weeks: int = 1
    first_day: date | None = None
    ordinals: tuple[int, ...] = ()

    def days(self, week: date) -> Windows:
        """Return the days on which it holds in the week that begins on the Monday ``week``."""
        return Windows.of(TimeRange(day * DAY, (day + 1) * DAY) for day in range(7) if self._holds(week, day))

    def _holds(self, week: date, day: int) -> bool:
        when = week + timedelta(days=day)
        if self.first_day is not None:
            weeks = (week - monday_of(self.first_day)).days // 7
            if when < self.first_day or weeks % self.every_weeks:
                return False
        is_last = (when + timedelta(days=7)).month != when.month
        return not self.ordinals or (when.day + 6) // 7 in self.ordinals or (is_last and 0 in self.ordinals)

    def written(self, part: str) -> str:
        """Return a part of a windows cell as the contract writes it with this recurrence."""
        names = list(_ORDINALS)
        before = "".join(f"{'last' if number == 0 else names[number - 1]} " for number in self.ordinals)
        behind = "" if self.first_day is None else f" every {self.every_weeks} weeks from {self.first_day}"
        return f"{before}{part}{behind}"


def split_recurrence(part: str, block_names: Collection[str] = ()) -> tuple[str, Recurrence | None]:
    """Return a part of a windows cell without its recurrence, and the recurrence; None where it holds every week.

    A word such as ``last`` is no ordinal where it is among ``block_names``, which are in lower case.

    Raises
    ------
    Fault
        If weeks are counted from no date, or from one that cannot be read.
    """
    every, first_day = 1, None
    part = _OTHER_FIRST.sub(r"\1 every 2 weeks \2", part)
    if match := _EVERY.search(part):
        word = match[0].split()[1].casefold() if match[2] is None else "other"
        every = int(match[1]) if match[1] else _NUMBERS[word]
        if not 1 <= every <= _MOST_WEEKS:
            raise Fault("E-WINDOW", f"'every {every} weeks' is beyond a year.", f"Write 1 to {_MOST_WEEKS} weeks.")
        part = part[: match.start()].rstrip(" ,")
        if match[3] is None:
            raise Fault(
                "E-WINDOW",
                f"{quoted(match[0].strip())} does not say from which week on.",
                _example(part.strip(), every),
            )
        first_day = iso_date(match[3])
    elif match := _EVERY_OTHER.search(part):
        rest = part.replace(match[0], "", 1).strip()
        raise Fault("E-WINDOW", f"{quoted(match[0].strip())} does not say from which week on.", _example(rest, 2))
    part = _OF_MONTH.sub("", part)
    match = _ORDINAL.match(part)
    words = re.findall(_WORD, match[1].casefold()) if match else []
    ordinals: tuple[int, ...] = ()
    if match and not set(words) & set(block_names):
        ordinals = tuple(dict.fromkeys(_ORDINALS[word] for word in words))
        part = part[match.end() :]
    return part.strip(), Recurrence(every, first_day, ordinals) if first_day is not None or ordinals else None


def _example(part: str, every: int) -> str:
    return said("Write {example} {} every {} weeks from 2026-12-01, with a date on which it holds.", part, every)
