"""A week as files for others: rosters, pages, handouts and calendars."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from iopsched import ingest, store, work
from iopsched.answers.explanation import Explanation
from iopsched.domain.outcome import GoalResult, Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import UsageError
from iopsched.export.answerfiles import ANSWER_FORMATS, answer_files
from iopsched.export.assembly import gather_edition, goals_in, reasons_in, valid_summary
from iopsched.export.charts import Picture
from iopsched.export.edition import Edition
from iopsched.export.formats import Format, export_files
from iopsched.export.writing import Written, owner_of, write_exports
from iopsched.files.output import EXPORTS
from iopsched.store import clinic_home
from iopsched.views.answertables import AnswerTold, explanation_told
from iopsched.views.labels import NameMode
from iopsched.work.publications import told_before
from iopsched.work.weeks import Read


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written of a week: ``files`` are the paths below the target, ``written`` has also what was left alone.

    ``warnings`` are sentences about the memory of calendars; ``disclosure`` says what calendars tell, blank without any.
    """

    edition: Edition
    files: tuple[str, ...]
    written: Written
    warnings: tuple[str, ...] = ()
    disclosure: str = ""

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        edition, done = self.edition, self.written
        return {
            "week": edition.schedule.week.isoformat(),
            "revision": edition.publication.revision,
            "draft": edition.publication.is_draft,
            "anchor": edition.publication.anchor,
            "other_weeks": [one.publication.week.isoformat() for one in edition.running],
            "names": {"rosters": edition.labels.mode.value, "calendars": edition.calendar_labels.mode.value},
            "violations": len(edition.violations),
            "files": [str(path) for path in done.paths],
            "left": {
                "changed": [str(path) for path in done.changed],
                "others": {str(folder): number for folder, number in done.others.items()},
            },
        }


def export(
    read: Read,
    target: Path,
    formats: Collection[Format],
    names: NameMode | None,
    now: datetime,
    *,
    is_forced: bool,
    explanation: Explanation | None = None,
    language: str | None = None,
) -> Exported:
    """Write a week below a folder in each format; ``names`` None shows ids in rosters and nobody in calendars.

    ``now`` must know its time zone. Page and workbook hold the ``explanation``, if there is one. ``language`` is the code of that of all
    participants' handouts; None: each participant's own. Forced, also files are replaced that were not written here, or changed since.

    Raises
    ------
    UsageError
        If a format needs something that is not installed, or the disk refuses.
    """
    warnings: tuple[str, ...] = ()
    disclosure = ""
    summary = valid_summary(read.folder, read.inputs_sha256)
    edition = edition_of(read.clinic, read.problem, read.schedule, names, summary)
    edition = replace(edition, language=language)
    if explanation is not None:
        told = explanation_told(explanation, read.problem, read.schedule, edition.labels)
        edition = replace(edition, answer=told)
    if Format.ICS in formats:
        edition, warnings, disclosure = work.calendars.told(read.clinic, edition, now)
    files = export_files(edition, formats)
    record = edition.newest_record.text if edition.newest_record else ""
    owner = owner_of(edition.problem.clinic, read.home, target)
    written = write_exports(target, files, owner, record=record, is_forced=is_forced)
    return Exported(edition, tuple(files), written, warnings, disclosure)


def edition_of(
    clinic: Path, problem: Problem, schedule: Schedule, names: NameMode | None, summary: Mapping[str, Any] | None
) -> Edition:
    """Return a week of a clinic as exports need it; ``summary`` is what the search reported of it, if anything."""
    home = clinic_home(clinic)
    draft = store.draft(home, problem.clinic, schedule)
    told = told_before(home, draft.publication, draft.earlier)
    known = ingest.read_names(clinic)
    return gather_edition(problem, schedule, draft.publication, draft.earlier, known, names, summary, told)


def check_answer_formats(formats: Collection[Format]) -> None:
    """Raise :class:`UsageError` where an answer has none of these formats."""
    if unknown := [str(name) for name in formats if name not in ANSWER_FORMATS]:
        raise UsageError(f"An answer has no format {', '.join(unknown)}. Write --to {','.join(ANSWER_FORMATS)}.")


def export_answer(
    edition: Edition,
    clinic: Path,
    target: Path,
    answer: AnswerTold,
    formats: Collection[Format],
    pictures: Sequence[Picture] = (),
    *,
    is_forced: bool,
) -> Written:
    """Write an answer about the week of an edition below a folder, as a page, which has the pictures, and a workbook.

    Raises
    ------
    UsageError
        If an answer has none of these formats, or the disk refuses.
    """
    check_answer_formats(formats)
    files = answer_files(edition, answer, formats, pictures)
    owner = owner_of(edition.problem.clinic, clinic_home(clinic), target)
    return write_exports(target, files, owner, is_forced=is_forced)


def answer_place(target: Path | None, folder: Path | None) -> Path:
    """Return where an answer is written: where somebody says, else among the exports of the folder that it is about.

    Raises
    ------
    UsageError
        If there is neither.
    """
    if target is not None:
        return target
    if folder is None:
        raise UsageError("There is no schedule folder yet: name where to write with --into.")
    return folder / EXPORTS


def reasons_of(read: Read) -> tuple[Unmet, ...]:
    """Return who is short and why, as the search told it; nobody where the week or the clinic was edited since."""
    return reasons_in(valid_summary(read.folder, read.inputs_sha256))


def goals_of(read: Read) -> tuple[GoalResult, ...]:
    """Return how good the week is, as the search told it; nothing where the week or the clinic was edited since."""
    return goals_in(valid_summary(read.folder, read.inputs_sha256))
