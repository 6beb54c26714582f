"""The week itself: closed, without staff or rooms, or with an hour that the clock skips."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from iopsched.domain.services import Service
from iopsched.domain.timegrid import DAY, clock
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.ingest.row.cells import Entries
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said

R = TypeVar("R")


def check_week(sheet: SoundRows) -> None:
    """Tell of a week in which nothing can be held at all, and of starts that the clock has not."""
    if not sheet.draft.settings.hours.is_sure:
        return
    if not sheet.open:
        sheet.report.tell(
            "E-WEEK-CLOSED",
            At("time_off.csv"),
            f"The clinic is closed during the whole week of {sheet.week}.",
            "Choose another week, or correct the rows of kind clinic.",
        )
        return
    staff, rooms = sheet.draft.therapists, sheet.draft.rooms
    if _all_readable(staff, len(sheet.therapists)) and not any(
        sheet.free_of_therapist(entry.value) for entry in sheet.therapists.values()
    ):
        _tell_none(sheet, "E-NOBODY-FREE", "therapists.csv", "No member of staff")
    if (
        _needs_rooms(sheet)
        and _all_readable(rooms, len(sheet.rooms))
        and not any(sheet.free_of_room(entry.value) for entry in sheet.rooms.values())
    ):
        _tell_none(sheet, "E-NO-ROOM-FREE", "rooms.csv", "No room")
    _skipped_hours(sheet)


def _all_readable(entries: Entries[R], sound: int) -> bool:
    return 0 < len(entries.items) == sound and entries.table.is_complete


def _tell_none(sheet: SoundRows, code: str, file: str, who: str) -> None:
    sheet.report.tell(
        code,
        At(file),
        f"{who} has any usable time in the week of {sheet.week}.",
        said("Check availability, busy and {time_off.csv} against the opening hours."),
    )


def _needs_rooms(sheet: SoundRows) -> bool:
    return any(s.needs_room and s.modality != "telehealth" for s in sheet.services.values())


def _skipped_hours(sheet: SoundRows) -> None:
    """Tell of fixed starts inside the hour that the clock skips or repeats this week."""
    zone = ZoneInfo(sheet.clinic.timezone)
    for block in sheet.clinic.blocks:
        number = sheet.draft.settings.block_numbers.get(block.id, 0)
        for day in sorted(block.days):
            _tell_if_odd(sheet, zone, day * DAY + block.start, sheet.draft.settings.at(f"blocks.{number}.start"))
    for entry in sheet.groups.values():
        for start in sorted(entry.value.times.starts if entry.value.times else ()):
            _tell_if_odd(sheet, zone, start, entry.at.cell("times"))
    for pin in sheet.draft.pins:
        if pin.value.day is not None and pin.value.start is not None:
            _tell_if_odd(sheet, zone, pin.value.day * DAY + pin.value.start, pin.at.cell("start"))


def _tell_if_odd(sheet: SoundRows, zone: ZoneInfo, minute: int, at: At) -> None:
    when = datetime.combine(sheet.week, time()) + timedelta(minutes=minute)
    early, late = when.replace(tzinfo=zone, fold=0), when.replace(tzinfo=zone, fold=1)
    if early.utcoffset() == late.utcoffset():
        return
    is_gap = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != when
    sheet.report.tell(
        "E-TIME-SKIPPED" if is_gap else "E-TIME-REPEATED",
        at,
        f"On {when.date()} the clocks change, and {clock(minute)} {'does not exist' if is_gap else 'comes twice'}.",
        "Move the start by an hour.",
    )


def check_rooms(sheet: SoundRows) -> None:
    """Tell of sessions that need a room where there is none with a seat."""
    rooms = sheet.draft.rooms
    if (
        rooms.table.lost_ids
        or (rooms.table.exists and not rooms.table.is_complete)
        or len(sheet.rooms) < len(rooms.items)
    ):
        return
    if any(entry.value.capacity for entry in rooms):
        return
    held = [service.id for service in sheet.services.values() if _needs_room(sheet, service)]
    if not held:
        return
    is_one = len(held) == 1
    what = f"The service{'' if is_one else 's'} {listed(map(quoted, held))} {'needs' if is_one else 'need'} a room"
    there = {entry.at.row for entry in rooms}
    code, found = (
        ("E-FILE-HEADER-ONLY", "here is none")
        if rooms.table.exists
        else ("E-FILE-MISSING", said("this {file} is missing"))
    )
    if there:
        code, found = "E-NO-ROOM-FREE", "no room has a seat"
    where = said("{services.csv}" if sheet.draft.services.table.exists else "a file {services.csv}")
    sheet.report.tell(
        code,
        At("rooms.csv"),
        said("{}, and {}.", what, found),
        ("" if rooms.table.exists else sheet.draft.folder.renaming("rooms.csv"))
        or said(
            "Write each room with its room_id and capacity (seats, staff included); or, if nobody comes to a room, write "
            "telehealth in modality or no in needs_room of {}.",
            where,
        ),
    )


def _needs_room(sheet: SoundRows, service: Service) -> bool:
    """Return whether sessions of a service that is in use may have to be held in a room."""
    if not service.needs_room:
        return False
    groups = [entry.value for entry in sheet.groups.values() if entry.value.service_id == service.id]
    modalities = {group.modality or service.modality for group in groups} if groups else {service.modality}
    if "either" in modalities and all(entry.value.modality != "in_person" for entry in sheet.participants.values()):
        modalities.discard("either")
    return bool(modalities - {"telehealth"}) and (bool(groups) or _is_asked_for(sheet, service))


def _is_asked_for(sheet: SoundRows, service: Service) -> bool:
    column = {"individual": "individual_per_week", "family": "family_per_week"}.get(service.kind)
    return (
        service.kind == "group"
        or any(service.per_week.values())
        or any(entry.value.service_id == service.id and entry.value.per_week for entry in sheet.draft.needs)
        or (column is not None and any(getattr(entry.value, column) for entry in sheet.participants.values()))
    )
