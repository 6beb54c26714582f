"""No single move improves the week that is written, and what the evaluator says of moves is what the verifier counts."""

import random
import threading
from dataclasses import replace

import pytest

from benchmarks.planted import ROOMY, WEEK, plant
from iopsched.ingest import inspect_clinic
from iopsched.model.build import build_model
from iopsched.params import Effort, SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.polish.desk import Desk
from iopsched.search.polish.evaluator import Evaluator, WithoutSome
from iopsched.search.polish.last import LastMoves
from iopsched.search.polish.neighbors import families
from iopsched.search.polish.rounds import Polish
from iopsched.verifier import violations
from tests.support.clinics import windows
from tests.support.every_schedule import is_sensible
from tests.support.single_moves import better_moves
from tests.support.single_moves import values as counted
from tests.support.solving import crowd, example, ordinary, values


def published():
    """Return a clinic whose week of before does not hold any more: one of its people cannot come on Mondays now."""
    before = solve(ordinary(), briefly(0.3)).schedule
    first, *others = ordinary().participants
    return ordinary(
        participants=(replace(first, availability=windows("Tue-Wed 09:00-16:00")), *others), previous=before
    )


CLINICS = {
    "ordinary": ordinary,
    "published": published,
    "crowd": lambda: crowd(4),
    "teens": lambda: example("teens"),
}
SOME = ["ordinary", "published", "crowd", pytest.param("teens", marks=pytest.mark.slow)]


def briefly(deterministic, **changes):
    """Return parameters that end a search long before its week is proven best, on a busy machine as on an idle one."""
    return SolveParams(time_limit_s=300.0, deterministic_limit=deterministic, workers=1, **changes)


def planted(tmp_path, number, seed):
    """Return a clinic in which every need can be met."""
    plant(tmp_path / "clinic", number, seed, ROOMY)
    return inspect_clinic(tmp_path / "clinic", WEEK).problem


def polish_of(problem, week, seconds=60.0):
    """Return the polish of a week."""
    incumbent = Incumbent(problem, tuple(GoalId))
    incumbent.take_if_legal(week)
    clock = Clock(SolveParams(time_limit_s=seconds), threading.Event())
    return Polish(build_model(problem), clock, incumbent)


@pytest.mark.parametrize("name", SOME)
def test_the_evaluator_counts_what_the_verifier_counts(name):
    """Of moves drawn at random: refused ones break a rule, and the goals of legal ones change as it says."""
    problem = CLINICS[name]()
    week = solve(problem, briefly(0.3)).schedule
    polish = polish_of(problem, week)
    network = polish.network
    desk = Desk(polish.model.x, week)
    evaluator = Evaluator(network, polish.rows, desk.decisions(desk.held))
    before = counted(problem, week)
    assert list(evaluator.values(desk.decisions(desk.held))) == before
    assert evaluator.broken() == []
    moves = [move for family in families(desk) for move in family()]
    legal = 0
    for old, new in random.Random(1).sample(moves, min(len(moves), 250)):
        off, on = desk.decisions(old), desk.decisions(new)
        change = WithoutSome(evaluator, off - on).change(on - off)
        moved = desk.week(old, new)
        if change is None:
            assert violations(problem, moved) or not all(is_sensible(problem, row) for row in moved.sessions)
        elif not violations(problem, moved):
            legal += 1
            assert [value + by for value, by in zip(before, change, strict=True)] == counted(problem, moved)
    assert legal > 10


@pytest.mark.parametrize("name", SOME)
def test_no_single_move_improves_a_week(name):
    problem = CLINICS[name]()
    outcome = solve(problem, briefly(4.0))
    assert outcome.is_polished
    assert next(better_moves(problem, outcome.schedule), None) is None


@pytest.mark.slow
def test_no_single_move_improves_a_week_that_is_searched_part_by_part(tmp_path):
    problem = planted(tmp_path, 12, 3)
    tuning = Tuning(parts_from_choices=0, polish_choices=0, polish_part_choices=2000)
    outcome = solve(problem, briefly(8.0, tuning=tuning))
    assert outcome.is_polished
    assert next(better_moves(problem, outcome.schedule, keep=lambda number: number % 3 == 0), None) is None


def test_a_polish_only_improves():
    problem = crowd(4)
    week = solve(problem, briefly(0.2)).schedule
    polish = polish_of(problem, week)
    assert polish.run()
    better = polish.incumbent.week
    assert violations(problem, better) == ()
    assert counted(problem, better) <= counted(problem, week)


def test_a_polish_without_time_says_so_and_changes_nothing():
    problem = crowd(4)
    week = solve(problem, briefly(0.2)).schedule
    polish = polish_of(problem, week, seconds=1e-6)
    assert not polish.run()
    assert polish.incumbent.week is week


def test_a_polished_week_is_the_same_again():
    outcomes = [solve(crowd(4), briefly(0.5)) for _ in range(2)]
    assert outcomes[0].schedule == outcomes[1].schedule
    assert outcomes[0].is_repeatable
    assert values(outcomes[0]) == values(outcomes[1])


class _Counted:
    """A way that says how long single moves take, and counts how often they are made."""

    def __init__(self, seconds):
        self.effort = Effort(seconds, deterministic=5.0)
        self.rounds = 0

    def polish_effort(self):
        return self.effort

    def polish(self):
        self.rounds += 1
        return True


@pytest.mark.parametrize(("seconds", "rounds"), [(3.0, 1), (6.0, 0)])
def test_a_first_round_that_time_would_cut_off_is_left_out(seconds, rounds):
    """Of 10 s it has 4: a round of 6 s would take them from the search of the goals and come to no end."""
    clock = Clock(SolveParams(time_limit_s=10, workers=2), threading.Event())
    way = _Counted(seconds)
    LastMoves(clock, News(None, clock)).prepare(way, is_whole=True)
    assert way.rounds == rounds
