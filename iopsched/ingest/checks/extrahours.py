"""Warnings about extra time that nobody can use, or no group."""

from __future__ import annotations

from iopsched.domain.people import TimeOff
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, WEEK, Windows
from iopsched.ingest.cell.days import days_written
from iopsched.ingest.cell.effect import windows_written
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.file.extratime import part_of_week
from iopsched.words.wording import quoted
from iopsched.words.wordings import said

_MOST_SHOWN = 4


def check_extra_time(sheet: SoundRows) -> None:
    """Warn of extra time in this week that nobody can use, and of a clinic that it opens around the clock."""
    for entry in sheet.draft.extra_time:
        row, span = entry.value, part_of_week([entry.value], sheet.week)
        if not span or not sheet.is_sound(entry.at):
            continue
        shown = windows_written(span, _MOST_SHOWN)
        if why := _why_unused(sheet, row, span):
            message = f"The extra time {shown} {why} and has no effect."
            sheet.report.tell(
                "W-EXTRA-TIME", entry.at.cell("start"), message, "Correct start and end, or delete the row."
            )
        elif row.kind == "clinic" and any(item.minutes >= DAY for item in span):
            message = f"The extra time {shown} opens the clinic from midnight to midnight."
            remedy = "Write the hours, such as 2026-12-05 09:00 in start and 2026-12-05 13:00 in end."
            sheet.report.tell("W-EXTRA-TIME", entry.at.cell("start"), message, remedy)
        elif row.kind == "clinic" and (found := _lack_of_groups(sheet, span)):
            message = f"The extra time {shown} holds no session of any group, only sessions that are formed freely."
            sheet.report.tell(found[0], entry.at.cell("start"), message, found[1])


def opened_at_times(sheet: SoundRows) -> frozenset[int]:
    """Return the weekdays on which the clinic is closed but for dates of ``extra_time.csv``, of whatever week."""
    dates = {entry.value.start.weekday() for entry in sheet.draft.extra_time if entry.value.kind == "clinic"}
    return frozenset(dates) - sheet.clinic.open.minus(sheet.clinic.extra).days()


def _lack_of_groups(sheet: SoundRows, span: Windows) -> tuple[str, str] | None:
    """Return the code and what lets groups meet in extra hours of days that are closed otherwise.

    None where a group can meet, or none is as short. What the groups' own ``times`` say is meant and only told.
    """
    extra = span.intersection(sheet.open)
    known = [(entry.value, sheet.services.get(entry.value.service_id)) for entry in sheet.groups.values()]
    offers = [
        (group, service)
        for group, service in known
        if service is not None and any(item.minutes >= service.minutes for item in extra)
    ]
    days = extra.days()
    if not offers or not days <= opened_at_times(sheet):
        return None
    if any(_may_meet(sheet, group, service, extra) for group, service in offers):
        return None
    names = days_written(sorted(days))
    if any(_starts(sheet, service, extra) for _, service in offers):
        return "I-EXTRA-TIME", said("Add {} to times of a group in {groups.csv}, unless none is to meet.", names)
    fitting = [
        block.id
        for block in sheet.clinic.blocks
        if any(
            extra.covers(day * DAY + block.start, day * DAY + block.start + service.minutes)
            for day in days
            for _, service in offers
            if service.minutes <= block.end - block.start
        )
    ]
    if fitting:
        remedy = said(
            "Add {} to days of the block {} in {clinic.toml}, unless no group is to meet.", names, quoted(fitting[0])
        )
    else:
        remedy = said(
            "Write hours that hold one of the blocks of {clinic.toml}, or add a block, unless no group is to meet."
        )
    return "W-EXTRA-TIME", remedy


def _may_meet(sheet: SoundRows, group: Group, service: Service, extra: Windows) -> bool:
    times, minutes = group.times, service.minutes
    return any(times is None or times.allow(start, start + minutes) for start in _starts(sheet, service, extra))


def _starts(sheet: SoundRows, service: Service, extra: Windows) -> list[int]:
    """Return the starts of a session of a service inside extra hours."""
    if service.starts == "grid" or not sheet.clinic.blocks:
        starts = list(range(0, WEEK, sheet.clinic.grid_minutes))
    else:
        fitting = (block for block in sheet.clinic.blocks if service.minutes <= block.end - block.start)
        starts = [day * DAY + block.start for block in fitting for day in block.days]
    return [start for start in starts if extra.covers(start, start + service.minutes)]


def _why_unused(sheet: SoundRows, row: TimeOff, span: Windows) -> str:
    if row.kind == "clinic":
        if not span.intersection(sheet.open):
            return "lies in a closure of the clinic"
        return "" if span.intersection(sheet.clinic.extra) else "lies in the opening hours already"
    if not span.intersection(sheet.open):
        return "is outside the opening hours"
    free = _free_of(sheet, row)
    return "" if free is None or span.intersection(free) else "lies in busy time or in an absence"


def _free_of(sheet: SoundRows, row: TimeOff) -> Windows | None:
    """Return when the person or room of a row is free, None where its row cannot be read."""
    if row.kind == "participant" and row.id in sheet.participants:
        return sheet.free_of_participant(sheet.participants[row.id].value)
    if row.kind == "therapist" and row.id in sheet.therapists:
        return sheet.free_of_therapist(sheet.therapists[row.id].value)
    if row.kind == "room" and row.id in sheet.rooms:
        return sheet.free_of_room(sheet.rooms[row.id].value)
    return None
