"""What happened in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from iopsched.domain.happenings import Admission, Discharge, Happening
from iopsched.domain.people import TimeOff
from iopsched.domain.pins import Pin
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.words.sentence import ParticipantRef, RoomRef, Sentence, TherapistRef
from iopsched.words.wordings import said


def in_words(one: Happening) -> Sentence:
    """Return for instance ``T03 is away on Tue 2026-12-01, 08:00-12:00``."""
    match one:
        case TimeOff("clinic", _, start, end):
            return Sentence("the clinic is closed {}", stretch_words(start, end))
        case TimeOff("room", who, start, end):
            return Sentence("room {} is closed {}", RoomRef(who), stretch_words(start, end))
        case TimeOff(kind, who, start, end):
            ref = ParticipantRef(who) if kind == "participant" else TherapistRef(who)
            return Sentence("{} is away {}", ref, stretch_words(start, end))
        case Admission(who, first_day):
            return Sentence("{} is admitted, first program day {}", ParticipantRef(who), _day(first_day))
        case Discharge(who, last_day):
            return Sentence("{} is discharged, last program day {}", ParticipantRef(who), _day(last_day))


def pin_clashes(week: date, happenings: Iterable[Happening], pins: Iterable[Pin]) -> Iterator[Sentence]:
    """Yield which pin of the week of a Monday asks for whom or what is not there, and what to do about it."""
    for pin in pins:
        named = {pin.participant_id, pin.therapist_id, pin.room_id}
        for one in happenings:
            if _of(one) in {*named, ""} and _is_on(one, week, pin):
                yield said(
                    "The pin in row {} of {pins.csv} asks for them although {}: take it out, change it, or end it (until) before that.",
                    pin.row,
                    in_words(one),
                )


def _is_on(one: Happening, week: date, pin: Pin) -> bool:
    """Return whether an absence touches the day of a pin, if it names one."""
    if not isinstance(one, TimeOff) or pin.day is None:
        return True
    begin = datetime.combine(week, time()) + timedelta(days=pin.day)
    return one.start < begin + timedelta(days=1) and one.end > begin


def _of(one: Happening) -> str:
    return one.id if isinstance(one, TimeOff) else one.participant_id


def stretch_words(start: datetime, end: datetime) -> str:
    """Return when an absence is: ``on Tue 2026-12-01``, ``on Tue 2026-12-01 from 13:00``, ``from Mon 2026-11-30 to ...``."""
    last = end - timedelta(minutes=1)
    begins, ends = start.time() == time(), end.time() == time()
    if start.date() == last.date():
        day = f"on {_day(start)}"
        if begins and ends:
            return day
        if ends:
            return f"{day} from {start:%H:%M}"
        return f"{day} until {end:%H:%M}" if begins else f"{day}, {start:%H:%M}-{end:%H:%M}"
    first = _day(start) if begins else f"{_day(start)} {start:%H:%M}"
    return f"from {first} to {_day(last) if ends else f'{_day(end)} {end:%H:%M}'}"


def _day(day: datetime | date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day:%Y-%m-%d}"
