"""What was published: recording a week, and the history of all weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from iopsched import ingest, store
from iopsched.domain.publication import Change
from iopsched.errors import UsageError
from iopsched.files.anchors import LETTERS, AnchoredFile, find_anchors
from iopsched.files.output import kept_files
from iopsched.store import Damage, Published, RevisionSummary
from iopsched.store.revisions import changes
from iopsched.verifier import hours
from iopsched.views.changes import change_counts, change_facts
from iopsched.work.drafts import base_of, folders_of
from iopsched.work.weeks import Read


@dataclass(frozen=True, slots=True)
class Announced:
    """A week as it is published, or would be, and what changed since the last revision; nothing in a first."""

    published: Published
    changes: tuple[Change, ...]
    is_dry_run: bool

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        publication = self.published.publication
        held = len(publication.schedule.sessions)
        first = {"added": held, "changed": 0, "cancelled": 0}
        return {
            "week": publication.week.isoformat(),
            "ok": True,
            "is_new": self.published.is_new,
            "dry_run": self.is_dry_run,
            "revision": publication.revision,
            "published": publication.published.isoformat(),
            "anchor": publication.anchor,
            "sessions": held,
            **(change_counts(self.changes) if self.published.earlier else first),
            "changes": [change_facts(change) for change in self.changes],
        }


def publish(read: Read, now: datetime, actor: str) -> Announced:
    """Record a week, with the facts of the clinic, as its next revision; what says the same as the last is not recorded.

    ``now`` must know its time zone; ``actor`` is who did it.
    """
    clinic = read.problem.clinic
    tables = kept_files(read.folder, read.problem, read.schedule, hours(read.problem, read.schedule))
    facts = ingest.facts_now(read.clinic, clinic.name, read.inputs_sha256, tables).to_bytes()
    done = store.publish(read.home, clinic, read.schedule, now=now, actor=actor, facts=facts)
    return Announced(done, _news(done), is_dry_run=False)


def foresee(read: Read, now: datetime) -> Announced:
    """Return what :func:`publish` would record; record nothing."""
    done = store.foresee(read.home, read.problem.clinic, read.schedule, now)
    return Announced(done, _news(done), is_dry_run=True)


def _news(done: Published) -> tuple[Change, ...]:
    return () if done.earlier is None else changes(done.earlier, done.publication)


@dataclass(frozen=True, slots=True)
class DraftFolder:
    """A folder that nobody has published, and week and revision that it was made from, None where nothing is known."""

    folder: Path
    week: date
    base: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class History:
    """The revisions of a week or of all, ``every`` of the store; and, where it was verified, what is wrong with it.

    ``lost`` are the anchors in the clinic's exports of which the store knows nothing. ``drafts`` are the folders of these
    weeks that are not published.
    """

    entries: Sequence[RevisionSummary]
    every: Sequence[RevisionSummary]
    faults: Sequence[Damage] = ()
    lost: Sequence[AnchoredFile] = ()
    drafts: Sequence[DraftFolder] = ()

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {
            "revisions": [_entry_facts(entry) for entry in self.entries],
            "faults": [
                {"week": fault.week, "revision": fault.revision, "harm": str(fault.harm), "remedy": fault.remedy}
                for fault in self.faults
            ],
            "drafts": [
                {
                    "week": draft.week.isoformat(),
                    "folder": str(draft.folder),
                    "previous": None if draft.base is None else {"week": draft.base[0], "revision": draft.base[1]},
                }
                for draft in self.drafts
            ],
            "lost": [{**found.anchor._asdict(), "found_in": str(found.path)} for found in self.lost],
        }


def history(clinic: Path, week: date | None = None, *, is_verified: bool = False) -> History:
    """Return what was published of the week of a Monday, or of all weeks.

    Raises
    ------
    UsageError
        If there is no such clinic.
    ConflictError
        If the store is damaged and this is not verified, which tells how.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    home = store.clinic_home(clinic)
    every = store.history(home, is_checked=not is_verified)
    entries = [entry for entry in every if week in (None, entry.week)]
    if not is_verified:
        weeks = {week} if week is not None else {entry.week for entry in entries}
        rows = [row for monday in sorted(weeks) for row in folders_of(clinic, monday) if not row.revision]
        return History(entries, every, drafts=[DraftFolder(row.folder, row.week, base_of(row.folder)) for row in rows])
    known = {(entry.week.isoformat(), entry.revision, entry.sha[:LETTERS]) for entry in every}
    lost = [found for found in find_anchors(home) if found.anchor not in known]
    return History(entries, every, store.verify(home), lost)


def _entry_facts(entry: RevisionSummary) -> dict[str, object]:
    return {
        "week": entry.week.isoformat(),
        "revision": entry.revision,
        "published": entry.published.isoformat(),
        "actor": entry.actor,
        "sessions": entry.held,
        "cancelled": entry.cancelled,
        "sha256": entry.sha,
    }
