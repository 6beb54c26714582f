"""A week as an earlier revision had it, for what is still to come: what has begun stays as it was published last.

Published weeks are a record of what people were told and of what was held. So nothing is taken back: the next revision
says what the earlier one said, and whatever had begun before stays in it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from iopsched import ingest, store
from iopsched.domain.happenings import Happening
from iopsched.domain.instants import begun
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Change, Publication
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import WEEK, Minute, monday_of
from iopsched.errors import InputError, UsageError
from iopsched.files.output import edited_files, holds, read_summary, unsolved_files, write_schedule
from iopsched.params import SolveParams
from iopsched.repairs.happened import is_known
from iopsched.repairs.remembered import happening_facts
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.search.repairing import repaired
from iopsched.store.overlay import past_changes, with_past
from iopsched.verifier import violations
from iopsched.views.labels import NameMode
from iopsched.work.basis import EarlierRevision, facts_of_time, remembered_by, schedule_of
from iopsched.work.drafts import base_of, target_of
from iopsched.work.publications import Announced, foresee, publish
from iopsched.work.restoring import published_mondays, published_week
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
    return Readied(_laid_over(read.clinic, last, schedule, passed), last, kept=changed, is_written=False)


def _is_meant(read: Read, last: Publication) -> bool:
    """Return whether a folder says of what has begun what its maker knew."""
    summary = read_summary(read.folder)
    is_made_late = base_of(read.folder) == (last.week.isoformat(), last.revision) and bool((summary or {}).get("now"))
    return is_made_late or bool(edited_files(read.folder, summary))


def undone(clinic: Path, week: date | None, planned: date, now: datetime, revision: int | None = None) -> Readied:
    """Return a published week as it was before its last revision, or as of ``revision``, for what is still to come.

    Of a first revision all that is to come is cancelled; 0 asks for that. Without a week it is that of ``now`` or, where
    nothing of it is published, the ``planned`` one, else the last published one.

    Raises
    ------
    UsageError
        If nothing of the week is published, or there is no such revision.
    """
    last = _last(clinic, week, planned, now)
    source = last.revision - 1 if revision is None else revision
    if source >= last.revision:
        raise UsageError(f"Revision {last.revision} of the week of {last.week.isoformat()} is the last one.")
    passed = _passed(clinic, last, now)
    asked = _source(clinic, last, source)
    schedule = asked if passed is None else with_past(last, asked, passed)
    kept = () if passed is None else past_changes(last, asked, passed)
    read = _laid_over(clinic, last, schedule, passed)
    gone = tuple(one for one in remembered_by(clinic, last) if not is_known(read.problem, one))
    return Readied(read, last, source, kept, forgotten=gone, is_written=False)


def _last(clinic: Path, week: date | None, planned: date, now: datetime) -> Publication:
    weeks = published_mondays(clinic)
    return published_week(
        clinic, week or next((day for day in (monday_of(now.date()), planned) if day in weeks), max(weeks))
    )


def _passed(clinic: Path, last: Publication, now: datetime) -> Minute | None:
    found = inspect_week(clinic, last.week, is_for_solving=False)
    facts = facts_of_time(clinic, last) if found.problem is None else None
    problem = found.problem or (ingest.inspect_kept(facts, last.week).problem if facts is not None else None)
    if problem is None:
        raise InputError(found.issues)
    return begun(last.week, now, problem.clinic.timezone)


def _source(clinic: Path, last: Publication, source: int) -> Schedule:
    if source == 0:
        return replace(schedule_of(clinic, last), sessions=())
    return schedule_of(clinic, published_week(clinic, last.week, source))


def _laid_over(clinic: Path, last: Publication, schedule: Schedule, passed: Minute | None) -> Read:
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
        _write(readied.read, readied.last, readied.read.schedule)
    return replace(readied, read=read_week(readied.read.clinic, readied.read.folder), is_written=True)


def _write(read: Read, last: Publication, schedule: Schedule) -> None:
    earlier = EarlierRevision(last, read.problem.previous or schedule)
    files = unsolved_files(read.problem, schedule, earlier.entry)
    if not holds(read.folder, files):
        write_schedule(read.folder, files, lambda: True)


@dataclass(frozen=True, slots=True)
class Nearest:
    """A draft in ``folder`` of the week nearest to one that breaks rules: ``others`` of its sessions are not as asked for."""

    folder: Path
    others: int


def draft_nearest(readied: Readied, params: SolveParams, stop: threading.Event | None = None) -> Nearest | None:
    """Write, as a draft, the week that breaks no rule, leaves the least need unmet and is then nearest to what was asked for.

    None where there is none, time ended before, or the week is not one that was put together.
    """
    read, last = readied.read, readied.last
    if readied.is_written or last is None:
        return None
    problem = replace(read.problem, previous=read.schedule)
    found = repaired(problem, ChoiceName.LEAST_UNMET, params, stop)
    if not isinstance(found, Solved) or violations(read.problem, found.schedule):
        return None
    _write(read, last, found.schedule)
    others = {session.id for session in set(found.schedule.sessions) ^ set(read.schedule.sessions)}
    return Nearest(read.folder, len(others))
