"""A week of which sessions are kept as they are: the solver's answer is the optimum of all weeks that hold them, on random tiny clinics."""

import random
from dataclasses import replace
from functools import cache

import pytest

from iopsched.domain.outcome import Solved
from iopsched.domain.schedule import Schedule
from iopsched.params import Tuning
from iopsched.search import SolveParams, solve
from iopsched.verifier import violations
from tests.support.accepting import accepts, goals_of
from tests.support.every_schedule import every_legal_set, every_session, legal_sessions, shares_a_group
from tests.support.worlds import random_problem, values

LEAST_SESSIONS, MOST_SESSIONS, MOST_WEEKS, NUMBER = 4, 30, 80, 3


def content(session):
    return replace(session, id="")


def kept_problem(seed):
    """Return a clinic with sessions to keep, and all legal weeks that hold them; None where there are too many, or none."""
    problem = random_problem(seed)
    alone = legal_sessions(problem, list(every_session(problem, most_staff=len(problem.therapists))))
    if not LEAST_SESSIONS <= len(alone) <= MOST_SESSIONS:
        return None
    weeks = []
    for rows in every_legal_set(problem, alone):
        whole = Schedule(problem.week, tuple(sorted(rows)))
        if shares_a_group(*rows) or len(weeks) > MOST_WEEKS:
            return None
        if not violations(problem, whole):
            weeks.append(whole)
    chance = random.Random(seed)
    held = [week for week in weeks if week.sessions]
    if not held:
        return None
    sessions = chance.choice(held).sessions
    chosen = chance.sample(sessions, chance.randint(1, min(2, len(sessions))))
    kept = tuple(replace(row, id=f"mine-{number}") for number, row in enumerate(chosen, 1))
    names = {content(row): row for row in kept}
    found = [
        Schedule(week.week, tuple(sorted(names.get(content(row), row) for row in week.sessions)))
        for week in weeks
        if names.keys() <= {content(row) for row in week.sessions}
    ]
    return (replace(problem, kept=kept), found) if len(found) > 1 else None


@cache
def batch(first_seed, number=NUMBER):
    found, seed = [], first_seed
    while len(found) < number:
        made = kept_problem(seed)
        if made is not None:
            found.append((seed, *made))
        seed += 1
    return found


def assert_optimal(seed, problem, weeks, tuning):
    limit_s = 60 if tuning.parts_from_choices else 3  # part by part little is proven of the best week
    outcome = solve(problem, SolveParams(time_limit_s=limit_s, workers=1, tuning=tuning))
    assert isinstance(outcome, Solved), f"seed {seed}"
    assert set(problem.kept) <= set(outcome.schedule.sessions), f"seed {seed}"
    assert len({row.id for row in outcome.schedule.sessions}) == len(outcome.schedule.sessions)
    assert not violations(replace(problem, kept=()), outcome.schedule), f"seed {seed}"
    best = min(values(problem, whole) for whole in weeks)
    reached = tuple(goal.value for goal in outcome.goals)
    bounds = tuple(goal.bound for goal in outcome.goals)
    assert reached >= best, f"seed {seed}"
    if tuning.parts_from_choices:
        assert reached == best, f"seed {seed}"
        assert outcome.is_optimal, f"seed {seed}"
    assert bounds[0] <= best[0], f"seed {seed}"


FAST = (0, 1000)
SLOW = range(3000, 13_000, 1000)


@pytest.mark.parametrize("first_seed", FAST)
@pytest.mark.parametrize("tuning", [Tuning(), Tuning(parts_from_choices=0)], ids=["whole", "large"])
def test_the_rest_of_the_week_is_the_best_there_is(first_seed, tuning):
    for seed, problem, weeks in batch(first_seed):
        assert_optimal(seed, problem, weeks, tuning)


@pytest.mark.parametrize("first_seed", FAST)
def test_model_and_verifier_agree_on_a_week_with_kept_sessions(first_seed):
    for seed, problem, weeks in batch(first_seed):
        for whole in weeks[:: 1 + len(weeks) // 20]:
            assert accepts(problem, whole), f"seed {seed}: {whole.sessions}"
            assert goals_of(problem, whole) == values(problem, whole), f"seed {seed}: {whole.sessions}"


@pytest.mark.slow
@pytest.mark.parametrize("first_seed", SLOW)
def test_the_rest_of_more_weeks_is_the_best_there_is(first_seed):
    for seed, problem, weeks in batch(first_seed, 3 * NUMBER):
        assert_optimal(seed, problem, weeks, Tuning())


def test_a_kept_session_that_is_changed_or_gone_breaks_the_rule_of_pins():
    _, problem, weeks = batch(0)[0]
    gone = replace(weeks[0], sessions=tuple(row for row in weeks[0].sessions if row != problem.kept[0]))
    assert [(row.rule, row.subject) for row in violations(problem, gone)][:1] == [("pin", problem.kept[0].id)]


def test_what_is_kept_costs_something():
    """Else the tests above would prove little."""
    cases = [case for first in FAST for case in batch(first)]
    free = [solve(replace(problem, kept=()), SolveParams(time_limit_s=60, workers=1)) for _, problem, _ in cases]
    best = [min(values(problem, whole) for whole in weeks) for _, problem, weeks in cases]
    reached = [tuple(goal.value for goal in outcome.goals) for outcome in free]
    assert sum(one > other for one, other in zip(best, reached, strict=True)) >= 2
