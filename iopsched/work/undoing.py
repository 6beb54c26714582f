"""A week as an earlier revision had it, for what is still to come: what has begun stays as it was published last.

Published weeks are a record of what people were told and of what was held. So nothing is taken back: the next revision
says what the earlier one said, and whatever had begun before stays in it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from iopsched import ingest
from iopsched.domain.instants import begun
from iopsched.domain.outcome import Solved
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import Minute, monday_of
from iopsched.errors import InputError, UsageError
from iopsched.params import SolveParams
from iopsched.repairs.happened import is_known
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.search.repairing import repaired
from iopsched.store.overlay import past_changes, with_past
from iopsched.verifier import violations
from iopsched.work.basis import facts_of_time, remembered_by, schedule_of
from iopsched.work.readying import Readied, laid_over, write_over
from iopsched.work.restoring import published_mondays, published_week
from iopsched.work.weeks import inspect_week


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
    read = laid_over(clinic, last, schedule, passed)
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
    write_over(read, last, found.schedule)
    others = {session.id for session in set(found.schedule.sessions) ^ set(read.schedule.sessions)}
    return Nearest(read.folder, len(others))
