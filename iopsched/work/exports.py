"""A week as files for others: rosters, pages, handouts and calendars."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from iopsched import ingest, store, work
from iopsched.domain.outcome import GoalResult, Unmet
from iopsched.export.assembly import gather_edition, goals_in, reasons_in, valid_summary
from iopsched.export.edition import Edition
from iopsched.export.formats import Format, export_files
from iopsched.export.writing import Written, owner_of, write_exports
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
    read: Read, target: Path, formats: Collection[Format], names: NameMode | None, now: datetime, *, is_forced: bool
) -> Exported:
    """Write a week below a folder in each format; ``names`` None shows ids in rosters and nobody in calendars.

    ``now`` must know its time zone. Forced, also files are replaced that were not written here, or changed since.

    Raises
    ------
    UsageError
        If a format needs something that is not installed, or the disk refuses.
    """
    warnings: tuple[str, ...] = ()
    disclosure = ""
    draft = store.draft(read.home, read.problem.clinic, read.schedule)
    known, summary = ingest.read_names(read.clinic), valid_summary(read.folder, read.inputs_sha256)
    told = told_before(read.home, draft.publication, draft.earlier)
    edition = gather_edition(read.problem, read.schedule, draft.publication, draft.earlier, known, names, summary, told)
    if Format.ICS in formats:
        edition, warnings, disclosure = work.calendars.told(read.clinic, edition, now)
    files = export_files(edition, formats)
    record = edition.newest_record.text if edition.newest_record else ""
    owner = owner_of(edition.problem.clinic, read.home, target)
    written = write_exports(target, files, owner, record=record, is_forced=is_forced)
    return Exported(edition, tuple(files), written, warnings, disclosure)


def reasons_of(read: Read) -> tuple[Unmet, ...]:
    """Return who is short and why, as the search told it; nobody where the week or the clinic was edited since."""
    return reasons_in(valid_summary(read.folder, read.inputs_sha256))


def goals_of(read: Read) -> tuple[GoalResult, ...]:
    """Return how good the week is, as the search told it; nothing where the week or the clinic was edited since."""
    return goals_in(valid_summary(read.folder, read.inputs_sha256))
