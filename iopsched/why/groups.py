"""Why a participant has no session of a group, or fewer than it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iopsched.domain.people import Participant
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.model.matching import matches_group
from iopsched.why.barriers import why_barred
from iopsched.why.look import Look
from iopsched.why.missed import reference_to, why_missed
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, ParticipantRef, Sentence
from iopsched.words.wordings import said


def why_no_group(look: Look, person: Participant, service: Service) -> Iterator[Sentence]:
    """Yield why a participant has no session of a service with groups."""
    groups = look.problem.groups_of[service.id]
    matching = [group for group in groups if matches_group(person, group)]
    if not matching:
        told = "No group of service {} takes {}: {}."
        yield Sentence(told, service.id, ParticipantRef(person.id), traits(person))
    own = [group for group in groups if group.id in person.group_ids] or matching
    names = _all_of(own)
    reached = {c.start for c in look.options_of(person, service)}
    for why in sorted(look.possible.blocked[person.id, service.id]) if own and not reached else ():
        yield Sentence("Group {}: {}.", names, why)
    if own and not reached:
        yield from (Sentence("Group {}: {}.", names, why) for why in why_barred(look, person, service))
        told = "Group {} cannot meet inside the participant's windows with anybody who may lead it."
        yield Sentence(told, names)
    yield from _why_group_full(look, person, own)
    if look.is_proven:
        yield from _why_group_apart(look, person, own)


def _why_group_full(look: Look, person: Participant, groups: list[Group]) -> Iterator[Sentence]:
    if not groups or look.groups_attended(person):
        return
    full = [group for group in groups if look.is_full(group)]
    if len(full) == len(groups):
        yield Sentence("Group {} is full.", _all_of(groups))
    if look.is_proven and not any(session.group_id in {g.id for g in groups} for session in look.schedule.sessions):
        yield Sentence("Group {} is not held: too few members, or no staff and room for it.", _all_of(groups))


def _why_group_apart(look: Look, person: Participant, groups: list[Group]) -> Iterator[Sentence]:
    """Yield who attends sessions that the participant could attend if the two were not kept apart."""
    reached = {(c.group.id, c.start) for c in look.possible.options[person.id] if c.group is not None}
    attended = look.groups_attended(person)
    for group in groups:
        if attended and group.id not in attended and group.membership == "closed":
            continue
        held = [s for s in look.schedule.sessions if s.group_id == group.id]
        missed = [s for s in held if person.id not in s.participant_ids and (group.id, s.start) in reached]
        for other in sorted(look.possible.apart[person.id]):
            there = [s for s in missed if other in {*s.participant_ids, *s.therapist_ids}]
            if there:
                who = reference_to(look.problem, other)
                yield said(
                    "Group {}: {keep_apart.csv} keeps {} from {}, and {} is in {} of its {}.",
                    *(GroupRef(group.id), ParticipantRef(person.id), who, who),
                    *(len(there), count(len(held), "session")),
                )


def why_few_group_days(look: Look, person: Participant) -> Iterator[Sentence]:
    """Yield groups of the participant that have fewer days for them than sessions a week, whatever the schedule."""
    for group_id in sorted(look.groups_attended(person)):
        group = look.problem.group[group_id]
        days = sorted({c.day for c in look.possible.options[person.id] if c.group is group})
        per_day = look.problem.service[group.service_id].max_per_day
        if days and per_day and len(days) * per_day < group.sessions_per_week:
            yield Sentence(
                "Group {} is possible on {} only ({}) for {}: its times, who may lead it, its room "
                "and the participant's own time allow no more.",
                *(GroupRef(group_id), count(len(days), "day"), day_names(days), ParticipantRef(person.id)),
            )


def why_few_sessions(look: Look, person: Participant) -> Iterator[Sentence]:
    """Yield groups of the participant that are held, or attended, less often than they should be."""
    attending = look.groups_attended(person)
    for group_id in sorted(attending.union(person.group_ids)):
        group = look.problem.group[group_id]
        held = [s for s in look.schedule.sessions if s.group_id == group_id]
        missed = [s for s in held if person.id not in s.participant_ids]
        if missed:
            attended = len(held) - len(missed)
            why = why_missed(look.terms, person, missed, look.attended[person.id])
            told = "Attends {} of {} of group {}: {}."
            yield Sentence(told, attended, count(len(held), "session"), GroupRef(group_id), why)
        if group_id in attending and len(held) < group.sessions_per_week:
            told = "Group {} is held {} of {} times: staff, rooms or its members' time do not allow more."
            yield Sentence(told, GroupRef(group_id), len(held), group.sessions_per_week)


def _all_of(groups: Sequence[Group]) -> Sentence:
    return Sentence.joined(", ", (GroupRef(group.id) for group in groups))


def day_names(days: Sequence[int]) -> str:
    """Return the names of weekdays."""
    return ", ".join(WEEKDAYS[day] for day in days)


def traits(person: Participant) -> str:
    """Return what groups ask of a participant."""
    tracks = ";".join(person.tracks) or "blank"
    return f"population {person.population}, track {tracks} (and gender or language where a group asks)"
