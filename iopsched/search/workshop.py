"""Parts of a week: the ordinary model in which some sessions are chosen anew and all others stay as they are.

What stays is a candidate with exactly its own people and staff, so that every
rule sees it; only its room may change among equals. A part is small however
large the week is, and whatever it finds is a schedule of the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from iopsched.domain.people import Participant
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Service
from iopsched.model.build import Model, build_model
from iopsched.model.candidate import Candidate
from iopsched.model.candidates import CandidateFactory
from iopsched.model.terms import Terms
from iopsched.params import Tuning
from iopsched.stopping import look

Visit = tuple[str, str]
Leads = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What may be chosen anew.

    ``group_ids``: groups, with all who could belong to them. ``leads``: visits by (participant, service), each with
    the staff who may hold it, None = whoever can. ``days``: by participant, the weekdays on which these visits may be
    (missing = all).
    ``keeps_freely_formed``: whether sessions for several without a group stay as they are.
    """

    group_ids: frozenset[str] = frozenset()
    leads: Mapping[tuple[str, str], Leads] = field(default_factory=dict)
    days: Mapping[str, frozenset[int]] = field(default_factory=dict)
    keeps_freely_formed: bool = True


class Workshop:
    """Builds parts of the weeks of one problem; ``visit_kinds`` are all (participant, service) of plain visits."""

    def __init__(self, terms: Terms, tuning: Tuning | None = None) -> None:
        self.terms = terms
        self.tuning = tuning or Tuning()
        self.problem = terms.problem
        self.factory = CandidateFactory(terms)
        self.largest = (0, 0)
        self._begun = frozenset(self.problem.fixed)
        self.for_several = self.factory.for_several()
        self.visit_kinds = [
            (person.id, service.id)
            for person in terms.participants
            for service in self.problem.services
            if self.factory.visits.are_plain(person, service) and terms.demand(person, service).most != 0
        ]
        self._by_place: dict[tuple[str, str | None, str, int, str, str | None], Candidate] = {}
        self._choices: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}
        self._visits: dict[Visit, dict[str, list[Candidate]]] = defaultdict(dict)  # by lead
        self._kept = 0
        for row in self.for_several:
            self._by_place[row.service.id, row.group_id, row.population, row.start, row.modality, row.lead_id] = row

    def visits(self, opening: Opening) -> list[Candidate]:
        """Return the visits that an opening allows."""
        found: list[Candidate] = []
        for (participant_id, service_id), leads in opening.leads.items():
            look()
            person, service = self.problem.participant[participant_id], self.problem.service[service_id]
            days = opening.days.get(participant_id)
            for rows in self._visits_by_lead(person, service, leads):
                found.extend(rows if days is None else (row for row in rows if row.day in days))
        return found

    def _visits_by_lead(self, person: Participant, service: Service, leads: Leads) -> Iterator[list[Candidate]]:
        """Yield the visits of a participant to a service by lead, of those that are asked for; they are made once and kept."""
        asked = self.choices(person.id, service.id)[1] if leads is None else sorted(leads)
        if self._kept > self.tuning.kept_visits:
            self._visits.clear()
            self._kept = 0
        own = self._visits[person.id, service.id]
        missing = [lead_id for lead_id in asked if lead_id not in own]
        if missing:
            own.update((lead_id, []) for lead_id in missing)
            for row in self.factory.visits.of(person, service, lead_ids=missing):
                own[row.lead_ids[0]].append(row)
                self._kept += 1
        yield from (own[lead_id] for lead_id in asked)

    def choices(self, participant_id: str, service_id: str) -> tuple[int, tuple[str, ...]]:
        """Return the number of starts and the leads that the visits of a participant to a service could have."""
        key = participant_id, service_id
        if key not in self._choices:
            person, service = self.problem.participant[participant_id], self.problem.service[service_id]
            self._choices[key] = self.factory.visits.choices(person, service)
        return self._choices[key]

    def count_choices(self, most: int) -> int:
        """Return how many choices of a start and a lead the visits of the week have; no more than about so many."""
        found = 0
        for visit in self.visit_kinds:
            if found >= most:
                return found
            starts, leads = self.choices(*visit)
            found += starts * len(leads)
        return found

    def is_open(self, session: Session, opening: Opening) -> bool:
        """Return whether a session is chosen anew."""
        if session in self._begun:
            return False
        if session.group_id is not None:
            return session.group_id in opening.group_ids
        if self._is_visit(session):
            return (session.participant_ids[0], session.service_id) in opening.leads
        return not opening.keeps_freely_formed

    def _is_visit(self, session: Session) -> bool:
        person = self.problem.participant[session.participant_ids[0]]
        return self.factory.visits.are_plain(person, self.problem.service[session.service_id])

    def as_held(self, session: Session) -> Candidate:
        """Return a session of a legal week as a candidate that leaves nothing open.

        Raises
        ------
        KeyError
            If no session like it is possible.
        """
        service = self.problem.service[session.service_id]
        if session.group_id is None and self._is_visit(session):
            person = self.problem.participant[session.participant_ids[0]]
            row = self.factory.visits.one(person, service, session.start, session.modality, session.lead_id)
            return replace(row, surplus_ids=session.therapist_ids[1:]) if row.surplus_ids else row
        population = self.problem.participant[session.participant_ids[0]].population
        place = session.service_id, session.group_id, population, session.start, session.modality
        row = self._by_place[(*place, None if session.group_id is not None else session.lead_id)]
        others = session.therapist_ids[1:]
        return replace(
            row,
            participant_ids=session.participant_ids,
            lead_ids=(session.lead_id,),
            other_roles=tuple((role, tuple(w for w in ids if w in others)) for role, ids in row.other_roles),
            surplus_ids=tuple(w for w in row.surplus_ids if w in others),
        )

    def reopened(self, row: Candidate) -> Candidate:
        """Return a session for several with its own people, held by whichever staff can."""
        return replace(self.whole(row), participant_ids=row.participant_ids)

    def whole(self, row: Candidate) -> Candidate:
        """Return a session for several with everybody who could come, held by whichever staff can."""
        lead_id = None if row.group is not None else row.lead_id
        return self._by_place[row.service.id, row.group_id, row.population, row.start, row.modality, lead_id]

    def open_part(self, week: Schedule, opening: Opening, *, told_apart: int = 0, is_about_all: bool = True) -> Model:
        """Return the model of a week of which a part is chosen anew.

        At most so many equal rooms are ``told_apart``. Unless it ``is_about_all``, the rules of participants and their parts
        of goals are those of whoever could be in a session that is open, and nobody else's: these keep what they have.
        """
        changed = [row for row in week.sessions if row not in self._begun and self.is_open(row, opening)]
        gone = set(changed)
        kept = [row for row in week.sessions if row not in self._begun and row not in gone]
        free = []
        elsewhere = self._members([*kept, *self.problem.fixed])
        for row in self.for_several:
            if row.group is None:
                if not opening.keeps_freely_formed:
                    free.append(row)
            elif row.group.id in opening.group_ids:
                away = elsewhere[row.service.id]
                people = tuple(pid for pid in row.participant_ids if pid not in away)
                if len(people) >= row.size[0]:
                    free.append(replace(row, participant_ids=people))
        held = [self.as_held(row) for row in kept]
        free += self.visits(opening)
        about = None if is_about_all else self._touched(opening, changed, free)
        return self.assemble(held, free, about, told_apart=told_apart)

    def _touched(self, opening: Opening, changed: Iterable[Session], free: Iterable[Candidate]) -> set[str]:
        """Return whose own rules and parts of goals can differ: whoever was or can be there, or misses what a group holds."""
        found = {participant_id for participant_id, _ in opening.leads}
        found.update(pid for session in changed for pid in session.participant_ids)
        found.update(pid for candidate in free for pid in candidate.participant_ids)
        found.update(row.id for row in self.terms.participants if not opening.group_ids.isdisjoint(row.group_ids))
        return found

    def _members(self, sessions: Iterable[Session]) -> dict[str, set[str]]:
        """Return, by service, the participants with a session of a closed group: they can be in no other."""
        found: dict[str, set[str]] = defaultdict(set)
        for session in sessions:
            group = self.problem.group.get(session.group_id or "")
            if group is not None and group.membership == "closed":
                found[session.service_id].update(session.participant_ids)
        return found

    def assemble(
        self,
        held: list[Candidate],
        free: list[Candidate],
        about: Iterable[str] | None = None,
        *,
        told_apart: int = 0,
        pins_are_wishes: bool = False,
    ) -> Model:
        """Return the model of sessions that are held as they are beside others that may be."""
        restricted = None if about is None else frozenset(about)
        model = build_model(
            self.problem,
            terms=self.terms,
            candidates=[*held, *free],
            about=restricted,
            told_apart=told_apart,
            pins_are_wishes=pins_are_wishes,
        )
        model.hold(held)
        self.note(model)
        return model

    def note(self, model: Model) -> None:
        """Remember the largest model so far as (variables, constraints)."""
        self.largest = max(self.largest, model.size)
