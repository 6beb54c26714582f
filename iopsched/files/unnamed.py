"""Files that have no name until they are whole: a process that dies before leaves nothing of them.

Linux can do so on most of its disks. Where the system or the disk cannot, the
files get their names at once, in the place for files in the making.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_FLAG = getattr(os, "O_TMPFILE", 0)
OTHERS_OPEN = 200
"""How many files this process may need beside the unnamed ones."""


@contextlib.contextmanager
def unnamed(home: Path, contents: Collection[bytes]) -> Iterator[list[int | None]]:
    """Write contents, down to the disk of the folder ``home``, into open files that end with the block unless they get names.

    None stands for a file that has to be written under its name.
    """
    with contextlib.ExitStack() as stack:
        most = _most_open(len(contents))
        yield [_written(home, data, stack) if at < most else None for at, data in enumerate(contents)]


def give_name(handle: int | None, path: Path) -> bool:
    """Give a file its name, never over anything; return whether that can be done.

    Raises
    ------
    FileExistsError
        If something has that name.
    """
    if handle is None:
        return False
    try:
        # An absolute path needs no folder; without one Python would name the link in /proc and not the file.
        os.link(f"/proc/self/fd/{handle}", path, src_dir_fd=handle, follow_symlinks=True)
    except FileExistsError:
        raise
    except OSError:  # no /proc, or a disk that leaves such files without a name
        return False
    return True


def put(handle: int | None, data: bytes, path: Path) -> None:
    """Give a file its name, or write it under it where there must be none yet; readable by its owner only."""
    if give_name(handle, path):
        return
    named = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        write_whole(named, data)
    finally:
        os.close(named)


def write_whole(handle: int, data: bytes) -> None:
    """Write to an open file, down to the disk."""
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]
    os.fsync(handle)


def _written(home: Path, data: bytes, stack: contextlib.ExitStack) -> int | None:
    if not _FLAG:
        return None
    try:
        handle = os.open(home, _FLAG | os.O_WRONLY, 0o600)
    except OSError:  # a disk that cannot; whatever else is wrong is told of the file with a name
        return None
    stack.callback(os.close, handle)
    write_whole(handle, data)
    return handle


def _most_open(wanted: int) -> int:
    """Return how many files may be open, after asking the system for as many as are wanted."""
    if resource is None:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    more = min(wanted + OTHERS_OPEN, hard)
    if more > soft:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (more, hard))
            soft = more
    return soft - OTHERS_OPEN
