"""A week whose sessions all stay as they are, beside what people who come besides could join or have in free time."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from iopsched.domain.schedule import Schedule, Session
from iopsched.model.build import Model, build_model
from iopsched.model.candidate import Candidate
from iopsched.model.newcomers import hold_beside
from iopsched.search.workshop import Opening, Workshop


def model_beside(workshop: Workshop, week: Schedule, newcomers: AbstractSet[str]) -> Model:
    """Return the model in which newcomers join the sessions of a legal week, or have further ones; nothing else is open.

    Raises
    ------
    KeyError
        If a session of the week is not possible.
    """
    open_sessions = [row for row in week.sessions if row not in workshop.problem.fixed]
    held = {row.id: _joinable(workshop, row, newcomers) for row in open_sessions}
    taken = {workshop.whole(row) for row in held.values() if not row.is_visit}
    free = []
    for row in workshop.for_several:
        people = tuple(pid for pid in row.participant_ids if pid in newcomers)
        if row not in taken and len(people) >= max(1, row.size[0]):
            free.append(replace(row, participant_ids=people))
    visits = workshop.visits(Opening(leads={key: None for key in workshop.visit_kinds if key[0] in newcomers}))
    model = build_model(
        workshop.problem, terms=workshop.terms, candidates=[*held.values(), *free, *visits], name_rooms=True
    )
    for session in open_sessions:
        hold_beside(model, held[session.id], session)
    return model


def _joinable(workshop: Workshop, session: Session, newcomers: AbstractSet[str]) -> Candidate:
    """Return a session with its own staff and people, and those who could join it."""
    row = workshop.as_held(session)
    if row.is_visit:
        return row
    others = (pid for pid in workshop.whole(row).participant_ids if pid in newcomers)
    return replace(row, participant_ids=(*row.participant_ids, *others))
