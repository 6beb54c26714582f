"""Reach: the sessions that would be possible if few restrictions gave way, as candidates of a model with guards.

A model with guards in which everything is a candidate is far too large. What more restrictions forbid than may give way
at once is never held, so that leaving it out forbids nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from iopsched.domain.people import HeldModality, Participant
from iopsched.domain.services import Group, Service
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.filters import Filters, Frame, none
from iopsched.model.owner import Owner
from iopsched.model.restriction import YIELDING, Restriction, restriction_of
from iopsched.model.scope import Scope
from iopsched.model.terms import Terms
from iopsched.rulebook import RuleId
from iopsched.stopping import look

Restrictions = frozenset[Restriction]
NOTHING: Restrictions = frozenset()


def restrictions(objections: Iterable[Owner]) -> Restrictions | None:
    """Return the restrictions behind objections, None where one of them cannot give way."""
    found = set()
    for owner in objections:
        restriction = restriction_of(owner)
        if restriction is None:
            return None
        found.add(restriction)
    return frozenset(found) if found else NOTHING


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a session could be, and what keeps it from there whoever comes."""

    start: int
    modality: HeldModality
    kept_by: Restrictions


class Reach:
    """The candidates that at most ``most`` restrictions forbid; only ``yielding`` ones, None = any."""

    def __init__(self, terms: Terms, most: int = 1, yielding: Collection[Restriction] | None = None) -> None:
        self.terms = terms
        self.problem = terms.problem
        self.most = most
        self.yielding = yielding
        self._filters = Filters(terms, Scope.whole(terms, YIELDING))
        self._factory = CandidateFactory(terms, Scope.whole(terms, frozenset()))
        self._places: dict[tuple[str, str | None], list[_Place]] = {}
        self._staff: dict[tuple[str, str | None, str, int, str, str], Restrictions | None] = {}

    def _may_give_way(self, *parts: Restrictions | None) -> bool:
        if None in parts:
            return False
        found = NOTHING.union(*(part for part in parts if part))
        return len(found) <= self.most and (self.yielding is None or found <= frozenset(self.yielding))

    # --- places -----------------------------------------------------------
    def places(self, service: Service, group: Group | None) -> list[_Place]:
        """Return starts and modalities at which few restrictions forbid a session whoever comes."""
        key = service.id, group.id if group is not None else None
        if key not in self._places:
            self._places[key] = [
                _Place(start, modality, kept_by)
                for modality in self.terms.modalities(service, group)
                for start in self.terms.starts_on_grid(service)
                if start >= self.problem.first_start
                and (kept_by := restrictions(self._filters.to_start(service, group, modality, start))) is not None
                and self._may_give_way(kept_by)
            ]
        return self._places[key]

    def _of_staff(self, frame: Frame, therapist_id: str) -> Restrictions | None:
        """Return what keeps somebody from leading a session of a service and group at a start."""
        group_id = frame.group.id if frame.group is not None else None
        key = frame.service.id, group_id, frame.population, frame.start, frame.modality, therapist_id
        if key not in self._staff:
            lead = self.problem.therapist[therapist_id]
            self._staff[key] = restrictions(self._filters.to_lead(lead, replace(frame, lead_id=None)))
        return self._staff[key]

    # --- visits -----------------------------------------------------------
    def visits(self, person: Participant, service: Service) -> Iterator[Candidate]:
        """Yield the plain visits of somebody to a service."""
        joining = restrictions(self._filters.to_joining(person, service, None))
        if not self._may_give_way(joining) or self.terms.demand(person, service).most == 0:
            return
        meeting = {
            lead.id: found
            for lead in self.problem.therapists
            if self._may_give_way(found := restrictions(self._filters.to_meeting(person, lead, service)), joining)
        }
        for place in self.places(service, None):
            look()
            coming = restrictions(self._filters.to_coming(person, service, place.start, place.modality))
            if not self._may_give_way(coming, joining, place.kept_by):
                continue
            frame = Frame(service, None, person.population, place.start, place.modality)
            for lead_id, met in meeting.items():
                lead = self.problem.therapist[lead_id]
                if not self._may_give_way(coming, joining, place.kept_by, met, self._of_staff(frame, lead_id)):
                    continue
                covering = restrictions(self._filters.to_covering(person, lead, service, place.start))
                parts = coming, joining, place.kept_by, met, covering, self._of_staff(frame, lead_id)
                if self._may_give_way(*parts):
                    yield self._factory.visits.one(person, service, place.start, place.modality, lead_id)

    # --- groups -----------------------------------------------------------
    def of_group(
        self, service: Service, group: Group, people: Iterable[Participant], others: Iterable[Participant]
    ) -> Iterator[Candidate]:
        """Yield the sessions of a group to which few restrictions keep these people from coming, and of the others only times.

        The others may have to leave another group.
        """
        joining = self._who_joins(service, group, people, others)
        if not joining:
            return
        for place in self.places(service, group):
            look()
            frame = Frame(service, group, group.population, place.start, place.modality)
            leads = tuple(
                row.id
                for row in self.problem.therapists
                if self._may_give_way(place.kept_by, self._of_staff(frame, row.id))
            )
            present = tuple(self._present(joining, place, service))
            if leads and present:
                yield from self._made(frame, present, leads, place)

    def freely_formed(self, service: Service, people: Iterable[Participant]) -> Iterator[Candidate]:
        """Yield the sessions for several without a group, of one population each."""
        joining = self._who_joins(service, None, people, ())
        for population in dict.fromkeys(person.population for person, _ in joining):
            same = [row for row in joining if row[0].population == population]
            for place in self.places(service, None):
                look()
                for lead in self.problem.therapists:
                    frame = Frame(service, None, population, place.start, place.modality, lead.id)
                    led = self._of_staff(frame, lead.id)
                    if not self._may_give_way(place.kept_by, led):
                        continue
                    met = [
                        (person, joined | more)
                        for person, joined in same
                        if (more := restrictions(self._filters.to_meeting(person, lead, service))) is not None
                    ]
                    present = tuple(self._present(met, place, service))
                    if present:
                        yield from self._made(frame, present, (lead.id,), place)

    def _who_joins(
        self, service: Service, group: Group | None, people: Iterable[Participant], others: Iterable[Participant]
    ) -> list[tuple[Participant, Restrictions]]:
        found = []
        chosen, beside = {person.id for person in people}, {person.id for person in others}
        for person in self.terms.participants:
            if self.terms.demand(person, service).most == 0:
                continue
            joined = restrictions(self._filters.to_joining(person, service, group))
            if joined is None:
                continue
            is_beside = person.id in beside and all(row.rule == RuleId.COHORT for row in joined)
            if (person.id in chosen or is_beside) and self._may_give_way(joined):
                found.append((person, joined))
        return found

    def _present(
        self, joining: Iterable[tuple[Participant, Restrictions]], place: _Place, service: Service
    ) -> Iterator[str]:
        for person, joined in joining:
            coming = restrictions(self._filters.to_coming(person, service, place.start, place.modality))
            if self._may_give_way(place.kept_by, joined, coming):
                yield person.id

    def _made(
        self, frame: Frame, present: tuple[str, ...], leads: tuple[str, ...], place: _Place
    ) -> Iterator[Candidate]:
        size = self.terms.size(frame.service, frame.group, frame.population)
        made = self._factory.make(frame, present, leads, max(size[1], len(present)))
        if made is None:
            return

        def able(ids: tuple[str, ...]) -> tuple[str, ...]:
            found = ((row, self._filters.to_staff(self.problem.therapist[row], frame)) for row in ids)
            return tuple(
                row for row, objections in found if self._may_give_way(place.kept_by, restrictions(objections))
            )

        yield replace(
            made,
            size=size,
            other_roles=tuple((role, able(ids)) for role, ids in made.other_roles),
            surplus_ids=able(made.surplus_ids),
        )

    def is_free_to_join(self, person: Participant, service: Service, group: Group) -> bool:
        """Return whether nothing keeps somebody from being in a group."""
        return none(self._filters.to_joining(person, service, group))

    def may_join(self, person: Participant, row: Candidate) -> bool:
        """Return whether few restrictions keep somebody from a session with a start."""
        if self.terms.demand(person, row.service).most == 0 or person.population != row.population:
            return False
        joined = restrictions(self._filters.to_joining(person, row.service, row.group))
        coming = restrictions(self._filters.to_coming(person, row.service, row.start, row.modality))
        met = NOTHING
        if row.lead_id is not None:
            lead = self.problem.therapist[row.lead_id]
            found = restrictions(self._filters.to_meeting(person, lead, row.service))
            if found is None:
                return False
            met = found
        return self._may_give_way(joined, coming, met)
