"""The moves of a draft in their order, with undo and redo without limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from iopsched.board.draftweek import DraftWeek
from iopsched.domain.schedule import Session


@dataclass(frozen=True, slots=True)
class MadeMove:
    """A move as somebody asked for it, and the week after it."""

    asked: Mapping[str, Any]
    after: DraftWeek


@dataclass(frozen=True, slots=True)
class MoveHistory:
    """The week at first, what was made of it, and how many of the moves hold now; those behind can be done again.

    ``saved`` are the sessions as they lie on the disk, ``saved_at`` the number of moves that held when they were
    written; None where another draft wrote them, or that point was left by another move. ``is_own``: this draft wrote them.
    """

    base: DraftWeek
    moves: tuple[MadeMove, ...] = ()
    at: int = 0
    saved: tuple[Session, ...] = ()
    saved_at: int | None = 0
    is_own: bool = False

    @classmethod
    def of(cls, base: DraftWeek) -> MoveHistory:
        """Return the history of a week that lies on the disk as it is and has no moves."""
        return cls(base, saved=base.schedule.sessions)

    @property
    def now(self) -> DraftWeek:
        """Return the week as it is now."""
        return self.moves[self.at - 1].after if self.at else self.base

    @property
    def can_undo(self) -> bool:
        """Return whether a move holds that can be taken back."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Return whether a move was taken back and can be done again."""
        return self.at < len(self.moves)

    @property
    def to_undo(self) -> tuple[MadeMove, DraftWeek] | None:
        """Return the move that would be taken back and the week before it, None where none holds."""
        return self._move(self.at - 1)

    @property
    def to_redo(self) -> tuple[MadeMove, DraftWeek] | None:
        """Return the move that would be made again and the week before it, None where none was taken back."""
        return self._move(self.at)

    @property
    def is_saved(self) -> bool:
        """Return whether the week on the disk has these sessions."""
        return self.saved == self.now.schedule.sessions

    @property
    def is_beside(self) -> bool:
        """Return whether the week on the disk is one of somebody else, to which no undo leads."""
        weeks = (self.base, *(row.after for row in self.moves))
        return not self.is_own and all(self.saved != week.schedule.sessions for week in weeks)

    @property
    def unsaved_moves(self) -> int:
        """Return how many moves lie between the week on the disk and this one."""
        if self.is_saved:
            return 0
        return max(1, abs(self.at - (self.saved_at or 0)))

    def of_session(self, session_id: str) -> tuple[tuple[int, Session | None, Session | None], ...]:
        """Return which of the moves in force changed a session, by their number from 1, each with what it was and became."""
        weeks = [self.base, *(row.after for row in self.moves[: self.at])]
        held = [next((row for row in week.schedule.sessions if row.id == session_id), None) for week in weeks]
        pairs = enumerate(pairwise(held), 1)
        return tuple((number, before, after) for number, (before, after) in pairs if before != after)

    def with_move(self, asked: Mapping[str, Any], after: DraftWeek) -> MoveHistory:
        """Return the history with one more move; what was taken back cannot be done again then."""
        is_left = self.saved_at is not None and self.saved_at > self.at
        moves = (*self.moves[: self.at], MadeMove(asked, after))
        return replace(self, moves=moves, at=self.at + 1, saved_at=None if is_left else self.saved_at)

    def undone(self) -> MoveHistory:
        """Return the history with one move less in force; itself where none is."""
        return replace(self, at=self.at - 1) if self.can_undo else self

    def redone(self) -> MoveHistory:
        """Return the history with one move more in force; itself where none was taken back."""
        return replace(self, at=self.at + 1) if self.can_redo else self

    def beside(self, sessions: tuple[Session, ...]) -> MoveHistory:
        """Return the history where somebody else has written these sessions."""
        return replace(self, saved=sessions, saved_at=None, is_own=False)

    def written(self) -> MoveHistory:
        """Return the history of a week that was just written."""
        return replace(self, saved=self.now.schedule.sessions, saved_at=self.at, is_own=True)

    def _move(self, number: int) -> tuple[MadeMove, DraftWeek] | None:
        if not 0 <= number < len(self.moves):
            return None
        return self.moves[number], self.moves[number - 1].after if number else self.base
