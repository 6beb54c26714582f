"""The problem as the model sees it: defaults resolved, free time computed, once.

:class:`Terms` stands on five floors, each of which knows only those below it: ``time`` (who is free when),
``sessions`` (what a session needs), ``people`` (whose number is how large), ``needs`` (who wants what) and
``membership`` (who belongs into which group).
The verifier resolves the same defaults on its own, from the same sentences
(``docs/readings.md``); the two share facts and no code.
"""

from iopsched.model.terms.membership import Terms, matches_group, same_word
from iopsched.model.terms.needs import Demand
from iopsched.model.terms.sessions import GROUP_KINDS, RATIO_KINDS, accepts, is_remote

__all__ = ["GROUP_KINDS", "RATIO_KINDS", "Demand", "Terms", "accepts", "is_remote", "matches_group", "same_word"]
