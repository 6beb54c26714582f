"""Search: the best week there is, or as good a one as the time allows, with a proven bound for every goal.

``lexicographic`` goes through the goals in rank order; a small week is one model, a
large one (``parts_of_week``) is sketched and improved part by part.
"""

from iopsched.params import SolveParams
from iopsched.search.lexicographic import solve

__all__ = ["SolveParams", "solve"]
