"""What was published: recording a week, and the history of all weeks."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from iopsched import ingest, store
from iopsched.domain.instants import begun
from iopsched.domain.names import Names
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Change, Publication
from iopsched.domain.schedule import Schedule
from iopsched.errors import UsageError
from iopsched.export.calltable import calls_table
from iopsched.export.writing import owner_of, write_exports
from iopsched.files.anchors import LETTERS, AnchoredFile, anchor_of, find_anchors
from iopsched.files.output import EXPORTS, kept_files
from iopsched.store import Damage, Published, RevisionSummary
from iopsched.store.revisions import changes
from iopsched.verifier import hours
from iopsched.views.calls import Call, call_list
from iopsched.views.changes import change_counts, change_facts
from iopsched.views.labels import Labels, NameMode
from iopsched.work import recording
from iopsched.work.basis import A_WEEK
from iopsched.work.drafts import base_of, folders_of
from iopsched.work.weeks import Read


@dataclass(frozen=True, slots=True)
class Announced:
    """A week as it is published, or would be, and what changed since the last revision; nothing in a first.

    ``calls`` is who must be told of what; of a week that was published before, what was to be told then.
    """

    published: Published
    changes: tuple[Change, ...]
    is_dry_run: bool
    calls: tuple[Call, ...] = ()

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
            "call_list": [call.facts() for call in self.calls],
        }


def actor() -> str:
    """Return the user's name, as the system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without users
        return "unknown"


def publish(
    read: Read, now: datetime, actor: str, names: NameMode = NameMode.ID, moment: datetime | None = None
) -> Announced:
    """Record a week, with the facts of the clinic, as its next revision; what says the same as the last is not recorded.

    ``now`` must know its time zone; ``actor`` is who did it; ``names`` how the call list shows people, first whose
    session is next after ``moment``, by default ``now``.
    """
    clinic = read.problem.clinic
    tables = kept_files(read.folder, read.problem, read.schedule, hours(read.problem, read.schedule))
    more = recording.unrecorded(read)
    made = None if more is None else more.files.tables.made
    facts = ingest.facts_now(read.clinic, clinic.name, read.inputs_sha256, tables, made).to_bytes()
    done = store.publish(read.home, clinic, read.schedule, now=now, actor=actor, facts=facts)
    return Announced(done, _news(done), is_dry_run=False, calls=_calls(read, done, moment or now, names))


def foresee(read: Read, now: datetime, names: NameMode = NameMode.ID, moment: datetime | None = None) -> Announced:
    """Return what :func:`publish` would record; record nothing."""
    done = store.foresee(read.home, read.problem.clinic, read.schedule, now)
    return Announced(done, _news(done), is_dry_run=True, calls=_calls(read, done, moment or now, names))


def told_before(home: Path, publication: Publication, earlier: Publication | None) -> Publication | None:
    """Return what people were told before a week: the last revision of a draft, the one before of a published week."""
    if publication.is_draft or earlier is None or earlier.revision != publication.revision:
        return earlier
    return store.revision_of(home, publication.week, publication.revision - 1)


def _calls(read: Read, done: Published, now: datetime, names: NameMode) -> tuple[Call, ...]:
    before = told_before(read.home, done.publication, done.earlier)
    return () if before is None else calls_since(read.clinic, read.problem, before, done.publication, now, names)


def calls_since(
    clinic: Path, problem: Problem, before: Publication, later: Publication | Schedule, now: datetime, names: NameMode
) -> tuple[Call, ...]:
    """Return who must be told of what since a revision.

    Against one of another week it is who has another week than then, by weekdays; whoever came or left is no news.
    """
    labels = Labels(names, ingest.read_names(clinic) if names is not NameMode.ID else Names())
    if before.week == problem.week:
        passed = max(begun(problem.week, now, problem.clinic.timezone) or 0, problem.now or 0)
        return call_list(problem, changes(before, later), labels, passed)
    schedule = later if isinstance(later, Schedule) else later.schedule
    then = problem.previous.census if problem.previous is not None else frozenset()
    stay = then.intersection(row.participant_id for row in hours(problem, schedule)).union(problem.therapist)
    calls = call_list(problem, changes(replace(before, week=problem.week), later), labels)
    return tuple(call for call in calls if call.who in stay)


def write_calls(read: Read, announced: Announced) -> Path | None:
    """Write the call list among the exports of a week, to be ticked off; None where nobody must be told.

    Raises
    ------
    ConflictError, UsageError
        If somebody has written into it, or the disk refuses.
    """
    if not announced.calls:
        return None
    target = read.folder / EXPORTS
    publication = announced.published.publication
    anchor = anchor_of([publication])
    name = f"call-list-{publication.week.isoformat()}-r{publication.revision}.csv"
    owner = owner_of(read.problem.clinic, read.home, target)
    write_exports(target, {name: calls_table(announced.calls)}, owner, record=anchor.text if anchor else "")
    return target / name


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


def history(clinic: Path, week: date | None = None, *, is_verified: bool = False, today: date = date.min) -> History:
    """Return what was published of the week of a Monday, or of all weeks, and then the drafts of those not over ``today``.

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
        running = {entry.week for entry in entries if entry.week + A_WEEK > today}
        weeks = {week} if week is not None else running
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
