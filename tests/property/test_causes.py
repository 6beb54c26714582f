"""Every told cause is true on random tiny clinics: a textbook model, which shares nothing with the search, says so."""

import pytest

from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.factcells import cells
from iopsched.answers.causes.finding import find_causes
from iopsched.answers.causes.witness import undone
from iopsched.rulebook import ALL_RULES
from iopsched.verifier import goal_values
from tests.support import twins
from tests.support.worlds import batch


def unmet_of(problem, week):
    return next(iter(goal_values(problem, week).values())).value


def base_of(world):
    """Return the base of a world with unmet need, None where every need can be met or no week is legal."""
    best = min(world.legal, key=lambda week: unmet_of(world.problem, week), default=None)
    if best is None or unmet_of(world.problem, best) == 0:
        return None
    return Base.of(world.problem, best, unmet_of(world.problem, best))


def rows_of(problem):
    tables = (problem.participants, problem.therapists, problem.rooms, problem.groups, problem.services)
    return {row.id for table in tables for row in table}


def least(problem):
    """Return the least unmet need by the textbook model, which cannot say more than that no week is legal."""
    values, _ = twins.optimum(problem)
    assert values is not None
    return values[0]


def assert_true(seed, base, found):
    """Assert that less is unmet where a fact gives way alone, or together with another that blocks the same."""
    known = {cell.fact: cell for cell in cells(base.problem, ALL_RULES, rows_of(base.problem))}
    for cause in found.causes:
        assert set(cause.participants) <= set(base.unmet), f"seed {seed}"
        assert cause.minutes > 0, f"seed {seed}"
        assert cause.is_proven, f"seed {seed}"
        alone = [least(known[fact].undo(base.problem)) for fact in cause.facts]
        if cause.kind != "conflict" or len(cause.facts) > 1:
            assert max(alone) < base.minutes, f"seed {seed}: {cause.sentence}"
        elif min(alone) >= base.minutes:  # it blocks what another cell blocks, too
            others = [known[fact] for row in found.causes for fact in row.facts if fact not in cause.facts]
            both = [least(undone(base.problem, [known[cause.facts[0]], other])) for other in others]
            assert min(both) < base.minutes, f"seed {seed}: {cause.sentence}"


REPEATED = 10
"""So many causes are looked for twice: what is told is the same again."""


@pytest.mark.parametrize("first_seed", [3000])
def test_each_fact_helps_alone(first_seed):
    told = 0
    for seed, world in batch(first_seed):
        base = base_of(world)
        if base is None:
            continue
        found = find_causes(base, Budget.of(60, workers=1))
        assert_true(seed, base, found)
        if told < REPEATED:
            assert found == find_causes(base, Budget.of(60, workers=1)), f"seed {seed}"
        told += len(found.causes)
    assert told > 0
