"""Where one more session on the board finds a room, and equipment."""

from __future__ import annotations

from iopsched.model.candidate import Candidate
from iopsched.model.terms import is_remote
from iopsched.search.start.board import Board


class Rooms:
    """Answers for rooms and equipment."""

    def __init__(self, board: Board) -> None:
        self.board = board

    def has_equipment(self, candidate: Candidate) -> bool:
        """Return whether enough of everything is left at every moment of the session."""
        owned = self.board.x.problem.clinic.equipment
        beside = [c for c in self.board.held if c.start < candidate.end and candidate.start < c.end]
        return all(
            number + sum(c.service.equipment.get(name, 0) for c in beside if c.start <= minute < c.end)
            <= owned.get(name, 0)
            for name, number in candidate.service.equipment.items()
            for minute in {candidate.start, *(max(c.start, candidate.start) for c in beside)}
        )

    def find_room(
        self, candidate: Candidate, roster: list[str], staff: list[str], asked: str | None
    ) -> tuple[str | None, list[str]]:
        """Return the group's room or the smallest free one that holds everybody, else the one that holds most, with who fits."""
        if not candidate.needs_room:
            return None, roster
        best: tuple[str | None, list[str]] = (None, [])
        features = self.board.terms.features(candidate.service, candidate.group)
        changeover = self.board.x.problem.clinic.staff.changeover_minutes
        usual = self.board.room_of_group.get(candidate.group_id or "")
        rooms = self.board.x.problem.rooms
        for room in sorted(rooms, key=lambda r: (r.id != usual, r.capacity, len(r.features), r.id)):
            own = asked or (candidate.group.room_id if candidate.group is not None else None)
            if own not in {None, room.id} or not features <= room.features:
                continue
            if not self.board.terms.room_free[room.id].covers(candidate.start, candidate.end):
                continue
            if not self.board.is_free("room", room.id, candidate, changeover) or self.board.bars(
                candidate, room_id=room.id
            ):
                continue
            fitting = self._who_fits(candidate, roster, staff, room.id)
            if len(fitting) > len(best[1]):
                best = (room.id, fitting)
            if len(fitting) == len(roster):
                break
        return best

    def _who_fits(self, candidate: Candidate, roster: list[str], staff: list[str], room_id: str) -> list[str]:
        room = self.board.x.problem.room[room_id]
        seats, heads, fitting = room.capacity - len(staff), 0, []
        for participant_id in roster:
            person = self.board.x.problem.participant[participant_id]
            if is_remote(person.modality, candidate.modality):
                fitting.append(participant_id)
                continue
            needed = 1 + candidate.service.guests
            full = room.max_participants is not None and heads >= room.max_participants
            if person.needs_features <= room.features and needed <= seats and not full:
                seats, heads = seats - needed, heads + 1
                fitting.append(participant_id)
        return fitting
