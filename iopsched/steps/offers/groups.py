"""Offers about groups: one member more, one session more, one group more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import day_index
from iopsched.policy.numbers import largest, role_skills, roles_of, staff_ratio
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import AddNumber, NewRow, OfferedStep
from iopsched.steps.offers.offering import free_id, step
from iopsched.steps.offers.rowchanges import growing, with_new
from iopsched.steps.offers.shortfall import Shortfall, suits
from iopsched.words.sentence import GroupRef
from iopsched.words.wordings import said

MOST_SESSIONS = 4
"""So many further sessions a week of one group are offered at most."""


def raise_size(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer one member more, up to what cap, ratio and seats allow, and to how many lack its sessions."""
    for group in at.groups:
        service = at.problem.service[group.service_id]
        most = largest(at.clinic, service, group, (group.population,)).value
        room = min(_largest_allowed(at, service, group) - most, len(at.lackers_of(group)))
        for unit in range(1, room + 1):
            told = said("Let group {} take one more participant ({groups.csv}, max_size).", GroupRef(group.id))
            change = growing("groups", group.id, "max_size", 1, most)
            yield step(at, StepKind.RAISE_SIZE, (group.id,), AddNumber(1, str(most)), told, change, unit=unit)


def _largest_allowed(at: Shortfall, service: Service, group: Group) -> int:
    """Return the most members that the cap, the ratio with all staff there are, and the largest room allow."""
    cap = largest(at.clinic, service, None, (group.population,)).value
    ratio = staff_ratio(at.clinic, service, group, (group.population,))
    return min(cap, _by_ratio(at, service, group, ratio.value) if ratio else cap, _by_seats(at, service, group, cap))


def _by_ratio(at: Shortfall, service: Service, group: Group, ratio: int) -> int:
    skills = role_skills(service, group)
    counting = [
        row
        for row in at.problem.therapists
        if row.counts_for_ratio and skills.intersection(row.skills) and suits(row, group.population, group.tracks)
    ]
    return ratio * len(counting)


def _by_seats(at: Shortfall, service: Service, group: Group, cap: int) -> int:
    modality = group.modality or service.modality
    if not service.needs_room or modality != "in_person":
        return cap
    staff = sum(role.number for role in roles_of(service, group))
    features = service.room_features | group.room_features
    rooms = [row for row in at.problem.rooms if group.room_id in (None, row.id) and features <= row.features]
    seats = [
        min(
            (row.capacity - staff) // (1 + service.guests),
            cap if row.max_participants is None else row.max_participants,
        )
        for row in rooms
    ]
    return max(seats, default=0)


def extra_session(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer one more session a week of a group, up to what the days on which it could meet allow."""
    for group in at.groups:
        service = at.problem.service[group.service_id]
        days = len({day_index(span.start) for span in at.spans(service, group)})
        most = days * service.max_per_day if service.max_per_day else days * MOST_SESSIONS
        for unit in range(1, min(most - group.sessions_per_week, MOST_SESSIONS) + 1):
            told = said("Let group {} meet once more a week ({groups.csv}, sessions_per_week).", GroupRef(group.id))
            change = growing("groups", group.id, "sessions_per_week", 1)
            yield step(at, StepKind.EXTRA_SESSION, (group.id,), AddNumber(1), told, change, unit=unit)


def new_group(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer one more group of each kind that is lacking: as the one that most could use, at any time, with any lead and room.

    None of a service whose groups have modules of their own: somebody has to write what a further one is taught.
    """
    models: dict[tuple[str, str, tuple[str, ...]], Group] = {}
    for group in sorted(at.groups, key=lambda row: (-len(at.lackers_of(row)), row.id)):
        models.setdefault((group.service_id, group.population, group.tracks), group)
    for model in models.values():
        service = at.problem.service[model.service_id]
        is_taught_apart = any(row.group_ids and row.service_id == service.id for row in at.problem.modules)
        if at.spans(service, None) and not is_taught_apart:
            group = replace(
                model,
                id=free_id(model.id, at.problem.group),
                times=None,
                lead_ids=(),
                room_id=None,
                target_size=None,
                meets="needed",
            )
            told = said("Open one more group like {}: {} ({groups.csv}, a new row).", GroupRef(model.id), group.id)
            yield step(at, StepKind.NEW_GROUP, (group.id,), NewRow(_cells(group)), told, with_new("groups", group))


def _cells(group: Group) -> Mapping[str, str]:
    """Return the cells of a group that are not as a blank one would be."""
    cells = {
        "group_id": group.id,
        "service_id": group.service_id,
        "track": "; ".join(group.tracks),
        "population": group.population,
        "sessions_per_week": str(group.sessions_per_week),
        "same_start": "" if group.same_start else "no",
        "min_size": _number(group.min_size),
        "max_size": _number(group.max_size),
        "participants_per_staff": _number(group.participants_per_staff),
        "one_lead": "" if group.one_lead == "prefer" else group.one_lead,
        "staff": "; ".join(f"{role.skill}:{role.number}" for role in group.staff or ()),
        "room_features": "; ".join(sorted(group.room_features)),
        "membership": "" if group.membership == "closed" else group.membership,
        "attend": "" if group.attend == "all" else group.attend,
        "joins": group.joins or "",
        "gender": group.gender or "",
        "language": group.language or "",
        "modality": group.modality or "",
    }
    return {column: cell for column, cell in cells.items() if cell}


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
