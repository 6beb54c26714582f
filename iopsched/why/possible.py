"""Which participants no session of a service can include at all: from the facts, without the solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from iopsched.domain.people import Participant, kept_apart
from iopsched.domain.services import Service
from iopsched.domain.timegrid import TimeRange, Windows
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.filters import Filters, RoomDemand, none
from iopsched.model.scope import Scope
from iopsched.model.terms import RATIO_KINDS, Terms

STRIDE = 9


class Possible:
    """The ways to hold a session with each participant, one after another: there are millions in a large clinic."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.problem = terms.problem
        self._apart = kept_apart(self.problem.keep_apart)
        self._filters = Filters(terms, Scope.whole(terms))

    def without_option(self, service: Service, participant_ids: Iterable[str]) -> frozenset[str]:
        """Return the participants that no session of the service can include."""
        left = frozenset(participant_ids)
        for opening in self._parts_of_week(service):
            for candidate in self._candidates(service, left, opening) if left else ():
                left -= set(self._included(candidate, left))
        return left

    def _parts_of_week(self, service: Service) -> Iterator[Windows]:
        """Yield openings that together have all starts of a service.

        For visits, of which there are millions in a large clinic, one start
        each: after a few, taken from all over the week, hardly anybody is left.
        """
        if not self._is_visit(service):
            yield self.terms.opening
            return
        starts = self.terms.starts(service, None)
        for first in range(STRIDE):
            for start in starts[first::STRIDE]:
                yield Windows((TimeRange(start, start + service.minutes),))

    def _candidates(self, service: Service, participant_ids: frozenset[str], opening: Windows) -> list[Candidate]:
        """Return the candidates of one service, at the starts inside an opening; visits of these participants only.

        How many others could come decides on a session of several, never on a visit.
        """
        scope = replace(Scope.whole(self.terms), services=(service,), opening=opening)
        if self._is_visit(service):
            scope = replace(scope, participants=tuple(p for p in scope.participants if p.id in participant_ids))
        return CandidateFactory(self.terms, scope).all()

    def _included(self, candidate: Candidate, participant_ids: frozenset[str]) -> Iterator[str]:
        """Yield those of the participants with whom a session can be held."""
        if participant_ids.isdisjoint(candidate.participant_ids) or not self._has_counting_staff(candidate):
            return
        # In a large clinic hundreds could come: a room is asked for once by all who ask the same of it.
        answers: dict[tuple[str, frozenset[str]], bool] = {}
        for participant_id in candidate.participant_ids:
            if participant_id not in participant_ids or self._apart[participant_id].issuperset(candidate.lead_ids):
                continue
            person = self.problem.participant[participant_id]
            asked = person.modality, person.needs_features
            if asked not in answers:
                answers[asked] = self._has_room(candidate, person)
            if answers[asked]:
                yield participant_id

    def _is_visit(self, service: Service) -> bool:
        """Return whether it makes no difference to a session with a participant how many others could come."""
        if service.kind in RATIO_KINDS or self.problem.groups_of.get(service.id):
            return False
        return all(self.terms.size(service, None, each)[0] == 1 for each in self.problem.clinic.populations)

    def _has_counting_staff(self, candidate: Candidate) -> bool:
        """Return whether somebody who could be on the staff counts for the ratio, where there is one."""
        staff = {*candidate.lead_ids, *candidate.surplus_ids, *(w for _, ids in candidate.other_roles for w in ids)}
        return candidate.ratio is None or any(self.problem.therapist[w].counts_for_ratio for w in staff)

    def _has_room(self, candidate: Candidate, person: Participant) -> bool:
        """Return whether a room can hold the session with this participant, or none is needed."""
        demand: RoomDemand = self._filters.room_demand(candidate, person)
        rooms = self.problem.rooms if candidate.needs_room else ()
        return not candidate.needs_room or any(none(self._filters.to_room(candidate, room, demand)) for room in rooms)
