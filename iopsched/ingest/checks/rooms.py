"""A clinic without rooms: in order where nothing is held in one."""

from __future__ import annotations

from iopsched.domain.services import Service
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


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
