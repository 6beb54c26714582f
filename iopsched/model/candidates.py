"""Candidates: every way to hold a session that its own facts allow.

A session of a group is a candidate per start and modality; its lead is a
decision. A freely formed session is a candidate per start, modality and lead:
nobody leads two sessions at once, so the lead tells parallel sessions apart
and equal copies (a symmetry) never arise.

A rule whose facts are all known beforehand is applied here by leaving
candidates out, and only where the rule is active: a model without the rule
has the wider choice.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from iopsched.domain.people import HeldModality, Participant, Therapist, kept_apart
from iopsched.domain.services import Group, Role, Service
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.helpers import earlier_leads, pinned_staff
from iopsched.model.matching import lead_suits, matches_group, rests, speaks, staff_matches
from iopsched.model.terms import Terms, accepts
from iopsched.rulebook import RuleId

ALL_RULES = frozenset(RuleId)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a session is before its people are chosen."""

    service: Service
    group: Group | None
    population: str
    start: int
    modality: HeldModality
    lead_id: str | None = None


class CandidateFactory:
    """Makes the candidates of a problem under a set of active rules."""

    def __init__(self, terms: Terms, rules: frozenset[RuleId] = ALL_RULES) -> None:
        self.terms = terms
        self.problem = terms.problem
        self.rules = rules
        self._keeps_staff = bool(self.problem.helpers_before)
        self._least_rest = self.problem.clinic.staff.min_rest_minutes
        self._starts_known: dict[tuple[str, str], list[int]] = {}
        self._able_known: dict[tuple[str, str, int, str], frozenset[str]] = {}

    def all(self) -> list[Candidate]:
        """Return every candidate, in an order that depends on ids and times only."""
        found: list[Candidate] = []
        for service in self.problem.services:
            groups = self.problem.groups_of.get(service.id)
            if groups:
                for group in groups:
                    found.extend(self._of_group(service, group))
            else:
                found.extend(self._formed_freely(service))
        return found

    def for_several(self) -> list[Candidate]:
        """Return every candidate but the visits that :meth:`visits` returns one participant at a time."""
        found: list[Candidate] = []
        for service in self.problem.services:
            groups = self.problem.groups_of.get(service.id)
            if groups:
                for group in groups:
                    found.extend(self._of_group(service, group))
            else:
                found.extend(self._formed_freely(service, plain=False))
        return found

    def visits(
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
        return [self.visit(person, service, start, modality, lead_id) for modality, start, lead_id in places]

    def places(
        self,
        person: Participant,
        service: Service,
        *,
        lead_ids: Container[str] | None = None,
        days: Container[int] | None = None,
    ) -> Iterator[tuple[HeldModality, int, str]]:
        """Yield modality, start and lead of each of the :meth:`visits`."""
        if not self.has_plain_visits(person, service) or not self._may_join(person, service, None):
            return
        leads = [
            lead.id
            for lead in self.problem.therapists
            if (lead_ids is None or lead.id in lead_ids) and self._may_meet(person, lead, service)
        ]
        for modality in self.terms.modalities(service, None):
            for start in self._starts_of(service, modality) if leads else ():
                if days is not None and start // DAY not in days:
                    continue
                if not self._may_come(person, service, start, modality):
                    continue
                able = self._able_to_lead(service, person.population, start, modality)
                for lead_id in leads:
                    if lead_id in able:
                        yield modality, start, lead_id

    def choices(self, person: Participant, service: Service) -> tuple[int, tuple[str, ...]]:
        """Return the number of starts and the leads that plain visits could have, not every lead at every start."""
        modalities = self.terms.modalities(service, None)
        skill = self.terms.roles(service, None)[0].skill
        starts = {s for m in modalities for s in self._starts_of(service, m) if self._may_come(person, service, s, m)}
        able = (w for w in self.problem.therapists if skill in w.skills and self._may_meet(person, w, service))
        return len(starts), tuple(w.id for w in able)

    def visit(
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
        frame = _Frame(service, None, person.population, start, modality, lead_id)
        return Candidate(
            service=service,
            group=None,
            population=person.population,
            start=start,
            modality=modality,
            lead_id=lead_id,
            participant_ids=(person.id,),
            lead_ids=(lead_id,),
            surplus_ids=tuple(sorted(self._kept_staff(frame, starts or (start,)))) if self._keeps_staff else (),
            size=self.terms.size(service, None, person.population),
            ratio=self.terms.ratio(service, None, person.population),
            countable_minutes=self.terms.countable_minutes(service),
            starts=starts,
        )

    def has_plain_visits(self, person: Participant, service: Service) -> bool:
        """Return whether all of a participant's sessions of a service are for one, with the lead alone."""
        return self._plain_services[service.id, person.population] and not (
            self._asked_by(person.id, service) or (person.id, service.id) in self._pinned_visits
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
                is_one = self._on(RuleId.SIZE) and self.terms.size(service, None, population) == (1, 1)
                found[service.id, population] = is_alone and is_one and counts
        return found

    @cached_property
    def _pinned_visits(self) -> set[tuple[str, str]]:
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

    def _starts_of(self, service: Service, modality: HeldModality) -> list[int]:
        key = (service.id, modality)
        if key not in self._starts_known:
            self._starts_known[key] = self._starts(service, None, modality)
        return self._starts_known[key]

    def _able_to_lead(self, service: Service, population: str, start: int, modality: HeldModality) -> frozenset[str]:
        key = (service.id, population, start, modality)
        if key not in self._able_known:
            frame = _Frame(service, None, population, start, modality)
            self._able_known[key] = frozenset(w.id for w in self.problem.therapists if self._may_lead(w, frame))
        return self._able_known[key]

    # --- who and when -----------------------------------------------------
    def _on(self, rule: RuleId) -> bool:
        return rule in self.rules

    def _starts(self, service: Service, group: Group | None, modality: HeldModality) -> list[int]:
        starts = self.terms.starts(service, group, anywhere=not self._on(RuleId.WINDOW))
        asks = self._on(RuleId.SUPERVISOR) and self.problem.clinic.staff.supervisor_on_site
        if not asks or modality == "telehealth":
            return starts
        return [start for start in starts if self.terms.supervised.covers(start, start + service.minutes)]

    def _of_group(self, service: Service, group: Group) -> Iterator[Candidate]:
        people = [p for p in self.terms.participants if self._may_join(p, service, group)]
        low, high = self.terms.size(service, group, group.population)
        needed = low if self._on(RuleId.SIZE) else 1
        for modality in self.terms.modalities(service, group):
            for start in self._starts(service, group, modality):
                present = self._present(people, service, start, modality)
                if len(present) < needed:
                    continue
                frame = _Frame(service, group, group.population, start, modality)
                leads = tuple(w.id for w in self.problem.therapists if self._may_lead(w, frame))
                if leads and (made := self._make(frame, present, leads, high)) is not None:
                    yield made

    def _formed_freely(self, service: Service, *, plain: bool = True) -> Iterator[Candidate]:
        people = [
            p
            for p in self.terms.participants
            if self._may_join(p, service, None) and (plain or not self.has_plain_visits(p, service))
        ]
        for population in dict.fromkeys(p.population for p in people):
            members = [p for p in people if p.population == population]
            for same in self._alike(service, population, members):
                yield from self._formed_of(service, population, same)

    def _alike(self, service: Service, population: str, people: list[Participant]) -> list[list[Participant]]:
        """Split people of one-to-one services by the staff they ask for: most visits then have plain staff."""
        if not self._on(RuleId.SIZE) or self.terms.size(service, None, population)[1] > 1:
            return [people]
        split: dict[tuple[str, ...], list[Participant]] = {}
        for person in people:
            split.setdefault(self._asked_by(person.id, service), []).append(person)
        return list(split.values())

    def _asked_by(self, participant_id: str, service: Service) -> tuple[str, ...]:
        need = self.problem.need.get((participant_id, service.id))
        return need.therapist_ids if need is not None else ()

    def _formed_of(self, service: Service, population: str, people: list[Participant]) -> Iterator[Candidate]:
        low, high = self.terms.size(service, None, population)
        needed = low if self._on(RuleId.SIZE) else 1
        for modality in self.terms.modalities(service, None):
            for start in self._starts(service, None, modality):
                at_start = self._present(people, service, start, modality)
                if len(at_start) < needed:
                    continue
                for lead in self.problem.therapists:
                    frame = _Frame(service, None, population, start, modality, lead.id)
                    if not self._may_lead(lead, frame):
                        continue
                    present = tuple(
                        pid for pid in at_start if self._may_meet(self.problem.participant[pid], lead, service)
                    )
                    if len(present) < needed:
                        continue
                    if (made := self._make(frame, present, (lead.id,), high)) is not None:
                        yield made

    def _make(self, frame: _Frame, present: tuple[str, ...], leads: tuple[str, ...], most: int) -> Candidate | None:
        others, surplus = self._other_staff(frame, present, most)
        size = self.terms.size(frame.service, frame.group, frame.population)
        if not self._on(RuleId.SIZE):
            size = (1, len(self.problem.participants))
        alone = len(present) - self._needing_two(present)
        if self._on(RuleId.TWO_STAFF) and size[0] - alone > 1:
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

    def _present(
        self, people: list[Participant], service: Service, start: int, modality: HeldModality
    ) -> tuple[str, ...]:
        return tuple(p.id for p in people if self._may_come(p, service, start, modality))

    def _may_join(self, person: Participant, service: Service, group: Group | None) -> bool:
        """Return whether match, cohort and needs leave a participant a place in such sessions at all."""
        if self._on(RuleId.DAY_MAX) and self.terms.demand(person, service).most == 0:
            return False
        if group is None:
            return True
        if self._on(RuleId.MATCH) and not matches_group(person, group):
            return False
        return not self._on(RuleId.COHORT) or self._cohort_allows(person, group)

    def _cohort_allows(self, person: Participant, group: Group) -> bool:
        for own_id in person.group_ids:
            own = self.problem.group[own_id]
            if own.service_id != group.service_id or own.id == group.id:
                continue
            if own.membership == "closed" or group.membership == "closed":
                return False
        return True

    def _may_come(self, person: Participant, service: Service, start: int, modality: HeldModality) -> bool:
        end = start + service.minutes
        if self._on(RuleId.WINDOW) and not self.terms.participant_free(person.id, service).covers(start, end):
            return False
        if self._on(RuleId.SEATS) and not accepts(person.modality, modality):
            return False
        if self._on(RuleId.WEEK_MAX) and service.counts:
            if not self.terms.is_authorized(person, start // DAY):
                return False
            if self.terms.countable_minutes(service) > self.terms.max_minutes_per_day(person):
                return False
        return True

    def _may_lead(self, therapist: Therapist, frame: _Frame) -> bool:
        if not self._may_staff(therapist, frame):
            return False
        if self._on(RuleId.SEATS) and frame.modality == "hybrid" and therapist.modality == "telehealth":
            return False
        group = frame.group
        if group is not None and self._on(RuleId.MATCH) and not speaks(therapist, group.language):
            return False
        if not self._on(RuleId.STAFFED):
            return True
        if frame.service.licensed_lead and not therapist.licensed:
            return False
        if group is not None and group.lead_ids and therapist.id not in group.lead_ids:
            return False
        return self.terms.roles(frame.service, group)[0].skill in therapist.skills

    def _may_staff(self, therapist: Therapist, frame: _Frame) -> bool:
        start, minutes = frame.start, frame.service.minutes
        if self._on(RuleId.WINDOW) and not self.terms.therapist_free[therapist.id].covers(start, start + minutes):
            return False
        if self._on(RuleId.SEATS) and not accepts(therapist.modality, frame.modality):
            return False
        if self._on(RuleId.STAFF_LOAD):
            if minutes > self.terms.longest_session(therapist):
                return False
            border = self.problem.border.get(therapist.id)
            if border is not None and not rests(border, start, start + minutes, self._least_rest):
                return False
        if frame.group is not None and self._on(RuleId.STAFFED):
            return staff_matches(therapist, frame.group.population, frame.group.tracks)
        return True

    def _may_meet(self, person: Participant, lead: Therapist, service: Service) -> bool:
        """Return whether a participant may be in a freely formed session that this therapist leads."""
        if self._on(RuleId.STAFFED) and not staff_matches(lead, person.population, person.tracks):
            return False
        if self._on(RuleId.PRIMARY) and service.with_primary and person.primary_id not in {None, lead.id}:
            return False
        if self._on(RuleId.APART) and lead.id in self._apart[person.id]:
            return False
        return not self._on(RuleId.MATCH) or lead_suits(lead, self.terms.demand(person, service))

    @cached_property
    def _apart(self) -> Mapping[str, frozenset[str]]:
        return kept_apart(self.problem.keep_apart)

    # --- staff beyond the lead --------------------------------------------
    def _other_staff(
        self, frame: _Frame, present: tuple[str, ...], most: int
    ) -> tuple[tuple[tuple[Role, tuple[str, ...]], ...], tuple[str, ...]]:
        """Return who could fill each role beyond the lead's, and who could come besides."""
        roles = self.terms.roles(frame.service, frame.group)
        heads = min(most, len(present)) if self._on(RuleId.SIZE) else len(present)
        number = sum(role.number for role in roles)
        asked = {therapist_id for pid in present for therapist_id in self._asked_by(pid, frame.service)}
        asked |= pinned_staff(self.terms, frame.service, frame.group, frame.start, present)
        kept = self._kept_staff(frame, (frame.start,))
        is_short = self._ratio_may_ask(frame, heads, number)
        needs_two = self._two_staff_may_ask(frame, present, number)
        if number == 1 and not (asked or is_short or needs_two or kept):
            return (), ()
        free = [w for w in self.problem.therapists if w.id != frame.lead_id and self._may_staff(w, frame)]
        rest = [Role(roles[0].skill, roles[0].number - 1), *roles[1:]]
        on = self._on(RuleId.STAFFED)
        others = tuple(
            (role, tuple(w.id for w in free if not on or role.skill in w.skills)) for role in rest if role.number > 0
        )
        skills = {role.skill for role in roles}
        surplus = set(kept)
        if is_short:
            surplus |= {w.id for w in free if w.counts_for_ratio and (not on or skills & set(w.skills))}
        if needs_two:
            surplus |= {w.id for w in free if not on or skills & set(w.skills)}
        return others, tuple(sorted(surplus | (asked & {w.id for w in free})))

    def _kept_staff(self, frame: _Frame, starts: tuple[int, ...]) -> frozenset[str]:
        """Return who was there beside the lead in the earlier week, has one of the skills and may be there again."""
        before = earlier_leads(self.terms, frame.service, frame.group, starts)
        found = {w for lead_id, staff in before.items() if frame.lead_id in {None, lead_id} for w in staff}
        if not found:
            return frozenset()
        skills = {role.skill for role in self.terms.roles(frame.service, frame.group)}
        on = self._on(RuleId.STAFFED)
        staff = (w for w in self.problem.therapists if w.id in found and (not on or skills & set(w.skills)))
        return frozenset(w.id for w in staff if w.id != frame.lead_id and self._may_staff(w, frame))

    def _ratio_may_ask(self, frame: _Frame, heads: int, staff: int) -> bool:
        """Return whether the required staff alone could be too few for the ratio."""
        ratio = self.terms.ratio(frame.service, frame.group, frame.population)
        if ratio is None:
            return False
        uncounted = any(not w.counts_for_ratio for w in self.problem.therapists)
        if frame.lead_id is not None and staff == 1:
            uncounted = not self.problem.therapist[frame.lead_id].counts_for_ratio
        return heads > ratio * (0 if uncounted else staff)

    def _two_staff_may_ask(self, frame: _Frame, present: tuple[str, ...], staff: int) -> bool:
        """Return whether the required staff alone could be one, with several participants who need two."""
        if staff > 1:
            return False
        most = self.terms.size(frame.service, frame.group, frame.population)[1] if self._on(RuleId.SIZE) else 2
        return min(most, self._needing_two(present)) > 1

    def _needing_two(self, present: tuple[str, ...]) -> int:
        """Return how many of these people may not be with one member of staff together."""
        if not self.problem.clinic.staff.two_staff:
            return 0
        return sum(self.terms.needs_two_staff(pid) for pid in present)
