"""The textbook CP-SAT model: a Boolean per participant, session, slot, room and therapist.

    python -m benchmarks.twins.textbook FOLDER --week 2026-11-30 --seconds 120 --workers 2 --seed 1 --out OUT

The model is :mod:`benchmarks.twins.textbook_model`, what it refuses is told in :mod:`benchmarks.twins.refusals`,
what it writes in :mod:`benchmarks.twins.common`. Sums of Booleans of which at most one may be true are handed over as
such, everything else as linear rows. No hint, no warm start, also not from one goal to the next.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Mapping

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.twins.common import Task, run
from benchmarks.twins.formulation import FREE, Formulation, Ints, Terms
from benchmarks.twins.goal_by_goal import Answer, News, solve_goal_by_goal
from iopsched.domain.schedule import Schedule

NO_BOUND = 2**62
# The two of the usual settings that helped most, each in another kind of clinic; docs/measurements.md has the figures.
SETTINGS = {"cp_model_presolve": False, "linearization_level": 0}  # an unmet need of 0 is found soonest
PROOF_SETTINGS = {
    "linearization_level": 2,
    "num_workers": 1,
}  # where something is short; with two workers it proves nothing


class Textbook:
    """One growing CP-SAT model: goals add variables and rows to it.

    ``hint`` is a solution of the goal before, for whoever wants a proof and no comparison; a twin has none.
    """

    def __init__(self, workers: int, seed: int, settings: Mapping[str, object] = SETTINGS) -> None:
        self._cp = cp_model.CpModel()
        self._workers, self._seed, self._settings = workers, seed, settings
        self._variables = self._blocks = 0
        self.hint: Ints | None = None

    def minimize(self, model: Formulation, target: Terms, seconds: float, news: News) -> Answer:
        """Minimize a goal."""
        begun = time.monotonic()
        self._take_over(model)
        self._cp.clear_objective()
        objective = self._cp.proto.objective
        objective.vars.extend(target.variables.tolist())
        objective.coeffs.extend(target.coefficients.tolist())
        self._cp.clear_hints()
        if self.hint is not None:
            self._cp.proto.solution_hint.vars.extend(range(len(self.hint)))
            self._cp.proto.solution_hint.values.extend(self.hint.tolist())

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self._workers
        solver.parameters.random_seed = self._seed
        solver.parameters.max_time_in_seconds = max(0.01, seconds - (time.monotonic() - begun))
        for name, value in self._settings.items():
            setattr(solver.parameters, name, value)
        listener = _Listener(news)
        solver.best_bound_callback = listener.on_bound
        status = solver.solve(self._cp, listener)
        bound = _whole(solver.best_objective_bound)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Answer(None, None, bound)
        solution = np.array(solver.response_proto.solution, np.int64)
        return Answer(solution, round(solver.objective_value), bound)

    def _take_over(self, model: Formulation) -> None:
        """Append the variables and rows that are new since the last goal."""
        proto = self._cp.proto
        lower, upper = model.lower, model.upper
        # text is the quickest way into the model for a million variables
        texts = [
            f"variables{{domain:[{low},{high}]}}"
            for low, high in zip(lower[self._variables :].tolist(), upper[self._variables :].tolist(), strict=True)
        ]
        proto.merge_text_format("".join(texts))
        self._variables = len(lower)
        is_boolean = (lower >= 0) & (upper <= 1)
        for rows in model.rows[self._blocks :]:
            plain = is_boolean[rows.variables] & (rows.coefficients == 1)
            is_plain = np.logical_and.reduceat(plain, rows.starts[:-1])
            at_most_one = is_plain & (rows.upper == 1) & (rows.lower == -FREE)
            ends = zip(rows.starts[:-1].tolist(), rows.starts[1:].tolist(), strict=True)
            for number, (first, end) in enumerate(ends):
                variables = rows.variables[first:end]
                if at_most_one[number]:
                    proto.constraints.add().at_most_one.literals.extend(variables)
                    continue
                linear = proto.constraints.add().linear
                linear.vars.extend(variables)
                linear.coeffs.extend(rows.coefficients[first:end])
                low, high = int(rows.lower[number]), int(rows.upper[number])
                linear.domain.extend([-NO_BOUND if low == -FREE else low, NO_BOUND if high == FREE else high])
        self._blocks = len(model.rows)


class _Listener(cp_model.CpSolverSolutionCallback):
    """Passes values and bounds on."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self._news = news
        self._value: int | None = None
        self._bound: int | None = None

    def on_solution_callback(self) -> None:
        self._value = round(self.objective_value)
        self.on_bound(self.best_objective_bound)

    def on_bound(self, bound: float) -> None:
        self._bound = _whole(bound)
        self._news(self._value, self._bound)


def _whole(bound: float) -> int:
    """Return a bound as a whole number: the solver's is a float just beside one; no goal is below 0."""
    return max(0, math.ceil(bound - 1e-6)) if math.isfinite(bound) else 0


def solve(task: Task) -> Schedule | None:
    """Return the best week found."""
    twin = Textbook(task.workers, task.seed)
    return solve_goal_by_goal(task, twin.minimize)


if __name__ == "__main__":
    sys.exit(run(solve, __doc__ or ""))
