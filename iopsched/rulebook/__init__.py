"""The names of every rule and goal, with the sentence, remedy and source of each.

Functions of a rule's name in :mod:`iopsched.model.rules` and in
:mod:`iopsched.verifier` state it. ``tests/test_rulebook.py`` names every place
that a rule still lacks.
"""

from iopsched.domain.outcome import GoalId as GoalId
from iopsched.rulebook.goals import DEFAULT_WEIGHTS as DEFAULT_WEIGHTS
from iopsched.rulebook.goals import GOALS as GOALS
from iopsched.rulebook.goals import TERMS as TERMS
from iopsched.rulebook.goals import UNITS as UNITS
from iopsched.rulebook.goals import TermText as TermText
from iopsched.rulebook.goals import weights_of as weights_of
from iopsched.rulebook.rules import ALL_RULES as ALL_RULES
from iopsched.rulebook.rules import RULES as RULES
from iopsched.rulebook.rules import TITLES as TITLES
from iopsched.rulebook.rules import RuleId as RuleId
from iopsched.rulebook.rules import RuleText as RuleText
from iopsched.rulebook.rules import named_as_rules as named_as_rules
