"""The end of a search: the verifier has its say, then values, bounds and reasons are put together."""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Container, Mapping, Sequence

from iopsched.domain.outcome import GoalResult, Solved, Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InternalError
from iopsched.model.build import FOLLOWS
from iopsched.model.goals.unmet_need import most_of_groups
from iopsched.rulebook import UNITS, GoalId
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.stopping import Late, have_a_week, looking_at, may_be_cut
from iopsched.verifier import unmet_minutes, violations
from iopsched.why.reasons import reasons
from iopsched.words.sentence import Sentence
from iopsched.words.unknowncauses import CUT_SHORT

log = logging.getLogger(__name__)

LEAST_OF_REASONS_S = 0.2
"""Reasons are looked for so long also where time is over: most are found in a moment."""

SHARE_OF_REASONS = 0.1
A_REASON_S = 0.1
A_REASON_OF_PROVEN_NEED_S = 0.5
"""Where the least unmet need is proven, each fact is tried against the whole week, not only against an empty one."""


def kept_for_reasons_s(incumbent: Incumbent, limit_s: float, proven: int) -> float:
    """Return the seconds that are kept for reasons: so much for each who is short, at most a share of all time.

    ``proven`` is the bound of unmet need.
    """
    short = {} if incumbent.week is None else unmet_minutes(incumbent.problem, incumbent.week)
    a_reason_s = A_REASON_OF_PROVEN_NEED_S if proven >= sum(short.values()) else A_REASON_S
    return min(SHARE_OF_REASONS * limit_s, a_reason_s * sum(map(bool, short.values())))


def conclude(
    incumbent: Incumbent,
    week: Schedule,
    proven: Mapping[GoalId, int],
    clock: Clock,
    *,
    tried: Container[GoalId],
    is_polished: bool,
    is_large: bool,
    has_reasons: bool = True,
    reasons_s: float = math.inf,
    only_reason: Sentence | None = None,
) -> Solved:
    """Return what is told of the best week: its goals with their bounds, and, if ``has_reasons``, why people are short.

    Reasons are looked for until time is over, at most ``reasons_s``; not at all where there is an ``only_reason``.

    Raises
    ------
    InternalError
        If the verifier rejects the week.
    """
    problem, values = incumbent.problem, incumbent.values
    broken = violations(problem, week)
    if broken:
        raise InternalError(f"The verifier rejects the schedule: {broken[0].rule} of {broken[0].subject}.")
    known = {goal: _held(goal, proven[goal], values[goal].value) for goal in incumbent.goals}
    bounds = {goal: max(known[goal], _implied(problem, goal, known, incumbent.goals)) for goal in incumbent.goals}
    goals = tuple(
        GoalResult(goal, values[goal].value, bounds[goal], UNITS[goal], values[goal].parts) for goal in incumbent.goals
    )
    is_proven = bounds[GoalId.UNMET_NEED] >= values[GoalId.UNMET_NEED].value
    is_cut = only_reason is not None or not has_reasons or (is_large and clock.stop.is_set())
    end_s = min(max(clock.end_s, time.monotonic() + LEAST_OF_REASONS_S), time.monotonic() + reasons_s)
    unmet = _unmet(problem, week, None if is_cut else end_s, only_reason or CUT_SHORT, is_proven=is_proven)
    is_interrupted = clock.stop.is_set()  # asked last: a stop may come while reasons are looked for
    return Solved(
        schedule=week,
        goals=goals,
        unmet=unmet,
        was_interrupted=is_interrupted,
        is_polished=is_polished,
        untried=tuple(goal.name for goal in goals if not goal.is_proven and goal.name not in tried),
        is_repeatable=clock.is_repeatable and not is_interrupted and not clock.ended_by_wall,
        seconds=clock.elapsed_s,
    )


def _held(goal: GoalId, proven: int, value: int) -> int:
    """Return a bound, 0 if the week itself is better than it: then what proved it is wrong, and proves nothing."""
    if proven <= value:
        return proven
    log.error("goal %s: at best %d was proven, but a schedule that keeps every rule has %d", goal, proven, value)
    return 0


def _implied(problem: Problem, goal: GoalId, known: Mapping[GoalId, int], order: Sequence[GoalId]) -> int:
    """Return what the bound of another goal, searched before, says of this one: 0 where it says nothing."""
    if goal not in FOLLOWS or order.index(FOLLOWS[goal]) > order.index(goal):
        return 0
    bound = known[FOLLOWS[goal]]
    if FOLLOWS[goal] is GoalId.UNMET_NEED:
        bound = max(0, bound - most_of_groups(problem))
    match goal:
        case GoalId.WORST_OFF:  # somebody lacks at least the average
            return -(-bound // max(1, len(problem.participants)))
        case GoalId.PEOPLE_SHORT:  # somebody is short of it
            return min(1, bound)
        case _:  # each person with a change has one entry at least that differs
            return bound


def _unmet(
    problem: Problem, week: Schedule, end_s: float | None, otherwise: Sentence, *, is_proven: bool
) -> tuple[Unmet, ...]:
    """Return who is short, with reasons found until a moment; without one, with the same sentence for all."""
    short = {pid: minutes for pid, minutes in unmet_minutes(problem, week).items() if minutes}
    why = dict.fromkeys(short, otherwise)
    if end_s is not None:  # in a large week looking takes longer than a stop may
        with contextlib.suppress(Late), may_be_cut(), looking_at(None, end_s):  # a stop may come only now
            have_a_week()
            why = reasons(problem, week, sorted(short), is_proven=is_proven)
    return tuple(Unmet(pid, short[pid], why[pid]) for pid in sorted(short))
