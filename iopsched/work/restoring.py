"""A published revision as a schedule folder again, with the files that were published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from iopsched import store
from iopsched.domain.instants import begun
from iopsched.domain.publication import Change, Publication
from iopsched.errors import UsageError
from iopsched.files.output import check_target, holds, short_summary, write_schedule
from iopsched.files.weektables import table_files
from iopsched.store.overlay import past_changes
from iopsched.verifier import hours
from iopsched.work.basis import facts_of_time, schedule_of
from iopsched.work.clinics import timezone_of
from iopsched.work.drafts import default_folder, folders_of, revision_folder
from iopsched.work.weeks import inspect_week


@dataclass(frozen=True, slots=True)
class Restored:
    """A revision that lies in a folder; ``is_new`` where it was written now, and where the draft that was there is kept.

    ``is_exact``: the files are those that were published, byte for byte; an earlier version kept the sessions only.
    ``begun`` is what it says of sessions that have begun otherwise than the ``last`` revision: to publish it leaves that.
    """

    publication: Publication
    folder: Path
    is_new: bool
    is_exact: bool
    kept: Path | None = None
    begun: tuple[Change, ...] = ()
    last: int = 0

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {
            "week": self.publication.week.isoformat(),
            "revision": self.publication.revision,
            "published": self.publication.published.isoformat(),
            "folder": str(self.folder),
            "is_new": self.is_new,
            "is_exact": self.is_exact,
            "kept": str(self.kept) if self.kept is not None else None,
            "begun_differs": [change.key for change in self.begun],
        }


def restore(
    clinic: Path,
    week: date | None,
    planned: date,
    revision: int | None = None,
    target: Path | None = None,
    now: datetime | None = None,
) -> Restored:
    """Bring back a revision of a week, by default the last one, as a folder; a draft that lies there is kept beside it.

    Without a week it is the ``planned`` one or, where nothing of that is published, the last published one. Without a
    target nothing is written where a folder of the week is as it was published. What has begun is told as of ``now``.

    Raises
    ------
    UsageError
        If there is no such revision, or the target cannot be written.
    """
    publication = _publication(clinic, week, planned, revision)
    done = _restored(clinic, publication, target)
    last = store.latest(store.clinic_home(clinic), publication.week)
    zone = timezone_of(clinic)
    passed = begun(publication.week, now, zone) if now is not None and zone is not None else None
    if last is None or passed is None:
        return done
    return replace(done, begun=past_changes(last, publication.schedule, passed), last=last.revision)


def _restored(clinic: Path, publication: Publication, target: Path | None) -> Restored:
    files, is_exact = _files(clinic, publication)
    known = [row.folder for row in folders_of(clinic, publication.week)] if target is None else []
    same = next((folder for folder in known if holds(folder, files)), None)
    if same is not None:
        return Restored(publication, same, is_new=False, is_exact=is_exact)
    target = target or revision_folder(default_folder(clinic, publication.week), publication.revision)
    check_target(target)
    if holds(target, files):
        return Restored(publication, target, is_new=False, is_exact=is_exact)
    kept = write_schedule(target, files, lambda: True)
    return Restored(publication, target, is_new=True, is_exact=is_exact, kept=kept)


def _publication(clinic: Path, week: date | None, planned: date, revision: int | None) -> Publication:
    weeks = published_mondays(clinic)
    return published_week(clinic, week or (planned if planned in weeks else max(weeks)), revision)


def published_mondays(clinic: Path) -> frozenset[date]:
    """Return the Mondays of all weeks that were published, one at least.

    Raises
    ------
    UsageError
        If there is no such clinic, or it has published nothing.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    weeks = frozenset(entry.week for entry in store.history(store.clinic_home(clinic)))
    if not weeks:
        raise UsageError("Nothing was published yet.")
    return weeks


def published_week(clinic: Path, week: date, revision: int | None = None) -> Publication:
    """Return a revision of a week, by default the last one.

    Raises
    ------
    UsageError
        If it was not published.
    """
    home = store.clinic_home(clinic)
    found = store.latest(home, week) if revision is None else store.revision_of(home, week, revision)
    if found is None:
        what = "Nothing" if revision is None else f"No revision {revision}"
        raise UsageError(f"{what} of the week of {week.isoformat()} is published. `iopsched history` lists what is.")
    return found


def _files(clinic: Path, publication: Publication) -> tuple[dict[str, bytes], bool]:
    """Return the files that were published, or what can be made of the sessions, and whether they are the files."""
    facts = facts_of_time(clinic, publication)
    if facts is not None and facts.schedule:
        return dict(facts.schedule), True
    schedule = schedule_of(clinic, publication)
    problem = inspect_week(
        clinic, publication.week, is_for_solving=False, facts=facts, as_of=publication.published
    ).problem
    if problem is None:
        raise UsageError(
            "The clinic's tables have faults, and none were kept with this revision. `iopsched check` tells."
        )
    return {**table_files(problem, schedule, hours(problem, schedule)), **short_summary(problem)}, False
