"""Rooms and caseloads of which more is needed than there is."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.timegrid import Windows, hours
from iopsched.model.filters import RoomDemand
from iopsched.model.matching import staff_matches
from iopsched.why.counts.burdens import Burden, unions_of
from iopsched.why.counts.ledger import Ledger, Spot
from iopsched.why.counts.ways import NO_LIMIT, Ways
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wording import named, quoted
from iopsched.words.wordings import said


def tell_rooms(ways: Ways, ledger: Ledger) -> None:
    """Compare the minutes that must be held in rooms with those of the rooms that suit."""
    loads = [*_visits_in_rooms(ways, ledger), *_groups_in_rooms(ways)]
    for names in unions_of(load.servers for load in loads):
        asked = sum(load.minutes for load in loads if load.servers <= names)
        there = sum(ways.terms.room_free[key].minutes for key in names)
        if asked > there:
            first = min(names, key=lambda key: ledger.row("rooms.csv", key))
            ledger.tell(
                "W-ROOM-HOURS",
                Spot("rooms.csv", (first,), "availability"),
                Sentence(
                    "Sessions for which only the room{} {} {} large and equipped enough take {}, and there are {}.",
                    *(
                        "" if len(names) == 1 else "s",
                        named(sorted(names)),
                        "is" if len(names) == 1 else "are",
                        hours(asked),
                        hours(there),
                    ),
                ),
                said(
                    "Add a room or availability in {rooms.csv}, or write telehealth in modality; otherwise {} cannot be held.",
                    hours(asked - there),
                ),
            )
            return


def _visits_in_rooms(ways: Ways, ledger: Ledger) -> Iterator[Burden]:
    for service in ways.problem.services:
        modalities = ways.terms.modalities(service, None)
        if service.id in ways.problem.groups_of or not service.needs_room or "in_person" not in modalities:
            continue
        staff = sum(role.number for role in ways.terms.roles(service, None))
        for person in ways.terms.participants:
            required = ways.terms.demand(person, service).required
            size = ways.terms.size(service, None, person.population)
            is_online = len(modalities) > 1 and person.modality != "in_person"
            if not required or size != (1, 1) or is_online or (person.id, service.id) in ledger.told:
                continue
            demand = RoomDemand(
                ways.terms.features(service, None) | person.needs_features, 1 + service.guests + staff, 1
            )
            rooms = frozenset(ways.rooms_for(demand, None))
            if rooms:
                yield Burden(rooms, Windows(), required * service.minutes)


def _groups_in_rooms(ways: Ways) -> Iterator[Burden]:
    for group in ways.problem.groups:
        candidates = ways.of_group[group.id]
        if candidates and all(candidate.needs_room for candidate in candidates):
            rooms = frozenset(key for c in candidates for key in ways.rooms_of(c))
            yield Burden(rooms, Windows(), candidates[0].service.minutes * ways.held[group.id])


def tell_caseloads(ways: Ways, ledger: Ledger) -> None:
    """Compare the people who need a primary and have none yet with the places that are left."""
    for population in ways.problem.clinic.populations:
        people = [p for p in ways.terms.participants if p.population == population and _needs_primary(ways, p)]
        waiting = [person for person in people if person.primary_id is None]
        left = sum(_left(ways, row, population) for row in ways.problem.therapists)
        if len(waiting) > left:
            ledger.tell(
                "W-CASELOAD-SHORT",
                Spot("therapists.csv", (), "max_caseload"),
                Sentence(
                    "{} of the population {} need a primary, and the caseloads leave {}.",
                    *(count(len(waiting), "participant"), quoted(population), count(left, "place")),
                ),
                said(
                    "Write a larger max_caseload, or a larger number under {[}caseload{]} in {clinic.toml}, or add staff."
                ),
            )


def _needs_primary(ways: Ways, person: Participant) -> bool:
    return any(row.with_primary and ways.terms.demand(person, row).required for row in ways.problem.services)


def _left(ways: Ways, therapist: Therapist, population: str) -> int:
    """Return for how many more of a population somebody may be the primary."""
    services = [row for row in ways.problem.services if row.with_primary]
    skills = {ways.terms.roles(row, None)[0].skill for row in services}
    if not skills & set(therapist.skills) or not staff_matches(therapist, population, ()):
        return 0
    if not therapist.licensed and all(row.licensed_lead for row in services):
        return 0
    given = [person for person in ways.terms.participants if person.primary_id == therapist.id]
    own = NO_LIMIT if therapist.max_caseload is None else therapist.max_caseload - len(given)
    clinic = ways.problem.clinic.caseload.get(population, NO_LIMIT)
    return max(0, min(own, clinic - sum(person.population == population for person in given)))
