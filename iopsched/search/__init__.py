"""Search: the best week there is, or as good a one as the time allows, with a proven bound for every goal.

``tiers`` goes through the goals in rank order; a small week is one model, a
large one (``large``) is sketched and improved part by part.
"""

from iopsched.params import SolveParams
from iopsched.search.tiers import solve

__all__ = ["SolveParams", "solve"]
