"""Candidates: every way to hold a session that its own facts allow.

A session of a group is a candidate per start and modality; its lead is a
decision. A freely formed session is a candidate per start, modality and lead:
nobody leads two sessions at once, so the lead tells parallel sessions apart
and equal copies (a symmetry) never arise.

A rule whose facts are all known beforehand is applied here by leaving
candidates out (:mod:`iopsched.model.filters`), and only where the rule is
active: a model without the rule has the wider choice.
"""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.people import HeldModality, Participant
from iopsched.domain.services import Group, Service
from iopsched.model.candidate import Candidate
from iopsched.model.filters import Filters, Frame, none
from iopsched.model.helpers import Helpers
from iopsched.model.scope import Scope
from iopsched.model.terms import Terms
from iopsched.model.visits import Visits
from iopsched.rulebook import RuleId


class CandidateFactory:
    """Makes the candidates of a scope, by default of the whole week under all rules."""

    def __init__(self, terms: Terms, scope: Scope | None = None) -> None:
        self.terms = terms
        self.problem = terms.problem
        self.scope = scope or Scope.whole(terms)
        self.filters = Filters(terms, self.scope)
        self.helpers = Helpers(terms, self.filters)
        self.visits = Visits(terms, self.filters, self.helpers)
        self._limits_size = RuleId.SIZE in self.scope.rules

    def all(self) -> list[Candidate]:
        """Return every candidate, in an order that depends on ids and times only."""
        return self._made(plain=True)

    def for_several(self) -> list[Candidate]:
        """Return every candidate but the plain visits, which :class:`Visits` returns one participant at a time."""
        return self._made(plain=False)

    def _made(self, *, plain: bool) -> list[Candidate]:
        found: list[Candidate] = []
        for service in self.scope.services:
            found.extend(self.of_service(service, plain=plain))
        return found

    def of_service(self, service: Service, *, plain: bool = True) -> Iterator[Candidate]:
        """Yield every candidate of a service, or all but the plain visits."""
        groups = self.problem.groups_of.get(service.id)
        if not groups:
            yield from self._formed_freely(service, plain=plain)
        for group in groups or ():
            yield from self.of_group(service, group)

    def of_group(self, service: Service, group: Group) -> Iterator[Candidate]:
        """Yield the ways to hold a session of a group, by start and modality."""
        people = self.who_may_join(service, group)
        low, high = self.terms.size(service, group, group.population)
        needed = low if self._limits_size else 1
        for modality in self.terms.modalities(service, group):
            for start in self.filters.starts(service, group, modality):
                present = self._present(people, service, start, modality)
                if len(present) < needed:
                    continue
                frame = Frame(service, group, group.population, start, modality)
                leads = tuple(w.id for w in self.problem.therapists if none(self.filters.to_lead(w, frame)))
                if leads and (made := self.make(frame, present, leads, high)) is not None:
                    yield made

    def who_may_join(self, service: Service, group: Group | None) -> list[Participant]:
        """Return who may be in sessions of a service and group, at whatever time."""
        return [p for p in self.scope.participants if none(self.filters.to_joining(p, service, group))]

    def _formed_freely(self, service: Service, *, plain: bool) -> Iterator[Candidate]:
        people = [p for p in self.who_may_join(service, None) if plain or not self.visits.are_plain(p, service)]
        for population in dict.fromkeys(p.population for p in people):
            members = [p for p in people if p.population == population]
            for same in self._alike(service, population, members):
                yield from self._formed_of(service, population, same)

    def _alike(self, service: Service, population: str, people: list[Participant]) -> list[list[Participant]]:
        """Split people of one-to-one services by the staff they ask for: most visits then have plain staff."""
        if not self._limits_size or self.terms.size(service, None, population)[1] > 1:
            return [people]
        split: dict[tuple[str, ...], list[Participant]] = {}
        for person in people:
            split.setdefault(self.helpers.asked_by(person.id, service), []).append(person)
        return list(split.values())

    def _formed_of(self, service: Service, population: str, people: list[Participant]) -> Iterator[Candidate]:
        low, high = self.terms.size(service, None, population)
        needed = low if self._limits_size else 1
        met_by = {
            lead.id: {p.id: p for p in people if none(self.filters.to_meeting(p, lead, service))}
            for lead in self.problem.therapists
        }
        covering = {
            lead.id: {p.id for p in met_by[lead.id].values() if self.filters.is_covering(p, lead, service)}
            for lead in self.problem.therapists
        }
        for modality in self.terms.modalities(service, None):
            for start in self.filters.starts(service, None, modality):
                at_start = self._present(people, service, start, modality)
                if len(at_start) < needed:
                    continue
                for lead in self.problem.therapists:
                    frame = Frame(service, None, population, start, modality, lead.id)
                    if not none(self.filters.to_lead(lead, frame)):
                        continue
                    met = met_by[lead.id]
                    present = tuple(
                        pid
                        for pid in at_start
                        if pid in met
                        and (
                            pid not in covering[lead.id]
                            or none(self.filters.to_covering(met[pid], lead, service, start))
                        )
                    )
                    if len(present) < needed:
                        continue
                    if (made := self.make(frame, present, (lead.id,), high)) is not None:
                        yield made

    def _present(
        self, people: list[Participant], service: Service, start: int, modality: HeldModality
    ) -> tuple[str, ...]:
        return tuple(p.id for p in people if none(self.filters.to_coming(p, service, start, modality)))

    def make(self, frame: Frame, present: tuple[str, ...], leads: tuple[str, ...], most: int) -> Candidate | None:
        """Return a candidate of these people, at most so many of whom may come, and leads; None if it can never be held."""
        others, surplus = self.helpers.of(frame, present, most)
        size = self.terms.size(frame.service, frame.group, frame.population)
        if not self._limits_size:
            size = (1, max(2, len(self.problem.participants)))  # more than one: else the session would be a visit
        alone = len(present) - self.helpers.needing_two(present)
        if RuleId.TWO_STAFF in self.scope.rules and size[0] - alone > 1:
            staff = {*leads, *surplus, *(therapist_id for _, ids in others for therapist_id in ids)}
            if len(staff) == 1:
                return None
        return Candidate(
            service=frame.service,
            group=frame.group,
            population=frame.population,
            start=frame.start,
            modality=frame.modality,
            lead_id=frame.lead_id,
            participant_ids=present,
            lead_ids=leads,
            other_roles=others,
            surplus_ids=surplus,
            size=size,
            ratio=self.terms.ratio(frame.service, frame.group, frame.population),
            countable_minutes=self.terms.countable_minutes(frame.service),
        )
