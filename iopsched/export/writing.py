"""Exports on the disk: each file whole or not at all, readable by its owner only.

A folder of them (calendars, handouts) is replaced as one, so that no file of
somebody who is no longer in the week stays behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from iopsched import folders
from iopsched.errors import UsageError

_OURS = (".ics", ".html", ".pdf")


def write_exports(target: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files of :func:`~iopsched.export.formats.export_files` below a folder and return their paths.

    Raises
    ------
    UsageError
        If the disk refuses, or something that is not ours stands in the way.
    ConflictError
        If another process is writing there.
    """
    below: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, data in files.items():
        folder, _, name = path.rpartition("/")
        below[folder][name] = data
    for folder, own in sorted(below.items()):
        place = target / folder if folder else target
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise UsageError(f"{place} is no folder of its own. Name another place with --into.")
        if folder:
            known = {entry.name for entry in place.iterdir() if entry.suffix in _OURS} if place.is_dir() else set()
            folders.write_folder(place, own, known | own.keys())
        else:
            folders.write_files(place, own)
    return [target / path for path in files]
