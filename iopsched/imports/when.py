"""Days and times as rosters write them: ``Mon 11/30``, ``MWF``, ``9-12``, ``0900``, ``9:00 AM - 12:00 PM``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from iopsched.domain.clinic import Clinic
from iopsched.domain.timegrid import DAY, WEEKDAYS
from iopsched.ingest.cell.clocktimes import HALF, NAMED_TIMES, spelled_span, spelled_time
from iopsched.ingest.cell.datewords import MONTHS, spelled_date
from iopsched.ingest.cell.days import MANY_DAYS, one_day, range_of, readings_of
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.row.dates import Order

_CLOCK = (
    r"(?:[0-9]{1,2}(?:[:.][0-9]{2}(?::00)?)? ?(?:[ap]\.?m?\.?(?![a-z]))?|[0-2][0-9][0-5][0-9]|noon|midday|midnight)"
)
_SPAN = re.compile(rf"(?<![\w/.:#-])({_CLOCK}) ?(?:-|to|until|till) ?({_CLOCK})(?![\w/:%-])", re.IGNORECASE)
_POINT = re.compile(
    r"(?<![\w/.:#-])([0-9]{1,2}:[0-9]{2}(?::00)?(?: ?[ap]\.?m?\.?(?![a-z]))?|[0-9]{1,2} ?[ap]\.?m\.?(?![a-z])|[0-9]{1,2}[ap](?![a-z.])|noon|midday)(?![\w/:%-])",
    re.IGNORECASE,
)
_WHOLE_POINT = re.compile(rf"(?:{_CLOCK}|[1-9][0-5][0-9])(?: ?(?:h|hrs|hours|o'clock))?", re.IGNORECASE)
_HALF = re.compile(r"[0-9 ][ap]\.?(?:m\.?)?$", re.IGNORECASE)
_FRACTION = re.compile(r"0?\.[0-9]{2,17}")
_SLASHED = re.compile(r"(?<![0-9/.])([0-9]{1,2})[/.-]([0-9]{1,2})(?:[/.-]([0-9]{4}|[0-9]{2}))?\.?(?![0-9/])")
_MOMENT = re.compile(r"(.{4,30}?)[ T,]+(?:at )?([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]{1,6})? ?(?:[ap]\.?m\.?)?)(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?", re.IGNORECASE)  # fmt: skip
_JOINED = re.compile(r" ?(?:,|/|&|\+|;|\band\b) ?")
_ORDINAL = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?\.?|[0-9]{4}")
_MONTH_NAMES = frozenset(name[:size] for name in MONTHS.split() for size in (3, len(name))) | {"sept", "of"}
_MONTH_NUMBERS = {name[:size]: number for number, name in enumerate(MONTHS.split(), 1) for size in (3, len(name))} | {
    "sept": 9
}

_DAY_LETTERS = frozenset(["m", "t", "w", "r", "f", "s", "u", "th", "tu", "sa", "su", "mo", "we", "fr"])
Span = tuple[int, int]


@dataclass(slots=True)
class Dates:
    """Reads days against a week; ``order`` is how dates with slashes are read, None until something decides.

    ``outside`` counts the dates of other weeks by their Monday.
    """

    week: date
    order: Order | None = None
    outside: dict[date, int] = field(default_factory=dict)

    def days(self, text: str) -> tuple[int, ...] | None:
        """Return the weekdays that a text of nothing else names; None where it is no day, empty where of another week."""
        day = self.dated(text)
        if day is not None:
            return self._in_week(day)
        plain = text.replace("\n", " ").strip(" .:")
        if (found := _weekdays(plain)) is not None:
            return found
        return self._labelled(plain)

    def dated(self, text: str) -> date | None:
        """Return the date that a text is, None where it is none."""
        if (spelled := spelled_date(text.strip())) is not None:
            return date.fromisoformat(spelled[:10])
        match = _SLASHED.fullmatch(text.strip())
        return self._slashed(match) if match is not None and (match[3] or "/" in text) else None

    def any_date(self, text: str) -> date | None:
        """Return a whole date that begins or is a text, None where there is none; the weekday beside it must be its own."""
        if (day := self.dated(text)) is not None:
            return day
        words = _words(text)
        for size in (4, 3, 2, 1):
            part = " ".join(words[:size])
            if len(words) >= size and (day := self.dated(part) or self._month_day(words[:size])) is not None:
                return day
        match = _SLASHED.search(text)
        if match is not None and words and _day_word(words[0]) is not None:
            return self._slashed(match)
        return None

    def _month_day(self, words: list[str]) -> date | None:
        """Return the date of a weekday, day and month without a year, the nearest that is such a weekday."""
        named = [number for word in words if (number := _day_word(word)) is not None]
        months = [number for word in words if (number := _MONTH_NUMBERS.get(word.casefold().rstrip(".")))]
        days = [int(digits[0]) for word in words if (digits := re.match("[0-9]{1,2}", word))]
        if len(named) != 1 or len(months) != 1 or len(days) != 1 or len(words) != 3:
            return None
        found = [_date(self.week.year + year, months[0], days[0]) for year in (-1, 0, 1)]
        fits = [day for day in found if day is not None and day.weekday() == named[0]]
        return min(fits, key=lambda day: abs((day - self.week).days), default=None)

    def _slashed(self, match: re.Match[str]) -> date | None:
        first, second = int(match[1]), int(match[2])
        years = [self.week.year, self.week.year + 1, self.week.year - 1]
        if match[3]:
            years = [int(match[3]) + (2000 if len(match[3]) == 2 else 0)]
        pairs = {"mdy": (first, second), "dmy": (second, first)}
        chosen = [pairs[self.order]] if self.order else list(pairs.values())
        days = [day for year in years for month, number in chosen if (day := _date(year, month, number))]
        return min(days, key=lambda day: (not self._is_inside(day), abs((day - self.week).days)), default=None)

    def _is_inside(self, day: date) -> bool:
        return self.week <= day < self.week + timedelta(days=7)

    def _in_week(self, day: date) -> tuple[int, ...]:
        if self._is_inside(day):
            return ((day - self.week).days,)
        monday = day - timedelta(days=day.weekday())
        self.outside[monday] = self.outside.get(monday, 0) + 1
        return ()

    def _labelled(self, text: str) -> tuple[int, ...] | None:
        """Return the day of a label such as ``Monday 30 November`` or ``Tue 12/1``: its weekday, where its date is in the week."""
        match = _SLASHED.search(text)
        if match is not None and (day := self._slashed(match)) is not None:
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            named = [one_day(word) for word in _words(rest)]
            if named and all(number is not None for number in named):
                return self._in_week(day)
            return None
        words = _words(text)
        if len(words) < 2:
            return None
        if (day := self._month_day(words)) is not None:
            return self._in_week(day)
        weekdays = [number for word in words if (number := _day_word(word)) is not None]
        others = [word for word in words if _day_word(word) is None]
        is_date = all(
            _ORDINAL.fullmatch(word.casefold()) or word.casefold().rstrip(".") in _MONTH_NAMES for word in others
        )
        if len(weekdays) != 1 or not is_date:
            return None
        return (weekdays[0],) if self._fits(weekdays[0], others) else ()

    def _fits(self, weekday: int, words: Iterable[str]) -> bool:
        """Return whether day and month beside a weekday, if there are any, may be those of the week."""
        day = self.week + timedelta(days=weekday)
        numbers = [int(found[0]) for word in words if (found := re.match("[0-9]+", word))]
        if not numbers or day.day in numbers:
            return True
        self.outside.setdefault(self.week - timedelta(days=7), 0)
        return False


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[ ,\n()-]+", text) if word]


def _day_word(word: str) -> int | None:
    """Return the day of a name of at least three letters."""
    return one_day(word) if len(word.rstrip(".:s")) >= 3 and not word[0].isdigit() else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekdays(text: str) -> tuple[int, ...] | None:
    """Return the days of ``Mon``, ``MWF``, ``M/W/F``, ``Tue & Thu`` or ``Mon-Fri``; None where it names none."""
    found: list[int] = []
    for part in _JOINED.split(text.strip()):
        for token in part.split():
            readings, _ = readings_of(token, ()) if len(token) <= 40 else ((), False)
            if not readings:
                return None
            found += _spelled(readings[0])
    return tuple(dict.fromkeys(found)) or None


def _spelled(text: str) -> Iterator[int]:
    for word in text.split():
        if word in MANY_DAYS:
            yield from MANY_DAYS[word]
        elif "-" in word:
            first, _, last = word.partition("-")
            yield from range_of(WEEKDAYS.index(first), WEEKDAYS.index(last))
        else:
            yield WEEKDAYS.index(word)


class Clocks:
    """Reads times of the day; of two halves of the day the one in which the clinic is open is meant."""

    def __init__(self, clinic: Clinic) -> None:
        self._open = clinic.open
        self._blocks = {block.id.casefold(): (block.start, block.end) for block in clinic.blocks}

    def is_open(self, start: int, end: int) -> bool:
        """Return whether the clinic is open from a minute to another on any day."""
        return any(self._open.covers(day * DAY + start, day * DAY + end) for day in range(7) if start < end <= DAY)

    def block(self, text: str) -> Span | None:
        """Return the times of a block that is named so."""
        words = text.casefold().replace("block", "").replace("group", "").strip(" :")
        return self._blocks.get(words)

    def span(self, text: str) -> Span | None:
        """Return the first stretch of time that stands in a text."""
        found = self.find_span(text)
        return None if found is None else found[0]

    def find_span(self, text: str) -> tuple[Span, tuple[int, int]] | None:
        """Return the first stretch of time in a text, and from where to where it stands there."""
        for match in _SPAN.finditer(text):
            if (span := self._read_span(match[1].strip(), match[2].strip())) is not None:
                return span, match.span()
        return None

    def has_several(self, text: str) -> bool:
        """Return whether a text says several stretches of time."""
        found = [match for match in _SPAN.finditer(text) if self._read_span(match[1].strip(), match[2].strip())]
        return len(found) > 1

    def crosses(self, text: str) -> bool:
        """Return whether a text says a stretch of time that ends before it starts, or on the next day."""
        for match in _SPAN.finditer(text):
            try:
                spans, _ = spelled_span(match[1].strip(), match[2].strip(), self.is_open)
            except Fault:
                continue
            if spans and all(start > end for start, end in spans):
                return True
        return False

    def _read_span(self, first: str, last: str) -> Span | None:
        try:
            spans, _ = spelled_span(first, last, self.is_open)
        except Fault:
            return None
        inside = [span for span in spans if span[0] < span[1]]
        if not inside:
            return None
        start, end = next((span for span in inside if self.is_open(*span)), inside[0])
        is_said = _HALF.search(first) or _HALF.search(last)
        if not is_said and end <= HALF and not self.is_open(start, end) and self.is_open(start + HALF, end + HALF):
            return start + HALF, end + HALF
        return start, end

    def find_point(self, text: str) -> tuple[int, tuple[int, int]] | None:
        """Return the first time of the day in a text that is certainly one, and from where to where it stands."""
        for match in _POINT.finditer(text):
            if (minute := self.point(match[1])) is not None:
                return minute, match.span()
        return None

    def point(self, text: str, after: int = -1) -> int | None:
        """Return the time of a text that is nothing else, not before ``after`` where it leaves a choice; None if it is none."""
        plain = text.strip(" .:-")
        if _FRACTION.fullmatch(plain):
            return round(float(plain) * DAY)
        if not _WHOLE_POINT.fullmatch(plain) and plain.casefold() not in NAMED_TIMES:
            return None
        plain = re.sub(r" ?(?:h|hrs|hours|o'clock)$", "", plain, flags=re.IGNORECASE)
        try:
            minutes, _ = spelled_time(plain)
        except Fault:
            return None
        first = minutes[0]
        if _HALF.search(plain) or plain.casefold() in NAMED_TIMES or first > HALF + 59 or plain.startswith("0"):
            return first
        choices = sorted({first % HALF, first % HALF + HALF})
        likely = [minute for minute in choices if self.is_open(minute, minute + 15)] or [first]
        return next((minute for minute in likely if minute > after), likely[0])

    def moment(self, text: str, dates: Dates) -> tuple[tuple[int, ...], int] | None:
        """Return days and minute of a date with its time, None where a text is none."""
        match = _MOMENT.fullmatch(text.replace("\n", " "))
        if match is None:
            return None
        days, minute = (
            dates.days(match[1].strip(" ,")),
            self.point(re.sub(r"\.[0-9]+|(?<=:[0-9]{2}):[0-9]{2}", "", match[2])),
        )
        return None if days is None or minute is None else (days, minute)


def days_inside(text: str, dates: Dates) -> tuple[int, ...]:
    """Return the weekdays that stand among other words, such as in ``DBT skills MWF 9-12`` or ``M W Th 6-9pm``."""
    found: list[int] = []
    letters: list[str] = []
    for part in (*re.split(r"[ ,;()\n:]+", text), ""):
        if part.casefold() in _DAY_LETTERS:
            letters.append(part)
            continue
        if len(letters) > 1:
            found += dates.days(" ".join(letters)) or ()
        letters = []
        if len(part) > 1 and not part[0].isdigit():
            days = dates.days(part)
            is_plain = part[0].isupper() or "/" in part
            found += days or () if days is not None and is_plain else ()
    return tuple(dict.fromkeys(found))
