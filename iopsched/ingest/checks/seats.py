"""Warnings about sessions of groups: rooms too small for the given members, staff who do not count for the ratio."""

from __future__ import annotations

from iopsched.domain.people import Participant
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Role, Service
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.checks.supply import is_in_use
from iopsched.ingest.report import At
from iopsched.policy.numbers import roles_of
from iopsched.words.phrases import count
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


def check_seats(problem: Problem, sheet: SoundRows) -> None:
    """Warn of closed groups that no room can seat, and of groups whose staff all count for nothing."""
    members = sheet.given_members()
    for group in problem.groups:
        service = problem.service[group.service_id]
        at = sheet.groups[group.id].at
        if group.membership == "closed":
            _members(problem, sheet, group, service, [entry.value for entry in members.get(group.id, ())])
        if group.staff is not None:
            _ratio(problem, sheet, at.cell("staff"), f"the group {quoted(group.id)}", group.staff)
    for service in problem.services:
        groups = problem.groups_of.get(service.id, ())
        has_own = bool(groups) and all(group.staff is not None for group in groups)
        if service.kind not in ("individual", "family") and is_in_use(problem, service) and not has_own:
            at = sheet.service_places.get(service.id, At("therapists.csv", 0, "counts_for_ratio"))
            _ratio(problem, sheet, at.cell("staff") if at.row else at, quoted(service.id), service.staff)


def _ratio(problem: Problem, sheet: SoundRows, at: At, what: str, roles: tuple[Role, ...]) -> None:
    skills = {role.skill for role in roles}
    able = [person for person in problem.therapists if skills.intersection(person.skills)]
    if able and not any(person.counts_for_ratio for person in able):
        sheet.report.tell(
            "W-RATIO-NOBODY",
            at,
            f"Nobody who could staff {what} counts for the ratio: {listed(quoted(person.id) for person in able[:5])}.",
            said("No session can be held; correct counts_for_ratio or skills in {therapists.csv}."),
        )


def _members(problem: Problem, sheet: SoundRows, group: Group, service: Service, members: list[Participant]) -> None:
    """Compare the given members of a group with the largest room that it may use."""
    modality = group.modality or service.modality
    if not service.needs_room or modality in ("telehealth", "either"):
        return
    heads = sum(person.modality != "telehealth" for person in members)
    features = service.room_features | group.room_features
    rooms = [room for room in problem.rooms if group.room_id in (None, room.id) and features <= room.features]
    if not heads or not rooms:
        return
    ratio = group.participants_per_staff or service.participants_per_staff or problem.clinic.ratios[group.population]
    least = 1 if modality == "hybrid" else sum(role.number for role in roles_of(service, group))
    most, staff = max(_seated(room, heads, service.guests, least, ratio) for room in rooms)
    if most < heads:
        sheet.report.tell(
            "W-ROOM-MEMBERS",
            sheet.groups[group.id].at.cell("room_id" if group.room_id else "group_id"),
            f"{quoted(group.id)} has {count(heads, 'member')}; the largest room it may use seats "
            f"{count(most, 'participant')}{' with their guests' if service.guests else ''} and {staff} staff.",
            said("Name a larger room, or move members to another group in {participants.csv}."),
        )


def _seated(room: Room, heads: int, guests: int, least: int, ratio: int) -> tuple[int, int]:
    """Return how many of so many participants a room seats, and with how many staff."""
    for number in range(heads, 0, -1):
        staff = max(least, -(-number // ratio))
        if number * (1 + guests) + staff <= room.capacity and number <= (room.max_participants or number):
            return number, staff
    return 0, least
