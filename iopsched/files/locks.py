"""Locks on folders in which somebody is writing."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from iopsched.errors import ConflictError

msvcrt: Any = None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    msvcrt = import_module("msvcrt")

LOCK_WAIT_S = 5.0
LOCK = ".iopsched-lock"
STALE_S = 600.0
"""After so long a file that stands for a lock belongs to nobody: whoever made it has died."""


@contextlib.contextmanager
def lock(folder: Path, wait_s: float | None = None) -> Iterator[bool]:
    """Hold a folder, so that two writers cannot cross; the lock ends with its process. Yield whether that is certain.

    On a network share without locks a file stands for one, which only one computer can make; it outlives a process
    that is killed by :data:`STALE_S`.

    Raises
    ------
    ConflictError
        If another process holds it for longer than ``wait_s`` seconds, by default :data:`LOCK_WAIT_S`.
    """
    own = folder / LOCK  # Windows locks files only
    handle = os.open(folder, os.O_RDONLY | os.O_NONBLOCK) if fcntl else os.open(own, os.O_RDWR | os.O_CREAT, 0o600)
    claimed = None
    try:
        is_sure = _wait_for(handle, folder, LOCK_WAIT_S if wait_s is None else wait_s)
        if not is_sure and fcntl:
            claimed = _claim(own, LOCK_WAIT_S if wait_s is None else wait_s)
        yield is_sure or claimed is not None
    finally:
        os.close(handle)
        if claimed is not None:
            claimed.unlink(missing_ok=True)
        if fcntl is None:
            with contextlib.suppress(OSError):  # another writer waits for it
                own.unlink()


def held(file: Path) -> Callable[[], None] | None:
    """Hold a file of somebody else's, untouched, as a sign to others of our kind; return what ends that, None where one of them does.

    Nothing is waited for. It ends with the process, too. Where a disk or system knows no such locks everybody may hold it.
    """
    if fcntl is None:
        return lambda: None
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return lambda: None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:  # some network shares have no locks
        pass
    return lambda: os.close(handle)


def _claim(own: Path, wait_s: float) -> Path | None:
    """Make the file that stands for a lock, None where the folder may not be written."""
    give_up = time.monotonic() + wait_s
    while True:
        try:
            os.close(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):
                if time.time() - own.stat().st_mtime > STALE_S:
                    own.unlink()
                    continue
            if time.monotonic() >= give_up:
                raise ConflictError(
                    f"Another iopsched is writing in {own.parent}, perhaps on another computer. Try again when it is done. "
                    f"If none is at work, delete {own}."
                ) from None
            time.sleep(0.05)
        except OSError:
            return None
        else:
            return own


def _wait_for(handle: int, folder: Path, wait_s: float) -> bool:
    give_up = time.monotonic() + wait_s
    while True:
        try:
            if fcntl:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except (BlockingIOError, PermissionError):
            if time.monotonic() >= give_up:
                raise ConflictError(f"Another iopsched is writing in {folder}. Try again when it is done.") from None
            time.sleep(0.05)
        except OSError:
            return False  # some network shares have no locks
        else:
            return True
