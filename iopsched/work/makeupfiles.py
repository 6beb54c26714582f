"""What was made up, as a page and a workbook."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from iopsched.export.formats import Format
from iopsched.export.writing import Written
from iopsched.makeups.madeup import MadeUp
from iopsched.views.labels import NameMode
from iopsched.views.madeuptables import makeup_told
from iopsched.work.drafts import folder_of
from iopsched.work.exports import answer_place, check_answer_formats, edition_of, export_answer
from iopsched.work.makeupreading import MakeupGiven


def check_export(formats: Collection[Format]) -> None:
    """Raise :class:`UsageError` where the answer cannot be written so: to be asked before a search."""
    check_answer_formats(formats)


def export(
    given: MakeupGiven,
    found: MadeUp,
    target: Path | None,
    formats: Collection[Format],
    names: NameMode | None,
    *,
    is_forced: bool,
) -> Written:
    """Write the answer as a page and a workbook, by default into the exports of the draft, else of the published week.

    Raises
    ------
    UsageError
        If there is no such folder, an answer has none of these formats, or the disk refuses.
    """
    place = answer_place(target, found.folder or folder_of(given.clinic, given.base))
    edition = edition_of(given.clinic, found.problem, found.schedule or given.before, names, None)
    return export_answer(edition, given.clinic, place, makeup_told(found, edition.labels), formats, is_forced=is_forced)
