"""Which kind of source a clinic's path is."""

from __future__ import annotations

from pathlib import Path

from iopsched.ingest.report import At, Report
from iopsched.ingest.source import Folder, Source


def open_source(path: Path, report: Report) -> Source | None:
    """Return the clinic folder or workbook at a path, None (and an issue) where there is none to read."""
    from iopsched.ingest.workbook import Workbook, is_workbook  # noqa: PLC0415 - only workbooks need it

    if path.is_dir():
        return Folder(path, report)
    if not path.exists():
        what = "workbook" if is_workbook(path) else "folder"
        report.tell(
            "E-FOLDER", At(path.name), f"This {what} does not exist.", "Check its name; 'iopsched init' makes one."
        )
        return None
    book = Workbook(path, report)
    return book if book.is_readable else None
