"""The textbook model as a mixed-integer program, solved by HiGHS: an opponent of another kind on the same rows.

    python -m benchmarks.twins.highs FOLDER --week 2026-11-30 --seconds 120 --workers 2 --seed 1 --out OUT

Same model (:mod:`benchmarks.twins.textbook_model`), clinics and outputs as :mod:`benchmarks.twins.textbook`; default
settings of HiGHS, no start solution. Never to be imported where OR-Tools is.
"""

from __future__ import annotations

import math
import sys

import numpy as np

from benchmarks.twins.common import NotInstalledError, Task, run
from benchmarks.twins.formulation import FREE, Formulation, Rows, Terms
from benchmarks.twins.goal_by_goal import Answer, News, solve_goal_by_goal
from iopsched.domain.schedule import Schedule

# OR-Tools and highspy bring two releases of the HiGHS library along: only one of them can be in a process.
try:
    import highspy
except ImportError as reason:
    highspy, MISSING = None, str(reason)


class Highs:
    """Hands the model over anew for every goal."""

    def __init__(self, workers: int, seed: int) -> None:
        self._workers, self._seed = workers, seed

    def minimize(self, model: Formulation, target: Terms, seconds: float, news: News) -> Answer:
        """Minimize a goal."""
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("threads", self._workers)
        solver.setOptionValue("random_seed", self._seed)
        solver.setOptionValue("mip_abs_gap", 0.999)  # every goal is a whole number
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("time_limit", seconds)
        if solver.passModel(_program(model, target)) == highspy.HighsStatus.kError:
            raise AssertionError("HiGHS does not take the model.")

        best: list[int | None] = [None]
        found: list[np.ndarray] = []

        def on_solution(event: highspy.HighsCallbackEvent) -> None:
            best[0] = round(event.data_out.objective_function_value)
            found[:] = [np.array(event.data_out.mip_solution)]
            news(best[0], _whole(event.data_out.mip_dual_bound))

        def on_log(event: highspy.HighsCallbackEvent) -> None:
            news(best[0], _whole(event.data_out.mip_dual_bound))

        solver.cbMipImprovingSolution.subscribe(on_solution)
        solver.cbMipLogging.subscribe(on_log)
        solver.run()
        facts = solver.getInfo()
        bound = _whole(facts.mip_dual_bound)
        if facts.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Answer(None, None, bound)
        values = np.array(solver.getSolution().col_value)
        return Answer(np.rint(values).astype(np.int64), round(facts.objective_function_value), bound)


def _program(model: Formulation, target: Terms) -> highspy.HighsLp:
    """Return the model and goal as HiGHS takes them: all columns whole numbers, rows one after the other."""
    program = highspy.HighsLp()
    number = model.number_of_variables
    cost = np.zeros(number)
    cost[target.variables] = target.coefficients
    program.num_col_, program.num_row_ = number, model.number_of_rows
    program.col_cost_ = cost
    program.col_lower_, program.col_upper_ = model.lower.astype(float), model.upper.astype(float)
    program.integrality_ = [highspy.HighsVarType.kInteger] * number
    lower, upper = (_joined(model.rows, name).astype(float) for name in ("lower", "upper"))
    program.row_lower_ = np.where(lower <= -FREE, -highspy.kHighsInf, lower)
    program.row_upper_ = np.where(upper >= FREE, highspy.kHighsInf, upper)
    lengths = np.concatenate([[0], *(np.diff(rows.starts) for rows in model.rows)])
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = number, model.number_of_rows
    matrix.start_ = np.cumsum(lengths)
    matrix.index_ = _joined(model.rows, "variables")
    matrix.value_ = _joined(model.rows, "coefficients").astype(float)
    return program


def _joined(rows: list[Rows], name: str) -> np.ndarray:
    return np.concatenate([getattr(block, name) for block in rows])


def _whole(bound: float) -> int:
    """Return a bound as a whole number; no goal is below 0."""
    return max(0, math.ceil(bound - 1e-5)) if math.isfinite(bound) else 0


def solve(task: Task) -> Schedule | None:
    """Return the best week found."""
    if highspy is None:
        raise NotInstalledError(f"HiGHS cannot be used here: {MISSING}.")
    return solve_goal_by_goal(task, Highs(task.workers, task.seed).minimize)


if __name__ == "__main__":
    sys.exit(run(solve, __doc__ or ""))
