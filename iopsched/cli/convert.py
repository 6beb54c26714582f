"""``iopsched convert``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from iopsched import work
from iopsched.cli.console import out, talk
from iopsched.cli.issues import print_issues
from iopsched.cli.options import path_argument, swept
from iopsched.cli.places import warn_of_place
from iopsched.words.phrases import shown

EPILOG = """\b
Examples:
  iopsched convert myclinic myclinic.xlsx     a folder as a workbook
  iopsched convert myclinic.xlsx newclinic    and back

Every row, cell and setting stays, and so do remarks behind settings; other
remarks of clinic.toml, files that are no tables, and schedules stay behind.
Nothing that exists is overwritten.
"""
_Clinic = Annotated[Path, path_argument("SOURCE", "A clinic folder, or a workbook (.xlsx).", swept)]
_Target = Annotated[Path, path_argument("TARGET", "A new workbook (.xlsx), or a new folder.")]


def convert(source: _Clinic, target: _Target) -> None:
    """Write a clinic folder as a workbook, or a workbook as a clinic folder."""
    done = work.conversions.convert(source, target)
    print_issues(done.issues, talk)
    warn_of_place(target)
    if done.left:
        talk(f"Not taken along: {', '.join(done.left)}.")
    out(str(target))
    talk(f"Next:\n  iopsched check {shown(target)}")
