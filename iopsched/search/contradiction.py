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
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.model.build import build_model
from iopsched.params import SolveParams
from iopsched.search.run import run_until
from iopsched.stopping import CUT_S

CHECK_S = 20.0


def contradicting_pins(problem: Problem, params: SolveParams, stop: threading.Event) -> tuple[Pin, ...] | None:
    """Return pins that cannot all hold with the other rules; none can be spared unless time ran out.

    Empty if a second look finds that all pins can hold after all; None if no
    second look came to an end, so that nothing is known for certain.
    """
    look = _Look(problem, stop, time.monotonic() + max(CHECK_S, params.time_limit_s))
    first = look.can_hold(problem.pins, params.seed + 1, presolve=True)
    if first is True:
        return ()
    kept = list(problem.pins)
    for pin in problem.pins:
        without = [other for other in kept if other is not pin]
        if look.can_hold(without, params.seed, presolve=True) is False:
            kept = without
    last = look.can_hold(kept, params.seed + 2, presolve=False)
    if last is True:
        return ()
    return tuple(kept) if last is False or first is False else None


@dataclass(frozen=True, slots=True)
class _Look:
    """Searches for any week at all, until somebody asks to stop or time is over."""

    problem: Problem
    stop: threading.Event
    deadline: float

    def can_hold(self, pins: Sequence[Pin], seed: int, *, presolve: bool) -> bool | None:
        """Return whether a week with these pins exists, None where that is not known in time."""
        if not any(pin.action == "must" for pin in pins):
            return True
        if self.stop.is_set() or time.monotonic() > self.deadline:
            return None
        model = build_model(replace(self.problem, pins=tuple(pins), previous=None))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.cp_model_presolve = presolve
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.max_time_in_seconds = max(0.01, min(CHECK_S, self.deadline - time.monotonic()))
        status = run_until(solver, model.cp, self.stop, None, CUT_S)
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return True
        return False if status == cp_model.INFEASIBLE else None
