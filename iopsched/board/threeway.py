"""A draft and a week that somebody else wrote meanwhile, each beside the week that both began with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iopsched.board.gridmoves import ReplaceSessions
from iopsched.domain.schedule import Session


@dataclass(frozen=True, slots=True)
class SessionSides:
    """A session as it was, as the draft has it and as the other week has it; None where it is not held."""

    session_id: str
    before: Session | None
    mine: Session | None
    theirs: Session | None

    @property
    def is_disputed(self) -> bool:
        """Return whether both have changed it, and not alike."""
        return self.before not in (self.mine, self.theirs) and self.mine != self.theirs


def sides(before: Iterable[Session], mine: Iterable[Session], theirs: Iterable[Session]) -> tuple[SessionSides, ...]:
    """Return the sessions that are not the same in all three weeks, by id."""
    weeks = [{row.id: row for row in rows} for rows in (before, mine, theirs)]
    rows = (SessionSides(key, *(week.get(key) for week in weeks)) for key in sorted({*weeks[0], *weeks[1], *weeks[2]}))
    return tuple(row for row in rows if not row.before == row.mine == row.theirs)


def theirs_too(rows: Iterable[SessionSides]) -> ReplaceSessions:
    """Return the move that brings into the draft what only the other week has changed; what both have changed stays mine."""
    own = [row for row in rows if row.mine == row.before and row.theirs != row.before]
    put = tuple(row.theirs for row in own if row.theirs is not None)
    return ReplaceSessions(put, tuple(row.session_id for row in own if row.theirs is None))
