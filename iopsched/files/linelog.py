"""A file of lines that only grows: each line is a change that somebody was told to be safe.

A line counts once it is on the disk with its end. A crash leaves at most a
last line without one; the next writer cuts it off, and readers leave it out.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from iopsched.files import folders
from iopsched.files.reading import Reason, UnreadableError, read_bytes

MOST_LOG_BYTES = 500_000_000
_PIECE = 65_536
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a log, none where there is no such file.

    What follows a line that is no object is left out: nothing after it can be told from damage.

    Raises
    ------
    UnreadableError
        If there is something of this name that cannot be read.
    """
    try:
        data = read_bytes(path, MOST_LOG_BYTES)
    except UnreadableError as error:
        if error.reason is Reason.MISSING:
            return []
        raise
    found = []
    for line in data.split(b"\n")[:-1]:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            break
        if not isinstance(entry, dict):
            break
        found.append(entry)
    return found


def append_log(path: Path, entry: Mapping[str, Any]) -> None:
    """Add an object as the last line; on return it is on the disk.

    The file and its folder are made where they are missing, open to their owner only.

    Raises
    ------
    UsageError
        If the disk refuses.
    """
    with folders.tell_refusal(path, "Nothing was changed."):
        folders.make_folders(path.parent)
        is_new = not os.path.lexists(path)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | _NO_LINKS, 0o600)
        with os.fdopen(handle, "r+b") as stream:
            _cut_torn_end(stream)
            stream.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
            stream.flush()
            os.fsync(handle)
        if is_new:
            folders.sync_folder(path.parent)


def drop_log(path: Path) -> None:
    """Remove a log, if there is one."""
    with folders.tell_refusal(path), contextlib.suppress(FileNotFoundError):
        path.unlink()


def _cut_torn_end(stream: BinaryIO) -> None:
    """Leave a log behind its last whole line, and cut off what follows."""
    end = stream.seek(0, os.SEEK_END)
    while end > 0:
        begin = max(0, end - _PIECE)
        stream.seek(begin)
        last = stream.read(end - begin).rfind(b"\n")
        if last >= 0:
            end = begin + last + 1
            break
        end = begin
    stream.seek(end)
    stream.truncate()
