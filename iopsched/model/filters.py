"""Filters: what the facts alone forbid. Each objection names its owner, the rule and the row that it comes from.

Candidates to which a filter objects are left out, or, where the model is to explain itself, kept and forbidden under the
guard of the owner. Objections therefore come one by one: who leaves out needs the first only, who explains all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from iopsched.domain.people import HeldModality, Participant, Therapist, kept_apart
from iopsched.domain.places import Room
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY
from iopsched.model.away import participant_away, room_away, therapist_away
from iopsched.model.candidate import Candidate
from iopsched.model.covers import Covers
from iopsched.model.matching import TALKS, lead_suits, rests, share_language, speaks, staff_matches
from iopsched.model.owner import ClinicRef, Owner, PairRef, ServiceRef
from iopsched.model.scope import Scope
from iopsched.model.terms import Terms, accepts, matches_group
from iopsched.rulebook import RuleId
from iopsched.words.sentence import GroupRef, ParticipantRef, RoomRef, TherapistRef

Objections = Iterator[Owner]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a session is before its people are chosen; ``lead_id`` is None where the lead is a decision."""

    service: Service
    group: Group | None
    population: str
    start: int
    modality: HeldModality
    lead_id: str | None = None

    @property
    def end(self) -> int:
        """Return the minute of the week at which it ends."""
        return self.start + self.service.minutes


@dataclass(frozen=True, slots=True)
class RoomDemand:
    """What a session asks of a room at least: features, seats for everybody, and participants inside."""

    features: frozenset[str]
    seats: int
    heads: int


def none(objections: Objections) -> bool:
    """Return whether nothing objects."""
    return next(objections, None) is None


class Filters:
    """What some rules object to: people, times, company and rooms.

    That the clinic is closed is objected to once, at the start of a session: nobody else is blamed for it.
    """

    def __init__(self, terms: Terms, scope: Scope) -> None:
        self.terms = terms
        self.problem = terms.problem
        self.opening = scope.opening
        self.rules = scope.rules
        self._least_rest = self.problem.clinic.staff.min_rest_minutes
        self.covers = Covers(terms)
        self._known_starts: dict[tuple[str, str | None, HeldModality], list[int]] = {}

    # --- when -------------------------------------------------------------
    def starts(self, service: Service, group: Group | None, modality: HeldModality) -> list[int]:
        """Return the starts on the grid, still to come, to which nothing objects."""
        key = service.id, group.id if group is not None else None, modality
        if key not in self._known_starts:
            self._known_starts[key] = [
                start
                for start in self.terms.starts_on_grid(service)
                if start >= self.problem.first_start and none(self.to_start(service, group, modality, start))
            ]
        return self._known_starts[key]

    def to_start(self, service: Service, group: Group | None, modality: HeldModality, start: int) -> Objections:
        """Yield what objects to a session at a start, whoever comes."""
        end = start + service.minutes
        if RuleId.WINDOW in self.rules:
            if not self.opening.covers(start, end):
                yield Owner(RuleId.WINDOW, ClinicRef("open"))
            if not self.terms.fits_blocks(service, start, end):
                yield Owner(RuleId.WINDOW, ServiceRef(service.id), "starts")
            if group is not None and group.times is not None and not group.times.allow(start, end):
                yield Owner(RuleId.WINDOW, GroupRef(group.id), "times")
        if RuleId.SUPERVISOR in self.rules and modality != "telehealth":
            is_asked = self.problem.clinic.staff.supervisor_on_site
            if is_asked and not self.terms.supervised.covers(start, end):
                yield Owner(RuleId.SUPERVISOR, ClinicRef("supervisor_on_site"))

    # --- participants -----------------------------------------------------
    def to_joining(self, person: Participant, service: Service, group: Group | None) -> Objections:
        """Yield what objects to a participant in such sessions at any time: needs, match and cohort."""
        if RuleId.DAY_MAX in self.rules and self.terms.demand(person, service).most == 0:
            yield Owner(RuleId.DAY_MAX, ParticipantRef(person.id))
        if group is None:
            return
        if RuleId.MATCH in self.rules and not matches_group(person, group):
            yield Owner(RuleId.MATCH, ParticipantRef(person.id), "population")
        if RuleId.MATCH in self.rules and not self.terms.may_join(person, group):
            yield Owner(RuleId.MATCH, GroupRef(group.id), "joins")
        if RuleId.COHORT in self.rules and self.terms.has_another_group(person, group):
            yield Owner(RuleId.COHORT, ParticipantRef(person.id))

    def to_coming(self, person: Participant, service: Service, start: int, modality: HeldModality) -> Objections:
        """Yield what objects to a participant in a session at a start."""
        own, end = self.terms.participant_own(person.id, service), start + service.minutes
        if RuleId.WINDOW in self.rules and not own.covers(start, end):
            yield from participant_away(self.terms, person, service, start, end)
        if RuleId.SEATS in self.rules and not accepts(person.modality, modality):
            yield Owner(RuleId.SEATS, ParticipantRef(person.id), "modality")
        if RuleId.WEEK_MAX in self.rules and service.counts:
            if not self.terms.is_authorized(person, start // DAY):
                yield Owner(RuleId.WEEK_MAX, ParticipantRef(person.id), "authorized_until")
            if self.terms.countable_minutes(service) > self.terms.max_minutes_per_day(person):
                yield Owner(RuleId.WEEK_MAX, ParticipantRef(person.id))

    def to_meeting(self, person: Participant, lead: Therapist, service: Service) -> Objections:
        """Yield what objects to a participant in a session without a group that a therapist leads."""
        if RuleId.STAFFED in self.rules and not staff_matches(lead, person.population, person.tracks):
            yield Owner(RuleId.STAFFED, TherapistRef(lead.id), "populations")
        if RuleId.PRIMARY in self.rules and self._is_led_by_another(person, lead, service):
            primary_id = person.primary_id or ""
            if not self.covers.may_ever_lead(lead.id, primary_id):
                yield Owner(RuleId.PRIMARY, ParticipantRef(person.id))
        if RuleId.APART in self.rules and lead.id in self._apart[person.id]:
            yield Owner(RuleId.APART, PairRef(person.id, lead.id))
        if RuleId.MATCH in self.rules and not lead_suits(lead, self.terms.demand(person, service)):
            yield Owner(RuleId.MATCH, ParticipantRef(person.id))
        is_asked = self.problem.clinic.match_language == "require" and service.kind in TALKS
        if RuleId.MATCH in self.rules and is_asked and not share_language(lead, person):
            yield Owner(RuleId.MATCH, ParticipantRef(person.id), "language")

    def to_covering(self, person: Participant, lead: Therapist, service: Service, start: int) -> Objections:
        """Yield what objects to a cover as the lead of a participant's session at a start: the primary is not away then."""
        if RuleId.PRIMARY in self.rules and self.is_covering(person, lead, service):
            end = start + service.minutes
            if not self.covers.may_lead(lead.id, person.primary_id or "", start, end):
                yield Owner(RuleId.PRIMARY, ParticipantRef(person.id))

    def stood_in_for(
        self, person: Participant, lead_id: str, service: Service, group: Group | None, starts: Collection[int]
    ) -> list[str]:
        """Return the primaries, given or possible, in whose place somebody would lead a participant's session at these starts."""
        if not service.with_primary:
            return []
        others = self.covers.stood_in_for(lead_id, service.minutes, starts)
        if not others:
            return []
        if person.primary_id is not None:
            return [other for other in others if other == person.primary_id]
        return [other for other in others if self._could_be_primary(person, other, service, group)]

    def _could_be_primary(self, person: Participant, therapist_id: str, service: Service, group: Group | None) -> bool:
        therapist = self.problem.therapist[therapist_id]
        return (
            self.terms.roles(service, group)[0].skill in therapist.skills
            and (therapist.licensed or not service.licensed_lead)
            and staff_matches(therapist, person.population, person.tracks)
            and therapist_id not in self._apart[person.id]
        )

    def is_covering(self, person: Participant, lead: Therapist, service: Service) -> bool:
        """Return whether somebody would lead a participant's sessions as a cover at best."""
        return self._is_led_by_another(person, lead, service) and self.covers.may_ever_lead(
            lead.id, person.primary_id or ""
        )

    @staticmethod
    def _is_led_by_another(person: Participant, lead: Therapist, service: Service) -> bool:
        return service.with_primary and person.primary_id not in {None, lead.id}

    @cached_property
    def _apart(self) -> Mapping[str, frozenset[str]]:
        return kept_apart(self.problem.keep_apart)

    # --- staff ------------------------------------------------------------
    def to_lead(self, lead: Therapist, frame: Frame) -> Objections:
        """Yield what objects to a therapist as the lead of a session."""
        yield from self.to_staff(lead, frame)
        ref, group = TherapistRef(lead.id), frame.group
        if RuleId.SEATS in self.rules and frame.modality == "hybrid" and lead.modality == "telehealth":
            yield Owner(RuleId.SEATS, ref, "modality")
        if RuleId.MATCH in self.rules and group is not None and not speaks(lead, group.language):
            yield Owner(RuleId.MATCH, ref, "languages")
        if RuleId.STAFFED in self.rules:
            if frame.service.licensed_lead and not lead.licensed:
                yield Owner(RuleId.STAFFED, ref, "licensed")
            if group is not None and not self._leads(lead.id, group.lead_ids, frame):
                yield Owner(RuleId.STAFFED, GroupRef(group.id), "lead_ids")
        yield from self.to_skill(lead, self.terms.roles(frame.service, group)[0].skill)

    def _leads(self, therapist_id: str, lead_ids: tuple[str, ...], frame: Frame) -> bool:
        """Return whether somebody is one of the leads that a group names, if any, or stands in for one."""
        if not lead_ids or therapist_id in lead_ids:
            return True
        return self.covers.of_any(therapist_id, lead_ids, frame.start, frame.end)

    def to_skill(self, therapist: Therapist, skill: str) -> Objections:
        """Yield what objects to a therapist in a role that asks for a skill."""
        if RuleId.STAFFED in self.rules and skill not in therapist.skills:
            yield Owner(RuleId.STAFFED, TherapistRef(therapist.id), "skills")

    def to_staff(self, therapist: Therapist, frame: Frame) -> Objections:
        """Yield what objects to a therapist on the staff of a session, in whatever role."""
        start, end, group = frame.start, frame.end, frame.group
        ref = TherapistRef(therapist.id)
        if RuleId.WINDOW in self.rules and not self.terms.therapist_own[therapist.id].covers(start, end):
            yield from therapist_away(self.terms, therapist, start, end)
        if RuleId.SEATS in self.rules and not accepts(therapist.modality, frame.modality):
            yield Owner(RuleId.SEATS, ref, "modality")
        if RuleId.STAFF_LOAD in self.rules:
            if end - start > self.terms.longest_session(therapist):
                yield Owner(RuleId.STAFF_LOAD, ref)
            border = self.problem.border.get(therapist.id)
            if border is not None and not rests(border, start, end, self._least_rest):
                yield Owner(RuleId.STAFF_LOAD, ref, "min_rest_hours")
        suits = group is None or staff_matches(therapist, group.population, group.tracks)
        if RuleId.STAFFED in self.rules and not suits:
            yield Owner(RuleId.STAFFED, ref, "populations")

    # --- rooms ------------------------------------------------------------
    def to_room(self, candidate: Candidate, room: Room, demand: RoomDemand) -> Objections:
        """Yield what objects to a session in a room, in the order of ``capacity`` to ``availability``."""
        if RuleId.SEATS in self.rules:
            group = candidate.group
            if group is not None and group.room_id not in {None, room.id}:
                yield Owner(RuleId.SEATS, GroupRef(group.id), "room_id")
            if demand.seats > room.capacity:
                yield Owner(RuleId.SEATS, RoomRef(room.id), "capacity")
            if room.max_participants is not None and demand.heads > room.max_participants:
                yield Owner(RuleId.SEATS, RoomRef(room.id), "max_participants")
            if not demand.features <= room.features:
                yield Owner(RuleId.SEATS, RoomRef(room.id), "features")
        if RuleId.WINDOW in self.rules and not self.terms.room_own[room.id].covers(candidate.start, candidate.end):
            yield from room_away(self.terms, room, candidate.start, candidate.end)

    def room_demand(self, candidate: Candidate, person: Participant | None = None) -> RoomDemand:
        """Return what a session asks of a room, whoever comes, or with this participant."""
        features = self.terms.features(candidate.service, candidate.group)
        heads = candidate.size[0] if candidate.modality == "in_person" else 0
        if person is not None and not self.terms.is_elsewhere(person, candidate.modality):
            features |= person.needs_features
            heads = max(1, heads)
        is_full = RuleId.STAFFED in self.rules and candidate.modality != "hybrid"
        others = sum(role.number for role, _ in candidate.other_roles) if is_full else 0
        return RoomDemand(features, heads * (1 + candidate.service.guests) + 1 + others, heads)
