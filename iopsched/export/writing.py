"""Exports on the disk: each file whole or not at all, readable by its owner only.

What an export made earlier and makes no more, such as the calendar of somebody
who left, goes; what it did not make, or somebody changed, stays.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from iopsched.domain.clinic import Clinic
from iopsched.files import owned


class Written(NamedTuple):
    """The files of an export, and what stays beside them: files that it wrote and somebody changed, others by folder, counted."""

    paths: list[Path]
    changed: list[Path]
    others: dict[Path, int]


def write_exports(
    target: Path, files: Mapping[str, bytes], owner: str, *, record: str = "", is_forced: bool = False
) -> Written:
    """Write the files of :func:`~iopsched.export.formats.export_files` below a folder, whose list remembers the record.

    Raises
    ------
    UsageError
        If the disk refuses, or something that is no folder stands in the way.
    ConflictError
        If a file of somebody else would be replaced and this is not forced, or another process is writing there.
    """
    left = owned.replace_files(target, files, owner, record=record, is_forced=is_forced)
    others = {target / folder: number for folder, number in left.others.items()}
    return Written([target / path for path in files], [target / path for path in left.changed], others)


def owner_of(clinic: Clinic, home: Path, target: Path) -> str:
    """Return which clinic's exports these are: its ``clinic_id``, else its name and way from the target to its home."""
    if clinic.clinic_id:
        return clinic.clinic_id
    try:
        way = os.path.relpath(home.resolve(), target.resolve())  # lasts when both are moved together
    except ValueError:  # another drive
        way = str(home.resolve())
    return f"{clinic.name}\n{Path(way).as_posix()}"
