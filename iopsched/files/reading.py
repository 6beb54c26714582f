"""One bounded way to read a file: a regular one, of a sane size, opened once and never waited for.

A pipe would wait for a writer and a device may never end, so a file is opened
without waiting, judged by what was opened (not by its name, which may change
meanwhile), and read up to a limit.
"""

from __future__ import annotations

import os
import stat
from enum import StrEnum
from pathlib import Path

MOST_BYTES = 10_000_000
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class Reason(StrEnum):
    """Why a file cannot be read, as the end of a sentence that begins with its name."""

    MISSING = "is not there"
    KIND = "is not a regular file"
    ACCESS = "may not be read by you"
    DISK = "cannot be read from its disk"
    SIZE = "is larger than it can be"


class UnreadableError(Exception):
    """A file that cannot be read, and why; the text names no value."""

    def __init__(self, path: Path, reason: Reason) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        """Return the sentence."""
        path, reason = self.args
        return f"{path} {reason}."


def read_bytes(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Return the bytes of a regular file of at most ``most_bytes``.

    Raises
    ------
    UnreadableError
        If there is none that can be read.
    """
    data = read_beginning(path, most_bytes + 1)
    if len(data) > most_bytes:
        raise UnreadableError(path, Reason.SIZE)
    return data


def read_beginning(path: Path, most_bytes: int) -> bytes:
    """Return the first bytes of a regular file, all of them where it has no more than ``most_bytes``.

    Raises
    ------
    UnreadableError
        If there is none that can be read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # merely opening a device may do something
            raise UnreadableError(path, Reason.KIND)
        handle = os.open(path, os.O_RDONLY | _WITHOUT_WAITING)
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise UnreadableError(path, Reason.KIND)
            return stream.read(most_bytes)
    except (FileNotFoundError, NotADirectoryError):
        raise UnreadableError(path, Reason.MISSING) from None
    except PermissionError:
        raise UnreadableError(path, Reason.ACCESS) from None
    except (OSError, ValueError):  # a broken disk, a loop of links, a name that no file can have
        raise UnreadableError(path, Reason.DISK) from None
