"""Which kind of tables a clinic's path has."""

from __future__ import annotations

from pathlib import Path

from iopsched.edits.clinictables import ClinicTables, FolderTables
from iopsched.errors import InputError
from iopsched.ingest.report import Report
from iopsched.ingest.source.opening import open_source


def read_tables(path: Path) -> ClinicTables:
    """Return the tables of a clinic folder or workbook, to be changed cell by cell.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    if path.is_dir():
        return FolderTables.read(path)
    report = Report()
    if open_source(path, report) is None:
        raise InputError(report.issues)
    from iopsched.edits.booktables import BookTables  # noqa: PLC0415 - needs a library that is slow to load

    return BookTables.read(path)
