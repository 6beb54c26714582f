"""A week in the making: its sessions, those that were taken out of it, and those that are pinned in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.errors import UsageError
from iopsched.model.naming import new_id


@dataclass(frozen=True, slots=True)
class DraftWeek:
    """The sessions as they would be written. ``aside`` are sessions taken out, as they were; ``locked`` are ids of pinned ones."""

    schedule: Schedule
    aside: tuple[Session, ...] = ()
    locked: frozenset[str] = frozenset()

    def session(self, session_id: str) -> Session:
        """Return a session of the week. Raises :class:`UsageError` if there is none with this id."""
        found = next((row for row in self.schedule.sessions if row.id == session_id), None)
        if found is None:
            raise UsageError(f"There is no session {session_id} in this week.")
        return found

    def of_group(self, group_id: str) -> tuple[Session, ...]:
        """Return the sessions of a group."""
        return tuple(row for row in self.schedule.sessions if row.group_id == group_id)

    def having(self, *sessions: Session) -> DraftWeek:
        """Return the week with these sessions in place of those with their ids; they are no longer aside."""
        new = {row.id: row for row in sessions}
        kept = (row for row in self.schedule.sessions if row.id not in new)
        aside = tuple(row for row in self.aside if row.id not in new)
        return replace(self, schedule=_of(self.schedule, (*kept, *sessions)), aside=aside)

    def without(self, session_ids: Collection[str]) -> DraftWeek:
        """Return the week without some sessions, which lie aside then and are pinned no longer."""
        out = tuple(row for row in self.schedule.sessions if row.id in session_ids)
        kept = (row for row in self.schedule.sessions if row.id not in session_ids)
        return DraftWeek(
            _of(self.schedule, kept), tuple(sorted((*self.aside, *out))), self.locked.difference(session_ids)
        )

    def free_id(self, problem: Problem, service_id: str, group_id: str | None) -> str:
        """Return the id of a further session: the first number that nothing has, in the week, aside or in its last revision."""
        before = problem.previous.sessions if problem.previous and problem.previous.week == problem.week else ()
        used = {row.id for row in (*self.schedule.sessions, *self.aside, *before)}
        return new_id(service_id, group_id, used)


def _of(schedule: Schedule, sessions: Iterable[Session]) -> Schedule:
    return replace(schedule, sessions=tuple(sorted(sessions)))
