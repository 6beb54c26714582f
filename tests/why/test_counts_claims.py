"""What is told of a set-up that can never work is true: no week of it meets every need, with groups that always meet."""

import shutil
from dataclasses import replace

import pytest

from iopsched.domain.outcome import Solved
from iopsched.ingest import inspect_clinic
from iopsched.rulebook import GoalId
from iopsched.search import SolveParams, solve
from iopsched.verifier import goal_values
from tests.support.editing import edit
from tests.why.test_counts import CASES, HERE, WEEK, code_of

# These say that somebody misses sessions or that a group waits for people, which costs no need by itself.
COSTS_NO_NEED = {"W-GROUP-NOBODY", "W-GROUP-RATIO"}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CASES if code_of(name) not in COSTS_NO_NEED])
def test_no_week_meets_every_need(name, tmp_path):
    shutil.copytree(HERE / "clinic", tmp_path / "clinic")
    edit(tmp_path / "clinic", *CASES[name]["set"])
    problem = inspect_clinic(tmp_path / "clinic", WEEK).problem
    always = replace(problem, groups=tuple(replace(group, meets="always") for group in problem.groups))
    done = solve(always, SolveParams(time_limit_s=2))
    assert isinstance(done, Solved)
    assert goal_values(always, done.schedule)[GoalId.UNMET_NEED].value > 0
