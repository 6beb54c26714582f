"""Warnings about times across files that have no effect this week."""

from __future__ import annotations

from datetime import timedelta

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, TimeRange, Windows
from iopsched.ingest.cell.effect import OUTSIDE, likely_meaning, windows_written
from iopsched.ingest.checks.extrahours import check_extra_time, opened_at_times
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.file.extratime import part_of_week
from iopsched.ingest.report import At
from iopsched.ingest.row.cells import Entry
from iopsched.words.wording import joined, quoted

_MOST_SHOWN = 4


def check_effects(sheet: SoundRows) -> None:
    """Warn of blocks, absences, wishes, bans and short windows that cannot change anything."""
    if not sheet.draft.settings.hours.is_sure:
        return
    _blocks(sheet)
    _absences(sheet)
    check_extra_time(sheet)
    _bans(sheet)
    shortest = min((service.minutes for service in sheet.services.values()), default=0)
    people: list[Entry[Participant] | Entry[Therapist]] = [*sheet.participants.values(), *sheet.therapists.values()]
    for entry in people:
        _preferred(sheet, entry)
        _short(sheet, entry.at.cell("availability"), entry.value.availability, shortest)
    for room in sheet.rooms.values():
        _short(sheet, room.at.cell("availability"), room.value.availability, shortest)
    for group in sheet.groups.values():
        if (service := sheet.services.get(group.value.service_id)) is not None:
            _group_times(sheet, group, service)


def _tell(sheet: SoundRows, at: At, windows: Windows, why: str, remedy: str) -> None:
    shown = windows_written(windows, _MOST_SHOWN)
    sheet.report.tell(OUTSIDE, at, f"{shown} {why} and has no effect.", remedy)


def _blocks(sheet: SoundRows) -> None:
    for block in sheet.clinic.blocks:
        days = sorted(block.days - opened_at_times(sheet))
        spans = [TimeRange(day * DAY + block.start, day * DAY + block.end) for day in days]
        begun = Windows.of(item for item in spans if sheet.clinic.open.covers(item.start, item.start + 1))
        outside = Windows.of(spans).minus(begun.intersection(sheet.clinic.open))
        if outside:
            number = sheet.draft.settings.block_numbers.get(block.id, 0)
            at = sheet.draft.settings.at(f"blocks.{number}.start")
            what = f"of the block {quoted(block.id)} is outside the opening hours, or cannot begin inside them,"
            _tell(sheet, at, outside, what, _meaning(outside, sheet.clinic.open, "Correct the block, or open."))


def _meaning(windows: Windows, open_: Windows, remedy: str) -> str:
    meant = [found for item in windows if (found := likely_meaning(item, open_)) is not None]
    return joined(f"Did you mean {windows_written(Windows.of(meant), _MOST_SHOWN)}?" if meant else "", remedy)


def _absences(sheet: SoundRows) -> None:
    """Warn of absences that lie in this week and do not touch the opening hours."""
    for entry in sheet.draft.time_off:
        row = entry.value
        is_inside = sheet.week <= row.start.date() and row.end.date() <= sheet.week + timedelta(days=7)
        if not is_inside or not sheet.is_sound(entry.at):  # before what takes longer: the file may be of many years
            continue
        span = part_of_week([row], sheet.week)
        if not span or span.intersection(sheet.clinic.open):
            continue
        remedy = _meaning(span, sheet.clinic.open, "Correct start and end, or delete the row.")
        _tell(sheet, entry.at.cell("start"), span, "is outside the opening hours", remedy)


def _bans(sheet: SoundRows) -> None:
    """Warn of must_not pins whose start the clinic never has."""
    for entry in sheet.draft.pins:
        pin = entry.value
        if pin.action != "must_not" or pin.start is None or not sheet.is_sound(entry.at):
            continue
        days = range(7) if pin.day is None else (pin.day,)
        starts = Windows.of(TimeRange(day * DAY + pin.start, day * DAY + pin.start + 1) for day in days)
        if starts.intersection(sheet.clinic.open):
            continue
        first = starts.ranges[0]
        when = windows_written(starts).partition("-")[0] if pin.day is not None else "This start"
        meant = likely_meaning(first, sheet.clinic.open)
        hint = f"Did you mean {windows_written(Windows((meant,))).split()[1].partition('-')[0]}?" if meant else ""
        message = f"{when} is outside the opening hours, so that this row forbids nothing."
        sheet.report.tell(
            OUTSIDE, entry.at.cell("start"), message, joined(hint, "Correct the start, or delete the row.")
        )


def _preferred(sheet: SoundRows, entry: Entry[Participant] | Entry[Therapist]) -> None:
    """Warn of preferred windows in which the person is never available; those outside the opening hours are told already."""
    person = entry.value
    if person.preferred is None:
        return
    usable = person.availability
    if isinstance(person, Participant) and person.family_availability is not None:
        usable = usable.union(person.family_availability)
    lost = Windows(
        tuple(
            item
            for item in person.preferred.intersection(sheet.clinic.open)
            if not usable.overlaps(item.start, item.end)
        )
    )
    if lost:
        why = f"is outside the availability of {quoted(person.id)}"
        _tell(sheet, entry.at.cell("preferred"), lost, why, "Correct preferred or availability.")


def _short(sheet: SoundRows, at: At, windows: Windows, shortest: int) -> None:
    """Warn of windows that no session fits into."""
    usable = windows.intersection(sheet.clinic.open)
    short = Windows(tuple(item for item in usable if item.minutes < shortest))
    if short and short != usable and windows != sheet.clinic.open:
        why = f"is shorter than any session ({shortest} minutes)"
        _tell(sheet, at, short, why, "Correct the times, or take them out.")


def _group_times(sheet: SoundRows, entry: Entry[Group], service: Service) -> None:
    """Warn of a group's windows in which none of its sessions can begin and end, where others allow it."""
    times = entry.value.times
    if times is None:
        return
    usable = times.windows.intersection(sheet.clinic.open)
    useless = tuple(item for item in usable if not _holds_session(sheet, item, service))
    if useless and (len(useless) < len(usable.ranges) or times.starts):
        why = f"holds no session of {service.minutes} minutes"
        _tell(sheet, entry.at.cell("times"), Windows(useless), why, "Correct the times, or take them out.")


def _holds_session(sheet: SoundRows, item: TimeRange, service: Service) -> bool:
    if service.starts == "grid":
        step = sheet.clinic.grid_minutes
        return -(-item.start // step) * step + service.minutes <= item.end
    starts = (day * DAY + block.start for block in sheet.clinic.blocks for day in block.days)
    return any(item.start <= start and start + service.minutes <= item.end for start in starts)
