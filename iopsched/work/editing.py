"""A week that somebody edits: its draft, which the disk has before the answer, and what the verifier says of it.

Whoever asks names the revision of the draft that they see; where the draft is another one meanwhile, nothing is done. What
somebody else writes meanwhile, another program or a spreadsheet, is noticed and never written over without being asked.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

from iopsched.board.draftlines import move_line
from iopsched.board.draftweek import DraftWeek
from iopsched.board.gridmoves import GridMove, ReplaceSessions
from iopsched.board.lookingup import Lookup
from iopsched.board.movehistory import MoveHistory
from iopsched.board.movejson import MOVE_KEYS, move_from
from iopsched.board.moving import moved
from iopsched.board.nearby import NearbyWeek
from iopsched.board.threeway import SessionSides, sides, theirs_too
from iopsched.board.verdict import JudgedWeek, Verdict, verdict
from iopsched.domain.schedule import Schedule, Session
from iopsched.errors import ConflictError, Issue
from iopsched.files.output import check_target
from iopsched.files.weektables import ROSTER, SESSIONS, table_files
from iopsched.params import SolveParams
from iopsched.verifier import hours
from iopsched.words.sentence import Sentence
from iopsched.work.draftkeeping import DraftKeeper
from iopsched.work.draftlogs import StaleRevisionError
from iopsched.work.keeping import EarlierSchedule, write_week
from iopsched.work.takenweeks import forget_taken, solved_as_taken
from iopsched.work.weekopening import OpenedWeek

MOST_JUDGED = 4
_EDITED = Sentence("The week was edited by hand; no reason was looked for.")
Side = Literal["mine", "theirs", "both"]


class ElsewhereError(ConflictError):
    """The week on the disk was changed by somebody else, and the draft has moves that it does not know."""


@dataclass(frozen=True, slots=True)
class DraftState:
    """The draft as whoever draws it needs to know: its revision, and what can be done.

    ``faults`` are those of the clinic's tables as they are now, where they cannot be read: the week is judged with those
    that could be read last. ``is_elsewhere``: somebody else has changed the week on the disk. ``damaged`` is where the log
    is kept as it was, where it could not be understood to its end.
    """

    revision: int
    history: MoveHistory
    opened: OpenedWeek
    faults: tuple[Issue, ...] = ()
    is_elsewhere: bool = False
    damaged: Path | None = None

    @property
    def week(self) -> DraftWeek:
        """Return the week as it is now."""
        return self.history.now


@dataclass(frozen=True, slots=True)
class SavedWeek:
    """Where a draft was written, what it broke, and where the week that lay there is kept, if it is."""

    folder: Path
    broken: int
    kept: EarlierSchedule | None


class EditedWeek:
    """One week of one clinic that somebody edits; may be asked from several threads.

    Everything raises :class:`StaleRevisionError` where the revision is not the draft's, and ``InputError`` where
    the clinic or the week cannot be read at all.
    """

    def __init__(self, clinic: Path, week: date, clock: Callable[[], datetime]) -> None:
        self.week = week
        self._lock = threading.RLock()
        self._keeper = DraftKeeper(clinic, week, clock)
        self._judged: dict[tuple[Session, ...], JudgedWeek] = {}
        self._around: NearbyWeek | None = None
        self._around_of: DraftWeek | None = None

    # --- looking ----------------------------------------------------------
    def state(self) -> DraftState:
        """Return the draft as it is now."""
        with self._lock:
            keeper = self._keeper
            keeper.refresh()
            is_elsewhere = keeper.theirs is not None
            return DraftState(
                keeper.revision, keeper.history, keeper.opened, keeper.faults, is_elsewhere, keeper.damaged
            )

    def judged(self) -> tuple[DraftState, JudgedWeek]:
        """Return the draft and all that the verifier says of it."""
        with self._lock:
            state = self.state()
            return state, self._judge(state.week)

    def seen(self, revision: int) -> DraftState:
        """Return the draft where it is the one that somebody sees."""
        state = self.state()
        if revision != state.revision:
            raise StaleRevisionError("The week was changed in another window. It is drawn anew.")
        return state

    def tried(self, revision: int, facts: object) -> tuple[DraftWeek, Verdict]:
        """Return what the week would become by a move as JSON, and what that breaks, mends and costs."""
        with self._lock:
            state = self.seen(revision)
            after = moved(state.opened.problem, state.week, move_from(self.week, facts))
            return after, verdict(self._judge(state.week), self._judge(after))

    def lookup(self, revision: int) -> tuple[DraftState, Lookup, JudgedWeek]:
        """Return where things can be held in the draft that somebody sees; what is asked of it holds up nobody else."""
        with self._lock:
            state = self.seen(revision)
            judged = self._judge(state.week)
            if self._around is None or self._around.problem is not judged.problem or self._around_of != state.week:
                self._around = NearbyWeek(judged.problem, state.week.schedule.sessions)
                self._around_of = state.week
            return state, Lookup(judged.problem, state.week, self._around), judged

    # --- changing ---------------------------------------------------------
    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold up whoever else asks meanwhile, where several steps are one: no move comes between them."""
        with self._lock:
            yield

    def move(self, revision: int, facts: object) -> DraftState:
        """Make a move that JSON names; it is on the disk on return. What changes nothing is no move."""
        move, sent = move_from(self.week, facts), cast("Mapping[str, Any]", facts)
        return self.make(revision, move, {key: sent[key] for key in MOVE_KEYS if key in sent})

    def make(self, revision: int, move: GridMove, asked: Mapping[str, Any]) -> DraftState:
        """Make a move; ``asked`` is what the log says of it."""
        with self._lock:
            state = self._changeable(revision)
            after = moved(state.opened.problem, state.week, move)
            if after != state.week:
                line = move_line(asked, state.week, after)
                self._keeper.add(line, state.history.with_move(line["move"], after))
            return self.state()

    def undo(self, revision: int) -> DraftState:
        """Take back the last move that holds; nothing where there is none."""
        with self._lock:
            history = self._changeable(revision).history
            if history.can_undo:
                self._keeper.add({"do": "undo"}, history.undone())
            return self.state()

    def redo(self, revision: int) -> DraftState:
        """Do again what was taken back; nothing where nothing was."""
        with self._lock:
            history = self._changeable(revision).history
            if history.can_redo:
                self._keeper.add({"do": "redo"}, history.redone())
            return self.state()

    def take(self, revision: int, schedule: Schedule, asked: Mapping[str, Any]) -> DraftState:
        """Make a whole other week the draft's, as one move that can be undone."""
        with self._lock:
            known = {row.id for row in schedule.sessions}
            gone = tuple(row.id for row in self.seen(revision).week.schedule.sessions if row.id not in known)
            return self.make(revision, ReplaceSessions(schedule.sessions, gone), asked)

    def save(self, revision: int) -> SavedWeek:
        """Write the draft as a schedule folder: in place of the draft that it began with, or beside what is published.

        Broken rules do not forbid it; only what is published must break none. What somebody else put there a moment
        before is kept.
        """
        with self._lock, self._keeper.held():
            state = self._changeable(revision)
            opened, schedule = state.opened, state.week.schedule
            broken = len(self._judge(state.week).violations)
            if state.history.is_saved and opened.folder is not None:  # a copy of a published week would be no draft
                return SavedWeek(opened.folder, broken, None)
            check_target(opened.target)
            tables = table_files(opened.problem, schedule, hours(opened.problem, schedule))
            files = {name: hashlib.sha256(tables[name]).hexdigest() for name in (SESSIONS, ROSTER)}
            self._keeper.add({"do": "saving", "files": files}, state.history)
            kept = write_edited(opened, schedule, state.history)
            self._keeper.add({"do": "saved", "folder": opened.target.name, "files": files}, state.history.written())
            self._keeper.forget_look()
            return SavedWeek(opened.target, broken, kept)

    def end(self) -> None:
        """Forget the draft once it was published; another one begins with what is on the disk."""
        with self._lock:
            self._keeper.end()
            forget_taken(self._keeper.clinic, self._keeper.week)

    # --- somebody else ----------------------------------------------------
    def differences(self) -> tuple[SessionSides, ...]:
        """Return what the draft and the week on the disk have changed since they were the same; nothing where they are."""
        with self._lock:
            state, theirs = self.state(), self._keeper.theirs
            if theirs is None:
                return ()
            return sides(state.history.saved, state.week.schedule.sessions, theirs.schedule.sessions)

    def settle(self, revision: int, side: Side) -> DraftState:
        """Go on where somebody else has changed the week on the disk.

        With ``mine`` the draft stays, and the next save replaces the other week, which is kept; with ``theirs`` the draft is
        left, and its log kept under another name; with ``both`` the draft takes over what only the other week has changed,
        as one move.
        """
        with self._lock:
            self.seen(revision)
            rows, theirs = self.differences(), self._keeper.theirs
            if theirs is None:
                return self.state()
            if side == "theirs":
                self._keeper.begin_with(theirs)
                return self.state()
            self._keeper.base_on(theirs)
            if side == "both":
                return self.make(self._keeper.revision, theirs_too(rows), {"kind": "both"})
            return self.state()

    # --- inside -----------------------------------------------------------
    def _changeable(self, revision: int) -> DraftState:
        state = self.seen(revision)
        if state.is_elsewhere:
            raise ElsewhereError("Somebody else has changed this week on the disk. Say first which of both holds.")
        return state

    def _judge(self, week: DraftWeek) -> JudgedWeek:
        """Return what the verifier says; of the last weeks it is remembered, so that a move that was tried is not judged twice."""
        problem, key = self._keeper.opened.problem, week.schedule.sessions
        found = self._judged.get(key)
        if found is None or found.problem is not problem:
            found = JudgedWeek(problem, week.schedule)
            self._judged = {**dict(list(self._judged.items())[1 - MOST_JUDGED :]), key: found}
        return found


def write_edited(opened: OpenedWeek, schedule: Schedule, history: MoveHistory) -> EarlierSchedule | None:
    """Write a week as it was edited, and return where the one is kept that it replaces, if it is.

    The draft's log has what the draft itself has written before, so that this is not kept besides; what somebody else
    wrote meanwhile is.
    """
    is_known = opened.target == opened.folder
    return write_week(
        opened.target,
        opened.problem,
        solved_as_taken(opened.clinic, opened.problem, schedule, opened.inputs_sha256, _EDITED),
        SolveParams(),
        opened.inputs_sha256,
        opened.earlier,
        opened.clinic,
        opened.repair,
        opened.files if is_known else None,
        is_own=history.is_own and is_known,
        is_theirs=history.is_beside and is_known,
    )
