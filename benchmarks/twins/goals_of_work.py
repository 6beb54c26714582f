"""Goals about the work of staff and what a week costs. Each function is named as its sub-term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from benchmarks.twins.formulation import Ints, Terms
from benchmarks.twins.layout import DAYS, Layout
from benchmarks.twins.sessions import Entries
from iopsched.domain.timegrid import DAY

IDLE_ALLOWED, LONGEST_RUN = 60, 240


def imbalance(layout: Layout) -> Terms:
    """Return the largest less the smallest share of session minutes over staff who could hold any session."""
    places = [place for place, row in enumerate(layout.workers) if layout.facts.could_hold(row)]
    targets = np.array([layout.facts.target(layout.workers[place]) for place in places], np.int64)
    total = Terms.of(layout.staff.variable, layout.staff.who, layout.length(layout.staff))
    return _spread(layout, places, total, int(targets.max(initial=1)), targets)


def evenings(layout: Layout) -> Terms:
    """Return the largest less the smallest number of evening sessions over staff who could hold one."""
    places = [place for place, row in enumerate(layout.workers) if layout.facts.could_hold(row, evening=True)]
    late = np.array([layout.openings.is_evening(start) for start in range(0, DAYS * DAY, layout.grid)], np.int64)
    mine = layout.staff
    return _spread(layout, places, Terms.of(mine.variable, mine.who, late[layout.start(mine) // layout.grid]))


def _spread(layout: Layout, keys: Sequence[int], terms: Terms, factor: int = 1, divisors: Ints | int = 1) -> Terms:
    """Return the largest less the smallest total of the keys named, also of those without any term.

    A total counts times the factor, divided by the divisor of its key, rounded down.
    """
    if len(keys) < 2:
        return Terms.joined([])
    # In lowest terms, so that equal targets leave plain totals.
    common = np.gcd(factor, np.broadcast_to(divisors, len(keys)))
    times, over = factor // common, divisors // common
    highest = DAYS * DAY * (int(max(times // over)) + 1)
    high, low = layout.model.variables(1, 0, highest), layout.model.variables(1, 0, highest)
    chosen = np.isin(terms.keys, keys)
    place = np.searchsorted(keys, terms.keys[chosen])
    totals = Terms(terms.keys[chosen], terms.variables[chosen], terms.coefficients[chosen] * times[place])
    every = np.array(keys, np.int64)
    layout.model.require(totals + Terms.of(np.repeat(high, len(every)), every, -over), upper=over - 1)
    layout.model.require(totals + Terms.of(np.repeat(low, len(every)), every, -over), lower=0)
    return Terms.of(high) + Terms.of(low, 0, -1)


def idle(layout: Layout) -> Terms:
    """Return the minutes beyond an hour a day that staff wait between sessions."""
    return _waiting(layout, layout.staff, IDLE_ALLOWED)


def waits(layout: Layout) -> Terms:
    """Return the minutes that participants wait between sessions."""
    return _waiting(layout, layout.attends, 0)


def _waiting(layout: Layout, entries: Entries, allowed: int) -> Terms:
    """Return, by person and day, the minutes beyond those allowed from first start to last end without a session."""
    require = layout.model.require
    found, inverse = np.unique(layout.on_day(entries), return_inverse=True)
    if not len(found):
        return Terms.joined([])
    starts, minutes = layout.start(entries), layout.length(entries)
    ends = starts + minutes
    first, last = np.full(len(found), DAYS * DAY), np.zeros(len(found), np.int64)
    np.minimum.at(first, inverse, starts)
    np.maximum.at(last, inverse, ends)
    begin, end = (layout.model.variables(len(found), first, last) for _ in range(2))
    wait = layout.model.variables(len(found), 0, last - first)
    # begin <= last - (last - start) for whatever starts then; likewise for the end
    for moment, edge, bound in ((starts, begin, last), (ends, end, first)):
        rows = inverse * (DAYS * DAY + 1) + moment
        kinds, place = np.unique(rows, return_index=True)
        reached = Terms.of(edge[inverse[place]], kinds) + Terms.of(entries.variable, rows, bound[inverse] - moment)
        limits = bound[inverse[place]]
        require(reached, upper=limits) if edge is begin else require(reached, lower=limits)
    rows = np.arange(len(found))
    span = Terms.of(wait, rows) + Terms.of(end, rows, -1) + Terms.of(begin, rows)
    require(span + Terms.of(entries.variable, inverse, minutes), lower=-allowed)
    return Terms.of(wait)


def sizes(layout: Layout) -> Terms:
    """Return members of the largest less the smallest held group of a kind, and members away from ``target_size``."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, group in enumerate(layout.groups):
        alike[group.service_id, group.population].append(place)
    held, members = {}, {}
    for place, group in enumerate(layout.groups):
        own = layout.candidates.variable[layout.candidates.group == place]
        if (group.target_size is not None or len(alike[group.service_id, group.population]) > 1) and len(own):
            held[place] = layout.any_of(Terms.of(own))[1]
            theirs = [v for (who, other), v in layout.members.items() if other == place and who in layout.present]
            members[place] = Terms.of(np.array(theirs, np.int64))
    parts = [_off_target(layout, members[place], held[place], layout.groups[place].target_size) for place in held]
    most = len(layout.people)
    for places in alike.values():
        chosen = [place for place in places if place in held]
        if len(chosen) < 2:
            continue
        high, low = layout.model.variables(1, 0, most), layout.model.variables(1, 0, most)
        for place in chosen:
            layout.model.require(members[place] + Terms.of(high, 0, -1) + Terms.of(held[place], 0, most), upper=most)
            layout.model.require(members[place] + Terms.of(low, 0, -1) + Terms.of(held[place], 0, -most), lower=-most)
        spread = Terms.of(high) + Terms.of(low, 0, -1)
        layout.model.require(spread, lower=0)
        parts.append(spread)
    return Terms.joined(parts)


def _off_target(layout: Layout, members: Terms, held: Ints, target: int | None) -> Terms:
    if target is None:
        return Terms.joined([])
    most = max(target, len(layout.people))
    away = layout.model.variables(1, 0, most)
    layout.model.require(members + Terms.of(away, 0, -1) + Terms.of(held, 0, most), upper=target + most)
    layout.model.require(members + Terms.of(away) + Terms.of(held, 0, -most), lower=target - most)
    return Terms.of(away)


def no_pause(layout: Layout) -> Terms:
    """Return the minutes beyond four hours of each run of sessions of staff without a pause."""
    mine = layout.staff
    beyond, unit = layout.without_pause(mine, mine.who, layout.problem.clinic.staff.break_minutes, LONGEST_RUN)
    return beyond * unit


def staff(layout: Layout) -> Terms:
    """Return session minutes times staff."""
    return Terms.of(layout.staff.variable, 0, layout.length(layout.staff))


def trips(layout: Layout) -> Terms:
    """Return the days on which participants come in."""
    inside = layout.attends.where(~layout.by_video(layout.attends, layout.people))
    return Terms.of(layout.days_with(inside)[1])


def staff_days(layout: Layout) -> Terms:
    """Return the days on which staff come in."""
    inside = layout.staff.where(~layout.by_video(layout.staff, layout.workers))
    return Terms.of(layout.days_with(inside)[1])
