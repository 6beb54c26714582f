"""Cuts: constraints that every week keeps and that the linear relaxation of the model does not know by itself.

A cut forbids no week and changes no goal, so that a model with cuts has the same optimum as without; it only makes the
bound rise sooner. Each family is a function that posts its cuts into a model, loose or not, and says in its docstring
why they hold. What has begun may have broken any rule: a family that rests on rules leaves out whoever it concerns.

To add a family, write the function and name it in ``FAMILIES`` under the goal that it serves;
``tests/property/test_loose.py`` holds all of them against brute force.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iopsched.model.build import Model
from iopsched.model.cuts.days import program_days
from iopsched.model.cuts.memberships import memberships
from iopsched.rulebook import GoalId

Family = Callable[[Model], None]

FAMILIES: Mapping[GoalId, tuple[Family, ...]] = {GoalId.UNMET_NEED: (program_days, memberships)}


def strengthen(model: Model, goal_id: GoalId) -> None:
    """Post the cuts that serve a goal, once."""
    if goal_id in model.strengthened:
        return
    model.strengthened.add(goal_id)
    for family in FAMILIES.get(goal_id, ()):
        family(model)
