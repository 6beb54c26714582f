"""``iopsched publish``."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.folder import read_week
from iopsched.cli.layout import calls_text
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek, clock, odd_week
from iopsched.cli.places import warn_of_place
from iopsched.errors import ConflictError, UsageError
from iopsched.verifier import violations
from iopsched.views.broken import violation_facts, violation_line
from iopsched.views.changes import change_line, counts_line
from iopsched.views.labels import NameMode
from iopsched.words.phrases import count, long_date, shown

if TYPE_CHECKING:
    from iopsched.verifier import Violation
    from iopsched.work.publications import Announced
    from iopsched.work.weeks import Read

EPILOG = """\b
Examples:
  iopsched publish myclinic myclinic/schedules/2026-11-30
  iopsched publish myclinic myclinic/schedules/2026-11-30 --dry-run

Publishing gives each session the identity that calendars know it by: a session
that moves in a later revision moves in the calendars, and is not doubled.
Ids only are kept, in CLINIC/iopsched.db and in files for each revision: the
sessions, and the tables of the clinic without names, initials and reasons.

From the second revision on it prints and writes the call list, person by
person: what was, what is. Publishing the same again prints it again.

A week that breaks a rule is not published without --force: exit code 4, as
with verify. Needs that are not met are no obstacle.
"""
MOST_CHANGES = 12
_Force = Annotated[bool, typer.Option("--force", help="Publish although rules are broken.")]
_Names = Annotated[NameMode, typer.Option("--names", help="How the call list shows people.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be published; record nothing.")]


def publish(
    clinic: ClinicPath,
    folder: FolderPath = None,
    *,
    week: FolderWeek = None,
    names: _Names = NameMode.ID,
    force: _Force = False,
    dry_run: _DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record the week as the one that everybody is told of."""
    read = read_week(clinic, folder, week)
    for issue in read.issues:
        talk(f"Warning: {issue}")
    if odd := odd_week(read.problem.week):
        talk(odd)
    found = violations(read.problem, read.schedule)
    if found and not force:
        _refuse(read, found, as_json=as_json)
        raise typer.Exit(Exit.UNMET)
    now = clock()
    if dry_run:
        done = work.publications.foresee(read, now, names)
    else:
        warn_of_place(read.home / "published")
        done = work.publications.publish(read, now, actor(), names)
        _write_calls(read, done)
    if as_json:
        out_json("publish", {**done.facts(), "violations": violation_facts(found)})
    else:
        _tell(clinic, read.folder, done)
    if found:
        talk(f"Warning: {count(len(found), 'rule violation')}; `iopsched verify` lists them.")


def _write_calls(read: Read, done: Announced) -> None:
    """Write the call list; the week is published whatever becomes of it."""
    try:
        path = work.publications.write_calls(read, done)
    except (ConflictError, UsageError) as error:
        talk(f"Warning: the call list is not written anew: {str(error).partition(chr(10))[0]}")
    else:
        if path is not None:
            talk(f"Call list, to be ticked off: {path}")


def actor() -> str:
    """Return the user's name, as the system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without users
        return "unknown"


def _refuse(read: Read, found: Sequence[Violation], *, as_json: bool) -> None:
    if as_json:
        content = {"week": read.problem.week.isoformat(), "ok": False, "violations": violation_facts(found)}
        out_json("publish", content)
    else:
        for row in found:
            out(violation_line(row))
    talk(f"Not published: {count(len(found), 'violation')}. Mend the schedule, or publish it as it is with --force.")


def _tell(clinic: Path, folder: Path, announced: Announced) -> None:
    done, news = announced.published, announced.changes
    publication, revision = done.publication, done.publication.revision
    monday = long_date(publication.week)
    held = count(len(publication.schedule.sessions), "session")
    if not done.is_new:
        out(f"Nothing new: the week of {monday} is published as it is here, revision {revision}, {held}.")
        _tell_calls(announced)
        return
    told = f"; {counts_line(news)} since revision {revision - 1}" if done.earlier else ""
    verb = "Would publish" if announced.is_dry_run else "Published"
    out(f"{verb} the week of {monday}: revision {revision}, {held}{told}.")
    for change in news[:MOST_CHANGES]:
        out(f"  {change_line(change)}")
    if len(news) > MOST_CHANGES:
        out(f"  and {len(news) - MOST_CHANGES} more")
    _tell_calls(announced)
    if not announced.is_dry_run:
        talk(
            f"Anchor: {publication.anchor[:16]} (keep it elsewhere: `iopsched history --anchor` tells whether this revision was lost)"
        )
        where = f"{shown(clinic)} {shown(folder)}"
        talk(f"Next: iopsched export {where} --to ics     calendars to import or subscribe")
        talk(f"      iopsched push {where} --caldav URL  calendars on a server")


def _tell_calls(announced: Announced) -> None:
    revision = announced.published.publication.revision
    if announced.calls:
        out(calls_text(announced.calls, f"Call list, revision {revision} against {revision - 1}"))
