"""Each rule alone and each rule left out, over every schedule of tiny clinics that sit on every edge.

For every rule R and every schedule of a world: the model with R alone accepts
exactly if the verifier finds no violation of R; the model with every rule but
R accepts exactly if the verifier finds none of another rule. The fast tests
look at an even spread of the schedules, the slow ones at all of them, and
``test_totals`` prints how many that were:

    python -m pytest tests/rules/test_rule_by_rule.py -m slow -s
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from iopsched.model.rules import HARD_RULES
from iopsched.rulebook import RuleId
from iopsched.verifier import CHECKS
from tests.support.accepting import accepts
from tests.support.clinics import schedule
from tests.support.comparing import Tally, compare, every_schedule, rule_sets, thin
from tests.support.edge_worlds import all_worlds
from tests.support.evaluator import Evaluator

SPREAD = 40
LEAST = 3
STEP = 20
LEAST_OF_ALL = 50
TRAITS = (
    *("group", "individual", "family", "multifamily", "other"),
    *("membership closed", "membership open", "formed freely", "attend all", "attend some"),
    *("starts blocks", "starts grid", "starts times", "starts same_start"),
    *("modality in_person", "modality telehealth", "modality either", "modality hybrid"),
)

WORLDS = all_worlds()
every_world = pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name.replace(" ", "_"))
every_rule = pytest.mark.parametrize("rule", RuleId, ids=lambda rule: rule.value)


@cache
def tally_of(world, share):
    """Return the tally of a world, made once."""
    return compare(world, share)


@cache
def total(share):
    """Return the tally over all worlds."""
    whole = Tally()
    for world in WORLDS:
        for name, value in vars(tally_of(world, share)).items():
            if isinstance(value, Counter):
                getattr(whole, name).update(value)
            else:
                setattr(whole, name, getattr(whole, name) + value)
    return whole


def is_tried(rule, tally):
    """Return whether a world has schedules that keep the rule and schedules that break it and no other."""
    return tally.kept[rule] > 0 and tally.broken[rule] > 0 and tally.only_broken[rule] > 0


@every_world
def test_model_and_verifier_agree_on_each_rule(world):
    """On a spread of schedules."""
    assert tally_of(world, SPREAD).wrong == []


@every_world
@pytest.mark.slow
def test_model_and_verifier_agree_on_each_rule_everywhere(world):
    """On every schedule of the world."""
    assert tally_of(world, None).wrong == []


@every_rule
def test_every_rule_is_kept_and_broken_in_some_world(rule):
    """A new rule fails here until some world has schedules on both of its sides."""
    tallies = [tally_of(world, SPREAD) for world in WORLDS if is_tried(rule, tally_of(world, SPREAD))]
    for name in ("kept", "broken", "only_broken"):
        assert sum(getattr(tally, name)[rule] for tally in tallies) >= LEAST, (
            f"{name}: add a world to tests/rules/test_{rule}.py"
        )


@pytest.mark.parametrize("trait", TRAITS)
def test_every_kind_of_session_is_tried_both_ways(trait):
    """In schedules that are legal and in others that are not."""
    assert total(SPREAD).legal_traits[trait] >= LEAST
    assert total(SPREAD).illegal_traits[trait] >= LEAST


def answers_about(rule):
    """Return the disagreements about a rule alone, in a world that keeps and breaks it."""
    world = next(world for world in WORLDS if is_tried(rule, tally_of(world, SPREAD)))
    return {row[0] for row in compare(world, SPREAD, [(rule, frozenset({rule}))]).wrong}


@every_rule
def test_a_rule_that_the_verifier_forgets_is_noticed(rule, monkeypatch):
    """The comparison itself can fail."""
    assert answers_about(rule) == set()
    monkeypatch.setitem(CHECKS, rule, lambda week: ())
    assert answers_about(rule) == {"the model rejects"}


@every_rule
def test_a_rule_that_the_model_overdoes_is_noticed(rule, monkeypatch):
    """The same on the other side: a rule that forbids everything."""
    assert answers_about(rule) == set()  # also: the tallies are made before the rule is replaced
    monkeypatch.setitem(HARD_RULES, rule, lambda x, post: x.cp.add_bool_or([]))
    assert answers_about(rule) == {"the model rejects"}


def check_evaluator(world, sets_of_rules, number):
    """Ask evaluator and solver about so many schedules of every size."""
    schedules = [sessions for rows in every_schedule(world) for sessions in thin(rows, number)]
    used = {row.id: row for sessions in schedules for row in sessions}.values()
    for _, rules in sets_of_rules:
        evaluator = Evaluator(world.problem, rules, used)
        for sessions in schedules:
            assert evaluator.accepts(sessions) == accepts(world.problem, schedule(*sessions), rules), (rules, sessions)


@every_world
def test_the_evaluator_says_what_the_solver_says(world):
    """On a few schedules, under a few sets of rules: others in every world."""
    place = WORLDS.index(world)
    check_evaluator(world, rule_sets()[place % STEP :: STEP], 5)


@every_world
@pytest.mark.slow
def test_the_evaluator_says_what_the_solver_says_under_all_rules(world):
    """On more schedules, under every set of rules."""
    check_evaluator(world, rule_sets(), 8)


@pytest.mark.slow
def test_totals():
    """Print what was compared, and see that no rule was tried too little."""
    whole = total(None)
    print(f"\n{len(WORLDS)} worlds, {whole.schedules} schedules, {whole.legal} of them legal")
    print(f"{'rule':>12} {'compared':>9} {'accepted':>9} {'restricted':>10} {'only this broken':>16}")
    for rule in (*RuleId, None):
        numbers = (whole.compared[rule], whole.accepted[rule], whole.restricted[rule], whole.only_broken[rule])
        print("{:>12} {:9} {:9} {:10} {:16}".format(rule or "all rules", *numbers))
    numbers = [
        sum(counter.values()) for counter in (whole.compared, whole.accepted, whole.restricted, whole.only_broken)
    ]
    print("{:>12} {:9} {:9} {:10} {:16}".format("sum", *numbers))
    print(f"{len(whole.wrong)} disagreements; the solver was asked {whole.asked_solver} times")
    for reason, number in sorted(whole.reasons.items()):
        print(f"restricted for {reason}: {number}")
    assert {rule.value for rule in RuleId if whole.only_broken[rule] < LEAST_OF_ALL} == set()
    assert whole.wrong == []
