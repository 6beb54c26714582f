"""``iopsched convert``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched.cli.console import out, talk
from iopsched.cli.issues import print_issues
from iopsched.cli.options import swept
from iopsched.cli.places import warn_of_place
from iopsched.errors import InternalError, UsageError
from iopsched.words.phrases import shown

if TYPE_CHECKING:
    from iopsched.ingest.raw import RawClinic

EPILOG = """\b
Examples:
  iopsched convert myclinic myclinic.xlsx     a folder as a workbook
  iopsched convert myclinic.xlsx newclinic    and back

Every row, cell and setting stays, and so do remarks behind settings; other
remarks of clinic.toml, files that are no tables, and schedules stay behind.
Nothing that exists is overwritten.
"""
ENDING = ".xlsx"
_Clinic = Annotated[
    Path,
    typer.Argument(
        metavar="SOURCE", help="A clinic folder, or a workbook (.xlsx).", show_default=False, callback=swept
    ),
]
_Target = Annotated[
    Path, typer.Argument(metavar="TARGET", help="A new workbook (.xlsx), or a new folder.", show_default=False)
]


def convert(source: _Clinic, target: _Target) -> None:
    """Write a clinic folder as a workbook, or a workbook as a clinic folder."""
    from iopsched.ingest.raw import read_raw  # noqa: PLC0415 - keeps --help quick

    if is_workbook_name(target) == source.is_file():
        raise UsageError("One of the two must be a folder, the other a workbook that ends in .xlsx.")
    refuse_existing(target)
    clinic, issues = read_raw(source)
    print_issues(issues, talk)
    warn_of_place(target)
    write_clinic(clinic, target)
    if source.is_dir() and (left := left_behind(source)):
        talk(f"Not taken along: {', '.join(left)}.")
    out(str(target))
    talk(f"Next:\n  iopsched check {shown(target)}")


def is_workbook_name(path: Path) -> bool:
    """Return whether a path that is to be written names a workbook."""
    return path.suffix.lower() == ENDING


def left_behind(folder: Path) -> list[str]:
    """Return the entries of a clinic folder that are no part of its input."""
    from iopsched.ingest.kinds import CLINIC_FILES  # noqa: PLC0415 - keeps --help quick
    from iopsched.ingest.privacy import shown_file  # noqa: PLC0415 - the same

    names = sorted(path.name + ("/" if path.is_dir() else "") for path in folder.iterdir())
    left = [name for name in names if name not in CLINIC_FILES and not name.startswith(".")]
    return [shown_file(name, CLINIC_FILES) for name in left]


def refuse_existing(target: Path) -> None:
    """Raise :class:`UsageError` where something would be overwritten; what a crash left beside it is swept."""
    from iopsched.files.folders import recover  # noqa: PLC0415 - keeps --help quick

    recover(target)
    if is_workbook_name(target):
        if os.path.lexists(target):
            raise UsageError(f"{target} exists. Name a new file.")
    elif target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise UsageError(f"{target} exists and is not an empty folder. Name a new one.")


def write_clinic(clinic: RawClinic, target: Path) -> None:
    """Write a clinic to a new workbook or folder, all or nothing: only what reads back as the same clinic is left there.

    Raises
    ------
    UsageError
        If the disk refuses, a cell is too long for a workbook, or something has come to stand there meanwhile.
    """
    from iopsched.convert.folder import folder_files  # noqa: PLC0415 - keeps --help quick
    from iopsched.convert.workbook import CannotHoldError, workbook_bytes  # noqa: PLC0415
    from iopsched.files.folders import make_file, make_folder  # noqa: PLC0415

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
    from iopsched.ingest.raw import read_back  # noqa: PLC0415 - keeps --help quick

    if read_back(target, made).content != clinic.content:
        raise InternalError("What was to be written does not read back as the same clinic; nothing was written.")
