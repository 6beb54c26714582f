"""No count cries wolf: in a clinic tightened to a week that it can hold, and that meets every need, nothing is told."""

from pathlib import Path
from random import Random

import pytest

from benchmarks.planted import ROOMY, TIGHT, WEEK, plant, planted_folder
from iopsched.domain.outcome import Solved
from iopsched.ingest import inspect_clinic, read_schedule
from iopsched.search import SolveParams, solve
from iopsched.verifier import unmet_minutes, violations
from iopsched.why.counts import never
from tests.support.solving import DATA
from tests.support.tightening import tightened

HERE = Path(__file__).parent


def assert_silent(found, week, seed, number):
    """Tighten the clinic so many times, each time otherwise, and count; return what was done to it in all."""
    done = set()
    for draw in range(number):
        problem, ways = tightened(found.problem, week, Random(f"{seed} {draw}"))
        assert [str(issue) for issue in never(problem, found.rows)] == [], (draw, ways)
        done |= set(ways)
    return done


@pytest.mark.parametrize(("participants", "slack"), [(12, TIGHT), (20, ROOMY)])
def test_a_planted_week_can_be_held(tmp_path, participants, slack):
    plant(tmp_path / "clinic", participants, 3, slack)
    found = inspect_clinic(tmp_path / "clinic", WEEK)
    week = read_schedule(planted_folder(tmp_path / "clinic"), found.problem)
    assert len(assert_silent(found, week, participants, 15)) > 8


@pytest.mark.parametrize("clinic", [HERE / "clinic", DATA / "teens"])
def test_a_solved_week_can_be_held(clinic):
    """These have helpers beside the lead, families, pairs, equipment and named staff."""
    found = inspect_clinic(clinic, WEEK)
    done = solve(found.problem, SolveParams(time_limit_s=300, deterministic_limit=2, workers=1))
    assert isinstance(done, Solved)
    assert not violations(found.problem, done.schedule)
    assert not sum(unmet_minutes(found.problem, done.schedule).values())
    assert len(assert_silent(found, done.schedule, clinic.name, 15)) > 8
