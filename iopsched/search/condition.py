"""What is to be otherwise in a week, and the parts of it that are opened for that, the smallest first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.sessionpattern import SessionPattern
from iopsched.model.build import Model
from iopsched.model.forcing import forbid_sessions, forbid_together, require_session
from iopsched.search.workshop import Leads, Opening, Visit, Workshop


@dataclass(frozen=True, slots=True)
class Condition:
    """What is otherwise: sessions that ``must`` be, that ``never`` are, and that are not ``all`` there together."""

    must: tuple[SessionPattern, ...] = ()
    never: tuple[SessionPattern, ...] = ()
    not_all: tuple[SessionPattern, ...] = ()

    @property
    def pins(self) -> tuple[Pin, ...]:
        """Return pins that say what is asked of rooms: they have each of these told apart from equal ones."""
        return tuple(
            Pin(
                action,  # type: ignore[arg-type]
                participant_id=row.participant_id,
                room_id=row.room_id,
                group_id=row.group_id,
                service_id=row.service_id,
                day=row.day,
                start=row.clock,
            )
            for action, rows in (("must", self.must), ("must_not", self.never))
            for row in rows
            if row.room_id is not None
        )


@dataclass(frozen=True, slots=True)
class Around:
    """What a choice is about: the visits that it changes, its groups, and whose other sessions stand beside it."""

    visits: frozenset[Visit] = frozenset()
    groups: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()


def insist(model: Model, condition: Condition) -> None:
    """Post a condition; what it says of rooms never to be used is left to its pins."""
    for wanted in condition.must:
        require_session(model.x, wanted)
    for wanted in condition.never:
        if wanted.room_id is None:
            forbid_sessions(model.x, wanted)
    if condition.not_all:
        forbid_together(model.x, condition.not_all)


def opening_of(workshop: Workshop, around: Around) -> Opening:
    """Return what a choice is about; sessions formed freely are opened together."""
    visits: dict[Visit, Leads] = {visit: None for visit in workshop.visit_kinds if visit in around.visits}
    return Opening(around.groups, visits, keeps_freely_formed=len(visits) == len(around.visits))


def opening_beside(workshop: Workshop, week: Schedule, around: Around, own: Opening) -> Opening:
    """Return the same with what its people have besides, and what its staff hold."""
    groups, kinds = set(own.group_ids), set(workshop.visit_kinds)
    visits: dict[Visit, Leads] = dict(own.leads)
    visits |= {visit: None for visit in workshop.visit_kinds if visit[0] in around.people}
    for session in week.sessions:
        visit = session.participant_ids[0], session.service_id
        is_near = session.lead_id in around.staff or not around.people.isdisjoint(session.participant_ids)
        if is_near and session.group_id is None and visit in kinds:
            visits.setdefault(visit, None)
        elif is_near and session.group_id in workshop.problem.group:
            groups.add(session.group_id or "")
    return Opening(frozenset(groups), visits, keeps_freely_formed=own.keeps_freely_formed)


def opening_of_moved(workshop: Workshop, before: Schedule, after: Schedule, own: Opening) -> Opening:
    """Return what is otherwise in another week, and what the choice is about."""
    groups, visits, keeps = set(own.group_ids), dict(own.leads), own.keeps_freely_formed
    kinds = set(workshop.visit_kinds)
    for session in {_unnamed(row) for row in before.sessions} ^ {_unnamed(row) for row in after.sessions}:
        visit = session.participant_ids[0], session.service_id
        if session.group_id is not None:
            groups.add(session.group_id)
        elif visit in kinds:
            visits[visit] = None
        else:
            keeps = False
    return Opening(frozenset(groups & workshop.problem.group.keys()), visits, keeps_freely_formed=keeps)


def _unnamed(session: Session) -> Session:
    """Return a session without what a new search hands out anew: its id and room."""
    return replace(session, id="", room_id=None)
