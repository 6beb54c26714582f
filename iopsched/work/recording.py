"""What happened is written into a clinic's own files, or into a copy in memory that is kept with what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iopsched import ingest
from iopsched.domain.happenings import Happening
from iopsched.domain.problem import Problem
from iopsched.errors import InputError
from iopsched.repairs.happened import is_known
from iopsched.repairs.typedrows import recorded
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.work.weeks import Read


@dataclass(frozen=True)
class Unrecorded:
    """What a week remembers to have happened and the clinic's files do not say; ``today`` is what these are read as."""

    clinic: Path
    today: Problem = field(repr=False)
    happenings: tuple[Happening, ...]

    @property
    def files(self) -> ClinicFiles:
        """Return the clinic's files with all of it."""
        return recorded(ClinicFiles.read(self.clinic), self.today, self.happenings)

    def record(self) -> tuple[Path, ...]:
        """Write it into the clinic's files and return those that changed.

        Raises
        ------
        ConflictError
            If somebody has changed one of them meanwhile, or has it open.
        UsageError
            If the disk refuses.
        """
        return write(self.files)


def unrecorded(read: Read) -> Unrecorded | None:
    """Return what a week remembers and the clinic's files do not say, None where they say it all."""
    if not read.remembered:
        return None
    found = ingest.inspect_clinic(read.clinic, read.problem.week, is_for_solving=False)
    if found.problem is None:
        raise InputError(found.issues)
    rows = tuple(one for one in read.remembered if not is_known(found.problem, one))
    return Unrecorded(read.clinic, found.problem, rows) if rows else None


def write(files: ClinicFiles) -> tuple[Path, ...]:
    """Write changed files of a clinic in place of those that were read, and return where they lie."""
    home = files.path if files.path.is_dir() else files.path.parent
    return tuple(home / name for name in files.record())


def with_happenings(
    clinic: Path, problem: Problem, happenings: Sequence[Happening]
) -> tuple[ClinicFiles, ingest.Inspection]:
    """Return a clinic's files with what happened, and as what they are read in the week of ``problem``.

    Raises
    ------
    InputError
        If the changed files have faults; pins that contradict them are none.
    """
    files = recorded(ClinicFiles.read(clinic), problem, happenings)
    found = ingest.inspect_unwritten(clinic, files.tables.made, problem.week, is_for_solving=False)
    if found.problem is None:
        raise InputError(found.issues)
    return files, found
