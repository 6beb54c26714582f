"""``iopsched history``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.options import AsJson, ClinicPath, week_of
from iopsched.errors import UsageError
from iopsched.words.phrases import count

if TYPE_CHECKING:
    from iopsched.files.anchors import Found
    from iopsched.store import Entry, Fault

EPILOG = """\b
Examples:
  iopsched history myclinic
  iopsched history myclinic --week 2026-11-30
  iopsched history myclinic --verify
  iopsched history myclinic --verify --anchor 1f0c9a7be2d4

One line a revision: week, revision, when, by whom, sessions held and
cancelled, with tabs between. Exit code 7 if --verify finds a revision that was
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
    from iopsched import store  # noqa: PLC0415 - keeps --help quick

    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    verify = verify or anchor is not None
    home = store.clinic_home(clinic)
    monday = week_of(week) if week else None
    every = store.history(home, is_checked=not verify)
    entries = [entry for entry in every if monday in (None, entry.week)]
    faults = store.verify(home) if verify else ()
    lost = _lost(home, every) if verify else ()
    if as_json:
        out_json("history", _facts(entries, faults) | {"lost": [_lost_facts(one) for one in lost]})
    else:
        for entry in entries:
            out("\t".join(_cells(entry)))
    is_gone = anchor is not None and all(not entry.sha.startswith(anchor.strip().casefold()) for entry in every)
    if not entries and not faults and not lost and not is_gone:
        talk("Nothing was published yet." if week is None else "Nothing was published of this week.")
    for remedy, alike in groupby(faults, lambda fault: fault.remedy):
        talk("\n".join(fault.sentence for fault in alike))
        talk(remedy)
    for one in lost:
        week_of_it, revision, _ = one.anchor
        talk(f"Revision {revision} of the week of {week_of_it} is lost or was replaced: {one.path} was made from it.")
    if lost:
        talk(f"{PUT_BACK} A file of another clinic or another store says nothing here: move it elsewhere.")
    if verify and not faults and not lost:
        talk(f"Checked {count(len(every), 'revision')}: all are as they were published.")
    is_lost = anchor is not None and not _tell_anchor(every, anchor)
    raise typer.Exit(Exit.CONFLICT if faults or lost or is_lost else Exit.DONE)


def _lost(home: Path, every: Sequence[Entry]) -> tuple[Found, ...]:
    """Return the anchors in the clinic's exports of which the store knows nothing."""
    from iopsched.files.anchors import LETTERS, find_anchors  # noqa: PLC0415 - keeps --help quick

    known = {(entry.week.isoformat(), entry.revision, entry.sha[:LETTERS]) for entry in every}
    return tuple(found for found in find_anchors(home) if found.anchor not in known)


def _lost_facts(found: Found) -> dict[str, object]:
    return {**found.anchor._asdict(), "found_in": str(found.path)}


def _tell_anchor(every: Sequence[Entry], anchor: str) -> bool:
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


def _cells(entry: Entry) -> Sequence[str]:
    when = entry.published.astimezone().strftime("%Y-%m-%d %H:%M")
    cancelled = f"{entry.cancelled} cancelled" if entry.cancelled else ""
    held = count(entry.held, "session")
    return entry.week.isoformat(), f"revision {entry.revision}", when, entry.actor, held, cancelled


def _facts(entries: Sequence[Entry], faults: Sequence[Fault]) -> dict[str, object]:
    rows = [
        {
            "week": entry.week.isoformat(),
            "revision": entry.revision,
            "published": entry.published.isoformat(),
            "actor": entry.actor,
            "sessions": entry.held,
            "cancelled": entry.cancelled,
            "sha256": entry.sha,
        }
        for entry in entries
    ]
    told = [
        {"week": fault.week, "revision": fault.revision, "harm": str(fault.harm), "remedy": fault.remedy}
        for fault in faults
    ]
    return {"revisions": rows, "faults": told}
