"""Where staff is short, the least unmet need is proven: a loose week with its cuts says what must stay unmet."""

from datetime import date

from benchmarks.planted import SHORT, plant
from iopsched.ingest import read_problem
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve

WEEK = date(2026, 11, 30)


def test_the_least_unmet_need_is_proven_where_staff_is_short(tmp_path):
    plant(tmp_path / "short", 16, 1, SHORT)
    problem = read_problem(tmp_path / "short", WEEK)
    outcome = solve(problem, SolveParams(deterministic_limit=2.5, workers=1, time_limit_s=600))
    unmet = next(goal for goal in outcome.goals if GoalId(goal.name) == GoalId.UNMET_NEED)
    assert unmet.value > 0
    assert unmet.bound == unmet.value
