"""A week with one more session in it, or one more participant in sessions that are held: what would break, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.services import Group, Service
from iopsched.verifier.calendars import Calendars


@dataclass(frozen=True)
class Scene:
    """What the facts behind a broken rule are looked up in: the person, and the sessions that are new for them."""

    problem: Problem
    calendars: Calendars
    person: Participant
    sessions: Mapping[str, Session]
    tried: frozenset[str]

    @classmethod
    def of(cls, problem: Problem, person: Participant) -> Scene:
        """Return the scene of a person in whose week nothing is tried."""
        return cls(problem, Calendars(problem), person, {}, frozenset())

    @cached_property
    def first(self) -> Session:
        """Return the first session that is tried."""
        return self.sessions[min(self.tried)]

    def session_of(self, session_ids: tuple[str, ...]) -> Session:
        """Return the session that a violation speaks of, a tried one where there is one."""
        known = [key for key in session_ids if key in self.sessions]
        tried = [key for key in known if key in self.tried]
        return self.sessions[(tried or known)[0]] if known else self.first

    def service_of(self, session: Session) -> Service:
        """Return the service of a session."""
        return self.problem.service[session.service_id]

    def group_of(self, session: Session) -> Group | None:
        """Return the group of a session, if it has one."""
        return self.problem.group.get(session.group_id or "")
