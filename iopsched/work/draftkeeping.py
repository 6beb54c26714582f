"""A draft in memory and on the disk, kept the same; what others write beside it is seen before anything is done."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from iopsched.board.draftlines import LoggedDraft, first_line
from iopsched.board.draftweek import DraftWeek
from iopsched.board.movehistory import MoveHistory
from iopsched.board.movejson import session_facts
from iopsched.domain.schedule import Schedule
from iopsched.errors import ConflictError, InputError, Issue
from iopsched.files import folders
from iopsched.files.locks import lock
from iopsched.files.output import SUMMARY
from iopsched.files.weektables import ROSTER, SESSIONS
from iopsched.store import clinic_home
from iopsched.work.draftlogs import DraftLog
from iopsched.work.drafts import default_folder
from iopsched.work.lookouts import Look, clinic_files, look_at
from iopsched.work.weekopening import OpenedWeek, as_of, open_week


class DraftKeeper:
    """The draft of one week of a clinic. Not for several threads at once: whoever has it holds a lock.

    ``theirs`` is the week on the disk where somebody else has changed it and the draft has moves; ``faults`` are those of
    the clinic's tables where they cannot be read now, ``opened`` then has what could be read last. ``revision`` never
    stands for two states of the draft.
    """

    def __init__(self, clinic: Path, week: date, clock: Callable[[], datetime]) -> None:
        self.clinic = clinic
        self.week = week
        self.history = MoveHistory(DraftWeek(Schedule(week)))
        self.revision = 0
        self.faults: tuple[Issue, ...] = ()
        self.theirs: OpenedWeek | None = None
        self._clock = clock
        self._opened: OpenedWeek | None = None
        self._schedules = default_folder(clinic, week).parent
        self._log = DraftLog(self._schedules, week)
        self._look: Look = ()
        self._log_look: Look = ()
        self._has_log = False
        self._is_held = False

    @property
    def opened(self) -> OpenedWeek:
        """Return the week that the draft began with, and its facts; read it first where that has not been done."""
        if self._opened is None:
            self.refresh()
        assert self._opened is not None  # noqa: S101 - else an error was raised
        return self._opened

    @property
    def damaged(self) -> Path | None:
        """Return where the log of the draft is kept as it was, if it was damaged."""
        return self._log.damaged

    def refresh(self) -> None:
        """Read again whatever has changed since.

        Raises
        ------
        InputError
            If nothing could be read yet, and cannot now.
        """
        look, log_look = self._seen(), look_at([self._log.path])
        if self._opened is None or look != self._look:
            self._open()
            self._look = look
        elif log_look == self._log_look:
            self._opened = replace(self._opened, problem=as_of(self._opened.problem, self._clock()))
            return
        self._read_log()
        self._log_look = look_at([self._log.path])

    def forget_look(self) -> None:
        """Have everything read again the next time."""
        self._look = ()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let no other program add to the draft meanwhile, or write its week: log and week are of one state then."""
        if self._is_held:
            yield
            return
        home = clinic_home(self.clinic)
        with folders.tell_refusal(home, "Nothing was changed."):
            if home != self.clinic:
                folders.make_folders(home)
            with lock(home):
                self._is_held = True
                try:
                    yield
                finally:
                    self._is_held = False

    def add(self, line: Mapping[str, Any], history: MoveHistory) -> None:
        """Make a history the draft's, once the line that says so is on the disk."""
        opened = self.opened
        head = [] if self._has_log else [first_line(self.history.base, opened.name, opened.files, self.revision)]
        try:
            with self.held():
                self._log.append(*head, line)
        except ConflictError:
            self._log_look = ()
            raise
        self._has_log = True
        self._log_look = look_at([self._log.path])
        self.revision += 1
        self.history = history

    def begin_with(self, opened: OpenedWeek) -> None:
        """Leave the draft, whose log is kept under another name, for a week as it lies on the disk."""
        self._log.begin_anew()
        self._begin(opened)

    def end(self) -> None:
        """Forget the draft and its log, once it was published; another one begins with what is on the disk."""
        self._log.drop()
        self._look = self._log_look = ()

    def base_on(self, opened: OpenedWeek) -> None:
        """Keep the draft, and know that the week on the disk is another one now."""
        sessions = opened.schedule.sessions
        line = {
            "do": "based",
            "folder": opened.name,
            "files": dict(opened.files),
            "sessions": [session_facts(row) for row in sessions],
        }
        self.add(line, self.history.beside(sessions))
        self.theirs = None

    def _open(self) -> None:
        try:
            self._opened = open_week(self.clinic, self.week, self._clock())
            self.faults = ()
        except InputError as error:
            if self._opened is None:
                raise
            self.faults = error.issues

    def _read_log(self) -> None:
        opened, is_first = self.opened, not self._log_look and not self.revision
        logged = self._log.read(opened.schedule)
        self._has_log = logged is not None
        if logged is None:
            if is_first or opened.schedule.sessions != self.history.saved or self.history.moves:
                self._begin(opened)
            return
        self.history, self.revision, self.theirs = logged.history, logged.revision, None
        if (opened.name, opened.files) != (logged.folder, logged.files):
            self._compare()

    def _compare(self) -> None:
        """Look again whether the week on the disk is another one than the log knows, while nobody writes either of them."""
        with self.held():
            self._open()
            logged = self._log.read(self.opened.schedule)
            if logged is not None:
                self.history, self.revision = logged.history, logged.revision
                self.theirs = self._elsewhere(logged, self.opened)

    def _elsewhere(self, logged: LoggedDraft, opened: OpenedWeek) -> OpenedWeek | None:
        """Return the week on the disk where the draft knows nothing of it and that matters."""
        if opened.name == logged.folder and opened.files == logged.files:
            return None
        if logged.saving and opened.files == logged.saving:  # it was written, and the program ended before saying so
            self.add({"do": "saved", "folder": opened.name, "files": dict(opened.files)}, self.history.written())
            return None
        sessions = opened.schedule.sessions
        if not self.history.moves:
            self.begin_with(opened)
        elif sessions in (self.history.saved, self.history.now.schedule.sessions):
            self.base_on(opened)
        else:
            return opened
        return None

    def _begin(self, opened: OpenedWeek) -> None:
        self.history = MoveHistory.of(DraftWeek(opened.schedule))
        self.revision = max(self.revision + 1, time.time_ns() // 1_000_000)
        self.theirs = None
        self._has_log = False
        self._log_look = ()

    def _seen(self) -> Look:
        """Return what can be seen of the clinic's files and of the folders of the week."""
        return look_at((*clinic_files(self.clinic), *self._tables()))

    def _tables(self) -> Iterator[Path]:
        with contextlib.suppress(OSError), os.scandir(self._schedules) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name.startswith(self.week.isoformat()):
                    yield from (self._schedules / entry.name / name for name in (SESSIONS, ROSTER, SUMMARY))
