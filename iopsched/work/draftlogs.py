"""The log of a draft on the disk: it has each move before the page hears that it was made."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from iopsched.board.draftlines import LoggedDraft, draft_of
from iopsched.domain.schedule import Schedule
from iopsched.errors import ConflictError, UsageError
from iopsched.files import folders
from iopsched.files.linelog import MOST_LOG_BYTES, append_log, drop_log, read_log
from iopsched.files.locks import lock
from iopsched.files.reading import UnreadableError, read_bytes


class StaleRevisionError(ConflictError):
    """The draft is no longer as whoever asks has seen it."""


class DraftLog:
    """The file of one week's draft, beside the week's folders. Whoever else writes into it is noticed before the next line."""

    def __init__(self, schedules: Path, week: date) -> None:
        self.path = schedules / f".{week.isoformat()}.draft.jsonl"
        self._size = 0

    def read(self, like: Schedule) -> LoggedDraft | None:
        """Return the draft that the log tells, None where there is none.

        A log that cannot be understood to its end is kept under another name, and goes on from what was.

        Raises
        ------
        UsageError
            If there is something of its name that cannot be read.
        """
        if not self.path.parent.is_dir():
            self._size = 0
            return None
        with lock(self.path.parent):
            try:
                rows = read_log(self.path)
            except UnreadableError as error:
                raise UsageError(
                    f"{error} It holds the draft of this week: put it right, or move it elsewhere."
                ) from None
            found = draft_of(rows, like)
            understood = found.lines if found is not None else 0
            if self._ends() != understood:
                self._keep_as("damaged")
                for row in rows[:understood]:
                    append_log(self.path, row)
            self._size = self._length()
        return found

    def append(self, *lines: Mapping[str, Any]) -> None:
        """Add lines, each of which is on the disk on return.

        Raises
        ------
        StaleRevisionError
            If somebody else has added lines since the log was read.
        UsageError
            If the disk refuses.
        """
        folders.make_folders(self.path.parent)
        with lock(self.path.parent):
            if self._length() != self._size:
                raise StaleRevisionError("This week was changed meanwhile in another window or program.")
            try:
                for line in lines:
                    append_log(self.path, line)
            finally:
                self._size = self._length()

    def begin_anew(self) -> None:
        """Keep the log under another name, over one that was kept before: another draft begins."""
        if self.path.parent.is_dir():
            with lock(self.path.parent):
                self._keep_as("before")
                self._size = self._length()

    def drop(self) -> None:
        """Remove the log, and those that were kept; nothing where another program has added to it meanwhile."""
        if not self.path.parent.is_dir():
            return
        with lock(self.path.parent):
            if self._length() != self._size:
                return
            for path in (self.path, self._kept("before"), self._kept("damaged")):
                drop_log(path)
            self._size = self._length()

    @property
    def damaged(self) -> Path | None:
        """Return where a log is kept that could not be understood to its end, None where there is none."""
        path = self._kept("damaged")
        return path if path.exists() else None

    def _kept(self, why: str) -> Path:
        return self.path.with_name(f"{self.path.name.removesuffix('.jsonl')}.{why}.jsonl")

    def _keep_as(self, why: str) -> None:
        with folders.tell_refusal(self.path), contextlib.suppress(FileNotFoundError):
            self.path.replace(self._kept(why))
            folders.sync_folder(self.path.parent)

    def _ends(self) -> int:
        """Return how many whole lines the file has; a last one without an end was never told to be safe."""
        try:
            return read_bytes(self.path, MOST_LOG_BYTES).count(b"\n")
        except UnreadableError:
            return 0

    def _length(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0
