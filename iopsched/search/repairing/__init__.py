"""Repair of a published week: what is still to come is searched anew, near the week that everybody knows.

It begins with what can be covered as it is (``covered.py``). ``narrow.py`` has the weeks of the choice that only cancels.
"""

from iopsched.search.repairing.repairedweek import repaired

__all__ = ["repaired"]
