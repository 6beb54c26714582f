"""One-to-one sessions as a load: whether the staff have time for the ones not placed yet, at any start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from iopsched.domain.timegrid import DAY
from iopsched.model.posting import Expression
from iopsched.model.variables import Variables


def overload(x: Variables, pools: Mapping[tuple[str, ...], int], fixed: Mapping[str, int]) -> Expression:
    """Return the minutes of needed visits for which the staff would have no time left.

    ``pools``: minutes by the staff who could hold them. ``fixed``: minutes by the one member of staff whose they are.
    """
    taken: dict[str, list[Expression]] = defaultdict(list)
    short: list[Expression] = []
    for able, minutes in pools.items():
        missing = x.cp.new_int_var(0, minutes, "")
        shares = {w: x.cp.new_int_var(0, minutes, "") for w in able}
        x.cp.add(sum(shares.values()) + missing >= minutes)
        short.append(missing)
        for w, share in shares.items():
            taken[w].append(share)
    for therapist in x.problem.therapists:
        load = sum(taken[therapist.id]) + fixed.get(therapist.id, 0)
        work = [(c, literal) for c, literal in x.working(therapist.id) if c.begun is None]
        if isinstance(load, int) and not (load and work):
            continue
        per_day, per_week = x.terms.therapist_limits(therapist)
        days: list[Expression] = []
        for day in range(7):
            open_minutes = x.terms.therapist_free[therapist.id].minutes_inside(day * DAY, (day + 1) * DAY)
            if not open_minutes:
                continue
            led = sum(c.service.minutes * literal for c, literal in work if c.day == day)
            visits_today = x.cp.new_int_var(0, min(per_day, open_minutes), "")
            x.cp.add(visits_today + led <= min(per_day, open_minutes))
            days.append(visits_today)
        missing = x.cp.new_int_var(0, 7 * DAY, "")
        short.append(missing)
        x.cp.add(sum(days) + missing >= load)
        x.cp.add(sum(days) + sum(c.service.minutes * literal for c, literal in work) <= per_week + missing)
    return sum(short)
