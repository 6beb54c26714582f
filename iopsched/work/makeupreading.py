"""A published week that runs, as it is read to make up for what was missed in it: who was there, and what stays."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from iopsched.domain.happenings import Happening
from iopsched.domain.instants import local_moment
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule, Session
from iopsched.errors import UsageError
from iopsched.files.output import check_target
from iopsched.makeups.balances import Corrections, balances, corrections_of
from iopsched.makeups.madeup import Owed
from iopsched.records.missed import Missed
from iopsched.records.presence import Presence
from iopsched.records.presences import presences
from iopsched.records.publishedweeks import published_weeks
from iopsched.repairs.happened import happened, is_known
from iopsched.store import clinic_home, latest
from iopsched.verifier import Violation, violations
from iopsched.words.phrases import shown
from iopsched.work.basis import remembered_by
from iopsched.work.clinics import ClinicInput, read_clinic, timezone_of
from iopsched.work.drafts import target_of, week_of_now


@dataclass(frozen=True)
class MakeupGiven:
    """A published week that runs, with who is behind in it.

    ``week`` is the clinic as it was read, ``problem`` the same with what the published week was made to know
    (``carried``) and with everybody who was not there in what has begun. ``kept`` are the published sessions but those
    for one person who will not attend, as attendance says already. ``corrections`` are what else attendance says.
    ``broken`` are the rules that the published week breaks by the facts of today: then it is to be repaired first.
    """

    clinic: Path
    week: ClinicInput
    base: Publication
    now: datetime
    problem: Problem
    carried: tuple[Happening, ...]
    kept: tuple[Session, ...]
    presences: tuple[Presence, ...]
    corrections: Corrections
    target: Path
    broken: tuple[Violation, ...] = ()

    @property
    def before(self) -> Schedule:
        """Return the published week without what will not be held."""
        return replace(self.problem.previous or Schedule(self.base.week), sessions=self.kept)

    def owed(self) -> tuple[Owed, ...]:
        """Return who is behind, with what they missed, by participant."""
        missed: dict[str, list[Presence]] = defaultdict(list)
        for row in self.presences:
            if row.had is not None and row.had.clock < row.planned.clock and row.is_planned:
                missed[row.participant_id].append(row)
        found = balances(self.problem, self.before, self.corrections)
        rows = (Owed(row, tuple(missed[key])) for key, row in sorted(found.items()))
        return tuple(row for row in rows if row.is_owed)


def read_makeup(
    clinic: Path, now: datetime, week: date | None, planned: date, folder: Path | None = None
) -> MakeupGiven:
    """Read a clinic, its published week and who attended it: the week of a Monday, else that of ``now``.

    Where nothing is published of the week of now it is the ``planned`` one. ``folder`` is where the draft is to be
    written, by default that of the next revision.

    Raises
    ------
    UsageError
        If nothing is published of this week.
    InputError
        If the clinic's files have faults.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    local = local_moment(now, timezone_of(clinic))
    monday = week or week_of_now(clinic, local.date(), planned)
    base = latest(clinic_home(clinic), monday)
    if base is None or not base.schedule.sessions:
        raise UsageError(
            f"Nothing is published of the week of {monday}, so nothing in it can be made up. `iopsched publish "
            f"{shown(clinic)}` publishes a week; --week and --now name another."
        )
    target = target_of(clinic, monday, folder)
    check_target(target)
    found = read_clinic(clinic, monday, None, now)
    carried = tuple(one for one in remembered_by(clinic, base) if not is_known(found.problem, one))
    problem = happened(found.problem, carried)
    weeks = published_weeks(clinic, found.problem, monday, monday + timedelta(days=6))
    rows = presences(weeks, problem.attendance, now).rows
    problem = replace(problem, missed=problem.missed | _missed(problem, rows))
    kept = _kept(problem, rows)
    ours = {session.id for session in kept}
    rows_kept = tuple(row for row in rows if row.session.id in ours)
    corrections = corrections_of(problem, rows_kept)
    before = replace(problem.previous or Schedule(monday), sessions=kept)
    broken = violations(problem, before)
    return MakeupGiven(clinic, found, base, local, problem, carried, kept, rows, corrections, target, broken)


def _missed(problem: Problem, rows: tuple[Presence, ...]) -> Missed:
    """Return who was not there at all in what has begun."""
    begun = {session.id for session in problem.begun}
    return frozenset(
        (row.participant_id, row.session.id)
        for row in rows
        if row.session.id in begun and row.is_planned and row.had is not None and not row.had.clock
    )


def _kept(problem: Problem, rows: tuple[Presence, ...]) -> tuple[Session, ...]:
    """Return the published sessions but those to come of one person who will not attend."""
    begun = {session.id for session in problem.begun}
    away = {
        row.session.id
        for row in rows
        if row.had is not None and not row.had.clock and len(row.session.participant_ids) == 1
    } - begun
    published = problem.previous.sessions if problem.previous is not None else ()
    return tuple(session for session in published if session.id not in away or session.group_id is not None)
