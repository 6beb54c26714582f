"""Facts that differ between two weeks in words: ``T03 is away Tue 1 Dec (time_off.csv, row 4)``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from iopsched.comparisons.factchanges import FactChange, Subject, Written
from iopsched.domain.timegrid import DAY, TimeRange, clock, clock_of_end, day_of
from iopsched.policy.columns import (
    EXTRA_TIME,
    PARTICIPANTS,
    PINS,
    PRIVATE_COLUMNS,
    SETTINGS_FILE,
    STEPS,
    THERAPISTS,
    TIME_OFF,
)
from iopsched.views.explained import place_of
from iopsched.views.labels import Labels
from iopsched.views.rowwords import pin_sentence, step_sentence
from iopsched.words.phrases import DAYS, MONTHS
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, RoomRef, Sentence, TherapistRef

_REFERENCES: Mapping[str, type[Reference]] = {
    "participant": ParticipantRef,
    "therapist": TherapistRef,
    "room": RoomRef,
    "group": GroupRef,
}
_DATES = {
    "admitted": ("is admitted on", "is admitted only on"),
    "discharged": ("leaves after", "leaves after"),
    "authorized_from": ("is authorized from", "is authorized only from"),
    "authorized_until": ("is authorized until", "is authorized until"),
}
_ROWS = {STEPS.file: step_sentence, PINS.file: pin_sentence}
_MOST_CELL = 60


def fact_sentence(change: FactChange, weeks: tuple[date, date]) -> Sentence:
    """Return what differs, without where it stands; ``weeks`` are the Mondays of both."""
    file, who = change.file, _who(change)
    if file == TIME_OFF.file:
        when = _spans(change, weeks)
        return Sentence("{} {} {}", who, "is away" if change.is_gained else "is no longer away", when)
    if file == EXTRA_TIME.file:
        has = "has extra time" if change.is_gained else "no longer has extra time"
        return Sentence("{} {} {}", who, has, _spans(change, weeks))
    if change.is_date and isinstance(change.new, str) and change.new:
        return Sentence("{} {} {}", who, _DATES[change.column][0], change.new)
    if not change.column:
        if file in (PARTICIPANTS.file, THERAPISTS.file):
            return Sentence("{} {} the table", who, "is new in" if change.is_gained else "is no longer in")
        cells = change.new or change.old
        if file in _ROWS and isinstance(cells, Mapping):
            return _ROWS[file](cells, is_gained=change.is_gained)
        holds = "holds now" if change.is_gained else "holds no longer"
        return Sentence("{}: {}", holds, _cells(change.new or change.old))
    if change.old == change.new:
        return Sentence("{} of {} says other times in this week ({})", change.column, who, _shown(change.new))
    if file == SETTINGS_FILE:
        return Sentence("{} was {}, is {}", change.column, _shown(change.old), _shown(change.new))
    return Sentence("{} of {} was {}, is {}", change.column, who, _shown(change.old), _shown(change.new))


def fact_place(change: FactChange, labels: Labels) -> str:
    """Return where it stands: ``time_off.csv, row 4``, ``participants.csv, P014, availability``."""
    whose = {key for kind, key in change.about if kind == "participant"}
    name = labels.participant(change.id) if change.id in whose else change.id
    row = f"row {change.row}" if change.row else ""
    own = name if change.column and change.file != SETTINGS_FILE else ""
    return place_of(change.file, ", ".join(part for part in (own, row if not own else "") if part), change.column)


def _who(change: FactChange) -> object:
    """Return whom or what a fact is about first."""
    kinds: list[Subject] = sorted(change.about, key=lambda row: (row[1] != change.id, row))
    if not kinds:
        return change.id
    kind, key = kinds[0]
    if kind == "clinic":
        return "the clinic"
    return _REFERENCES[kind](key) if kind in _REFERENCES else key


def _spans(change: FactChange, weeks: tuple[date, date]) -> str:
    week = weeks[1] if change.is_gained else weeks[0]
    return " and ".join(_span(span, week) for span in change.span)


def _span(span: TimeRange, week: date) -> str:
    """Return for instance ``Tue 1 Dec``, ``Tue 1 Dec 13:00-17:00``, ``Mon 30 Nov to Wed 2 Dec``."""
    first, last = day_of(week, span.start), day_of(week, span.end - 1)
    starts, ends = span.start % DAY, span.end % DAY
    if first == last:
        return _day(first) if not starts and not ends else f"{_day(first)} {clock(starts)}-{clock_of_end(ends or DAY)}"
    begin = _day(first) + (f" {clock(starts)}" if starts else "")
    return f"{begin} to {_day(last)}" + (f" {clock_of_end(ends)}" if ends else "")


def _day(day: date) -> str:
    return f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def _shown(value: Written) -> str:
    text = _cells(value) if isinstance(value, Mapping) else value or ""
    text = text if len(text) <= _MOST_CELL else f"{text[: _MOST_CELL - 3]}..."
    return f"'{text}'" if text else "blank"


def _cells(value: Written) -> str:
    if not isinstance(value, Mapping):
        return value or ""
    return ", ".join(cell for column, cell in value.items() if column not in PRIVATE_COLUMNS)
