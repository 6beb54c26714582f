"""Making up for missed sessions in a published week that runs: who is behind, and a draft in which they have more."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from time import monotonic

from iopsched.domain.outcome import GoalResult, Solved, Unmet
from iopsched.domain.people import TimeOff
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import WEEK
from iopsched.errors import InternalError
from iopsched.makeups.balances import Balance, asking_more, balances
from iopsched.makeups.barred import BarredSession, barred_sessions
from iopsched.makeups.furthersessions import FurtherFound, StillBehind, further_sessions
from iopsched.makeups.madeup import MadeUp, StillOwed, placed_in
from iopsched.params import OnProgress, SolveParams
from iopsched.policy.numbers import countable_minutes
from iopsched.repairs.happened import happened
from iopsched.repairs.repaired import Repaired
from iopsched.rulebook import UNITS, GoalId
from iopsched.search.makingup import MakeupScope, made_up
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offer import OfferedStep, WrittenStep
from iopsched.stopping import TimeOver, looking_at
from iopsched.verifier import goal_values, unmet_minutes, violations
from iopsched.views.labels import NameMode
from iopsched.why.reasons import NO_FACT, UNKNOWN
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, Sentence
from iopsched.words.wordings import said
from iopsched.work.keeping import EarlierSchedule, write_week
from iopsched.work.makeupreading import MakeupGiven
from iopsched.work.publications import calls_since
from iopsched.work.recording import with_happenings

OVER = Sentence("The week is over.")
TO_REPAIR = Sentence("The published week is to be repaired first.")
UNSEARCHED = Sentence("It was not searched to the end in time.")
LEAST_OF_TRIALS_S, MOST_OF_TRIALS_S = 1.0, 10.0
"""So long it is tried which sessions people cannot join; of whoever is not reached nothing is told."""


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
    return _written(given, empty, outcome, params, names, stop)


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
    given: MakeupGiven,
    empty: MadeUp,
    outcome: Solved,
    params: SolveParams,
    names: NameMode,
    stop: threading.Event | None,
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
    further = _further(given, schedule, behind, params, stop)
    left = tuple(StillOwed(row, _why(why, row, further, problem), barred.get(row.participant_id, ())) for row in behind)
    known = _known_to(given, frozenset(row.participant_id for row in placed))
    solved = _counted(known, outcome, is_exact=not given.corrections)
    is_proven = outcome.goals[0].is_proven
    found = replace(
        empty,
        problem=known,
        placed=placed,
        left=left,
        extra=further.sessions,
        schedule=schedule,
        outcome=solved,
        is_proven=is_proven,
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


def _further(
    given: MakeupGiven,
    schedule: Schedule,
    behind: Sequence[Balance],
    params: SolveParams,
    stop: threading.Event | None,
) -> FurtherFound:
    """Return which further sessions of groups would help whoever is behind all the same."""
    if not behind:
        return FurtherFound()

    def written(offer: OfferedStep) -> tuple[WrittenStep, Problem]:
        (step,), files = ClinicFiles.read(given.clinic).with_offers([offer])
        changed = happened(files.problem(given.week.problem), given.carried)
        return step, replace(changed, missed=given.problem.missed)

    at = StillBehind(given.problem, _searched(given), schedule, given.corrections, behind, written)
    return further_sessions(at, params, stop)


def _why(why: Mapping[str, Sentence], row: Balance, further: FurtherFound, problem: Problem) -> Sentence:
    """Return why somebody is left; where no cause was found, the group of theirs that holds all the sessions it may hold."""
    found = why.get(row.participant_id, UNSEARCHED)
    if found not in (UNKNOWN, NO_FACT):
        return found
    mine = [one.session.group_id for one in further.sessions if row.participant_id in one.session.participant_ids]
    own = further.useless.intersection(problem.participant[row.participant_id].group_ids)
    for key in (*mine, *sorted(own)):
        group = problem.group[key or ""]
        told = "Group {} holds {} a week ({groups.csv}, sessions_per_week), and all of them are planned{}."
        fits = "" if mine else "; no further one fits beside what is published"
        return said(told, GroupRef(group.id), count(group.sessions_per_week, "session"), fits)
    return found


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
