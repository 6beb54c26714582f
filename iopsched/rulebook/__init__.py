"""The names of every rule and goal, with the sentence, remedy and source of each.

Functions of a rule's name in :mod:`iopsched.model.rules` and in
:mod:`iopsched.verifier` state it. ``tests/test_rulebook.py`` names every place
that a rule still lacks.
"""

from iopsched.domain.outcome import GoalId
from iopsched.rulebook.goals import DEFAULT_WEIGHTS, GOALS, TERMS, UNITS, TermText
from iopsched.rulebook.rules import ALL_RULES, RULES, RuleId, RuleText, named_as_rules

__all__ = [
    "ALL_RULES",
    "DEFAULT_WEIGHTS",
    "GOALS",
    "RULES",
    "TERMS",
    "UNITS",
    "GoalId",
    "RuleId",
    "RuleText",
    "TermText",
    "named_as_rules",
]
