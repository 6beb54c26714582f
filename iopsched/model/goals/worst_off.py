"""Goal ``worst_off``, in minutes: the largest unmet need of any one participant."""

from __future__ import annotations

import math

from iopsched.model.goals.unmet_need import UnmetNeed
from iopsched.model.posting import Expression
from iopsched.model.variables import Variables


def worst_off(x: Variables, unmet: UnmetNeed) -> Expression:
    """Return the goal, which is its only sub-term."""
    return largest(x, unmet)


def largest(x: Variables, unmet: UnmetNeed) -> Expression:
    """Return minutes that no participant's unmet need exceeds.

    Counted in the largest unit that divides all of it, as any other goal.
    """
    lacks = [row for row in unmet.of.values() if row.most]
    if not lacks:
        return 0
    unit = math.gcd(*(row.unit for row in lacks))
    most = x.cp.new_int_var(0, max(row.most for row in lacks) // unit, "")
    for row in lacks:
        x.cp.add(row.minutes <= unit * most)
    return unit * most
