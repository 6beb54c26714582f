"""A way out is applied: the clinic's files are copied to a new place with the steps in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iopsched.domain.problem import Problem
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offer import WrittenStep


def check_place(clinic: Path, target: Path) -> None:
    """Raise :class:`iopsched.errors.UsageError` where a changed copy of a clinic cannot be written: to be asked before a search."""
    ClinicFiles.read(clinic).check_place(target)


def apply_steps(files: ClinicFiles, steps: Sequence[WrittenStep], target: Path, like: Problem) -> Path:
    """Write a clinic with these steps to a new place, all or nothing, and return where it then is.

    ``files`` are those of the clinic as they are now. ``like`` is the problem that the clinic was read as when the steps were found. Of a folder every byte stays but for
    the cells and rows of the steps; :meth:`iopsched.steps.clinicfiles.ClinicFiles.write` says what is taken along.

    Raises
    ------
    InputError
        If the clinic has changed since the steps were found, or the changed files could not be read: nothing is written.
    UsageError
        If something is there already, or the disk refuses.
    """
    files.check_place(target)
    changed = files.with_written(steps)
    changed.problem(like)
    return changed.write(target)
