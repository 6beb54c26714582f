"""``iopsched publish``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.folder import read_week
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.layout import calls_text
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek, Now, clock, moment_of, odd_week, week_of
from iopsched.cli.places import warn_of_place
from iopsched.errors import ConflictError, UsageError
from iopsched.params import SolveParams
from iopsched.repairs.happeningwords import in_words
from iopsched.repairs.remembered import happening_facts
from iopsched.verifier import violations
from iopsched.views.broken import violation_facts, violation_line
from iopsched.views.changes import change_line, counts_line
from iopsched.views.labels import NameMode
from iopsched.words.phrases import count, long_date, shown

if TYPE_CHECKING:
    from iopsched.domain.publication import Change
    from iopsched.verifier import Violation
    from iopsched.work.publications import Announced
    from iopsched.work.readying import Readied
    from iopsched.work.recording import Unrecorded
    from iopsched.work.weeks import Read

EPILOG = """\b
Examples:
  iopsched publish myclinic myclinic/schedules/2026-11-30
  iopsched publish myclinic myclinic/schedules/2026-11-30 --dry-run
  iopsched publish myclinic --undo               as it was before the last one
  iopsched publish myclinic --back-to 1          as revision 1 had it

Publishing gives each session the identity that calendars know it by: a session
that moves in a later revision moves in the calendars, and is not doubled.
Ids only are kept, in CLINIC/iopsched.db and in files for each revision: the
sessions, and the tables of the clinic without names, initials and reasons.

From the second revision on it prints and writes the call list, person by
person: what was, what is. Publishing the same again prints it again.

Of a repaired week the tables may not know what happened; --record writes it
there first: rows of time_off.csv, the cell discharged, the row of whoever is
admitted.

A week that breaks a rule is not published without --force: exit code 4, as
with verify. Needs that are not met are no obstacle.

What has begun stays as it was published, also where a folder from before, or
an earlier revision, says otherwise; only what is written by hand corrects it.
--undo and --back-to make a new revision, in a folder of its own, that says of
all still to come what the earlier one said. --undo of a first revision
cancels all that is to come. Where that breaks a rule, as with a therapist who
is away now, the nearest week that breaks none is written as a draft instead.
"""
MOST_CHANGES = 12
NEAREST_S = 20.0
"""How long the week nearest to one that breaks rules is searched."""
_Force = Annotated[bool, typer.Option("--force", help="Publish although rules are broken.")]
_Names = Annotated[NameMode, typer.Option("--names", help="How the call list shows people.")]
_Undo = Annotated[bool, typer.Option("--undo", help="Publish the week as it was before its last revision.")]
_BackTo = Annotated[
    int | None,
    typer.Option(
        "--back-to", metavar="N", min=0, help="Publish the week as revision N had it; 0 cancels what is to come."
    ),
]
_Record = Annotated[
    bool, typer.Option("--record", help="First write what the week knows to have happened into the clinic's tables.")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be published; record nothing.")]


def publish(
    clinic: ClinicPath,
    folder: FolderPath = None,
    *,
    week: FolderWeek = None,
    undo: _Undo = False,
    back_to: _BackTo = None,
    now: Now = None,
    names: _Names = NameMode.ID,
    force: _Force = False,
    dry_run: _DryRun = False,
    record: _Record = False,
    as_json: AsJson = False,
) -> None:
    """Record the week as the one that everybody is told of."""
    moment = moment_of(now)
    if undo or back_to is not None:
        readied = _undone(clinic, folder, week, moment, None if undo else back_to)
    else:
        readied = work.readying.ready(read_week(clinic, folder, week), moment)
    read = readied.read
    for issue in read.issues:
        talk(f"Warning: {issue}")
    if odd := odd_week(read.problem.week):
        talk(odd)
    found = violations(read.problem, read.schedule)
    if found and not (force or readied.source == 0):  # a week without sessions breaks nothing but pins
        _refuse(readied, found, as_json=as_json)
        raise typer.Exit(Exit.UNMET)
    unrecorded = work.recording.unrecorded(read)
    recorded: tuple[Path, ...] = ()
    if dry_run:
        done = work.publications.foresee(read, clock(), names, moment)
    else:
        warn_of_place(read.home / "published")
        recorded = unrecorded.record() if unrecorded is not None and record else ()
        readied, done = work.readying.record(readied, clock(), work.publications.actor(), names, moment)
        if readied.is_written:
            _write_calls(readied.read, done)
    if as_json:
        told = {**readied.facts(), **_recording_facts(unrecorded, recorded)}
        out_json("publish", {**done.facts(), **told, "violations": violation_facts(found)})
    else:
        _tell(clinic, readied, done)
    _tell_unrecorded(read, unrecorded, recorded)
    if found:
        talk(f"Warning: {count(len(found), 'rule violation')}; `iopsched verify` lists them.")


def _undone(clinic: Path, folder: Path | None, week: str | None, now: datetime, revision: int | None) -> Readied:
    if folder is not None:
        raise UsageError("--undo and --back-to publish a revision again, no folder. Leave FOLDER out.")
    return work.undoing.undone(clinic, None if week is None else week_of(week), week_of(None), now, revision)


def _recording_facts(unrecorded: Unrecorded | None, recorded: Sequence[Path]) -> dict[str, object]:
    rows = () if unrecorded is None or recorded else unrecorded.happenings
    return {"unrecorded": [happening_facts(one) for one in rows], "recorded": list(map(str, recorded))}


def _tell_unrecorded(read: Read, unrecorded: Unrecorded | None, recorded: Sequence[Path]) -> None:
    """Say what of the week stands in none of the clinic's tables, or in which it was written."""
    if recorded:
        talk(f"Recorded in {', '.join(map(str, recorded))}.")
    elif unrecorded is not None:
        facts = "; ".join(map(in_words, unrecorded.happenings))
        talk(
            f"Warning: the clinic's tables do not say that {facts}. The published week keeps it; other weeks do not know it. "
            f"To write it there: iopsched publish {shown(read.clinic)} {shown(read.folder)} --record"
        )


def _write_calls(read: Read, done: Announced) -> None:
    """Write the call list; the week is published whatever becomes of it."""
    try:
        path = work.publications.write_calls(read, done)
    except (ConflictError, UsageError) as error:
        talk(f"Warning: the call list is not written anew: {str(error).partition(chr(10))[0]}")
    else:
        if path is not None:
            talk(f"Call list, to be ticked off: {path}")


def _refuse(readied: Readied, found: Sequence[Violation], *, as_json: bool) -> None:
    with stop_on_signal() as stop:
        nearest = work.undoing.draft_nearest(readied, SolveParams(time_limit_s=NEAREST_S), stop)
    if as_json:
        content = {"week": readied.read.problem.week.isoformat(), "ok": False, "violations": violation_facts(found)}
        out_json("publish", {**content, "draft": None if nearest is None else str(nearest.folder)})
    else:
        for row in found:
            out(violation_line(row))
    talk(f"Not published: {count(len(found), 'violation')}. Mend the schedule, or publish it as it is with --force.")
    if nearest is not None:
        where = f"{shown(readied.read.clinic)} {shown(nearest.folder)}"
        number = count(nearest.others, "session is", "sessions are")
        talk(f"Nearest to it without one is the draft in {nearest.folder}, in which {number} other than asked for.")
        talk(f"Next:\n  iopsched show {where}\n  iopsched publish {where}")


def _tell(clinic: Path, readied: Readied, announced: Announced) -> None:
    _tell_begun(readied)
    done, news, folder = announced.published, announced.changes, readied.read.folder
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
        if readied.source is not None or readied.kept:
            talk(f"It is in {folder}.")
        where = f"{shown(clinic)} {shown(folder)}"
        talk(f"Next: iopsched export {where} --to ics     calendars to import or subscribe")
        talk(f"      iopsched push {where} --caldav URL  calendars on a server")


def _tell_begun(readied: Readied) -> None:
    """Say what of the week is no longer to be changed, and what is corrected."""
    if readied.source is not None:
        what = f"As revision {readied.source} had it" if readied.source else "All cancelled"
        out(f"{what}, for what is still to come.")
    revision = readied.last.revision if readied.last is not None else 0
    if readied.kept:
        number = count(len(readied.kept), "change is", "changes are")
        talk(f"What has begun stays as revision {revision} has it: {number} left out ({_some(readied.kept)}).")
    if readied.corrected:
        number = count(len(readied.corrected), "change")
        talk(f"Warning: {number} of what has begun: revision {revision} is corrected ({_some(readied.corrected)}).")
    if readied.forgotten:
        facts = "; ".join(map(in_words, readied.forgotten))
        talk(
            f"Warning: revision {revision} was made because {facts}. The clinic's tables do not say so, and this week no longer "
            "knows it. Is it still so? Then call nobody yet: say it again with `iopsched repair`."
        )


def _some(changes: Sequence[Change]) -> str:
    rows = "; ".join(change_line(change) for change in changes[:MOST_CHANGES])
    return rows + (f"; and {len(changes) - MOST_CHANGES} more" if len(changes) > MOST_CHANGES else "")


def _tell_calls(announced: Announced) -> None:
    revision = announced.published.publication.revision
    if announced.calls:
        out(calls_text(announced.calls, f"Call list, revision {revision} against {revision - 1}"))
