"""The weeks of the choice that only cancels: sessions of the published week as they were, with fewer people, or not at all.

Nobody is given another time, lead, room or group. Whoever was admitted since may take a free seat in what is held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from iopsched.domain.schedule import Session
from iopsched.model.build import build_model
from iopsched.model.candidate import Candidate
from iopsched.model.forcing import hold_only_as
from iopsched.search.beginning import Beginning
from iopsched.search.start.first_week import keep_previous
from iopsched.search.way import Way
from iopsched.search.whole_week import WholeWeek
from iopsched.search.workshop import Opening, Workshop
from iopsched.words.sentence import Sentence


class OnlyCanceled(Beginning):
    """Searches the weeks in which nothing is new: one model of few candidates, each goal of which is proven soon."""

    is_narrow = True
    only_reason = Sentence("What was lost is not replaced in this choice.")

    def way(self) -> Way:
        """Return the way to search them, from what still holds of the published week."""
        self.news.tell("build")
        problem = self.workshop.problem
        held = list(as_published(self.workshop))
        model = build_model(problem, terms=self.workshop.terms, candidates=[row for _, row in held], told_apart=0)
        for session, candidate in held:
            hold_only_as(model.x, candidate, session)
        kept = keep_previous(problem)
        self.incumbent.take_if_legal(kept)
        return WholeWeek(model, self.workshop, self.clock, self.incumbent, self.news, kept, is_outlined=False)


def newcomers(workshop: Workshop) -> frozenset[str]:
    """Return who is in the week now and was in nothing of the published one."""
    before = workshop.problem.previous
    known = (
        before.census.union(*(row.participant_ids for row in before.sessions)) if before is not None else frozenset()
    )
    return frozenset(row.id for row in workshop.terms.participants) - known


def as_published(workshop: Workshop) -> Iterator[tuple[Session, Candidate]]:
    """Yield the published sessions that can still be held, each with the candidate of its own people and staff.

    The lead and the room that it has are left to :func:`iopsched.model.forcing.hold_only_as`.
    """
    problem, new = workshop.problem, newcomers(workshop)
    rows = problem.previous.sessions if problem.previous is not None else ()
    several: dict[tuple[str, str | None, int, str, str | None], list[Candidate]] = defaultdict(list)
    for row in workshop.for_several:  # those of a service without a group differ in their people, too
        several[row.service.id, row.group_id, row.start, row.modality, row.lead_id].append(row)
    for session in rows:
        if session in problem.begun or session.service_id not in problem.service:
            continue
        lead_id = session.lead_id if session.group_id is None else None
        visit = _visit(workshop, session)
        choices = several[session.service_id, session.group_id, session.start, session.modality, lead_id]
        choices = choices if visit is None else [visit, *choices]
        found = [own for row in choices if (own := _with_its_people(row, session, new)) is not None]
        if found:
            yield session, max(found, key=lambda row: len({*row.participant_ids}.intersection(session.participant_ids)))


def _visit(workshop: Workshop, session: Session) -> Candidate | None:
    """Return a visit as it was, None where it cannot be."""
    if session.group_id is not None or session.participant_ids[0] not in workshop.problem.participant:
        return None
    visit = session.participant_ids[0], session.service_id
    if visit not in workshop.visit_kinds:
        return None
    rows = workshop.visits(Opening(leads={visit: frozenset({session.lead_id})}))
    return next((row for row in rows if (row.start, row.modality) == (session.start, session.modality)), None)


def _with_its_people(row: Candidate, session: Session, new: frozenset[str]) -> Candidate | None:
    """Return a session with those of its people and staff who could be there, and newcomers; None where nobody can."""
    others = session.therapist_ids[1:]
    people = tuple(pid for pid in row.participant_ids if pid in session.participant_ids or pid in new)
    if session.lead_id not in row.lead_ids or len(people) < row.size[0] or row.end != session.end:
        return None
    return replace(
        row,
        participant_ids=people,
        lead_ids=(session.lead_id,),
        other_roles=tuple((role, tuple(w for w in ids if w in others)) for role, ids in row.other_roles),
        surplus_ids=tuple(w for w in row.surplus_ids if w in others),
    )
