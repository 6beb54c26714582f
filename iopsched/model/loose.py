"""Loose candidates: visits whose start is left open within a day.

A *placed* candidate has its start; a *loose* one stands for all starts of one
participant's visit on one day that no goal and no pin tells apart. The model
of loose candidates knows everything that a day decides (who, with whom, on
which day, how much) and of the clock only that people need time enough.
Every schedule is one of its solutions and no goal costs more there, so its
optimum is a bound for the whole model's, at a fraction of the size; its
solution is a plan of who meets whom on which day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache

from iopsched.domain.people import HeldModality, Participant
from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Service
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.decisions import find_candidate
from iopsched.model.rules.pins import could_match
from iopsched.model.terms import Terms
from iopsched.model.variables import Variables, literals_of_past
from iopsched.stopping import look


def loose_candidates(factory: CandidateFactory) -> list[Candidate]:
    """Return the candidates of a problem in which visits with plain staff are loose."""
    found = factory.for_several()
    signatures = _Signatures(factory.terms)
    for service in factory.scope.services:
        for person in factory.terms.participants:
            look()
            found.extend(_visits(factory, signatures, person, service))
    return found


def loose_visits(factory: CandidateFactory, wanted: Mapping[tuple[str, str], Container[str]]) -> list[Candidate]:
    """Return loose visits of (participant, service), each with the staff who may hold it, as rules tell them apart.

    Goals that would tell their starts apart are not asked: there are fewer candidates.
    """
    problem = factory.terms.problem
    signatures = _Signatures(factory.terms, sees_goals=False)
    found: list[Candidate] = []
    for (participant_id, service_id), lead_ids in wanted.items():
        look()
        person, service = problem.participant[participant_id], problem.service[service_id]
        found.extend(_visits(factory, signatures, person, service, lead_ids))
    return found


def _visits(
    factory: CandidateFactory,
    signatures: _Signatures,
    person: Participant,
    service: Service,
    lead_ids: Container[str] | None = None,
) -> Iterable[Candidate]:
    """Return the visits of a participant to a service, loose but where there may be several on one day.

    A loose one is there once or not at all.
    """
    demand = factory.terms.demand(person, service)
    if demand.per_day == 1 or demand.most in (0, 1):
        return _loose_visits(factory, signatures, person, service, lead_ids)
    return factory.visits.of(person, service, lead_ids=lead_ids)


def _loose_visits(
    factory: CandidateFactory,
    signatures: _Signatures,
    person: Participant,
    service: Service,
    lead_ids: Container[str] | None,
) -> Iterator[Candidate]:
    alike: dict[tuple[HeldModality, str, tuple[object, ...], int, tuple[str, ...]], list[int]] = defaultdict(list)
    pins = signatures.pins_of(person, service)
    known: dict[int, tuple[object, ...]] = {}
    for modality, start, lead_id in factory.visits.places(person, service, lead_ids=lead_ids):
        if start not in known:
            touched = (
                signatures.touched(pins, factory.visits.one(person, service, start, modality, lead_id)) if pins else ()
            )
            known[start] = signatures.of_moment(start), signatures.outside(person.id, start, service.minutes), touched
        covered = tuple(factory.filters.stood_in_for(person, lead_id, service, None, (start,)))
        outside = signatures.outside(lead_id, start, service.minutes)
        alike[modality, lead_id, known[start], outside, covered].append(start)
    for (modality, lead_id, *_), starts in alike.items():
        yield factory.visits.one(person, service, starts[0], modality, lead_id, tuple(starts))


class _Signatures:
    """What pins and, where ``sees_goals``, goals see of a start."""

    def __init__(self, terms: Terms, *, sees_goals: bool = True) -> None:
        self.terms = terms
        problem = terms.problem
        self._sees_goals = sees_goals
        self._preferred = {row.id: row.preferred if sees_goals else None for row in problem.participants}
        self._preferred |= {row.id: row.preferred if sees_goals else None for row in problem.therapists}
        self.outside = cache(self._minutes_outside)
        self.of_moment = cache(self._day_and_part)

    def pins_of(self, person: Participant, service: Service) -> list[Pin]:
        """Return the pins that may touch the visits of a participant to a service."""
        return [
            row
            for row in self.terms.problem.pins
            if row.group_id is None and row.participant_id in {None, person.id} and row.service_id in {None, service.id}
        ]

    def touched(self, pins: Iterable[Pin], visit: Candidate) -> tuple[int, ...]:
        """Return the places among these pins of those that touch a visit."""
        return tuple(
            place for place, row in enumerate(pins) if visit.day in self.terms.pin_days(row) and could_match(row, visit)
        )

    def _day_and_part(self, start: int) -> tuple[int, bool]:
        return start // DAY, self._sees_goals and self.terms.evening.covers(start, start + 1)

    def _minutes_outside(self, person_id: str, start: int, minutes: int) -> int:
        preferred = self._preferred[person_id]
        return 0 if preferred is None else minutes - preferred.minutes_inside(start, start + minutes)


def loose_values(x: Variables, week: Schedule) -> dict[int, int]:
    """Return values (by variable index) of the decisions with which a loose model describes a week, as far as it can."""
    values = {literal.index: 0 for literal in (*x.held.values(), *x.attends.values())}
    loose: dict[tuple[str, str, str, str | None], list[Candidate]] = defaultdict(list)
    for candidate in x.candidates:
        if candidate.is_loose:
            loose[candidate.service.id, candidate.participant_ids[0], candidate.modality, candidate.lead_id].append(
                candidate
            )
    values |= {literal.index: 1 for literal in literals_of_past(x)}
    for session in week.sessions:
        if session in x.begun:
            continue
        own = loose.get((session.service_id, session.participant_ids[0], session.modality, session.lead_id), ())
        found = next((row for row in own if session.start in row.starts), None)
        if found is None:
            found = find_candidate(x, session)
        if found is None:
            continue
        values[x.held[found].index] = 1
        for literal in (x.attends.get((found, pid)) for pid in session.participant_ids):
            if literal is not None:
                values[literal.index] = 1
        for therapist_id, literal in x.leads[found].items():
            values[literal.index] = int(therapist_id == session.lead_id)
    return values
