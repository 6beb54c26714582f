"""What the textbook twins refuse by name: the few things that they do not know."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.twins.common import refuse
from benchmarks.twins.facts import Facts
from iopsched.domain.problem import Problem
from iopsched.rulebook import GoalId


def refuse_unknown(problem: Problem) -> None:
    """Refuse a clinic with rules that the textbook does not know."""
    refuse("This twin does not know", _unknown(problem))


def _unknown(problem: Problem) -> Iterator[str]:
    facts = Facts(problem)
    if problem.begun or problem.first_start:
        yield "what has begun of a published week"
    if problem.modules and facts.weight(GoalId.PREFERENCES, "modules"):
        yield "goals.preferences modules in clinic.toml"
