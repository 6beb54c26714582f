"""Plain visits: sessions for one, with the lead alone. There are millions in a large clinic, so they are asked for by person."""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cached_property

from iopsched.domain.people import HeldModality, Participant
from iopsched.domain.services import Service
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.filters import Filters, Frame, none
from iopsched.model.helpers import Helpers
from iopsched.model.terms import Terms
from iopsched.rulebook import RuleId


class Visits:
    """The plain visits of participants to services."""

    def __init__(self, terms: Terms, filters: Filters, helpers: Helpers) -> None:
        self.terms = terms
        self.problem = terms.problem
        self.filters = filters
        self.helpers = helpers
        self._able_known: dict[tuple[str, str, int, str], frozenset[str]] = {}

    def of(
        self,
        person: Participant,
        service: Service,
        *,
        lead_ids: Container[str] | None = None,
        days: Container[int] | None = None,
    ) -> list[Candidate]:
        """Return the visits of one participant to one service, by start and lead, none where they are no plain ones.

        ``lead_ids`` and ``days`` leave out all others.
        """
        places = self.places(person, service, lead_ids=lead_ids, days=days)
        return [self.one(person, service, start, modality, lead_id) for modality, start, lead_id in places]

    def places(
        self,
        person: Participant,
        service: Service,
        *,
        lead_ids: Container[str] | None = None,
        days: Container[int] | None = None,
    ) -> Iterator[tuple[HeldModality, int, str]]:
        """Yield modality, start and lead of each visit :meth:`of` a participant."""
        if not self.are_plain(person, service) or not none(self.filters.to_joining(person, service, None)):
            return
        leads = [w for w in self._who_may_meet(person, service) if lead_ids is None or w in lead_ids]
        staff = self.problem.therapist
        covers = {w for w in leads if self.filters.is_covering(person, staff[w], service)}
        for modality in self.terms.modalities(service, None):
            for start in self.filters.starts(service, None, modality) if leads else ():
                if days is not None and start // DAY not in days:
                    continue
                if not none(self.filters.to_coming(person, service, start, modality)):
                    continue
                able = self._able_to_lead(service, person.population, start, modality)
                for lead_id in leads:
                    if lead_id in able and (
                        lead_id not in covers or none(self.filters.to_covering(person, staff[lead_id], service, start))
                    ):
                        yield modality, start, lead_id

    def choices(self, person: Participant, service: Service) -> tuple[int, tuple[str, ...]]:
        """Return the number of starts and the leads that plain visits could have, not every lead at every start."""
        starts = {
            start
            for modality in self.terms.modalities(service, None)
            for start in self.filters.starts(service, None, modality)
            if none(self.filters.to_coming(person, service, start, modality))
        }
        skill = self.terms.roles(service, None)[0].skill
        leads = self._who_may_meet(person, service)
        return len(starts), tuple(w for w in leads if skill in self.problem.therapist[w].skills)

    def _who_may_meet(self, person: Participant, service: Service) -> list[str]:
        return [w.id for w in self.problem.therapists if none(self.filters.to_meeting(person, w, service))]

    def one(
        self,
        person: Participant,
        service: Service,
        start: int,
        modality: HeldModality,
        lead_id: str,
        starts: tuple[int, ...] = (),
    ) -> Candidate:
        """Return one plain visit, whether the rules admit it or not; with ``starts``, a loose one.

        Its lead is alone but where somebody else was there in the earlier week, who may stay.
        """
        frame = Frame(service, None, person.population, start, modality, lead_id)
        return Candidate(
            service=service,
            group=None,
            population=person.population,
            start=start,
            modality=modality,
            lead_id=lead_id,
            participant_ids=(person.id,),
            lead_ids=(lead_id,),
            surplus_ids=tuple(sorted(self.helpers.kept(frame, starts or (start,)))),
            size=self.terms.size(service, None, person.population),
            ratio=self.terms.ratio(service, None, person.population),
            countable_minutes=self.terms.countable_minutes(service),
            starts=starts,
        )

    def are_plain(self, person: Participant, service: Service) -> bool:
        """Return whether all of a participant's sessions of a service are for one, with the lead alone."""
        return self._plain_services[service.id, person.population] and not (
            self.helpers.asked_by(person.id, service) or (person.id, service.id) in self._pinned
        )

    @cached_property
    def _plain_services(self) -> dict[tuple[str, str], bool]:
        everybody_counts = all(w.counts_for_ratio for w in self.problem.therapists)
        found = {}
        for service in self.problem.services:
            is_alone = service.id not in self.problem.groups_of
            is_alone = is_alone and sum(role.number for role in self.terms.roles(service, None)) == 1
            for population in {person.population for person in self.problem.participants}:
                ratio = self.terms.ratio(service, None, population)
                counts = ratio is None or (ratio >= 1 and everybody_counts)
                is_one = RuleId.SIZE in self.filters.rules and self.terms.size(service, None, population) == (1, 1)
                found[service.id, population] = is_alone and is_one and counts
        return found

    @cached_property
    def _pinned(self) -> set[tuple[str, str]]:
        """Return whose sessions of which services a ``must`` pin may bring further staff to."""
        return {
            (person.id, service.id)
            for pin in self.problem.pins
            if pin.action == "must" and pin.therapist_id is not None and pin.group_id is None
            for person in self.problem.participants
            if pin.participant_id in {None, person.id}
            for service in self.problem.services
            if pin.service_id in {None, service.id}
        }

    def _able_to_lead(self, service: Service, population: str, start: int, modality: HeldModality) -> frozenset[str]:
        key = (service.id, population, start, modality)
        if key not in self._able_known:
            frame = Frame(service, None, population, start, modality)
            able = (w.id for w in self.problem.therapists if none(self.filters.to_lead(w, frame)))
            self._able_known[key] = frozenset(able)
        return self._able_known[key]
