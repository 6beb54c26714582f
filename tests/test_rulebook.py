"""A rule, and a sub-term of a goal, is one name in four places: rulebook, model, verifier and edge tests."""

import ast
import importlib
from pathlib import Path

import pytest

from iopsched.model.build import build_model
from iopsched.model.goals import GOALS as MODEL_GOALS
from iopsched.model.goals import people_short, worst_off
from iopsched.model.rules import HARD_RULES
from iopsched.rulebook import DEFAULT_WEIGHTS, GOALS, RULES, TERMS, UNITS, GoalId, RuleId
from iopsched.verifier import CHECKS, goal_values
from tests.support.clinics import schedule, small

TESTS = Path(__file__).parent
EVERY_RULE = pytest.mark.parametrize("rule", list(RuleId), ids=str)
EVERY_TERM = pytest.mark.parametrize(
    ("goal", "term"), [(goal, term) for goal, terms in TERMS.items() for term in terms], ids=str
)
EVERY_GOAL = pytest.mark.parametrize("goal", list(GoalId), ids=str)


@EVERY_RULE
def test_a_rule_has_its_text(rule):
    """Sentence, remedy and source are whole; only nature has no setting."""
    text = RULES[rule]
    assert text.sentence.endswith(".")
    assert text.remedy.endswith(".")
    assert text.source
    assert bool(text.setting) == (rule != RuleId.OVERLAP)


@EVERY_RULE
def test_a_rule_is_posted_by_the_function_of_its_name(rule):
    assert HARD_RULES[rule].__name__ == rule.value


@EVERY_RULE
def test_a_rule_is_checked_by_the_function_of_its_name(rule):
    assert CHECKS[rule].__name__ == rule.value


@EVERY_RULE
def test_model_and_verifier_state_a_rule_apart(rule):
    """A rule stated once and used twice would be checked by its own mistake."""
    assert HARD_RULES[rule].__module__.startswith("iopsched.model.rules.")
    assert CHECKS[rule].__module__.startswith("iopsched.verifier.")


@EVERY_RULE
def test_a_rule_has_edge_tests(rule):
    """``tests/rules/test_RULE.py`` checks cases of that very rule, some of them with something past the edge."""
    tree = ast.parse((TESTS / "rules" / f"test_{rule.value}.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    checked = {ast.unparse(call.args[0]) for call in calls if call.func.id == "check"}
    assert checked == {f"RuleId.{rule.name}"}
    sides = [call.args[2] for call in calls if call.func.id == "Case" and len(call.args) > 2]
    assert sum(not (isinstance(side, ast.Constant) and side.value is None) for side in sides) >= 2


def test_no_edge_tests_of_a_rule_that_is_gone():
    """A file of edge tests is named as its rule, or is one of those that look at all rules."""
    names = {path.stem.removeprefix("test_") for path in (TESTS / "rules").glob("test_*.py")}
    assert names - {rule.value for rule in RuleId} == {"accepting", "exhaustive", "rule_by_rule"}


@EVERY_GOAL
def test_a_goal_has_text_and_unit(goal):
    assert GOALS[goal].endswith(".")
    assert UNITS[goal] in {"minutes", "people", "entries"}


@EVERY_GOAL
def test_a_goal_is_in_the_model(goal):
    """Unmet need, worst off and people short share expressions; the others are functions of their name."""
    if goal in MODEL_GOALS:
        assert MODEL_GOALS[goal].__name__ == goal.value
    else:
        assert goal in {GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.PEOPLE_SHORT}
        assert callable(worst_off)
    assert goal.value in {path.stem for path in (TESTS.parent / "iopsched/model/goals").glob("*.py")} | {"people_short"}


@EVERY_GOAL
def test_a_goal_is_recomputed_by_the_verifier_and_its_parts_are_the_terms(goal):
    """The verifier names the sub-terms as the rulebook and ``clinic.toml`` do, in the same order."""
    found = goal_values(small(), schedule())
    assert list(found) == list(GoalId)
    assert [name for name, _ in found[goal].parts] == list(TERMS[goal])


@EVERY_TERM
def test_a_term_has_its_text(goal, term):
    """Sentence, unit and source are whole; a weight is a setting of its goal, of which new ones are off."""
    text = TERMS[goal][term]
    assert text.sentence.endswith(".")
    assert text.unit
    assert text.source
    assert (text.weight is None) == (goal not in DEFAULT_WEIGHTS)
    assert text.weight is None or f"[goals.{goal}] {term}" in text.setting


@EVERY_TERM
def test_a_term_is_in_the_model(goal, term):
    """As a function of its name in the module of its goal; people short is one term and has the goal's name."""
    if goal is GoalId.PEOPLE_SHORT:
        assert callable(people_short)
    else:
        module = importlib.import_module(f"iopsched.model.goals.{goal}")
        assert getattr(module, term).__module__ == module.__name__


@EVERY_TERM
def test_a_term_has_edge_tests(goal, term):
    """``tests/goals/test_GOAL.py`` checks cases of that very term, with an amount and without."""
    tree = ast.parse((TESTS / "goals" / f"test_{goal.value}.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    checked = [[ast.unparse(part) for part in call.args[:2]] for call in calls if call.func.id == "check_term"]
    assert checked.count([f"GoalId.{goal.name}", repr(term)]) == 1


@EVERY_GOAL
def test_a_goal_can_be_minimized(goal):
    assert build_model(small()).goal(goal) is not None


def test_rules_and_goals_are_in_the_order_that_is_promised():
    """Explanations follow the order of rules, tiers that of goals."""
    assert list(RULES) == list(RuleId)
    assert (
        list(GOALS)
        == list(GoalId)
        == [*("unmet_need", "worst_off", "people_short", "changes", "moves", "preferences", "workload", "cost")]
    )
