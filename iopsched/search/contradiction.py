"""Which pins cannot hold together: a smallest set, confirmed.

Only ``must`` pins can make a week impossible, because a week without sessions
keeps every other rule. A deletion filter (Chinneck & Dravnieks 1991,
doi:10.1287/ijoc.3.2.157) over the rows in file order finds a set from which
no row can be spared; the set itself is solved once more with another seed
and without presolve, as CP-SAT has been seen to call feasible models
infeasible (or-tools issue 5274).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.model.build import build_model
from iopsched.params import SolveParams
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, run


def contradicting_pins(problem: Problem, params: SolveParams, stop: threading.Event) -> tuple[Pin, ...] | None:
    """Return pins that cannot all hold with the other rules; none can be spared unless time ran out.

    Empty if a second look finds that all pins can hold after all; None if no
    second look came to an end, so that nothing is known for certain.
    """
    time_limit_s = max(params.tuning.check_s, params.time_limit_s)
    look = _Look(problem, Clock(replace(params, time_limit_s=time_limit_s, deterministic_limit=None), stop))
    first = look.can_hold(problem.pins, 1, presolve=True)
    if first is True:
        return ()
    kept = list(problem.pins)
    for pin in problem.pins:
        without = [other for other in kept if other is not pin]
        if look.can_hold(without, 0, presolve=True) is False:
            kept = without
    last = look.can_hold(kept, 2, presolve=False)
    if last is True:
        return ()
    return tuple(kept) if last is False or first is False else None


@dataclass(frozen=True, slots=True)
class _Look:
    """Searches for any week at all, until somebody asks to stop or time is over."""

    problem: Problem
    clock: Clock

    def can_hold(self, pins: Sequence[Pin], seed: int, *, presolve: bool) -> bool | None:
        """Return whether a week with these pins exists, None where that is not known in time."""
        if not any(pin.action == "must" for pin in pins) and not self.problem.kept:
            return True
        if self.clock.is_over:
            return None
        earlier = self.problem.previous if self.problem.begun else None
        model = build_model(replace(self.problem, pins=tuple(pins), previous=earlier))
        settings = Settings(self.clock.params.tuning.check_s, workers=1, seed=seed, presolves=presolve)
        status = run(model.cp, self.clock, settings).status
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return True
        return False if status == cp_model.INFEASIBLE else None
