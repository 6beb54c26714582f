"""A week near another one mended part by part: somebody who is short gets more, and as little else as can be moves.

A search of the whole week for less unmet need often ends with another week altogether. Here parts around those who are short are
opened one after the other, each for the unmet need first and then, the same part again, for few changes.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterator

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.terms import Terms
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.parts.improvement import Improvement
from iopsched.search.start.near import near_week
from iopsched.search.workshop import Opening, Workshop
from iopsched.stopping import Late, TimeOver, looking_at
from iopsched.verifier import violations

NEED = (GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.PEOPLE_SHORT)
FEW_CHANGES = (*NEED, GoalId.CHANGES, GoalId.MOVES)


def near_mended(problem: Problem, params: SolveParams, stop: threading.Event) -> Schedule | None:
    """Return a legal week near the earlier one, mended for as long as somebody is short; None where there is none to begin with."""
    clock = Clock(params, stop)
    best: Schedule | None = None
    with contextlib.suppress(Late, TimeOver), looking_at(stop, clock.end_s):
        workshop = Workshop(Terms(problem), params.tuning)
        near = near_week(workshop, clock, tuple(GoalId))
        if near is None or violations(problem, near):
            return None
        best = near
        for week in mendings(workshop, clock, near):
            best = week
    return best


def mendings(workshop: Workshop, clock: Clock, near: Schedule, patience: float = math.inf) -> Iterator[Schedule]:
    """Yield ever better weeks from a legal one on: less unmet need, and then as few changes as that allows.

    It ends when nobody is short, ``patience`` parts in a row have won nothing, or time is over.
    """
    improvement = Improvement(workshop, clock, near)
    improvement.turn_to(GoalId.UNMET_NEED)
    kinds = improvement.kinds
    in_vain = 0
    while improvement.values[GoalId.UNMET_NEED].value > 0 and in_vain < patience and not clock.is_over:
        opening = _step(improvement)
        in_vain += 1
        if opening is not None:
            yield improvement.week
            _settle(improvement, opening)
            yield improvement.week
            improvement.turn_to(GoalId.UNMET_NEED)
            improvement.kinds = kinds
            in_vain = 0


def _step(improvement: Improvement) -> Opening | None:
    """Open one part for less unmet need; return it where that won something."""
    week, values = improvement.week, improvement.values
    before = values[GoalId.UNMET_NEED].value
    begun = improvement.now()
    kind, opening = improvement.open()
    found, is_proven = improvement.solve(opening)
    is_won = found is not None and improvement.offer(found) and improvement.values[GoalId.UNMET_NEED].value < before
    if not is_won:
        improvement.week, improvement.values = week, values  # what won nothing may have moved somebody
    won = 1 - improvement.values[GoalId.UNMET_NEED].value / max(1, before)
    improvement.learn(kind, won, improvement.now() - begun, is_proven=is_proven)
    return opening if is_won else None


def _settle(improvement: Improvement, opening: Opening) -> None:
    """Solve the same part again for few changes, its need kept."""
    for number, goal in enumerate(FEW_CHANGES[len(NEED) :], len(NEED)):
        improvement.turn_to(goal, FEW_CHANGES[:number])
        found, _ = improvement.solve(opening)
        if found is not None:
            improvement.offer(found)
