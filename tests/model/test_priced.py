"""Priced changes: the model of all of them finds what solving with each set of them finds, and without any the ordinary least."""

import random
import threading
from collections import Counter
from itertools import combinations

import pytest
from ortools.sat.python import cp_model

from iopsched.answers.waysout.market import change_of
from iopsched.model.build import build_model
from iopsched.model.changes import Changes
from iopsched.model.decisions import read_decisions
from iopsched.model.priced import Wish
from iopsched.params import Effort, SolveParams
from iopsched.rulebook import GoalId
from iopsched.search.bargains import Bargains, Struck
from iopsched.search.clock import Clock
from iopsched.steps.offer import SetText
from iopsched.steps.offers import offers
from iopsched.stopping import TimeOver
from iopsched.verifier import unmet_minutes
from tests.support.worlds import random_problem

MOST_OFFERS = 5
ENOUGH = Effort(20.0, 20.0)
SHORT_SEED = 0
SEEDS = range(40)
"""Wider ranges were tried by hand: all kinds of steps are used in the first hundred."""


def solved(problem):
    """Return the least unmet need of a problem and a week that has it; None where no week keeps its pins."""
    model = build_model(problem)
    model.cp.minimize(model.goal(GoalId.UNMET_NEED))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model.cp) != cp_model.OPTIMAL:
        return None
    return round(solver.objective_value), read_decisions(model.x, list(solver.response_proto.solution))


def some(problem, week, seed):
    """Return a few offers of different kinds for those who are short."""
    chance = random.Random(seed)
    short = [key for key, minutes in unmet_minutes(problem, week).items() if minutes]
    by_kind = {}
    for offer in offers(problem, week, short):
        if offer.unit == 1:
            by_kind.setdefault(offer.kind, []).append(offer)
    chosen = [chance.choice(rows) for rows in by_kind.values()]
    chosen = sorted(chance.sample(chosen, min(MOST_OFFERS, len(chosen))), key=lambda row: row.kind)
    demanding = Changes(problem, [change_of(row) for row in chosen]).demanding
    return [row for number, row in enumerate(chosen) if number not in demanding]


def each_set(problem, chosen):
    """Yield each set of offers that can be taken together, with the least unmet need then."""
    for size in range(len(chosen) + 1):
        for numbers in combinations(range(len(chosen)), size):
            rows = [chosen[number] for number in numbers]
            cells = Counter((row.file, row.key, row.column) for row in rows if isinstance(row.edit, SetText))
            changed = problem
            for row in rows:
                changed = row.changed(changed)
            found = solved(changed) if max(cells.values(), default=0) < 2 else None
            if found is not None:
                yield numbers, found[0]


def stall_of(problem, week, chosen):
    """Return where bargains over these offers are struck."""
    bargains = Bargains(problem, [change_of(row) for row in chosen], Clock(SolveParams(workers=1), threading.Event()))
    return bargains.stall(bargains.judged(week, ()), bargains.opening(row.id for row in problem.participants))


def test_a_model_that_a_solver_still_reads_stays_as_it_is(monkeypatch):
    """Where time is over a solver may be left behind: with another model than it began with it would end the process."""
    problem = random_problem(SHORT_SEED)
    week = solved(problem)[1]
    stall = stall_of(problem, week, some(problem, week, SHORT_SEED))
    read = []

    def left_behind(cp, *_, **__):
        read.append(str(cp.proto))
        raise TimeOver

    monkeypatch.setattr("iopsched.search.bargains.run", left_behind)
    assert stall.strike(Wish(), ENOUGH) == Struck(None, is_proven=False)
    assert stall.strike(Wish(), ENOUGH) == Struck(None, is_proven=False)
    assert read == [str(stall.model.cp.proto)]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_optimization_finds_what_solving_with_each_set_of_steps_finds(seed):
    problem = random_problem(seed)
    found = solved(problem)
    if found is None or not found[0]:
        return
    least, week = found
    chosen = some(problem, week, seed)
    known = dict(each_set(problem, chosen))
    price = {numbers: sum(chosen[number].price for number in numbers) for numbers in known}
    stall = stall_of(problem, week, chosen)
    none = stall.strike(Wish(without=frozenset(range(len(chosen)))), ENOUGH)
    assert (none.is_proven, none.best.unmet, none.best.taken) == (True, least, frozenset())
    best = stall.strike(Wish(), ENOUGH)
    cheapest = min((minutes, price[numbers]) for numbers, minutes in known.items())
    assert (best.is_proven, best.best.unmet, best.best.price) == (True, *cheapest)
    single = stall.strike(Wish(most=1), ENOUGH)
    assert single.best.unmet == min(minutes for numbers, minutes in known.items() if len(numbers) < 2)
