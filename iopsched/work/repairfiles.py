"""A repaired week as files: one page with whom to call, and a workbook."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from iopsched.errors import UsageError
from iopsched.export.daychart import day_pictures
from iopsched.export.formats import Format
from iopsched.export.writing import Written
from iopsched.repairs.repaired import Repaired
from iopsched.views.labels import NameMode
from iopsched.views.repairtables import repair_told
from iopsched.views.repairtold import RepairWords
from iopsched.work.exports import answer_place, check_answer_formats, edition_of, export_answer


def export(
    clinic: Path,
    repaired: Repaired,
    target: Path | None,
    formats: Collection[Format],
    names: NameMode | None,
    *,
    is_forced: bool,
) -> Written:
    """Write a repair as a page and a workbook, by default among the exports of the folder of the first choice.

    Raises
    ------
    UsageError
        If there is no choice, a repair has none of these formats, or the disk refuses.
    """
    check_answer_formats(formats)
    if not repaired.choices:
        raise UsageError("There is no repaired week, so nothing was written.")
    first = repaired.choices[0]
    place = answer_place(target, first.folder)
    edition = edition_of(clinic, repaired.problem, first.solved.schedule, names, None)
    words = RepairWords(repaired, edition.labels)
    told = repair_told(words)
    return export_answer(edition, clinic, place, told, formats, day_pictures(words, first), is_forced=is_forced)
