"""Guards of filters: what the facts forbid, kept in the model and forbidden under the literal of its owner.

A model with guards leaves no candidate out for a guarded rule: with the guards of some rules off it admits what a model
without these rules admits, and a set of guards that contradict each other names every rule and row at fault.
"""

from __future__ import annotations

from iopsched.model.filters import Filters
from iopsched.model.posting import Posting
from iopsched.model.questions import questions
from iopsched.model.scope import Scope
from iopsched.model.variables import Variables


def guard_filters(x: Variables, post: Posting) -> None:
    """Forbid what the filters of guarded rules object to, each under the guard of its owner."""
    filters = Filters(x.terms, Scope.whole(x.terms, post.guarded))
    for question in questions(x):
        for owner in question.ask(filters):
            post.guard(owner, post.cp.add(question.decision == 0))
