"""Pooled sessions and counts of days ask for no more than the rules: what they prove holds for every week.

Random tiny clinics whose sessions are formed freely: the ordinary model's proven optimum is what every bound must not
exceed, and where the verifier accepts the week of pooled sessions, both have the same optimum.
"""

import pytest
from ortools.sat.python import cp_model

from iopsched.model.build import build_model
from iopsched.model.candidates import CandidateFactory
from iopsched.model.daycounts import DayCounts
from iopsched.model.decisions import read_decisions
from iopsched.model.pooled import pooled_candidates, pooled_services
from iopsched.model.terms import Terms
from iopsched.model.timedcounts import TimedCounts
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations
from tests.support.freely import formed_freely, of_other_kinds


def solved(cp):
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(cp) == cp_model.OPTIMAL
    return round(solver.objective_value), list(solver.response_proto.solution)


def outcomes(problem):
    """Return what is lacking at least: by the counts of days, with starts too, by pooled sessions, in their week, in the ordinary model."""
    terms = Terms(problem)
    factory = CandidateFactory(terms)
    rows = pooled_candidates(factory)
    by_day = [
        kind(terms, factory.filters, rows, pooled_services(factory), range(7), {}) for kind in (DayCounts, TimedCounts)
    ]
    for counts in by_day:
        counts.cp.minimize(counts.unmet)
    pooled = build_model(problem, terms=terms, candidates=rows)
    pooled.cp.minimize(pooled.goal(GoalId.UNMET_NEED))
    whole = build_model(problem)
    whole.cp.minimize(whole.goal(GoalId.UNMET_NEED))
    least, values = solved(pooled.cp)
    week = read_decisions(pooled.x, values)
    in_week = None if violations(problem, week) else goal_values(problem, week)[GoalId.UNMET_NEED].value
    counted, timed = (solved(counts.cp)[0] for counts in by_day)
    return counted, timed, least, in_week, solved(whole.cp)[0]


@pytest.fixture(scope="module")
def found():
    return {seed: outcomes(formed_freely(seed)) for seed in range(16)}


def test_bounds_of_counts_and_pooled_sessions_hold(found):
    for seed, (counted, timed, pooled, in_week, optimum) in found.items():
        assert max(counted, timed) <= pooled <= optimum, f"seed {seed}"
        assert in_week in {None, pooled}, f"seed {seed}: the verifier counts otherwise"
        assert in_week in {None, optimum}, f"seed {seed}: a legal week is better than the optimum"


def test_pooled_weeks_are_mostly_legal_and_often_lack_something(found):
    """Else the test above compares with nothing."""
    assert sum(in_week is not None for *_, in_week, _ in found.values()) >= 12
    assert sum(optimum > 0 for *_, optimum in found.values()) >= 8


def test_bounds_hold_with_ratios_online_sessions_and_staff_who_suit_nobody():
    """A session with staff whom no pooled one has makes more possible: such services are left to the ordinary model."""
    pooled_at_all = 0
    for seed in range(12):
        problem = of_other_kinds(seed)
        terms = Terms(problem)
        factory = CandidateFactory(terms)
        pooled_at_all += len(pooled_services(factory))
        counted, timed, pooled, in_week, optimum = outcomes(problem)
        assert max(counted, timed) <= pooled <= optimum, f"seed {seed}"
        assert in_week in {None, optimum}, f"seed {seed}: a legal week is better than the optimum"
    assert pooled_at_all > 12
