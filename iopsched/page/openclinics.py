"""The clinics that are open: requests name them by number, never by their path."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from iopsched.page.asked import Refused

Kept = TypeVar("Kept")


class OpenClinic:
    """An open clinic. ``lock`` is held by whoever changes something of it; ``kept`` is what screens remember of it."""

    def __init__(self, number: int, path: Path) -> None:
        self.number = number
        self.path = path
        self._home = path if path.is_dir() else path.parent
        self.lock = threading.RLock()
        self._kept: dict[object, Any] = {}

    @property
    def is_there(self) -> bool:
        """Return whether its folder lies where it was opened; what is written elsewhere would be a second clinic."""
        return self._home.is_dir()

    def kept(self, key: object, make: Callable[[], Kept]) -> Kept:
        """Return what is remembered under a key, made first where there is nothing yet."""
        with self.lock:
            if key not in self._kept:
                self._kept[key] = make()
            found: Kept = self._kept[key]
            return found

    def forget(self, key: object) -> None:
        """Forget what is remembered under a key."""
        with self.lock:
            self._kept.pop(key, None)


class OpenClinics:
    """All that are open, by number; the same place always has the same number."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places = PlaceNumbers()
        self._open: dict[int, OpenClinic] = {}

    def open(self, path: Path) -> OpenClinic:
        """Open a clinic, or return it if it is open."""
        number = self._places.number(path)
        with self._lock:
            if number not in self._open:
                self._open[number] = OpenClinic(number, self._places.path(number))
            return self._open[number]

    def all(self) -> tuple[OpenClinic, ...]:
        """Return all that are open."""
        with self._lock:
            return tuple(self._open.values())

    def numbered(self, text: str) -> OpenClinic:
        """Return the open clinic of a number.

        Raises
        ------
        Refused
            If there is none, or its folder has gone.
        """
        with self._lock:
            found = self._open.get(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else None
        if found is None:
            raise Refused(404, "clinic", "No clinic is open under this number. Open it again.")
        if not found.is_there:
            sentence = (
                "The folder of this clinic is no longer where it was: it was renamed or moved, or its disk is away."
            )
            raise Refused(404, "clinic", f"{sentence} Nothing was written. Open it again.")
        return found


class PlaceNumbers:
    """Numbers for paths that were shown, so that the page can name one without saying it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paths: list[Path] = []
        self._numbers: dict[Path, int] = {}

    def number(self, path: Path) -> int:
        """Return the number of a path, which is given one if it has none."""
        whole = path.expanduser().resolve()
        with self._lock:
            if whole not in self._numbers:
                self._paths.append(whole)
                self._numbers[whole] = len(self._paths)
            return self._numbers[whole]

    def path(self, number: int) -> Path:
        """Return the path of a number.

        Raises
        ------
        Refused
            If no path has it.
        """
        with self._lock:
            if not 1 <= number <= len(self._paths):
                raise Refused(404, "place", "The page knows no such folder. Open the list again.")
            return self._paths[number - 1]
