"""A clinic in another form: a folder as a workbook, a workbook as a folder, a workbook with its faults marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from iopsched.convert.folder import folder_files
from iopsched.convert.marked_copy import CannotMarkError, marked_workbook
from iopsched.convert.workbook import CannotHoldError, workbook_bytes
from iopsched.errors import InternalError, Issue, UsageError
from iopsched.files.folders import make_file, make_folder
from iopsched.files.newplaces import is_workbook_name, refuse_existing
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.ingest import inspect_clinic
from iopsched.ingest.privacy import shown_file
from iopsched.ingest.source.raw import RawClinic, read_back, read_raw
from iopsched.policy.columns import CLINIC_FILES

ANY_MONDAY = date(2026, 1, 5)  # what a setting is does not depend on the week


@dataclass(frozen=True, slots=True)
class Converted:
    """The warnings about a clinic that was converted, and the entries of its folder that were not taken along."""

    issues: tuple[Issue, ...]
    left: tuple[str, ...]


def convert(source: Path, target: Path) -> Converted:
    """Write a clinic folder as a workbook, or a workbook as a clinic folder.

    Raises
    ------
    UsageError
        If not exactly one of the two is a workbook, the target exists or cannot be written, or a setting that is no
        value of its kind cannot be written in the other form.
    """
    if is_workbook_name(target) == source.is_file():
        raise UsageError("One of the two must be a folder, the other a workbook that ends in .xlsx.")
    refuse_existing(target)
    clinic, issues = read_raw(source)
    try:
        write_clinic(clinic, target)
    except InternalError:
        if not _has_faulty_settings(source):
            raise
        raise UsageError(
            f"Settings of {source} are of a wrong kind. Mend what check reports, then convert again."
        ) from None
    return Converted(tuple(issues), tuple(_left_behind(source)) if source.is_dir() else ())


def mark(clinic: Path, target: Path, issues: Sequence[Issue]) -> str:
    """Write a copy of a workbook with its issues in red, if there are any and it can be copied; return what was done.

    Raises
    ------
    UsageError
        If the clinic or the target is no workbook, or the target exists or cannot be written.
    """
    if not clinic.is_file():
        raise UsageError("--marked copies a workbook; the clinic is a folder.")
    if not is_workbook_name(target):
        raise UsageError(f"{target} does not end in .xlsx.")
    refuse_existing(target)
    if not any(issue.level != "information" for issue in issues):
        return "There is nothing to mark."
    try:
        data = marked_workbook(read_bytes(clinic), issues)
    except UnreadableError as error:  # it was read a moment ago
        raise UsageError(f"No marked copy was written: {error} Run the command again.") from None
    except CannotMarkError as error:
        return f"No marked copy was written: the workbook cannot be copied ({error})."
    make_file(target, data)
    return f"The faults are marked in {target}. Mend them in your own workbook."


def _has_faulty_settings(clinic: Path) -> bool:
    found = inspect_clinic(clinic, ANY_MONDAY)
    return any(issue.code.startswith("E-SETTING") for issue in found.issues)


def _left_behind(folder: Path) -> list[str]:
    """Return the entries of a clinic folder that are no part of its input."""
    names = sorted(path.name + ("/" if path.is_dir() else "") for path in folder.iterdir())
    left = [name for name in names if name not in CLINIC_FILES and not name.startswith(".")]
    return [shown_file(name, CLINIC_FILES) for name in left]


def write_clinic(clinic: RawClinic, target: Path) -> None:
    """Write a clinic to a new workbook or folder, all or nothing: only what reads back as the same clinic is left there.

    Raises
    ------
    UsageError
        If the disk refuses, a cell is too long for a workbook, or something has come to stand there meanwhile.
    """
    if not is_workbook_name(target):
        files = folder_files(clinic)
        _prove(clinic, target, files)
        make_folder(target, files)
        return
    try:
        data = workbook_bytes(clinic)
    except CannotHoldError as error:
        raise UsageError(f"A cell is longer than a workbook can hold: {error}. Nothing was written.") from None
    _prove(clinic, target, data)
    make_file(target, data)


def _prove(clinic: RawClinic, target: Path, made: bytes | Mapping[str, bytes]) -> None:
    if read_back(target, made).content != clinic.content:
        raise InternalError("What was to be written does not read back as the same clinic; nothing was written.")
