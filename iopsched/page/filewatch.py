"""Looks every two seconds whether somebody else has changed the files of an open clinic, and tells the page."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from iopsched.policy.columns import CLINIC_FILES

if TYPE_CHECKING:
    from iopsched.page.openclinics import OpenClinic
    from iopsched.page.server import Page

EVERY_S = 2.0
Looks = Mapping[str, tuple[int, int] | None]


def looks_of(clinic: Path) -> Looks:
    """Return of each file of a clinic its size and when it was written, None where it is not there."""
    names = CLINIC_FILES if clinic.is_dir() else (clinic.name,)
    home = clinic if clinic.is_dir() else clinic.parent
    return {name: _look(home / name) for name in names}


def _look(path: Path) -> tuple[int, int] | None:
    try:
        facts = os.stat(path)  # noqa: PTH116 - one call
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size


def expect_change(clinic: OpenClinic) -> None:
    """Take the files as they are now for known: the page itself has changed them. The clinic's lock must be held."""
    _known(clinic).update(looks_of(clinic.path))


def _known(clinic: OpenClinic) -> dict[str, tuple[int, int] | None]:
    found: dict[str, tuple[int, int] | None] = clinic.kept("looks of the files", dict)
    return found


class FileWatch:
    """A thread that looks at all open clinics until it is stopped."""

    def __init__(self, page: Page, every_s: float = EVERY_S) -> None:
        self._page = page
        self._every_s = every_s
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="file watch")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon."""
        self._is_over.set()

    def look(self) -> None:
        """Look once at each open clinic, and tell which of its files somebody else has changed."""
        for clinic in self._page.clinics.all():
            if not clinic.lock.acquire(blocking=False):
                continue  # something is being written; the next look sees what came of it
            try:
                known = _known(clinic)
                now = looks_of(clinic.path)
                changed = sorted(name for name, look in now.items() if known and known.get(name) != look)
                known.update(now)
            finally:
                clinic.lock.release()
            if changed:
                self._page.news.post("files", clinic=clinic.number, files=changed, outside=True)

    def _run(self) -> None:
        while not self._is_over.wait(self._every_s):
            self.look()
