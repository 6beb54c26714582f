"""One cell of text becomes one value, or a :class:`Fault` that says how to mend it.

The patterns are our own: ``int``, ``float`` and ``fromisoformat`` accept
full-width digits, ``1_000``, ``nan`` and ``0900``, which nobody has meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from iopsched.domain.services import Role
from iopsched.domain.timegrid import HOUR
from iopsched.ingest.cell.datewords import CLOCK, clock_written, spelled_date
from iopsched.ingest.cell.fault import Fault
from iopsched.words.wording import did_you_mean, joined, listed, quoted
from iopsched.words.wordings import said

YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})

_ZEROS = re.compile(r"(?<=[0-9])\.0{1,6}$")
_UNIT = re.compile(r" ?(?:h|hr|hrs|hours?)\.?$", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+")
_MINUS = re.compile(r"-[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"[0-9]{1,3}([,._' ][0-9]{3})+")
_DECIMAL = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SLASHED = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})" + CLOCK, re.IGNORECASE)
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_ZONED = re.compile(r".*[0-9](Z|[+-][0-9]{2}:?[0-9]{2})", re.IGNORECASE)
AMBIGUOUS = "E-DATE-AMBIGUOUS"

Choice = TypeVar("Choice", bound=str)


def whole(text: str, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high``, both inclusive; spreadsheets write ``4.0`` for 4.

    ``1.000`` is a fault: half of the world writes a thousand so.
    """
    text = text if _GROUPED.fullmatch(text) else _ZEROS.sub("", text)
    if _MINUS.fullmatch(text):
        raise Fault("E-NUMBER-RANGE", f"{quoted(text)} is below {low}.", f"Write a whole number from {low} to {high}.")
    if not _DIGITS.fullmatch(text):
        message = f"{quoted(text)} is not a whole number."
        if fitting := tuple(dict.fromkeys(f"{n}" for n in _whole_readings(text) if low <= n <= high)):
            raise Fault.unclear("E-NUMBER", message, fitting)
        raise Fault("E-NUMBER", message, f"Write a whole number from {low} to {high}.")
    if len(text) > 9 or not low <= int(text) <= high:
        side = "below" if len(text) <= 9 and int(text) < low else "above"
        edge = low if side == "below" else high
        raise Fault(
            "E-NUMBER-RANGE", f"{quoted(text)} is {side} {edge}.", f"Write a whole number from {low} to {high}."
        )
    return int(text)


def _whole_readings(text: str) -> Iterator[int]:
    """Yield what a number in another form may mean: ``1,000`` is a thousand, or 1 with three decimals."""
    plain = unicodedata.normalize("NFKC", text).removeprefix("+").strip()
    if _DIGITS.fullmatch(plain) and len(plain) <= 9:
        yield int(plain)
    elif _GROUPED.fullmatch(plain):
        yield int(re.sub("[^0-9]", "", plain))
        if match := re.fullmatch("([0-9]{1,3})[,.]000", plain):
            yield int(match[1])
    elif match := re.fullmatch("([0-9]{1,9}),0+", plain):
        yield int(match[1])


def hours_as_minutes(text: str, low: int, high: int) -> int:
    """Return whole minutes of a number of hours such as ``9`` or ``1.5``; bounds are hours."""
    if _MINUS.fullmatch(text):
        raise Fault("E-NUMBER-RANGE", f"{quoted(text)} is below {low}.", f"Write hours from {low} to {high}.")
    if not _DECIMAL.fullmatch(text):
        message = f"{quoted(text)} is not a number of hours."
        reading = _hours_reading(text)
        if reading is not None and low <= Decimal(reading) <= high:
            raise Fault.unclear("E-HOURS", message, (reading,))
        raise Fault("E-HOURS", message, "Write hours such as 9 or 1.5.")
    return minutes_of(Decimal(text), low, high)


def _hours_reading(text: str) -> str | None:
    """Return the number of hours of ``1,5``, ``.5``, ``9 hrs``, ``1:30`` or ``90 min``, None where it is none of them."""
    plain = _UNIT.sub("", unicodedata.normalize("NFKC", text)).removeprefix("+").strip()
    if match := re.fullmatch("([0-9]{1,3}):([0-5][0-9])", plain):
        minutes = Decimal(int(match[1]) * HOUR + int(match[2]))
    elif match := re.fullmatch("([0-9]{1,4}) ?(?:m|min|mins|minutes?)", plain, re.IGNORECASE):
        minutes = Decimal(match[1])
    elif re.fullmatch("[0-9]{0,4}[.,]?[0-9]{1,2}", plain):
        minutes = Decimal(plain.replace(",", ".")) * HOUR
    elif re.fullmatch("[0-9]{1,4}[.,]", plain):
        minutes = Decimal(plain[:-1]) * HOUR
    else:
        return None
    hours = (minutes / HOUR).normalize()
    return f"{hours:f}" if hours * HOUR == minutes and len(f"{hours:f}") <= 8 else None


def minutes_of(number: Decimal, low: int, high: int) -> int:
    """Return whole minutes of a decimal number of hours from ``low`` to ``high``."""
    minutes = number * HOUR
    if not low <= number <= high:
        side, edge = ("below", low) if number < low else ("above", high)
        raise Fault("E-NUMBER-RANGE", f"'{number}' is {side} {edge}.", f"Write hours from {low} to {high}.")
    if minutes != int(minutes):
        raise Fault(
            "E-HOURS", f"'{number}' hours are not whole minutes.", "Write hours such as 1.5 (90 minutes) or 1.75."
        )
    return int(minutes)


def yes_no(text: str) -> bool:
    """Return whether the cell says yes."""
    word = _ZEROS.sub("", text.casefold())  # a program that knows no whole numbers beside blanks writes 1.0
    if word in YES or word in NO:
        return word in YES
    raise Fault("E-YES-NO", f"{quoted(text)} is neither yes nor no.", "Write yes or no (or true, false, y, n, 1, 0).")


def one_of(text: str, options: tuple[Choice, ...]) -> Choice:
    """Return the option that the cell names, whatever its case."""
    word = re.sub(r"[\s-]+", "_", text.casefold())
    for option in options:
        if word == option:
            return option
    raise Fault(
        "E-CHOICE",
        f"{quoted(text)} is not an allowed value.",
        lambda: joined(did_you_mean(word, options), f"Write one of: {listed(options)}."),
    )


@lru_cache(maxsize=4096)  # as below
def iso_date(text: str) -> date:
    """Return the date of ``YYYY-MM-DD``; anything else is refused, with the ISO form shown where it is clear."""
    if match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
        return _date(year, month, day, text)
    raise _not_a_date(text)


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Fault("E-DATE", f"{quoted(text)} is no date of the calendar.", "Check month and day.") from None
    if not 1900 <= year <= 2199:
        raise Fault("E-DATE", f"{quoted(text)} has a year outside 1900 to 2199.", "Check the year.")
    return found


def _not_a_date(text: str) -> Fault:
    form = said("Write the date as YYYY-MM-DD, {example} 2026-11-30.")
    found = spelled_date(text)
    if found is not None:
        what = "has a time" if " " in found.removesuffix(" 00:00") else "is not an ISO date"
        return Fault.unclear("E-DATE", f"{quoted(text)} {what}.", (found[:10],))
    return _slashed(text) or Fault("E-DATE", f"{quoted(text)} is not a date.", form)


def _slashed(text: str, *, is_moment: bool = False) -> Fault | None:
    """Return the fault of a date such as ``11/3/2026``, with its time where there may be one; None for other texts."""
    match = _SLASHED.fullmatch(text)
    when = clock_written(match[4]) if match else None
    if match is None or when is None or (when and not is_moment):
        return None
    first, second, year = int(match[1]), int(match[2]), int(match[3]) + (2000 if len(match[3]) == 2 else 0)
    pairs = ((first, second), (second, first))
    forms = {f"{year:04d}-{a:02d}-{b:02d}{when}" for a, b in pairs if _is_date(year, a, b)}
    if len(forms) == 2:
        return Fault.unclear(AMBIGUOUS, f"{quoted(text)} can be read in two ways.", tuple(sorted(forms)))
    return Fault.unclear("E-DATE", f"{quoted(text)} is not an ISO date.", tuple(forms)) if forms else None


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)  # the same days stand in many rows
def date_or_moment(text: str) -> date | datetime:
    """Return a date, or a naive date-time for ``YYYY-MM-DD HH:MM`` (a ``T`` between them is fine)."""
    if match := _MOMENT.fullmatch(text):
        day = iso_date(match[1])
        hour, minute, second = int(match[2]), int(match[3]), int(match[4] or 0)
        if hour > 23 or minute > 59:
            raise Fault("E-TIME", f"{quoted(text)} has no time of the day.", "Write hours 00 to 23, minutes 00 to 59.")
        if second:
            raise Fault(
                "E-TIME", f"{quoted(text)} has seconds.", said("Write the time to the minute, {example} 09:00.")
            )
        return datetime.combine(day, time(hour, minute))
    if ":" in text and _ZONED.fullmatch(text):
        raise Fault(
            "E-TIME-ZONE",
            f"{quoted(text)} names a time zone.",
            said("Write the clinic's local time, {example} 2026-11-30 09:00."),
        )
    if not _ISO.fullmatch(text) and (found := spelled_date(text)) is not None:
        raise Fault.unclear("E-DATE", f"{quoted(text)} is not a date and time.", (found,))
    if (fault := _slashed(text, is_moment=True)) is not None:
        raise fault
    if ":" in text:
        raise Fault("E-DATE", f"{quoted(text)} is not a date and time.", said("Write {example} 2026-11-30 09:00."))
    return iso_date(text)


def counted(text: str, high: int = 99) -> dict[str, int]:
    """Return name -> number of a list such as ``group:1; technician:2``; a bare name means 1."""
    found: dict[str, int] = {}
    for part in (part.strip() for part in text.split(";")):
        if not part:
            continue
        name, colon, number = (piece.strip() for piece in part.partition(":"))
        if not name or (colon and not _DIGITS.fullmatch(number)) or ":" in number:
            raise Fault(
                "E-LIST", f"{quoted(part)} is not of the form name:number.", "Write for example group:1;technician:2."
            )
        if name in found:
            raise Fault("E-LIST", f"{quoted(name)} is listed twice.", "Name it once, with the whole number.")
        found[name] = whole(number, 1, high) if colon else 1
    return found


def roles(text: str) -> tuple[Role, ...]:
    """Return the staff of a session; the first role holds the lead."""
    return tuple(Role(skill, number) for skill, number in counted(text).items())
