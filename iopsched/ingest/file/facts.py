"""The small files: needs, time off, keep apart, pins, attendance."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from iopsched.domain.clinic import Clinic
from iopsched.domain.people import AttendanceRecord, Cover, TimeOff
from iopsched.domain.pins import Pin
from iopsched.domain.services import Need
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.file.blocks import off_grid
from iopsched.ingest.row.cells import Cells
from iopsched.policy.choices import ABSENT, ACTIONS, PREFERENCES, STATUSES
from iopsched.words.wording import quoted

_LAST = date.max - timedelta(days=1)
PIN_COLUMNS = ("participant_id", "therapist_id", "room_id", "group_id", "service_id", "day", "start")


def read_need(cells: Cells) -> Need | None:
    """Return the need of one row."""
    participant_id, service_id = cells.needed_text("participant_id"), cells.needed_text("service_id")
    per_week = cells.needed_whole("per_week")
    every_weeks = cells.whole("every_weeks")
    need = Need(
        participant_id=participant_id,
        service_id=service_id,
        per_week=per_week,
        therapist_ids=cells.list("therapist_id"),
        max_per_day=cells.whole("max_per_day"),
        same_therapist=cells.choice("same_therapist", PREFERENCES, "no"),
        gender=cells.asked_gender(),
        language=cells.asked_language(),
        every_weeks=1 if every_weeks is None else every_weeks,
        last_held=cells.day("last_held"),
        optional=cells.yes("optional", default=False),
    )
    return need if participant_id and service_id else None


def read_time_off(cells: Cells) -> TimeOff | None:
    """Return the absence of one row; a date alone is the whole day, a blank end the same day."""
    return _read_span(cells, "absence", "closes the whole clinic")


def read_extra_time(cells: Cells) -> TimeOff | None:
    """Return the added time of one row, with dates as for an absence."""
    return _read_span(cells, "extra time", "opens the whole clinic")


def _read_span(cells: Cells, what: str, effect: str) -> TimeOff | None:
    cells.needed_text("kind")
    kind = cells.choice_or_none("kind", ABSENT)
    cells.needed_text("start")
    first, last = cells.moment("start"), cells.moment("end")
    if kind != "clinic" and kind is not None:
        cells.needed_text("id")
    if kind == "clinic" and (own_id := cells.text_or_none("id")):
        message = f"A row of kind clinic {effect}, and its id has no effect."
        remedy = "Write participant, therapist or room in kind, or blank the id."
        cells.report.tell("W-CLOSURE-ID", cells.at.cell("id"), message, remedy, own_id)
    if kind is None or first is None or (last is None and not cells.is_blank("end")):
        return None
    if last is None and isinstance(first, datetime):
        cells.tell("E-CELL-BLANK", "end", "The cell 'end' is blank.", f"Write when the {what} ends.")
        return None
    start = first if isinstance(first, datetime) else datetime.combine(first, time())
    last = first if last is None else last
    end = last if isinstance(last, datetime) else datetime.combine(min(last, _LAST) + timedelta(days=1), time())
    if end <= start:
        message = f"The {what} ends when it starts." if end == start else f"The {what} ends before it starts."
        if (
            isinstance(last, datetime) and end.time() == time() and end + timedelta(days=1) > start
        ):  # a program wrote the date with a midnight
            fault = Fault.unclear("E-DATES-REVERSED", message, (end.date().isoformat(),), "Or correct the start.")
            cells.report.fault(fault, cells.at.cell("end"), cells.text("end"))
        else:
            cells.tell("E-DATES-REVERSED", "end", message, "Correct start or end.")
        # The row is kept all the same, so that its id is judged at once; it covers no time.
    elif isinstance(last, datetime) and start.time() == end.time() == time():
        _tell_midnight(cells, end, what)
    return TimeOff(kind, "" if kind == "clinic" else cells.text("id"), start, end)


def _tell_midnight(cells: Cells, end: datetime, what: str) -> None:
    """Warn of whole days that end at a midnight: programs write a date so, and mean the day that begins there."""
    day = end.date()
    message = f"The {what} ends at 00:00, when {day:%a} {day} begins, so that day is not part of it."
    readings = (day.isoformat(), (day - timedelta(days=1)).isoformat())
    remedy = f"Write {readings[0]} if it is the last day of the {what}, or {readings[1]} if it is not."
    cells.report.tell("W-END-MIDNIGHT", cells.at.cell("end"), message, remedy, cells.text("end"), readings)


def read_cover(cells: Cells) -> Cover | None:
    """Return the cover of one row."""
    therapist_id, covered_by = cells.needed_text("therapist_id"), cells.needed_list("covered_by")
    first, last = _dates(cells, "The cover ends on {}, before it begins on {}.")
    if therapist_id in covered_by:
        message = f"{quoted(therapist_id)} is named as their own cover."
        cells.tell("E-COVER-SELF", "covered_by", message, "Name somebody else.")
        return None
    return Cover(therapist_id, covered_by, first, last) if therapist_id and covered_by else None


def _dates(cells: Cells, message: str) -> tuple[date | None, date | None]:
    """Return first and last day of a row; the message has places for the last and the first."""
    first, last = cells.day("from"), cells.day("until")
    if first is not None and last is not None and last < first:
        cells.tell("E-DATES-REVERSED", "until", message.format(last, first), "Correct from or until.")
        return None, None
    return first, last


def read_pair(cells: Cells, *, code: str, word: str) -> tuple[str, str] | None:
    """Return the two ids of one row of ``keep_apart.csv`` or ``keep_together.csv``."""
    first, second = cells.needed_text("a"), cells.needed_text("b")
    if first and first == second:
        message = f"Somebody cannot be kept {word} {'from' if word == 'apart' else 'with'} themselves."
        cells.tell(code, "b", message, "Write two different ids.")
        return None
    return (first, second) if first and second else None


def read_pin(cells: Cells, clinic: Clinic) -> Pin | None:
    """Return the pin of one row."""
    cells.needed_text("action")
    action = cells.choice_or_none("action", ACTIONS)
    start = cells.clock("start")
    if start is not None and start % clinic.grid_minutes:
        cells.tell("E-OFF-GRID", "start", *off_grid(start, clinic.grid_minutes))
    first, last = _dates(cells, "The pin ends on {}, before it begins on {}.")
    if all(cells.is_blank(column) for column in PIN_COLUMNS):
        cells.tell(
            "E-PIN-EMPTY",
            "action",
            "This pin names nobody and nothing.",
            "Fill at least one more cell, or delete the row.",
        )
        return None
    if action is None:
        return None
    return Pin(
        action=action,
        participant_id=cells.text_or_none("participant_id"),
        therapist_id=cells.text_or_none("therapist_id"),
        room_id=cells.text_or_none("room_id"),
        group_id=cells.text_or_none("group_id"),
        service_id=cells.text_or_none("service_id"),
        day=cells.weekday("day"),
        start=start,
        from_date=first,
        until_date=last,
        row=cells.at.row,
    )


def read_attendance(cells: Cells) -> AttendanceRecord | None:
    """Return the record of one row."""
    cells.needed_text("date")
    participant_id = cells.needed_text("participant_id")
    cells.needed_text("status")
    day, status = cells.day("date"), cells.choice_or_none("status", STATUSES)
    minutes = cells.whole("minutes")
    session_id, service_id = cells.text_or_none("session_id"), cells.text_or_none("service_id")
    if session_id is None and service_id is None:
        cells.tell("E-CELL-BLANK", "service_id", "Neither session_id nor service_id is filled.", "Fill one of them.")
    if day is None or status is None or not participant_id:
        return None
    return AttendanceRecord(day, participant_id, session_id, service_id, minutes, status, cells.at.row)
