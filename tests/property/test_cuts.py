"""Cuts forbid no week and change no goal: models with all of them admit every legal week of tiny clinics at its value.

Brute force, which knows the verifier only, has the weeks.
"""

import pytest

from iopsched.model.cuts import FAMILIES
from tests.property.test_past import batch as begun_batch
from tests.support.strengthened import faults
from tests.support.worlds import batch


@pytest.mark.parametrize("first_seed", range(0, 600, 100))
def test_cuts_admit_every_legal_week_at_its_value(first_seed):
    for seed, world in batch(first_seed):
        assert not faults(world.problem, world.legal, FAMILIES), f"seed {seed}"


def test_cuts_admit_every_week_that_has_begun():
    for seed, problem, weeks in begun_batch(0):
        assert not faults(problem, weeks, FAMILIES), f"seed {seed}"


@pytest.mark.slow
@pytest.mark.parametrize("first_seed", range(10_000, 60_000, 200))
def test_cuts_admit_every_legal_week_of_two_thousand_clinics(first_seed):
    """``python -m pytest -m slow tests/property/test_cuts.py``: some ten minutes of processor."""
    for seed, world in batch(first_seed, 40, 150):
        assert not faults(world.problem, world.legal, FAMILIES), f"seed {seed}"
