"""Given members of groups, and people kept apart or together, for whom the groups have no place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from iopsched.domain.people import Participant
from iopsched.domain.services import Group
from iopsched.model.terms import accepts
from iopsched.why.counts.ledger import WHO, Ledger, Spot
from iopsched.why.counts.ways import Ways
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed, named, quoted
from iopsched.words.wordings import said

MOST_CLIQUE = 6


def count_members(ways: Ways, ledger: Ledger) -> None:
    """Warn of members whose group they cannot attend, of too few staff for them, and of rows about pairs."""
    for group in ways.problem.groups:
        members = [person for person in ways.terms.participants if group.id in person.group_ids]
        _modalities(ways, ledger, group, members)
        _features(ways, ledger, group, members)
        _ratio(ways, ledger, group, members)
    _cliques(ways, ledger)
    _apart_from_staff(ways, ledger)
    _together(ways, ledger)


def _modalities(ways: Ways, ledger: Ledger, group: Group, members: Iterable[Participant]) -> None:
    service = ways.problem.service[group.service_id]
    held = ways.terms.modalities(service, group)
    for person in members:
        if held and not any(accepts(person.modality, modality) for modality in held):
            ledger.told.add((person.id, service.id))
            ledger.tell_of(
                person.id,
                "W-MEMBER-MODALITY",
                Spot("participants.csv", (person.id,), "modality"),
                Sentence(
                    "{} is for {} only, and 0 sessions of the group {} are held so ({}).",
                    *(WHO, _words(person.modality), quoted(group.id), listed(map(_words, held))),
                ),
                said("Write either in modality, hybrid in modality of the group in {groups.csv}, or another group_id."),
            )


def _words(modality: str) -> str:
    return modality.replace("_", " ")


def _features(ways: Ways, ledger: Ledger, group: Group, members: Iterable[Participant]) -> None:
    """Tell of members who need what no room of the group has."""
    service = ways.problem.service[group.service_id]
    if not service.needs_room or "in_person" not in ways.terms.modalities(service, group):
        return
    rooms = [room for room in ways.problem.rooms if group.room_id in {None, room.id}]
    for person in members:
        asked = person.needs_features | ways.terms.features(service, group)
        if person.modality != "in_person" or not person.needs_features or any(asked <= room.features for room in rooms):
            continue
        ledger.told.add((person.id, service.id))
        ledger.tell_of(
            person.id,
            "W-MEMBER-FEATURES",
            Spot("participants.csv", (person.id,), "needs_features"),
            Sentence(
                "{} needs a room with {}, and 0 of {} that the group {} may use {} it.",
                *(WHO, listed(sorted(person.needs_features)), count(len(rooms), "room"), quoted(group.id), "have"),
            ),
            said("Add the features in {rooms.csv}, or write another room_id in {groups.csv} or another group_id."),
        )


def _ratio(ways: Ways, ledger: Ledger, group: Group, members: list[Participant]) -> None:
    """Tell of more given members than the staff of any session may have, by the ratio."""
    candidates = ways.of_group[group.id]
    if not members or not candidates or group.membership != "closed":
        return
    ids = {person.id for person in members}
    most = max((candidate.ratio or len(ids)) * ways.counting(candidate) for candidate in candidates)
    size = ways.terms.size(ways.problem.service[group.service_id], group, group.population)[1]
    if candidates[0].ratio is None or most >= min(size, len(ids)):
        return  # more members than the group has places are told by the reader
    staff = max(map(ways.counting, candidates))
    ledger.tell(
        "W-GROUP-RATIO",
        Spot("groups.csv", (group.id,), "participants_per_staff" if group.participants_per_staff else "group_id"),
        Sentence(
            "Group {} has {}, and at most {} of its staff can be there at once, for {} each: {} places a session.",
            *(quoted(group.id), count(len(ids), "given member"), staff, candidates[0].ratio, most),
        ),
        said(
            "Add staff with the skill in {therapists.csv}, or write another group_id for {} of them; otherwise some miss sessions.",
            len(ids) - most,
        ),
    )


# --- kept apart ---------------------------------------------------------------
def _cliques(ways: Ways, ledger: Ledger) -> None:
    """Tell of three or more people, each kept apart from all others, who have fewer groups of one service than heads."""
    people = {person.id: person for person in ways.terms.participants}
    for clique in _found(ways, people):
        for service_id, groups in ways.problem.groups_of.items():
            own = {key: _attended(ways, people[key], service_id) for key in clique}
            reached = {group for found in own.values() for group in found}
            closed = all(
                group.membership == "closed" and group.attend == "all" for group in groups if group.id in reached
            )
            if not closed or not all(own.values()) or len(reached) >= len(clique):
                continue
            last = max(
                (pair for pair in combinations(sorted(clique), 2)), key=lambda pair: ledger.row("keep_apart.csv", *pair)
            )
            ledger.tell(
                "W-APART-CLIQUE",
                Spot("keep_apart.csv", last, "a"),
                Sentence(
                    "This row and those above keep {} apart from each other: {} people, and they may be in {} of service {} ({}).",
                    *(
                        named(sorted(clique)),
                        len(clique),
                        count(len(reached), "group"),
                        quoted(service_id),
                        listed(sorted(reached)),
                    ),
                ),
                said(
                    "Add a group to {groups.csv}, write another group_id in {participants.csv}, or delete a row; otherwise some miss sessions."
                ),
            )


def _attended(ways: Ways, person: Participant, service_id: str) -> set[str]:
    if ways.terms.demand(person, ways.problem.service[service_id]).most == 0:
        return set()
    return {group.id for group in ways.problem.groups_of[service_id] if ways.may_join(person, group)}


def _found(ways: Ways, people: Mapping[str, Participant]) -> Iterator[frozenset[str]]:
    """Yield sets of three or more people who are all kept apart from each other; none inside another that was found."""
    found: list[frozenset[str]] = []
    for key in sorted(people):
        rivals = sorted(other for other in ways.apart[key] if other in people)
        clique = [key]
        for other in rivals:
            if len(clique) < MOST_CLIQUE and all(other in ways.apart[member] for member in clique):
                clique.append(other)
        whole = frozenset(clique)
        if len(whole) > 2 and not any(whole <= known for known in found):
            found.append(whole)
            yield whole


def _apart_from_staff(ways: Ways, ledger: Ledger) -> None:
    """Tell of people kept apart from their primary, or from everybody who may lead the groups they belong to."""
    for person in ways.terms.participants:
        rivals = ways.apart[person.id]
        for service in ways.problem.services if rivals else ():
            demand = ways.terms.demand(person, service)
            if service.with_primary and demand.required and person.primary_id in rivals:
                reach = Sentence(
                    "needs {} of {} with {}, the primary",
                    *(count(demand.required, "session"), quoted(service.id), quoted(person.primary_id or "")),
                )
                _tell_apart(ledger, "W-APART-PRIMARY", (person.id, person.primary_id or ""), service.id, reach)
                continue
            groups = [group for group in ways.problem.groups_of.get(service.id, ()) if group.id in person.group_ids]
            leads = {key for group in groups for candidate in ways.of_group[group.id] for key in candidate.lead_ids}
            if leads and leads <= rivals:
                reach = Sentence(
                    "belongs to {}, which only {} may lead",
                    *(listed(quoted(group.id) for group in groups), named(sorted(leads))),
                )
                _tell_apart(ledger, "W-APART-LEAD", (person.id, min(leads)), service.id, reach)


def _tell_apart(ledger: Ledger, code: str, pair: tuple[str, str], service_id: str, reach: Sentence) -> None:
    person_id, other = pair
    ledger.told.add((person_id, service_id))
    ledger.tell(
        code,
        Spot("keep_apart.csv", tuple(sorted(pair)), "b"),
        Sentence(
            "This row keeps {} apart from {}, and {} {}: 0 of these sessions can be held.",
            *(quoted(person_id), quoted(other), quoted(person_id), reach),
        ),
        said(
            "Write another therapist_id or group_id in {participants.csv}, another lead in {groups.csv}, or delete the row."
        ),
    )


# --- kept together ------------------------------------------------------------
def _together(ways: Ways, ledger: Ledger) -> None:
    """Tell of two people kept together who can never attend sessions of the same group."""
    people = {person.id: person for person in ways.terms.participants}
    for row in ways.problem.keep_together:
        pair = row.participant_id, row.other_participant_id
        if not all(key in people for key in pair):
            continue
        for service_id, groups in ways.problem.groups_of.items():
            own = [{g.id for g in groups if ways.starts_of.get((key, g.id))} for key in pair]
            if not all(own) or own[0] & own[1]:
                continue
            reach = [listed(map(quoted, sorted(found))) for found in own]
            ledger.tell(
                "W-TOGETHER-HOURS",
                Spot("keep_together.csv", pair, "a"),
                Sentence(
                    "This row keeps {} and {} together, and there are 0 groups of service {} that both can attend: {} can attend {}, {} {}.",
                    *(
                        quoted(pair[0]),
                        quoted(pair[1]),
                        quoted(service_id),
                        quoted(pair[0]),
                        reach[0],
                        quoted(pair[1]),
                        reach[1],
                    ),
                ),
                said(
                    "Change availability or group_id in {participants.csv}, or times in {groups.csv}, or delete the row; otherwise one of them misses the sessions."
                ),
            )
