"""Services, groups and rooms: numbers that contradict each other across files."""

from __future__ import annotations

from collections.abc import Iterable

from iopsched.domain.services import Group, Service
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.policy.numbers import largest, roles_of, smallest
from iopsched.words.phrases import count
from iopsched.words.wording import quoted
from iopsched.words.wordings import said


def most_people(sheet: SoundRows, service: Service, group: Group) -> int:
    """Return the most participants of a session of a group."""
    return largest(sheet.clinic, service, group, (group.population,)).value


def lacks(asked: str | None, held: Iterable[str]) -> bool:
    """Return whether a gender or language that is asked for is not among those held, whatever their case."""
    return asked is not None and asked.casefold() not in {word.casefold() for word in held}


def check_offers(sheet: SoundRows) -> None:
    """Tell of services and groups whose numbers cannot hold together."""
    grouped = {entry.value.service_id for entry in sheet.groups.values()}
    for service_id, at in sheet.service_places.items():
        service = sheet.services[service_id]
        if service_id not in grouped:
            _service_sizes(sheet, at, service)
        if service.starts == "blocks" and sheet.clinic.blocks:
            _blocks_fit(sheet, at, service)
    for entry in sheet.groups.values():
        _group(sheet, entry.at, entry.value)


def _service_sizes(sheet: SoundRows, at: At, service: Service) -> None:
    low = smallest(service, None).value
    limits = [largest(sheet.clinic, service, None, (name,)).value for name in sheet.clinic.populations]
    if limits and low > max(limits):
        high = limits[0]
        sheet.report.tell(
            "E-MIN-MAX",
            at.cell("min_participants"),
            f"The minimum of {low} is above the maximum of {high}.",
            "Correct min_participants or fill max_participants.",
        )


def _blocks_fit(sheet: SoundRows, at: At, service: Service) -> None:
    longest = max(block.end - block.start for block in sheet.clinic.blocks)
    if service.minutes > longest:
        sheet.report.tell(
            "W-BLOCK-SHORT",
            at.cell("minutes"),
            f"A session of {service.minutes} minutes fits no block; the longest has {longest}.",
            said("Write starts {=} grid (any time that grid_minutes allows), or lengthen a block in {clinic.toml}."),
        )


def _group(sheet: SoundRows, at: At, group: Group) -> None:
    service = sheet.services.get(group.service_id)
    if service is None:
        return
    if service.kind in ("individual", "family"):
        sheet.report.tell(
            "E-GROUP-KIND",
            at.cell("service_id"),
            f"The service {quoted(service.id)} is of kind {service.kind}, which has no groups.",
            "Name a service of kind group, multifamily or other.",
        )
        return
    low, high = smallest(service, group).value, most_people(sheet, service, group)
    if low > high:
        sheet.report.tell(
            "E-MIN-MAX",
            at.cell("min_size"),
            f"The minimum of {low} is above the maximum of {high}.",
            said("Correct min_size or max_size, here or in {services.csv}."),
        )
        return
    if group.target_size is not None and not low <= group.target_size <= high:
        sheet.report.tell(
            "W-TARGET",
            at.cell("target_size"),
            f"The target of {group.target_size} lies outside the sizes {low} to {high}.",
            "Correct target_size.",
        )
    is_sure = sheet.draft.settings.hours.is_sure
    if is_sure and group.times is not None and not group.times.starts and not group.times.windows:
        sheet.report.tell(
            "W-GROUP-NEVER", at.cell("times"), "This group may never meet.", "Write times, or delete the row."
        )
    if group.modality not in (None, service.modality) and service.modality != "either" and group.modality != "either":
        sheet.report.tell(
            "W-MODALITY",
            at.cell("modality"),
            f"The group is {group.modality}, but its service {quoted(service.id)} is {service.modality}.",
            "It cannot be held; blank the cell, or write either for the service.",
        )
    _room(sheet, at, group, service, low)


def _room(sheet: SoundRows, at: At, group: Group, service: Service, low: int) -> None:
    if service.modality == "telehealth" or group.modality == "telehealth" or not service.needs_room or not sheet.rooms:
        return
    heads = 1 if service.modality == "hybrid" or group.modality == "hybrid" else max(low, 1)
    staff = 1 if heads == 1 else sum(role.number for role in roles_of(service, group))
    seats = heads * (1 + service.guests) + staff if heads > 1 else staff
    features = service.room_features | group.room_features
    rooms = [entry.value for entry in sheet.rooms.values() if group.room_id in (None, entry.value.id)]
    if not rooms or any(
        room.capacity >= seats
        and features <= room.features
        and (room.max_participants is None or room.max_participants >= (low if heads > 1 else 0))
        for room in rooms
    ):
        return
    needed = f"{count(seats, 'seat')}{' and ' + ', '.join(sorted(features)) if features else ''}"
    if group.room_id is not None:
        sheet.report.tell(
            "W-ROOM-SMALL",
            at.cell("room_id"),
            f"The room {quoted(group.room_id)} does not have what the smallest session needs: {needed}.",
            said("Name another room, or correct {rooms.csv} or min_size."),
        )
    else:
        sheet.report.tell(
            "W-ROOM-NONE",
            at,
            f"No room has what the smallest session of {quoted(group.id)} needs: {needed}.",
            said("The group cannot be held; correct {rooms.csv} or min_size."),
        )
