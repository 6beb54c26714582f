"""Parts that were solved at the same time, made one week. Whether that keeps every rule is for the verifier to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from iopsched.domain.places import Room
from iopsched.domain.schedule import Schedule, Session
from iopsched.model.decisions import named_week
from iopsched.search.workshop import Opening, Workshop


def merged(workshop: Workshop, week: Schedule, opening: Opening, base: Schedule, found: Schedule) -> Schedule:
    """Return a week whose part is as in the week found, and whose rest stays, but for its rooms.

    ``base`` is the week in which the part was opened; the rest may be another one by now. A session of the rest has the
    room of the week found where it had its room of ``base`` until now. A session whose room is taken gets an equal one
    that is free, where there is one.
    """
    begun = set(workshop.problem.fixed)
    before = {_as_held(row): row.room_id for row in base.sessions}
    room_of = {_as_held(row): row.room_id for row in found.sessions if before.get(_as_held(row)) != row.room_id}
    kept, moved = [], []
    for row in week.sessions:
        if row in begun or workshop.is_open(row, opening):
            continue
        key = _as_held(row)
        if key in room_of and before.get(key) == row.room_id:
            moved.append(replace(row, room_id=room_of[key]))
        else:
            kept.append(row)
    fresh = [row for row in found.sessions if row not in begun and workshop.is_open(row, opening)]
    rooms = _Rooms(workshop, [*begun, *kept])
    placed = [rooms.placed(row) for row in (*moved, *sorted(fresh))]
    return named_week(workshop.problem, [*kept, *placed], week.census)


def _as_held(session: Session) -> Session:
    """Return a session whatever its id and room."""
    return replace(session, id="", room_id=None)


class _Rooms:
    """Which rooms are taken when."""

    def __init__(self, workshop: Workshop, sessions: Iterable[Session]) -> None:
        self._workshop = workshop
        self._changeover = workshop.problem.clinic.staff.changeover_minutes
        self._taken: dict[str | None, list[Session]] = defaultdict(list)
        for row in sessions:
            self._taken[row.room_id].append(row)

    def placed(self, session: Session) -> Session:
        """Return a session in its own room where that is free, else in an equal one that is, else as it is."""
        choice = [session.room_id, *self._alike(session.room_id)]
        room_id = next((key for key in choice if self._is_free(key, session)), session.room_id)
        found = replace(session, room_id=room_id)
        self._taken[room_id].append(found)
        return found

    def _is_free(self, room_id: str | None, session: Session) -> bool:
        pause = self._changeover
        return room_id is None or all(
            session.end + pause <= row.start or row.end + pause <= session.start for row in self._taken[room_id]
        )

    def _alike(self, room_id: str | None) -> list[str]:
        own = self._workshop.problem.room.get(room_id or "")
        rooms = self._workshop.problem.rooms if own is not None else ()
        return [row.id for row in rooms if own is not None and self._kind(row) == self._kind(own)]

    def _kind(self, room: Room) -> object:
        return room.capacity, room.max_participants, room.features, self._workshop.terms.room_free[room.id]
