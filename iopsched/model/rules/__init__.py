"""One function per hard rule of the contract, named as the rule, one module per family."""

from collections.abc import Callable, Mapping

from iopsched.model.posting import Posting
from iopsched.model.rules import groups, hours, overlap, pins, rooms, staffing, windows
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId, named_as_rules

HARD_RULES: Mapping[RuleId, Callable[[Variables, Posting], None]] = named_as_rules(
    groups, hours, overlap, pins, rooms, staffing, windows
)
