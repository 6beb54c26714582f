"""Which kind of source a clinic's path is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from iopsched.errors import Issue
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.sources import FilesAtHand, Folder, Source


def open_source(path: Path, report: Report) -> Source | None:
    """Return the clinic folder or workbook at a path, None (and an issue) where there is none to read."""
    if path.is_dir():
        return Folder(path, report)
    from iopsched.ingest.source.workbook import Workbook, is_workbook  # noqa: PLC0415 - needs a library that is slow to load

    if not path.exists():
        what = "workbook" if is_workbook(path) else "folder"
        report.tell(
            "E-FOLDER", At(path.name), f"This {what} does not exist.", "Check its name; 'iopsched init' makes one."
        )
        return None
    book = Workbook(path, report)
    return book if book.is_readable else None


def unwritten_source(path: Path, made: bytes | Mapping[str, bytes], report: Report) -> Source | None:
    """Return the workbook (its bytes) or clinic folder (its files) that is to be written to a path, None like above."""
    if isinstance(made, Mapping):
        return FilesAtHand(path, report, made)
    from iopsched.ingest.source.workbook import Workbook  # noqa: PLC0415 - needs a library that is slow to load

    book = Workbook(path, report, made)
    return book if book.is_readable else None


def own_settings(path: Path) -> Mapping[str, Any]:
    """Return what a clinic's own settings say, empty where they cannot be read; nothing is told."""
    source = open_source(path, Report())
    found = source.settings("clinic.toml") if source is not None and source.exists("clinic.toml") else None
    return found[0] if found is not None else {}


def has_table(path: Path, file: str) -> bool:
    """Return whether a clinic has a table, by the name of its file."""
    source = open_source(path, Report())
    return source is not None and source.exists(file)


def as_told(path: Path, issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return issues that were found after reading, about no cell, in the words that fit the clinic's kind of source."""
    found = tuple(issues)
    if path.is_dir() or not found:
        return found
    source = open_source(path, Report())
    return found if source is None else source.told(found)
