"""Which sessions could be held at all, by which people, and why others could not: from the facts, without the solver."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from iopsched.domain.people import Participant, kept_apart
from iopsched.domain.services import Service
from iopsched.domain.timegrid import TimeRange, Windows
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.filters import Filters, RoomDemand
from iopsched.model.scope import Scope
from iopsched.model.terms import RATIO_KINDS, Terms
from iopsched.rulebook import ALL_RULES, RuleId
from iopsched.words.phrases import count
from iopsched.words.wordings import said

STRIDE = 9
# The cells of a room in the order in which filters ask for them; first the one that a group names.
ROOM_COLUMNS = ("room_id", "capacity", "max_participants", "features", "availability")


class Possible:
    """The ways to hold a session with each of the participants who are considered.

    ``options`` are those of a participant, ``blocked`` says why some of a
    service have no room or no staff that counts.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.problem = terms.problem
        self.apart = kept_apart(self.problem.keep_apart)
        self.options: dict[str, list[Candidate]] = defaultdict(list)
        self.blocked: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._considered: frozenset[str] = frozenset()
        self._relaxed: dict[tuple[RuleId, str], set[str]] = {}
        self.filters = Filters(terms, Scope.whole(terms))

    def consider(self, participant_ids: Iterable[str]) -> None:
        """Find the options of these participants, and of nobody else: there are millions in a large clinic."""
        self._considered = frozenset(participant_ids)
        self.options.clear()
        self.blocked.clear()
        self._relaxed.clear()
        for service in self.problem.services if self._considered else ():
            for candidate in self._candidates(service, self._considered):
                for participant_id, why in self._answers(candidate, self._considered):
                    if why:
                        self.blocked[participant_id, service.id].add(why)
                    else:
                        self.options[participant_id].append(candidate)

    def without_option(self, service: Service, participant_ids: Iterable[str]) -> frozenset[str]:
        """Return the participants that no session of the service can include."""
        left = frozenset(participant_ids)
        for opening in self._parts_of_week(service):
            for candidate in self._candidates(service, left, opening=opening) if left else ():
                left -= {participant_id for participant_id, why in self._answers(candidate, left) if not why}
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

    def _candidates(
        self,
        service: Service,
        participant_ids: frozenset[str],
        rules: frozenset[RuleId] = ALL_RULES,
        opening: Windows | None = None,
    ) -> list[Candidate]:
        """Return the candidates of one service, at the starts inside an opening; visits of these participants only.

        How many others could come decides on a session of several, never on a visit.
        """
        scope = replace(Scope.whole(self.terms, rules), services=(service,), opening=opening or self.terms.opening)
        if self._is_visit(service):
            scope = replace(scope, participants=tuple(p for p in scope.participants if p.id in participant_ids))
        return CandidateFactory(self.terms, scope).all()

    def _answers(self, candidate: Candidate, participant_ids: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Yield those of the participants who could come to a session, with why it cannot be held, blank if it can."""
        if participant_ids.isdisjoint(candidate.participant_ids):
            return
        why_never = self._why_never(candidate)
        # In a large clinic hundreds could come: a room is asked for once by all who ask the same of it.
        answers: dict[tuple[str, frozenset[str]], str] = {}
        for participant_id in candidate.participant_ids:
            if participant_id not in participant_ids:
                continue
            person = self.problem.participant[participant_id]
            asked = person.modality, person.needs_features
            if asked not in answers:
                answers[asked] = why_never or self._why_no_room(candidate, person)
            yield participant_id, answers[asked] or self._why_no_lead(candidate, participant_id)

    def _is_visit(self, service: Service) -> bool:
        """Return whether it makes no difference to a session with a participant how many others could come."""
        if service.kind in RATIO_KINDS or self.problem.groups_of.get(service.id):
            return False
        return all(self.terms.size(service, None, each)[0] == 1 for each in self.problem.clinic.populations)

    def without_rule(self, rule: RuleId, service: Service) -> set[str]:
        """Return the participants with no option of a service who would have one if a rule were none."""
        if (rule, service.id) not in self._relaxed:
            having = {pid for pid, options in self.options.items() if any(c.service.id == service.id for c in options)}
            candidates = self._candidates(service, self._considered - having, ALL_RULES - {rule})
            self._relaxed[rule, service.id] = {pid for c in candidates for pid in c.participant_ids}
        return self._relaxed[rule, service.id]

    def _why_never(self, candidate: Candidate) -> str:
        """Return why a session cannot be held whoever attends, blank if it can."""
        staff = {*candidate.lead_ids, *candidate.surplus_ids, *(w for _, ids in candidate.other_roles for w in ids)}
        if candidate.ratio is not None and not any(self.problem.therapist[w].counts_for_ratio for w in staff):
            return said("nobody who could be on its staff counts for the ratio ({therapists.csv}, counts_for_ratio)")
        return ""

    def _why_no_lead(self, candidate: Candidate, participant_id: str) -> str:
        """Return why nobody may lead the session with this participant, blank if somebody may."""
        if self.apart[participant_id].issuperset(candidate.lead_ids):
            return said("{keep_apart.csv} keeps the participant from everybody who could lead it")
        return ""

    def _why_no_room(self, candidate: Candidate, person: Participant) -> str:
        """Return why no room can hold the session with this participant, blank if one can or none is needed."""
        if not candidate.needs_room:
            return ""
        demand = self.filters.room_demand(candidate, person)
        objections = []
        for room in self.problem.rooms:
            objection = next(self.filters.to_room(candidate, room, demand), None)
            if objection is None:
                return ""
            objections.append(objection.column)
        return _no_room(max(objections, key=ROOM_COLUMNS.index, default="capacity"), demand)


def _no_room(column: str, demand: RoomDemand) -> str:
    """Return why every room objects, by the column up to which one of them suits."""
    if column == "availability":
        return "the rooms it may use are closed or busy at every start that would suit"
    if column == "features":
        return said("no room it may use has all of: {} ({rooms.csv}, features)", ", ".join(sorted(demand.features)))
    if column == "max_participants":
        told = "no room it may use admits {} ({rooms.csv}, max_participants)"
        return said(told, count(demand.heads, "participant"))
    return said("no room it may use has {} seats ({rooms.csv}, capacity)", demand.seats)
