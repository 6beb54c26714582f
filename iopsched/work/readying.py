"""A week that is about to be published, so that what has begun stays as it was published; and its publication.

Knows nothing of the search, so that it is loaded at once wherever a week is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from iopsched import store
from iopsched.domain.happenings import Happening
from iopsched.domain.instants import begun
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Change, Publication
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import WEEK, Minute
from iopsched.errors import InputError
from iopsched.files.output import edited_files, holds, read_summary, unsolved_files, write_schedule
from iopsched.repairs.remembered import happening_facts
from iopsched.store.overlay import past_changes, with_past
from iopsched.views.labels import NameMode
from iopsched.work.basis import EarlierRevision, facts_of_time, schedule_of
from iopsched.work.drafts import base_of, target_of
from iopsched.work.publications import Announced, foresee, publish
from iopsched.work.weeks import Read, inspect_week, read_week


@dataclass(frozen=True, slots=True)
class Readied:
    """A week that is ready to be published after ``last``, the last revision of its week, None of a first.

    ``source`` is the revision that it repeats, 0 where all that is to come is cancelled, None of a week of its own.
    ``kept`` is what has begun and was asked for otherwise: it stays as it was published. ``corrected`` is what has begun
    and is published otherwise now. ``forgotten`` is what ``last`` was made to know to have happened, and neither this week nor
    the clinic's files know. ``is_written``: the week lies in the folder; else :func:`record` brings it there.
    """

    read: Read
    last: Publication | None = None
    source: int | None = None
    kept: tuple[Change, ...] = ()
    corrected: tuple[Change, ...] = ()
    forgotten: tuple[Happening, ...] = ()
    is_written: bool = True

    def facts(self) -> dict[str, object]:
        """Return it for a machine."""
        return {
            "folder": str(self.read.folder),
            "source": self.source,
            "begun_kept": [change.key for change in self.kept],
            "begun_corrected": [change.key for change in self.corrected],
            "forgotten": [happening_facts(one) for one in self.forgotten],
        }


def ready(read: Read, now: datetime) -> Readied:
    """Return a week as it is to be published at a moment, so that what has begun stays as it was published.

    A folder that lay there while the week went on, or an earlier revision that was brought back, says otherwise of what
    has begun: that is taken from the last revision. Only what somebody has written by hand corrects what was held, or a
    week that was made from the last revision after it had begun; and nothing is to come of a week that is over.
    """
    week = read.problem.week
    last = store.latest(read.home, week)
    passed = begun(week, now, read.problem.clinic.timezone)
    if last is None or passed is None:
        return Readied(read, last)
    changed = past_changes(last, read.schedule, passed)
    if not changed or passed >= WEEK or _is_meant(read, last):
        return Readied(read, last, corrected=changed)
    schedule = with_past(last, read.schedule, passed)
    return Readied(laid_over(read.clinic, last, schedule, passed), last, kept=changed, is_written=False)


def _is_meant(read: Read, last: Publication) -> bool:
    """Return whether a folder says of what has begun what its maker knew."""
    summary = read_summary(read.folder)
    is_made_late = base_of(read.folder) == (last.week.isoformat(), last.revision) and bool((summary or {}).get("now"))
    return is_made_late or bool(edited_files(read.folder, summary))


def record(
    readied: Readied, now: datetime, actor: str, names: NameMode = NameMode.ID, moment: datetime | None = None
) -> tuple[Readied, Announced]:
    """Publish a week as :func:`iopsched.work.publications.publish` does, and return it as it then lies in its folder.

    A week that was put together is written first, unless it says what is published already. A draft that lies in the
    place is kept beside it.
    """
    if not readied.is_written:
        foreseen = foresee(readied.read, now, names, moment)
        if not foreseen.published.is_new:
            return readied, replace(foreseen, is_dry_run=False)
        readied = _written(readied)
    return readied, publish(readied.read, now, actor, names, moment)


def _written(readied: Readied) -> Readied:
    if readied.last is not None:
        write_over(readied.read, readied.last, readied.read.schedule)
    return replace(readied, read=read_week(readied.read.clinic, readied.read.folder), is_written=True)


def write_over(read: Read, last: Publication, schedule: Schedule) -> None:
    """Write a week that was put together from revisions into its folder; what lies there is kept unless it is the same."""
    earlier = EarlierRevision(last, read.problem.previous or schedule)
    files = unsolved_files(read.problem, schedule, earlier.entry)
    if not holds(read.folder, files):
        write_schedule(read.folder, files, lambda: True)


def laid_over(clinic: Path, last: Publication, schedule: Schedule, passed: Minute | None) -> Read:
    """Return a week that was put together from revisions, as it will be read from its folder, which is not written yet."""
    before = schedule_of(clinic, last)
    found = inspect_week(clinic, last.week, before, is_for_solving=False)
    facts = facts_of_time(clinic, last)
    if facts is not None and (found.problem is None or not _knows(found.problem, schedule)):
        found = inspect_week(clinic, last.week, before, is_for_solving=False, facts=facts)
    if found.problem is None:
        raise InputError(found.issues)
    problem = replace(found.problem, now=passed)
    return Read(clinic, target_of(clinic, last.week), problem, schedule, found.issues, found.inputs_sha256)


def _knows(problem: Problem, schedule: Schedule) -> bool:
    """Return whether the tables still have all that a week names."""
    rows = schedule.sessions

    def has(known: Iterable[str], named: Iterable[str | None]) -> bool:
        return set(named) <= {*known, None}

    return (
        has(problem.participant, (who for row in rows for who in row.participant_ids))
        and has(problem.therapist, (who for row in rows for who in row.therapist_ids))
        and has(problem.room, (row.room_id for row in rows))
        and has(problem.group, (row.group_id for row in rows))
        and has(problem.service, (row.service_id for row in rows))
    )
