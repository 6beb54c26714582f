"""Causes are planted, one at a time and in pairs, and told for what they are; :mod:`scripts.causes` does so in ten clinics."""

import random

import pytest

from iopsched.domain.schedule import Schedule
from scripts.causes.__main__ import best_week, judge
from scripts.causes.clinics import clinic
from scripts.causes.plants import Plant, plants

SEEDS = (0, 1)
KINDS = 40
SINGLES = [(seed, plant.name) for seed in SEEDS for plant in plants(clinic(seed)) if seed == 1 or plant.name == "ratio"]
CHANCE = random.Random(4)
PAIRS = [(seed % 10, CHANCE.sample([plant.name for plant in plants(clinic(seed % 10))], 2)) for seed in range(12)]


def planted(seed, *names):
    """Return a clinic that lacks nothing, and the plants of these names."""
    problem = clinic(seed)
    every = {plant.name: plant for plant in plants(problem)}
    return problem, [every[name] for name in names]


@pytest.mark.parametrize("seed", range(3))
def test_the_clinics_lack_nothing(seed):
    assert best_week(clinic(seed))[1] == {}


def test_there_are_many_kinds():
    assert len({kind for plant in plants(clinic(1)) for kind, _ in plant.told}) >= KINDS


@pytest.mark.parametrize(("seed", "name"), SINGLES)
def test_what_is_planted_is_told(seed, name):
    verdict = judge(*planted(seed, name))
    assert verdict.what == "right", verdict.told


@pytest.mark.parametrize(("seed", "names"), PAIRS)
def test_of_two_causes_nothing_else_is_told(seed, names):
    verdict = judge(*planted(seed, *names))
    assert verdict.what in {"right", "evaded"}, verdict.told


def test_a_wrong_reason_is_noticed(monkeypatch):
    """The judge is as good as this: what is told of another clinic, or of nothing, is not right."""
    problem, (plant,) = planted(1, "pin")
    mistaken = Plant(plant.name, plant.change, frozenset())
    assert judge(problem, [mistaken]).what == "another fact"
    monkeypatch.setattr("scripts.causes.__main__.best_week", lambda _: (Schedule(problem.week), {"P1": 60}))
    assert judge(problem, [plant]).what in {"not true", "another fact"}
