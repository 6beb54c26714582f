"""What happened is written into a clinic's own files, or into a copy in memory that is kept with what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from iopsched import ingest
from iopsched.domain.happenings import Happening
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError, Issue
from iopsched.files.output import read_summary
from iopsched.records.missed import missed_in
from iopsched.repairs.happened import happened, is_known
from iopsched.repairs.happeningwords import pin_clashes
from iopsched.repairs.remembered import happenings_in
from iopsched.repairs.typedrows import recorded
from iopsched.rulebook import RuleId
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.verifier import violations
from iopsched.work.basis import remembered_by
from iopsched.work.clinics import ClinicInput
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


def refuse_contradictions(problem: Problem, happenings: Sequence[Happening], issues: Sequence[Issue]) -> None:
    """Raise :class:`InputError` where facts of the files cannot hold together in what is still to come of a week.

    ``problem`` is the week after what happened, ``issues`` what the reader says of these files. A pin that the past keeps,
    or that speaks of the past alone, contradicts nothing.
    """
    past = replace(problem.previous, sessions=problem.begun) if problem.previous is not None else Schedule(problem.week)
    still_to_keep = {found.subject for found in violations(problem, past) if found.rule is RuleId.PIN}
    pins = {pin.row: pin for pin in problem.pins}
    refused = []
    for issue in issues:
        if not issue.code.startswith("C-") or (issue.row in pins and f"row {issue.row}" not in still_to_keep):
            continue
        clashes = pin_clashes(problem.week, happenings, [pins[issue.row]]) if issue.row in pins else ()
        remedy = " ".join(clashes) or issue.remedy
        refused.append(replace(issue, level="error", remedy=remedy))
    if refused:
        raise InputError(refused)


def forgotten(given: ClinicInput) -> tuple[Happening, ...]:
    """Return what the published revision of this week was made to know, and a week made from the clinic's files is not."""
    published = given.earlier.publication if given.earlier is not None else None
    if published is None or published.week != given.week or given.folder is None:
        return ()
    return tuple(one for one in remembered_by(given.folder, published) if not is_known(given.problem, one))


def files_of(read: Read) -> ClinicFiles:
    """Return the clinic's files, with what a week remembers and they do not say."""
    more = unrecorded(read)
    return ClinicFiles.read(read.clinic) if more is None else more.files


def knowing(given: ClinicInput, folder: Path) -> tuple[ClinicInput, ClinicFiles | None]:
    """Return a clinic as it is with what the week in a folder remembers, and its files with that; None where they say it all.

    Whom it counts as missing in what had begun stands in no file.

    Raises
    ------
    InputError
        If the files would then have faults; pins that contradict them are none.
    """
    summary = read_summary(folder)
    given = replace(given, problem=replace(given.problem, missed=given.problem.missed | missed_in(summary)))
    rows = tuple(one for one in happenings_in(summary) if not is_known(given.problem, one))
    if not rows or given.folder is None:
        return given, None
    files, found = with_happenings(given.folder, given.problem, rows)
    problem = happened(given.problem, rows)
    return replace(given, problem=problem, issues=found.issues, rows=found.rows, people=found.people), files
