"""The targets of the fuzzer read their seeds, and seeds with damage, without a crash; one that crashes is seen."""

import random

import pytest

from scripts.fuzz import targets
from scripts.fuzz.seeds import dictionary, seeds
from scripts.fuzz.targets import TARGETS, attempt

SAMPLE = 60


def damaged(data, chance):
    """Return the bytes with a piece cut out, doubled or replaced."""
    low, high = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    piece = chance.choice([b"", data[low:high] * 2, chance.randbytes(3), b'"', b"\n", b";", b"\xff"])
    return data[:1] + data[1:low] + piece + data[max(1, high) :]


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_and_damaged_seeds_are_read(target):
    chance = random.Random(target)
    found = list(seeds(target))
    assert len(found) > 5
    for data in chance.sample(found, min(SAMPLE, len(found))):
        attempt(target, data)
        attempt(target, damaged(data, chance))


def test_a_crash_is_no_error_that_the_product_tells(monkeypatch):
    def crash(data):
        raise KeyError(data)

    monkeypatch.setitem(targets.TARGETS, "csv", crash)
    with pytest.raises(KeyError):
        attempt("csv", b"x")


def test_the_clinic_of_the_targets_has_no_fault():
    """Otherwise every input would end at the same fault."""
    assert targets._problem().participants
    assert all(line.startswith('"') and line.endswith('"') for line in dictionary().splitlines())
