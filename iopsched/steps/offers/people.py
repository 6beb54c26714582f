"""Offers about participants: when and how they can come, in which group they are, and who is their primary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iopsched.domain.people import Participant
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import TimeRange, Windows
from iopsched.policy.needs import may_join
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import AddItem, Edit, OfferedStep, SetText
from iopsched.steps.offers.newtimes import gaps, opens_one_of
from iopsched.steps.offers.offering import step
from iopsched.steps.offers.opentimes import FAMILY
from iopsched.steps.offers.rowchanges import Changed, changing, with_time
from iopsched.steps.offers.shortfall import Shortfall, is_of_group
from iopsched.words.sentence import GroupRef, ParticipantRef, Sentence, TherapistRef
from iopsched.words.wordings import said

Telling = tuple[Edit, Sentence, Changed]
MOST_OTHERS = 150
"""Stretches of people who lack nothing, but are in sessions that others could have: those with the least time first."""


def participant_window(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer the whole gaps of a day beside and between somebody's windows in which they could have what they lack.

    Those of others follow who have sessions of the services that are lacking: they could make room.
    """
    for person in at.people:
        services = [service for service in at.services if person in at.lacking[service.id]]
        yield from _stretches(at, person, services)
    yield from _stretches_of_others(at)


def _stretches_of_others(at: Shortfall) -> Iterator[OfferedStep]:
    attended: dict[str, set[str]] = {}
    for row in at.schedule.sessions:
        for key in row.participant_ids:
            attended.setdefault(key, set()).add(row.service_id)
    others = [row for row in at.problem.participants if row not in at.people and row.id in attended]
    left = MOST_OTHERS
    for person in sorted(others, key=lambda row: (row.availability.intersection(at.opening).minutes, row.id)):
        services = [service for service in at.services if service.id in attended[person.id]]
        found = tuple(_stretches(at, person, services))
        if len(found) > left:
            return
        left -= len(found)
        yield from found


def _stretches(at: Shortfall, person: Participant, services: list[Service]) -> Iterator[OfferedStep]:
    open_ = at.opening.minus(at.closed_to(person))
    for column in ("availability", "family_availability"):
        windows: Windows | None = getattr(person, column)
        is_family = column == "family_availability"
        wanted = [
            row for row in services if is_family == (row.kind in FAMILY and person.family_availability is not None)
        ]
        if windows is None or not wanted:
            continue
        spans = sorted({span for service in wanted for span in _spans(at, person, service)})
        for gap in gaps(windows, open_):
            if opens_one_of(windows, gap, spans):
                yield _stretch(at, person, column, gap)


def _spans(at: Shortfall, person: Participant, service: Service) -> Iterator[TimeRange]:
    groups: tuple[Group | None, ...] = at.groups_for(person, service) or (None,)
    for group in groups if service.id in at.problem.groups_of else (None,):
        yield from at.spans(service, group)


def _stretch(at: Shortfall, person: Participant, column: str, item: TimeRange) -> OfferedStep:
    return step(at, StepKind.PARTICIPANT_WINDOW, (person.id,), *another_stretch(person, column, item), column=column)


def another_stretch(person: Participant, column: str, item: TimeRange) -> Telling:
    """Return what a further stretch in a column of somebody's windows is: in the cell, in words, for the problem."""
    who = "the family of {}" if column == "family_availability" else "{}"
    told = said(f"Let {who} also come {{}} ({{participants.csv}}, {column}).", ParticipantRef(person.id), str(item))
    return AddItem(str(item)), told, with_time("participants", person.id, column, item)


def telehealth(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer that somebody comes by video as well as in person, where a session that they lack can be held so."""
    for person in at.people:
        if person.modality == "either":
            continue
        services = [service for service in at.services if person in at.lacking[service.id]]
        groups = [group for service in services for group in at.groups_for(person, service)]
        held = {*(service.modality for service in services), *(group.modality for group in groups)}
        if held & {"either", "hybrid", "telehealth" if person.modality == "in_person" else "in_person"}:
            told = said(_both_ways(person), ParticipantRef(person.id))
            change = changing("participants", person.id, lambda _: {"modality": "either"})
            yield step(at, StepKind.TELEHEALTH, (person.id,), SetText("either"), told, change)


def _both_ways(person: Participant) -> str:
    more = "by video" if person.modality == "in_person" else "in person"
    return f"Let {{}} also come {more} ({{participants.csv}}, modality: either)."


def move_participant(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer any other group of the same service to everybody whose group is of one that is lacking.

    Whoever leaves a group that is full makes room in it, and whoever comes may make one large enough to be held. A group
    that nobody joins without its ``group_id`` is offered by itself.
    """
    for person in at.problem.participants:
        for group_id in () if _is_stepped(at, person, "group_id") else person.group_ids:
            service_id = at.problem.group[group_id].service_id
            others = [
                row for row in at.problem.groups_of[service_id] if row.id != group_id and is_of_group(person, row)
            ]
            if service_id not in at.lacking:
                continue
            kept = tuple(key for key in person.group_ids if key != group_id)
            asked = [row for row in others if not may_join(at.problem, replace(person, group_ids=kept), row)]
            for other in asked if person in at.lacking[service_id] else ():
                yield step(at, StepKind.MOVE_PARTICIPANT, (person.id,), *moved_to(person, kept, other.id))
            if len(asked) < len(others):
                ref = ParticipantRef(person.id)
                told = "Let {} be in any group instead of {} ({participants.csv}, group_id)."
                change = _in_groups(person, kept)
                yield step(
                    at,
                    StepKind.MOVE_PARTICIPANT,
                    (person.id,),
                    SetText("; ".join(kept)),
                    said(told, ref, GroupRef(group_id)),
                    change,
                )


def moved_to(person: Participant, kept: tuple[str, ...], group_id: str) -> Telling:
    """Return what it is that somebody is in a group beside those kept: in the cell, in words, for the problem."""
    group_ids = (*kept, group_id)
    told = said("Move {} to group {} ({participants.csv}, group_id).", ParticipantRef(person.id), GroupRef(group_id))
    return SetText("; ".join(group_ids)), told, _in_groups(person, group_ids)


def _in_groups(person: Participant, group_ids: tuple[str, ...]) -> Changed:
    return changing("participants", person.id, lambda _: {"group_ids": group_ids})


def _is_stepped(at: Shortfall, person: Participant, column: str) -> bool:
    """Return whether a row of ``steps.csv`` holds in place of a cell of ``participants.csv``, which then changes nothing."""
    return ("steps.csv", person.id, column) in at.rows


def other_primary(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer whoever may be as the primary of those who lack sessions that theirs leads, and of others of the same primary."""
    wanted = [service for service in at.services if service.with_primary]
    busy = {person.primary_id for service in wanted for person in at.lacking[service.id]} - {None}
    for person in at.problem.participants:
        if person.primary_id in busy and not _is_stepped(at, person, "therapist_id"):
            told = "Let anybody who may be the primary therapist of {} ({participants.csv}, therapist_id: blank)."
            change = changing("participants", person.id, lambda _: {"primary_id": None})
            edit, sentence = SetText(""), said(told, ParticipantRef(person.id))
            yield step(at, StepKind.OTHER_PRIMARY, (person.id,), edit, sentence, change)


def led_by(person: Participant, therapist_id: str) -> Telling:
    """Return what it is that somebody has this primary: in the cell, in words, for the problem."""
    told = said(
        "Make {} the primary therapist of {} ({participants.csv}, therapist_id).",
        *(TherapistRef(therapist_id), ParticipantRef(person.id)),
    )
    return SetText(therapist_id), told, changing("participants", person.id, lambda _: {"primary_id": therapist_id})
