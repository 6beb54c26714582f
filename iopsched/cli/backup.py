"""``iopsched backup``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.options import AsJson, ClinicPath, clock, path_argument
from iopsched.cli.places import warn_of_place
from iopsched.words.phrases import count, shown

EPILOG = """\b
Examples:
  iopsched backup myclinic                    myclinic-backup-DATE-TIME.zip
  iopsched backup myclinic /media/stick/myclinic.zip
  iopsched restore myclinic --from /media/stick/myclinic.zip

One file, that only you can read, with all that was ever published: every
revision, the tables of its time without names, initials and reasons, and what
calendars were told. It is taken while nobody can publish, and read again. It
tells by id who had which session when: keep it as you keep health records, on
another disk. The tables of today and the folders in schedules are not in it:
copy the clinic folder, too.
"""
_File = Annotated[
    Path | None, path_argument("FILE", "A new .zip file. Default: beside the clinic, named after the time.")
]


def backup(clinic: ClinicPath, file: _File = None, *, as_json: AsJson = False) -> None:
    """Write all that was published into one file."""
    done = work.backups.backup(clinic, file, clock())
    warn_of_place(done.file)
    if as_json:
        out_json("backup", done.facts())
        return
    held = done.held
    what = f"{count(len(held.records), 'revision')} of {count(held.weeks, 'week')}"
    out(f"{done.file}: {what}, {max(1, done.size_bytes // 1000)} kB, read again and whole.")
    talk("It tells by id who had which session: keep it as health records, on another disk.")
    talk(f"Next, where the store is ever lost:\n  iopsched restore {shown(clinic)} --from {shown(done.file)}")
