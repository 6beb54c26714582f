"""Places at which something new is to be written, and nothing that is there."""

from __future__ import annotations

import os
from pathlib import Path

from iopsched.errors import UsageError
from iopsched.files.folders import recover

ENDING = ".xlsx"


def is_workbook_name(path: Path) -> bool:
    """Return whether a path that is to be written names a workbook."""
    return path.suffix.lower() == ENDING


def refuse_existing(target: Path) -> None:
    """Raise :class:`UsageError` where something would be overwritten; what a crash left beside it is swept."""
    recover(target)
    if is_workbook_name(target):
        refuse_taken(target)
    elif target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise UsageError(f"{target} exists and is not an empty folder. Name a new one.")


def refuse_taken(target: Path) -> None:
    """Raise :class:`UsageError` where a new file would be written over something."""
    if os.path.lexists(target):
        raise UsageError(f"{target} exists. Name a new file.")
