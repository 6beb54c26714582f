"""``iopsched history``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.options import AsJson, ClinicPath, today, week_of
from iopsched.domain.instants import local_text
from iopsched.errors import UsageError
from iopsched.words.phrases import count

if TYPE_CHECKING:
    from iopsched.store import RevisionSummary
    from iopsched.work.publications import DraftFolder, History

EPILOG = """\b
Examples:
  iopsched history myclinic
  iopsched history myclinic --week 2026-11-30
  iopsched history myclinic --verify
  iopsched history myclinic --verify --anchor 1f0c9a7be2d4

One line a revision: week, revision, when, by whom, sessions held and
cancelled, with tabs between; drafts of these weeks, as far as they are not over,
are named below (of one that is over with --week). Exit code 7 if --verify finds a revision that was
edited after it was published or that was lost, else 0. Lost is what an export in
CLINIC/schedules was made from and the store does not know. `publish` prints an
anchor, and pages, calendars, workbooks and handouts carry it: --anchor asks of one.
"""
_Week = Annotated[str | None, typer.Option("--week", metavar="DATE", help="Only the week of this date.")]
_Verify = Annotated[bool, typer.Option("--verify", help="Check that no revision was edited since it was published.")]


_Anchor = Annotated[str | None, typer.Option("--anchor", metavar="HASH", help="What `publish` printed once.")]
LEAST_LETTERS = 12
PUT_BACK = "Put back copies of iopsched.db and published of the same day."


def history(
    clinic: ClinicPath,
    *,
    week: _Week = None,
    verify: _Verify = False,
    anchor: _Anchor = None,
    as_json: AsJson = False,
) -> None:
    """List what was published when."""
    monday = week_of(week) if week else None
    verify = verify or anchor is not None
    found = work.publications.history(clinic, monday, is_verified=verify, today=today())
    if as_json:
        out_json("history", found.facts())
    else:
        zone = work.clinics.timezone_of(clinic)
        for entry in found.entries:
            out("\t".join(_cells(entry, zone)))
    is_gone = anchor is not None and all(not entry.sha.startswith(anchor.strip().casefold()) for entry in found.every)
    is_sound = not found.faults and not found.lost
    if not found.entries and is_sound and not is_gone:
        talk("Nothing was published yet." if week is None else "Nothing was published of this week.")
    for draft in found.drafts:
        talk(f"Draft: {draft.folder}{_base_words(draft)}.")
    _tell_harm(found)
    if verify and is_sound:
        talk(f"Checked {count(len(found.every), 'revision')}: all are as they were published.")
    is_lost = anchor is not None and not _tell_anchor(found.every, anchor)
    raise typer.Exit(Exit.DONE if is_sound and not is_lost else Exit.CONFLICT)


def _base_words(draft: DraftFolder) -> str:
    """Return what a draft was made from, blank where that is not known."""
    if draft.base is None:
        return ""
    week, revision = draft.base
    of_week = "" if week == draft.week.isoformat() else f" of the week of {week}"
    return f", made from revision {revision}{of_week}"


def _tell_harm(found: History) -> None:
    """Say which revisions were edited or lost, and what to do."""
    for remedy, alike in groupby(found.faults, lambda fault: fault.remedy):
        talk("\n".join(fault.sentence for fault in alike))
        talk(remedy)
    for one in found.lost:
        week, revision, _ = one.anchor
        talk(f"Revision {revision} of the week of {week} is lost or was replaced: {one.path} was made from it.")
    if found.lost:
        talk(f"{PUT_BACK} A file of another clinic or another store says nothing here: move it elsewhere.")


def _tell_anchor(every: Sequence[RevisionSummary], anchor: str) -> bool:
    """Say which revision an anchor is of and what came after, or that it is lost; return whether it is there."""
    text = anchor.strip().casefold()
    if len(text) < LEAST_LETTERS:
        raise UsageError(f"--anchor needs at least {LEAST_LETTERS} letters of what `publish` printed.")
    at = next((place for place, entry in enumerate(every) if entry.sha.startswith(text)), None)
    if at is None:
        talk(f"No revision has this anchor: it was lost or replaced, and perhaps others with it. {PUT_BACK}")
        return False
    entry = every[at]
    later = count(len(every) - at - 1, "revision")
    talk(f"The anchor is of revision {entry.revision} of the week of {entry.week.isoformat()}; {later} came after it.")
    return True


def _cells(entry: RevisionSummary, zone: str | None) -> Sequence[str]:
    when = local_text(entry.published, zone)
    cancelled = f"{entry.cancelled} cancelled" if entry.cancelled else ""
    held = count(entry.held, "session")
    return entry.week.isoformat(), f"revision {entry.revision}", when, entry.actor, held, cancelled
