"""The outline of a week: a loose week of the least unmet need, proven and placed before the whole model is searched.

The whole model says nothing of how little need must stay unmet where people, rooms or hours are short; a loose week
(:mod:`iopsched.model.loose`) with its cuts proves it in a fraction of the time, and is most often a week as it is.
"""

from __future__ import annotations

from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.parts.bounds import Bounds
from iopsched.search.parts.plan import realize
from iopsched.search.workshop import Workshop


def outline(workshop: Workshop, clock: Clock, incumbent: Incumbent) -> int:
    """Prove in a share of what is left how much need must stay unmet, make a week of it, and return the bound."""
    week = incumbent.week
    if week is None or not workshop.visit_kinds:
        return 0
    share = workshop.tuning.outline_share
    until = clock.spent + share * clock.left
    bounds = Bounds(workshop, clock)
    bounds.prove(GoalId.UNMET_NEED, {}, week, share)
    bounds.wait(lambda: clock.is_over or clock.spent >= until)
    bounds.close()
    plan = bounds.take_plan()
    if plan is not None and plan.value < incumbent.value(GoalId.UNMET_NEED) and not clock.is_over:
        placed = realize(workshop, clock, week, plan, GoalId.UNMET_NEED)
        if placed is not None:
            incumbent.take_if_legal(placed)
    return bounds.of(GoalId.UNMET_NEED)
