"""``iopsched restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.options import AsJson, ClinicPath, clock, path_option, week_of
from iopsched.cli.places import warn_of_place
from iopsched.errors import UsageError
from iopsched.words.phrases import count, long_date, shown

EPILOG = """\b
Examples:
  iopsched restore myclinic                   the last revision of the week
  iopsched restore myclinic --week 2026-11-30 --revision 1
  iopsched restore myclinic --revision 1 --out first
  iopsched restore myclinic --from myclinic-backup-2026-11-27-173000.zip

Writes the files that were published, byte for byte, into 2026-11-30.r1 beside
the week. Nothing is written where a folder holds them already; a draft that
lies in the place is kept beside it. To make an old revision official again,
publish its folder, or `publish --back-to N` at once: it becomes the next
revision. What has begun meanwhile stays as it was published.

--from puts the whole store back as `backup` wrote it, all or nothing: refused
where the store has revisions that the backup lacks, but with --force. The
store that was there is kept in store.before-1.
"""
_Week = Annotated[
    str | None,
    typer.Option("--week", metavar="DATE", help="Any date of the week. Default: next Monday's, or the last."),
]
_Revision = Annotated[int | None, typer.Option(metavar="N", min=1, help="Which revision. Default: the last.")]
_From = Annotated[Path | None, path_option("--from", "FILE", "Put the whole store back from this backup.")]
_Force = Annotated[bool, typer.Option("--force", help="With --from: although revisions are lost by that.")]
_Folder = Annotated[Path | None, path_option("--out -o", "FOLDER", "Where to write. Default: beside the week.")]


def restore(
    clinic: ClinicPath,
    *,
    week: _Week = None,
    revision: _Revision = None,
    folder: _Folder = None,
    source: _From = None,
    force: _Force = False,
    as_json: AsJson = False,
) -> None:
    """Bring back a published revision as a folder, or the whole store from a backup."""
    if source is not None:
        if week is not None or revision is not None or folder is not None:
            raise UsageError("--from puts back the whole store. Leave out --week, --revision and --out.")
        _put_back(clinic, source, force=force, as_json=as_json)
        return
    if force:
        raise UsageError("--force belongs to --from: a restored folder never replaces anything.")
    monday = None if week is None else week_of(week)
    done = work.restoring.restore(clinic, monday, week_of(None), revision, folder, clock())
    if done.is_new:
        warn_of_place(done.folder)
    if as_json:
        out_json("restore", done.facts())
    else:
        what = f"Revision {done.publication.revision} of the week of {long_date(done.publication.week)}"
        out(f"{what} is in {done.folder}" + ("" if done.is_new else ", as it was published: nothing was written"))
    if not done.is_exact:
        talk("Only its sessions were kept: hours and the like are counted anew.")
    if done.begun:
        number = count(len(done.begun), "session that has begun", "sessions that have begun")
        talk(f"It has {number} otherwise than revision {done.last}: `publish` leaves that as it was published last.")
    if done.kept is not None:
        talk(f"What lay there is kept in {done.kept}.")
    talk(f"Next:\n  iopsched show {shown(clinic)} {shown(done.folder)}")


def _put_back(clinic: Path, source: Path, *, force: bool, as_json: bool) -> None:
    done = work.backups.put_back(clinic, source, is_forced=force)
    if as_json:
        out_json("restore", done.facts())
    elif done.is_new:
        week, revision = done.held.records[-1].place
        out(
            f"The store is as in {source}: {count(len(done.held.records), 'revision')} of "
            f"{count(done.held.weeks, 'week')}, the last one revision {revision} of the week of {week}."
        )
    else:
        out(f"The store is as in {source} already: nothing was written.")
    if done.kept is not None:
        lost = f", with {count(len(done.lost), 'revision')} that the backup lacks" if done.lost else ""
        talk(f"What was there is kept in {done.kept}{lost}. Delete it when you no longer need it.")
    talk(f"Next:\n  iopsched history {shown(clinic)} --verify")
