"""Offers about rooms: an hour more, or one more room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from iopsched.domain.places import Room
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import NEVER
from iopsched.policy.numbers import roles_of, smallest
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import AddItem, NewRow, OfferedStep
from iopsched.steps.offers.newtimes import pieces
from iopsched.steps.offers.offering import free_id, step
from iopsched.steps.offers.rowchanges import with_new, with_time
from iopsched.steps.offers.shortfall import Shortfall
from iopsched.words.sentence import RoomRef
from iopsched.words.wordings import said


def room_window(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer an hour more of the rooms in which sessions that are lacking could be."""
    for room in at.problem.rooms:
        if not any(is_room_for(room, service, group) for service, group in _in_person(at)):
            continue
        open_ = at.opening.minus(room.busy.union(at.absent("room", room.id)))
        for item in pieces(room.availability, open_, at.blocks):
            told = said("Let room {} be used {} ({rooms.csv}, availability).", RoomRef(room.id), str(item))
            change = with_time("rooms", room.id, "availability", item)
            yield step(at, StepKind.ROOM_WINDOW, (room.id,), AddItem(str(item)), told, change)


def _in_person(at: Shortfall) -> list[tuple[Service, Group | None]]:
    """Return the lacking services and groups that need a room."""
    return [
        (service, group)
        for service, group in at.offered
        if service.needs_room and (group.modality if group and group.modality else service.modality) != "telehealth"
    ]


def is_room_for(room: Room, service: Service, group: Group | None) -> bool:
    """Return whether the smallest session of a service (and group) has a place in a room, by seats and features."""
    features = service.room_features | (group.room_features if group is not None else frozenset())
    is_asked = group is None or group.room_id in (None, room.id)
    return is_asked and features <= room.features and room.capacity >= _fewest_seats(service, group)


def _fewest_seats(service: Service, group: Group | None) -> int:
    staff = sum(role.number for role in roles_of(service, group))
    return smallest(service, group).value * (1 + service.guests) + staff


def extra_room(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer one more of the smallest room that is enough for what is lacking; where there is none, one that would be."""
    found: dict[tuple[int, int | None, frozenset[str]], Room] = {}
    for service, group in _in_person(at):
        anywhere = replace(group, room_id=None) if group is not None else None
        rooms = [row for row in at.problem.rooms if is_room_for(row, service, anywhere)]
        model = min(rooms, key=lambda row: (row.capacity, len(row.features), row.id), default=None) or _needed(
            at, service, group
        )
        found.setdefault((model.capacity, model.max_participants, model.features), model)
    for model in found.values():
        room = replace(model, id=free_id(model.id, at.problem.room), availability=at.clinic.open, busy=NEVER)
        told = said("Rent one more room with {} seats: {} ({rooms.csv}, a new row).", room.capacity, room.id)
        yield step(at, StepKind.EXTRA_ROOM, (room.id,), NewRow(_cells(room)), told, with_new("rooms", room))


def _needed(at: Shortfall, service: Service, group: Group | None) -> Room:
    """Return a room that would be enough."""
    features = service.room_features | (group.room_features if group is not None else frozenset())
    most = max((row.capacity for row in at.problem.rooms), default=0)
    return Room("R", max(most, _fewest_seats(service, group)), features=features)


def _cells(room: Room) -> Mapping[str, str]:
    cells = {
        "room_id": room.id,
        "capacity": str(room.capacity),
        "max_participants": "" if room.max_participants is None else str(room.max_participants),
        "features": "; ".join(sorted(room.features)),
    }
    return {column: cell for column, cell in cells.items() if cell}
