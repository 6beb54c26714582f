"""Causes in the participant's own row, in the rooms and in the number of people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iopsched.domain.timegrid import hours
from iopsched.model.filters import RoomDemand
from iopsched.model.terms import accepts
from iopsched.why.counts.ledger import WHO, Spot
from iopsched.why.counts.visitcase import Found, VisitCase, longest_of
from iopsched.why.counts.ways import suits
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


def modality(case: VisitCase) -> Iterator[Found]:
    """Yield that the service is held in no modality of the participant."""
    held = case.terms.modalities(case.service, None)
    if held and not any(accepts(case.person.modality, modality) for modality in held):
        told = "{} is for {} only, and 0 sessions of {} are held so ({})."
        shown = listed(modality.replace("_", " ") for modality in held)
        yield (
            "W-NEED-MODALITY",
            case.cell("modality"),
            Sentence(told, WHO, case.person.modality.replace("_", " "), quoted(case.service.id), shown),
            said("Write either in modality here or for the service in {services.csv}, or take the need out."),
        )


def too_long(case: VisitCase) -> Iterator[Found]:
    """Yield that no free time of the participant is as long as a session."""
    longest = longest_of(case.free)
    if longest < case.service.minutes:
        is_family = case.person.family_availability is not None and case.service.kind in {"family", "multifamily"}
        told = "{} is free for at most {} in one go, and a session of {} has {}."
        yield (
            "W-VISIT-LONG",
            case.cell("family_availability" if is_family else "availability"),
            Sentence(told, WHO, hours(longest), quoted(case.service.id), hours(case.service.minutes)),
            said("Write more availability, or check busy and {time_off.csv}."),
        )


def few_people(case: VisitCase) -> Iterator[Found]:
    """Yield that fewer people need the service than its smallest session has."""
    population = case.person.population
    low = case.terms.size(case.service, None, population)[0]
    people = [
        p
        for p in case.terms.participants
        if p.population == population and case.terms.demand(p, case.service).most != 0
    ]
    if len(people) < low:
        yield (
            "W-NEED-FEW",
            Spot("services.csv", (case.service.id,), "min_participants"),
            Sentence(
                "{} can have 0 sessions of {}: one needs {}, and {} of the population {} may come.",
                *(WHO, quoted(case.service.id), count(low, "participant"), len(people), quoted(population)),
            ),
            said("Write {} in min_participants, or add needs in {needs.csv}.", len(people)),
        )


def rooms(case: VisitCase) -> Iterator[Found]:
    """Yield that no room has the seats and features, or none of those that have is there long enough."""
    service = case.service
    if not service.needs_room or (
        "telehealth" in case.terms.modalities(service, None) and case.person.modality != "in_person"
    ):
        return
    low = case.terms.size(service, None, case.person.population)[0]
    staff = sum(role.number for role in case.terms.roles(service, None))
    features = case.terms.features(service, None)
    demand = RoomDemand(features | case.person.needs_features, low * (1 + service.guests) + staff, low)
    rooms = [room for room in case.problem.rooms if suits(room, demand)]
    if not rooms:
        is_own = any(suits(room, replace(demand, features=features)) for room in case.problem.rooms)
        largest = max((room.capacity for room in case.problem.rooms), default=0)
        asked = f" with {listed(sorted(demand.features))}" if demand.features else ""
        yield (
            "W-MEMBER-FEATURES" if is_own else "W-VISIT-ROOM",
            case.cell("needs_features")
            if is_own
            else Spot("services.csv", (service.id,), "guests" if service.guests else "room_features"),
            Sentence(
                "{} can have 0 sessions of {}: one needs a room of {} seats{}, and the largest of {} has {}.",
                *(WHO, quoted(service.id), demand.seats, asked, count(len(case.problem.rooms), "room"), largest),
            ),
            said("Correct capacity and features in {rooms.csv}, or guests and room_features in {services.csv}."),
        )
        return
    longest = max(longest_of(case.free.intersection(case.terms.room_free[room.id])) for room in rooms)
    if longest < service.minutes:
        yield (
            "W-VISIT-ROOM-HOURS",
            case.cell("availability"),
            Sentence(
                "{} and a room that suits {} are free together for at most {} in one go, and a session has {}.",
                *(WHO, quoted(service.id), hours(longest), hours(service.minutes)),
            ),
            said(
                "Correct availability and busy in {rooms.csv}, or write telehealth or no in needs_room of {services.csv}."
            ),
        )


def of_groups(case: VisitCase) -> Iterator[Found]:
    """Yield that no session of the groups lies within the participant's time."""
    groups = [group for group in case.problem.groups_of[case.service.id] if case.ways.may_join(case.person, group)]
    own = [group for group in groups if group.id in case.person.group_ids] or groups
    starts = {c.start for group in own for c in case.ways.of_group[group.id]}
    minutes = case.service.minutes
    if starts and not any(case.free.covers(start, start + minutes) for start in starts):
        told = "{} is free at 0 of {} at which {} could meet."
        yield (
            "W-MEMBER-HOURS",
            case.cell("family_availability" if case.service.kind == "multifamily" else "availability"),
            Sentence(told, WHO, count(len(starts), "start"), listed(quoted(group.id) for group in own)),
            said("Write more availability, other times in {groups.csv}, or another group_id."),
        )
