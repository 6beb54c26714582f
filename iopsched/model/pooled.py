"""Pooled candidates: sessions of one service that start together, counted and not told apart.

Where a service forms its sessions freely and nothing tells its staff and people
apart, it matters who comes at a start, who leads then, and how many sessions
that makes, but not who of them sits with whom: people can be dealt to the
sessions afterwards. A pooled candidate therefore has a number of sessions
(``Variables.held``) instead of a literal, one literal for each participant and
one for each lead. A week with many such services has a tenth of the literals
that it has with a candidate for each lead.

Rules and goals are the ordinary ones, posted for the sessions of a start
together. That is a relaxation: the people of a start may fit into its sessions
on the whole and not one by one. The verifier judges what is read from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from iopsched.domain.people import Participant
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Service
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.decisions import find_candidate, literals_of
from iopsched.model.filters import Frame, none
from iopsched.model.matching import staff_matches
from iopsched.model.variables import Variables, literals_of_past
from iopsched.stopping import look


def pooled_candidates(factory: CandidateFactory) -> list[Candidate]:
    """Return the candidates of a problem, pooled for each service of :func:`pooled_services`."""
    pooled = {service.id for service in pooled_services(factory)}
    found: list[Candidate] = []
    for service in factory.scope.services:
        look()
        if service.id in pooled:
            found.extend(_pooled(factory, service))
        else:
            found.extend(factory.of_service(service))
    return found


def pooled_services(factory: CandidateFactory) -> list[Service]:
    """Return the services of whose sessions nothing tells the staff and the people of a start apart."""
    return [service for service in factory.scope.services if _is_uniform(factory, service)]


def _is_uniform(factory: CandidateFactory, service: Service) -> bool:
    problem, terms = factory.problem, factory.terms
    people = factory.who_may_join(service, None)
    if service.id in problem.groups_of or service.with_primary or not people:
        return False
    asks = any(
        need.service_id == service.id and (need.therapist_ids or need.same_therapist != "no") for need in problem.needs
    )
    is_pinned = any(pin.group_id is None and pin.service_id in {None, service.id} for pin in problem.pins)
    apart = {key for row in problem.keep_apart for key in (row.participant_id, row.other_participant_id)}
    if asks or is_pinned or any(person.id in apart for person in people):
        return False
    if any(room.max_participants is not None for room in problem.rooms) or problem.helpers_before:
        return False
    first = people[0]
    if any(
        (p.population, p.modality, p.needs_features) != (first.population, first.modality, first.needs_features)
        or terms.needs_two_staff(p.id)
        for p in people
    ):
        return False
    suits = {_who_suits(factory, person, service) for person in people}
    return len(suits) == 1 and not _may_have_others(factory, service, people, next(iter(suits)))


def _may_have_others(
    factory: CandidateFactory, service: Service, people: Sequence[Participant], suits: frozenset[str]
) -> bool:
    """Return whether a session could have staff whom no pooled one has: beyond its roles, or a helper who cannot lead these people.

    Without such sessions the model would forbid legal weeks, and its bound would be too high.
    """
    population = people[0].population
    most = factory.terms.size(service, None, population)[1]
    if factory.helpers.ratio_may_ask(service, None, population, min(most, len(people))):
        return True
    lead, *others = factory.terms.roles(service, None)
    skills = {role.skill for role in others} | ({lead.skill} if lead.number > 1 else set())
    return any(w.id not in suits and not skills.isdisjoint(w.skills) for w in factory.problem.therapists)


def _who_suits(factory: CandidateFactory, person: Participant, service: Service) -> frozenset[str]:
    """Return the staff who may meet a participant, in whatever role."""
    return frozenset(
        w.id
        for w in factory.problem.therapists
        if none(factory.filters.to_meeting(person, w, service)) and staff_matches(w, person.population, person.tracks)
    )


def _pooled(factory: CandidateFactory, service: Service) -> Iterator[Candidate]:
    people = factory.who_may_join(service, None)
    suits = _who_suits(factory, people[0], service)
    low, high = factory.terms.size(service, None, people[0].population)
    for modality in factory.terms.modalities(service, None):
        for start in factory.filters.starts(service, None, modality):
            present = tuple(p.id for p in people if none(factory.filters.to_coming(p, service, start, modality)))
            frame = Frame(service, None, people[0].population, start, modality)
            staff = (w for w in factory.problem.therapists if w.id in suits)
            leads = tuple(w.id for w in staff if none(factory.filters.to_lead(w, frame)))
            most = min(len(leads), len(present) // low)
            if most < 1:
                continue
            made = factory.make(frame, present, leads, high)
            if made is not None:
                yield replace(made, most_at_once=most)


def pooled_values(x: Variables, week: Schedule) -> dict[int, int] | None:
    """Return values (by variable index) with which a model of pooled candidates describes a week, None where it cannot.

    A session counts once in each of its variables: one that is not pooled may be held by the literal of its lead. None also
    where more sessions start together than a candidate stands for, because a value outside its domain is no value.
    """
    values: dict[int, int] = defaultdict(int)
    values |= {literal.index: 1 for literal in literals_of_past(x)}
    for session in week.sessions:
        if session in x.begun:
            continue
        candidate = find_candidate(x, session)
        literals = None if candidate is None else literals_of(x, candidate, session)
        if literals is None:
            return None
        for index in {literal.index for literal in literals}:
            values[index] += 1
    variables = x.cp.proto.variables  # each has one range: its least and its largest value
    return dict(values) if all(value <= variables[index].domain[1] for index, value in values.items()) else None


def decisions_of(x: Variables, candidate: Candidate) -> list[int]:
    """Return the indexes of all variables that decide about a candidate."""
    found = [x.held[candidate], *x.roster(candidate).values(), *x.leads[candidate].values()]
    found += [literal for chosen in x.roles[candidate] for literal in chosen.values()]
    found += [*x.surplus[candidate].values(), *x.rooms.choices.get(candidate, {}).values()]
    return sorted({literal.index for literal in found})


def count_people(candidates: Sequence[Candidate]) -> int:
    """Return how many literals of people candidates have."""
    return sum(len(candidate.participant_ids) for candidate in candidates)
