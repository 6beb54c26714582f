"""Rows of ``steps.csv`` and ``pins.csv`` in words: ``R03 may not be used 7 to 11 December``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from iopsched.comparisons.facttables import day_in
from iopsched.words.phrases import short_date, words
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, RoomRef, Sentence, TherapistRef

Cells = Mapping[str, str]
_CHANGES: Mapping[str, str] = {
    "level": "level {}",
    "phase": "phase {}",
    "payer": "payer {}",
    "individual_per_week": "{} individual a week",
    "family_per_week": "{} family a week",
    "min_hours_per_week": "at least {} h a week",
    "max_hours_per_week": "at most {} h a week",
    "min_days_per_week": "at least {} days a week",
    "therapist_id": "primary therapist {}",
    "group_id": "group {}",
}
"""What a filled cell of ``steps.csv`` means."""
_REFERENCES: Mapping[str, type[Reference]] = {
    "participant_id": ParticipantRef,
    "therapist_id": TherapistRef,
    "group_id": GroupRef,
    "room_id": RoomRef,
}
_SUBJECTS = ("participant_id", "group_id", "therapist_id")


def step_sentence(cells: Cells, *, is_gained: bool) -> Sentence:
    """Return for instance ``P001: phase intermediate, level step-down from 7 December``."""
    changes = [Sentence(text, _named(cells, column)) for column, text in _CHANGES.items() if cells.get(column)]
    what = Sentence.joined(", ", changes or ["nothing else"])
    since = f" from {_day(cells['from'])}" if cells.get("from") else ""
    return Sentence("{}: {}{}{}", _named(cells, "participant_id"), "" if is_gained else "no longer ", what, since)


def pin_sentence(cells: Cells, *, is_gained: bool) -> Sentence:
    """Return for instance ``P014 must have individual with T02 Wed 10:00 until 18 December``."""
    said = Sentence.joined(" ", _pinned(cells))
    return said if is_gained else Sentence("no longer holds: {}", said)


def _pinned(cells: Cells) -> Iterator[object]:
    """Yield the parts of what a pin says."""
    filled = {column for column, cell in cells.items() if cell}
    is_must = cells.get("action") == "must"
    subject = next((column for column in _SUBJECTS if column in filled), None)
    if subject is not None:
        service = words(cells["service_id"]) if "service_id" in filled else "a session"
        yield Sentence("{} {} {}", _named(cells, subject), "must have" if is_must else "may not have", service)
    elif "service_id" in filled:
        yield f"{words(cells['service_id'])} {'must' if is_must else 'may not'} be held"
    elif "room_id" in filled:
        yield Sentence("{} {} be used", _named(cells, "room_id"), "must" if is_must else "may not")
    else:
        yield f"{'a session must' if is_must else 'no session may'} be held"
    if "group_id" in filled and subject != "group_id":
        yield Sentence("in group {}", _named(cells, "group_id"))
    if "therapist_id" in filled and subject != "therapist_id":
        yield Sentence("with {}", _named(cells, "therapist_id"))
    if "room_id" in filled and (subject is not None or "service_id" in filled):
        yield Sentence("in {}", _named(cells, "room_id"))
    times = " ".join(cells[column] for column in ("day", "start") if column in filled)
    days = _between(cells.get("from", ""), cells.get("until", ""))
    if times or days:
        yield ", ".join(filter(None, (times, days)))


def _between(first: str, last: str) -> str:
    """Return the days from one to another, ``7 to 11 December``; blank where neither is written."""
    begin, end = day_in(first), day_in(last)
    if begin is not None and begin == end:
        return f"on {short_date(begin)}"
    if begin is not None and end is not None:
        is_same_month = (begin.year, begin.month) == (end.year, end.month)
        return f"{begin.day if is_same_month else short_date(begin)} to {short_date(end)}"
    return f"from {_day(first)}" if first else f"until {_day(last)}" if last else ""


def _day(cell: str) -> str:
    found: date | None = day_in(cell)
    return cell if found is None else short_date(found)


def _named(cells: Cells, column: str) -> object:
    """Return what a cell names, as something that readers may know under another label."""
    kind = _REFERENCES.get(column)
    if kind is None:
        return cells[column]
    return Sentence.joined(" and ", [kind(part.strip()) for part in cells[column].split(";")])
