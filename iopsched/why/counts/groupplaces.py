"""Places in groups of which more are needed than there are, and leads without rest between two days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from iopsched.domain.people import Participant
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, hours, moment
from iopsched.why.counts.burdens import unions_of
from iopsched.why.counts.chances import Chances
from iopsched.why.counts.ledger import Ledger, Spot
from iopsched.why.counts.ways import Ways
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said


def tell_places(ways: Ways, ledger: Ledger) -> None:
    """Compare the group sessions that people need with the places of the only groups that they could be in."""
    for service_id, groups in ways.problem.groups_of.items():
        if any(group.id in ledger.short for group in groups):
            continue  # told with the group that meets too seldom
        service = ways.problem.service[service_id]
        asked: dict[frozenset[str], list[tuple[str, int]]] = defaultdict(list)
        for person in ways.terms.participants:
            reach = frozenset(group.id for group in groups if ways.starts_of.get((person.id, group.id)))
            own = frozenset(person.group_ids) & reach
            number = _needed_of(ways, person, service) if reach else 0
            if number:
                asked[own or reach].append((person.id, number))
        _tell_seats(ways, ledger, service, {group.id: group for group in groups}, asked)


def _needed_of(ways: Ways, person: Participant, service: Service) -> int:
    """Return how many sessions of a service a participant needs at least: as stated, or for the hours of the week."""
    chances = Chances(ways, person)
    own = chances.of_service.get(service.id)
    if own is None:
        return 0
    number = ways.terms.demand(person, service).required
    if own.minutes:
        others = sum(chance.total * chance.minutes for chance in chances.countable if chance is not own)
        number = max(number, -(-(ways.terms.required_minutes(person) - others) // own.minutes))
    return min(number, own.total)


def _tell_seats(
    ways: Ways,
    ledger: Ledger,
    service: Service,
    groups: Mapping[str, Group],
    asked: Mapping[frozenset[str], list[tuple[str, int]]],
) -> None:
    for names in unions_of(asked) if asked else ():
        inside = [one for reach, ones in asked.items() if reach <= names for one in ones]
        needed = sum(number for _, number in inside)
        places = sum(ways.held[key] * ways.terms.size(service, groups[key], groups[key].population)[1] for key in names)
        if needed > places:
            first = min(names, key=lambda key: ledger.row("groups.csv", key))
            ledger.tell(
                "W-PLACES-SHORT",
                Spot("groups.csv", (first,), "max_size"),
                Sentence(
                    "{} who can be in {} of service {} only need {} a week, and its sessions have {} places.",
                    *(
                        count(len(inside), "participant"),
                        listed(map(quoted, sorted(names))),
                        quoted(service.id),
                        count(needed, "place"),
                        places,
                    ),
                ),
                said(
                    "Write a larger max_size or more sessions_per_week, add a group, or write another group_id in {participants.csv}."
                ),
            )
            return


def tell_rests(ways: Ways, ledger: Ledger) -> None:
    """Tell of two groups with one possible lead whose certain sessions leave too little rest between two days."""
    least = ways.problem.clinic.staff.min_rest_minutes
    sure = [(group, key, span) for group in ways.problem.groups for key, span in _certain(ways, group)]
    for group, key, (_, end) in sure:
        for other, other_key, (start, _) in sure:
            if other_key == key and 0 < start - end < least and start // DAY == (end - 1) // DAY + 1:
                ledger.tell(
                    "W-REST",
                    Spot("groups.csv", (other.id,), "times"),
                    Sentence(
                        "Only {} may lead {}, which ends at {}, and {}, which begins at {}: {} of rest between them, and {} are asked for.",
                        *(
                            quoted(key),
                            quoted(group.id),
                            moment(end),
                            quoted(other.id),
                            moment(start),
                            hours(start - end),
                            hours(least),
                        ),
                    ),
                    said(
                        "Write another lead or other times, or a smaller min_rest_hours in {clinic.toml}; otherwise 1 session cannot be held."
                    ),
                )
                return


def _certain(ways: Ways, group: Group) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the sessions that a group must hold at known times with its only lead, if it is to meet as often as it should."""
    candidates = ways.of_group[group.id]
    leads = {key for candidate in candidates for key in candidate.lead_ids}
    starts = {candidate.start for candidate in candidates}
    days = {start // DAY for start in starts}
    if len(leads) != 1 or len(starts) != len(days) or len(days) != group.sessions_per_week:
        return
    for start in sorted(starts):
        yield next(iter(leads)), (start, start + candidates[0].service.minutes)
