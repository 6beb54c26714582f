"""A week near another one mended part by part: somebody who is short gets more, and as little else as can be moves.

A search of the whole week for less unmet need often ends with another week altogether. Here parts around those who are short are
opened one after the other, each for the unmet need first and then, the same part again, for few changes.
"""

from __future__ import annotations

import contextlib
import threading

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
        improvement = Improvement(workshop, clock, near)
        improvement.turn_to(GoalId.UNMET_NEED)
        kinds = improvement.kinds
        while improvement.values[GoalId.UNMET_NEED].value > 0 and not clock.is_over:
            opening = _step(improvement)
            if opening is not None:
                best = improvement.week
                _settle(improvement, opening)
                best = improvement.week
                improvement.turn_to(GoalId.UNMET_NEED)
                improvement.kinds = kinds
    return best


def _step(improvement: Improvement) -> Opening | None:
    """Open one part for less unmet need; return it where that won something."""
    before = improvement.values[GoalId.UNMET_NEED].value
    begun = improvement.now()
    kind, opening = improvement.open()
    found, is_proven = improvement.solve(opening)
    is_won = found is not None and improvement.offer(found) and improvement.values[GoalId.UNMET_NEED].value < before
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
