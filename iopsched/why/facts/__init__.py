"""Which facts could be behind a broken rule. A function of each rule's name yields them, the likeliest first.

They are guesses: whoever asks undoes each and looks whether the rule is still broken. So a fact too many does no harm,
and one that is missing only means that nothing is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from iopsched.rulebook import RuleId, named_as_rules
from iopsched.verifier import Violation
from iopsched.why.cause import Fact
from iopsched.why.facts import groups, people, places, staffing, times
from iopsched.why.scene import Scene

FACTS: Mapping[RuleId, Callable[[Scene, Violation], Iterator[Fact]]] = named_as_rules(
    groups, people, places, staffing, times
)
