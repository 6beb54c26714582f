"""Making up for missed sessions in a published week that runs: who is behind, and a draft in which they have more."""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic

from iopsched.domain.happenings import Happening
from iopsched.domain.instants import local_moment
from iopsched.domain.outcome import GoalResult, Solved, Unmet
from iopsched.domain.people import TimeOff
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import WEEK
from iopsched.errors import InternalError, UsageError
from iopsched.files.output import check_target
from iopsched.makeups.balances import Balance, Corrections, asking_more, balances, corrections_of
from iopsched.makeups.barred import BarredSession, barred_sessions
from iopsched.makeups.madeup import MadeUp, Owed, StillOwed, placed_in
from iopsched.params import OnProgress, SolveParams
from iopsched.policy.numbers import countable_minutes
from iopsched.records.missed import Missed
from iopsched.records.presence import Presence
from iopsched.records.presences import presences
from iopsched.records.publishedweeks import published_weeks
from iopsched.repairs.happened import happened, is_known
from iopsched.repairs.repaired import Repaired
from iopsched.rulebook import UNITS, GoalId
from iopsched.search.makingup import MakeupScope, made_up
from iopsched.stopping import TimeOver, looking_at
from iopsched.store import clinic_home, latest
from iopsched.verifier import Violation, goal_values, unmet_minutes, violations
from iopsched.views.labels import NameMode
from iopsched.words.phrases import shown
from iopsched.words.sentence import Sentence
from iopsched.work.basis import remembered_by
from iopsched.work.clinics import ClinicInput, read_clinic, timezone_of
from iopsched.work.drafts import target_of, week_of_now
from iopsched.work.keeping import EarlierSchedule, write_week
from iopsched.work.publications import calls_since
from iopsched.work.recording import with_happenings

OVER = Sentence("The week is over.")
TO_REPAIR = Sentence("The published week is to be repaired first.")
UNSEARCHED = Sentence("It was not searched to the end in time.")
LEAST_OF_TRIALS_S, MOST_OF_TRIALS_S = 1.0, 10.0
"""So long it is tried which sessions people cannot join; of whoever is not reached nothing is told."""


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


def make_up(
    given: MakeupGiven,
    params: SolveParams,
    names: NameMode = NameMode.ID,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> tuple[MadeUp, EarlierSchedule | None]:
    """Search what can be made up and write the draft, where anything can; beside it what became of the draft there was.

    Nobody but who is behind, and who leads further sessions, has anything else than is published.
    """
    empty = MadeUp(given.base, given.now, given.problem, given.owed())
    if not empty.owed:
        return empty, None
    if given.problem.first_start >= WEEK:
        return _all_left(empty, OVER), None
    behind = frozenset(row.participant_id for row in empty.owed)
    searched = _searched(given)
    outcome = made_up(searched, MakeupScope(behind, given.kept), params, stop, on_progress)
    if not isinstance(outcome, Solved):
        return replace(_all_left(empty, UNSEARCHED), outcome=outcome, is_proven=False), None
    return _written(given, empty, outcome, params, names)


def refused(given: MakeupGiven) -> MadeUp:
    """Return what is owed in a published week that breaks rules by the facts of today: nothing is placed before a repair."""
    found = MadeUp(given.base, given.now, given.problem, given.owed(), is_proven=False)
    return _all_left(found, TO_REPAIR)


def _all_left(found: MadeUp, why: Sentence) -> MadeUp:
    """Return it with all that is owed as what is left, for one reason."""
    return replace(found, left=tuple(StillOwed(row.balance, why) for row in found.owed))


def _searched(given: MakeupGiven) -> Problem:
    """Return the problem that is searched: with all that is owed, and nobody in two places.

    Whoever told that they will not attend a session is not free at that time for another.
    """
    asked = asking_more(given.problem, given.before, given.corrections)
    start = datetime.combine(asked.week, time.min)
    kept = set(given.kept)
    published = asked.previous.sessions if asked.previous is not None else ()
    away = [
        TimeOff("participant", person, *(start + timedelta(minutes=minute) for minute in (row.start, row.end)))
        for row in published
        if row not in kept
        for person in row.participant_ids
    ]
    return replace(asked, time_off=(*asked.time_off, *away)) if away else asked


def _written(
    given: MakeupGiven, empty: MadeUp, outcome: Solved, params: SolveParams, names: NameMode
) -> tuple[MadeUp, EarlierSchedule | None]:
    problem, schedule = given.problem, outcome.schedule
    counts = {row.id: countable_minutes(problem.clinic, row) for row in problem.services}
    placed = placed_in(schedule, given.kept, counts)
    why = {row.participant_id: row.why for row in outcome.unmet}
    after = balances(problem, schedule, given.corrections)
    rows = [replace(row, balance=after[row.participant_id]) for row in empty.owed]
    behind = [row.balance for row in rows if row.is_owed]
    left_s = params.time_limit_s - outcome.seconds
    end_s = monotonic() + min(MOST_OF_TRIALS_S, max(LEAST_OF_TRIALS_S, left_s))
    barred = dict(_barred(problem, schedule, behind, end_s))
    left = tuple(
        StillOwed(row, why.get(row.participant_id, UNSEARCHED), barred.get(row.participant_id, ())) for row in behind
    )
    known = _known_to(given, frozenset(row.participant_id for row in placed))
    solved = _counted(known, outcome, is_exact=not given.corrections)
    is_proven = outcome.goals[0].is_proven
    found = replace(
        empty, problem=known, placed=placed, left=left, schedule=schedule, outcome=solved, is_proven=is_proven
    )
    if not placed:
        return found, None
    memory = None
    if given.carried:
        sha = with_happenings(given.clinic, given.week.problem, given.carried)[1].inputs_sha256
        memory = Repaired(given.base, given.now, given.carried, given.week.problem, problem, recorded_sha256=sha).facts
    kept = write_week(
        given.target, known, solved, params, given.week.inputs_sha256, given.week.earlier, given.clinic, memory
    )
    calls = calls_since(given.clinic, known, given.base, schedule, given.now, names)
    return replace(found, folder=given.target, calls=calls), kept


def _barred(
    problem: Problem, schedule: Schedule, behind: Sequence[Balance], end_s: float
) -> Iterator[tuple[str, tuple[BarredSession, ...]]]:
    """Yield, for everybody for whom there is time, which sessions they cannot join and why."""
    with contextlib.suppress(TimeOver), looking_at(None, end_s):
        for row in behind:
            found = barred_sessions(
                problem, schedule, row.participant_id, row.lacking, is_short_of_hours=row.is_short_of_hours
            )
            yield row.participant_id, found


def _known_to(given: MakeupGiven, helped: frozenset[str]) -> Problem:
    """Return the facts of the draft: of whoever has something besides, what they missed counts for nothing.

    For all others the week stays as it was published.
    """
    missed = frozenset(pair for pair in given.problem.missed if pair[0] in helped) | given.week.problem.missed
    return replace(given.problem, missed=missed)


def _counted(problem: Problem, outcome: Solved, *, is_exact: bool) -> Solved:
    """Return what was found with its goals as the facts of the draft count them.

    A bound is that of the published week with additions for the same people. The search has also counted what people
    missed for whom nothing was found, and, unless it ``is_exact``, what was attended in part: unless both come to the
    same, only the least unmet need is proven here, too.

    Raises
    ------
    InternalError
        If the verifier rejects it under these facts.
    """
    if broken := violations(problem, outcome.schedule):
        raise InternalError(f"The verifier rejects the schedule: {broken[0].rule} of {broken[0].subject}.")
    values = goal_values(problem, outcome.schedule)
    searched = {goal.name: goal for goal in outcome.goals}
    first = GoalId.UNMET_NEED
    is_same = searched[first].value == values[first].value
    goals = tuple(
        GoalResult(
            name=key,
            value=value.value,
            bound=value.value if searched[key].is_proven and (is_same or (is_exact and key is first)) else 0,
            unit=UNITS[key],
            parts=value.parts,
        )
        for key, value in values.items()
    )
    why = {row.participant_id: row.why for row in outcome.unmet}
    short = {key: minutes for key, minutes in unmet_minutes(problem, outcome.schedule).items() if minutes}
    unmet = tuple(Unmet(key, minutes, why.get(key, UNSEARCHED)) for key, minutes in sorted(short.items()))
    return replace(outcome, goals=goals, unmet=unmet)
