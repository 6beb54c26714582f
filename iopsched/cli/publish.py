"""``iopsched publish``."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.folder import read_week
from iopsched.cli.options import AsJson, ClinicPath, FolderPath, FolderWeek, odd_week
from iopsched.cli.places import warn_of_place
from iopsched.cli.published import change_facts, change_line
from iopsched.domain.publication import Change
from iopsched.views.broken import violation_facts, violation_line
from iopsched.views.changes import change_counts, counts_line
from iopsched.words.phrases import count, long_date, shown

if TYPE_CHECKING:
    from iopsched.store import Published
    from iopsched.verifier import Violation
    from iopsched.work.weeks import Read

EPILOG = """\b
Examples:
  iopsched publish myclinic myclinic/schedules/2026-11-30
  iopsched publish myclinic myclinic/schedules/2026-11-30 --dry-run

Publishing gives each session the identity that calendars know it by: a session
that moves in a later revision moves in the calendars, and is not doubled.
Ids only are kept, in CLINIC/iopsched.db and in files for each revision: the
sessions, and the tables of the clinic without names, initials and reasons.

A week that breaks a rule is not published without --force: exit code 4, as
with verify. Needs that are not met are no obstacle.
"""
MOST_CHANGES = 12
_Force = Annotated[bool, typer.Option("--force", help="Publish although rules are broken.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be published; record nothing.")]


def publish(
    clinic: ClinicPath,
    folder: FolderPath,
    *,
    week: FolderWeek = None,
    force: _Force = False,
    dry_run: _DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record the week as the one that everybody is told of."""
    from iopsched.verifier import violations  # noqa: PLC0415 - keeps --help quick

    read = read_week(clinic, folder, week)
    for issue in read.issues:
        talk(f"Warning: {issue}")
    if odd := odd_week(read.problem.week):
        talk(odd)
    found = violations(read.problem, read.schedule)
    if found and not force:
        _refuse(read, found, as_json=as_json)
        raise typer.Exit(Exit.UNMET)
    done = _sketched(clinic, read) if dry_run else _recorded(clinic, read)
    news = _news(done)
    if as_json:
        out_json("publish", _facts(done, news, found, is_dry_run=dry_run))
    else:
        _tell(clinic, folder, done, news, is_dry_run=dry_run)
    if found:
        talk(f"Warning: {count(len(found), 'rule violation')}; `iopsched verify` lists them.")


def actor() -> str:
    """Return who is at the keyboard, as the system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without users
        return "unknown"


def _recorded(clinic: Path, read: Read) -> Published:
    from iopsched import store  # noqa: PLC0415 - keeps --help quick
    from iopsched.ingest import facts_now  # noqa: PLC0415 - keeps --help quick

    home = store.clinic_home(clinic)
    warn_of_place(home / "published")
    now = datetime.now(UTC)
    facts = facts_now(clinic, read.problem.clinic.name, read.inputs_sha256).to_bytes()
    return store.publish(home, read.problem.clinic, read.schedule, now=now, actor=actor(), facts=facts)


def _sketched(clinic: Path, read: Read) -> Published:
    from iopsched import store  # noqa: PLC0415 - keeps --help quick

    return store.foresee(store.clinic_home(clinic), read.problem.clinic, read.schedule, datetime.now(UTC))


def _news(done: Published) -> tuple[Change, ...]:
    from iopsched.store.revisions import changes  # noqa: PLC0415 - keeps --help quick

    return changes(done.earlier, done.publication) if done.earlier is not None else ()


def _refuse(read: Read, found: Sequence[Violation], *, as_json: bool) -> None:
    if as_json:
        content = {"week": read.problem.week.isoformat(), "ok": False, "violations": violation_facts(found)}
        out_json("publish", content)
    else:
        for row in found:
            out(violation_line(row))
    talk(f"Not published: {count(len(found), 'violation')}. Mend the schedule, or publish it as it is with --force.")


def _facts(
    done: Published, news: Sequence[Change], found: Sequence[Violation], *, is_dry_run: bool
) -> dict[str, object]:
    publication = done.publication
    held = len(publication.schedule.sessions)
    counts = change_counts(news) if done.earlier else {"added": held, "changed": 0, "cancelled": 0}
    return {
        "week": publication.week.isoformat(),
        "ok": True,
        "is_new": done.is_new,
        "dry_run": is_dry_run,
        "revision": publication.revision,
        "published": publication.published.isoformat(),
        "anchor": publication.anchor,
        "sessions": held,
        **counts,
        "changes": [change_facts(change) for change in news],
        "violations": violation_facts(found),
    }


def _tell(clinic: Path, folder: Path, done: Published, news: Sequence[Change], *, is_dry_run: bool) -> None:
    publication, revision = done.publication, done.publication.revision
    monday = long_date(publication.week)
    held = count(len(publication.schedule.sessions), "session")
    if not done.is_new:
        out(f"Nothing new: the week of {monday} is published as it is here, revision {revision}, {held}.")
        return
    told = f"; {counts_line(news)} since revision {revision - 1}" if done.earlier else ""
    verb = "Would publish" if is_dry_run else "Published"
    out(f"{verb} the week of {monday}: revision {revision}, {held}{told}.")
    for change in news[:MOST_CHANGES]:
        out(f"  {change_line(change)}")
    if len(news) > MOST_CHANGES:
        out(f"  and {len(news) - MOST_CHANGES} more")
    if not is_dry_run:
        talk(
            f"Anchor: {publication.anchor[:16]} (keep it elsewhere: `iopsched history --anchor` tells whether this revision was lost)"
        )
        where = f"{shown(clinic)} {shown(folder)}"
        talk(f"Next: iopsched export {where} --to ics     calendars to import or subscribe")
        talk(f"      iopsched push {where} --caldav URL  calendars on a server")
